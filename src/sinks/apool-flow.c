/* SPDX-License-Identifier: MIT */
/* What one job writes to one stream.
 *
 * A flow without an outlet waits for its turn: all that comes goes to the spool. A flow with an
 * outlet hands on what waits, and when that is gone what comes; its pipe is read only as far as
 * the outlet has room, so that a slow reader of ours stops the job and nothing piles up. Where
 * nobody needs to see the bytes on the way they go from the one pipe to the other uncopied. Not
 * into the spool, whose pages would then be written one by one, which is dearer than the copy; nor
 * from it, since a reader could be left with pages that are zeroed when holes are punched near
 * them.
 *
 * A flow with a mixer has no turn: its lines go there as they end. Its pipe is read unless such
 * lines wait, or as far as the mixer lets it go on in the middle of one.
 *
 * While the spool is full the pipe of a flow that waits is not read, and of what comes without a
 * pipe there is no more than what was under way. It is stalled then, but for what it is allowed.
 *
 * Lines get their labels as they come. So what waits is what will be printed, and neither a label
 * nor where in a line it ends has to wait with it; and of what was read while there was room, the
 * labels make more than there is room for, which then waits too. Where the label is not known
 * before the job has finished, what waits passes the tagger once more: from the spool to the spool,
 * a piece at a time, of which the space is given back before more is needed. */

#include "sinks/apool-flow.h"

#include <errno.h>
#include <gio/gio.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "base/apool-locale.h"
#include "sinks/apool-keepers.h"
#include "sinks/apool-packed-file.h"

/* Fewer bytes than this are read and written: put behind others they take less room in the reader's
 * pipe than in a page of their own. */
#define MIN_SPLICED_BYTES (16 * 1024)

/**
 * apool_flow_hub_set_full_error:
 * @self: a hub, of which the spool is full
 * @error: (out) (optional): #GIOErrorEnum: nothing helps
 */
void
apool_flow_hub_set_full_error (const ApoolFlowHub *self, GError **error)
{
  int errnum = apool_spool_get_full_errno (self->spool);
  const char *directory = self->config->spool_directory;

  if (errnum)
    g_set_error (error, APOOL_IO_ERROR, apool_error_get_io_code (errnum),
                 "--tmpdir: %s: full: %s; use another --tmpdir", directory,
                 apool_locale_describe_errno (errnum));
  else
    g_set_error (error, APOOL_IO_ERROR, G_IO_ERROR_NO_SPACE,
                 "--tmpdir: %s: full: outputs that wait take %" G_GUINT64_FORMAT
                 " bytes; use a larger --tmp-limit or another --tmpdir",
                 directory, apool_spool_get_used (self->spool));
}

/**
 * apool_flow_init:
 * @self: (out): an empty flow
 * @hub: (transfer none): outlives it
 * @label: (transfer none) (nullable): what is to be around its lines
 */
void
apool_flow_init (ApoolFlow *self, const ApoolFlowHub *hub, ApoolLabel *label)
{
  *self = (ApoolFlow){
    .hub = hub,
    .result = APOOL_RESULT_FILE_INIT,
    .pipe = -1,
    .watch = APOOL_WATCH_INIT,
  };
  apool_paced_init (&self->paced);
  apool_tagger_init (&self->tagger, label);
}

static void
apool_flow_close_pipe (ApoolFlow *self)
{
  apool_poller_remove (self->hub->poller, &self->watch);
  apool_pace_release (self->hub->pace, &self->paced);
  apool_fd_clear (&self->pipe);
}

/**
 * apool_flow_clear:
 * @self: a flow; empty afterwards, and what waited is dropped
 */
void
apool_flow_clear (ApoolFlow *self)
{
  apool_flow_close_pipe (self);
  apool_flow_drop (self);
  apool_extents_clear (&self->collected.bytes, self->hub->spool);
  apool_pad_clear (&self->gathered, self->hub->place.pads);
  apool_result_file_clear (&self->result);
  apool_tagger_clear (&self->tagger);
  apool_latest_clear (&self->latest);
  if (self->trail.bytes)
    apool_trail_clear (&self->trail);
}

/* Whether what comes would have to be kept in a spool that is full. */
static gboolean
apool_flow_needs_room (const ApoolFlow *self)
{
  if (!apool_spool_is_full (self->hub->spool))
    return FALSE;
  if (self->hub->config->table)
    return TRUE;
  if (self->is_silent || self->hub->config->unit == APOOL_OUTPUT_LATEST)
    return FALSE;
  return self->mixer ? !self->input.is_waiting : !self->outlet;
}

/* How many bytes the pipe may be asked for now; 0: none. */
static gsize
apool_flow_get_appetite (const ApoolFlow *self)
{
  gsize room = APOOL_FLOW_SCRATCH_BYTES;

  if (apool_flow_needs_room (self))
    room = self->allowance;
  else if (self->is_silent)
    return room; /* nobody has to take it */
  else if (self->mixer && self->input.is_waiting)
    room = apool_mixer_get_room (self->mixer, &self->input);
  else if (self->outlet) /* which is full where anything is held */
    room = self->held.length > 0 ? 0 : apool_outlet_get_room (self->outlet);
  return MIN (room, APOOL_FLOW_SCRATCH_BYTES);
}

/* Whether the next read would tell the end of the pipe, which was said to be readable. */
static gboolean
apool_flow_is_at_end (const ApoolFlow *self)
{
  int n_readable = 0;

  return ioctl (self->pipe, FIONREAD, &n_readable) == 0 && n_readable == 0;
}

/* Tells the pace of bytes that were taken from the pipe, which held @n_readable; and more, where
 * somebody waits to write them. */
static void
apool_flow_note_pace (ApoolFlow *self, gsize n_taken, gsize n_readable)
{
  if (n_readable >= APOOL_FLOW_SCRATCH_BYTES || n_taken < n_readable)
    apool_pace_note (self->hub->pace, n_taken);
}

/* Reads the pipe once. At its end the pipe is closed.
 * Returns: how many bytes came, 0 where none are there; -1 on an error */
static gssize
apool_flow_read (ApoolFlow *self, gsize length, GError **error)
{
  gssize n;

  do
    n = read (self->pipe, self->hub->scratch, length);
  while (n < 0 && errno == EINTR);
  if (n < 0 && errno == EAGAIN)
    return 0;
  if (n < 0)
    apool_error_set_errno (error, errno, "output of a job: read");
  else if (n == 0)
    apool_flow_close_pipe (self);
  else if (!apool_flow_push (self, self->hub->scratch, (gsize) n, error))
    n = -1;
  else if (!self->outlet)
    apool_flow_note_pace (self, (gsize) n, (gsize) n);
  return n;
}

/* Whether what the job writes goes its way as it is, and nobody looks at it on the way. */
static gboolean
apool_flow_is_plain (const ApoolFlow *self)
{
  const ApoolOutputConfig *config = self->hub->config;

  return !self->is_silent && !self->hub->keeps_bytes && !self->result.path && !self->tagger.label &&
         !config->table && config->unit == APOOL_OUTPUT_JOBS && !config->is_titled;
}

/* Has what the pipe holds go on to the outlet without being copied here, where that can be done and
 * pays; but not the end of it where that is to be told if the job fails.
 * Returns: whether the pipe need not be read now */
static gboolean
apool_flow_splice (ApoolFlow *self)
{
  gsize n_left = self->hub->keeps_ends ? APOOL_TRAIL_BYTES : 0;
  int n_readable = 0;
  gsize n_moved;

  if (!self->outlet || !apool_flow_is_plain (self) || !apool_outlet_can_splice (self->outlet))
    return FALSE;
  /* If it fails they are read, and that says why. */
  (void) ioctl (self->pipe, FIONREAD, &n_readable);
  if (n_readable < MIN_SPLICED_BYTES)
    return FALSE;
  n_moved = apool_outlet_splice (self->outlet, self->pipe, (gsize) n_readable - n_left);
  if (n_moved > 0)
    {
      self->has_printed = TRUE;
      self->n_written += n_moved;
      apool_tail_forget (&self->tail);
      apool_trail_forget (&self->trail);
      apool_flow_note_pace (self, n_moved + n_left, (gsize) n_readable);
    }
  return n_moved > 0 || apool_outlet_get_room (self->outlet) == 0;
}

/* Whether it is left in the pipe for a moment, since its turn may come soon. */
static gboolean
apool_flow_is_held_back (ApoolFlow *self)
{
  return !self->outlet && !self->mixer && apool_flow_is_plain (self) &&
         apool_pace_hold (self->hub->pace, &self->paced);
}

/* Takes bytes from the pipe once, as many as are wanted. */
static gboolean
apool_flow_take (ApoolFlow *self, GError **error)
{
  gsize length = apool_flow_get_appetite (self);

  if (length == 0 && apool_flow_needs_room (self))
    {
      if (apool_flow_is_at_end (self))
        length = 1; /* that takes no room */
      self->is_stalled = length == 0;
    }
  return length == 0 || apool_flow_is_held_back (self) || apool_flow_splice (self) ||
         apool_flow_read (self, length, error) >= 0;
}

static gboolean apool_flow_update_watch (ApoolFlow *self, GError **error);

static void
apool_flow_readable_cb (guint32 events, gpointer data)
{
  ApoolFlow *self = data;
  GError *error = NULL;

  if (apool_flow_take (self, &error) && apool_flow_update_watch (self, &error))
    {
      if (self->is_stalled)
        self->hub->stalled (self->hub->data);
      return;
    }
  apool_flow_close_pipe (self);
  self->hub->failed (error, self->hub->data);
}

/* Watches the pipe while its bytes are wanted, or, where the spool is full, until it has some.
 * While they are not it must not be watched at all: a hang-up would be reported on every turn of
 * the loop. */
static gboolean
apool_flow_update_watch (ApoolFlow *self, GError **error)
{
  gboolean wanted =
      self->pipe >= 0 && !self->paced.is_held &&
      (apool_flow_get_appetite (self) > 0 || (apool_flow_needs_room (self) && !self->is_stalled));

  if (wanted && self->watch.fd < 0)
    return apool_poller_add (self->hub->poller, &self->watch, self->pipe, EPOLLIN,
                             apool_flow_readable_cb, self, error);
  if (!wanted)
    apool_poller_remove (self->hub->poller, &self->watch);
  return TRUE;
}

/* Ends the line that stands where something is to be printed for the first time. */
static void
apool_flow_begin_line (ApoolFlow *self)
{
  if (self->begins_line && !self->has_printed && apool_outlet_is_in_line (self->outlet) &&
      apool_outlet_get_room (self->outlet) > 0)
    apool_outlet_write (self->outlet, "\n", 1);
}

/* Hands bytes to the outlet, or keeps them. */
static gboolean
apool_flow_pass (ApoolFlow *self, const guint8 *bytes, gsize length, GError **error)
{
  if (self->mixer)
    return apool_mixer_push (self->mixer, &self->input, bytes, length, error);
  if (self->outlet && self->held.length == 0 && length > 0)
    apool_flow_begin_line (self);
  /* As long as the outlet takes some: one that has written all of it is not waited for. */
  while (self->outlet && self->held.length == 0 && length > 0 &&
         apool_outlet_get_room (self->outlet) > 0)
    {
      gsize n = MIN (length, apool_outlet_get_room (self->outlet));

      apool_outlet_write (self->outlet, bytes, n);
      self->has_printed = TRUE;
      bytes += n;
      length -= n;
    }
  self->allowance -= MIN (self->allowance, length);
  return apool_held_push (&self->held, &self->hub->place, bytes, length, error);
}

/**
 * apool_flow_print:
 * @self: a flow
 * @data: (array length=length): bytes, which the job need not have written; not the hub's @tagged
 * @length: how many
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Hands lines with their labels to the outlet, or keeps them until it is their turn. The result
 * does not get them.
 *
 * Returns: whether that went well
 */
gboolean
apool_flow_print (ApoolFlow *self, gconstpointer data, gsize length, GError **error)
{
  const guint8 *bytes = data;
  guint8 *tagged = self->hub->tagged;

  if (!self->tagger.label)
    return apool_flow_pass (self, bytes, length, error);
  while (length > 0)
    {
      gsize n =
          apool_tagger_fill (&self->tagger, &bytes, &length, tagged, APOOL_FLOW_SCRATCH_BYTES);

      if (!apool_flow_pass (self, tagged, n, error))
        return FALSE;
    }
  return TRUE;
}

/**
 * apool_flow_print_title:
 * @self: a flow that nothing was given to
 * @label: a label
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Prints the title of a label, if it has one, as it is, also where the flow is silent.
 *
 * Returns: whether that went well
 */
gboolean
apool_flow_print_title (ApoolFlow *self, const ApoolLabel *label, GError **error)
{
  gsize length;
  const char *title = apool_label_get_title (label, &length);

  return apool_flow_pass (self, (const guint8 *) title, length, error);
}

/* Puts what the job wrote into its file, if it has one. */
static gboolean
apool_flow_keep_in_file (ApoolFlow *self, gconstpointer data, gsize length, GError **error)
{
  gboolean stays_open = self->pipe >= 0 || apool_feed_get_left (&self->feed) > 0;

  if (!self->result.path)
    return TRUE;
  if (self->hub->place.codec)
    return apool_packed_file_write (&self->result, &self->gathered, &self->hub->place, data, length,
                                    stays_open, error);
  return apool_result_file_write (&self->result, data, length, stays_open, error);
}

/* All that the job wrote has come: has it stay. */
static gboolean
apool_flow_end_file (ApoolFlow *self, GError **error)
{
  return apool_packed_file_finish (&self->result, &self->gathered, &self->hub->place, error) &&
         apool_result_file_finish (&self->result, error);
}

/* Puts what the job wrote where it is kept. */
static gboolean
apool_flow_keep (ApoolFlow *self, gconstpointer data, gsize length, GError **error)
{
  ApoolResultTable *table = self->hub->config->table;

  if (table)
    self->allowance -= MIN (self->allowance, length);
  return apool_flow_keep_in_file (self, data, length, error) &&
         (!table || self->is_named ||
          apool_result_table_collect (table, &self->collected, self->hub->spool, data, length,
                                      error));
}

/* Remembers the latest line, and shows it. */
static void
apool_flow_note_latest (ApoolFlow *self, gconstpointer data, gsize length)
{
  apool_latest_push (&self->latest, data, length);
  if (!self->row)
    return;
  self->row->latest = &self->latest;
  if (self->hub->display)
    apool_display_update (self->hub->display, self->row);
}

/**
 * apool_flow_push:
 * @self: a flow
 * @data: (array length=length): what the job wrote; not the hub's @tagged
 * @length: how many bytes
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Keeps what a job wrote, where that is wanted, and prints it, unless the flow is silent. Where
 * only the latest line is printed, that waits until apool_flow_print_latest().
 *
 * Returns: whether that went well
 */
gboolean
apool_flow_push (ApoolFlow *self, gconstpointer data, gsize length, GError **error)
{
  self->n_written += length;
  if (self->hub->keeps_bytes && self->kept_task)
    apool_keepers_keep (self->hub->config->keepers, self->kept_task, self->stream, data, length);
  if (self->is_void)
    return TRUE;
  apool_tail_push (&self->tail, data, length);
  if (self->hub->keeps_ends && self->kept_task)
    apool_trail_push (&self->trail, data, length);
  if (!apool_flow_keep (self, data, length, error))
    return FALSE;
  if (!self->is_silent && self->hub->config->unit == APOOL_OUTPUT_LATEST)
    apool_flow_note_latest (self, data, length);
  else if (!self->is_silent)
    return apool_flow_print (self, data, length, error);
  return TRUE;
}

/* Prints what is behind a last line that has no newline. */
static gboolean
apool_flow_end_line (ApoolFlow *self, GError **error)
{
  gsize length;
  const char *rest = apool_tagger_end (&self->tagger, &length);

  return apool_flow_pass (self, (const guint8 *) rest, length, error);
}

/**
 * apool_flow_reprint:
 * @self: a flow of a job that is over
 * @data: (array length=length): bytes, made of what was kept; not the hub's @tagged
 * @length: how many
 * @n_in_memory: (inout): how many of the job's have been kept since the spool is full; 0 at first
 * @error: (out) (optional): a #GIOErrorEnum of the spool; also where it is full, and these are too
 *   many for memory
 *
 * Prints bytes as apool_flow_print() does.
 *
 * Returns: whether that went well
 */
gboolean
apool_flow_reprint (
    ApoolFlow *self, gconstpointer data, gsize length, guint64 *n_in_memory, GError **error)
{
  guint64 n_before = self->held.length;

  if (!apool_flow_print (self, data, length, error))
    return FALSE;
  if (apool_spool_is_full (self->hub->spool))
    *n_in_memory += self->held.length - n_before;
  if (*n_in_memory <= APOOL_FLOW_ALLOWANCE_BYTES)
    return TRUE;
  apool_flow_hub_set_full_error (self->hub, error);
  return FALSE;
}

/**
 * apool_flow_relabel:
 * @self: a flow without a label, of a job that has finished, and that has not printed anything
 * @label: (transfer none): what is to be around its lines after all
 * @is_titled: whether the label's title comes before them
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Puts a label around all that waits.
 *
 * Returns: whether that went well
 */
gboolean
apool_flow_relabel (ApoolFlow *self, ApoolLabel *label, gboolean is_titled, GError **error)
{
  const ApoolFlowHub *hub = self->hub;
  ApoolHeld plain = self->held;
  guint64 n_in_memory = 0;
  gboolean is_good;

  self->held = (ApoolHeld){ 0 };
  is_good = !is_titled || apool_flow_print_title (self, label, error);
  apool_tagger_init (&self->tagger, label);
  while (is_good && plain.length > 0)
    {
      gsize n = (gsize) MIN (plain.length, APOOL_FLOW_SCRATCH_BYTES);

      is_good = apool_held_pop (&plain, &hub->place, hub->scratch, n, error) &&
                apool_flow_reprint (self, hub->scratch, n, &n_in_memory, error);
    }
  apool_held_clear (&plain, &hub->place);
  return is_good && apool_flow_end_line (self, error);
}

/**
 * apool_flow_print_first:
 * @self: a flow that has printed nothing
 * @data: (array length=length): bytes, as they are to be printed
 * @length: how many
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Prints something before all that waits, at the next apool_flow_pump().
 *
 * Returns: whether it will be
 */
gboolean
apool_flow_print_first (ApoolFlow *self, gconstpointer data, gsize length, GError **error)
{
  return apool_held_prepend (&self->held, &self->hub->place, data, length, error);
}

/**
 * apool_flow_drop:
 * @self: a flow
 *
 * Forgets what waits. What was kept stays.
 */
void
apool_flow_drop (ApoolFlow *self)
{
  if (self->mixer)
    apool_mixer_remove (self->mixer, &self->input);
  apool_held_clear (&self->held, &self->hub->place);
}

/**
 * apool_flow_set_pipe:
 * @self: a flow
 * @fd: (transfer full): the read end of a pipe that no other process reads; more bytes come from
 *   it than were pushed
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: whether the pipe will be read
 */
gboolean
apool_flow_set_pipe (ApoolFlow *self, int fd, GError **error)
{
  apool_flow_close_pipe (self);
  self->pipe = fd;
  self->is_passed = TRUE;
  return apool_fd_set_nonblocking (fd, error) && apool_flow_update_watch (self, error);
}

/**
 * apool_flow_set_outlet:
 * @self: a flow
 * @outlet: (transfer none) (nullable): where its bytes go from now on; used by the next
 *   apool_flow_pump(). %NULL makes it wait again
 */
void
apool_flow_set_outlet (ApoolFlow *self, ApoolOutlet *outlet)
{
  self->outlet = outlet;
  /* One that still has none waits on as before, and whoever holds it back lets it go on. */
  if (!outlet)
    return;
  apool_pace_release (self->hub->pace, &self->paced);
  self->is_stalled = FALSE;
}

/**
 * apool_flow_go_on:
 * @paced: of a flow
 *
 * For the hub's pace, which holds it back no longer.
 */
void
apool_flow_go_on (ApoolPaced *paced)
{
  ApoolFlow *self = (ApoolFlow *) ((char *) paced - G_STRUCT_OFFSET (ApoolFlow, paced));
  GError *error = NULL;

  if (!apool_flow_update_watch (self, &error))
    self->hub->failed (error, self->hub->data);
}

static void
apool_flow_drained_cb (ApoolMixerInput *input)
{
  ApoolFlow *self = (ApoolFlow *) ((char *) input - G_STRUCT_OFFSET (ApoolFlow, input));
  GError *error = NULL;

  if (!apool_flow_update_watch (self, &error))
    self->hub->failed (error, self->hub->data);
}

/**
 * apool_flow_set_mixer:
 * @self: a flow that has got no bytes
 * @mixer: (transfer none): where its lines go as they end; outlives it
 */
void
apool_flow_set_mixer (ApoolFlow *self, ApoolMixer *mixer)
{
  self->mixer = mixer;
  apool_mixer_input_init (&self->input, &self->held, apool_flow_drained_cb);
}

/**
 * apool_flow_pump:
 * @self: a flow that has an outlet
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Hands on what waits, as far as the outlet has room, and watches the pipe if there is room left.
 *
 * Returns: whether that went well
 */
gboolean
apool_flow_pump (ApoolFlow *self, GError **error)
{
  guint8 *scratch = self->hub->scratch;
  gsize n;

  if (self->held.length > 0)
    apool_flow_begin_line (self);
  while ((n = MIN (self->held.length, apool_outlet_get_room (self->outlet))) > 0)
    {
      n = MIN (n, APOOL_FLOW_SCRATCH_BYTES);
      if (!apool_held_pop (&self->held, &self->hub->place, scratch, n, error))
        return FALSE;
      apool_outlet_write (self->outlet, scratch, n);
      self->has_printed = TRUE;
    }
  return apool_flow_update_watch (self, error);
}

/**
 * apool_flow_resume:
 * @self: a flow
 * @allowance: how many bytes it may keep although the spool is full
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * The spool is full no longer, or this flow is to go on all the same.
 *
 * Returns: whether its pipe, if it has one, will be read
 */
gboolean
apool_flow_resume (ApoolFlow *self, gsize allowance, GError **error)
{
  self->is_stalled = FALSE;
  self->allowance = allowance;
  return apool_flow_update_watch (self, error);
}

/* Reads what the pipe holds at this moment, and closes it. */
static gboolean
apool_flow_empty_pipe (ApoolFlow *self, GError **error)
{
  gssize n = 1;
  int n_readable = 0;

  if (self->pipe < 0)
    return TRUE;
  if (ioctl (self->pipe, FIONREAD, &n_readable) < 0)
    {
      apool_error_set_errno (error, errno, "output of a job: read");
      n = -1;
    }
  for (; n > 0 && n_readable > 0; n_readable -= (int) n)
    n = apool_flow_read (self, MIN ((gsize) n_readable, APOOL_FLOW_SCRATCH_BYTES), error);
  apool_flow_close_pipe (self);
  return n >= 0;
}

/**
 * apool_flow_close:
 * @self: a flow
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * The job is over: what its pipe holds at this moment still counts, and nothing after that, also
 * where somebody keeps writing. The pipe is closed, and the result is complete.
 *
 * Returns: whether that went well
 */
gboolean
apool_flow_close (ApoolFlow *self, GError **error)
{
  return apool_flow_empty_pipe (self, error) && apool_flow_end_file (self, error);
}

/**
 * apool_flow_void:
 * @self: a flow of an attempt that is over and does not count; to be cleared
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Has those who keep what jobs write see what the pipe holds at this moment, and nobody else.
 *
 * Returns: whether that went well
 */
gboolean
apool_flow_void (ApoolFlow *self, GError **error)
{
  self->is_void = TRUE;
  return apool_flow_empty_pipe (self, error);
}

/**
 * apool_flow_finish:
 * @self: a flow that is closed
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Nothing more is to be printed.
 *
 * Returns: whether that went well
 */
gboolean
apool_flow_finish (ApoolFlow *self, GError **error)
{
  return apool_flow_end_line (self, error) &&
         (!self->mixer || apool_mixer_end (self->mixer, &self->input, error));
}

/**
 * apool_flow_is_empty:
 * @self: a flow
 *
 * Returns: whether nothing waits and no pipe is open
 */
gboolean
apool_flow_is_empty (const ApoolFlow *self)
{
  return self->held.length == 0 && self->pipe < 0;
}

/**
 * apool_flow_get_kept:
 * @self: a flow
 *
 * Returns: how many bytes wait for the flow's turn, or for the end of a line
 */
guint64
apool_flow_get_kept (const ApoolFlow *self)
{
  gboolean is_due = self->outlet || (self->mixer && self->input.is_waiting);

  return is_due ? 0 : self->held.length;
}

/**
 * apool_flow_is_stalled:
 * @self: a flow of a running job
 *
 * Returns: whether the job is waiting for room in a full spool, or will be soon, as far as can be
 *   told
 */
gboolean
apool_flow_is_stalled (const ApoolFlow *self)
{
  if (!apool_flow_needs_room (self))
    return FALSE;
  /* Without a pipe only one sends anything before its job is over that may not send on. */
  return self->is_stalled || (!self->is_passed && self->allowance == 0 &&
                              (self->held.length > 0 || self->collected.bytes.length > 0));
}
