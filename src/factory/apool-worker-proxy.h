/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

#include "job/apool-hook.h"
#include "job/apool-job-state.h"
#include "job/apool-leak.h"
#include "job/apool-observer.h"
#include "job/apool-outcome.h"
#include "job/apool-task.h"

G_BEGIN_DECLS

#define APOOL_TYPE_WORKER_PROXY (apool_worker_proxy_get_type ())

/**
 * ApoolWorkerProxy:
 *
 * A worker as the pool sees it: its slots, the tasks it has, and what can be asked of it. It keeps
 * the books, and refuses reports that do not fit them; a subclass does the talking.
 */
G_DECLARE_DERIVABLE_TYPE (ApoolWorkerProxy, apool_worker_proxy, APOOL, WORKER_PROXY, GObject)

/**
 * ApoolWorkerProxyClass:
 * @send_task: hands a task over; @stdin_fd is (transfer full), -1 for none
 * @send_stream: has a task's output sent as it is written
 * @send_end: has a task ended before its time
 * @send_recall: asks for at most @n tasks back that have not been started; answered by
 *   apool_worker_proxy_report_recalled()
 * @send_terminate: has everything that runs ended, and the rest given back as by @send_recall
 * @send_slots: gives it more slots
 * @send_limit: has it give up its slots above a number as they become free; answered by
 *   apool_worker_proxy_report_revoked(), as often as it takes
 * @send_terminal: has what waits for the terminal go on; whether the user is there
 * @set_congested: whether streamed output has to wait, but for that of one task, or of none: 0
 * @send_pause: has a task stop, or go on; 0: all, those too that come later
 * @send_ask: asks what it knows of the tasks that it runs; answered by
 *   apool_worker_proxy_report_answer() with the same token
 * @close: no more tasks will come: the worker is to run its exit hook, if it has one, and to end.
 *   Answered by apool_worker_proxy_report_gone()
 * @kill: the worker is to be ended by force, and its jobs with it; answered in the same way
 *
 * What a kind of worker implements.
 */
struct _ApoolWorkerProxyClass
{
  GObjectClass parent_class;

  void (*send_task) (ApoolWorkerProxy *self, ApoolTask *task, int stdin_fd);
  void (*send_stream) (ApoolWorkerProxy *self, guint64 seq);
  void (*send_end) (ApoolWorkerProxy *self, guint64 seq, ApoolEndReason reason);
  void (*send_recall) (ApoolWorkerProxy *self, guint n);
  void (*send_terminate) (ApoolWorkerProxy *self);
  void (*send_slots) (ApoolWorkerProxy *self, const GArray *slots);
  void (*send_limit) (ApoolWorkerProxy *self, guint limit);
  void (*send_terminal) (ApoolWorkerProxy *self, gboolean is_back);
  void (*set_congested) (ApoolWorkerProxy *self, gboolean congested, guint64 except);
  void (*send_pause) (ApoolWorkerProxy *self, guint64 seq, gboolean is_paused);
  void (*send_ask) (ApoolWorkerProxy *self, guint64 token);
  void (*close) (ApoolWorkerProxy *self);
  void (*kill) (ApoolWorkerProxy *self);
};

/**
 * ApoolWorkerEvents:
 * @ready: the worker is there, and its init hook, if it has one, has succeeded
 * @hook: its init or exit hook has ended; where the init hook failed, @gone follows
 * @started: it is about to start @task
 * @exited: (nullable): @task's process is gone and its slot free, and @finished comes later; not
 *   called where that comes at once
 * @stopped: (nullable): @task has been stopped by @signum, as STOPPED says
 * @output: @task wrote something
 * @pipe: @fd is the read end of @task's @stream, (transfer full)
 * @finished: @task is over
 * @left: (nullable): a task, which may be finished by now, has left processes behind
 * @recalled: the answer to a recall: (element-type ApoolTask), (transfer none), not started
 * @revoked: (nullable): it has given up these slots, (element-type guint)
 * @answered: the answer to a question: (array length=n_states), valid during the call
 * @gone: the worker and all its processes have ended; @error says why where that was not asked
 *   for. Then apool_worker_proxy_take_tasks() tells what it left. The last event
 *
 * What a worker tells the pool, always from its context, never from within a call of the pool's.
 */
typedef struct
{
  void (*ready) (ApoolWorkerProxy *worker, gpointer data);
  void (*hook) (ApoolWorkerProxy *worker, const ApoolHookReport *report, gpointer data);
  void (*started) (ApoolWorkerProxy *worker, ApoolTask *task, gpointer data);
  void (*exited) (ApoolWorkerProxy *worker, ApoolTask *task, gpointer data);
  void (*stopped) (ApoolWorkerProxy *worker, ApoolTask *task, int signum, gpointer data);
  void (*output) (ApoolWorkerProxy *worker,
                  ApoolTask *task,
                  ApoolStream stream,
                  const char *bytes,
                  gsize length,
                  gpointer data);
  void (*pipe) (
      ApoolWorkerProxy *worker, ApoolTask *task, ApoolStream stream, int fd, gpointer data);
  void (*finished) (ApoolWorkerProxy *worker,
                    ApoolTask *task,
                    ApoolOutcome *outcome,
                    gpointer data);
  void (*left) (ApoolWorkerProxy *worker, const ApoolLeak *leak, gpointer data);
  void (*recalled) (ApoolWorkerProxy *worker, GPtrArray *tasks, gpointer data);
  void (*revoked) (ApoolWorkerProxy *worker, const GArray *slots, gpointer data);
  void (*answered) (ApoolWorkerProxy *worker,
                    guint64 token,
                    const ApoolJobState *states,
                    gsize n_states,
                    gpointer data);
  void (*gone) (ApoolWorkerProxy *worker, const GError *error, gpointer data);
} ApoolWorkerEvents;

/* For the pool. */
void apool_worker_proxy_set_events (ApoolWorkerProxy *self,
                                    const ApoolWorkerEvents *events,
                                    gpointer data);
void apool_worker_proxy_queue_task (ApoolWorkerProxy *self, ApoolTask *task, int stdin_fd);
gboolean apool_worker_proxy_stream_task (ApoolWorkerProxy *self, guint64 seq);
gboolean apool_worker_proxy_end_task (ApoolWorkerProxy *self,
                                      guint64 seq,
                                      ApoolEndReason reason,
                                      const char *message);
void apool_worker_proxy_recall (ApoolWorkerProxy *self, guint n);
void apool_worker_proxy_terminate (ApoolWorkerProxy *self);
void apool_worker_proxy_grant_slots (ApoolWorkerProxy *self, const GArray *slots);
void apool_worker_proxy_limit_slots (ApoolWorkerProxy *self, guint limit);
GArray *apool_worker_proxy_take_spare_slots (ApoolWorkerProxy *self);
void apool_worker_proxy_give_terminal (ApoolWorkerProxy *self, gboolean is_back);
void apool_worker_proxy_set_congested (ApoolWorkerProxy *self, gboolean congested, guint64 except);
void apool_worker_proxy_set_paused (ApoolWorkerProxy *self, guint64 seq, gboolean is_paused);
void apool_worker_proxy_ask (ApoolWorkerProxy *self, guint64 token);
void apool_worker_proxy_list_running (ApoolWorkerProxy *self, GPtrArray *tasks);
void apool_worker_proxy_close (ApoolWorkerProxy *self);
void apool_worker_proxy_kill (ApoolWorkerProxy *self);
void apool_worker_proxy_take_tasks (ApoolWorkerProxy *self, GPtrArray *started, GPtrArray *waiting);
const GArray *apool_worker_proxy_get_slots (ApoolWorkerProxy *self);
gboolean apool_worker_proxy_has_slot (ApoolWorkerProxy *self, guint slot);
guint apool_worker_proxy_count_slots_above (ApoolWorkerProxy *self, guint limit);
guint apool_worker_proxy_count_running_above (ApoolWorkerProxy *self, guint limit);
guint apool_worker_proxy_get_slot (ApoolWorkerProxy *self, guint64 seq);
gboolean apool_worker_proxy_has_task (ApoolWorkerProxy *self, guint64 seq);
guint apool_worker_proxy_get_n_tasks (ApoolWorkerProxy *self);
guint apool_worker_proxy_get_n_waiting (ApoolWorkerProxy *self);
guint apool_worker_proxy_get_n_exited (ApoolWorkerProxy *self);
guint64 apool_worker_proxy_get_oldest_waiting (ApoolWorkerProxy *self);
gboolean apool_worker_proxy_is_recalling (ApoolWorkerProxy *self);
gboolean apool_worker_proxy_has_worked (ApoolWorkerProxy *self);
gboolean apool_worker_proxy_is_ready (ApoolWorkerProxy *self);
guint apool_worker_proxy_get_pid (ApoolWorkerProxy *self);
const char *apool_worker_proxy_get_host (ApoolWorkerProxy *self);

/* For subclasses. The ones that return a boolean say whether the report fits the books. */
void apool_worker_proxy_set_slots (ApoolWorkerProxy *self, const GArray *slots);
void apool_worker_proxy_set_process (ApoolWorkerProxy *self, guint pid, const char *host);
void apool_worker_proxy_report_ready (ApoolWorkerProxy *self);
void apool_worker_proxy_report_hook (ApoolWorkerProxy *self, const ApoolHookReport *report);
gboolean apool_worker_proxy_report_started (ApoolWorkerProxy *self, guint64 seq, guint slot);
gboolean apool_worker_proxy_report_exited (ApoolWorkerProxy *self, guint64 seq);
gboolean apool_worker_proxy_report_stopped (ApoolWorkerProxy *self, guint64 seq, int signum);
gboolean apool_worker_proxy_report_output (
    ApoolWorkerProxy *self, guint64 seq, ApoolStream stream, const char *bytes, gsize length);
gboolean
apool_worker_proxy_report_pipe (ApoolWorkerProxy *self, guint64 seq, ApoolStream stream, int fd);
gboolean
apool_worker_proxy_report_finished (ApoolWorkerProxy *self, guint64 seq, ApoolOutcome *outcome);
gboolean apool_worker_proxy_report_left (ApoolWorkerProxy *self, const ApoolLeak *leak);
gboolean
apool_worker_proxy_report_recalled (ApoolWorkerProxy *self, const guint64 *seqs, gsize n_seqs);
gboolean apool_worker_proxy_report_revoked (ApoolWorkerProxy *self, const GArray *slots);
gboolean apool_worker_proxy_report_answer (ApoolWorkerProxy *self,
                                           guint64 token,
                                           const ApoolJobState *states,
                                           gsize n_states);
void apool_worker_proxy_report_gone (ApoolWorkerProxy *self, const GError *error);

G_END_DECLS
