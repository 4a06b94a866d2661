/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gsize apool_quote_get_length (const char *value, gsize length);
char *apool_quote_write (char *to, const char *value, gsize length);
void apool_quote_append (GString *line, const char *value, gsize length);

G_END_DECLS
