/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void apool_help_append_replacements (GString *text);

G_END_DECLS
