/* SPDX-License-Identifier: MIT */
/* Asks a history how long jobs took. Equal jobs are told apart by how many of them came before, so
 * they have to be asked for in the order of the input; whoever has counted them already says so. */

#include "record/apool-past-times.h"

#include "record/apool-occurrences.h"

struct _ApoolPastTimes
{
  GObject parent;

  ApoolHistory *history; /* not owned */
  ApoolHistory *owned;   /* (nullable): the same, where it is */
  ApoolOccurrences *occurrences;
};

static void apool_past_times_iface_init (ApoolTimesInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolPastTimes,
                               apool_past_times,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_TIMES,
                                                      apool_past_times_iface_init))

static gint64
apool_past_times_find (ApoolTimes *times, ApoolIdentity *identity)
{
  ApoolPastTimes *self = APOOL_PAST_TIMES (times);
  gint64 usec;

  apool_occurrences_set (self->occurrences, identity);
  usec = apool_history_find_time (self->history, identity);
  return usec < 0 ? 0 : MAX (usec, 1);
}

static void
apool_past_times_iface_init (ApoolTimesInterface *iface)
{
  iface->find = apool_past_times_find;
}

static void
apool_past_times_finalize (GObject *object)
{
  ApoolPastTimes *self = APOOL_PAST_TIMES (object);

  apool_occurrences_free (self->occurrences);
  g_clear_pointer (&self->owned, apool_history_free);
  G_OBJECT_CLASS (apool_past_times_parent_class)->finalize (object);
}

static void
apool_past_times_class_init (ApoolPastTimesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_past_times_finalize;
}

static void
apool_past_times_init (ApoolPastTimes *self)
{
  self->occurrences = apool_occurrences_new ();
}

/**
 * apool_past_times_new:
 * @history: (transfer none): what is known of earlier runs; outlives the times, or is not asked any
 *   more
 *
 * Returns: (transfer full): the times of its jobs
 */
ApoolPastTimes *
apool_past_times_new (ApoolHistory *history)
{
  ApoolPastTimes *self = g_object_new (APOOL_TYPE_PAST_TIMES, NULL);

  self->history = history;
  return self;
}

/**
 * apool_past_times_new_owned:
 * @history: (transfer full): what is known of earlier runs
 *
 * Returns: (transfer full): the times of its jobs
 */
ApoolPastTimes *
apool_past_times_new_owned (ApoolHistory *history)
{
  ApoolPastTimes *self = apool_past_times_new (history);

  self->owned = history;
  return self;
}
