/* SPDX-License-Identifier: MIT */
/* Lines of our own, among what jobs print.
 *
 * A line goes to the outlet whole or not at all, so that nothing comes between its bytes whatever
 * the owner hands to the outlet next. When that may be is the owner's decision. Until then lines
 * wait in the spool, as jobs' output does: there may be one for each line of the input, and the
 * job that they wait for may never end.
 *
 * Whoever looks at what a job has just written may have something to say about it, before that goes
 * on its way: so lines have a scratch of their own. */

#include "sinks/apool-output-lines.h"

#include <string.h>

/* The end of a longer line is dropped. The scratch takes one more byte, and half of an outlet's
 * buffer, of which the outlet tells when it is free, takes it all. */
#define MAX_LINE_BYTES (APOOL_FLOW_SCRATCH_BYTES - 1)

/**
 * apool_output_lines_init:
 * @self: (out): no lines
 * @hub: (transfer none): whose spool is used; outlives it
 * @outlet: (transfer none): where they go; outlives it
 */
void
apool_output_lines_init (ApoolOutputLines *self, const ApoolFlowHub *hub, ApoolOutlet *outlet)
{
  *self = (ApoolOutputLines){ .spool = hub->spool, .outlet = outlet };
  apool_outlet_follow_lines (outlet);
}

/**
 * apool_output_lines_clear:
 * @self: lines; empty afterwards, and what waited is dropped
 */
void
apool_output_lines_clear (ApoolOutputLines *self)
{
  apool_extents_clear (&self->held, self->spool);
  g_clear_pointer (&self->scratch, g_free);
  self->next_length = 0;
}

/* Puts @length bytes and a newline behind those that wait; they go to the outlet whole. */
static gboolean
apool_output_lines_push_piece (ApoolOutputLines *self,
                               const char *bytes,
                               gsize length,
                               GError **error)
{
  gsize kept = length + 1;

  if (self->next_length == 0)
    self->next_length = kept;
  else if (!apool_extents_push (&self->held, self->spool, &kept, sizeof kept, error))
    return FALSE;
  return apool_extents_push (&self->held, self->spool, bytes, length, error) &&
         apool_extents_push (&self->held, self->spool, "\n", 1, error);
}

/* How many of @bytes, at least one, a newline is to follow that may be there already: the most that
 * fit, at the end of a line if there is one among them. */
static gsize
apool_output_lines_find_piece (const char *bytes, gsize length)
{
  const char *newline;

  if (length < MAX_LINE_BYTES)
    return bytes[length - 1] == '\n' ? length - 1 : length;
  newline = memrchr (bytes, '\n', MAX_LINE_BYTES);
  return newline ? (gsize) (newline - bytes) : MAX_LINE_BYTES - 1;
}

/**
 * apool_output_lines_push_bytes:
 * @self: lines
 * @bytes: (array length=length): any bytes
 * @length: how many
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Puts lines behind those that wait: @bytes, and a newline where they do not end with one. What is
 * longer than 64 KiB becomes pieces, parted at the ends of lines, or by a newline within a line
 * that is longer itself.
 *
 * Returns: whether they are kept
 */
gboolean
apool_output_lines_push_bytes (ApoolOutputLines *self,
                               const char *bytes,
                               gsize length,
                               GError **error)
{
  while (length > 0)
    {
      gsize kept = apool_output_lines_find_piece (bytes, length);
      gsize taken = kept < length && bytes[kept] == '\n' ? kept + 1 : kept;

      if (!apool_output_lines_push_piece (self, bytes, kept, error))
        return FALSE;
      bytes += taken;
      length -= taken;
    }
  return TRUE;
}

/* Takes the first line, into the scratch at @offset. */
static gboolean
apool_output_lines_pop (ApoolOutputLines *self, gsize offset, GError **error)
{
  if (!apool_extents_pop (&self->held, self->spool, self->scratch + offset, self->next_length,
                          error))
    return FALSE;
  self->next_length = 0;
  return self->held.length == 0 || apool_extents_pop (&self->held, self->spool, &self->next_length,
                                                      sizeof self->next_length, error);
}

/**
 * apool_output_lines_print:
 * @self: lines
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Hands on the lines that the outlet has room for. Where what stands there is half a line, a
 * newline comes first.
 *
 * Returns: whether that went well
 */
gboolean
apool_output_lines_print (ApoolOutputLines *self, GError **error)
{
  while (apool_output_lines_has_room (self))
    {
      gsize n_before = apool_outlet_is_in_line (self->outlet) ? 1 : 0;
      gsize length = n_before + self->next_length;

      if (!self->scratch)
        self->scratch = g_malloc (APOOL_FLOW_SCRATCH_BYTES);
      self->scratch[0] = '\n';
      if (!apool_output_lines_pop (self, n_before, error))
        return FALSE;
      apool_outlet_write (self->outlet, self->scratch, length);
    }
  return TRUE;
}

/**
 * apool_output_lines_has_room:
 * @self: lines
 *
 * Returns: whether apool_output_lines_print() would print anything
 */
gboolean
apool_output_lines_has_room (const ApoolOutputLines *self)
{
  return self->next_length > 0 && apool_outlet_get_room (self->outlet) > self->next_length;
}

/**
 * apool_output_lines_is_empty:
 * @self: lines
 *
 * Returns: whether none waits
 */
gboolean
apool_output_lines_is_empty (const ApoolOutputLines *self)
{
  return self->next_length == 0;
}

/**
 * apool_output_lines_get_waiting:
 * @self: lines
 *
 * Returns: how many bytes wait
 */
guint64
apool_output_lines_get_waiting (const ApoolOutputLines *self)
{
  return self->held.length;
}
