/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "job/apool-row.h"

G_BEGIN_DECLS

/**
 * ApoolRowLog:
 *
 * Rows kept for another reading, in little memory however many there are: their values and their
 * line, or all of them. Rows are appended at the end and read from any place on, one after the
 * other.
 */
typedef struct _ApoolRowLog ApoolRowLog;

ApoolRowLog *apool_row_log_new (const char *directory);
ApoolRowLog *apool_row_log_new_whole (const char *directory);
void apool_row_log_free (ApoolRowLog *self);

gboolean
apool_row_log_append (ApoolRowLog *self, const ApoolRow *row, guint64 *offset, GError **error);
guint64 apool_row_log_get_n_rows (const ApoolRowLog *self);
void apool_row_log_seek (ApoolRowLog *self, guint64 offset);
gboolean apool_row_log_is_at_end (const ApoolRowLog *self);
gboolean apool_row_log_read (ApoolRowLog *self, ApoolRow *row, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolRowLog, apool_row_log_free)

G_END_DECLS
