/* SPDX-License-Identifier: MIT */
/* A whole joblog, read as a file and line by line: both find the same. */

#include "fuzz-joblog.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "record/apool-joblog-read.h"

/* What is found in the lines. */
typedef struct
{
  ApoolHistory *history;
  ApoolJoblogJob job;
  guint64 n_bad;
  gboolean is_json;
} FuzzJoblog;

static void
fuzz_joblog_check (const ApoolPastJob *past, gsize length)
{
  g_assert_cmpuint (past->seq, >, 0);
  g_assert_cmpint (past->run_usec, >=, 0);
  g_assert_true (past->command || past->key);
  g_assert_cmpuint (past->command_length, <=, length);
  g_assert_true (!past->key || past->occurrence > 0);
}

static void
fuzz_joblog_take (FuzzJoblog *self, const char *line, gsize length)
{
  /* Without what follows it, so that a look behind the end is found out. */
  g_autofree char *exact = g_memdup2 (line, length);
  const char *text = exact ? exact : "";
  ApoolJoblogLine what = self->is_json ? apool_joblog_read_object (text, length, &self->job)
                                       : apool_joblog_read_row (text, length, &self->job);

  if (what == APOOL_JOBLOG_LINE_BAD)
    self->n_bad++;
  if (what != APOOL_JOBLOG_LINE_JOB)
    return;
  fuzz_joblog_check (&self->job.past, length);
  g_assert_true (self->is_json ? apool_joblog_begins_with_object (text, length, TRUE)
                               : apool_joblog_begins_with_row (text, length, TRUE));
  apool_history_add (self->history, &self->job.past);
}

static void
fuzz_joblog_take_all (FuzzJoblog *self, const char *at, const char *end)
{
  const char *newline;

  for (; at < end && (newline = memchr (at, '\n', (gsize) (end - at))); at = newline + 1)
    fuzz_joblog_take (self, at, (gsize) (newline - at));
  if (at < end)
    self->n_bad++;
}

static void
fuzz_joblog_compare (const ApoolHistory *a, const ApoolHistory *b)
{
  g_assert_cmpuint (apool_history_get_n (a), ==, apool_history_get_n (b));
  for (guint64 i = 0; i < apool_history_get_n (a); i++)
    {
      ApoolPastJob one;
      ApoolPastJob other;

      apool_history_get (a, i, &one);
      apool_history_get (b, i, &other);
      g_assert_cmpuint (one.seq, ==, other.seq);
      g_assert_true (one.is_failed == other.is_failed);
      g_assert_cmpint (one.run_usec, ==, other.run_usec);
      g_assert_cmpmem (one.command, one.command_length, other.command, other.command_length);
      g_assert_true ((one.key == NULL) == (other.key == NULL));
    }
}

/**
 * fuzz_joblog_read:
 * @data: (array length=length): a joblog, or anything else
 * @length: how many bytes
 * @is_json: which form it is to have
 *
 * Reads it.
 */
void
fuzz_joblog_read (const guint8 *data, gsize length, gboolean is_json)
{
  g_auto (ApoolFd) fd = memfd_create ("joblog", MFD_CLOEXEC);
  g_autoptr (ApoolHistory) history = apool_history_new ();
  FuzzJoblog lines = { .history = apool_history_new (), .is_json = is_json };
  guint64 n_bad;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, data, length), ==, (gssize) length);
  g_assert_cmpint (lseek (fd, 0, SEEK_SET), ==, 0);
  g_assert_true (apool_joblog_read_fd (fd, "f", is_json, history, &n_bad, NULL));
  lines.job.command = g_string_new (NULL);
  fuzz_joblog_take_all (&lines, (const char *) data, (const char *) data + length);
  g_assert_cmpuint (n_bad, ==, lines.n_bad);
  fuzz_joblog_compare (history, lines.history);
  apool_history_free (lines.history);
  g_string_free (lines.job.command, TRUE);
}
