/* SPDX-License-Identifier: MIT */
/* Lines of several jobs, among each other.
 *
 * What an input is given goes to the outlet up to its last newline; the rest is held until its line
 * goes on, or until the input ends. Where the outlet has no room for all of it, or others wait, the
 * input waits behind them: whoever is first has the outlet to itself until all its lines are out,
 * so a line may be as long as it likes. Nothing is held in memory; the owner gives an input no more
 * while it waits, if it can.
 *
 * A line that is too long to be held is printed before it ends. Its input is favoured: once it is
 * the first it stays that, with nothing waiting or with something, until the line has ended.
 *
 * Somebody's last line need not end. Then a newline comes before the next one, and only then. */

#include "sinks/apool-mixer.h"

#include <string.h>

/* So much is taken from what is held at a time. */
#define PIECE_BYTES ((gsize) 64 * 1024)

/* The beginning of a line that is no longer than this is not worth waiting for. */
#define SMALL_BYTES ((gsize) 4 * 1024)

struct _ApoolMixer
{
  const ApoolHeldPlace *place; /* not owned */
  ApoolOutlet *outlet;         /* not owned */
  GQueue waiting;              /* of inputs, by their links */
  ApoolMixerInput *favoured;   /* (nullable): one of these, in the middle of a line */
  gboolean has_begun;          /* the first of them has printed since it is the first */
  guint64 n_waiting;           /* bytes of their lines */
  guint8 *scratch;             /* PIECE_BYTES */
};

/**
 * apool_mixer_new:
 * @place: (transfer none): where bytes are held
 * @outlet: (transfer none): where lines go; both outlive the mixer
 *
 * Returns: (transfer full): a mixer
 */
ApoolMixer *
apool_mixer_new (const ApoolHeldPlace *place, ApoolOutlet *outlet)
{
  ApoolMixer *self = g_new0 (ApoolMixer, 1);

  self->place = place;
  self->outlet = outlet;
  self->scratch = g_malloc (PIECE_BYTES);
  g_queue_init (&self->waiting);
  return self;
}

/**
 * apool_mixer_free:
 * @self: (transfer full): a mixer; no input waits
 */
void
apool_mixer_free (ApoolMixer *self)
{
  g_free (self->scratch);
  g_free (self);
}

/**
 * apool_mixer_input_init:
 * @input: (out): an input without lines
 * @held: (transfer none): where its bytes are held; outlives it
 * @drained: (nullable): what to call when it no longer waits
 */
void
apool_mixer_input_init (ApoolMixerInput *input, ApoolHeld *held, ApoolMixerFunc drained)
{
  *input = (ApoolMixerInput){ .held = held, .drained = drained };
  input->link.data = input;
}

/* Prints @length bytes of what @input holds; the outlet has room for them. */
static gboolean
apool_mixer_print_held (ApoolMixer *self, ApoolMixerInput *input, gsize length, GError **error)
{
  while (length > 0)
    {
      gsize n = MIN (length, PIECE_BYTES);

      if (!apool_held_pop (input->held, self->place, self->scratch, n, error))
        return FALSE;
      apool_outlet_write (self->outlet, self->scratch, n);
      length -= n;
    }
  return TRUE;
}

/* Begins a line; there is room. */
static void
apool_mixer_begin_line (ApoolMixer *self)
{
  if (apool_outlet_is_in_line (self->outlet))
    apool_outlet_write (self->outlet, "\n", 1);
}

/* Has @input wait until @n_whole bytes of what it holds are out. */
static gboolean
apool_mixer_queue (ApoolMixer *self, ApoolMixerInput *input, guint64 n_whole, GError **error)
{
  self->n_waiting += n_whole - input->n_whole;
  input->n_whole = n_whole;
  if (!input->is_waiting)
    g_queue_push_tail_link (&self->waiting, &input->link);
  input->is_waiting = TRUE;
  return apool_mixer_pump (self, error);
}

/* Whether lines of @input of @length bytes can go out at once. */
static gboolean
apool_mixer_takes (const ApoolMixer *self, const ApoolMixerInput *input, gsize length)
{
  return self->waiting.length == 0 && input->held->length <= SMALL_BYTES &&
         apool_outlet_get_room (self->outlet) > input->held->length + length;
}

/* Prints a line on that is not held. @n_whole of its bytes are up to the end of a line. */
static gboolean
apool_mixer_go_on (ApoolMixer *self,
                   ApoolMixerInput *input,
                   const guint8 *bytes,
                   gsize length,
                   gsize n_whole,
                   GError **error)
{
  if (!apool_held_push (input->held, self->place, bytes, length, error))
    return FALSE;
  if (n_whole == 0)
    return apool_mixer_queue (self, input, input->held->length, error);
  self->favoured = NULL;
  return apool_mixer_queue (self, input, input->held->length - (length - n_whole), error);
}

/**
 * apool_mixer_push:
 * @self: a mixer
 * @input: one of its inputs
 * @data: (array length=length): bytes
 * @length: how many
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Prints the lines that end in @data, or has them wait.
 *
 * Returns: whether all is printed or held
 */
gboolean
apool_mixer_push (
    ApoolMixer *self, ApoolMixerInput *input, gconstpointer data, gsize length, GError **error)
{
  const guint8 *bytes = data;
  const guint8 *newline = length > 0 ? memrchr (bytes, '\n', length) : NULL;
  gsize n_whole = newline ? (gsize) (newline - bytes) + 1 : 0;

  if (input == self->favoured)
    return apool_mixer_go_on (self, input, bytes, length, n_whole, error);
  if (n_whole > 0 && apool_mixer_takes (self, input, n_whole))
    {
      apool_mixer_begin_line (self);
      if (!apool_mixer_print_held (self, input, (gsize) input->held->length, error))
        return FALSE;
      apool_outlet_write (self->outlet, bytes, n_whole);
      return apool_held_push (input->held, self->place, bytes + n_whole, length - n_whole, error);
    }
  if (!apool_held_push (input->held, self->place, bytes, length, error))
    return FALSE;
  return n_whole == 0 ||
         apool_mixer_queue (self, input, input->held->length - (length - n_whole), error);
}

/**
 * apool_mixer_end:
 * @self: a mixer
 * @input: one of its inputs, to which nothing will be pushed any more
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Has its last line printed as it is.
 *
 * Returns: whether that went well
 */
gboolean
apool_mixer_end (ApoolMixer *self, ApoolMixerInput *input, GError **error)
{
  if (input == self->favoured)
    self->favoured = NULL;
  else if (input->held->length == input->n_whole)
    return TRUE;
  return apool_mixer_queue (self, input, input->held->length, error);
}

/**
 * apool_mixer_favour:
 * @self: a mixer
 * @input: one of its inputs
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * There is no room for what @input holds, the beginning of a line. Has the line printed as it
 * comes, and nothing else until it ends; unless another one is, or what it holds waits already.
 *
 * Returns: whether that went well
 */
gboolean
apool_mixer_favour (ApoolMixer *self, ApoolMixerInput *input, GError **error)
{
  if (self->favoured || input->is_waiting)
    return TRUE;
  self->favoured = input;
  return apool_mixer_queue (self, input, input->held->length, error);
}

/**
 * apool_mixer_remove:
 * @self: a mixer
 * @input: one of its inputs; what it holds will not be printed
 */
void
apool_mixer_remove (ApoolMixer *self, ApoolMixerInput *input)
{
  if (input == self->favoured)
    self->favoured = NULL;
  if (!input->is_waiting)
    return;
  if (self->waiting.head == &input->link)
    self->has_begun = FALSE;
  g_queue_unlink (&self->waiting, &input->link);
  self->n_waiting -= input->n_whole;
  input->n_whole = 0;
  input->is_waiting = FALSE;
}

/* Prints of the first input what there is room for.
 * Returns: whether that went well */
static gboolean
apool_mixer_pump_first (ApoolMixer *self, ApoolMixerInput *input, GError **error)
{
  gsize n;

  if (!self->has_begun)
    apool_mixer_begin_line (self);
  self->has_begun = TRUE;
  n = (gsize) MIN (input->n_whole, apool_outlet_get_room (self->outlet));
  input->n_whole -= n;
  self->n_waiting -= n;
  return apool_mixer_print_held (self, input, n, error);
}

/**
 * apool_mixer_pump:
 * @self: a mixer
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Prints what waits, as far as the outlet has room.
 *
 * Returns: whether that went well
 */
gboolean
apool_mixer_pump (ApoolMixer *self, GError **error)
{
  gboolean is_in_line = FALSE;

  while (self->waiting.head && !is_in_line && apool_outlet_get_room (self->outlet) > 1)
    {
      ApoolMixerInput *input = self->waiting.head->data;

      if (!apool_mixer_pump_first (self, input, error))
        return FALSE;
      if (input->n_whole > 0)
        continue;
      is_in_line = input == self->favoured;
      if (!is_in_line)
        apool_mixer_remove (self, input);
      if (input->drained)
        input->drained (input);
    }
  return TRUE;
}

/**
 * apool_mixer_may_favour:
 * @self: a mixer
 *
 * Returns: whether no line is printed before it ends
 */
gboolean
apool_mixer_may_favour (const ApoolMixer *self)
{
  return !self->favoured;
}

/**
 * apool_mixer_favours:
 * @self: a mixer
 * @input: one of its inputs
 *
 * Returns: whether a line of @input is printed before it ends
 */
gboolean
apool_mixer_favours (const ApoolMixer *self, const ApoolMixerInput *input)
{
  return self->favoured == input;
}

/**
 * apool_mixer_get_room:
 * @self: a mixer
 * @input: one of its inputs, which waits
 *
 * Returns: how many bytes may be pushed all the same: those of a line that is being printed, where
 *   they need not be held
 */
gsize
apool_mixer_get_room (const ApoolMixer *self, const ApoolMixerInput *input)
{
  gboolean is_in_line =
      input == self->favoured && self->waiting.head == &input->link && input->n_whole == 0;

  return is_in_line ? apool_outlet_get_room (self->outlet) : 0;
}

/**
 * apool_mixer_get_waiting:
 * @self: a mixer
 *
 * Returns: how many bytes wait that could be printed
 */
guint64
apool_mixer_get_waiting (const ApoolMixer *self)
{
  return self->n_waiting;
}

/**
 * apool_mixer_is_in_line:
 * @self: a mixer
 * @outlet: where
 *
 * Returns: whether what was printed last on @outlet is the beginning of a line that will go on here
 */
gboolean
apool_mixer_is_in_line (const ApoolMixer *self, const ApoolOutlet *outlet)
{
  return self->outlet == outlet && self->has_begun && apool_outlet_is_in_line (outlet);
}
