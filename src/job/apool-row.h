/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolValue:
 * @data: its bytes, not NUL-terminated
 * @length: how many
 */
typedef struct
{
  const char *data;
  gsize length;
} ApoolValue;

/**
 * ApoolRow:
 * @values: (array length=n_values): one value per input source or column
 * @n_values: how many, at least one
 * @line: where it came from, counted from 1: the record's number in its input
 *
 * One input as a source yields it: a view into the source's memory, valid until the source is
 * asked for the next one.
 */
typedef struct
{
  const ApoolValue *values;
  gsize n_values;
  guint64 line;
} ApoolRow;

G_END_DECLS
