/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolLabelParts:
 * @title: (nullable) (array length=title_length): any bytes: a line of their own before all others
 * @title_length: how many
 * @tag: (nullable) (array length=tag_length): any bytes, which each line begins with
 * @tag_length: how many
 * @colour: (nullable): what has a terminal change its colours, which each line begins with, before
 *   the tag; at its end they are what they were
 *
 * What a label is made of.
 */
typedef struct
{
  const char *title;
  gsize title_length;
  const char *tag;
  gsize tag_length;
  const char *colour;
} ApoolLabelParts;

/**
 * ApoolLabel:
 *
 * What is printed around what a job writes, so that it can be told whose it is: an immutable,
 * reference-counted value.
 */
typedef struct _ApoolLabel ApoolLabel;

ApoolLabel *apool_label_new (const ApoolLabelParts *parts);
ApoolLabel *apool_label_new_coloured (const ApoolLabel *label, const char *colour);
ApoolLabel *apool_label_ref (ApoolLabel *self);
void apool_label_unref (ApoolLabel *self);

const char *apool_label_get_title (const ApoolLabel *self, gsize *length);
const char *apool_label_get_prefix (const ApoolLabel *self, gsize *length);
const char *apool_label_get_suffix (const ApoolLabel *self, gsize *length);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolLabel, apool_label_unref)

G_END_DECLS
