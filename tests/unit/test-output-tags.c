/* SPDX-License-Identifier: MIT */
/* Labels around what jobs write: live, waiting, from pipes. */

#include <signal.h>

#include "job/apool-colour.h"
#include "output-fixture.h"

#define RED APOOL_COLOUR_FAILED
#define RESET "\033[m"

/* Each stream has lines of its own, and each job. */
static void
test_streams (Fixture *fixture, gconstpointer data)
{
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start_tagged (fixture, 1, "a\t");
  print (fixture, 1, "x\ny");
  complain (fixture, 1, "err\n");
  print (fixture, 1, "z\n");
  assert_printed (fixture, "a\tx\na\tyz\n", "a\terr\n");
  complain (fixture, 1, "half");
  print (fixture, 1, "rest");
  end (fixture, 1, FALSE);
  start_tagged (fixture, 2, "b\t");
  print (fixture, 2, "next\n");
  end (fixture, 2, FALSE);
  finish (fixture);
  assert_printed (fixture, "a\tx\na\tyz\na\trestb\tnext\n", "a\terr\na\thalf");
}

/* What waits for its turn has its tags too, and what has none is printed as it is. */
static void
test_waiting (Fixture *fixture, gconstpointer data)
{
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  start_tagged (fixture, 2, "b\t");
  start_tagged (fixture, 3, "c\t");
  print (fixture, 2, "1\n2");
  print (fixture, 3, "live\nsoon");
  end (fixture, 2, FALSE);
  print (fixture, 1, "plain\n");
  end (fixture, 1, FALSE);
  assert_printed (fixture, "plain\nb\t1\nb\t2c\tlive\nc\tsoon", "");
  print (fixture, 3, "er\nmore\n");
  end (fixture, 3, FALSE);
  finish (fixture);
  assert_printed (fixture, "plain\nb\t1\nb\t2c\tlive\nc\tsooner\nc\tmore\n", "");
}

/* A new attempt begins at the beginning of a line. */
static void
test_retried (Fixture *fixture, gconstpointer data)
{
  const ApoolUsage usage = { 0 };
  g_autoptr (ApoolTask) task = make_task (1);
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_EXITED, 1, &usage, FALSE, FALSE, NULL);

  make_files (fixture);
  open_output_with (fixture, (ApoolOutputConfig){ .holds = TRUE });
  start_tagged (fixture, 1, "a\t");
  print (fixture, 1, "lost");
  apool_observer_task_retried (APOOL_OBSERVER (fixture->output), task, outcome);
  start_tagged (fixture, 1, "a\t");
  print (fixture, 1, "kept\n");
  end (fixture, 1, FALSE);
  finish (fixture);
  assert_printed (fixture, "a\tkept\n", "");
}

/* Lines far shorter than their tags, from a pipe, to a reader that is slower than the job. */
static void
test_pipe (Fixture *fixture, gconstpointer data)
{
  static const char line[] = "a tag that is longer than the line\t.\n";
  const gsize n_lines = 40000;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autoptr (GString) got = NULL;
  int fd;

  for (gsize i = 0; i < n_lines; i++)
    {
      g_string_append (text, ".\n");
      g_string_append (expected, line);
    }
  make_pipe (fixture);
  g_assert_true (apool_fd_set_nonblocking (fixture->out, NULL));
  open_output (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start_tagged (fixture, 1, "a tag that is longer than the line\t");
  fd = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);
  g_assert_cmpint (write (fd, text->str, 3 * KIB), ==, (gssize) (3 * KIB));
  iterate (fixture);
  g_assert_cmpint (write (fd, text->str + 3 * KIB, 50 * KIB - 1), ==, (gssize) (50 * KIB - 1));
  end (fixture, 1, FALSE);
  (void) close (fd);
  got = read_out (fixture, 53 * KIB / 2 * strlen (line) - 1);
  g_assert_true (memcmp (got->str, expected->str, got->len) == 0);
  finish (fixture);
}

/* The colour of a line is known at its job's end, and comes before its tag. */
static void
test_failed (Fixture *fixture, gconstpointer data)
{
  const ApoolLabelParts coloured = { .tag = "b\t", .tag_length = 2, .colour = "<" };

  make_files (fixture);
  open_output_with (fixture, (ApoolOutputConfig){ .holds = TRUE, .colours_failed = TRUE });
  start_tagged (fixture, 1, "a\t");
  start_labelled (fixture, 2, &coloured);
  start_tagged (fixture, 3, "c\t");
  start (fixture, 4);
  start (fixture, 5);
  print (fixture, 3, "x\ny");
  complain (fixture, 3, "err\n");
  print (fixture, 1, "x\ny");
  complain (fixture, 1, "err\n");
  print (fixture, 2, "x\n");
  print (fixture, 4, "x\n");
  print (fixture, 5, "x\n");
  end_with (fixture, 5, 1);
  end_with (fixture, 3, 2); /* is parked */
  end_with (fixture, 1, 0);
  end_with (fixture, 2, 0);
  end_with (fixture, 4, 0);
  finish (fixture);
  assert_printed (fixture,
                  "a\tx\na\ty<b\tx" RESET "\n" RED "c\tx" RESET "\n" RED "c\ty" RESET "x\n" RED
                  "x" RESET "\n",
                  "a\terr\n" RED "c\terr" RESET "\n");
}

/* What was dropped is not coloured, and what is shown is. */
static void
test_failed_shown (Fixture *fixture, gconstpointer data)
{
  make_files (fixture);
  open_output_with (fixture, (ApoolOutputConfig){ .holds = TRUE,
                                                  .colours_failed = TRUE,
                                                  .show = APOOL_OUTPUT_SHOW_FAILED });
  start (fixture, 1);
  start_tagged (fixture, 2, "b\t");
  print (fixture, 1, "x\n");
  print (fixture, 2, "x\n");
  end_with (fixture, 1, 1);
  end_with (fixture, 2, 0);
  finish (fixture);
  assert_printed (fixture, RED "x" RESET "\n", "");
}

/* Of much output all is coloured, and hardly more than it waits: the spool, which is in files where
 * it is more than a little, gets back what was coloured. */
static void
test_failed_large (Fixture *fixture, gconstpointer data)
{
  const gsize n_lines = 400 * 1000;
  static const char line[] = RED "a\t.............................................." RESET "\n";
  const gsize length = strlen (line);
  g_autoptr (GString) text = g_string_new (NULL);
  gsize n_before;

  for (gsize i = 0; i < 1000; i++)
    g_string_append (text, "..............................................\n");
  make_pipe (fixture);
  g_assert_true (apool_fd_set_nonblocking (fixture->out, NULL));
  open_output_with (fixture, (ApoolOutputConfig){ .holds = TRUE, .colours_failed = TRUE });
  start_tagged (fixture, 1, "a\t");
  print (fixture, 1, text->str);
  n_before = get_resident_bytes ();
  for (gsize i = 1000; i < n_lines; i += 1000)
    print (fixture, 1, text->str);
  end_with (fixture, 1, 1);
  for (gsize done = 0; done < n_lines * length;)
    {
      g_autoptr (GString) got = NULL;

      iterate (fixture);
      got = drain (fixture->out);
      for (gsize i = 0; i < got->len; i++, done++)
        if (got->str[i] != line[done % length])
          g_error ("byte %" G_GSIZE_FORMAT " is wrong", done);
    }
  if (!WITH_ASAN)
    g_assert_cmpuint (get_resident_bytes (), <, n_before + 4 * MIB);
  finish (fixture);
}

static void
start_titled (Fixture *fixture, guint64 seq, const char *title, const char *tag)
{
  const ApoolLabelParts parts = {
    .title = title, .title_length = strlen (title), .tag = tag, .tag_length = tag ? strlen (tag) : 0
  };

  start_labelled (fixture, seq, &parts);
}

/* A title comes before everything, on standard output, with or without anything behind it. */
static void
test_title (Fixture *fixture, gconstpointer data)
{
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start_titled (fixture, 1, "one", "a\t");
  assert_printed (fixture, "one\n", "");
  start_titled (fixture, 2, "two", NULL);
  start_titled (fixture, 3, "three", NULL);
  start_titled (fixture, 4, "", NULL);
  print (fixture, 3, "half");
  complain (fixture, 2, "err\n");
  end (fixture, 3, FALSE);
  end (fixture, 2, FALSE);
  end (fixture, 4, TRUE);
  print (fixture, 1, "x\n");
  end (fixture, 1, FALSE);
  finish (fixture);
  assert_printed (fixture, "one\na\tx\ntwo\nthree\nhalf\n", "err\n");
}

/* A title is a line, whatever stands before it; without one a half line stays one. */
static void
test_title_behind_half (Fixture *fixture, gconstpointer data)
{
  make_files (fixture);
  open_output_with (fixture, (ApoolOutputConfig){ .is_titled = TRUE });
  start_titled (fixture, 1, "one", NULL);
  start_titled (fixture, 2, "two", NULL);
  print (fixture, 2, "half");
  complain (fixture, 2, "half");
  print (fixture, 1, "half");
  complain (fixture, 1, "half");
  end (fixture, 1, FALSE);
  assert_printed (fixture, "one\nhalf\ntwo\nhalf", "halfhalf");
  print (fixture, 2, " and half");
  start_titled (fixture, 3, "three", NULL);
  end (fixture, 3, FALSE);
  end (fixture, 2, FALSE);
  finish (fixture);
  assert_printed (fixture, "one\nhalf\ntwo\nhalf and half\nthree\n", "halfhalf");
}

/* Where both streams lead to one place, a title is before both. */
static void
test_title_shared (Fixture *fixture, gconstpointer data)
{
  fixture->fds[0] = make_file ();
  fixture->fds[1] = dup (fixture->fds[0]);
  open_output (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start_titled (fixture, 1, "one", NULL);
  complain (fixture, 1, "err\n");
  print (fixture, 1, "x\n");
  end (fixture, 1, FALSE);
  finish (fixture);
  assert_printed (fixture, "one\nx\nerr\n", "one\nx\nerr\n");
}

/* Only what is printed has a title, once, and never in colour. */
static void
test_title_failed (Fixture *fixture, gconstpointer data)
{
  make_files (fixture);
  open_output_with (fixture, (ApoolOutputConfig){ .holds = TRUE,
                                                  .colours_failed = TRUE,
                                                  .show = APOOL_OUTPUT_SHOW_FAILED });
  start_titled (fixture, 1, "one", "a\t");
  start_titled (fixture, 2, "two", "b\t");
  start_titled (fixture, 3, "three", NULL);
  print (fixture, 1, "x\n");
  print (fixture, 2, "x\n");
  end_with (fixture, 1, 0);
  end_with (fixture, 2, 1);
  end_with (fixture, 3, 1);
  finish (fixture);
  assert_printed (fixture, "two\n" RED "b\tx" RESET "\nthree\n", "");
}

static void
test_title_retried (Fixture *fixture, gconstpointer data)
{
  const ApoolUsage usage = { 0 };
  g_autoptr (ApoolTask) task = make_task (1);
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_EXITED, 1, &usage, FALSE, FALSE, NULL);

  make_files (fixture);
  open_output_with (fixture, (ApoolOutputConfig){ .holds = TRUE });
  start_titled (fixture, 1, "one", NULL);
  print (fixture, 1, "lost\n");
  apool_observer_task_retried (APOOL_OBSERVER (fixture->output), task, outcome);
  start_titled (fixture, 1, "one", NULL);
  end (fixture, 1, FALSE);
  finish (fixture);
  assert_printed (fixture, "one\n", "");
}

int
main (int argc, char **argv)
{
  signal (SIGPIPE, SIG_IGN);
  g_test_init (&argc, &argv, NULL);
#define ADD(path, test) g_test_add ("/output/tags/" path, Fixture, NULL, set_up, test, tear_down)
  ADD ("streams", test_streams);
  ADD ("waiting", test_waiting);
  ADD ("retried", test_retried);
  ADD ("pipe", test_pipe);
  ADD ("title", test_title);
  ADD ("title-behind-half", test_title_behind_half);
  ADD ("title-shared", test_title_shared);
  ADD ("title-failed", test_title_failed);
  ADD ("title-retried", test_title_retried);
  ADD ("failed", test_failed);
  ADD ("failed-shown", test_failed_shown);
  ADD ("failed-large", test_failed_large);
  return g_test_run ();
}
