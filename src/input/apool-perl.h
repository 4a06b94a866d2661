/* SPDX-License-Identifier: MIT */
#pragma once

#include <sys/types.h>

#include "base/apool-quote.h"
#include "input/apool-source.h"

G_BEGIN_DECLS

/**
 * ApoolPerlExpression:
 * @text: what is evaluated
 * @positions: (array length=n_positions): for which values: from 1, or from the end where negative
 * @n_positions: how many; 0 where it is for all values
 */
typedef struct
{
  const char *text;
  const gint64 *positions;
  gsize n_positions;
} ApoolPerlExpression;

/**
 * ApoolPerlQuestion:
 * @only_filters: whether the expressions are left alone: what was computed last is kept
 * @seq: the number of the row
 * @total: of how many jobs the run is; 0 where nobody knows
 * @n_records: how many records the values belong to; 0 counts as 1
 * @values: (array length=n_values): the values of the row
 * @n_values: how many
 * @filters: (array length=n_filters): Perl conditions; where one is false, the row is skipped
 * @n_filters: how many
 *
 * What perl is asked about one row.
 */
typedef struct
{
  gboolean only_filters;
  guint64 seq;
  guint64 total;
  gsize n_records;
  const ApoolValue *values;
  gsize n_values;
  const ApoolValue *filters;
  gsize n_filters;
} ApoolPerlQuestion;

/**
 * ApoolPerl:
 *
 * A perl process that evaluates the expressions of a run, row by row.
 */
typedef struct _ApoolPerl ApoolPerl;

ApoolPerl *apool_perl_start (const ApoolPerlExpression *expressions,
                             gsize n_expressions,
                             guint n_slots,
                             ApoolQuoteStyle quote,
                             GError **error);
void apool_perl_free (ApoolPerl *self);
pid_t apool_perl_get_pid (const ApoolPerl *self);

gboolean apool_perl_ask (ApoolPerl *self, const ApoolPerlQuestion *question);
void apool_perl_close (ApoolPerl *self);

ApoolSourceStatus
apool_perl_next (ApoolPerl *self, const char **bytes, gsize *length, GError **error);
void
apool_perl_wait (ApoolPerl *self, GMainContext *context, ApoolSourceReadyFunc ready, gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolPerl, apool_perl_free)

G_END_DECLS
