/* SPDX-License-Identifier: MIT */
#pragma once

#include "fake-factory.h"
#include "fake-source.h"
#include "fake-witness.h"
#include "input/apool-tasks.h"
#include "pool/apool-pool.h"

G_BEGIN_DECLS

/**
 * FakeRun:
 * @context: of the pool
 * @factory: where its workers come from
 * @source: what its tasks are made of
 * @witness: its observer
 * @command: what they are made by
 * @value: (nullable): what their keys and weights are made by
 * @tasks: both together
 * @pool: the pool, not started
 * @error: (nullable): what it ended with
 * @n_done: how often it said that it is done
 *
 * A pool with fakes all around it.
 */
typedef struct
{
  GMainContext *context;
  FakeFactory *factory;
  FakeSource *source;
  FakeWitness *witness;
  ApoolTemplate *command;
  ApoolTemplate *value;
  ApoolTasks *tasks;
  ApoolPool *pool;
  GError *error;
  guint n_done;
} FakeRun;

void fake_run_open (FakeRun *self, const ApoolPoolLimits *limits, guint64 n_rows);
void fake_run_open_scheduled (FakeRun *self,
                              const ApoolPoolLimits *limits,
                              const ApoolSchedulerKind *scheduler,
                              guint64 n_rows);
void fake_run_vary (FakeRun *self, const char *const *values);
void fake_run_keep_log (FakeRun *self);
void fake_run_clear (FakeRun *self);
void
fake_run_open_logged (FakeRun *self, guint jobs, guint workers, guint prefetch, guint64 n_rows);
void fake_run_open_logged_within (FakeRun *self, const ApoolPoolLimits *limits, guint64 n_rows);
FakeWorker *fake_run_get_worker (FakeRun *self, guint index);
void fake_run_start_all (FakeRun *self);
void fake_run_finish (FakeRun *self, guint index, guint64 seq);
void fake_run_work_until_done (FakeRun *self);
void fake_run_check_log (FakeRun *self, const char *log);
void fake_run_check_events (FakeRun *self, const char *events);
void fake_run_check_received (FakeRun *self, guint index, const guint64 *seqs);

/* Checks that worker @index was handed just these tasks, in this order. */
#define fake_run_check_tasks(run, index, ...)                                                      \
  fake_run_check_received ((run), (index), (const guint64[]){ __VA_ARGS__, 0 })

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (FakeRun, fake_run_clear)

G_END_DECLS
