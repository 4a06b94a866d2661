/* SPDX-License-Identifier: MIT */
/* An output, jobs that are only told of, and what they print. For the programs that test it. */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "sinks/apool-output.h"

#if defined(__SANITIZE_ADDRESS__)
#define WITH_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WITH_ASAN 1
#endif
#endif
#ifndef WITH_ASAN
#define WITH_ASAN 0
#endif

#define KIB ((gsize) 1024)
#define MIB (1024 * KIB)

typedef struct
{
  GMainContext *context;
  ApoolOutput *output;
  ApoolFd fds[2]; /* given to the output */
  ApoolFd out;    /* read end, where the test gave a pipe as standard output */
  GArray *asked;  /* guint64: jobs that were asked to stream */
  gboolean congested;
  guint64 except; /* the job that may stream on */
  guint n_congested;
  guint n_failed;
  GError *error;
  guint n_done;
} Fixture;

static inline void
stream_task_cb (guint64 seq, gpointer data)
{
  g_array_append_val (((Fixture *) data)->asked, seq);
}

static inline void
congested_cb (gboolean congested, guint64 except, gpointer data)
{
  Fixture *fixture = data;

  g_assert_true (congested != fixture->congested || except != fixture->except);
  fixture->n_congested += congested != fixture->congested ? 1 : 0;
  fixture->congested = congested;
  fixture->except = except;
}

static inline void
failed_cb (const GError *error, gpointer data)
{
  Fixture *fixture = data;

  g_assert_cmpuint (fixture->n_done, ==, 0);
  if (fixture->n_failed++ == 0)
    fixture->error = g_error_copy (error);
}

static inline void
done_cb (gpointer data)
{
  ((Fixture *) data)->n_done++;
}

static const ApoolOutputFuncs funcs = { stream_task_cb, congested_cb, failed_cb, done_cb };

static inline void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->context = g_main_context_new ();
  fixture->fds[0] = fixture->fds[1] = fixture->out = -1;
  fixture->asked = g_array_new (FALSE, FALSE, sizeof (guint64));
}

static inline void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->output);
  g_main_context_unref (fixture->context);
  apool_fd_clear (&fixture->fds[0]);
  apool_fd_clear (&fixture->fds[1]);
  apool_fd_clear (&fixture->out);
  g_array_unref (fixture->asked);
  g_clear_error (&fixture->error);
}

static inline int
make_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  int fd = g_file_open_tmp (NULL, &name, &error);

  g_assert_no_error (error);
  (void) unlink (name);
  return fd;
}

/* The descriptors are the fixture's. */
static inline void
open_output_with (Fixture *fixture, ApoolOutputConfig config)
{
  g_autoptr (GError) error = NULL;

  config.stdout_fd = fixture->fds[0];
  config.stderr_fd = fixture->fds[1];
  if (!config.spool_directory)
    config.spool_directory = g_get_tmp_dir ();
  fixture->output = apool_output_new (fixture->context, &config, &funcs, fixture, &error);
  g_assert_no_error (error);
}

static inline void
open_output_at (Fixture *fixture, ApoolOutputOrder order, const char *directory)
{
  open_output_with (fixture, (ApoolOutputConfig){ .order = order, .spool_directory = directory });
}

static inline void
open_output (Fixture *fixture, ApoolOutputOrder order)
{
  open_output_at (fixture, order, g_get_tmp_dir ());
}

/* Standard output and error are two files. */
static inline void
make_files (Fixture *fixture)
{
  fixture->fds[0] = make_file ();
  fixture->fds[1] = make_file ();
}

static inline void
open_files (Fixture *fixture, ApoolOutputOrder order)
{
  make_files (fixture);
  open_output (fixture, order);
}

/* Standard output is a pipe, standard error a file. */
static inline void
make_pipe (Fixture *fixture)
{
  int fds[2];

  g_assert_true (apool_fd_make_pipe (fds, NULL));
  fixture->out = fds[0];
  fixture->fds[0] = fds[1];
  fixture->fds[1] = make_file ();
}

static inline ApoolTask *
make_task (guint64 seq)
{
  static const char text[] = "true";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, sizeof text);

  return apool_task_new (seq, seq, APOOL_TASK_SHELL, bytes, NULL, NULL);
}

static inline void
start (Fixture *fixture, guint64 seq)
{
  g_autoptr (ApoolTask) task = make_task (seq);

  apool_observer_task_started (APOOL_OBSERVER (fixture->output), task, &(ApoolPlace){ 1, 1 });
}

/* With all that is written around what it prints. */
static inline void
start_labelled (Fixture *fixture, guint64 seq, const ApoolLabelParts *parts)
{
  g_autoptr (ApoolTask) plain = make_task (seq);
  g_autoptr (ApoolLabel) label = apool_label_new (parts);
  ApoolTaskTraits traits = *apool_task_get_traits (plain);
  g_autoptr (ApoolTask) task = NULL;

  traits.label = label;
  task = apool_task_new_variant (plain, &traits);
  apool_observer_task_started (APOOL_OBSERVER (fixture->output), task, &(ApoolPlace){ 1, 1 });
}

static inline void
start_tagged (Fixture *fixture, guint64 seq, const char *tag)
{
  const ApoolLabelParts parts = { .tag = tag, .tag_length = strlen (tag) };

  start_labelled (fixture, seq, &parts);
}

static inline void
give (Fixture *fixture, guint64 seq, ApoolStream stream, const char *text, gsize length)
{
  g_autoptr (ApoolTask) task = make_task (seq);

  apool_observer_task_output (APOOL_OBSERVER (fixture->output), task, stream, text, length);
}

static inline void
print (Fixture *fixture, guint64 seq, const char *text)
{
  give (fixture, seq, APOOL_STREAM_STDOUT, text, strlen (text));
}

static inline void
complain (Fixture *fixture, guint64 seq, const char *text)
{
  give (fixture, seq, APOOL_STREAM_STDERR, text, strlen (text));
}

/* Returns: the write end of a pipe that the output reads; non-blocking */
static inline int
give_pipe (Fixture *fixture, guint64 seq, ApoolStream stream)
{
  g_autoptr (ApoolTask) task = make_task (seq);
  int fds[2];

  g_assert_true (apool_fd_make_pipe (fds, NULL));
  g_assert_true (apool_fd_set_nonblocking (fds[1], NULL));
  g_assert_true (apool_observer_task_pipe (APOOL_OBSERVER (fixture->output), task, stream, fds[0]));
  return fds[1];
}

static inline ApoolOutcome *
make_end (int status, gboolean by_pool)
{
  const ApoolUsage usage = { 0 };

  return apool_outcome_new (APOOL_OUTCOME_EXITED, status, &usage, by_pool, FALSE, NULL);
}

static inline void
end (Fixture *fixture, guint64 seq, gboolean by_pool)
{
  g_autoptr (ApoolTask) task = make_task (seq);
  g_autoptr (ApoolOutcome) outcome = make_end (0, by_pool);

  apool_observer_task_finished (APOOL_OBSERVER (fixture->output), task, outcome);
}

static inline void
end_with (Fixture *fixture, guint64 seq, int status)
{
  g_autoptr (ApoolTask) task = make_task (seq);
  g_autoptr (ApoolOutcome) outcome = make_end (status, FALSE);

  apool_observer_task_finished (APOOL_OBSERVER (fixture->output), task, outcome);
}

/* It fails, and is tried once more. */
static inline void
fail_attempt (Fixture *fixture, guint64 seq)
{
  g_autoptr (ApoolTask) task = make_task (seq);
  g_autoptr (ApoolOutcome) outcome = make_end (1, FALSE);

  apool_observer_task_retried (APOOL_OBSERVER (fixture->output), task, outcome);
}

/* Jobs @seq … @seq + @n - 1 have nothing to run; 0 counts as 1. */
static inline void
skip (Fixture *fixture, guint64 seq, guint n)
{
  const ApoolTaskTraits traits = { .attempt = 1, .is_skipped = TRUE, .n_skipped = n };
  g_autoptr (ApoolTask) plain = make_task (seq);
  g_autoptr (ApoolTask) task = apool_task_new_variant (plain, &traits);
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_SKIPPED, 0, NULL, FALSE, FALSE, NULL);

  apool_observer_task_finished (APOOL_OBSERVER (fixture->output), task, outcome);
}

static inline void
run (Fixture *fixture, guint64 seq, const char *text)
{
  start (fixture, seq);
  print (fixture, seq, text);
  end (fixture, seq, FALSE);
}

static inline void
iterate (Fixture *fixture)
{
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
}

static inline void
finish (Fixture *fixture)
{
  apool_output_finish (fixture->output);
  g_assert_cmpuint (fixture->n_done, ==, 0); /* never out of a call */
  while (fixture->n_done == 0)
    g_main_context_iteration (fixture->context, TRUE);
  iterate (fixture);
  g_assert_cmpuint (fixture->n_done, ==, 1);
}

static inline void
assert_file (int fd, const char *expected, gsize length)
{
  gsize size = (gsize) lseek (fd, 0, SEEK_END);
  g_autofree char *contents = g_malloc (size + 1);

  g_assert_cmpint (pread (fd, contents, size, 0), ==, (gssize) size);
  contents[size] = '\0';
  if (length < 200)
    g_assert_cmpstr (contents, ==, expected);
  g_assert_cmpuint (size, ==, length);
  g_assert_true (memcmp (contents, expected, length) == 0);
}

static inline void
assert_printed (Fixture *fixture, const char *out, const char *err)
{
  iterate (fixture);
  assert_file (fixture->fds[0], out, strlen (out));
  assert_file (fixture->fds[1], err, strlen (err));
}

/* Reads what has come out so far. */
static inline GString *
drain (int fd)
{
  GString *text = g_string_new (NULL);
  char bytes[4096];
  gssize n;

  while ((n = read (fd, bytes, sizeof bytes)) > 0)
    g_string_append_len (text, bytes, n);
  return text;
}

/* Reads until @length more bytes have come out. */
static inline GString *
read_out (Fixture *fixture, gsize length)
{
  GString *text = g_string_new (NULL);

  while (text->len < length)
    {
      g_autoptr (GString) part = NULL;

      iterate (fixture);
      part = drain (fixture->out);
      g_string_append_len (text, part->str, (gssize) part->len);
    }
  g_assert_cmpuint (text->len, ==, length);
  return text;
}

static inline GString *
make_text (gsize length, guint64 seed)
{
  GString *text = g_string_sized_new (length + 1);

  for (gsize i = 0; i < length; i++)
    g_string_append_c (text, (char) ('a' + (seed * 5 + i + (i >> 9)) % 26));
  return text;
}

/* Writes @text to a job's pipe, letting the output read it as needed. */
static inline void
write_pipe (Fixture *fixture, int fd, const GString *text)
{
  gsize done = 0;

  while (done < text->len)
    {
      gssize n = write (fd, text->str + done, text->len - done);

      g_assert_true (n > 0 || errno == EAGAIN);
      if (n > 0)
        done += (gsize) n;
      else
        g_main_context_iteration (fixture->context, TRUE);
    }
}

/* Returns: how long the loop would sleep, -1 without an end */
static inline int
get_timeout (GMainContext *context)
{
  GPollFD fds[16];
  int timeout;
  int priority;

  g_assert_true (g_main_context_acquire (context));
  g_assert_false (g_main_context_prepare (context, &priority));
  g_main_context_query (context, priority, &timeout, fds, G_N_ELEMENTS (fds));
  g_main_context_release (context);
  return timeout;
}

static inline gsize
get_resident_bytes (void)
{
  g_autofree char *contents = NULL;
  gsize total;
  gsize resident;

  g_assert_true (g_file_get_contents ("/proc/self/statm", &contents, NULL, NULL));
  g_assert_cmpint (sscanf (contents, "%zu %zu", &total, &resident), ==, 2);
  return resident * (gsize) sysconf (_SC_PAGESIZE);
}
