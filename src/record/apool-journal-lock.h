/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

int apool_journal_lock_take (const char *directory, GError **error);

G_END_DECLS
