/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sys/resource.h>

G_BEGIN_DECLS

void apool_open_files_get (struct rlimit *limit);
gboolean apool_open_files_raise (guint64 n_files);
gboolean apool_open_files_has_room (guint n_files);

G_END_DECLS
