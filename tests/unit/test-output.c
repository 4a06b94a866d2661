/* SPDX-License-Identifier: MIT */
/* The order in which jobs are printed, and what the output asks of its owner. */

#include <signal.h>

#include "output-fixture.h"

static void
test_input_order (Fixture *fixture, gconstpointer data)
{
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  run (fixture, 3, "three\n");
  start (fixture, 2);
  complain (fixture, 2, "two on stderr\n");
  end (fixture, 2, FALSE);
  assert_printed (fixture, "", "");
  print (fixture, 1, "one\n");
  assert_printed (fixture, "one\n", "");
  end (fixture, 1, FALSE);
  assert_printed (fixture, "one\nthree\n", "two on stderr\n");
  finish (fixture);
}

/* Nobody waits for the turns of jobs that are skipped, whenever that is known. */
static void
test_skipped (Fixture *fixture, gconstpointer data)
{
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  skip (fixture, 1, 2);
  run (fixture, 3, "three\n");
  assert_printed (fixture, "three\n", "");
  start (fixture, 4);
  run (fixture, 8, "eight\n");
  skip (fixture, 5, 3);
  start (fixture, 1000010);
  print (fixture, 1000010, "live\n");
  skip (fixture, 9, 0);
  skip (fixture, 10, 1000000);
  g_assert_cmpuint (apool_output_get_n_waiting (fixture->output), ==, 1);
  end (fixture, 4, FALSE);
  g_assert_cmpuint (apool_output_get_n_waiting (fixture->output), ==, 0);
  assert_printed (fixture, "three\neight\nlive\n", "");
  end (fixture, 1000010, FALSE);
  skip (fixture, 1000012, 5); /* behind a job that never ran */
  run (fixture, 1000020, "last\n");
  finish (fixture);
  assert_printed (fixture, "three\neight\nlive\nlast\n", "");
}

static void
test_skipped_completion (Fixture *fixture, gconstpointer data)
{
  open_files (fixture, APOOL_OUTPUT_COMPLETION_ORDER);
  skip (fixture, 1, 3);
  run (fixture, 5, "five\n");
  skip (fixture, 6, 1);
  run (fixture, 4, "four\n");
  assert_printed (fixture, "five\nfour\n", "");
  finish (fixture);
}

/* What waits behind a slow reader is counted over skipped turns too. */
static void
test_skipped_congested (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = make_text (2 * MIB, 0);
  g_autoptr (GString) got = NULL;

  make_pipe (fixture);
  open_output (fixture, APOOL_OUTPUT_INPUT_ORDER);
  run (fixture, 1, "one");
  skip (fixture, 2, 40);
  start (fixture, 42);
  print (fixture, 42, "42");
  give (fixture, 42, APOOL_STREAM_STDOUT, text->str, 900 * KIB);
  end (fixture, 42, FALSE);
  iterate (fixture);
  g_assert_false (fixture->congested);
  skip (fixture, 43, 40);
  start (fixture, 83);
  give (fixture, 83, APOOL_STREAM_STDOUT, text->str, 900 * KIB);
  end (fixture, 83, FALSE);
  iterate (fixture);
  g_assert_true (fixture->congested);
  got = read_out (fixture, 3 + 2 + 1800 * KIB);
  iterate (fixture);
  g_assert_false (fixture->congested);
  finish (fixture);
}

static void
test_completion_order (Fixture *fixture, gconstpointer data)
{
  open_files (fixture, APOOL_OUTPUT_COMPLETION_ORDER);
  start (fixture, 1);
  start (fixture, 2);
  print (fixture, 1, "one ");
  print (fixture, 2, "two ");
  run (fixture, 3, "three ");
  assert_printed (fixture, "three ", "");
  end (fixture, 2, FALSE);
  print (fixture, 1, "more ");
  assert_printed (fixture, "three two ", "");
  end (fixture, 1, FALSE);
  assert_printed (fixture, "three two one more ", "");
  g_assert_cmpuint (fixture->asked->len, ==, 0);
  finish (fixture);
}

static void
test_nothing (Fixture *fixture, gconstpointer data)
{
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  finish (fixture);
  apool_output_finish (fixture->output);
  iterate (fixture);
  g_assert_cmpuint (fixture->n_done, ==, 1);
}

/* One stream of one job, by one of the ways it can come. */
static void
write_stream (Fixture *fixture, guint64 seq, ApoolStream stream, const GString *text)
{
  gsize half = text->len / 2;
  ApoolFd fd;

  if (g_test_rand_bit ())
    {
      give (fixture, seq, stream, text->str, half);
      give (fixture, seq, stream, text->str + half, text->len - half);
      return;
    }
  fd = give_pipe (fixture, seq, stream);
  write_pipe (fixture, fd, text);
  apool_fd_clear (&fd);
}

static gsize
choose_length (void)
{
  switch (g_test_rand_int_range (0, 20))
    {
    case 0:
      return (gsize) g_test_rand_int_range (0, 300000);
    case 1:
      return (gsize) g_test_rand_int_range (0, 40000);
    default:
      return (gsize) g_test_rand_int_range (0, 50);
    }
}

static void
run_random_job (Fixture *fixture, guint64 seq, GString *texts[2])
{
  for (guint i = 0; i < 2; i++)
    {
      texts[i] = make_text (choose_length (), seq + i);
      write_stream (fixture, seq, i, texts[i]);
    }
  end (fixture, seq, FALSE);
}

/* Jobs 1 to @n in an order in which a job is at most @window places from where it belongs. */
static guint64 *
make_order (guint n, guint window)
{
  guint64 *order = g_new (guint64, n);

  for (guint i = 0; i < n; i++)
    order[i] = i + 1;
  for (guint i = 0; i < n; i++)
    {
      guint last = MIN (n - 1, i / window * window + window - 1);
      guint j = (guint) g_test_rand_int_range ((gint32) i, (gint32) last + 1);
      guint64 swapped = order[i];

      order[i] = order[j];
      order[j] = swapped;
    }
  return order;
}

static void
check_random_order (Fixture *fixture, ApoolOutputOrder order, guint n, guint window)
{
  g_autofree guint64 *seqs = make_order (n, window);
  g_autofree GString *(*texts)[2] = g_malloc0 (n * sizeof *texts);
  GString *expected[2] = { g_string_new (NULL), g_string_new (NULL) };

  open_files (fixture, order);
  for (guint i = 0; i < n; i++)
    {
      if (i % window == 0)
        for (guint j = i; j < MIN (n, i + window); j++)
          start (fixture, j + 1);
      run_random_job (fixture, seqs[i], texts[seqs[i] - 1]);
      if (g_test_rand_bit ())
        g_main_context_iteration (fixture->context, FALSE);
    }
  finish (fixture);
  for (guint i = 0; i < n; i++)
    for (guint stream = 0; stream < 2; stream++)
      {
        guint64 seq = order == APOOL_OUTPUT_INPUT_ORDER ? i + 1 : seqs[i];
        GString *text = texts[seq - 1][stream];

        g_string_append_len (expected[stream], text->str, (gssize) text->len);
        g_string_free (text, TRUE);
      }
  assert_file (fixture->fds[0], expected[0]->str, expected[0]->len);
  assert_file (fixture->fds[1], expected[1]->str, expected[1]->len);
  g_assert_cmpuint (fixture->n_failed, ==, 0);
  g_string_free (expected[0], TRUE);
  g_string_free (expected[1], TRUE);
}

static void
test_random_order (Fixture *fixture, gconstpointer data)
{
  check_random_order (fixture, APOOL_OUTPUT_INPUT_ORDER, 600, 600);
}

static void
test_random_window (Fixture *fixture, gconstpointer data)
{
  check_random_order (fixture, APOOL_OUTPUT_INPUT_ORDER, 600, 8);
}

static void
test_random_completion (Fixture *fixture, gconstpointer data)
{
  check_random_order (fixture, APOOL_OUTPUT_COMPLETION_ORDER, 600, 50);
}

static void
test_gaps (Fixture *fixture, gconstpointer data)
{
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  run (fixture, 1, "1 ");
  run (fixture, 3, "3 ");
  start (fixture, 400);
  print (fixture, 400, "400 ");
  end (fixture, 400, TRUE);
  start (fixture, 4);
  print (fixture, 4, "4 ");
  end (fixture, 4, TRUE);
  run (fixture, 900, "900 ");
  assert_printed (fixture, "1 ", "");
  finish (fixture);
  assert_printed (fixture, "1 3 900 4 400 ", "");
}

static void
test_ended (Fixture *fixture, gconstpointer data)
{
  g_auto (ApoolFd) fd = -1;

  g_test_summary ("an ended job gives way, unless it has begun to print");
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  for (guint64 seq = 1; seq <= 5; seq++)
    start (fixture, seq);
  print (fixture, 1, "1 ");
  print (fixture, 2, "2 ");
  fd = give_pipe (fixture, 2, APOOL_STREAM_STDERR);
  print (fixture, 4, "4 ");
  print (fixture, 5, "5 ");
  print (fixture, 1, "1b ");
  end (fixture, 1, TRUE);
  g_assert_cmpint (write (fd, "E2 ", 3), ==, 3);
  complain (fixture, 3, "");
  end (fixture, 2, TRUE);
  g_assert_cmpint (fixture->asked->len, ==, 0);
  /* The turn is at 3, which has printed nothing. */
  end (fixture, 3, TRUE);
  end (fixture, 5, TRUE);
  end (fixture, 4, FALSE);
  finish (fixture);
  assert_printed (fixture, "1 1b 2 4 5 ", "E2 ");
}

static void
test_ended_half_printed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = make_text (MIB, 1);
  g_autoptr (GString) printed = NULL;

  g_test_summary ("the ended job has begun to print, and the reader is slow");
  make_pipe (fixture);
  open_output (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  give (fixture, 1, APOOL_STREAM_STDOUT, text->str, text->len);
  run (fixture, 2, "two");
  end (fixture, 1, TRUE);
  printed = read_out (fixture, MIB + 3);
  g_assert_true (memcmp (printed->str, text->str, MIB) == 0);
  g_assert_cmpstr (printed->str + MIB, ==, "two");
}

static void
test_ended_unprinted (Fixture *fixture, gconstpointer data)
{
  g_auto (ApoolFd) fd = -1;

  g_test_summary ("the job whose turn it is has written, but nothing was printed yet");
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  start (fixture, 2);
  fd = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);
  g_assert_cmpint (write (fd, "1 ", 2), ==, 2);
  print (fixture, 2, "2 ");
  end (fixture, 1, TRUE);
  end (fixture, 2, FALSE);
  assert_printed (fixture, "2 ", "");
  finish (fixture);
  assert_printed (fixture, "2 1 ", "");
}

static void
test_ended_completion (Fixture *fixture, gconstpointer data)
{
  open_files (fixture, APOOL_OUTPUT_COMPLETION_ORDER);
  for (guint64 seq = 1; seq <= 3; seq++)
    start (fixture, seq);
  print (fixture, 1, "1 ");
  print (fixture, 2, "2 ");
  print (fixture, 3, "3 ");
  end (fixture, 3, TRUE);
  end (fixture, 2, FALSE);
  assert_printed (fixture, "2 ", "");
  end (fixture, 1, TRUE);
  finish (fixture);
  assert_printed (fixture, "2 3 1 ", "");
}

static void
test_unsettled (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("a job that was never reported as finished loses nothing");
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  for (guint64 seq = 1; seq <= 3; seq++)
    start (fixture, seq);
  print (fixture, 1, "1 ");
  print (fixture, 2, "2 ");
  print (fixture, 3, "3 ");
  end (fixture, 3, FALSE);
  finish (fixture);
  assert_printed (fixture, "1 3 2 ", "");
}

static void
test_finish_flushes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = make_text (MIB, 3);

  g_test_summary ("done comes after the last byte has left");
  make_pipe (fixture);
  open_output (fixture, APOOL_OUTPUT_INPUT_ORDER);
  run (fixture, 1, text->str);
  apool_output_finish (fixture->output);
  iterate (fixture);
  g_assert_cmpuint (fixture->n_done, ==, 0);
  g_string_free (read_out (fixture, MIB), TRUE);
  iterate (fixture);
  g_assert_cmpuint (fixture->n_done, ==, 1);
}

static void
test_asked (Fixture *fixture, gconstpointer data)
{
  gint64 begin;

  g_test_summary ("only the job whose turn it is is asked to stream, once, after a while");
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 2);
  g_assert_false (g_main_context_pending (fixture->context));
  begin = g_get_monotonic_time ();
  start (fixture, 1);
  while (fixture->asked->len == 0)
    g_main_context_iteration (fixture->context, TRUE);
  g_assert_cmpint (g_get_monotonic_time () - begin, >=, 20 * G_TIME_SPAN_MILLISECOND);
  g_assert_cmpuint (g_array_index (fixture->asked, guint64, 0), ==, 1);
  end (fixture, 1, FALSE);
  while (fixture->asked->len == 1)
    g_main_context_iteration (fixture->context, TRUE);
  g_assert_cmpuint (g_array_index (fixture->asked, guint64, 1), ==, 2);
}

static void
test_no_timer (Fixture *fixture, gconstpointer data)
{
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  g_assert_cmpint (get_timeout (fixture->context), ==, -1);
  start (fixture, 2);
  g_assert_cmpint (get_timeout (fixture->context), ==, -1);
  start (fixture, 1);
  g_assert_cmpint (get_timeout (fixture->context), >=, 0);
  end (fixture, 1, FALSE);
  end (fixture, 2, FALSE);
  g_assert_cmpint (get_timeout (fixture->context), ==, -1);
  start (fixture, 3);
  while (fixture->asked->len == 0)
    g_main_context_iteration (fixture->context, TRUE);
  g_assert_cmpint (get_timeout (fixture->context), ==, -1);
}

static void
test_congested (Fixture *fixture, gconstpointer data)
{
  ApoolOutputOrder order = GPOINTER_TO_INT (data);
  g_autoptr (GString) text = make_text (100 * KIB, 3);
  gsize total = 0;
  guint64 seq = 1;

  make_pipe (fixture);
  open_output (fixture, order);
  for (; total < 1300 * KIB; seq++, total += text->len)
    {
      iterate (fixture);
      g_assert_cmpuint (fixture->n_congested, ==, 0);
      run (fixture, seq, text->str);
    }
  iterate (fixture);
  g_assert_true (fixture->congested);
  while (fixture->congested)
    {
      g_autoptr (GString) part = drain (fixture->out);

      total -= part->len;
      g_main_context_iteration (fixture->context, TRUE);
    }
  g_assert_cmpuint (fixture->n_congested, ==, 2);
  /* Relief comes before everything has left the spool. */
  g_assert_cmpuint (total, >, 200 * KIB);
}

static void
test_not_congested (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = make_text (100 * KIB, 3);

  g_test_summary ("waiting for a slow job is not congestion");
  make_pipe (fixture);
  open_output (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  for (guint64 seq = 2; seq < 100; seq++)
    run (fixture, seq, text->str);
  iterate (fixture);
  g_assert_cmpuint (fixture->n_congested, ==, 0);
}

static void
check_flat_memory (Fixture *fixture, const char *text)
{
  const guint64 n = WITH_ASAN ? 100000 : 1000000;
  g_autofree char *line = g_malloc (strlen (text) + 1);
  gsize before;
  gsize size;

  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  before = get_resident_bytes ();
  for (guint64 seq = 2; seq <= n; seq++)
    {
      start (fixture, seq);
      if (*text)
        print (fixture, seq, text);
      end (fixture, seq, FALSE);
    }
  if (!WITH_ASAN) /* it keeps what was freed */
    g_assert_cmpuint (get_resident_bytes () - before, <, 4 * MIB);
  end (fixture, 1, FALSE);
  finish (fixture);
  if (!WITH_ASAN)
    g_assert_cmpuint (get_resident_bytes () - before, <, 4 * MIB);
  size = (gsize) lseek (fixture->fds[0], 0, SEEK_END);
  g_assert_cmpuint (size, ==, (n - 1) * strlen (text));
  if (size > 0)
    g_assert_cmpint (pread (fixture->fds[0], line, strlen (text), size / 2), >, 0);
}

static void
test_many_empty (Fixture *fixture, gconstpointer data)
{
  check_flat_memory (fixture, "");
}

static void
test_many_small (Fixture *fixture, gconstpointer data)
{
  check_flat_memory (fixture, "ten bytes\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
#define ADD_WITH(path, func, data) g_test_add (path, Fixture, data, set_up, func, tear_down)
#define ADD(path, func) ADD_WITH (path, func, NULL)
  ADD ("/output/input-order", test_input_order);
  ADD ("/output/skipped", test_skipped);
  ADD ("/output/skipped-completion", test_skipped_completion);
  ADD ("/output/skipped-congested", test_skipped_congested);
  ADD ("/output/completion-order", test_completion_order);
  ADD ("/output/nothing", test_nothing);
  ADD ("/output/random-order", test_random_order);
  ADD ("/output/random-window", test_random_window);
  ADD ("/output/random-completion", test_random_completion);
  ADD ("/output/gaps", test_gaps);
  ADD ("/output/ended", test_ended);
  ADD ("/output/ended-half-printed", test_ended_half_printed);
  ADD ("/output/ended-unprinted", test_ended_unprinted);
  ADD ("/output/ended-completion", test_ended_completion);
  ADD ("/output/unsettled", test_unsettled);
  ADD ("/output/finish-flushes", test_finish_flushes);
  ADD ("/output/asked", test_asked);
  ADD ("/output/no-timer", test_no_timer);
  ADD_WITH ("/output/congested/input-order", test_congested,
            GINT_TO_POINTER (APOOL_OUTPUT_INPUT_ORDER));
  ADD_WITH ("/output/congested/completion-order", test_congested,
            GINT_TO_POINTER (APOOL_OUTPUT_COMPLETION_ORDER));
  ADD ("/output/not-congested", test_not_congested);
  ADD ("/output/many-empty", test_many_empty);
  ADD ("/output/many-small", test_many_small);
#undef ADD
#undef ADD_WITH
  return g_test_run ();
}
