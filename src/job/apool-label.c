/* SPDX-License-Identifier: MIT */
/* What is printed around what a job writes.
 *
 * There is one for each job that waits or runs, so all its bytes are in one block: the title, then
 * what each line begins with. */

#include "job/apool-label.h"

#include <string.h>

/* Gives a terminal its own colours back. */
static const char apool_label_reset[] = "\033[m";

struct _ApoolLabel
{
  gatomicrefcount refs;
  gsize title_length;  /* with its newline; 0 without a title */
  gsize colour_length; /* 0 without a colour */
  gsize tag_length;
  char bytes[]; /* one after the other */
};

static char *
apool_label_append (char *at, const char *bytes, gsize length)
{
  if (length > 0) /* else it may be NULL, which memcpy() must not see */
    memcpy (at, bytes, length);
  return at + length;
}

/**
 * apool_label_new:
 * @parts: what it is made of, copied
 *
 * Returns: (transfer full): the label
 */
ApoolLabel *
apool_label_new (const ApoolLabelParts *parts)
{
  gsize colour_length = parts->colour ? strlen (parts->colour) : 0;
  gsize title_length = parts->title ? parts->title_length + 1 : 0;
  ApoolLabel *self = g_malloc (sizeof *self + title_length + colour_length + parts->tag_length);
  char *at = self->bytes;

  g_atomic_ref_count_init (&self->refs);
  self->title_length = title_length;
  self->colour_length = colour_length;
  self->tag_length = parts->tag_length;
  if (parts->title)
    {
      at = apool_label_append (at, parts->title, parts->title_length);
      *at++ = '\n';
    }
  at = apool_label_append (at, parts->colour, colour_length);
  apool_label_append (at, parts->tag, parts->tag_length);
  return self;
}

/**
 * apool_label_new_coloured:
 * @label: (nullable): a label
 * @colour: instead of the one that it may have
 *
 * Returns: (transfer full): the same label in another colour
 */
ApoolLabel *
apool_label_new_coloured (const ApoolLabel *label, const char *colour)
{
  ApoolLabelParts parts = { .colour = colour };

  if (label && label->title_length > 0)
    {
      parts.title = label->bytes;
      parts.title_length = label->title_length - 1;
    }
  if (label)
    {
      parts.tag = label->bytes + label->title_length + label->colour_length;
      parts.tag_length = label->tag_length;
    }
  return apool_label_new (&parts);
}

/**
 * apool_label_ref:
 * @self: a label
 *
 * Returns: (transfer full): the same
 */
ApoolLabel *
apool_label_ref (ApoolLabel *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * apool_label_unref:
 * @self: (transfer full): a label
 */
void
apool_label_unref (ApoolLabel *self)
{
  if (g_atomic_ref_count_dec (&self->refs))
    g_free (self);
}

/**
 * apool_label_get_title:
 * @self: a label
 * @length: (out): how many bytes it has
 *
 * Returns: (transfer none) (array length=length): what stands before everything else, with a
 *   newline; nothing without a title
 */
const char *
apool_label_get_title (const ApoolLabel *self, gsize *length)
{
  *length = self->title_length;
  return self->bytes;
}

/**
 * apool_label_get_prefix:
 * @self: a label
 * @length: (out): how many bytes it has
 *
 * Returns: (transfer none) (array length=length): what each line begins with
 */
const char *
apool_label_get_prefix (const ApoolLabel *self, gsize *length)
{
  *length = self->colour_length + self->tag_length;
  return self->bytes + self->title_length;
}

/**
 * apool_label_get_suffix:
 * @self: a label
 * @length: (out): how many bytes it has
 *
 * Returns: (transfer none) (array length=length): what each line ends with, before its newline
 */
const char *
apool_label_get_suffix (const ApoolLabel *self, gsize *length)
{
  *length = self->colour_length > 0 ? strlen (apool_label_reset) : 0;
  return apool_label_reset;
}
