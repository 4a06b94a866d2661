/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "base/apool-quote.h"
#include "job/apool-holes.h"
#include "job/apool-pieces.h"
#include "job/apool-row.h"

G_BEGIN_DECLS

/**
 * ApoolRenderingStyle:
 * @is_text: whether it is for ourselves: any bytes, of any length that fits in memory
 * @is_words: whether values are words of their own, which end with a NUL, instead of being joined
 *   by blanks
 * @quote: how values are quoted for the shell that reads it
 * @is_pattern: whether what differs from run to run only leaves a hole
 * @keeps_missing: whether a word that holds nothing but values that there are not is a word
 * @value_limit: how long one value may be, bytes
 * @n_jobs: the greatest slot
 *
 * What is made of pieces.
 */
typedef struct
{
  gboolean is_text;
  gboolean is_words;
  ApoolQuoteStyle quote;
  gboolean is_pattern;
  gboolean keeps_missing;
  gsize value_limit;
  guint n_jobs;
} ApoolRenderingStyle;

/**
 * ApoolRenderingHole:
 * @offset: where it is in the text
 * @replacement: the slot, in a form; %NULL for one of @result
 * @result: (nullable): its choices
 * @quote: how these are still to be quoted
 * @is_number: whether it is for digits and nothing else
 * @touches: in a pattern: whether a value stands next to it
 *
 * A place for what is not known yet.
 */
typedef struct
{
  gsize offset;
  const ApoolReplacement *replacement;
  const ApoolComputedResult *result;
  ApoolQuoteStyle quote;
  gboolean is_number;
  gboolean touches;
} ApoolRenderingHole;

/**
 * ApoolRendering:
 * @text: what the pieces have become
 * @holes: (element-type ApoolRenderingHole): in the order of their offsets
 * @is_skipped: whether there is nothing to run for the row after all
 * @has_unquoted: whether something of it only means what it should to a shell
 * @scratch: for one value
 * @style: what is being made; not owned
 * @row: of what
 * @seq: the number of the task
 * @in_word: whether a word has begun
 * @quoted_end: where the last value that was quoted ends in the text
 * @value_end: in a pattern: where the last value ends
 *
 * One pass over the pieces of a template. Its memory is reused by the next one.
 */
typedef struct
{
  GString *text;
  GArray *holes;
  gboolean is_skipped;
  gboolean has_unquoted;

  GString *scratch;
  const ApoolRenderingStyle *style;
  const ApoolRow *row;
  guint64 seq;
  gboolean in_word;
  gsize quoted_end;
  gsize value_end;
} ApoolRendering;

void apool_rendering_init (ApoolRendering *self);
void apool_rendering_clear (ApoolRendering *self);
gboolean apool_rendering_run (ApoolRendering *self,
                              const ApoolRenderingStyle *style,
                              const GArray *pieces,
                              const ApoolRow *row,
                              guint64 seq,
                              GError **error);
guint64 apool_rendering_measure (ApoolRendering *self,
                                 const ApoolRenderingStyle *style,
                                 const ApoolReplacement *replacement,
                                 const ApoolRow *row,
                                 guint64 seq);
ApoolHoles *apool_rendering_make_holes (const ApoolRendering *self);

G_END_DECLS
