/* SPDX-License-Identifier: MIT */
/*
 * Workers that say what they must not. The test stops a worker of the built program, takes a copy
 * of its socket, and speaks in its place: the manager is to end it with all that it runs, to say
 * why, and to have the jobs run elsewhere.
 */

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "e2e.h"
#include "wire/apool-message.h"

#define PATIENCE_MSEC 10000

/* Job 1 holds at its first attempt, in the only worker, where job 2 waits behind it. */
typedef struct
{
  E2eRun *run;
  GPid job;
  GPid worker;
  int socket;
} Impostor;

/* Returns whether the system lets us speak for the worker. */
static gboolean
impostor_start (Impostor *self, E2eStage *stage)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, "[ {} = 1 ] && [ $APOOL_ATTEMPT = 1 ]", "$$");
  g_autofree char *command = g_strdup_printf ("%s; echo {} $APOOL_ATTEMPT", hold);

  self->run = e2e_start ("-j1", "--retries", "2", command, ":::", "1", "2", NULL);
  self->job = e2e_fifo_read_report (stage->reports, NULL);
  self->worker = e2e_get_worker_of (self->run, self->job);
  self->socket = e2e_take_socket (self->worker);
  if (self->socket >= 0)
    {
      g_assert_no_errno (kill (self->worker, SIGSTOP));
      return TRUE;
    }
  e2e_run_free (self->run);
  /* Where it is forbidden to look into other processes: that is no fault of apool. */
  g_test_skip ("the worker's socket cannot be had");
  return FALSE;
}

static void
impostor_say (Impostor *self, const void *bytes, gsize length)
{
  g_assert_cmpint (send (self->socket, bytes, length, MSG_NOSIGNAL), ==, length);
}

static void
impostor_say_draft (Impostor *self, const ApoolDraft *draft)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  apool_draft_append (draft, 0, bytes);
  impostor_say (self, bytes->data, bytes->len);
}

static void
impostor_say_message (Impostor *self, ApoolMessageType type, GVariant *body)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (body);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const ApoolFrame frame = {
    .type = type,
    .body = g_variant_get_data (owned),
    .length = g_variant_get_size (owned),
  };

  apool_frame_append (bytes, &frame);
  impostor_say (self, bytes->data, bytes->len);
}

/* Says that a task has succeeded. */
static void
impostor_finish_task (Impostor *self, guint64 seq)
{
  ApoolUsage usage = { .start_usec = 1, .run_usec = 1 };
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_EXITED, 0, &usage, FALSE, FALSE, NULL);
  ApoolFinished finished = { .seq = seq, .outcome = outcome };
  ApoolDraft draft;

  apool_message_draft_finished (&draft, &finished);
  impostor_say_draft (self, &draft);
}

/* The worker is lost because of @why, all jobs are settled once: @out. */
static void
impostor_check (Impostor *self, const char *why, const char *out)
{
  g_autofree char *line = g_strdup_printf ("apool: worker 1 (pid %d): lost: ", (int) self->worker);
  g_autoptr (E2eRun) run = self->run;

  e2e_wait_process (self->job);
  e2e_wait_process (self->worker);
  (void) close (self->socket);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, out);
  e2e_assert_contains (run->err, line);
  e2e_assert_contains (run->err, why);
  e2e_assert_count (run->err, "apool: worker ", 1);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

static void
test_garbage (E2eStage *stage, gconstpointer data)
{
  static const char garbage[] = "what is this? it has no business to be here\n";
  Impostor impostor;

  if (!impostor_start (&impostor, stage))
    return;
  impostor_say (&impostor, garbage, sizeof garbage);
  impostor_check (&impostor, "malformed frame header", "1 2\n2 1\n");
}

/* Larger than any frame: nobody waits for its end, or makes room for it. */
static void
test_oversized (E2eStage *stage, gconstpointer data)
{
  static const guint8 header[] = { 0xff, 0xff, 0xff, 0x7f, APOOL_MESSAGE_OUTPUT, 0, 0, 0 };
  Impostor impostor;

  if (!impostor_start (&impostor, stage))
    return;
  impostor_say (&impostor, header, sizeof header);
  impostor_check (&impostor, "malformed frame header", "1 2\n2 1\n");
}

/* Half a frame, and then nothing more: the socket is closed, the worker lives on. */
static void
test_truncated (E2eStage *stage, gconstpointer data)
{
  static const guint8 half[] = { 100, 0, 0, 0, APOOL_MESSAGE_OUTPUT, 0, 0, 0, 1, 2, 3 };
  Impostor impostor;

  if (!impostor_start (&impostor, stage))
    return;
  impostor_say (&impostor, half, sizeof half);
  g_assert_no_errno (shutdown (impostor.socket, SHUT_WR));
  impostor_check (&impostor, "in the middle of a message", "1 2\n2 1\n");
}

static void
test_closed (E2eStage *stage, gconstpointer data)
{
  Impostor impostor;

  if (!impostor_start (&impostor, stage))
    return;
  g_assert_no_errno (shutdown (impostor.socket, SHUT_RDWR));
  impostor_check (&impostor, "lost", "1 2\n2 1\n");
}

/* A body that is not what its type says. */
static void
test_malformed (E2eStage *stage, gconstpointer data)
{
  Impostor impostor;

  if (!impostor_start (&impostor, stage))
    return;
  impostor_say_message (&impostor, APOOL_MESSAGE_FINISHED, g_variant_new_string ("done"));
  impostor_check (&impostor, "lost", "1 2\n2 1\n");
}

/* What only a manager may say. */
static void
test_not_its_business (E2eStage *stage, gconstpointer data)
{
  Impostor impostor;

  if (!impostor_start (&impostor, stage))
    return;
  impostor_say_message (&impostor, APOOL_MESSAGE_RECALL, g_variant_new ("(u)", 1));
  impostor_check (&impostor, "a report that does not fit", "1 2\n2 1\n");
}

/* The result of a task that it never had. */
static void
test_unknown_task (E2eStage *stage, gconstpointer data)
{
  Impostor impostor;

  if (!impostor_start (&impostor, stage))
    return;
  impostor_finish_task (&impostor, 77);
  impostor_check (&impostor, "a report that does not fit", "1 2\n2 1\n");
}

/* A start in a slot that it does not have. */
static void
test_foreign_slot (E2eStage *stage, gconstpointer data)
{
  Impostor impostor;

  if (!impostor_start (&impostor, stage))
    return;
  impostor_say_message (&impostor, APOOL_MESSAGE_STARTED, g_variant_new ("(tu)", (guint64) 2, 9));
  impostor_check (&impostor, "a report that does not fit", "1 2\n2 1\n");
}

/* Two results for one task: the first one counts, and is the only one. */
static void
test_two_results (E2eStage *stage, gconstpointer data)
{
  Impostor impostor;

  if (!impostor_start (&impostor, stage))
    return;
  impostor_finish_task (&impostor, 1);
  impostor_finish_task (&impostor, 1);
  impostor_check (&impostor, "a report that does not fit", "2 1\n");
}

static void
add_tests (void)
{
  e2e_stage_add_test ("/peers/garbage", test_garbage);
  e2e_stage_add_test ("/peers/oversized", test_oversized);
  e2e_stage_add_test ("/peers/truncated", test_truncated);
  e2e_stage_add_test ("/peers/closed", test_closed);
  e2e_stage_add_test ("/peers/malformed", test_malformed);
  e2e_stage_add_test ("/peers/not-its-business", test_not_its_business);
  e2e_stage_add_test ("/peers/unknown-task", test_unknown_task);
  e2e_stage_add_test ("/peers/foreign-slot", test_foreign_slot);
  e2e_stage_add_test ("/peers/two-results", test_two_results);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
