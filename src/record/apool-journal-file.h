/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

int apool_journal_file_open (const char *path, int flags, GError **error);

G_END_DECLS
