/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean apool_memory_read_free (const char *root, guint64 *bytes, char **failure);
guint apool_memory_count_to_run (guint64 free, guint64 limit, guint n_jobs, guint n_paused);

G_END_DECLS
