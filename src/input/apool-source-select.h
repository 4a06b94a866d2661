/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-source.h"

G_BEGIN_DECLS

/**
 * ApoolSelection:
 * @n_skipped: so many rows at the beginning are skipped
 * @max_rows: no more rows than these follow; 0 without limit
 * @part: which part of the rows is taken, from 1 to @n_parts
 * @n_parts: how many parts there are, at least 1
 * @total: how many rows there are, where that was said (`--total-jobs`): each row then says it;
 * else
 *   0
 *
 * Which rows of an input are run. The others are yielded too, as rows that are skipped: each keeps
 * its number.
 */
typedef struct
{
  guint64 n_skipped;
  guint64 max_rows;
  guint64 part;
  guint64 n_parts;
  guint64 total;
} ApoolSelection;

#define APOOL_TYPE_SOURCE_SELECT (apool_source_select_get_type ())
G_DECLARE_FINAL_TYPE (ApoolSourceSelect, apool_source_select, APOOL, SOURCE_SELECT, GObject)

ApoolSource *apool_source_select_new (ApoolSource *source, const ApoolSelection *selection);

/* The part, counted from 1, that a row with these values belongs to. */
guint64 apool_source_select_get_part (const ApoolValue *values, gsize n_values, guint64 n_parts);

G_END_DECLS
