/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-borders.h"
#include "input/apool-source.h"

G_BEGIN_DECLS

/**
 * ApoolRowWindow:
 *
 * The rows of a source from the first one on that is in no job yet: they can be read more than
 * once, so that the borders of jobs are found by what comes behind them.
 */
typedef struct _ApoolRowWindow ApoolRowWindow;

ApoolRowWindow *apool_row_window_new (ApoolSource *source, ApoolBorders *borders);
void apool_row_window_free (ApoolRowWindow *self);

ApoolSourceStatus
apool_row_window_next (ApoolRowWindow *self, ApoolRow *row, guint64 *number, GError **error);
gboolean apool_row_window_choose (ApoolRowWindow *self, gsize n_natural, gsize *n_records);
gboolean apool_row_window_gave_way (const ApoolRowWindow *self);
void apool_row_window_rewind (ApoolRowWindow *self);
void
apool_row_window_describe (const ApoolRowWindow *self, gsize n_records, ApoolIdentityBatch *batch);
void apool_row_window_take (ApoolRowWindow *self, gsize n_rows);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolRowWindow, apool_row_window_free)

G_END_DECLS
