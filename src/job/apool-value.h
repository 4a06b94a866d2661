/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolValue:
 * @data: its bytes, not NUL-terminated; %NULL with a length is one that was too long to be read
 * @length: how many
 */
typedef struct
{
  const char *data;
  gsize length;
} ApoolValue;

/**
 * apool_value_is_unread:
 * @value: a value
 *
 * Returns: whether it was too long to be read, so that only its length is known
 */
static inline gboolean
apool_value_is_unread (const ApoolValue *value)
{
  return !value->data && value->length > 0;
}

/**
 * apool_value_is_space:
 * @byte: a byte of a value
 *
 * Returns: whether it is white space as Perl has it in bytes; g_ascii_isspace() leaves the vertical
 *   tab out
 */
static inline gboolean
apool_value_is_space (char byte)
{
  return byte == ' ' || (byte >= '\t' && byte <= '\r');
}

char *apool_value_dup_unread_fault (const ApoolValue *values, gsize n_values);

G_END_DECLS
