/* SPDX-License-Identifier: MIT */
/* The ways bytes take from a job to the output's descriptors, and what can go wrong there. */

#include <fcntl.h>
#include <signal.h>

#include "output-fixture.h"

static void
test_sizes (Fixture *fixture, gconstpointer data)
{
  const gsize sizes[] = { 0,      1,         4096,    32 * KIB - 1, 32 * KIB,   64 * KIB,
                          100000, 128 * KIB, MIB - 1, MIB,          5 * MIB + 7 };
  g_autoptr (GString) expected = g_string_new (NULL);
  guint64 seq = 2;

  g_test_summary ("every size, inline and by pipe, waiting and live");
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  for (guint pass = 0; pass < 4; pass++)
    {
      if (pass == 2)
        end (fixture, 1, FALSE);
      for (guint i = 0; i < G_N_ELEMENTS (sizes); i++, seq++)
        {
          g_autoptr (GString) text = make_text (sizes[i], seq);

          start (fixture, seq);
          if (pass % 2 == 0)
            give (fixture, seq, APOOL_STREAM_STDOUT, text->str, text->len);
          else
            {
              g_auto (ApoolFd) fd = give_pipe (fixture, seq, APOOL_STREAM_STDOUT);

              write_pipe (fixture, fd, text);
            }
          end (fixture, seq, FALSE);
          g_string_append_len (expected, text->str, (gssize) text->len);
        }
    }
  finish (fixture);
  assert_file (fixture->fds[0], expected->str, expected->len);
}

static void
test_live (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = NULL;
  g_auto (ApoolFd) fd = -1;

  g_test_summary ("the job whose turn it is prints as it writes, the next one does not");
  make_pipe (fixture);
  open_output (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  start (fixture, 2);
  print (fixture, 2, "two");
  print (fixture, 1, "inline ");
  fd = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);
  g_assert_cmpint (write (fd, "piped ", 6), ==, 6);
  text = read_out (fixture, 13);
  g_assert_cmpstr (text->str, ==, "inline piped ");
  end (fixture, 1, FALSE);
  g_string_free (g_steal_pointer (&text), TRUE);
  text = read_out (fixture, 3);
  g_assert_cmpstr (text->str, ==, "two");
}

static void
test_live_after_waiting (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = NULL;
  g_autoptr (GString) large = make_text (3 * MIB, 1);
  g_auto (ApoolFd) fd = -1;

  g_test_summary ("a job gets its turn while much of its output waits and more is coming");
  make_pipe (fixture);
  open_output (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  start (fixture, 2);
  fd = give_pipe (fixture, 2, APOOL_STREAM_STDOUT);
  write_pipe (fixture, fd, large);
  iterate (fixture);
  end (fixture, 1, FALSE);
  g_assert_cmpint (write (fd, "tail", 4), ==, 4);
  text = read_out (fixture, 3 * MIB + 4);
  g_assert_true (memcmp (text->str, large->str, large->len) == 0);
  g_assert_cmpstr (text->str + large->len, ==, "tail");
}

static void
test_slow_reader (Fixture *fixture, gconstpointer data)
{
  g_autofree char *bytes = g_malloc0 (64 * KIB);
  g_auto (ApoolFd) fd = -1;
  gsize total = 0;
  gssize n;

  g_test_summary ("nobody reads our output: the job that prints is stopped by its pipe");
  make_pipe (fixture);
  open_output (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  fd = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);
  for (;;)
    {
      n = write (fd, bytes, 64 * KIB);
      if (n > 0)
        total += (gsize) n;
      else if (!g_main_context_iteration (fixture->context, FALSE))
        break;
    }
  /* Two pipes and the outlet's buffer. */
  g_assert_cmpuint (total, <=, 64 * KIB + 64 * KIB + 128 * KIB);
  g_assert_cmpuint (total, >=, 128 * KIB);
  end (fixture, 1, FALSE);
  g_string_free (read_out (fixture, total), TRUE);
}

static void
test_stopped_writer_gone (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = make_text (64 * KIB, 1);
  ApoolFd fd;
  gsize total = 0;
  gssize n;

  g_test_summary ("a hang-up of a pipe that is not read now does not keep the loop busy");
  make_pipe (fixture);
  open_output (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  fd = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);
  do
    {
      n = write (fd, text->str, text->len);
      total += n > 0 ? (gsize) n : 0;
    }
  while (n > 0 || g_main_context_iteration (fixture->context, FALSE));
  apool_fd_clear (&fd);
  iterate (fixture); /* would never end */
  g_string_free (read_out (fixture, total), TRUE);
  end (fixture, 1, FALSE);
  finish (fixture);
}

static void
test_same_file (Fixture *fixture, gconstpointer data)
{
  g_auto (ApoolFd) fd = -1;

  g_test_summary ("one file for both: standard error follows, the live job's too");
  fixture->fds[0] = make_file ();
  fixture->fds[1] = dup (fixture->fds[0]);
  open_output (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  start (fixture, 2);
  complain (fixture, 2, "E2 ");
  print (fixture, 2, "O2 ");
  complain (fixture, 1, "E1 ");
  fd = give_pipe (fixture, 1, APOOL_STREAM_STDERR);
  g_assert_cmpint (write (fd, "E1b ", 4), ==, 4);
  print (fixture, 1, "O1 ");
  iterate (fixture);
  assert_file (fixture->fds[0], "O1 ", 3);
  g_assert_cmpint (write (fd, "E1c ", 4), ==, 4);
  print (fixture, 1, "O1b ");
  end (fixture, 2, FALSE);
  end (fixture, 1, FALSE);
  finish (fixture);
  assert_file (fixture->fds[0], "O1 O1b E1 E1b E1c O2 E2 ", 24);
}

/* Writes until the pipe is full and nobody reads it for now, or much has been read. */
static void
write_until_held (Fixture *fixture, int fd, const GString *text)
{
  gsize done = 0;
  gssize n = 1;

  while (n > 0 && done < (gsize) 64 * 1024 * 1024)
    {
      n = write (fd, text->str, text->len);
      if (n < 0)
        {
          while (g_main_context_iteration (fixture->context, FALSE))
            continue;
          n = write (fd, text->str, text->len);
        }
      done += n > 0 ? (gsize) n : 0;
    }
}

static void
test_same_file_held (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = make_text (64 * 1024, 1);
  g_auto (ApoolFd) fd = -1;

  g_test_summary ("a job's standard error is read on although it got its turn while held back");
  fixture->fds[0] = make_file ();
  fixture->fds[1] = dup (fixture->fds[0]);
  open_output (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  start (fixture, 2);
  fd = give_pipe (fixture, 2, APOOL_STREAM_STDERR);
  write_until_held (fixture, fd, text);
  end (fixture, 1, FALSE);
  for (int i = 0; i < 32; i++)
    write_pipe (fixture, fd, text);
  apool_fd_clear (&fd);
  end (fixture, 2, FALSE);
  finish (fixture);
}

static void
test_two_files (Fixture *fixture, gconstpointer data)
{
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  start (fixture, 2);
  complain (fixture, 2, "E2 ");
  complain (fixture, 1, "E1 ");
  assert_printed (fixture, "", "E1 ");
  end (fixture, 1, FALSE);
  assert_printed (fixture, "", "E1 E2 ");
}

static void
test_after_the_end (Fixture *fixture, gconstpointer data)
{
  g_auto (ApoolFd) fd = -1;

  g_test_summary ("what a pipe holds when its job is over counts, and nothing later");
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  fd = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);
  g_assert_cmpint (write (fd, "counts ", 7), ==, 7);
  end (fixture, 1, FALSE);
  g_assert_cmpint (write (fd, "late", 4), ==, -1);
  g_assert_cmpint (errno, ==, EPIPE);
  run (fixture, 2, "next");
  assert_printed (fixture, "counts next", "");
}

static void
assert_failed (Fixture *fixture, int code, const char *message)
{
  g_auto (ApoolFd) fd = -1;

  g_assert_cmpuint (fixture->n_failed, ==, 0); /* never out of a call */
  iterate (fixture);
  g_assert_cmpuint (fixture->n_failed, ==, 1);
  g_assert_error (fixture->error, G_IO_ERROR, code);
  g_assert_cmpstr (fixture->error->message, ==, message);

  start (fixture, 50);
  print (fixture, 50, "dropped");
  fd = give_pipe (fixture, 50, APOOL_STREAM_STDERR);
  g_assert_cmpint (write (fd, "x", 1), ==, -1);
  g_assert_cmpint (errno, ==, EPIPE);
  end (fixture, 50, FALSE);
  finish (fixture);
  g_assert_cmpuint (fixture->n_failed, ==, 1);
}

static void
test_broken_pipe (Fixture *fixture, gconstpointer data)
{
  g_auto (ApoolFd) fd = -1;

  make_pipe (fixture);
  open_output (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  start (fixture, 2);
  fd = give_pipe (fixture, 2, APOOL_STREAM_STDOUT);
  apool_fd_clear (&fixture->out);
  print (fixture, 1, "unread");
  assert_failed (fixture, G_IO_ERROR_BROKEN_PIPE, "standard output: write: Broken pipe");
  /* The other jobs learn it too. */
  g_assert_cmpint (write (fd, "x", 1), ==, -1);
  g_assert_cmpint (errno, ==, EPIPE);
}

static void
test_full_device (Fixture *fixture, gconstpointer data)
{
  fixture->fds[0] = open ("/dev/full", O_WRONLY | O_CLOEXEC);
  fixture->fds[1] = make_file ();
  open_output (fixture, APOOL_OUTPUT_INPUT_ORDER);
  run (fixture, 1, "lost");
  assert_failed (fixture, G_IO_ERROR_NO_SPACE, "standard output: write: No space left on device");
}

static void
test_full_device_at_the_end (Fixture *fixture, gconstpointer data)
{
  fixture->fds[0] = make_file ();
  fixture->fds[1] = open ("/dev/full", O_WRONLY | O_CLOEXEC);
  open_output (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  complain (fixture, 1, "lost");
  end (fixture, 1, FALSE);
  finish (fixture);
  g_assert_cmpuint (fixture->n_failed, ==, 1);
  g_assert_cmpstr (fixture->error->message, ==, "standard error: write: No space left on device");
}

static void
test_spool_missing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = make_text (MIB, 1);

  fixture->fds[0] = make_file ();
  fixture->fds[1] = make_file ();
  open_output_at (fixture, APOOL_OUTPUT_INPUT_ORDER, "/nonexistent");
  start (fixture, 1);
  start (fixture, 2);
  print (fixture, 2, "fits memory");
  give (fixture, 1, APOOL_STREAM_STDOUT, text->str, 1000); /* printed at once */
  iterate (fixture);
  g_assert_cmpuint (fixture->n_failed, ==, 0);
  give (fixture, 2, APOOL_STREAM_STDOUT, text->str, text->len);
  assert_failed (fixture, G_IO_ERROR_NOT_FOUND,
                 "--tmpdir: '/nonexistent': cannot make a file: No such file or directory");
}

static void
test_spool_missing_by_pipe (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = make_text (60000, 1);
  g_auto (ApoolFd) fd = -1;

  fixture->fds[0] = make_file ();
  fixture->fds[1] = make_file ();
  open_output_at (fixture, APOOL_OUTPUT_INPUT_ORDER, "/nonexistent");
  start (fixture, 1);
  start (fixture, 2);
  fd = give_pipe (fixture, 2, APOOL_STREAM_STDOUT);
  write_pipe (fixture, fd, text);
  assert_failed (fixture, G_IO_ERROR_NOT_FOUND,
                 "--tmpdir: '/nonexistent': cannot make a file: No such file or directory");
}

static void
test_nonblocking_output (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = make_text (MIB, 3);
  g_autoptr (GString) printed = NULL;

  make_pipe (fixture);
  g_assert_true (apool_fd_set_nonblocking (fixture->fds[0], NULL));
  open_output (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  give (fixture, 1, APOOL_STREAM_STDOUT, text->str, text->len);
  end (fixture, 1, FALSE);
  printed = read_out (fixture, MIB);
  g_assert_true (memcmp (printed->str, text->str, MIB) == 0);
}

/* Returns: how many bytes this process has written with write() */
static guint64
count_written (void)
{
  g_autofree char *contents = NULL;
  const char *place;

  if (!g_file_get_contents ("/proc/self/io", &contents, NULL, NULL))
    return 0;
  place = strstr (contents, "wchar: ");
  g_assert_nonnull (place);
  return g_ascii_strtoull (place + strlen ("wchar: "), NULL, 10);
}

/* A live job writes @text; standard output is a pipe that is read at the same time. */
static void
assert_passed_on (Fixture *fixture, int fd, const GString *text)
{
  g_autoptr (GString) printed = g_string_new (NULL);
  gsize done = 0;

  while (printed->len < text->len)
    {
      gssize n = write (fd, text->str + done, text->len - done);
      g_autoptr (GString) part = NULL;

      g_assert_true (n >= 0 || errno == EAGAIN);
      done += n > 0 ? (gsize) n : 0;
      iterate (fixture);
      part = drain (fixture->out);
      g_string_append_len (printed, part->str, (gssize) part->len);
    }
  g_assert_cmpuint (printed->len, ==, text->len);
  g_assert_true (memcmp (printed->str, text->str, text->len) == 0);
}

static void
test_uncopied (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = make_text (8 * MIB, 1);
  g_auto (ApoolFd) fd = -1;
  guint64 before;

  g_test_summary ("what a live job writes much of goes from pipe to pipe; only the job writes it");
  make_pipe (fixture);
  open_output (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  print (fixture, 1, "first "); /* goes out before it */
  fd = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);
  g_string_free (read_out (fixture, 6), TRUE);
  before = count_written ();
  assert_passed_on (fixture, fd, text);
  g_assert_cmpuint (count_written () - before, <, 9 * MIB);
  end (fixture, 1, FALSE);
  finish (fixture);
}

static void
test_copied (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = make_text (MIB, 1);
  g_autoptr (GString) none = NULL;
  g_auto (ApoolFd) fd = -1;
  int flags;

  g_test_summary ("where our own lines go, what a job writes is looked at on its way");
  make_pipe (fixture);
  apool_fd_clear (&fixture->fds[1]);
  fixture->fds[1] = fcntl (fixture->fds[0], F_DUPFD_CLOEXEC, 3);
  flags = fcntl (fixture->fds[0], F_GETFL);
  open_output (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  fd = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);
  text->str[text->len - 1] = '-';
  assert_passed_on (fixture, fd, text);
  apool_output_say (fixture->output, "said");
  iterate (fixture);
  none = drain (fixture->out); /* the job is in the middle of a line */
  g_assert_cmpstr (none->str, ==, "");
  end (fixture, 1, FALSE);
  iterate (fixture);
  g_string_free (g_steal_pointer (&text), TRUE);
  text = drain (fixture->out);
  g_assert_cmpstr (text->str, ==, "\nsaid\n");
  g_assert_cmpint (fcntl (fixture->fds[0], F_GETFL), ==, flags);
}

static void
test_copied_before_title (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = make_text (MIB, 1);
  g_autoptr (GString) rest = NULL;
  g_auto (ApoolFd) fd = -1;

  g_test_summary ("and where a title has to begin a line");
  make_pipe (fixture);
  open_output_with (fixture, (ApoolOutputConfig){ .is_titled = TRUE });
  start (fixture, 1);
  fd = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);
  text->str[text->len - 1] = '-';
  assert_passed_on (fixture, fd, text);
  run (fixture, 2, "two");
  end (fixture, 1, FALSE);
  iterate (fixture);
  rest = drain (fixture->out);
  g_assert_cmpstr (rest->str, ==, "\ntwo");
}

/* Once jobs are to be ended none begins to print before it is known that it ended by itself. */
static void
test_end_live (Fixture *fixture, gconstpointer data)
{
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  for (guint64 seq = 1; seq <= 3; seq++)
    start (fixture, seq);
  print (fixture, 1, "1");
  print (fixture, 2, "2");
  print (fixture, 3, "3");
  assert_printed (fixture, "1", "");
  apool_output_end_live (fixture->output);
  print (fixture, 1, ".");
  end (fixture, 1, TRUE);
  assert_printed (fixture, "1.", "");
  end (fixture, 2, TRUE);
  end (fixture, 3, FALSE);
  assert_printed (fixture, "1.3", "");
  finish (fixture);
  assert_printed (fixture, "1.32", "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/output-live/sizes", test_sizes);
  ADD ("/output-live/live", test_live);
  ADD ("/output-live/live-after-waiting", test_live_after_waiting);
  ADD ("/output-live/slow-reader", test_slow_reader);
  ADD ("/output-live/stopped-writer-gone", test_stopped_writer_gone);
  ADD ("/output-live/same-file", test_same_file);
  ADD ("/output-live/same-file/held", test_same_file_held);
  ADD ("/output-live/two-files", test_two_files);
  ADD ("/output-live/after-the-end", test_after_the_end);
  ADD ("/output-live/broken-pipe", test_broken_pipe);
  ADD ("/output-live/full-device", test_full_device);
  ADD ("/output-live/full-device-at-the-end", test_full_device_at_the_end);
  ADD ("/output-live/spool-missing", test_spool_missing);
  ADD ("/output-live/spool-missing-by-pipe", test_spool_missing_by_pipe);
  ADD ("/output-live/uncopied", test_uncopied);
  ADD ("/output-live/copied", test_copied);
  ADD ("/output-live/copied-before-title", test_copied_before_title);
  ADD ("/output-live/end-live", test_end_live);
  ADD ("/output-live/nonblocking-output", test_nonblocking_output);
#undef ADD
  return g_test_run ();
}
