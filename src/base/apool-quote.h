/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void apool_quote_append (GString *line, const char *value, gsize length);

G_END_DECLS
