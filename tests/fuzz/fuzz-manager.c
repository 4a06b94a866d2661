/* SPDX-License-Identifier: MIT */
/* The manager's half of a dialogue, with a worker that may say anything.
 *
 * The first byte says over what they talk and how it begins, the second how many tasks the worker
 * is handed first. Then follow either pieces of a stream, or single steps: a message made of
 * fields, something that the pool does, the end of the process, the end of the stream. Whatever
 * happens, every task is settled exactly once, every event is of a task that the worker has, and
 * nothing comes after the end. */

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/apool-fd.h"
#include "factory/apool-patience.h"
#include "factory/apool-wire-proxy.h"
#include "fuzz-input.h"
#include "fuzz-peer.h"

#define MAX_TASKS 16u
#define N_SLOTS 3u
#define MAX_PASSED 2u

/* Bits of the first byte. */
#define IS_RAW 1u
#define IS_PIPES 2u
#define IS_RUDE 4u
#define IS_DEAF 8u
#define HAS_INIT 16u
#define HAS_EXIT 32u

/* Of a step: the next one follows before anybody has heard of this one. */
#define IS_BATCHED 0x80u

typedef enum
{
  FUZZ_TASK_WAITING,
  FUZZ_TASK_STARTED,
  FUZZ_TASK_SETTLED,
} FuzzTaskState;

/* Task seq stands at seq - 1. */
typedef struct
{
  FuzzTaskState state;
  gboolean has_pipe[APOOL_N_STREAMS];
  gsize n_taken[APOOL_N_STREAMS];
  gsize n_ahead[APOOL_N_STREAMS]; /* of them, since it is congested */
  gsize n_credited[APOOL_N_STREAMS];
} FuzzTask;

typedef enum
{
  FUZZ_ACT_QUEUE,
  FUZZ_ACT_RECALL,
  FUZZ_ACT_TERMINATE,
  FUZZ_ACT_STREAM,
  FUZZ_ACT_CONGEST,
  FUZZ_ACT_RELIEVE,
  FUZZ_ACT_GRANT,
  FUZZ_ACT_SPARE,
  FUZZ_ACT_CLOSE,
  FUZZ_ACT_KILL,
  FUZZ_N_ACTS,
} FuzzAct;

typedef enum
{
  FUZZ_STEP_STARTED,
  FUZZ_STEP_OUTPUT,
  FUZZ_STEP_PIPES,
  FUZZ_STEP_FINISHED,
  FUZZ_STEP_RECALLED,
  FUZZ_STEP_HOOK,
  FUZZ_STEP_ANY,
  FUZZ_STEP_BYTES,
  FUZZ_STEP_DEAF,
  FUZZ_STEP_ARM,
  FUZZ_STEP_PROCESS_ENDS,
  FUZZ_STEP_STREAM_ENDS,
  FUZZ_STEP_ACT,
  FUZZ_N_STEPS,
} FuzzStep;

typedef struct
{
  GMainContext *context;
  FuzzPeer *peer;
  ApoolWorkerProxy *worker; /* (nullable): the pool's reference, until it is gone */
  FuzzTask tasks[MAX_TASKS];
  guint n_tasks;
  guint next_slot;
  guint armed; /* what the pool does in the next event, plus one */
  gboolean is_in_call;
  gboolean is_ready;
  gboolean has_init;
  gboolean has_exit;
  guint n_hooks[APOOL_N_HOOKS];
  gboolean is_stopped; /* no more tasks will come */
  gboolean is_closed;
  gboolean is_congested;
  gboolean is_killed;
  gboolean process_has_ended;
  gboolean is_deaf;
} FuzzManager;

static void fuzz_manager_act (FuzzManager *self, FuzzAct act);

static FuzzTask *
fuzz_manager_find (FuzzManager *self, ApoolTask *task, FuzzTaskState state)
{
  guint64 seq = apool_task_get_seq (task);

  g_assert_cmpuint (seq, >, 0);
  g_assert_cmpuint (seq, <=, self->n_tasks);
  g_assert_cmpint (self->tasks[seq - 1].state, ==, state);
  return &self->tasks[seq - 1];
}

/* ---- events ---- */

static void
fuzz_manager_enter (FuzzManager *self)
{
  g_assert_false (self->is_in_call);
  g_assert_nonnull (self->worker);
}

/* The pool may do something in every event. */
static void
fuzz_manager_leave (FuzzManager *self)
{
  guint armed = self->armed;

  self->armed = 0;
  if (armed > 0)
    fuzz_manager_act (self, (FuzzAct) (armed - 1));
}

static void
fuzz_manager_ready_cb (ApoolWorkerProxy *worker, gpointer data)
{
  FuzzManager *self = data;

  fuzz_manager_enter (self);
  g_assert_false (self->is_ready);
  g_assert_false (self->is_closed);
  g_assert_true (!self->has_init || self->n_hooks[APOOL_HOOK_INIT] > 0);
  self->is_ready = TRUE;
  fuzz_manager_leave (self);
}

static void
fuzz_manager_hook_cb (ApoolWorkerProxy *worker, const ApoolHookReport *report, gpointer data)
{
  FuzzManager *self = data;

  fuzz_manager_enter (self);
  g_assert_nonnull (report->outcome);
  g_assert_cmpint (report->hook, <, APOOL_HOOK_ERROR);
  g_assert_true (report->hook == APOOL_HOOK_INIT ? self->has_init
                                                 : self->has_exit && self->is_closed);
  g_assert_cmpuint (++self->n_hooks[report->hook], ==, 1);
  fuzz_manager_leave (self);
}

static void
fuzz_manager_started_cb (ApoolWorkerProxy *worker, ApoolTask *task, gpointer data)
{
  FuzzManager *self = data;

  fuzz_manager_enter (self);
  g_assert_true (self->is_ready);
  fuzz_manager_find (self, task, FUZZ_TASK_WAITING)->state = FUZZ_TASK_STARTED;
  fuzz_manager_leave (self);
}

static void
fuzz_manager_output_cb (ApoolWorkerProxy *worker,
                        ApoolTask *task,
                        ApoolStream stream,
                        const char *bytes,
                        gsize length,
                        gpointer data)
{
  FuzzManager *self = data;
  FuzzTask *entry = fuzz_manager_find (self, task, FUZZ_TASK_STARTED);

  fuzz_manager_enter (self);
  g_assert_cmpuint (stream, <, APOOL_N_STREAMS);
  g_assert_cmpuint (length, >, 0);
  g_assert_false (entry->has_pipe[stream]);
  entry->n_taken[stream] += length;
  entry->n_ahead[stream] += self->is_congested ? length : 0;
  g_assert_cmpuint (entry->n_ahead[stream], <=, APOOL_MESSAGE_WINDOW);
  fuzz_manager_leave (self);
}

static guint
fuzz_manager_count_passed (FuzzManager *self)
{
  guint n = 0;

  for (guint i = 0; i < self->n_tasks; i++)
    n += self->tasks[i].state == FUZZ_TASK_STARTED && self->tasks[i].has_pipe[0] ? 1 : 0;
  return n;
}

static void
fuzz_manager_pipe_cb (
    ApoolWorkerProxy *worker, ApoolTask *task, ApoolStream stream, int fd, gpointer data)
{
  FuzzManager *self = data;
  FuzzTask *entry = fuzz_manager_find (self, task, FUZZ_TASK_STARTED);
  struct stat info;

  fuzz_manager_enter (self);
  g_assert_cmpuint (stream, <, APOOL_N_STREAMS);
  g_assert_false (entry->has_pipe[stream]);
  entry->has_pipe[stream] = TRUE;
  g_assert_cmpuint (fuzz_manager_count_passed (self), <=, MAX_PASSED);
  g_assert_cmpint (fstat (fd, &info), ==, 0);
  g_assert_true (S_ISFIFO (info.st_mode));
  g_assert_cmpint (fcntl (fd, F_GETFL) & O_ACCMODE, ==, O_RDONLY);
  apool_fd_clear (&fd);
  fuzz_manager_leave (self);
}

static void
fuzz_manager_finished_cb (ApoolWorkerProxy *worker,
                          ApoolTask *task,
                          ApoolOutcome *outcome,
                          gpointer data)
{
  FuzzManager *self = data;

  fuzz_manager_enter (self);
  g_assert_cmpint (apool_outcome_get_kind (outcome), !=, APOOL_OUTCOME_LOST);
  fuzz_manager_find (self, task, FUZZ_TASK_STARTED)->state = FUZZ_TASK_SETTLED;
  fuzz_manager_leave (self);
}

static void
fuzz_manager_settle_all (FuzzManager *self, GPtrArray *tasks, FuzzTaskState state)
{
  for (guint i = 0; i < tasks->len; i++)
    fuzz_manager_find (self, g_ptr_array_index (tasks, i), state)->state = FUZZ_TASK_SETTLED;
}

static void
fuzz_manager_recalled_cb (ApoolWorkerProxy *worker, GPtrArray *tasks, gpointer data)
{
  FuzzManager *self = data;

  fuzz_manager_enter (self);
  fuzz_manager_settle_all (self, tasks, FUZZ_TASK_WAITING);
  fuzz_manager_leave (self);
}

static void
fuzz_manager_gone_cb (ApoolWorkerProxy *worker, const GError *error, gpointer data)
{
  FuzzManager *self = data;
  g_autoptr (GPtrArray) started =
      g_ptr_array_new_with_free_func ((GDestroyNotify) apool_task_unref);
  g_autoptr (GPtrArray) waiting =
      g_ptr_array_new_with_free_func ((GDestroyNotify) apool_task_unref);

  fuzz_manager_enter (self);
  g_assert_true (self->process_has_ended);
  g_assert_true (self->is_closed || error);
  apool_worker_proxy_take_tasks (worker, started, waiting);
  fuzz_manager_settle_all (self, started, FUZZ_TASK_STARTED);
  fuzz_manager_settle_all (self, waiting, FUZZ_TASK_WAITING);
  for (guint i = 0; i < self->n_tasks; i++)
    g_assert_cmpint (self->tasks[i].state, ==, FUZZ_TASK_SETTLED);
  g_assert_cmpuint (apool_worker_proxy_get_n_tasks (worker), ==, 0);
  g_clear_object (&self->worker);
}

static const ApoolWorkerEvents fuzz_manager_events = {
  .ready = fuzz_manager_ready_cb,
  .hook = fuzz_manager_hook_cb,
  .started = fuzz_manager_started_cb,
  .output = fuzz_manager_output_cb,
  .pipe = fuzz_manager_pipe_cb,
  .finished = fuzz_manager_finished_cb,
  .recalled = fuzz_manager_recalled_cb,
  .gone = fuzz_manager_gone_cb,
};

static void
fuzz_manager_kill_cb (gpointer data)
{
  FuzzManager *self = data;

  g_assert_false (self->process_has_ended);
  self->is_killed = TRUE; /* it ends later, or not before its stream */
}

/* ---- what the worker is told ---- */

/* Never more than what came, and nothing while it is to wait. */
static void
fuzz_manager_check_credit (FuzzManager *self, GVariant *body)
{
  guint64 seq;
  guint32 stream;
  guint32 bytes;
  FuzzTask *task;

  g_variant_get (body, "(tuu)", &seq, &stream, &bytes);
  g_assert_cmpuint (seq - 1, <, self->n_tasks);
  g_assert_cmpuint (stream, <, APOOL_N_STREAMS);
  task = &self->tasks[seq - 1];
  task->n_credited[stream] += bytes;
  g_assert_cmpuint (task->n_credited[stream], <=, task->n_taken[stream]);
}

static void
fuzz_manager_told_cb (ApoolMessageType type, GVariant *body, gpointer data)
{
  g_assert_true (type <= APOOL_MESSAGE_CLOSE);
  if (type == APOOL_MESSAGE_CREDIT)
    fuzz_manager_check_credit (data, body);
}

/* ---- what the pool does ---- */

static void
fuzz_manager_queue_task (FuzzManager *self)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("true", 5);
  g_autoptr (ApoolTask) task = NULL;

  if (self->n_tasks == MAX_TASKS || self->is_stopped)
    return;
  task = apool_task_new (++self->n_tasks, 1, APOOL_TASK_WORDS, text, NULL, NULL);
  apool_worker_proxy_queue_task (self->worker, task, -1);
}

static void
fuzz_manager_grant (FuzzManager *self)
{
  g_autoptr (GArray) slots = g_array_new (FALSE, FALSE, sizeof (guint));

  self->next_slot++;
  g_array_append_val (slots, self->next_slot);
  apool_worker_proxy_grant_slots (self->worker, slots);
}

static void
fuzz_manager_take_spare (FuzzManager *self)
{
  g_autoptr (GArray) slots = NULL;
  guint before = apool_worker_proxy_get_slots (self->worker)->len;

  self->is_stopped = TRUE;
  slots = apool_worker_proxy_take_spare_slots (self->worker);
  g_assert_cmpuint (apool_worker_proxy_get_slots (self->worker)->len + slots->len, ==, before);
  g_assert_true (slots->len == 0 || apool_worker_proxy_get_n_waiting (self->worker) == 0);
}

static void
fuzz_manager_close (FuzzManager *self, gboolean by_force)
{
  self->is_stopped = TRUE;
  self->is_closed = TRUE;
  if (by_force)
    apool_worker_proxy_kill (self->worker);
  else
    apool_worker_proxy_close (self->worker);
}

static void
fuzz_manager_set_congested (FuzzManager *self, gboolean congested)
{
  if (congested && !self->is_congested)
    for (guint i = 0; i < MAX_TASKS; i++)
      memset (self->tasks[i].n_ahead, 0, sizeof self->tasks[i].n_ahead);
  self->is_congested = congested;
  apool_worker_proxy_set_congested (self->worker, congested, 0);
}

static void
fuzz_manager_ask_back (FuzzManager *self, gboolean of_all)
{
  if (of_all)
    apool_worker_proxy_terminate (self->worker);
  else if (!apool_worker_proxy_is_recalling (self->worker))
    apool_worker_proxy_recall (self->worker, 2);
}

/* One that is gone is asked for nothing. */
static void
fuzz_manager_act (FuzzManager *self, FuzzAct act)
{
  if (!self->worker)
    return;
  self->is_in_call = TRUE;
  switch (act)
    {
    case FUZZ_ACT_QUEUE:
      fuzz_manager_queue_task (self);
      break;
    case FUZZ_ACT_RECALL:
    case FUZZ_ACT_TERMINATE:
      fuzz_manager_ask_back (self, act == FUZZ_ACT_TERMINATE);
      break;
    case FUZZ_ACT_STREAM:
      (void) apool_worker_proxy_stream_task (self->worker, self->n_tasks); /* if it has that one */
      break;
    case FUZZ_ACT_CONGEST:
    case FUZZ_ACT_RELIEVE:
      fuzz_manager_set_congested (self, act == FUZZ_ACT_CONGEST);
      break;
    case FUZZ_ACT_GRANT:
      fuzz_manager_grant (self);
      break;
    case FUZZ_ACT_SPARE:
      fuzz_manager_take_spare (self);
      break;
    case FUZZ_ACT_CLOSE:
    case FUZZ_ACT_KILL:
      fuzz_manager_close (self, act == FUZZ_ACT_KILL);
      break;
    case FUZZ_N_ACTS:
    default:
      g_assert_not_reached ();
    }
  self->is_in_call = FALSE;
}

/* ---- steps ---- */

static void
fuzz_manager_turn (FuzzManager *self)
{
  guint n_waiting = 0;
  guint n_tasks = 0;

  fuzz_turn (self->context, self->is_deaf ? NULL : self->peer);
  for (guint i = 0; i < self->n_tasks; i++)
    {
      n_waiting += self->tasks[i].state == FUZZ_TASK_WAITING ? 1 : 0;
      n_tasks += self->tasks[i].state != FUZZ_TASK_SETTLED ? 1 : 0;
    }
  if (!self->worker)
    return;
  g_assert_cmpuint (apool_worker_proxy_get_n_waiting (self->worker), ==, n_waiting);
  g_assert_cmpuint (apool_worker_proxy_get_n_tasks (self->worker), ==, n_tasks);
}

static void
fuzz_manager_end_process (FuzzManager *self, ApoolWireProxy *proxy)
{
  if (self->process_has_ended)
    return;
  self->process_has_ended = TRUE;
  apool_wire_proxy_process_ended (proxy, "ended");
}

static void
fuzz_manager_write (FuzzManager *self, FuzzInput *input, gsize wanted)
{
  guint8 fds = fuzz_input_take_byte (input);
  gsize length;
  const guint8 *bytes = fuzz_input_take_bytes (input, wanted, &length);

  fuzz_peer_write (self->peer, bytes, length, fds);
}

static void
fuzz_manager_step (FuzzManager *self, ApoolWireProxy *proxy, FuzzStep step, FuzzInput *input)
{
  static const ApoolMessageType TYPES[] = {
    [FUZZ_STEP_STARTED] = APOOL_MESSAGE_STARTED,   [FUZZ_STEP_OUTPUT] = APOOL_MESSAGE_OUTPUT,
    [FUZZ_STEP_PIPES] = APOOL_MESSAGE_PIPES,       [FUZZ_STEP_FINISHED] = APOOL_MESSAGE_FINISHED,
    [FUZZ_STEP_RECALLED] = APOOL_MESSAGE_RECALLED, [FUZZ_STEP_HOOK] = APOOL_MESSAGE_HOOK,
  };

  if (step <= FUZZ_STEP_HOOK)
    g_variant_unref (fuzz_peer_send_fields (self->peer, TYPES[step], input));
  else if (step == FUZZ_STEP_ANY)
    g_variant_unref (fuzz_peer_send_fields (
        self->peer, fuzz_input_take_byte (input) % (APOOL_N_MESSAGES - 1) + 1, input));
  else if (step == FUZZ_STEP_BYTES)
    fuzz_manager_write (self, input, fuzz_input_take_byte (input));
  else if (step == FUZZ_STEP_DEAF)
    self->is_deaf = !self->is_deaf;
  else if (step == FUZZ_STEP_ARM)
    self->armed = fuzz_input_take_byte (input) % FUZZ_N_ACTS + 1u;
  else if (step == FUZZ_STEP_PROCESS_ENDS)
    fuzz_manager_end_process (self, proxy);
  else if (step == FUZZ_STEP_STREAM_ENDS)
    fuzz_peer_end (self->peer);
  else
    fuzz_manager_act (self, fuzz_input_take_byte (input) % FUZZ_N_ACTS);
}

static void
fuzz_manager_run_steps (FuzzManager *self, ApoolWireProxy *proxy, FuzzInput *input)
{
  while (input->length > 0)
    {
      guint8 step = fuzz_input_take_byte (input);

      fuzz_manager_step (self, proxy, (step & 0x7f) % FUZZ_N_STEPS, input);
      if (!(step & IS_BATCHED))
        fuzz_manager_turn (self);
    }
}

/* A stream in pieces, each behind its length; a length of zero is something that the pool does. */
static void
fuzz_manager_run_stream (FuzzManager *self, FuzzInput *input)
{
  while (input->length > 0)
    {
      guint8 length = fuzz_input_take_byte (input);

      if (length > 0)
        fuzz_manager_write (self, input, length);
      else
        fuzz_manager_act (self, fuzz_input_take_byte (input) % FUZZ_N_ACTS);
      fuzz_manager_turn (self);
    }
}

/* ---- a run ---- */

static ApoolWireProxy *
fuzz_manager_open (FuzzManager *self, guint8 flags, FuzzInput *input)
{
  static const guint32 SLOTS[N_SLOTS] = { 1, 2, 3 };
  static const ApoolWireProxyFuncs FUNCS = { .kill = fuzz_manager_kill_cb };
  ApoolSetup setup = {
    .slots = SLOTS,
    .n_slots = N_SLOTS,
    .shell = "/bin/sh",
    .run = "fuzz",
    .max_passed = MAX_PASSED,
    .init = flags & HAS_INIT ? "true" : NULL,
    .exit = flags & HAS_EXIT ? "true" : NULL,
  };
  int in_fd;
  int out_fd;
  ApoolWireProxy *proxy;
  g_autoptr (GError) error = NULL;

  self->context = g_main_context_new ();
  self->next_slot = N_SLOTS;
  self->is_deaf = (flags & IS_DEAF) != 0;
  self->has_init = (flags & HAS_INIT) != 0;
  self->has_exit = (flags & HAS_EXIT) != 0;
  self->peer = fuzz_peer_new (!(flags & IS_PIPES), &in_fd, &out_fd, fuzz_manager_told_cb, self);
  proxy = apool_wire_proxy_new (self->context, in_fd, out_fd, &setup, NULL, APOOL_PATIENCE_MSEC,
                                &FUNCS, self, &error);
  g_assert_no_error (error);
  self->worker = APOOL_WORKER_PROXY (g_object_ref (proxy));
  apool_worker_proxy_set_events (self->worker, &fuzz_manager_events, self);
  if (!(flags & IS_RUDE))
    fuzz_peer_greet (self->peer);
  for (guint n = fuzz_input_take_byte (input) % 8; n > 0; n--)
    fuzz_manager_act (self, FUZZ_ACT_QUEUE);
  fuzz_manager_turn (self);
  return proxy;
}

/* The stream ends, and the process after it. Only of a worker that was closed nobody cares whether
 * it lives. */
static void
fuzz_manager_end (FuzzManager *self, ApoolWireProxy *proxy)
{
  fuzz_peer_end (self->peer);
  fuzz_manager_turn (self);
  g_assert_true (self->is_killed || self->is_closed || self->process_has_ended);
  fuzz_manager_end_process (self, proxy);
  fuzz_manager_turn (self);
  g_assert_null (self->worker);
  g_object_unref (proxy);
  fuzz_peer_free (self->peer);
  g_main_context_unref (self->context);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t length)
{
  FuzzInput input = { data, length };
  FuzzManager self = { 0 };
  guint8 flags = fuzz_input_take_byte (&input);
  guint n_fds = fuzz_count_fds ();
  ApoolWireProxy *proxy;

  fuzz_prepare ();
  proxy = fuzz_manager_open (&self, flags, &input);
  if (flags & IS_RAW)
    fuzz_manager_run_stream (&self, &input);
  else
    fuzz_manager_run_steps (&self, proxy, &input);
  fuzz_manager_end (&self, proxy);
  g_assert_cmpuint (fuzz_count_fds (), ==, n_fds);
  return 0;
}
