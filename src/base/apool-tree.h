/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean apool_tree_remove (const char *path, GError **error);

G_END_DECLS
