/* SPDX-License-Identifier: MIT */
/* Tags in front of the lines that jobs write: live, waiting, from pipes. */

#include <signal.h>

#include "output-fixture.h"

static void
start_tagged (Fixture *fixture, guint64 seq, const char *tag)
{
  g_autoptr (ApoolTask) plain = make_task (seq);
  const ApoolLabelParts parts = { .tag = tag, .tag_length = strlen (tag) };
  g_autoptr (ApoolLabel) label = apool_label_new (&parts);
  ApoolTaskTraits traits = *apool_task_get_traits (plain);
  g_autoptr (ApoolTask) task = NULL;

  traits.label = label;
  task = apool_task_new_variant (plain, &traits);
  apool_observer_task_started (APOOL_OBSERVER (fixture->output), task);
}

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
  return g_test_run ();
}
