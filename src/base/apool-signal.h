/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean apool_signal_parse (const char *text, gsize length, int *signum);
char *apool_signal_dup_name (int signum);

G_END_DECLS
