/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

const char *apool_last_line_find (const char *bytes, gsize length, gsize *line_length);

G_END_DECLS
