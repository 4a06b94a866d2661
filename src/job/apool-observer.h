/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

#include "job/apool-hook.h"
#include "job/apool-leak.h"
#include "job/apool-outcome.h"
#include "job/apool-place.h"
#include "job/apool-task.h"
#include "job/apool-worker-event.h"

G_BEGIN_DECLS

/**
 * ApoolStream:
 * @APOOL_STREAM_STDOUT: what the job wrote to descriptor 1
 * @APOOL_STREAM_STDERR: what the job wrote to descriptor 2
 */
typedef enum
{
  APOOL_STREAM_STDOUT,
  APOOL_STREAM_STDERR,
  APOOL_N_STREAMS,
} ApoolStream;

#define APOOL_TYPE_OBSERVER (apool_observer_get_type ())

/**
 * ApoolObserver:
 *
 * Whoever wants to know what the pool does: output, messages, counts, logs. The pool calls its
 * observers in the order in which they were added, always on its own context.
 */
G_DECLARE_INTERFACE (ApoolObserver, apool_observer, APOOL, OBSERVER, GObject)

/**
 * ApoolObserverInterface:
 * @task_started: a worker is about to start @task; @place is valid during the call
 * @task_stopped: @task has been stopped by @signum. SIGTTIN and SIGTTOU mean that it wants the
 *   terminal and does not get it: it is ended; SIGTSTP, where it has that, that it goes on when
 *   apool_pool_give_terminal() says so
 * @task_output: @task wrote @length bytes to @stream; @data is valid during the call
 * @task_pipe: the read end of @task's @stream, (transfer full): whoever implements this reads all
 *   further output of it, up to the end of file or, after @task_finished, to what is readable at
 *   that moment. At most one observer implements it
 * @task_retried: @task has failed or was lost, and another attempt is to be made. When that starts,
 *   under the same number, nothing that this one wrote counts. Where it never does @task_finished
 *   follows for this one, with the same outcome
 * @task_finished: @task is settled: nothing but what its pipes still hold follows. One that was
 *   skipped stands for as many jobs as its traits say, and was never started; nor was one that is
 *   recorded
 * @hook_ended: a hook has ended in worker @worker; @seq is the job that it was about, or 0
 * @task_left: a task has left processes behind; it may have been finished before
 * @worker_event: something happened to a worker
 * @pool_paused: everything stands still from now on, or goes on: times that are measured for jobs
 * do so too
 * @pool_done: every task is settled and every worker has ended
 *
 * Each is optional.
 */
struct _ApoolObserverInterface
{
  GTypeInterface parent;

  void (*task_started) (ApoolObserver *self, ApoolTask *task, const ApoolPlace *place);
  void (*task_stopped) (ApoolObserver *self, ApoolTask *task, int signum);
  void (*task_output) (
      ApoolObserver *self, ApoolTask *task, ApoolStream stream, const char *data, gsize length);
  void (*task_pipe) (ApoolObserver *self, ApoolTask *task, ApoolStream stream, int fd);
  void (*task_retried) (ApoolObserver *self, ApoolTask *task, ApoolOutcome *outcome);
  void (*task_finished) (ApoolObserver *self, ApoolTask *task, ApoolOutcome *outcome);
  void (*hook_ended) (ApoolObserver *self,
                      guint worker,
                      guint64 seq,
                      const ApoolHookReport *report);
  void (*task_left) (ApoolObserver *self, const ApoolLeak *leak);
  void (*worker_event) (ApoolObserver *self, const ApoolWorkerEvent *event);
  void (*pool_paused) (ApoolObserver *self, gboolean is_paused);
  void (*pool_done) (ApoolObserver *self);
};

void apool_observer_task_started (ApoolObserver *self, ApoolTask *task, const ApoolPlace *place);
void apool_observer_task_stopped (ApoolObserver *self, ApoolTask *task, int signum);
void apool_observer_task_output (
    ApoolObserver *self, ApoolTask *task, ApoolStream stream, const char *data, gsize length);
gboolean
apool_observer_task_pipe (ApoolObserver *self, ApoolTask *task, ApoolStream stream, int fd);
void apool_observer_task_retried (ApoolObserver *self, ApoolTask *task, ApoolOutcome *outcome);
void apool_observer_task_finished (ApoolObserver *self, ApoolTask *task, ApoolOutcome *outcome);
void apool_observer_hook_ended (ApoolObserver *self,
                                guint worker,
                                guint64 seq,
                                const ApoolHookReport *report);
void apool_observer_task_left (ApoolObserver *self, const ApoolLeak *leak);
void apool_observer_worker_event (ApoolObserver *self, const ApoolWorkerEvent *event);
void apool_observer_pool_paused (ApoolObserver *self, gboolean is_paused);
void apool_observer_pool_done (ApoolObserver *self);

G_END_DECLS
