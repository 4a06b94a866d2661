/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-label.h"

G_BEGIN_DECLS

/**
 * ApoolTaggerPlace:
 * @APOOL_TAGGER_BEFORE_LINE: the next byte is the first one of a line; a part of what comes before
 *   it may be printed
 * @APOOL_TAGGER_IN_LINE: something of a line is printed
 * @APOOL_TAGGER_BEHIND_LINE: the next byte ends a line; a part of what comes before it may be
 * printed
 * @APOOL_TAGGER_AT_END: the same, and all that comes before it is printed
 * @APOOL_TAGGER_BEHIND_RETURN: what is printed ends with a carriage return
 */
typedef enum
{
  APOOL_TAGGER_BEFORE_LINE,
  APOOL_TAGGER_IN_LINE,
  APOOL_TAGGER_BEHIND_LINE,
  APOOL_TAGGER_AT_END,
  APOOL_TAGGER_BEHIND_RETURN,
} ApoolTaggerPlace;

/**
 * ApoolTagger:
 * @label: (nullable): what is put around each line, owned; %NULL where lines stay as they are
 * @place: where in the stream it is
 * @n_done: bytes that are printed of what comes before a line, or behind it
 *
 * Puts a label around each line of a stream that comes in pieces. All zero is one without a label.
 * Embedded by its owner.
 */
typedef struct
{
  ApoolLabel *label;
  ApoolTaggerPlace place;
  gsize n_done;
} ApoolTagger;

void apool_tagger_init (ApoolTagger *self, ApoolLabel *label);
void apool_tagger_clear (ApoolTagger *self);
gsize apool_tagger_fill (
    ApoolTagger *self, const guint8 **data, gsize *length, guint8 *buffer, gsize room);
const char *apool_tagger_end (ApoolTagger *self, gsize *length);

G_END_DECLS
