/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

G_BEGIN_DECLS

/**
 * ApoolTablePast:
 * @first: its first row, without the newline, or as much of it as may count; owned
 * @first_is_whole: whether that ends in a newline
 * @end: where its last whole row ends; what follows was torn
 *
 * What an earlier run has left in a file of rows.
 */
typedef struct
{
  GString *first;
  gboolean first_is_whole;
  off_t end;
} ApoolTablePast;

gboolean
apool_table_past_read (ApoolTablePast *self, const char *path, gboolean has_quotes, GError **error);
void apool_table_past_clear (ApoolTablePast *self);
gboolean apool_table_past_begins_with (const ApoolTablePast *self, const char *text);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ApoolTablePast, apool_table_past_clear)

G_END_DECLS
