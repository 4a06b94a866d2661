/* SPDX-License-Identifier: MIT */
#include "worker-job.h"

#include <errno.h>
#include <glib-unix.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "wire/apool-message.h"

static void
test_job_close_pipe (TestJob *job, int stream)
{
  if (job->sources[stream])
    g_source_destroy (job->sources[stream]);
  g_clear_pointer (&job->sources[stream], g_source_unref);
  apool_fd_clear (&job->fds[stream]);
}

/* One that a hash table owns. */
void
test_job_free (gpointer data)
{
  TestJob *job = data;

  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    {
      test_job_close_pipe (job, stream);
      g_string_free (job->output[stream], TRUE);
    }
  g_clear_pointer (&job->outcome, apool_outcome_unref);
  g_free (job);
}

/**
 * test_job_new:
 * @seq: the task's number
 *
 * Returns: (transfer full): one of which nothing is known yet
 */
TestJob *
test_job_new (guint64 seq)
{
  TestJob *job = g_new0 (TestJob, 1);

  job->seq = seq;
  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    {
      job->output[stream] = g_string_new (NULL);
      job->fds[stream] = -1;
      job->allowed[stream] = APOOL_MESSAGE_WINDOW;
    }
  return job;
}

void
test_job_add_output (TestJob *job, ApoolStream stream, const char *data, gsize length)
{
  job->received[stream] += length;
  if (!job->drops_output && length > 0)
    g_string_append_len (job->output[stream], data, (gssize) length);
}

static gboolean
test_job_read_pipe (TestJob *job, ApoolStream stream)
{
  char buffer[65536];
  gssize got = read (job->fds[stream], buffer, sizeof buffer);

  if (got > 0)
    test_job_add_output (job, stream, buffer, (gsize) got);
  else if (got == 0)
    test_job_close_pipe (job, stream);
  else
    g_assert_true (errno == EAGAIN || errno == EINTR);
  return got != 0;
}

static gboolean
test_job_stdout_cb (int fd, GIOCondition condition, gpointer data)
{
  return test_job_read_pipe (data, APOOL_STREAM_STDOUT);
}

static gboolean
test_job_stderr_cb (int fd, GIOCondition condition, gpointer data)
{
  return test_job_read_pipe (data, APOOL_STREAM_STDERR);
}

/**
 * test_job_take_pipes:
 * @job: a task that has none yet
 * @fds: (array fixed-size=2): its pipes, which are taken
 *
 * Reads from now on what comes through them.
 */
void
test_job_take_pipes (TestJob *job, int *fds)
{
  static const GUnixFDSourceFunc READERS[] = { test_job_stdout_cb, test_job_stderr_cb };

  g_assert_false (job->is_passed);
  job->is_passed = TRUE;
  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    {
      job->fds[stream] = apool_fd_steal (&fds[stream]);
      job->sources[stream] = g_unix_fd_source_new (job->fds[stream], G_IO_IN | G_IO_HUP);
      g_source_set_callback (job->sources[stream], G_SOURCE_FUNC (READERS[stream]), job, NULL);
      g_source_attach (job->sources[stream], NULL);
    }
}

void
test_job_check (TestJob *job, ApoolOutcomeKind kind, int code)
{
  g_assert_nonnull (job->outcome);
  g_assert_cmpint (apool_outcome_get_kind (job->outcome), ==, kind);
  g_assert_cmpint (apool_outcome_get_code (job->outcome), ==, code);
}

void
test_job_check_output (TestJob *job, const char *out, const char *err)
{
  g_assert_cmpstr (job->output[APOOL_STREAM_STDOUT]->str, ==, out);
  g_assert_cmpstr (job->output[APOOL_STREAM_STDERR]->str, ==, err);
}
