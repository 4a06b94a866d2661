/* SPDX-License-Identifier: MIT */
/* What a simulated pool has to do. Durations are in units of the virtual clock. */

#include "sim-load.h"

#include <math.h>

#define UNIT 1000u
#define MAX_FACTOR 10000u
#define STRAGGLER_FACTOR 100u
#define N_KEYS 1000000.0

static const char *const sim_load_names[SIM_N_WORKLOADS] = {
  "equal",
  "heavy tail",
  "straggler",
  "zipf keys",
};

/**
 * sim_load_get_name:
 * @self: a load
 *
 * Returns: what it is called in tables
 */
const char *
sim_load_get_name (const SimLoad *self)
{
  return sim_load_names[self->workload];
}

/* Returns a number above 0, and up to 1, that looks random and is the same for the same @seq: its
 * bits are mixed by multiplying with an odd number and folding. */
static double
sim_load_spread (guint64 seq)
{
  guint64 x = seq;

  for (guint i = 0; i < 3; i++)
    {
      x = (x ^ (x >> 32)) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
      x ^= x >> 29;
    }
  return ((double) (x >> 11) + 1.0) / (double) ((guint64) 1 << 53);
}

/**
 * sim_load_get_duration:
 * @self: a load
 * @seq: a task's number
 *
 * Returns: how long it takes
 */
guint64
sim_load_get_duration (const SimLoad *self, guint64 seq)
{
  double factor;

  if (self->workload == SIM_STRAGGLER && seq == self->n_tasks)
    return UNIT * STRAGGLER_FACTOR;
  if (self->workload != SIM_HEAVY_TAIL)
    return UNIT;
  factor = 1.0 / sim_load_spread (seq);
  return (guint64) (UNIT * MIN (factor, (double) MAX_FACTOR));
}

/**
 * sim_load_get_key:
 * @self: a load
 * @seq: a task's number
 *
 * Returns: its key, 1 being the most frequent one
 */
guint64
sim_load_get_key (const SimLoad *self, guint64 seq)
{
  if (self->workload != SIM_ZIPF)
    return seq;
  return (guint64) exp (sim_load_spread (seq) * log (N_KEYS));
}

/**
 * sim_load_get_ideal:
 * @self: a load
 * @n_slots: how many tasks can run at once
 * @one_of_a_key: whether two of the same key cannot
 *
 * Returns: the time below which nobody could end it
 */
double
sim_load_get_ideal (const SimLoad *self, guint n_slots, gboolean one_of_a_key)
{
  guint64 sum = 0;
  guint64 longest = 0;
  guint64 first_key = 0;

  for (guint64 seq = 1; seq <= self->n_tasks; seq++)
    {
      guint64 duration = sim_load_get_duration (self, seq);

      sum += duration;
      longest = MAX (longest, duration);
      if (one_of_a_key && sim_load_get_key (self, seq) == 1)
        first_key += duration;
    }
  return MAX ((double) sum / n_slots, (double) MAX (longest, first_key));
}

/* ---- the source ---- */

struct _SimSource
{
  GObject parent_instance;

  SimLoad load;
  guint64 n_taken;
  char text[24];
  ApoolValue value;
};

static void sim_source_iface_init (ApoolSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SimSource,
                               sim_source,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_SOURCE, sim_source_iface_init))

static ApoolSourceStatus
sim_source_next (ApoolSource *source, ApoolRow *row, GError **error)
{
  SimSource *self = SIM_SOURCE (source);

  if (self->n_taken == self->load.n_tasks)
    return APOOL_SOURCE_END;
  self->n_taken++;
  self->value.length = (gsize) g_snprintf (self->text, sizeof self->text, "%" G_GUINT64_FORMAT,
                                           sim_load_get_key (&self->load, self->n_taken));
  self->value.data = self->text;
  *row = (ApoolRow){ &self->value, 1, self->n_taken };
  return APOOL_SOURCE_ROW;
}

static void
sim_source_iface_init (ApoolSourceInterface *iface)
{
  iface->next = sim_source_next;
}

static void
sim_source_class_init (SimSourceClass *klass)
{
}

static void
sim_source_init (SimSource *self)
{
}

/**
 * sim_source_new:
 * @load: what there is to do
 *
 * Returns: (transfer full): its rows
 */
SimSource *
sim_source_new (const SimLoad *load)
{
  SimSource *self = g_object_new (SIM_TYPE_SOURCE, NULL);

  self->load = *load;
  return self;
}
