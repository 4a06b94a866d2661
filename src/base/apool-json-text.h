/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void apool_json_text_append_escaped (GString *text, const char *data, gsize length);
void apool_json_text_append_string (GString *text, const char *data, gsize length);
void apool_json_text_append_base64 (GString *text, const char *data, gsize length);

G_END_DECLS
