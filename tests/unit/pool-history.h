/* SPDX-License-Identifier: MIT */
#pragma once

#include "fake-run.h"

G_BEGIN_DECLS

/**
 * HistoryPlan:
 * @limits: of the pool
 * @scheduler: of the pool
 * @n_rows: how many inputs there are
 * @stubborn: one task in so many takes long; 0 where none does
 * @fails: one task in so many ends with failure; 0 where none does
 * @has_on_error: a command is run about failures
 * @inits_fail: init hooks do at times
 * @loses: workers are lost
 * @breaks: the factory fails at times
 * @lies: workers give back less than they could
 * @drains: the end of a task is reported some time after its process ended
 * @raves: workers say what makes no sense
 * @congests: output is congested at times
 * @meddles: an observer asks for things from within events
 * @may_fail: the pool may end with an error
 * @closes_at: in which step that happens; 0 for never, here and below
 * @terminates_at: as before
 * @kills_at: as before
 * @fails_at: from when on no more workers can be made
 *
 * What is drawn before a history begins.
 */
typedef struct
{
  ApoolPoolLimits limits;
  const ApoolSchedulerKind *scheduler;
  guint n_rows;
  guint stubborn;
  guint fails;
  gboolean has_on_error;
  gboolean inits_fail;
  gboolean loses;
  gboolean breaks;
  gboolean lies;
  gboolean drains;
  gboolean raves;
  gboolean congests;
  gboolean meddles;
  gboolean may_fail;
  guint closes_at;
  guint terminates_at;
  guint kills_at;
  guint fails_at;
} HistoryPlan;

/**
 * HistoryState:
 * @n_steps: that were made
 * @n_failures: of tasks; there is a bound, or unlimited attempts would never end
 * @is_congested: as the pool was told last
 * @is_closed: the pool was told to close
 * @is_terminated: the pool was told to terminate
 * @n_made_at_close: how many workers were ever made when the pool was closed
 * @n_taken: of the input, when it was last looked at
 * @n_members: workers that were not told to end, when they were last looked at
 * @n_made: workers that had ever been made by then
 *
 * How far a history has come.
 */
typedef struct
{
  guint n_steps;
  guint n_failures;
  gboolean is_congested;
  gboolean is_closed;
  gboolean is_terminated;
  guint n_made_at_close;
  guint64 n_taken;
  guint n_members;
  guint n_made;
} HistoryState;

void history_plan_draw (HistoryPlan *self, GRand *random);
void history_plan_open_run (const HistoryPlan *self, GRand *random, FakeRun *run);

void history_check (const HistoryPlan *plan, HistoryState *state, FakeRun *run);
void history_check_quiet (const HistoryPlan *plan, FakeRun *run);
void history_check_end (const HistoryPlan *plan, const HistoryState *state, FakeRun *run);

G_END_DECLS
