/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-columns.h"
#include "input/apool-source.h"
#include "job/apool-fields.h"

G_BEGIN_DECLS

/**
 * ApoolColumnsKind:
 * @APOOL_COLUMNS_WHOLE: each value stays what it is
 * @APOOL_COLUMNS_REGEX: a regular expression separates columns (`--colsep`)
 * @APOOL_COLUMNS_CSV: comma-separated values (`--csv`)
 * @APOOL_COLUMNS_JSON: each value is JSON: the elements of an array are columns, the members of an
 *   object fields (`--jsonl`)
 */
typedef enum
{
  APOOL_COLUMNS_WHOLE,
  APOOL_COLUMNS_REGEX,
  APOOL_COLUMNS_CSV,
  APOOL_COLUMNS_JSON,
} ApoolColumnsKind;

/**
 * ApoolColumnsRules:
 * @kind: how a value is taken apart
 * @separator: (nullable): the regular expression, or for CSV the one byte, between columns
 * @patterns: (nullable) (array zero-terminated=1): one per input source, in order (`--match`)
 * @trim: what is done to each column then
 * @skips_bad: whether a bad input is a row that is skipped instead of one with a fault
 *   (`--bad-input skip`)
 *
 * What is made of the values of a row.
 */
typedef struct
{
  ApoolColumnsKind kind;
  const char *separator;
  const char *const *patterns;
  ApoolTrim trim;
  gboolean skips_bad;
} ApoolColumnsRules;

#define APOOL_TYPE_SOURCE_COLUMNS (apool_source_columns_get_type ())
G_DECLARE_FINAL_TYPE (ApoolSourceColumns, apool_source_columns, APOOL, SOURCE_COLUMNS, GObject)

ApoolSource *apool_source_columns_new (ApoolSource *source,
                                       const ApoolColumnsRules *rules,
                                       ApoolFields *fields,
                                       GError **error);
guint64 apool_source_columns_get_n_bad (ApoolSourceColumns *self);

/* `--header`: takes the first record of each of @sources, which are raw, and makes names of it.
 * Blocks until they are there: nothing runs yet. */
gboolean apool_source_columns_read_header (ApoolSource *const *sources,
                                           gsize n_sources,
                                           const char *header,
                                           const ApoolColumnsRules *rules,
                                           ApoolFields *fields,
                                           GError **error);

G_END_DECLS
