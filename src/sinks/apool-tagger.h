/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolTagger:
 * @tag: (nullable): what each line begins with, owned; %NULL where nothing is put before lines
 * @n_done: bytes of the tag that the present line has got; all of them within a line
 *
 * Puts a tag in front of each line of a stream that comes in pieces. All zero is one without a tag.
 * Embedded by its owner.
 */
typedef struct
{
  GBytes *tag;
  gsize n_done;
} ApoolTagger;

void apool_tagger_init (ApoolTagger *self, GBytes *tag);
void apool_tagger_clear (ApoolTagger *self);
gsize apool_tagger_fill (
    ApoolTagger *self, const guint8 **data, gsize *length, guint8 *buffer, gsize room);

G_END_DECLS
