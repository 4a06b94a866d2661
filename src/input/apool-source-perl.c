/* SPDX-License-Identifier: MIT */
/* Rows with what Perl expressions make of them.
 *
 * As many rows as are there, up to a bound, are asked about at once, and yielded as the answers
 * come: a round. The next round begins when all of them were yielded, so that nothing is read
 * further ahead. How many rows a round has grows while perl is quick, and shrinks where it takes
 * its time: then the first job would have to wait for the last row.
 *
 * Filters see the run as it is when their row's turn comes. Without expressions their texts go
 * with the row. With expressions they depend on what these yield: then a round has one row, and
 * perl is asked twice: for the expressions, and then for the filters. */

#include "input/apool-source-perl.h"

#include "base/apool-error.h"
#include "input/apool-perl-answer.h"
#include "input/apool-perl.h"
#include "input/apool-row-queue.h"

/* The bounds of a round. */
#define MAX_ROUND_ROWS 64
#define MAX_ROUND_BYTES (64 * 1024)

/* A round that took less may be twice as long the next time; one that took more, half as long. */
#define QUICK_USEC (10 * 1000)
#define SLOW_USEC (50 * 1000)

struct _ApoolSourcePerl
{
  GObject parent;

  ApoolSource *source;
  ApoolSyntax *syntax;
  ApoolTemplate *const *filters; /* (nullable), not owned */
  gsize n_filters;
  GPtrArray *filter_texts; /* (element-type GString): what they are for one row */
  guint n_slots;
  ApoolQuoteStyle quote;

  gboolean is_prepared; /* expressions are known */
  gsize n_expressions;
  ApoolPerl *perl; /* (nullable) */
  ApoolPerlAnswer *answer;

  ApoolRowQueue *round;
  gsize n_yielded;        /* of the round */
  guint64 n_before;       /* rows before the round */
  gsize n_rows;           /* how many the next round has at most */
  gint64 asked_usec;      /* when the round began, of the monotonic clock */
  gboolean asked_filters; /* of the next row to be yielded, whose expressions were answered */

  ApoolSourceStatus end; /* what the source has said at last; %APOOL_SOURCE_ROW before */
  GError *why;
  gboolean is_over; /* so have we */
  gboolean waits_for_perl;
};

static void apool_source_perl_source_init (ApoolSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolSourcePerl,
                               apool_source_perl,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_SOURCE,
                                                      apool_source_perl_source_init))

static void
apool_source_perl_prepare (ApoolSourcePerl *self)
{
  if (self->is_prepared)
    return;
  self->is_prepared = TRUE;
  (void) apool_syntax_get_expressions (self->syntax, &self->n_expressions);
  self->answer = apool_perl_answer_new (self->n_expressions);
}

static gboolean
apool_source_perl_asks_twice (ApoolSourcePerl *self)
{
  return self->n_filters > 0 && self->n_expressions > 0;
}

static gboolean
apool_source_perl_start (ApoolSourcePerl *self, GError **error)
{
  g_autofree ApoolPerlExpression *expressions = g_new0 (ApoolPerlExpression, self->n_expressions);
  gsize n_expressions;
  const char *const *texts = apool_syntax_get_expressions (self->syntax, &n_expressions);

  for (gsize i = 0; i < self->n_expressions; i++)
    {
      expressions[i].text = texts[i];
      expressions[i].positions =
          apool_syntax_get_positions (self->syntax, i, &expressions[i].n_positions);
    }
  self->perl =
      apool_perl_start (expressions, self->n_expressions, self->n_slots, self->quote, error);
  return self->perl != NULL;
}

/* What perl is asked about row @i of the round. */
static gboolean
apool_source_perl_ask (ApoolSourcePerl *self, gsize i, gboolean is_first)
{
  const ApoolRow *row = apool_row_queue_get (self->round, i);
  gboolean has_filters = !is_first || !apool_source_perl_asks_twice (self);
  g_autofree ApoolValue *filters = g_new0 (ApoolValue, self->n_filters);
  ApoolPerlQuestion question = {
    .only_filters = !is_first || self->n_expressions == 0,
    .seq = self->n_before + i + 1,
    .total = row->total,
    .n_records = row->n_records,
    .values = row->values,
    .n_values = row->n_values,
    .filters = filters,
    .n_filters = has_filters ? self->n_filters : 0,
  };

  for (gsize filter = 0; filter < question.n_filters; filter++)
    {
      const GString *text = g_ptr_array_index (self->filter_texts, filter);

      filters[filter] = (ApoolValue){ text->str, text->len };
    }
  return apool_perl_ask (self->perl, &question);
}

static gboolean
apool_source_perl_render_filters (ApoolSourcePerl *self,
                                  const ApoolRow *row,
                                  guint64 seq,
                                  GError **error)
{
  for (gsize filter = 0; filter < self->n_filters; filter++)
    {
      GString *text = g_ptr_array_index (self->filter_texts, filter);

      if (!apool_template_render_text (self->filters[filter], row, seq, text, error))
        {
          g_prefix_error (error, "--filter: ");
          return FALSE;
        }
    }
  return TRUE;
}

/* Asks about row @i of the round what can be asked without knowing any answer. */
static void
apool_source_perl_ask_first (ApoolSourcePerl *self, gsize i)
{
  const ApoolRow *row = apool_row_queue_get (self->round, i);
  guint64 seq = self->n_before + i + 1;
  g_autoptr (GError) why = NULL;

  if (row->is_skipped || row->fault)
    return;
  if (!apool_source_perl_asks_twice (self) &&
      !apool_source_perl_render_filters (self, row, seq, &why))
    apool_row_queue_spoil (self->round, i, why->message);
  else if (!apool_source_perl_ask (self, i, TRUE))
    apool_row_queue_spoil (self->round, i, "the input is too long");
}

/* Keeps @row for the round. Of one that is not evaluated nothing is left but what it is. */
static void
apool_source_perl_push (ApoolSourcePerl *self, const ApoolRow *row)
{
  ApoolRow bare = { .line = row->line, .total = row->total, .n_records = row->n_records };
  g_autofree char *fault = NULL;

  if (!row->fault && !row->is_skipped)
    fault = apool_value_dup_unread_fault (row->values, row->n_values);
  bare.is_skipped = row->is_skipped;
  bare.fault = row->fault ? row->fault : fault;
  apool_row_queue_push (self->round, bare.is_skipped || bare.fault ? &bare : row);
}

/* Returns: what the source said in place of one more row */
static ApoolSourceStatus
apool_source_perl_fill (ApoolSourcePerl *self)
{
  gsize max_rows = apool_source_perl_asks_twice (self) ? 1 : self->n_rows;
  ApoolSourceStatus status = APOOL_SOURCE_ROW;
  ApoolRow row;

  self->n_before += self->n_yielded;
  self->n_yielded = 0;
  apool_row_queue_clear (self->round);
  if (self->end != APOOL_SOURCE_ROW)
    return self->end;
  while (status == APOOL_SOURCE_ROW && apool_row_queue_get_n (self->round) < max_rows &&
         apool_row_queue_get_n_bytes (self->round) < MAX_ROUND_BYTES)
    {
      status = apool_source_next (self->source, &row, &self->why);
      if (status == APOOL_SOURCE_ROW)
        apool_source_perl_push (self, &row);
    }
  apool_row_queue_seal (self->round);
  return status;
}

/* No more can be said than that. */
static ApoolSourceStatus
apool_source_perl_fail (ApoolSourcePerl *self)
{
  self->is_over = TRUE;
  return APOOL_SOURCE_ERROR;
}

/* The source has no more rows. What expressions have opened is written when perl ends: that is
 * part of the input. */
static ApoolSourceStatus
apool_source_perl_finish (ApoolSourcePerl *self, GError **error)
{
  const char *bytes;
  gsize length;
  ApoolSourceStatus status = APOOL_SOURCE_END;

  if (self->end == APOOL_SOURCE_ERROR)
    {
      g_propagate_error (error, g_steal_pointer (&self->why));
      return apool_source_perl_fail (self);
    }
  if (self->perl)
    status = apool_perl_next (self->perl, &bytes, &length, error);
  self->waits_for_perl = status == APOOL_SOURCE_PENDING;
  self->is_over = !self->waits_for_perl;
  /* Nobody has asked for this. */
  if (status == APOOL_SOURCE_ROW)
    g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL,
                         "{= ... =}: perl: sent what cannot be understood");
  return status == APOOL_SOURCE_ROW ? APOOL_SOURCE_ERROR : status;
}

/* Begins the next round. Returns: %APOOL_SOURCE_ROW where it has rows */
static ApoolSourceStatus
apool_source_perl_begin (ApoolSourcePerl *self, GError **error)
{
  ApoolSourceStatus status = apool_source_perl_fill (self);
  gsize n_rows = apool_row_queue_get_n (self->round);

  if (status == APOOL_SOURCE_END || status == APOOL_SOURCE_ERROR)
    self->end = status;
  if (n_rows == 0)
    {
      self->waits_for_perl = FALSE;
      if (self->end != APOOL_SOURCE_ROW && self->perl)
        apool_perl_close (self->perl);
      return status == APOOL_SOURCE_PENDING ? status : apool_source_perl_finish (self, error);
    }
  if (!self->perl && !apool_source_perl_start (self, error))
    return apool_source_perl_fail (self);
  self->asked_usec = g_get_monotonic_time ();
  for (gsize i = 0; i < n_rows; i++)
    apool_source_perl_ask_first (self, i);
  return APOOL_SOURCE_ROW;
}

/* All answers of the round are there. */
static void
apool_source_perl_adapt (ApoolSourcePerl *self)
{
  gint64 usec = g_get_monotonic_time () - self->asked_usec;

  if (usec < QUICK_USEC)
    self->n_rows = MIN (self->n_rows * 2, MAX_ROUND_ROWS);
  else if (usec > SLOW_USEC)
    self->n_rows = MAX (self->n_rows / 2, 1);
}

static ApoolSourceStatus
apool_source_perl_yield (ApoolSourcePerl *self, ApoolRow *row)
{
  self->asked_filters = FALSE;
  self->n_yielded++;
  if (self->n_yielded == apool_row_queue_get_n (self->round))
    apool_source_perl_adapt (self);
  return APOOL_SOURCE_ROW;
}

/* Gives @row what perl has made of it. Returns: whether it can be yielded now */
static gboolean
apool_source_perl_apply (ApoolSourcePerl *self, ApoolRow *row)
{
  ApoolPerlVerdict verdict = apool_perl_answer_get_verdict (self->answer);
  guint64 seq = self->n_before + self->n_yielded + 1;
  g_autoptr (GError) why = NULL;

  row->is_skipped = verdict == APOOL_PERL_SKIPPED;
  if (verdict == APOOL_PERL_FAULT)
    row->fault = apool_perl_answer_get_fault (self->answer);
  if (verdict != APOOL_PERL_COMPUTED)
    return TRUE;
  if (self->n_expressions > 0)
    row->computed = apool_perl_answer_get_computed (self->answer);
  if (!apool_source_perl_asks_twice (self) || self->asked_filters)
    return TRUE;
  if (!apool_source_perl_render_filters (self, row, seq, &why))
    apool_row_queue_spoil (self->round, self->n_yielded, why->message);
  else if (!apool_source_perl_ask (self, self->n_yielded, FALSE))
    apool_row_queue_spoil (self->round, self->n_yielded, "--filter: the text is too long");
  else
    self->asked_filters = TRUE;
  *row = *apool_row_queue_get (self->round, self->n_yielded);
  return !self->asked_filters;
}

/* Takes the next answer. Returns: %APOOL_SOURCE_ROW where there is one */
static ApoolSourceStatus
apool_source_perl_take_answer (ApoolSourcePerl *self, gsize n_values, GError **error)
{
  const char *bytes;
  gsize length;
  ApoolSourceStatus status = apool_perl_next (self->perl, &bytes, &length, error);

  self->waits_for_perl = status == APOOL_SOURCE_PENDING;
  if (status == APOOL_SOURCE_ROW &&
      !apool_perl_answer_take (self->answer, bytes, length, MAX (n_values, 1), error))
    status = APOOL_SOURCE_ERROR;
  return status == APOOL_SOURCE_ERROR ? apool_source_perl_fail (self) : status;
}

/* Yields the next row of the round, as soon as perl has said what it wants to know of it. */
static ApoolSourceStatus
apool_source_perl_take (ApoolSourcePerl *self, ApoolRow *row, GError **error)
{
  ApoolSourceStatus status;

  *row = *apool_row_queue_get (self->round, self->n_yielded);
  if (row->is_skipped || row->fault)
    return apool_source_perl_yield (self, row);
  do
    {
      status = apool_source_perl_take_answer (self, row->n_values, error);
      if (status != APOOL_SOURCE_ROW)
        return status;
    }
  while (!apool_source_perl_apply (self, row));
  return apool_source_perl_yield (self, row);
}

static ApoolSourceStatus
apool_source_perl_next (ApoolSource *source, ApoolRow *row, GError **error)
{
  ApoolSourcePerl *self = APOOL_SOURCE_PERL (source);
  ApoolSourceStatus status;

  apool_source_perl_prepare (self);
  if (self->n_expressions == 0 && self->n_filters == 0)
    return apool_source_next (self->source, row, error);
  if (self->is_over)
    return APOOL_SOURCE_END;
  if (self->n_yielded < apool_row_queue_get_n (self->round))
    return apool_source_perl_take (self, row, error);
  if (self->end != APOOL_SOURCE_ROW && apool_row_queue_get_n (self->round) == 0)
    return apool_source_perl_finish (self, error);
  status = apool_source_perl_begin (self, error);
  return status == APOOL_SOURCE_ROW ? apool_source_perl_take (self, row, error) : status;
}

static void
apool_source_perl_wait (ApoolSource *source,
                        GMainContext *context,
                        ApoolSourceReadyFunc ready,
                        gpointer data)
{
  ApoolSourcePerl *self = APOOL_SOURCE_PERL (source);

  if (self->waits_for_perl)
    apool_perl_wait (self->perl, context, ready, data);
  else
    apool_source_wait (self->source, context, ready, data);
}

static void
apool_source_perl_dispose (GObject *object)
{
  ApoolSourcePerl *self = APOOL_SOURCE_PERL (object);

  g_clear_pointer (&self->perl, apool_perl_free);
  g_clear_object (&self->source);
  G_OBJECT_CLASS (apool_source_perl_parent_class)->dispose (object);
}

static void
apool_source_perl_finalize (GObject *object)
{
  ApoolSourcePerl *self = APOOL_SOURCE_PERL (object);

  apool_syntax_unref (self->syntax);
  g_clear_pointer (&self->answer, apool_perl_answer_free);
  apool_row_queue_free (self->round);
  g_ptr_array_unref (self->filter_texts);
  g_clear_error (&self->why);
  G_OBJECT_CLASS (apool_source_perl_parent_class)->finalize (object);
}

static void
apool_source_perl_class_init (ApoolSourcePerlClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = apool_source_perl_dispose;
  G_OBJECT_CLASS (klass)->finalize = apool_source_perl_finalize;
}

static void
apool_source_perl_source_init (ApoolSourceInterface *iface)
{
  iface->next = apool_source_perl_next;
  iface->wait = apool_source_perl_wait;
}

static void
apool_source_perl_free_text (gpointer text)
{
  g_string_free (text, TRUE);
}

static void
apool_source_perl_init (ApoolSourcePerl *self)
{
  self->round = apool_row_queue_new ();
  self->n_rows = 1;
  self->filter_texts = g_ptr_array_new_with_free_func (apool_source_perl_free_text);
}

/**
 * apool_source_perl_new:
 * @source: (transfer none): where the rows come from
 * @syntax: (transfer none): whose expressions are evaluated; they are asked for with the first row
 * @rules: (transfer none): what is evaluated beside them, copied
 *
 * A row for which an expression calls skip(), or a filter is false, is skipped; one for which
 * something dies has a fault. Without expressions and filters rows pass as they are.
 *
 * Errors are those of @source, and of perl: %APOOL_ERROR_SPAWN where it cannot be started,
 * %APOOL_ERROR_TEMPLATE where an expression cannot be compiled, %APOOL_ERROR_INPUT where it has
 * ended.
 *
 * Returns: (transfer full): the source
 */
ApoolSource *
apool_source_perl_new (ApoolSource *source, ApoolSyntax *syntax, const ApoolPerlRules *rules)
{
  ApoolSourcePerl *self = g_object_new (APOOL_TYPE_SOURCE_PERL, NULL);

  self->source = g_object_ref (source);
  self->syntax = apool_syntax_ref (syntax);
  self->filters = rules->filters;
  self->n_slots = rules->n_slots;
  self->quote = rules->quote;
  while (self->filters && self->filters[self->n_filters])
    {
      self->n_filters++;
      g_ptr_array_add (self->filter_texts, g_string_new (NULL));
    }
  return APOOL_SOURCE (self);
}

/**
 * apool_source_perl_get_pid:
 * @self: a source
 *
 * Returns: the process of its perl, which is a child of ours; 0 where there is none (yet)
 */
pid_t
apool_source_perl_get_pid (ApoolSourcePerl *self)
{
  return self->perl ? apool_perl_get_pid (self->perl) : 0;
}
