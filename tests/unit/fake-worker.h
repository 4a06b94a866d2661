/* SPDX-License-Identifier: MIT */
#pragma once

#include "factory/apool-worker-proxy.h"
#include "fake-watch.h"

G_BEGIN_DECLS

/* A worker that exists only in memory, and does what a test has it do. */
#define FAKE_TYPE_WORKER (fake_worker_get_type ())
G_DECLARE_FINAL_TYPE (FakeWorker, fake_worker, FAKE, WORKER, ApoolWorkerProxy)

/**
 * FakeWorkerState:
 * @received: (element-type guint64): every task it was ever handed, in that order; none
 *   after fake_worker_set_forgetful()
 * @n_handed: how many tasks it was handed, but for those that it gave back
 * @waiting: (element-type guint64): handed over and not started, oldest first
 * @running: (element-type guint64): started, each in a slot
 * @slots: (element-type guint): the slots that it was given and has not given up
 * @slot_limit: above which number it is to give up slots; 0 where it was not told
 * @running_slots: (element-type guint): which of them those that run are in, in that order
 * @draining: (element-type guint64): out of their slots, but not reported as finished
 * @recalls: (element-type guint): how many tasks are wanted back, a question each, oldest first
 * @streamed: (element-type guint64): the tasks whose output is to be streamed
 * @ended: (element-type guint64): the tasks that were to be ended before their time
 * @stdin_seq: the task that came with a standard input, 0 for none
 * @n_terminates: how often it was told to end what runs
 * @n_closes: how often it was told to end
 * @n_kills: how often it was told to end by force
 * @is_ready: it has said that it is there
 * @is_congested: as it was told last
 * @except: the same
 * @is_paused: whether it was told to stop all that runs
 * @paused_seq: the task that it was told last to stop alone; 0: none
 * @token: of the question that it was asked last; 0: none
 * @is_gone: it has ended
 *
 * What the worker has in its own hands, and what it was asked for.
 */
typedef struct
{
  GArray *received;
  guint n_handed;
  GArray *waiting;
  GArray *running;
  GArray *slots;
  guint slot_limit;
  GArray *running_slots;
  GArray *draining;
  GArray *recalls;
  GArray *streamed;
  GArray *ended;
  guint64 stdin_seq;
  guint n_terminates;
  guint n_closes;
  guint n_kills;
  gboolean is_ready;
  gboolean is_congested;
  guint64 except;
  gboolean is_paused;
  guint64 paused_seq;
  guint64 token;
  gboolean is_gone;
} FakeWorkerState;

FakeWorker *fake_worker_new (const GArray *slots, FakeWatch *watch);
void fake_worker_set_forgetful (FakeWorker *self);
void fake_worker_set_prepares (FakeWorker *self);
const FakeWorkerState *fake_worker_get_state (FakeWorker *self);
guint fake_worker_get_n_slots (FakeWorker *self);
gboolean fake_worker_is_talking (FakeWorker *self);
gboolean fake_worker_can_start (FakeWorker *self);
void fake_worker_get_ready (FakeWorker *self);
void fake_worker_fail_init (FakeWorker *self);
guint64 fake_worker_start (FakeWorker *self);
void fake_worker_start_all (FakeWorker *self);
void fake_worker_exit (FakeWorker *self, guint64 seq);
void fake_worker_finish (FakeWorker *self, guint64 seq);
void fake_worker_fail (FakeWorker *self, guint64 seq, ApoolOutcomeKind kind, int code);
void fake_worker_write (
    FakeWorker *self, guint64 seq, ApoolStream stream, const char *bytes, gsize length);
guint fake_worker_give_up (FakeWorker *self);
void fake_worker_answer_recall (FakeWorker *self, guint at_most);
void fake_worker_die (FakeWorker *self, const char *why);
gboolean fake_worker_work (FakeWorker *self);

G_END_DECLS
