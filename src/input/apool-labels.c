/* SPDX-License-Identifier: MIT */
/* What is printed around what each job writes. */

#include "input/apool-labels.h"

#include "job/apool-colour.h"

struct _ApoolLabels
{
  ApoolTemplate *title;   /* (nullable) */
  GString *title_text;    /* of the last row */
  const char *tag_option; /* where the tag is from, for messages */
  ApoolTemplate *tag;     /* (nullable) */
  GString *tag_text;      /* of the last row */
  gboolean is_coloured;
};

/**
 * apool_labels_new:
 *
 * Returns: (transfer full): labels that have nothing yet
 */
ApoolLabels *
apool_labels_new (void)
{
  ApoolLabels *self = g_new0 (ApoolLabels, 1);

  self->title_text = g_string_new (NULL);
  self->tag_text = g_string_new (NULL);
  return self;
}

/**
 * apool_labels_free:
 * @self: (transfer full): labels
 */
void
apool_labels_free (ApoolLabels *self)
{
  g_clear_pointer (&self->title, apool_template_free);
  g_string_free (self->title_text, TRUE);
  g_clear_pointer (&self->tag, apool_template_free);
  g_string_free (self->tag_text, TRUE);
  g_free (self);
}

/**
 * apool_labels_set_tag:
 * @self: labels
 * @option: (transfer none): where @tag is from, for messages; outlives them
 * @tag: (transfer full): becomes, with a tab behind it, what each line begins with
 */
void
apool_labels_set_tag (ApoolLabels *self, const char *option, ApoolTemplate *tag)
{
  g_clear_pointer (&self->tag, apool_template_free);
  self->tag_option = option;
  self->tag = tag;
}

/**
 * apool_labels_set_title:
 * @self: labels
 * @title: (transfer full): becomes, with a newline behind it, what comes before all lines
 */
void
apool_labels_set_title (ApoolLabels *self, ApoolTemplate *title)
{
  g_clear_pointer (&self->title, apool_template_free);
  self->title = title;
}

/**
 * apool_labels_set_coloured:
 * @self: labels
 *
 * Has the lines of each job be in a colour that its number chooses.
 */
void
apool_labels_set_coloured (ApoolLabels *self)
{
  self->is_coloured = TRUE;
}

/* Returns: whether there is no such @template, or @text is what it becomes */
static gboolean
apool_labels_render (const ApoolTemplate *template,
                     const char *option,
                     const ApoolRow *row,
                     guint64 seq,
                     GString *text,
                     GError **error)
{
  if (!template || apool_template_render_text (template, row, seq, text, error))
    return TRUE;
  g_prefix_error (error, "%s: ", option);
  return FALSE;
}

/**
 * apool_labels_make:
 * @self: labels
 * @row: the inputs of a job
 * @seq: its number
 * @error: (out) (optional): of apool_template_render_text(), naming the option
 *
 * Returns: (transfer full) (nullable): the job's label
 */
ApoolLabel *
apool_labels_make (ApoolLabels *self, const ApoolRow *row, guint64 seq, GError **error)
{
  ApoolLabelParts parts = { 0 };
  char colour[APOOL_COLOUR_BYTES];

  if (!apool_labels_render (self->title, "--title", row, seq, self->title_text, error) ||
      !apool_labels_render (self->tag, self->tag_option, row, seq, self->tag_text, error))
    return NULL;
  if (self->title)
    {
      parts.title = self->title_text->str;
      parts.title_length = self->title_text->len;
    }
  if (self->tag)
    {
      g_string_append_c (self->tag_text, '\t');
      parts.tag = self->tag_text->str;
      parts.tag_length = self->tag_text->len;
    }
  if (self->is_coloured)
    {
      apool_colour_get (seq, colour);
      parts.colour = colour;
    }
  return apool_label_new (&parts);
}
