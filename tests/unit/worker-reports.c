/* SPDX-License-Identifier: MIT */
#include "worker-reports.h"

#include "wire-body.h"

static void
test_reports_take_pipes (TestWorker *self, ApoolMessage *message, GVariant *body)
{
  guint64 seq;

  g_assert_cmpint (message->type, ==, APOOL_MESSAGE_PIPES);
  g_assert_cmpint (self->transport, ==, TEST_SOCKET);
  g_assert_cmpuint (message->n_fds, ==, APOOL_N_STREAMS);
  g_variant_get (body, "(t)", &seq);
  test_job_take_pipes (test_worker_get_job (self, seq), message->fds);
}

/* A slot is another's only after it was said that it is free. */
static void
test_reports_occupy (TestWorker *self, TestJob *job)
{
  const TestJob *before = g_hash_table_lookup (self->by_slot, GUINT_TO_POINTER (job->slot));

  g_assert_true (!before || before->has_exited || before->outcome);
  g_hash_table_insert (self->by_slot, GUINT_TO_POINTER (job->slot), job);
}

static void
test_reports_take_started (TestWorker *self, GVariant *body)
{
  guint64 seq;
  guint slot;
  TestJob *job;

  g_variant_get (body, "(tu)", &seq, &slot);
  job = test_worker_get_job (self, seq);
  g_assert_cmpuint (job->slot, ==, 0);
  g_assert_cmpuint (slot, !=, 0);
  job->slot = slot;
  test_reports_occupy (self, job);
  self->n_started++;
  self->n_running++;
  self->most_running = MAX (self->most_running, self->n_running);
}

static void
test_reports_take_exited (TestWorker *self, GVariant *body)
{
  guint64 seq;
  TestJob *job;

  g_variant_get (body, "(t)", &seq);
  job = test_worker_get_job (self, seq);
  g_assert_cmpuint (job->slot, !=, 0);
  g_assert_false (job->has_exited);
  g_assert_null (job->outcome);
  job->has_exited = TRUE;
  self->n_exited++;
}

static void
test_reports_take_output (TestWorker *self, GVariant *body)
{
  guint64 seq;
  ApoolStream stream;
  const char *data;
  gsize length;
  TestJob *job;

  g_assert_true (wire_body_get_output (body, &seq, &stream, &data, &length, NULL));
  job = test_worker_get_job (self, seq);
  g_assert_false (job->is_passed);
  g_assert_cmpuint (job->slot, !=, 0);
  g_assert_null (job->outcome);
  g_assert_cmpuint (length, >, 0);
  test_job_add_output (job, stream, data, length);
  g_assert_cmpuint (job->received[stream], <=, job->allowed[stream]);
  if (self->gives_credit)
    test_worker_credit (self, job, stream, (guint32) length);
}

static void
test_reports_take_finished (TestWorker *self, GVariant *body)
{
  ApoolFinished finished;
  TestJob *job;

  g_assert_true (wire_body_get_finished (body, &finished, NULL));
  job = test_worker_get_job (self, finished.seq);
  g_assert_cmpuint (job->slot, !=, 0);
  g_assert_null (job->outcome);
  job->outcome = finished.outcome;
  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    {
      /* Once its pipes are passed on, nobody else has anything of it. */
      g_assert_true (!job->is_passed || finished.length[stream] == 0);
      test_job_add_output (job, (ApoolStream) stream, finished.data[stream],
                           finished.length[stream]);
    }
  self->n_running--;
}

static void
test_reports_take_recalled (TestWorker *self, GVariant *body)
{
  g_autoptr (GVariant) seqs = g_variant_get_child_value (body, 0);
  gsize n;
  const guint64 *data = g_variant_get_fixed_array (seqs, &n, sizeof *data);

  self->n_recalls++;
  if (n > 0)
    g_array_append_vals (self->recalled, data, (guint) n);
}

static void
test_reports_take_hook (TestWorker *self, GVariant *body)
{
  ApoolHookReport report;

  g_assert_true (apool_message_get_hook (body, &report, NULL));
  self->n_hooks++;
  self->hook = report.hook;
  g_clear_pointer (&self->hook_outcome, apool_outcome_unref);
  self->hook_outcome = report.outcome;
  g_string_truncate (self->hook_output, 0);
  g_string_append_len (self->hook_output, report.output, (gssize) report.length);
  self->hook_dropped = report.n_dropped;
}

static void
test_reports_take_stopped (TestWorker *self, GVariant *body)
{
  guint64 seq;
  gint32 signum;
  TestJob *job;

  g_variant_get (body, "(ti)", &seq, &signum);
  job = test_worker_get_job (self, seq);
  g_assert_null (job->outcome);
  job->stopped_signum = signum;
  job->n_stopped++;
}

/* Forgets what it answered, if it did. */
void
test_reports_clear_answer (TestWorker *self)
{
  g_clear_pointer (&self->states, g_array_unref);
  g_clear_pointer (&self->answer, g_variant_unref);
}

static void
test_reports_take_answer (TestWorker *self, GVariant *body)
{
  g_autoptr (GBytes) bytes = g_bytes_new (g_variant_get_data (body), g_variant_get_size (body));
  g_autoptr (GError) error = NULL;

  test_reports_clear_answer (self);
  self->answer =
      g_variant_ref_sink (g_variant_new_from_bytes (g_variant_get_type (body), bytes, TRUE));
  self->states = apool_message_dup_answer (self->answer, &self->token, &error);
  g_assert_no_error (error);
}

/**
 * test_reports_take:
 * @self: a worker
 * @message: what it says
 *
 * Keeps it, and checks that it fits what was said before.
 */
void
test_reports_take (TestWorker *self, ApoolMessage *message)
{
  g_autoptr (GVariant) body = wire_body_take (message);

  if (message->type == APOOL_MESSAGE_STARTED)
    test_reports_take_started (self, body);
  else if (message->type == APOOL_MESSAGE_EXITED)
    test_reports_take_exited (self, body);
  else if (message->type == APOOL_MESSAGE_OUTPUT)
    test_reports_take_output (self, body);
  else if (message->type == APOOL_MESSAGE_FINISHED)
    test_reports_take_finished (self, body);
  else if (message->type == APOOL_MESSAGE_STOPPED)
    test_reports_take_stopped (self, body);
  else if (message->type == APOOL_MESSAGE_RECALLED)
    test_reports_take_recalled (self, body);
  else if (message->type == APOOL_MESSAGE_REVOKED)
    {
      g_autoptr (GArray) slots = apool_message_dup_slots (body);

      g_array_append_vals (self->revoked, slots->data, slots->len);
    }
  else if (message->type == APOOL_MESSAGE_HOOK)
    test_reports_take_hook (self, body);
  else if (message->type == APOOL_MESSAGE_ANSWER)
    test_reports_take_answer (self, body);
  else if (message->type == APOOL_MESSAGE_PONG)
    g_variant_get (body, "(t)", &self->pong);
  else if (message->type != APOOL_MESSAGE_LEFT) /* what is told about it is other tests' matter */
    test_reports_take_pipes (self, message, body);
}
