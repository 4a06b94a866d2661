/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint64 apool_hash_bytes (gconstpointer data, gsize length);

G_END_DECLS
