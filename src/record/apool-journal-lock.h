/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

int apool_journal_lock_take (const char *directory, GError **error);
gboolean apool_journal_lock_is_own (int fd);
void apool_journal_lock_sign (int fd);

G_END_DECLS
