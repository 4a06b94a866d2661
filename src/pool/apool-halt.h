/* SPDX-License-Identifier: MIT */
#pragma once

#include "pool/apool-pool.h"

G_BEGIN_DECLS

/**
 * ApoolHaltWhen:
 * @APOOL_HALT_NEVER: all jobs are run, whatever becomes of them
 * @APOOL_HALT_SOON: no more jobs are started; those that run come to their end
 * @APOOL_HALT_NOW: the same, and those that run are ended
 *
 * What is done when a run has had enough.
 */
typedef enum
{
  APOOL_HALT_NEVER,
  APOOL_HALT_SOON,
  APOOL_HALT_NOW,
} ApoolHaltWhen;

/**
 * ApoolHaltOn:
 * @APOOL_HALT_ON_FAIL: jobs that failed are counted
 * @APOOL_HALT_ON_SUCCESS: those that succeeded
 * @APOOL_HALT_ON_DONE: both
 *
 * Of what a run may have had enough.
 */
typedef enum
{
  APOOL_HALT_ON_FAIL,
  APOOL_HALT_ON_SUCCESS,
  APOOL_HALT_ON_DONE,
} ApoolHaltOn;

/**
 * ApoolHaltRule:
 * @when: what is done
 * @on: of what there is to be enough
 * @n: how many are enough, at least 1
 * @is_percentage: whether that is percent of all jobs, not jobs
 *
 * `--halt`. All zero is to halt never.
 */
typedef struct
{
  ApoolHaltWhen when;
  ApoolHaltOn on;
  guint64 n;
  gboolean is_percentage;
} ApoolHaltRule;

/**
 * ApoolHaltVerdict:
 * @seq: the job that was one too many
 * @outcome: what became of it
 * @n_counted: how many had been counted then, this one included
 * @n_failed: how many jobs had failed then
 * @total: how many jobs there are; 0 where nobody needed to know
 * @n_running: how many were running then
 *
 * Why a run is halted.
 */
typedef struct
{
  guint64 seq;
  ApoolOutcome *outcome;
  guint64 n_counted;
  guint64 n_failed;
  guint64 total;
  guint n_running;
} ApoolHaltVerdict;

/**
 * ApoolHaltFunc:
 * @verdict: why; valid during the call
 * @data: (closure): of apool_halt_new()
 *
 * The run is about to be halted. Called once at most.
 */
typedef void (*ApoolHaltFunc) (const ApoolHaltVerdict *verdict, gpointer data);

/* The observer that ends a run which has had enough. */
#define APOOL_TYPE_HALT (apool_halt_get_type ())
G_DECLARE_FINAL_TYPE (ApoolHalt, apool_halt, APOOL, HALT, GObject)

ApoolHalt *apool_halt_new (ApoolPool *pool,
                           ApoolTasks *tasks,
                           const ApoolHaltRule *rule,
                           ApoolHaltFunc decided,
                           gpointer data);
const ApoolHaltRule *apool_halt_get_rule (const ApoolHalt *self);
const ApoolHaltVerdict *apool_halt_get_verdict (const ApoolHalt *self);

G_END_DECLS
