/* SPDX-License-Identifier: MIT */
/* Only the latest line of each job is printed: to files when it has ended, and on a terminal before
 * that, too. */

#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "output-fixture.h"
#include "screen.h"
#include "sinks/apool-latest.h"

#define ADD(name, test) g_test_add ("/output-latest/" name, Fixture, NULL, set_up, test, tear_down)

static void
open_latest (Fixture *fixture, ApoolOutputOrder order)
{
  open_output_with (fixture, (ApoolOutputConfig){ .unit = APOOL_OUTPUT_LATEST, .order = order });
}

/* ---- files ---- */

/* As jobs end, with the newline that is missing; those that wrote no line print none. */
static void
test_completion (Fixture *fixture, gconstpointer data)
{
  make_files (fixture);
  open_latest (fixture, APOOL_OUTPUT_COMPLETION_ORDER);
  start (fixture, 1);
  start_tagged (fixture, 2, "two\t");
  start (fixture, 3);
  print (fixture, 1, "a\nb\n");
  print (fixture, 2, "10%\r20%\r");
  print (fixture, 2, "30");
  print (fixture, 2, "%");
  print (fixture, 3, "\n\n");
  assert_printed (fixture, "", "");
  end (fixture, 2, FALSE);
  end (fixture, 3, FALSE);
  assert_printed (fixture, "two\t30%\n", "");
  print (fixture, 1, "c\n\n");
  end (fixture, 1, FALSE);
  finish (fixture);
  assert_printed (fixture, "two\t30%\nc\n", "");
}

static void
test_input_order (Fixture *fixture, gconstpointer data)
{
  make_files (fixture);
  open_latest (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  start (fixture, 2);
  print (fixture, 1, "a\n");
  print (fixture, 2, "x\ny\n");
  end (fixture, 2, FALSE);
  assert_printed (fixture, "", "");
  print (fixture, 1, "b\n");
  assert_printed (fixture, "", "");
  end (fixture, 1, FALSE);
  assert_printed (fixture, "b\ny\n", "");
  finish (fixture);
}

/* Streams that go to different files have a line each. */
static void
test_streams (Fixture *fixture, gconstpointer data)
{
  make_files (fixture);
  open_latest (fixture, APOOL_OUTPUT_COMPLETION_ORDER);
  start_tagged (fixture, 1, "t\t");
  print (fixture, 1, "a\nb\n");
  complain (fixture, 1, "x\ny\n");
  end (fixture, 1, FALSE);
  finish (fixture);
  assert_printed (fixture, "t\tb\n", "t\ty\n");
}

/* Where they go to the same file, the one that was written last counts. */
static void
test_same_file (Fixture *fixture, gconstpointer data)
{
  fixture->fds[0] = make_file ();
  fixture->fds[1] = dup (fixture->fds[0]);
  open_latest (fixture, APOOL_OUTPUT_COMPLETION_ORDER);
  start (fixture, 1);
  start (fixture, 2);
  print (fixture, 1, "out\n");
  complain (fixture, 1, "err\n");
  complain (fixture, 2, "err\n");
  print (fixture, 2, "out\n");
  end (fixture, 1, FALSE);
  end (fixture, 2, FALSE);
  finish (fixture);
  assert_file (fixture->fds[0], "err\nout\n", 8);
}

static void
test_show_failed (Fixture *fixture, gconstpointer data)
{
  make_files (fixture);
  open_output_with (fixture, (ApoolOutputConfig){ .unit = APOOL_OUTPUT_LATEST,
                                                  .show = APOOL_OUTPUT_SHOW_FAILED });
  for (guint64 seq = 1; seq <= 2; seq++)
    {
      start (fixture, seq);
      print (fixture, seq, seq == 1 ? "good\n" : "a\nbad\n");
    }
  end (fixture, 1, FALSE);
  end_with (fixture, 2, 1);
  finish (fixture);
  assert_printed (fixture, "bad\n", "");
}

/* What is around lines is around the latest one, and a title comes before it. */
static void
test_labels (Fixture *fixture, gconstpointer data)
{
  static const ApoolLabelParts parts = {
    .title = "title", .title_length = 5, .tag = "t\t", .tag_length = 2, .colour = "\033[1m"
  };

  make_files (fixture);
  open_latest (fixture, APOOL_OUTPUT_COMPLETION_ORDER);
  start_labelled (fixture, 1, &parts);
  print (fixture, 1, "a\nb");
  end (fixture, 1, FALSE);
  finish (fixture);
  assert_printed (fixture, "title\n\033[1mt\tb\033[m\n", "");
}

/* Of what comes from a pipe nothing is kept but the line. */
static void
test_memory (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = make_text (MIB, 0);
  gsize before;
  int pipe;

  make_files (fixture);
  /* Where nothing can be put. */
  open_output_with (
      fixture, (ApoolOutputConfig){ .unit = APOOL_OUTPUT_LATEST, .spool_directory = "/dev/null" });
  start (fixture, 1);
  start (fixture, 2);
  pipe = give_pipe (fixture, 2, APOOL_STREAM_STDOUT);
  g_string_append (text, "\nlatest");
  write_pipe (fixture, pipe, text);
  iterate (fixture);
  before = get_resident_bytes ();
  for (guint i = 0; i < 64; i++)
    write_pipe (fixture, pipe, text);
  iterate (fixture);
  if (!WITH_ASAN)
    g_assert_cmpuint (get_resident_bytes (), <, before + 4 * MIB);
  (void) close (pipe);
  end (fixture, 2, FALSE);
  end (fixture, 1, FALSE);
  finish (fixture);
  g_assert_no_error (fixture->error);
  assert_printed (fixture, "latest\n", "");
}

/* What is cut is said; what is as long as may be is not. */
static void
test_cut (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = make_text (APOOL_LATEST_MAX_BYTES, 0);
  g_autoptr (GString) expected = g_string_new (NULL);
  static const char message[] =
      "apool: --latest-line: job 2: a line of 65537 bytes: cut after 65536\n";

  make_files (fixture);
  open_latest (fixture, APOOL_OUTPUT_INPUT_ORDER);
  g_string_printf (expected, "%s\n%s\n", text->str, text->str);
  start (fixture, 1);
  print (fixture, 1, text->str);
  start (fixture, 2);
  print (fixture, 2, text->str);
  print (fixture, 2, "x");
  end (fixture, 1, FALSE);
  end (fixture, 2, FALSE);
  finish (fixture);
  assert_file (fixture->fds[0], expected->str, expected->len);
  assert_file (fixture->fds[1], message, sizeof message - 1);
}

/* An attempt that does not count leaves no line. */
static void
test_retried (Fixture *fixture, gconstpointer data)
{
  const ApoolUsage usage = { 0 };
  g_autoptr (ApoolTask) task = make_task (1);
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_EXITED, 1, &usage, FALSE, FALSE, NULL);

  make_files (fixture);
  open_output_with (fixture, (ApoolOutputConfig){ .unit = APOOL_OUTPUT_LATEST, .holds = TRUE });
  start (fixture, 1);
  print (fixture, 1, "first\n");
  apool_observer_task_retried (APOOL_OBSERVER (fixture->output), task, outcome);
  start (fixture, 1);
  end (fixture, 1, FALSE);
  finish (fixture);
  assert_printed (fixture, "", "");
}

/* ---- a terminal ---- */

#ifdef WITH_TERMINFO

/* Both streams go to a terminal, whose other end is fixture->out. */
static void
make_terminal (Fixture *fixture, guint n_rows, guint n_columns)
{
  struct winsize size = { .ws_row = (gushort) n_rows, .ws_col = (gushort) n_columns };

  fixture->out = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_assert_cmpint (fixture->out, >=, 0);
  g_assert_cmpint (grantpt (fixture->out), ==, 0);
  g_assert_cmpint (unlockpt (fixture->out), ==, 0);
  fixture->fds[0] = open (ptsname (fixture->out), O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_assert_cmpint (fixture->fds[0], >=, 0);
  g_assert_cmpint (ioctl (fixture->fds[0], TIOCSWINSZ, &size), ==, 0);
  g_assert_true (apool_fd_set_nonblocking (fixture->out, NULL));
}

static Screen *
open_terminal (Fixture *fixture, ApoolOutputOrder order, guint n_rows, guint n_columns)
{
  make_terminal (fixture, n_rows, n_columns);
  fixture->fds[1] = dup (fixture->fds[0]);
  open_latest (fixture, order);
  return screen_new (n_rows, n_columns);
}

static void
look (Fixture *fixture, Screen *screen)
{
  g_autoptr (GString) text = drain (fixture->out);

  screen_write (screen, text->str, text->len);
}

/* Waits for the screen to show something. */
static void
wait_for (Fixture *fixture, Screen *screen, const char *expected)
{
  for (;;)
    {
      g_autofree char *text = NULL;

      look (fixture, screen);
      text = screen_dup_text (screen);
      if (g_str_equal (text, expected))
        return;
      g_main_context_iteration (fixture->context, TRUE);
    }
}

static void
finish_terminal (Fixture *fixture, Screen *screen, const char *expected)
{
  g_autofree char *text = NULL;

  finish (fixture);
  look (fixture, screen);
  text = screen_dup_text (screen);
  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpuint (screen->column, ==, 0);
}

static void
test_rows (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Screen) screen = open_terminal (fixture, APOOL_OUTPUT_COMPLETION_ORDER, 6, 20);

  start_tagged (fixture, 1, "a\t");
  start (fixture, 2);
  print (fixture, 1, "one\n");
  wait_for (fixture, screen, "a       one\n");
  print (fixture, 2, "two\nthree");
  print (fixture, 1, "more than there is room for");
  wait_for (fixture, screen, "a       more than >\nthree\n");
  print (fixture, 1, "\nlast");
  end (fixture, 1, FALSE);
  /* The line stays as it is: a tab is a tab, which the screen of this test does not know. */
  wait_for (fixture, screen, "a\tlast\nthree\n");
  complain (fixture, 2, "oops\n");
  wait_for (fixture, screen, "a\tlast\noops\n");
  end (fixture, 2, FALSE);
  finish_terminal (fixture, screen, "a\tlast\noops\n");
}

/* A row has its tag also where lines get theirs only when it is known what became of the job. */
static void
test_rows_of_failed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Screen) screen = screen_new (6, 20);

  make_terminal (fixture, 6, 20);
  fixture->fds[1] = dup (fixture->fds[0]);
  open_output_with (fixture, (ApoolOutputConfig){ .unit = APOOL_OUTPUT_LATEST,
                                                  .order = APOOL_OUTPUT_COMPLETION_ORDER,
                                                  .colours_failed = TRUE });
  start_tagged (fixture, 1, "a ");
  print (fixture, 1, "one\n");
  wait_for (fixture, screen, "a one\n");
  end (fixture, 1, FALSE);
  finish_terminal (fixture, screen, "a one\n");
}

/* A job whose turn has not come has no row any more, and its line comes when it has. */
static void
test_rows_in_order (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Screen) screen = open_terminal (fixture, APOOL_OUTPUT_INPUT_ORDER, 6, 20);

  start (fixture, 1);
  start (fixture, 2);
  print (fixture, 1, "one");
  print (fixture, 2, "two");
  wait_for (fixture, screen, "one\ntwo\n");
  end (fixture, 2, FALSE);
  wait_for (fixture, screen, "one\n");
  end (fixture, 1, FALSE);
  wait_for (fixture, screen, "one\ntwo\n");
  finish_terminal (fixture, screen, "one\ntwo\n");
}

/* Lines of our own come above the rows, many of them as well as one. */
static void
test_say (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Screen) screen = open_terminal (fixture, APOOL_OUTPUT_COMPLETION_ORDER, 4, 20);

  apool_output_say (fixture->output, "hello");
  start (fixture, 1);
  print (fixture, 1, "one");
  wait_for (fixture, screen, "hello\none\n");
  apool_output_say (fixture->output, "1\n2\n3\n4\n5");
  wait_for (fixture, screen, "hello\n1\n2\n3\n4\n5\none\n");
  end (fixture, 1, FALSE);
  apool_output_say (fixture->output, "bye");
  finish_terminal (fixture, screen, "hello\n1\n2\n3\n4\n5\nbye\none\n");
}

/* Lines that stay come together, and rows are not drawn for each of them. */
static void
test_many (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Screen) screen = open_terminal (fixture, APOOL_OUTPUT_COMPLETION_ORDER, 5, 40);
  g_autoptr (GString) expected = g_string_new (NULL);

  start (fixture, 1000);
  print (fixture, 1000, "row");
  for (guint64 seq = 1; seq < 1000; seq++)
    {
      g_autofree char *line = g_strdup_printf ("job %" G_GUINT64_FORMAT "\n", seq);

      run (fixture, seq, line);
      g_string_append (expected, line);
    }
  g_string_append (expected, "row\n");
  wait_for (fixture, screen, expected->str);
  end (fixture, 1000, FALSE);
  finish_terminal (fixture, screen, expected->str);
}

/* Another file gets no rows, and what goes there is not what stands on the terminal. */
static void
test_other_stderr (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Screen) screen = screen_new (6, 20);

  make_terminal (fixture, 6, 20);
  fixture->fds[1] = make_file ();
  open_latest (fixture, APOOL_OUTPUT_COMPLETION_ORDER);
  start (fixture, 1);
  print (fixture, 1, "out\n");
  wait_for (fixture, screen, "out\n");
  complain (fixture, 1, "a\nerr");
  apool_output_say (fixture->output, "said");
  end (fixture, 1, FALSE);
  finish_terminal (fixture, screen, "out\n");
  assert_file (fixture->fds[1], "said\nerr\n", 9);
}

/* The loop sleeps as long as nothing changes. */
static void
test_idle (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Screen) screen = open_terminal (fixture, APOOL_OUTPUT_COMPLETION_ORDER, 6, 20);

  start (fixture, 1);
  print (fixture, 1, "one");
  wait_for (fixture, screen, "one\n");
  iterate (fixture);
  g_assert_cmpint (get_timeout (fixture->context), ==, -1);
  end (fixture, 1, FALSE);
  finish_terminal (fixture, screen, "one\n");
}

/* A terminal that takes nothing is waited for, and then shows all there was. */
static void
test_stopped (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Screen) screen = open_terminal (fixture, APOOL_OUTPUT_COMPLETION_ORDER, 6, 200);
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autofree char *line = g_strnfill (150, 'x');

  start (fixture, 1);
  print (fixture, 1, "row");
  for (guint64 seq = 2; seq < 2000; seq++)
    {
      run (fixture, seq, line);
      iterate (fixture);
      g_string_append_printf (expected, "%s\n", line);
    }
  g_string_append (expected, "row\n");
  wait_for (fixture, screen, expected->str);
  end (fixture, 1, FALSE);
  finish_terminal (fixture, screen, expected->str);
}

static void
test_dumb (Fixture *fixture, gconstpointer data)
{
  g_autoptr (Screen) screen = screen_new (6, 20);

  make_terminal (fixture, 6, 20);
  fixture->fds[1] = dup (fixture->fds[0]);
  g_setenv ("TERM", "dumb", TRUE);
  open_latest (fixture, APOOL_OUTPUT_COMPLETION_ORDER);
  g_setenv ("TERM", "xterm", TRUE);
  start (fixture, 1);
  print (fixture, 1, "one\ntwo");
  iterate (fixture);
  look (fixture, screen);
  g_assert_cmpuint (screen->lines->len, ==, 1);
  end (fixture, 1, FALSE);
  finish_terminal (fixture, screen, "two\n");
}

static void
add_terminal_tests (void)
{
  ADD ("rows", test_rows);
  ADD ("rows-of-failed", test_rows_of_failed);
  ADD ("rows-in-order", test_rows_in_order);
  ADD ("say", test_say);
  ADD ("many", test_many);
  ADD ("other-stderr", test_other_stderr);
  ADD ("idle", test_idle);
  ADD ("stopped", test_stopped);
  ADD ("dumb", test_dumb);
}

#else

static void
add_terminal_tests (void)
{
}

#endif

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  (void) signal (SIGPIPE, SIG_IGN);
  g_setenv ("TERM", "xterm", TRUE);
  ADD ("completion", test_completion);
  ADD ("input-order", test_input_order);
  ADD ("streams", test_streams);
  ADD ("same-file", test_same_file);
  ADD ("show-failed", test_show_failed);
  ADD ("labels", test_labels);
  ADD ("memory", test_memory);
  ADD ("cut", test_cut);
  ADD ("retried", test_retried);
  add_terminal_tests ();
  return g_test_run ();
}
