/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "input/apool-record-format.h"
#include "job/apool-value.h"

G_BEGIN_DECLS

/**
 * ApoolRecordPiece:
 * @value: what stands between two delimiters; %NULL with a length where it was too long to be kept
 * @number: which piece of its input source it is, counted from 1
 * @has_delimiter: whether one follows it; only the last one of a source may have none
 * @is_odd: whether it has an odd number of double quotes; counts only where quotes join
 * @last: its last byte, if it has any
 *
 * What the bytes of an input source are cut into.
 */
typedef struct
{
  ApoolValue value;
  guint64 number;
  gboolean has_delimiter;
  gboolean is_odd;
  char last;
} ApoolRecordPiece;

/**
 * ApoolRecordVerdict:
 * @APOOL_RECORD_WHOLE: there is a record
 * @APOOL_RECORD_MORE: there is none before more pieces have come
 * @APOOL_RECORD_STOP: the source is to end here
 */
typedef enum
{
  APOOL_RECORD_WHOLE,
  APOOL_RECORD_MORE,
  APOOL_RECORD_STOP,
} ApoolRecordVerdict;

/**
 * ApoolRecordJoiner:
 *
 * Makes records of pieces by the rules of a format: one of several, or of one none at all.
 */
typedef struct _ApoolRecordJoiner ApoolRecordJoiner;

ApoolRecordJoiner *apool_record_joiner_new (const ApoolRecordFormat *format);
void apool_record_joiner_free (ApoolRecordJoiner *self);

ApoolRecordVerdict apool_record_joiner_add (ApoolRecordJoiner *self,
                                            const ApoolRecordPiece *piece,
                                            ApoolValue *record,
                                            guint64 *number);
gboolean apool_record_joiner_finish (ApoolRecordJoiner *self, ApoolValue *record, guint64 *number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolRecordJoiner, apool_record_joiner_free)

G_END_DECLS
