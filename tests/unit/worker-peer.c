/* SPDX-License-Identifier: MIT */
#include "worker-peer.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "base/apool-io.h"
#include "wire-body.h"
#include "worker-reports.h"
#include "worker/apool-worker-main.h"

/* Jobs wait at this descriptor for a line each. */
#define GATE_FD 9

/* ---- jobs ---- */

static TestJob *
test_worker_add_job (TestWorker *self, guint64 seq)
{
  TestJob *job = test_job_new (seq);

  g_assert_true (g_hash_table_insert (self->jobs, &job->seq, job));
  return job;
}

/**
 * test_worker_get_job:
 * @self: a worker
 * @seq: a task that was sent to it
 *
 * Returns: (transfer none): what is known of it
 */
TestJob *
test_worker_get_job (TestWorker *self, guint64 seq)
{
  TestJob *job = g_hash_table_lookup (self->jobs, &seq);

  g_assert_nonnull (job);
  return job;
}

/* ---- what the worker says ---- */

static gboolean
test_worker_message_cb (ApoolMessage *message, gpointer data, GError **error)
{
  test_reports_take (data, message);
  return TRUE;
}

static void
test_worker_opened_cb (const ApoolHello *hello, gpointer data)
{
  TestWorker *self = data;

  self->pid = hello->pid;
  self->cores = hello->cores;
  self->features = hello->features;
  g_assert_cmpstr (hello->host, ==, g_get_host_name ());
}

static void
test_worker_closed_cb (const GError *error, gpointer data)
{
  TestWorker *self = data;

  self->is_closed = TRUE;
  self->error = error ? g_error_copy (error) : NULL;
}

static const ApoolChannelFuncs test_worker_funcs = {
  .opened = test_worker_opened_cb,
  .message = test_worker_message_cb,
  .closed = test_worker_closed_cb,
};

/* ---- life ---- */

/**
 * test_worker_spawn:
 * @transport: one end of a socket for both its streams, or two pipes
 * @greeting: (nullable): a command that a shell runs before it becomes the worker
 * @gate: (transfer full): what jobs read from, or -1
 * @fds: (out) (array length=2) (transfer full): what it writes to, and what it reads from
 *
 * Returns: (transfer full): the worker's process
 */
GSubprocess *
test_worker_spawn (TestTransport transport, const char *greeting, int gate, int fds[2])
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_autoptr (GError) error = NULL;
  g_autofree char *script =
      g_strdup_printf ("%s\nexec \"$0\" " APOOL_WORKER_ARGUMENT, greeting ? greeting : "");
  const char *program = g_getenv ("APOOL_PROGRAM");
  const char *const through_shell[] = { "/bin/sh", "-c", script, program, NULL };
  g_autofree char *room = g_strnfill (64, ' '); /* for its title */
  const char *const itself[] = { program, APOOL_WORKER_ARGUMENT, room, NULL };
  GSubprocess *process;
  int far[2];

  if (!program)
    g_error ("APOOL_PROGRAM is not set: run this by meson test");
  test_channel_make_fds (transport, fds, far);
  g_subprocess_launcher_take_stdin_fd (launcher, far[0]);
  g_subprocess_launcher_take_stdout_fd (
      launcher, far[1] == far[0] ? fcntl (far[0], F_DUPFD_CLOEXEC, 0) : far[1]);
  if (gate >= 0)
    g_subprocess_launcher_take_fd (launcher, gate, GATE_FD);
  process = g_subprocess_launcher_spawnv (launcher, greeting ? through_shell : itself, &error);
  g_assert_no_error (error);
  return process;
}

/**
 * test_worker_start_greeting:
 * @self: (out): a worker; what it says is kept there
 * @transport: how to speak with it
 * @greeting: (nullable): as in test_worker_spawn()
 * @chatter: (nullable): what is written to it before all else
 */
void
test_worker_start_greeting (TestWorker *self,
                            TestTransport transport,
                            const char *greeting,
                            const char *chatter)
{
  g_autoptr (GError) error = NULL;
  int fds[2];
  int gate[2];

  *self = (TestWorker){ .transport = transport, .gives_credit = TRUE, .max_passed = 100 };
  self->setup = (ApoolSetup){ .number = 5, .shell = "/bin/sh", .run = "test", .manager_pid = 1234 };
  self->jobs = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, test_job_free);
  self->by_slot = g_hash_table_new (NULL, NULL);
  self->recalled = g_array_new (FALSE, FALSE, sizeof (guint64));
  self->revoked = g_array_new (FALSE, FALSE, sizeof (guint));
  self->hook_output = g_string_new (NULL);
  g_assert_cmpint (pipe2 (gate, O_CLOEXEC), ==, 0);
  self->gate = gate[1];
  self->process = test_worker_spawn (transport, greeting, gate[0], fds);
  if (chatter)
    g_assert_true (apool_io_write_all (fds[1], chatter, strlen (chatter), NULL));
  self->channel = apool_channel_new (NULL, fds[0], fds[1], &test_worker_funcs, self, &error);
  g_assert_no_error (error);
}

void
test_worker_start (TestWorker *self, TestTransport transport)
{
  test_worker_start_greeting (self, transport, NULL, NULL);
}

static void
test_worker_send_setup (TestWorker *self)
{
  int fds[APOOL_N_STREAMS];

  for (int stream = 0; self->output_fds && stream < APOOL_N_STREAMS; stream++)
    {
      fds[stream] = fcntl (self->output_fds[stream], F_DUPFD_CLOEXEC, 3);
      g_assert_cmpint (fds[stream], >=, 0);
    }
  wire_body_send_fds (self->channel, APOOL_MESSAGE_SETUP, apool_message_new_setup (&self->setup),
                      fds, self->output_fds ? APOOL_N_STREAMS : 0);
}

/* Slots are 3, 6, 9 … */
void
test_worker_set_up (TestWorker *self, guint n_slots, guint32 drain_msec)
{
  g_autofree guint32 *slots = g_new (guint32, n_slots);

  for (guint i = 0; i < n_slots; i++)
    slots[i] = (i + 1) * 3;
  self->setup.slots = slots;
  self->setup.n_slots = n_slots;
  self->setup.max_passed = self->max_passed;
  self->setup.drain_msec = drain_msec;
  test_worker_send_setup (self);
}

/**
 * test_worker_forget:
 * @self: a worker
 * @seq: a task that has finished
 *
 * Forgets it, so that the worker can be sent another attempt at it.
 */
void
test_worker_forget (TestWorker *self, guint64 seq)
{
  TestJob *job = test_worker_get_job (self, seq);

  g_assert_nonnull (job->outcome);
  g_hash_table_remove (self->by_slot, GUINT_TO_POINTER (job->slot));
  g_assert_true (g_hash_table_remove (self->jobs, &seq));
}

/* Slots that it had not before. */
void
test_worker_grant (TestWorker *self, const guint32 *slots, guint n_slots)
{
  g_autoptr (GArray) array = g_array_new (FALSE, FALSE, sizeof *slots);

  g_array_append_vals (array, slots, n_slots);
  apool_channel_send (self->channel, APOOL_MESSAGE_GRANT, apool_message_new_slots (array));
}

/* From now on it is not to use slots above @limit. */
void
test_worker_limit (TestWorker *self, guint32 limit)
{
  apool_channel_send (self->channel, APOOL_MESSAGE_REVOKE, g_variant_new ("(u)", limit));
}

/* The usual beginning. */
void
test_worker_open (TestWorker *self, gconstpointer transport, guint n_slots)
{
  test_worker_start (self, (TestTransport) GPOINTER_TO_INT (transport));
  test_worker_set_up (self, n_slots, TEST_LONG_DRAIN);
}

void
test_worker_clear (TestWorker *self)
{
  test_reports_clear_answer (self);
  g_clear_pointer (&self->channel, apool_channel_free);
  g_clear_object (&self->process);
  apool_fd_clear (&self->gate);
  g_hash_table_unref (self->by_slot);
  g_hash_table_unref (self->jobs);
  g_array_unref (self->recalled);
  g_array_unref (self->revoked);
  g_string_free (self->hook_output, TRUE);
  g_clear_pointer (&self->hook_outcome, apool_outcome_unref);
  g_clear_error (&self->error);
}

/**
 * test_worker_wait_process:
 * @process: (transfer full): a worker's
 * @status: the exit status that it is to have
 */
void
test_worker_wait_process (GSubprocess *process, int status)
{
  g_autoptr (GError) error = NULL;

  g_subprocess_wait (process, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, status);
  g_object_unref (process);
}

/**
 * test_worker_stop:
 * @self: a worker that has done nothing wrong
 *
 * Ends the dialogue as a manager does and waits until the worker has ended.
 */
void
test_worker_stop (TestWorker *self)
{
  g_assert_false (self->is_closed);
  g_clear_pointer (&self->channel, apool_channel_free);
  test_worker_wait_process (g_steal_pointer (&self->process), 0);
  test_worker_clear (self);
}

/**
 * test_worker_close:
 * @self: a worker
 *
 * Says that no more tasks will come, and hears all that it says before it has ended. What it told
 * of its hooks is kept until test_worker_clear().
 */
void
test_worker_close (TestWorker *self)
{
  apool_channel_send (self->channel, APOOL_MESSAGE_CLOSE, g_variant_new ("()"));
  test_worker_wait_closed (self);
  g_assert_no_error (self->error);
  test_worker_wait_process (g_steal_pointer (&self->process), 0);
}

/**
 * test_worker_stop_failed:
 * @self: a worker that was spoken to as it must not be
 * @words: part of what it says of that
 */
void
test_worker_stop_failed (TestWorker *self, const char *words)
{
  test_worker_wait_closed (self);
  g_assert_nonnull (self->error);
  if (!strstr (self->error->message, words))
    g_error ("'%s' does not say '%s'", self->error->message, words);
  test_worker_wait_process (g_steal_pointer (&self->process), 1);
  test_worker_clear (self);
}

/**
 * test_worker_kill:
 * @self: a worker
 *
 * Takes it away by SIGKILL.
 */
void
test_worker_kill (TestWorker *self)
{
  g_subprocess_force_exit (self->process);
  test_worker_wait_closed (self);
  g_assert_true (g_subprocess_wait (self->process, NULL, NULL));
  test_worker_clear (self);
}

/* ---- what is said to the worker ---- */

/* Waits for something to happen, which must not be the end. */
static void
test_worker_turn (TestWorker *self)
{
  g_main_context_iteration (NULL, TRUE);
  if (!self->is_closed)
    return;
  g_subprocess_wait (self->process, NULL, NULL);
  g_error ("the worker is gone, its wait status is %d: %s", g_subprocess_get_status (self->process),
           self->error ? self->error->message : "it ended");
}

/* Any task, without standard input. */
void
test_worker_send (TestWorker *self, ApoolTask *task)
{
  test_worker_add_job (self, apool_task_get_seq (task));
  apool_channel_send (self->channel, APOOL_MESSAGE_TASK, wire_body_new_task (task));
}

/**
 * test_worker_send_variant:
 * @self: a worker
 * @seq: the task's number
 * @line: a command line for the shell
 * @traits: what else it has
 */
void
test_worker_send_variant (TestWorker *self,
                          guint64 seq,
                          const char *line,
                          const ApoolTaskTraits *traits)
{
  g_autoptr (GBytes) bytes = g_bytes_new (line, strlen (line) + 1);
  g_autoptr (ApoolTask) plain = apool_task_new (seq, 1, APOOL_TASK_SHELL, bytes, NULL, NULL);
  g_autoptr (ApoolTask) task = apool_task_new_variant (plain, traits);

  test_worker_send (self, task);
}

/**
 * test_worker_send_task:
 * @self: a worker
 * @seq: the task's number
 * @kind: its kind
 * @text: its words, each followed by a NUL
 * @length: of @text
 * @hole: where its slot is to be filled in, or -1
 * @stdin_fd: (transfer full): its standard input, or -1
 */
void
test_worker_send_task (TestWorker *self,
                       guint64 seq,
                       ApoolTaskKind kind,
                       const char *text,
                       gsize length,
                       gssize hole,
                       int stdin_fd)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (text, length);
  g_autoptr (ApoolHoles) holes = NULL;
  g_autoptr (ApoolTask) task = NULL;

  if (hole >= 0)
    {
      holes = apool_holes_new ();
      apool_holes_add_number (holes, (guint32) hole, 0, NULL);
    }
  task = apool_task_new (seq, seq, kind, bytes, holes, &error);
  g_assert_no_error (error);
  test_worker_add_job (self, seq);
  wire_body_send_fds (self->channel, APOOL_MESSAGE_TASK, wire_body_new_task (task), &stdin_fd,
                      stdin_fd >= 0 ? 1 : 0);
}

/* A command line for the shell. */
void
test_worker_send_line (TestWorker *self, guint64 seq, const char *line)
{
  test_worker_send_task (self, seq, APOOL_TASK_SHELL, line, strlen (line) + 1, -1, -1);
}

/* A message that holds nothing but a number. */
void
test_worker_send_seq (TestWorker *self, ApoolMessageType type, guint64 seq)
{
  apool_channel_send (self->channel, type, g_variant_new ("(t)", seq));
}

void
test_worker_credit (TestWorker *self, TestJob *job, ApoolStream stream, guint32 bytes)
{
  job->allowed[stream] += bytes;
  apool_channel_send (self->channel, APOOL_MESSAGE_CREDIT,
                      g_variant_new ("(tuu)", job->seq, (guint32) stream, bytes));
}

/* Recalls so many and waits for the answer. */
void
test_worker_recall (TestWorker *self, guint32 n)
{
  guint before = self->n_recalls;

  apool_channel_send (self->channel, APOOL_MESSAGE_RECALL, g_variant_new ("(u)", n));
  while (self->n_recalls == before)
    test_worker_turn (self);
}

/**
 * test_worker_ping:
 * @self: a worker
 *
 * Returns when the worker has answered a few times, so that it has done what it had to do before.
 */
void
test_worker_ping (TestWorker *self)
{
  for (int i = 0; i < 5; i++)
    {
      guint64 token = self->pong + 1;

      test_worker_send_seq (self, APOOL_MESSAGE_PING, token);
      while (self->pong != token)
        test_worker_turn (self);
    }
}

/* Lets so many jobs through that wait at the gate. */
void
test_worker_release (TestWorker *self, guint n)
{
  for (guint i = 0; i < n; i++)
    g_assert_true (apool_io_write_all (self->gate, "go\n", 3, NULL));
}

/* ---- waiting ---- */

TestJob *
test_worker_wait_started (TestWorker *self, guint64 seq)
{
  TestJob *job = test_worker_get_job (self, seq);

  while (job->slot == 0)
    test_worker_turn (self);
  return job;
}

/* Until it has given up @n slots in all. */
void
test_worker_wait_revoked (TestWorker *self, guint n)
{
  while (self->revoked->len < n)
    test_worker_turn (self);
}

/* Asks what it knows of its jobs, and waits for the answer. */
const GArray *
test_worker_ask (TestWorker *self, guint64 token)
{
  test_worker_send_seq (self, APOOL_MESSAGE_ASK, token);
  while (self->token != token)
    test_worker_turn (self);
  return self->states;
}

void
test_worker_wait_exited (TestWorker *self, TestJob *job)
{
  while (!job->has_exited)
    test_worker_turn (self);
}

TestJob *
test_worker_wait_finished (TestWorker *self, guint64 seq)
{
  TestJob *job = test_worker_get_job (self, seq);

  while (!job->outcome)
    test_worker_turn (self);
  return job;
}

void
test_worker_wait_received (TestWorker *self, TestJob *job, ApoolStream stream, gsize bytes)
{
  while (job->received[stream] < bytes)
    test_worker_turn (self);
}

void
test_worker_wait_hook (TestWorker *self)
{
  guint before = self->n_hooks;

  while (self->n_hooks == before)
    test_worker_turn (self);
}

/* All of it is there, once the job has finished. */
void
test_worker_wait_output (TestWorker *self, TestJob *job)
{
  while (!job->outcome || job->fds[0] >= 0 || job->fds[1] >= 0)
    test_worker_turn (self);
}

void
test_worker_wait_closed (TestWorker *self)
{
  while (!self->is_closed)
    g_main_context_iteration (NULL, TRUE);
}
