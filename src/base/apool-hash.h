/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The hash of no bytes. */
#define APOOL_HASH_EMPTY G_GUINT64_CONSTANT (0xcbf29ce484222325)

guint64 apool_hash_append (guint64 hash, gconstpointer data, gsize length);
guint64 apool_hash_bytes (gconstpointer data, gsize length);

G_END_DECLS
