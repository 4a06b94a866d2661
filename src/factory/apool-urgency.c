/* SPDX-License-Identifier: MIT */
/* Whether a worker that was told to end jobs is there to do so.
 *
 * These jobs are to be gone in the time that their signals take, and a second. A worker that works
 * keeps that by itself. One that is stopped or hangs does not, and to find that out by ordinary
 * patience takes longer. So it is asked for a sign of life when the time for the signals is over,
 * and has less than the rest of that second to give it.
 *
 * Where more jobs are to end later it is asked again and again until the last one's time is over:
 * it may be stopped at any time. A wait that took much too long is one in which this process was
 * stopped, or did not get to run; then it is asked once more. */

#include "factory/apool-urgency.h"

/* For how long an answer is waited for. The rest of the second is for what the worker leaves to be
 * cleaned up. */
#define ANSWER_MSEC 750u

struct _ApoolUrgency
{
  GMainContext *context;
  GSource *source;     /* (nullable): until it is to be asked, then until it is to have answered */
  gint64 last_usec;    /* until when it is asked, by the monotonic clock */
  gint64 waiting_usec; /* since when an answer is waited for, by that clock; -1: it was not asked */
  gboolean was_heard;  /* since then */
  ApoolPatienceFuncs funcs;
  gpointer data;
};

static void apool_urgency_wait (ApoolUrgency *self, guint msec);

/**
 * apool_urgency_new:
 * @context: where the functions are called
 * @funcs: what to call, copied
 * @data: (closure): for @funcs
 *
 * Returns: (transfer full): nothing urgent
 */
ApoolUrgency *
apool_urgency_new (GMainContext *context, const ApoolPatienceFuncs *funcs, gpointer data)
{
  ApoolUrgency *self = g_new0 (ApoolUrgency, 1);

  self->context = g_main_context_ref (context);
  self->funcs = *funcs;
  self->data = data;
  return self;
}

/**
 * apool_urgency_free:
 * @self: (transfer full): urgency
 */
void
apool_urgency_free (ApoolUrgency *self)
{
  apool_urgency_stop (self);
  g_main_context_unref (self->context);
  g_free (self);
}

static void
apool_urgency_ask (ApoolUrgency *self)
{
  self->was_heard = FALSE;
  self->waiting_usec = g_get_monotonic_time ();
  apool_urgency_wait (self, ANSWER_MSEC);
  self->funcs.ask (self->data);
}

/* Whether this process has slept while it waited for the answer. */
static gboolean
apool_urgency_is_late (const ApoolUrgency *self)
{
  return g_get_monotonic_time () - self->waiting_usec > (gint64) ANSWER_MSEC * 2 * 1000;
}

/* It has had the time for its answer. What is called last may free it. */
static void
apool_urgency_judge (ApoolUrgency *self)
{
  if (!self->funcs.is_owed (self->data) ||
      (self->was_heard && self->waiting_usec >= self->last_usec))
    apool_urgency_stop (self);
  else if (self->was_heard || apool_urgency_is_late (self))
    apool_urgency_ask (self);
  else if (self->funcs.is_excused (self->data))
    {
      self->waiting_usec = g_get_monotonic_time ();
      apool_urgency_wait (self, ANSWER_MSEC);
    }
  else
    {
      apool_urgency_stop (self);
      self->funcs.lost (self->data);
    }
}

static gboolean
apool_urgency_time_cb (gpointer data)
{
  ApoolUrgency *self = data;

  if (self->waiting_usec >= 0)
    apool_urgency_judge (self);
  else if (self->funcs.is_owed (self->data))
    apool_urgency_ask (self);
  else
    apool_urgency_stop (self);
  return G_SOURCE_REMOVE;
}

static void
apool_urgency_clear (ApoolUrgency *self)
{
  if (!self->source)
    return;
  g_source_destroy (self->source);
  g_source_unref (g_steal_pointer (&self->source));
}

static void
apool_urgency_wait (ApoolUrgency *self, guint msec)
{
  apool_urgency_clear (self);
  self->source = g_timeout_source_new (msec);
  g_source_set_callback (self->source, apool_urgency_time_cb, self, NULL);
  g_source_attach (self->source, self->context);
}

/**
 * apool_urgency_start:
 * @self: urgency
 * @msec: how long it takes to end what is to be ended from now on, milliseconds
 *
 * The worker is asked for a sign of life when that time is over, if something is owed then, and
 * lost where it gives none for the better part of a second.
 */
void
apool_urgency_start (ApoolUrgency *self, guint msec)
{
  self->last_usec = MAX (self->last_usec, g_get_monotonic_time () + (gint64) msec * 1000);
  if (self->source)
    return;
  self->waiting_usec = -1;
  apool_urgency_wait (self, msec);
}

/**
 * apool_urgency_stop:
 * @self: urgency
 *
 * Nothing is urgent any more.
 */
void
apool_urgency_stop (ApoolUrgency *self)
{
  apool_urgency_clear (self);
  self->last_usec = 0;
}

/**
 * apool_urgency_hear:
 * @self: urgency
 *
 * A sign of life has come.
 */
void
apool_urgency_hear (ApoolUrgency *self)
{
  self->was_heard = TRUE;
}
