/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The longest time that can be said: more than any run takes, and far from what overflows when it
 * is added to a time of day. */
#define APOOL_DURATION_MAX_DAYS 100000

gboolean apool_duration_parse (const char *text, gint64 *usec, GError **error);
char *apool_duration_describe (gint64 usec);

G_END_DECLS
