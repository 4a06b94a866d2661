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
 * ApoolInputWords:
 * @max_args: `-n`, or %APOOL_OPTIONS_NOT_SAID
 * @max_replace_args: the same of `-N`
 * @max_lines: the same of `-l`
 * @lines: the same of `-L`
 * @fills_context: `-X`
 * @fills_word: `-m`
 * @fills_line: `--xargs`
 *
 * What was said of several inputs per job, word by word: which of it counts is known when all of it
 * has been read.
 */
typedef struct
{
  gint64 max_args;
  gint64 max_replace_args;
  gint64 max_lines;
  gint64 lines;
  gboolean fills_context;
  gboolean fills_word;
  gboolean fills_line;
} ApoolInputWords;

/**
 * ApoolInputOptions:
 * @places: (element-type ApoolInputPlace): the input sources in order, those of `-a` first; none
 *   means standard input
 * @arg_separator: the word before values, `:::` unless `--arg-sep` says so; with a `+` behind it
 *   they go along with the source before them
 * @file_separator: the same before names of files (`--arg-file-sep`)
 * @links: whether all of them go along with each other (`--link`)
 * @delimiter: (nullable): what ends a record; %NULL is a newline
 * @end_of_input: (nullable): which record ends a source (`-E`)
 * @skips_blank: whether blank records are left out (`-r`)
 * @skips_first: whether the first record of the first source is left out (`--skip-first-line`)
 * @trim: what is done to values (`--trim`, of #ApoolTrim), or %APOOL_OPTIONS_NOT_SAID
 * @colsep: (nullable): `--colsep`
 * @is_csv: `--csv`
 * @is_jsonl: `--jsonl`
 * @header: (nullable): `--header`
 * @patterns: (element-type utf8): `--match`, in order
 * @skips_bad: `--bad-input skip`
 * @shuffles: `--shuf`
 * @seed: (nullable): `--seed`
 * @selection: which rows are run
 * @max_lines: `-L`, else `-l`, so many lines a job: a record that ends in white space goes on in
 *   the next one; 0 where neither was said
 * @max_args: so many records a job: `-N`, else `-n`, else `-L`, else `-l`; 0 is one record a job
 *   whose values do not count; %APOOL_OPTIONS_NOT_SAID where none was said: one, or with @fills any
 *   number
 * @fills: whether a job gets as many records as fit (`-X`, `-m`, `--xargs`)
 * @spreads: whether the last records are spread over the slots then (`-X`, `-m`)
 * @repeats_context: whether words are repeated for values (`-X`, `-N`; `-L` without `-m`)
 * @max_chars: `-s`; 0 where it was not said
 * @ends_at_too_long: `-x`
 * @total_jobs: `--total-jobs`; 0 where it was not said
 * @filters: (element-type utf8): `--filter`, in order
 * @words: what @max_lines, @max_args, @fills and @repeats_context were made of
 *
 * Where inputs come from, and how they become jobs.
 */
typedef struct
{
  GArray *places;
  const char *arg_separator;
  const char *file_separator;
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
  gboolean spreads;
  gboolean repeats_context;
  guint64 max_chars;
  gboolean ends_at_too_long;
  guint64 total_jobs;
  GPtrArray *filters;
  ApoolInputWords words;
} ApoolInputOptions;

void apool_input_options_init (ApoolInputOptions *self);
void apool_input_options_clear (ApoolInputOptions *self);
void apool_input_options_add_file (ApoolInputOptions *self, const char *path, gboolean is_linked);
void apool_input_options_add_args (ApoolInputOptions *self,
                                   const char *const *args,
                                   gsize n_args,
                                   gboolean is_linked);
char *apool_input_options_dup_name (const ApoolInputOptions *self);
gboolean apool_input_options_finish (ApoolInputOptions *self, GError **error);
gsize apool_input_options_get_n_values (const ApoolInputOptions *self);

G_END_DECLS
