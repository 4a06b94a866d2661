/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Tasks are short that take less than this on an average: microseconds. */
#define APOOL_TEMPO_SHORT_USEC 5000
/* They are short no longer when they take more than this. */
#define APOOL_TEMPO_LONG_USEC 10000
/* An average is of so many tasks, at least. */
#define APOOL_TEMPO_MIN_TASKS 16u

/**
 * ApoolTempo:
 * @sum_usec: how long the last @n_tasks took, together
 * @n_tasks: how many ended since the last average
 * @is_short: whether tasks were short by the last average
 *
 * How fast tasks go by. To be read by all, changed by apool_tempo_note() only; all 0 at first.
 */
typedef struct
{
  gint64 sum_usec;
  guint n_tasks;
  gboolean is_short;
} ApoolTempo;

gboolean apool_tempo_note (ApoolTempo *self, gint64 run_usec, guint n_at_once);

G_END_DECLS
