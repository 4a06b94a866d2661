/* SPDX-License-Identifier: MIT */
/* The time between two starts. A job that is on its way, to a worker that is only just being made,
 * has not started: nobody else is let in before it has. */

#include "gates/apool-delay.h"

/* What a failure and a success make of a time that finds itself. */
#define GROWTH 1.3
#define SHRINKAGE 0.9
/* A failure makes it at least this: what is nothing would not grow. */
#define MIN_GROWN_USEC 10000.0
/* It grows no further. */
#define MAX_GROWN_USEC (86400.0 * G_USEC_PER_SEC)

struct _ApoolDelay
{
  double usec;
  gboolean is_auto;
  guint64 coming; /* the job that was let in last, until it has started; 0 for none */
  gboolean has_started;
  gint64 last_start; /* where @has_started */
};

/**
 * apool_delay_new:
 * @usec: the time between two starts
 * @is_auto: whether it is only the first one
 *
 * Returns: (transfer full): the rule
 */
ApoolDelay *
apool_delay_new (gint64 usec, gboolean is_auto)
{
  ApoolDelay *self = g_new0 (ApoolDelay, 1);

  self->usec = (double) usec;
  self->is_auto = is_auto;
  return self;
}

static void
apool_delay_ask (gpointer rule, gint64 now, ApoolRuleAnswer *answer)
{
  ApoolDelay *self = rule;

  if (self->coming)
    answer->again_usec = (gint64) self->usec;
  else if (self->has_started)
    answer->again_usec = self->last_start + (gint64) self->usec - now;
  answer->is_open = answer->again_usec <= 0;
  if (!answer->is_open && answer->why)
    g_string_append_printf (answer->why, "%.3f s until %.3f s after the last start",
                            (double) answer->again_usec / G_USEC_PER_SEC,
                            self->usec / G_USEC_PER_SEC);
}

static void
apool_delay_enter (gpointer rule, guint64 seq, gint64 now)
{
  ApoolDelay *self = rule;

  self->coming = seq;
  self->has_started = TRUE;
  self->last_start = now;
}

static void
apool_delay_started (gpointer rule, guint64 seq, gint64 now)
{
  ApoolDelay *self = rule;

  if (self->coming != seq)
    return;
  self->coming = 0;
  self->last_start = now;
}

static void
apool_delay_leave (gpointer rule, guint64 seq, const ApoolOutcome *outcome, gint64 now)
{
  ApoolDelay *self = rule;

  if (self->coming == seq)
    self->coming = 0;
  if (!self->is_auto || !outcome || apool_outcome_is_ended_by_pool (outcome))
    return;
  if (apool_outcome_is_success (outcome))
    self->usec *= SHRINKAGE;
  else
    self->usec = CLAMP (self->usec * GROWTH, MIN_GROWN_USEC, MAX (MAX_GROWN_USEC, self->usec));
}

/**
 * apool_delay_get_kind:
 *
 * Returns: (transfer none): how to ask an #ApoolDelay
 */
const ApoolRuleKind *
apool_delay_get_kind (void)
{
  static const ApoolRuleKind kind = {
    .ask = apool_delay_ask,
    .enter = apool_delay_enter,
    .started = apool_delay_started,
    .leave = apool_delay_leave,
    .free = g_free,
    .skips_pauses = TRUE,
  };

  return &kind;
}
