/* SPDX-License-Identifier: MIT */
/* Bytes as JSON has them: a string where they are UTF-8, else base64. */

#include "base/apool-json-text.h"

static gboolean
apool_json_text_needs_escape (char byte)
{
  return (guint8) byte < ' ' || byte == '"' || byte == '\\';
}

/**
 * apool_json_text_append_escaped:
 * @text: what it is appended to
 * @data: (array length=length): a piece of UTF-8, which may begin and end within a character
 * @length: how many bytes
 *
 * Appends a part of what is between the quotes of a string.
 */
void
apool_json_text_append_escaped (GString *text, const char *data, gsize length)
{
  const char *end = data + length;
  const char *from = data;

  for (const char *at = data; at < end; at++)
    {
      if (!apool_json_text_needs_escape (*at))
        continue;
      g_string_append_len (text, from, at - from);
      from = at + 1;
      if ((guint8) *at < ' ')
        g_string_append_printf (text, "\\u%04x", (guint) *at);
      else
        {
          g_string_append_c (text, '\\');
          g_string_append_c (text, *at);
        }
    }
  g_string_append_len (text, from, end - from);
}

/**
 * apool_json_text_append_string:
 * @text: what it is appended to
 * @data: (array length=length): UTF-8
 * @length: how many bytes
 *
 * Appends a string.
 */
void
apool_json_text_append_string (GString *text, const char *data, gsize length)
{
  g_string_append_c (text, '"');
  apool_json_text_append_escaped (text, data, length);
  g_string_append_c (text, '"');
}

/**
 * apool_json_text_append_base64:
 * @text: what it is appended to
 * @data: (array length=length): bytes
 * @length: how many
 *
 * Appends a string that is base64 of the bytes.
 */
void
apool_json_text_append_base64 (GString *text, const char *data, gsize length)
{
  g_autofree char *code = g_base64_encode ((const guchar *) data, length);

  g_string_append_c (text, '"');
  g_string_append (text, code);
  g_string_append_c (text, '"');
}
