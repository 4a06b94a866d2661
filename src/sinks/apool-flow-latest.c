/* SPDX-License-Identifier: MIT */
/* The latest line of a flow, where only that is printed. */

#include "sinks/apool-flow.h"

/**
 * apool_flow_has_latest:
 * @self: a flow
 *
 * Returns: whether it has a latest line, and the other stream none after it that takes its place
 */
gboolean
apool_flow_has_latest (const ApoolFlow *self)
{
  return !apool_latest_is_empty (&self->latest) &&
         (!self->row || self->row->latest == &self->latest);
}

/* Prints the line as it is to stand above the rows of other jobs. */
static gboolean
apool_flow_print_shown (ApoolFlow *self, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  apool_display_append_line (text, &self->latest);
  return apool_flow_print (self, text->str, text->len, error);
}

/**
 * apool_flow_print_latest:
 * @self: a flow that is finished, and has a latest line
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Prints that line, with a newline.
 *
 * Returns: whether that went well
 */
gboolean
apool_flow_print_latest (ApoolFlow *self, GError **error)
{
  const GString *text = self->latest.text;

  if (self->row && self->hub->display)
    return apool_flow_print_shown (self, error);
  return apool_flow_print (self, text->str, text->len, error) &&
         apool_flow_print (self, "\n", 1, error);
}

/**
 * apool_flow_tell_cut:
 * @self: a flow that has a latest line
 * @seq: the job that wrote it
 *
 * Says so where only the beginning of that line was printed: nothing is cut without a word.
 */
void
apool_flow_tell_cut (const ApoolFlow *self, guint64 seq)
{
  g_autofree char *line = NULL;

  if (!apool_latest_is_cut (&self->latest))
    return;
  line = g_strdup_printf ("apool: --latest-line: job %" G_GUINT64_FORMAT
                          ": a line of %" G_GUINT64_FORMAT " bytes: cut after %zu\n",
                          seq, self->latest.length, APOOL_LATEST_MAX_BYTES);
  self->hub->say (line, self->hub->data);
}
