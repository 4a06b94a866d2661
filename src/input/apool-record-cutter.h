/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "input/apool-record-format.h"
#include "job/apool-row.h"

G_BEGIN_DECLS

/**
 * ApoolRecordCutter:
 *
 * The buffer of an input source: bytes go in as they come, records come out.
 */
typedef struct _ApoolRecordCutter ApoolRecordCutter;

ApoolRecordCutter *apool_record_cutter_new (const ApoolRecordFormat *format);
void apool_record_cutter_free (ApoolRecordCutter *self);

char *apool_record_cutter_make_room (ApoolRecordCutter *self, gsize n_bytes);
void apool_record_cutter_fill (ApoolRecordCutter *self, gsize n_bytes);
gboolean apool_record_cutter_take (ApoolRecordCutter *self, ApoolRow *row);
gboolean apool_record_cutter_take_rest (ApoolRecordCutter *self, ApoolRow *row);
gboolean apool_record_cutter_is_stopped (const ApoolRecordCutter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolRecordCutter, apool_record_cutter_free)

G_END_DECLS
