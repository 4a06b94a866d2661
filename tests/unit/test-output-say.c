/* SPDX-License-Identifier: MIT */
/* Lines of apool's own among what jobs print on standard error. */

#include <signal.h>

#include "output-fixture.h"

/* A pipe and the outlet's buffer, and as much again. */
#define FILLING_BYTES (400 * KIB)

static void
say (Fixture *fixture, const char *line)
{
  apool_output_say (fixture->output, line);
}

/* Standard error is a pipe, which read_out() reads; standard output a file. */
static void
open_error_pipe (Fixture *fixture)
{
  int fds[2];

  g_assert_true (apool_fd_make_pipe (fds, NULL));
  fixture->out = fds[0];
  fixture->fds[0] = make_file ();
  fixture->fds[1] = fds[1];
  open_output (fixture, APOOL_OUTPUT_INPUT_ORDER);
}

/* Both lead to one file. */
static void
open_same_file (Fixture *fixture)
{
  fixture->fds[0] = make_file ();
  fixture->fds[1] = dup (fixture->fds[0]);
  open_output (fixture, APOOL_OUTPUT_INPUT_ORDER);
}

/* Says numbered lines of 100 bytes, and adds them to @expected. */
static void
say_many (Fixture *fixture, guint n, GString *expected)
{
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *line = g_strdup_printf ("apool: %092u\n", i);

      say (fixture, line);
      g_string_append (expected, line);
    }
}

static void
assert_read (Fixture *fixture, const GString *expected)
{
  g_autoptr (GString) text = read_out (fixture, expected->len);

  g_assert_true (g_string_equal (text, expected));
}

static void
test_between_jobs (Fixture *fixture, gconstpointer data)
{
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  say (fixture, "a\n");
  assert_printed (fixture, "", "a\n");
  run (fixture, 1, "half");
  say (fixture, "b\n");
  start (fixture, 2);
  complain (fixture, 2, "E2\n");
  end (fixture, 2, FALSE);
  say (fixture, "c\xff\n");
  assert_printed (fixture, "half", "a\nb\nE2\nc\xff\n");
  finish (fixture);
}

static void
test_between_lines (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("at once, so that what the job writes next comes behind it");
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  print (fixture, 1, "half");
  say (fixture, "a\n");
  complain (fixture, 1, "E1\n");
  say (fixture, "b\n");
  complain (fixture, 1, "half");
  assert_printed (fixture, "half", "a\nE1\nb\nhalf");
}

static void
test_within_line (Fixture *fixture, gconstpointer data)
{
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  complain (fixture, 1, "half ");
  say (fixture, "a\n");
  say (fixture, "b\n");
  complain (fixture, 1, "of a ");
  assert_printed (fixture, "", "half of a ");
  complain (fixture, 1, "line\n");
  assert_printed (fixture, "", "half of a line\na\nb\n");
}

static void
test_within_piped_line (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = make_text (20000, 1);
  g_auto (ApoolFd) fd = -1;

  g_test_summary ("the bytes go from the pipe to the outlet, and from there into the file at once");
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  fd = give_pipe (fixture, 1, APOOL_STREAM_STDERR);
  g_assert_cmpint (write (fd, "half ", 5), ==, 5);
  assert_printed (fixture, "", "half ");
  say (fixture, "a\n");
  g_string_append_c (text, '\n');
  write_pipe (fixture, fd, text);
  g_string_prepend (text, "half ");
  g_string_append (text, "a\n");
  assert_printed (fixture, "", text->str);
}

static void
test_after_turn (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("a job that ends within a line, and the next one: the line stands alone");
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  start (fixture, 2);
  complain (fixture, 2, "E2\n");
  complain (fixture, 1, "half");
  say (fixture, "a\n");
  end (fixture, 2, FALSE);
  assert_printed (fixture, "", "half");
  end (fixture, 1, FALSE);
  assert_printed (fixture, "", "half\na\nE2\n");
}

static void
test_before_job_prints (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("the half line is that of the job before");
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  complain (fixture, 1, "half");
  end (fixture, 1, FALSE);
  start (fixture, 2);
  say (fixture, "a\n");
  complain (fixture, 2, "E2");
  assert_printed (fixture, "", "half\na\nE2");
}

static void
test_same_file (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("one file for both: the line waits for the end of one of standard output");
  open_same_file (fixture);
  start (fixture, 1);
  print (fixture, 1, "half ");
  complain (fixture, 1, "E1 ");
  say (fixture, "a\n");
  iterate (fixture);
  assert_file (fixture->fds[0], "half ", 5);
  print (fixture, 1, "line\n");
  iterate (fixture);
  assert_file (fixture->fds[0], "half line\na\n", 12);
  end (fixture, 1, FALSE);
  say (fixture, "b\n");
  finish (fixture);
  assert_file (fixture->fds[0], "half line\na\nE1 \nb\n", 18);
}

static void
test_completion_order (Fixture *fixture, gconstpointer data)
{
  open_files (fixture, APOOL_OUTPUT_COMPLETION_ORDER);
  start (fixture, 1);
  complain (fixture, 1, "half");
  say (fixture, "a\n");
  assert_printed (fixture, "", "a\n");
  end (fixture, 1, FALSE);
  assert_printed (fixture, "", "a\nhalf");
}

static void
test_unread (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) expected = g_string_new (NULL);

  g_test_summary ("lines wait whole, in order, and hold up new jobs, while nobody reads");
  open_error_pipe (fixture);
  say_many (fixture, FILLING_BYTES / 100, expected);
  iterate (fixture);
  g_assert_cmpuint (fixture->n_congested, ==, 0);
  say_many (fixture, 10500, expected);
  iterate (fixture);
  g_assert_true (fixture->congested);
  assert_read (fixture, expected);
  iterate (fixture);
  g_assert_cmpuint (fixture->n_congested, ==, 2);
  g_assert_false (fixture->congested);
}

static void
test_unread_job (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = make_text (FILLING_BYTES, 1);

  g_test_summary ("the job that prints has filled the outlet, and another job follows it");
  open_error_pipe (fixture);
  start (fixture, 1);
  give (fixture, 1, APOOL_STREAM_STDERR, text->str, text->len);
  say (fixture, "a\n");
  end (fixture, 1, FALSE);
  start (fixture, 2);
  complain (fixture, 2, "E2");
  end (fixture, 2, FALSE);
  g_string_append (text, "\na\nE2");
  assert_read (fixture, text);
}

static void
test_waits_for_newline (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) expected = g_string_new ("half\n");

  g_test_summary ("what waits for a job is no congestion: that could hold up the job itself");
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  complain (fixture, 1, "half");
  say_many (fixture, 30000, expected);
  assert_printed (fixture, "", "half");
  g_assert_cmpuint (fixture->n_congested, ==, 0);
  complain (fixture, 1, "\n");
  assert_printed (fixture, "", expected->str);
  g_assert_cmpuint (fixture->n_congested, ==, 0);
}

static void
test_done_after_lines (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) expected = g_string_new (NULL);

  open_error_pipe (fixture);
  say_many (fixture, FILLING_BYTES / 100, expected);
  apool_output_finish (fixture->output);
  say (fixture, "late\n");
  iterate (fixture);
  g_assert_cmpuint (fixture->n_done, ==, 0);
  g_string_append (expected, "late\n");
  assert_read (fixture, expected);
  iterate (fixture);
  g_assert_cmpuint (fixture->n_done, ==, 1);
}

static void
test_after_failure (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) ignored = g_string_new (NULL);

  open_error_pipe (fixture);
  say_many (fixture, FILLING_BYTES / 100, ignored);
  iterate (fixture);
  apool_fd_clear (&fixture->out);
  iterate (fixture);
  g_assert_cmpuint (fixture->n_failed, ==, 1);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
  say (fixture, "dropped\n");
  finish (fixture);
}

static void
test_several_lines (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("they stand together, whatever bytes they are made of");
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  complain (fixture, 1, "half");
  apool_output_say_bytes (fixture->output, "a\n\n\xff\n", 5);
  apool_output_say_bytes (fixture->output, "", 0);
  apool_output_say_bytes (fixture->output, "b\nc", 3);
  say (fixture, "d\n");
  complain (fixture, 1, "\n");
  assert_printed (fixture, "", "half\na\n\n\xff\nb\nc\nd\n");
}

static void
test_nul_bytes (Fixture *fixture, gconstpointer data)
{
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  apool_output_say_bytes (fixture->output, "a\0\nb\0", 5);
  iterate (fixture);
  assert_file (fixture->fds[1], "a\0\nb\0\n", 6);
}

/* Says @n lines of 100 bytes, newline included, and then @rest, in one piece. */
static void
check_many_lines (Fixture *fixture, guint n, gsize rest)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) end = make_text (rest, 1);
  g_autoptr (GString) expected = NULL;

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "apool: %092u\n", i);
  g_string_append_len (text, end->str, (gssize) rest);
  apool_output_say_bytes (fixture->output, text->str, text->len);
  expected = g_string_new_len (text->str, (gssize) text->len);
  if (rest > 0)
    g_string_append_c (expected, '\n');
  assert_read (fixture, expected);
}

static void
test_many_lines (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("more than fit at once: parted at the ends of lines, nothing lost");
  open_error_pipe (fixture);
  check_many_lines (fixture, 3000, 0);
  check_many_lines (fixture, 3000, 17);
  check_many_lines (fixture, 655, 34); /* one byte less than a piece */
  check_many_lines (fixture, 655, 35);
  check_many_lines (fixture, 655, 36);
}

static void
test_long_line_of_bytes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = make_text (130 * KIB, 1);
  g_autoptr (GString) expected = g_string_new_len (text->str, 64 * KIB - 2);

  g_test_summary ("a line that is longer than that becomes several, nothing lost");
  g_string_append_c (expected, '\n');
  g_string_append_len (expected, text->str + 64 * KIB - 2, 64 * KIB - 2);
  g_string_append_c (expected, '\n');
  g_string_append (expected, text->str + 128 * KIB - 4);
  g_string_append_c (expected, '\n');
  open_error_pipe (fixture);
  g_string_append (expected, "next\n");
  apool_output_say_bytes (fixture->output, text->str, text->len);
  say (fixture, "next\n");
  assert_read (fixture, expected);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/output-say/between-jobs", test_between_jobs);
  ADD ("/output-say/between-lines", test_between_lines);
  ADD ("/output-say/within-line", test_within_line);
  ADD ("/output-say/within-piped-line", test_within_piped_line);
  ADD ("/output-say/after-turn", test_after_turn);
  ADD ("/output-say/before-job-prints", test_before_job_prints);
  ADD ("/output-say/same-file", test_same_file);
  ADD ("/output-say/completion-order", test_completion_order);
  ADD ("/output-say/unread", test_unread);
  ADD ("/output-say/unread-job", test_unread_job);
  ADD ("/output-say/waits-for-newline", test_waits_for_newline);
  ADD ("/output-say/done-after-lines", test_done_after_lines);
  ADD ("/output-say/after-failure", test_after_failure);
  ADD ("/output-say/several-lines", test_several_lines);
  ADD ("/output-say/nul-bytes", test_nul_bytes);
  ADD ("/output-say/many-lines", test_many_lines);
  ADD ("/output-say/long-line-of-bytes", test_long_line_of_bytes);
#undef ADD
  return g_test_run ();
}
