/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-source.h"

G_BEGIN_DECLS

/**
 * SimWorkload:
 * @SIM_EQUAL: all tasks take the same time
 * @SIM_HEAVY_TAIL: one in n takes n times as long as the shortest, or longer
 * @SIM_STRAGGLER: all are equal but the last one, which is a hundred times as long
 * @SIM_ZIPF: all are equal, and have keys of which the n-th is 1/n as frequent as the first
 *
 * What the tasks are like.
 */
typedef enum
{
  SIM_EQUAL,
  SIM_HEAVY_TAIL,
  SIM_STRAGGLER,
  SIM_ZIPF,
  SIM_N_WORKLOADS,
} SimWorkload;

/**
 * SimLoad:
 * @workload: what they are like
 * @n_tasks: how many
 *
 * All that there is to do. What a task is follows from its number, so that none is kept.
 */
typedef struct
{
  SimWorkload workload;
  guint64 n_tasks;
} SimLoad;

const char *sim_load_get_name (const SimLoad *self);
guint64 sim_load_get_duration (const SimLoad *self, guint64 seq);
guint64 sim_load_get_key (const SimLoad *self, guint64 seq);
double sim_load_get_ideal (const SimLoad *self, guint n_slots, gboolean one_of_a_key);

/* Yields a row for each task: its key. */
#define SIM_TYPE_SOURCE (sim_source_get_type ())
G_DECLARE_FINAL_TYPE (SimSource, sim_source, SIM, SOURCE, GObject)

SimSource *sim_source_new (const SimLoad *load);

G_END_DECLS
