/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void apool_unquoted_append (GString *to, const char *text, gsize length);

G_END_DECLS
