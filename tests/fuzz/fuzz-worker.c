/* SPDX-License-Identifier: MIT */
/* The worker's half of a dialogue, with a manager that may say anything. Its jobs are no processes:
 * fuzz-children.c stands in.
 *
 * The first byte says over what they talk and how it begins, the second of how many jobs the
 * manager takes the pipes. Then follow either pieces of a stream, or single steps: a message made
 * of fields, something that a job does, the end of the stream. Whatever happens, what it says fits
 * what it was told: it starts no task that it does not have, in no slot that it was not given,
 * tells the end of each once, and sends no more than it has credit for. */

#include <errno.h>

#include "fuzz-children.h"
#include "fuzz-input.h"
#include "fuzz-peer.h"
#include "wire-body.h"
#include "worker/apool-capture.h"
#include "worker/apool-worker.h"

/* Bits of the first byte. */
#define IS_RAW 1u
#define IS_PIPES 2u
#define IS_RUDE 4u
#define IS_DEAF 8u
#define HAS_INIT 16u
#define HAS_EXIT 32u
#define IS_BARE 64u /* without a SETUP */
#define STREAMS 128u

/* Of a step: the next one follows before anybody has heard of this one. */
#define IS_BATCHED 0x80u
/* The init and the exit hook. */
#define N_HOOKS 2u

/* What was said of a task's number, which may be used again. */
typedef struct
{
  guint64 seq;
  guint n_sent;
  guint n_started;
  guint n_passed;
  guint n_finished;
  guint n_recalled;
  gsize n_output[APOOL_N_STREAMS];
  gsize n_credit[APOOL_N_STREAMS];
} FuzzTask;

typedef enum
{
  FUZZ_STEP_JOB,
  FUZZ_STEP_TASK,
  FUZZ_STEP_STREAM,
  FUZZ_STEP_CREDIT,
  FUZZ_STEP_RECALL,
  FUZZ_STEP_TERMINATE,
  FUZZ_STEP_GRANT,
  FUZZ_STEP_CLOSE,
  FUZZ_STEP_ANY,
  FUZZ_STEP_BYTES,
  FUZZ_STEP_DEAF,
  FUZZ_STEP_FAIL,
  FUZZ_STEP_WRITE,
  FUZZ_STEP_SHUT,
  FUZZ_STEP_EXIT,
  FUZZ_STEP_STREAM_ENDS,
  FUZZ_N_STEPS,
} FuzzStep;

typedef struct
{
  GMainContext *context;
  FuzzPeer *peer;
  FuzzChildren *children;
  ApoolWorker *worker;
  GHashTable *tasks; /* guint64 in the task → FuzzTask, owned */
  GHashTable *slots; /* all that it was given */
  guint64 next_seq;
  guint n_set_up;                   /* how often it was told */
  gboolean has_hook[APOOL_N_HOOKS]; /* as it was told first */
  guint n_hooks[APOOL_N_HOOKS];     /* how many it has told the end of */
  gboolean is_prepared;             /* its init hook has succeeded */
  gboolean is_known;                /* what it was told */
  gboolean is_deaf;
} FuzzWorker;

static FuzzTask *
fuzz_worker_ensure (FuzzWorker *self, guint64 seq)
{
  FuzzTask *task = g_hash_table_lookup (self->tasks, &seq);

  if (task)
    return task;
  task = g_new0 (FuzzTask, 1);
  task->seq = seq;
  g_hash_table_add (self->tasks, task);
  return task;
}

/* ---- what it was told ---- */

static void
fuzz_worker_note_slots (FuzzWorker *self, const guint32 *slots, gsize n_slots)
{
  for (gsize i = 0; i < n_slots; i++)
    g_hash_table_add (self->slots, GUINT_TO_POINTER (slots[i]));
}

/* A second one is refused. */
static void
fuzz_worker_note_setup (FuzzWorker *self, GVariant *body)
{
  ApoolSetup setup;
  gboolean is_good = apool_message_get_setup (body, &setup, NULL);

  fuzz_worker_note_slots (self, setup.slots, setup.n_slots);
  if (!is_good)
    return;
  if (self->n_set_up++ > 0)
    return;
  self->has_hook[APOOL_HOOK_INIT] = setup.init[0] != '\0';
  self->has_hook[APOOL_HOOK_EXIT] = setup.exit[0] != '\0';
}

static void
fuzz_worker_note_credit (FuzzWorker *self, GVariant *body)
{
  guint64 seq;
  guint32 stream;
  guint32 bytes;

  g_variant_get (body, "(tuu)", &seq, &stream, &bytes);
  if (stream < APOOL_N_STREAMS)
    fuzz_worker_ensure (self, seq)->n_credit[stream] += bytes;
}

static void
fuzz_worker_note (FuzzWorker *self, guint type, GVariant *body)
{
  g_autoptr (ApoolTask) task = NULL;
  g_autoptr (GArray) slots = NULL;

  if (type == APOOL_MESSAGE_TASK && (task = wire_body_get_task (body, NULL)))
    fuzz_worker_ensure (self, apool_task_get_seq (task))->n_sent++;
  else if (type == APOOL_MESSAGE_GRANT)
    {
      slots = apool_message_dup_slots (body);
      fuzz_worker_note_slots (self, (const guint32 *) (gconstpointer) slots->data, slots->len);
    }
  else if (type == APOOL_MESSAGE_SETUP)
    fuzz_worker_note_setup (self, body);
  else if (type == APOOL_MESSAGE_CREDIT)
    fuzz_worker_note_credit (self, body);
  self->is_known = self->is_known && fuzz_peer_was_whole (self->peer);
}

static void
fuzz_worker_send_fields (FuzzWorker *self, guint type, FuzzInput *input)
{
  g_autoptr (GVariant) body = fuzz_peer_send_fields (self->peer, type, input);

  fuzz_worker_note (self, type, body);
}

static void
fuzz_worker_send (FuzzWorker *self, guint type, GVariant *body)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (body);

  fuzz_peer_send (self->peer, type, owned, 0, 0);
  fuzz_worker_note (self, type, owned);
}

static void
fuzz_worker_send_job (FuzzWorker *self)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("true", 5);
  g_autoptr (ApoolTask) task =
      apool_task_new (++self->next_seq, 1, APOOL_TASK_WORDS, text, NULL, NULL);

  fuzz_worker_send (self, APOOL_MESSAGE_TASK, wire_body_new_task (task));
}

/* ---- what it says ---- */

static void
fuzz_worker_heard_started (FuzzWorker *self, GVariant *body)
{
  guint64 seq;
  guint32 slot;
  FuzzTask *task;

  g_variant_get (body, "(tu)", &seq, &slot);
  task = fuzz_worker_ensure (self, seq);
  task->n_started++;
  g_assert_true (!self->has_hook[APOOL_HOOK_INIT] || self->is_prepared);
  g_assert_true (g_hash_table_contains (self->slots, GUINT_TO_POINTER (slot)));
  g_assert_cmpuint (task->n_started + task->n_recalled, <=, task->n_sent);
}

static void
fuzz_worker_add_output (FuzzTask *task, ApoolStream stream, gsize length)
{
  g_assert_cmpuint (task->n_finished, <, task->n_started);
  task->n_output[stream] += length;
  g_assert_cmpuint (task->n_output[stream], <=,
                    task->n_started *
                            (gsize) (APOOL_MESSAGE_WINDOW + 2 * APOOL_CAPTURE_HELD_BYTES) +
                        task->n_credit[stream]);
}

static void
fuzz_worker_heard_output (FuzzWorker *self, GVariant *body)
{
  guint64 seq;
  ApoolStream stream;
  const char *data;
  gsize length;

  g_assert_true (wire_body_get_output (body, &seq, &stream, &data, &length, NULL));
  g_assert_cmpuint (length, >, 0);
  fuzz_worker_add_output (fuzz_worker_ensure (self, seq), stream, length);
}

static void
fuzz_worker_heard_pipes (FuzzWorker *self, GVariant *body)
{
  guint64 seq;
  FuzzTask *task;

  g_variant_get (body, "(t)", &seq);
  task = fuzz_worker_ensure (self, seq);
  g_assert_cmpuint (task->n_finished, <, task->n_started);
  g_assert_cmpuint (++task->n_passed, <=, task->n_started);
}

static void
fuzz_worker_heard_finished (FuzzWorker *self, GVariant *body)
{
  ApoolFinished finished;
  FuzzTask *task;

  g_assert_true (wire_body_get_finished (body, &finished, NULL));
  apool_outcome_unref (finished.outcome);
  task = fuzz_worker_ensure (self, finished.seq);
  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    fuzz_worker_add_output (task, (ApoolStream) stream, finished.length[stream]);
  g_assert_cmpuint (++task->n_finished, <=, task->n_started);
}

static void
fuzz_worker_heard_recalled (FuzzWorker *self, GVariant *body)
{
  g_autoptr (GVariant) array = g_variant_get_child_value (body, 0);
  gsize n_seqs;
  const guint64 *seqs = g_variant_get_fixed_array (array, &n_seqs, sizeof *seqs);

  for (gsize i = 0; i < n_seqs; i++)
    {
      FuzzTask *task = fuzz_worker_ensure (self, seqs[i]);

      task->n_recalled++;
      g_assert_cmpuint (task->n_started + task->n_recalled, <=, task->n_sent);
    }
}

/* Never one that it was not given. */
static void
fuzz_worker_heard_revoked (FuzzWorker *self, GVariant *body)
{
  g_autoptr (GArray) slots = apool_message_dup_slots (body);

  g_assert_cmpuint (slots->len, >, 0);
  for (guint i = 0; i < slots->len; i++)
    g_assert_true (
        g_hash_table_contains (self->slots, GUINT_TO_POINTER (g_array_index (slots, guint, i))));
}

static void
fuzz_worker_heard_hook (FuzzWorker *self, GVariant *body)
{
  ApoolHookReport report;
  g_autoptr (ApoolOutcome) outcome = NULL;

  g_assert_true (apool_message_get_hook (body, &report, NULL));
  outcome = report.outcome;
  if (!self->is_known)
    return;
  g_assert_true (self->has_hook[report.hook]);
  g_assert_cmpuint (++self->n_hooks[report.hook], ==, 1);
  self->is_prepared = self->is_prepared || apool_outcome_is_success (outcome);
  g_assert_true (report.hook == APOOL_HOOK_INIT || !self->has_hook[APOOL_HOOK_INIT] ||
                 self->is_prepared);
}

static void
fuzz_worker_heard_cb (ApoolMessageType type, GVariant *body, gpointer data)
{
  FuzzWorker *self = data;

  g_assert_true (type <= APOOL_MESSAGE_PONG || type >= APOOL_MESSAGE_STARTED);
  if (type == APOOL_MESSAGE_HOOK)
    fuzz_worker_heard_hook (self, body);
  else if (!self->is_known)
    return;
  else if (type == APOOL_MESSAGE_STARTED)
    fuzz_worker_heard_started (self, body);
  else if (type == APOOL_MESSAGE_OUTPUT)
    fuzz_worker_heard_output (self, body);
  else if (type == APOOL_MESSAGE_PIPES)
    fuzz_worker_heard_pipes (self, body);
  else if (type == APOOL_MESSAGE_FINISHED)
    fuzz_worker_heard_finished (self, body);
  else if (type == APOOL_MESSAGE_RECALLED)
    fuzz_worker_heard_recalled (self, body);
  else if (type == APOOL_MESSAGE_REVOKED)
    fuzz_worker_heard_revoked (self, body);
}

/* ---- steps ---- */

/* As its main loop does: not one turn more when its dialogue is over. */
static void
fuzz_worker_turn (FuzzWorker *self)
{
  while (!apool_worker_is_closed (self->worker) && g_main_context_iteration (self->context, FALSE))
    if (!self->is_deaf)
      fuzz_peer_read (self->peer);
  if (!self->is_deaf)
    fuzz_peer_read (self->peer);
  if (self->is_known)
    g_assert_cmpuint (fuzz_children_get_n_running (self->children), <=,
                      g_hash_table_size (self->slots) + N_HOOKS);
}

/* What is in such bytes nobody here knows. */
static void
fuzz_worker_write (FuzzWorker *self, FuzzInput *input, gsize wanted)
{
  guint8 fds = fuzz_input_take_byte (input);
  gsize length;
  const guint8 *bytes = fuzz_input_take_bytes (input, wanted, &length);

  self->is_known = FALSE;
  fuzz_peer_write (self->peer, bytes, length, fds);
}

/* The low bits of a byte say which job; the high ones what it does. */
static void
fuzz_worker_step_job (FuzzWorker *self, FuzzStep step, FuzzInput *input)
{
  static const gsize LENGTHS[] = { 1, 100, 5000, 40000, 70000, 300000, 0, 4096 };
  static const int STATUSES[] = { 0, 1 << 8, 255 << 8, 9, 15, 11 | 0x80, 127 << 8, 6 };
  guint8 byte = fuzz_input_take_byte (input);
  guint index = byte & 0xf;
  ApoolStream stream = byte & 0x10 ? APOOL_STREAM_STDERR : APOOL_STREAM_STDOUT;

  if (step == FUZZ_STEP_WRITE)
    fuzz_children_write (self->children, index, stream, LENGTHS[byte >> 5]);
  else if (step == FUZZ_STEP_SHUT)
    fuzz_children_shut (self->children, index, stream);
  else
    fuzz_children_exit (self->children, index, STATUSES[byte >> 5], byte & 0x10);
}

static void
fuzz_worker_step (FuzzWorker *self, FuzzStep step, FuzzInput *input)
{
  static const int ERRNUMS[] = { ENOENT, EAGAIN, ENOMEM, EMFILE, E2BIG, ENOEXEC, EACCES, ENFILE };
  static const ApoolMessageType TYPES[] = {
    [FUZZ_STEP_TASK] = APOOL_MESSAGE_TASK,     [FUZZ_STEP_STREAM] = APOOL_MESSAGE_STREAM,
    [FUZZ_STEP_CREDIT] = APOOL_MESSAGE_CREDIT, [FUZZ_STEP_RECALL] = APOOL_MESSAGE_RECALL,
    [FUZZ_STEP_GRANT] = APOOL_MESSAGE_GRANT,   [FUZZ_STEP_TERMINATE] = APOOL_MESSAGE_TERMINATE,
    [FUZZ_STEP_CLOSE] = APOOL_MESSAGE_CLOSE,
  };

  if (step == FUZZ_STEP_JOB)
    fuzz_worker_send_job (self);
  else if (step <= FUZZ_STEP_CLOSE)
    fuzz_worker_send_fields (self, TYPES[step], input);
  else if (step == FUZZ_STEP_ANY)
    fuzz_worker_send_fields (self, fuzz_input_take_byte (input) % (APOOL_N_MESSAGES - 1) + 1,
                             input);
  else if (step == FUZZ_STEP_BYTES)
    fuzz_worker_write (self, input, fuzz_input_take_byte (input));
  else if (step == FUZZ_STEP_DEAF)
    self->is_deaf = !self->is_deaf;
  else if (step == FUZZ_STEP_FAIL)
    fuzz_children_fail_next (self->children, ERRNUMS[fuzz_input_take_byte (input) % 8]);
  else if (step == FUZZ_STEP_STREAM_ENDS)
    fuzz_peer_end (self->peer);
  else
    fuzz_worker_step_job (self, step, input);
}

static void
fuzz_worker_run_steps (FuzzWorker *self, FuzzInput *input)
{
  while (input->length > 0 && !apool_worker_is_closed (self->worker))
    {
      guint8 step = fuzz_input_take_byte (input);

      fuzz_worker_step (self, (step & 0x7f) % FUZZ_N_STEPS, input);
      if (!(step & IS_BATCHED))
        fuzz_worker_turn (self);
    }
}

/* A stream in pieces, each behind its length; a length of zero is the end of a job. */
static void
fuzz_worker_run_stream (FuzzWorker *self, FuzzInput *input)
{
  while (input->length > 0 && !apool_worker_is_closed (self->worker))
    {
      guint8 length = fuzz_input_take_byte (input);

      if (length > 0)
        fuzz_worker_write (self, input, length);
      else
        fuzz_worker_step_job (self, FUZZ_STEP_EXIT, input);
      fuzz_worker_turn (self);
    }
}

/* ---- a run ---- */

static void
fuzz_worker_set_up (FuzzWorker *self, guint8 flags, guint max_passed)
{
  static const guint32 SLOTS[] = { 1, 2, 3 };
  ApoolSetup setup = {
    .number = 1,
    .slots = SLOTS,
    .n_slots = G_N_ELEMENTS (SLOTS),
    .shell = "/bin/sh",
    .run = "fuzz",
    .max_passed = max_passed,
    .init = flags & HAS_INIT ? "true" : NULL,
    .exit = flags & HAS_EXIT ? "true" : NULL,
    .streams = (flags & STREAMS) != 0,
    .merges = (max_passed & 1) != 0,
  };

  fuzz_worker_send (self, APOOL_MESSAGE_SETUP, apool_message_new_setup (&setup));
}

static void
fuzz_worker_open (FuzzWorker *self, guint8 flags, guint max_passed)
{
  g_autoptr (GError) error = NULL;
  int in_fd;
  int out_fd;

  self->context = g_main_context_new ();
  self->children = fuzz_children_new ();
  self->tasks = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  self->slots = g_hash_table_new (NULL, NULL);
  self->is_known = TRUE;
  self->is_deaf = (flags & IS_DEAF) != 0;
  self->peer = fuzz_peer_new (!(flags & IS_PIPES), &in_fd, &out_fd, fuzz_worker_heard_cb, self);
  self->worker = apool_worker_new (self->context, in_fd, out_fd, &error);
  g_assert_no_error (error);
  if (!(flags & IS_RUDE))
    fuzz_peer_greet (self->peer);
  if (!(flags & (IS_BARE | IS_RUDE)))
    fuzz_worker_set_up (self, flags, max_passed);
  fuzz_worker_turn (self);
}

/* The end of the stream ends it. */
static void
fuzz_worker_end (FuzzWorker *self)
{
  fuzz_peer_end (self->peer);
  fuzz_worker_turn (self);
  g_assert_true (apool_worker_is_closed (self->worker));
  apool_worker_end_jobs (self->worker);
  apool_worker_free (self->worker);
  fuzz_children_free (self->children);
  fuzz_peer_free (self->peer);
  g_hash_table_unref (self->tasks);
  g_hash_table_unref (self->slots);
  g_main_context_unref (self->context);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t length)
{
  FuzzInput input = { data, length };
  FuzzWorker self = { 0 };
  guint n_fds = fuzz_count_fds ();
  guint8 flags = fuzz_input_take_byte (&input);

  fuzz_prepare ();
  fuzz_worker_open (&self, flags, fuzz_input_take_byte (&input) % 4);
  if (flags & IS_RAW)
    fuzz_worker_run_stream (&self, &input);
  else
    fuzz_worker_run_steps (&self, &input);
  fuzz_worker_end (&self);
  g_assert_cmpuint (fuzz_count_fds (), ==, n_fds);
  return 0;
}
