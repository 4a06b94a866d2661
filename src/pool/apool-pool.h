/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

#include "factory/apool-worker-factory.h"
#include "gates/apool-gates.h"
#include "input/apool-tasks.h"
#include "job/apool-observer.h"
#include "pool/apool-retry-policy.h"
#include "pool/apool-scheduler-table.h"
#include "pool/apool-survey.h"
#include "pool/apool-task-line.h"

G_BEGIN_DECLS

/**
 * ApoolPoolLimits:
 * @jobs: how many tasks may run at once, at least 1: slots are numbered from 1 to this
 * @max_jobs: how many apool_pool_set_jobs() may say; 0 where it is not called
 * @workers: how many workers there may be, at least 1, beside those that retire; more where
 *   that is what it takes with @jobs_per_worker
 * @jobs_per_worker: how many tasks one worker may run at once; 0 without limit
 * @prefetch: how many tasks may wait at each worker for a slot of its own; none where tasks have
 *   weights, and 0 where they pass gates
 * @short_prefetch: the same, while tasks take no longer than some milliseconds; 0 where that makes
 *   no difference
 * @max_tasks: how many tasks one worker is handed in its life; 0 without limit
 * @retries: how many further attempts there are at a job that failed or was lost; %G_MAXUINT
 *   without limit
 * @retry: which jobs these are made for, and when
 * @crash_limit: a job that was running when so many workers were lost is not tried again; 0
 *   without limit
 * @delay_msec: as #ApoolCrewLimits.delay_msec
 * @is_weighted: tasks have weights: those of the running ones add up to no more than @jobs
 * @workers_prepare: workers run a command before they are ready, which may take its time
 *
 * How much, how often.
 */
typedef struct
{
  guint jobs;
  guint max_jobs;
  guint workers;
  guint jobs_per_worker;
  guint prefetch;
  guint short_prefetch;
  guint max_tasks;
  guint retries;
  ApoolRetryPolicy retry;
  guint crash_limit;
  guint delay_msec;
  gboolean is_weighted;
  gboolean workers_prepare;
} ApoolPoolLimits;

/**
 * ApoolPoolDoneFunc:
 * @error: (nullable): why the pool could not do its work; %NULL also where it was closed or
 *   terminated
 * @data: (closure): of apool_pool_new()
 *
 * Every task is settled and every worker has ended.
 */
typedef void (*ApoolPoolDoneFunc) (const GError *error, gpointer data);

/* The manager: hands tasks out to workers and collects what becomes of them. */
#define APOOL_TYPE_POOL (apool_pool_get_type ())
G_DECLARE_FINAL_TYPE (ApoolPool, apool_pool, APOOL, POOL, GObject)

ApoolPool *apool_pool_new (GMainContext *context,
                           ApoolWorkerFactory *factory,
                           ApoolTasks *tasks,
                           const ApoolPoolLimits *limits,
                           const ApoolSchedulerKind *scheduler,
                           ApoolPoolDoneFunc done,
                           gpointer data);
void apool_pool_add_observer (ApoolPool *self, ApoolObserver *observer);
void apool_pool_set_on_error (ApoolPool *self, const char *command);
void apool_pool_set_gates (ApoolPool *self, ApoolGates *gates);
void apool_pool_set_first_stdin (ApoolPool *self, int fd);

void apool_pool_start (ApoolPool *self);
void apool_pool_close (ApoolPool *self);
void apool_pool_terminate (ApoolPool *self, gboolean now);
void apool_pool_stream_task (ApoolPool *self, guint64 seq);
void apool_pool_end_job (ApoolPool *self, guint64 seq, ApoolEndReason reason, const char *message);
void apool_pool_set_congested (ApoolPool *self, gboolean congested, guint64 except);
void apool_pool_set_jobs (ApoolPool *self, guint jobs, guint prefetch);
void apool_pool_set_waiting (ApoolPool *self, gboolean is_waiting);
void apool_pool_set_ask (ApoolPool *self, ApoolTaskLineAskFunc ask, gpointer data);
gboolean apool_pool_is_asking (ApoolPool *self);
void apool_pool_answer (ApoolPool *self, gboolean is_wanted);
void apool_pool_give_terminal (ApoolPool *self, gboolean is_back);
GArray *apool_pool_list_workers (ApoolPool *self);
guint apool_pool_get_n_running (ApoolPool *self);
guint apool_pool_get_n_slots (ApoolPool *self);
guint apool_pool_count_retries (ApoolPool *self);
GArray *apool_pool_list_retries (ApoolPool *self);
void apool_pool_set_paused (ApoolPool *self, gboolean is_paused);
gboolean apool_pool_set_task_paused (ApoolPool *self, guint64 seq, gboolean is_paused);
void apool_pool_ask (ApoolPool *self, ApoolSurveyFunc func, gpointer data);
gboolean apool_pool_is_terminated (ApoolPool *self);

G_END_DECLS
