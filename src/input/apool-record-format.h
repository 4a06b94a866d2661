/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The longest record whose bytes are kept: far over what the kernel takes as an argument, far under
 * what would hurt. */
#define APOOL_RECORD_MAX_BYTES (16 * 1024 * 1024)

/**
 * ApoolRecordFormat:
 * @delimiter: the bytes that end a record, at least one; may hold NULs
 * @delimiter_length: how many
 * @end_of_input: (nullable): a record that ends its input source, and is not one itself (`-E`); an
 *   empty one ends nothing
 * @skips_blank: whether records of nothing but white space are left out (`-r`)
 * @joins_continued: whether a record that ends in white space is continued by the next one (`-L`)
 * @joins_quoted: whether a delimiter between double quotes is part of the record (`--csv`)
 * @n_apart: so many records at the beginning are never continued: those that are no inputs
 *
 * How the bytes of an input source are cut into records.
 */
typedef struct
{
  const char *delimiter;
  gsize delimiter_length;
  const char *end_of_input;
  gboolean skips_blank;
  gboolean joins_continued;
  gboolean joins_quoted;
  guint n_apart;
} ApoolRecordFormat;

GBytes *apool_record_format_parse_delimiter (const char *text, GError **error);

G_END_DECLS
