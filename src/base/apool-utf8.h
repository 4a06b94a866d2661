/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Before the first byte, and after the last one of a character. */
#define APOOL_UTF8_WHOLE ((guint32) 0)
/* What there was is no UTF-8, whatever follows. */
#define APOOL_UTF8_INVALID G_MAXUINT32

guint32 apool_utf8_scan (guint32 state, gconstpointer data, gsize length);
gboolean apool_utf8_is_valid (gconstpointer data, gsize length);

G_END_DECLS
