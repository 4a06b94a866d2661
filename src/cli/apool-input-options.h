/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "input/apool-source-columns.h"
#include "input/apool-source-select.h"

G_BEGIN_DECLS

/**
 * ApoolInputPlace:
 * @args: (nullable) (array zero-terminated=1): the values themselves (`:::`)
 * @path: (nullable): a file of records (`-a`, `::::`); "-" is standard input; %NULL where @args is
 *   there
 * @is_linked: whether it goes along with the one before it (`:::+`, `::::+`, `-a +FILE`)
 *
 * One input source, as the command line names it.
 */
typedef struct
{
  const char **args;
  const char *path;
  gboolean is_linked;
} ApoolInputPlace;

/**
 * ApoolInputOptions:
 * @places: (element-type ApoolInputPlace): the input sources in order; none means standard input
 * @links: whether all of them go along with each other (`--link`)
 * @delimiter: (nullable): what ends a record; %NULL is a newline
 * @end_of_input: (nullable): which record ends a source (`-E`)
 * @skips_blank: whether blank records are left out (`-r`)
 * @skips_first: whether the first record of standard input is left out (`--skip-first-line`)
 * @trim: what is done to values (`--trim`), or %APOOL_OPTIONS_NOT_SAID
 * @colsep: (nullable): `--colsep`
 * @is_csv: `--csv`
 * @is_jsonl: `--jsonl`
 * @header: (nullable): `--header`
 * @patterns: (element-type utf8): `--match`, in order
 * @skips_bad: `--bad-input skip`
 * @shuffles: `--shuf`
 * @seed: (nullable): `--seed`
 * @selection: which rows are run
 * @max_lines: `-L`, `-l`: so many lines a job; 0 where it was not said
 * @max_args: `-n`, `-N`: so many records a job, or %APOOL_OPTIONS_NOT_SAID
 * @fills: whether a job gets as many records as fit (`-X`, `-m`, `--xargs`)
 * @repeats_context: whether words are repeated for values (`-X`, `-N`, `-L`, not with `-m`)
 * @max_chars: `-s`; 0 where it was not said
 * @ends_at_too_long: `-x`
 * @total_jobs: `--total-jobs`; 0 where it was not said
 * @filters: (element-type utf8): `--filter`, in order
 *
 * Where inputs come from, and how they become jobs.
 */
typedef struct
{
  GArray *places;
  gboolean links;
  GBytes *delimiter;
  const char *end_of_input;
  gboolean skips_blank;
  gboolean skips_first;
  int trim;
  const char *colsep;
  gboolean is_csv;
  gboolean is_jsonl;
  const char *header;
  GPtrArray *patterns;
  gboolean skips_bad;
  gboolean shuffles;
  guint64 *seed;
  ApoolSelection selection;
  guint64 max_lines;
  gint64 max_args;
  gboolean fills;
  gboolean repeats_context;
  guint64 max_chars;
  gboolean ends_at_too_long;
  guint64 total_jobs;
  GPtrArray *filters;
} ApoolInputOptions;

G_END_DECLS
