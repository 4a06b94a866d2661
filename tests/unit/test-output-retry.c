/* SPDX-License-Identifier: MIT */
/* Attempts that do not count: nothing is left of them, in what is printed and in what is held, once
 * the next one has begun. */

#include <dirent.h>
#include <signal.h>
#include <sys/stat.h>

#include "output-fixture.h"

#define ORDER(data) ((ApoolOutputOrder) GPOINTER_TO_INT (data))

static void
open_holding (Fixture *fixture, ApoolOutputOrder order)
{
  make_files (fixture);
  open_output_with (fixture, (ApoolOutputConfig){ .order = order, .holds = TRUE });
}

/* What the output has open. @directory, where it is not NULL: only what is in that.
 * Returns: how many; @info: about the last one */
static guint
count_open (const char *directory, struct stat *info)
{
  DIR *fds = opendir ("/proc/self/fd");
  struct dirent *entry;
  guint n = 0;

  g_assert_nonnull (fds);
  while ((entry = readdir (fds)))
    {
      char target[4096];
      gssize length = readlinkat (dirfd (fds), entry->d_name, target, sizeof target - 1);

      if (length < 0)
        continue;
      target[length] = '\0';
      if (directory && !g_str_has_prefix (target, directory))
        continue;
      g_assert_cmpint (fstatat (dirfd (fds), entry->d_name, info, 0), ==, 0);
      n++;
    }
  closedir (fds);
  return n;
}

static guint
count_fds (void)
{
  struct stat info;

  return count_open (NULL, &info);
}

static void
test_small (Fixture *fixture, gconstpointer data)
{
  gboolean by_input = ORDER (data) == APOOL_OUTPUT_INPUT_ORDER;

  open_holding (fixture, ORDER (data));
  start (fixture, 1);
  start (fixture, 2);
  print (fixture, 1, "bad ");
  complain (fixture, 1, "bad ");
  fail_attempt (fixture, 1);
  print (fixture, 2, "two ");
  end (fixture, 2, FALSE);
  assert_printed (fixture, by_input ? "" : "two ", "");
  start (fixture, 1);
  print (fixture, 1, "worse ");
  fail_attempt (fixture, 1);
  fail_attempt (fixture, 1); /* lost before it was started again */
  start (fixture, 1);
  print (fixture, 1, "good ");
  complain (fixture, 1, "well ");
  assert_printed (fixture, by_input ? "" : "two ", "");
  end (fixture, 1, FALSE);
  assert_printed (fixture, by_input ? "good two " : "two good ", "well ");
  g_assert_cmpuint (apool_output_get_n_waiting (fixture->output), ==, 0);
  finish (fixture);
}

static void
test_large (Fixture *fixture, gconstpointer data)
{
  g_autofree char *directory = g_dir_make_tmp ("apool-XXXXXX", NULL);
  g_autoptr (GString) bad = make_text (3 * MIB + 5, 1);
  g_autoptr (GString) good = make_text (2 * MIB + 7, 2);
  struct stat spool;

  g_test_summary (
      "what is in the spool is given back when the next attempt begins, however it came");
  make_files (fixture);
  open_output_with (fixture, (ApoolOutputConfig){
                                 .order = ORDER (data),
                                 .holds = TRUE,
                                 .spool_directory = directory,
                             });
  for (guint i = 0; i < 4; i++)
    {
      g_auto (ApoolFd) fd = -1;

      start (fixture, 1);
      start (fixture, 2);
      give (fixture, 1, APOOL_STREAM_STDOUT, bad->str, bad->len);
      fd = give_pipe (fixture, 2, APOOL_STREAM_STDERR);
      write_pipe (fixture, fd, bad);
      iterate (fixture);
      g_assert_cmpuint (count_open (directory, &spool), ==, 1);
      g_assert_cmpint (spool.st_size, >, 6 * MIB);
      fail_attempt (fixture, 1);
      fail_attempt (fixture, 2);
      start (fixture, 1);
      start (fixture, 2);
      g_assert_cmpuint (count_open (directory, &spool), ==, 1);
      g_assert_cmpint (spool.st_size, ==, 0);
    }
  start (fixture, 1);
  give (fixture, 1, APOOL_STREAM_STDOUT, good->str, good->len);
  end (fixture, 1, FALSE);
  finish (fixture);
  assert_file (fixture->fds[0], good->str, good->len);
  assert_file (fixture->fds[1], "", 0);
  g_assert_cmpint (rmdir (directory), ==, 0);
}

static void
test_pipes (Fixture *fixture, gconstpointer data)
{
  guint n_before;

  g_test_summary ("pipes that were passed are closed");
  open_holding (fixture, ORDER (data));
  n_before = count_fds ();
  for (guint i = 0; i < 3; i++)
    {
      g_auto (ApoolFd) out = -1;
      g_auto (ApoolFd) err = -1;

      start (fixture, 1);
      print (fixture, 1, "bad inline ");
      out = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);
      err = give_pipe (fixture, 1, APOOL_STREAM_STDERR);
      g_assert_cmpint (write (out, "bad ", 4), ==, 4);
      iterate (fixture);
      g_assert_cmpint (write (out, "unread ", 7), ==, 7);
      fail_attempt (fixture, 1);
      g_assert_cmpint (write (out, "x", 1), ==, -1);
      g_assert_cmpint (errno, ==, EPIPE);
      g_assert_cmpint (write (err, "x", 1), ==, -1);
    }
  g_assert_cmpuint (count_fds (), ==, n_before);
  start (fixture, 1);
  {
    g_auto (ApoolFd) out = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);

    g_assert_cmpint (write (out, "good ", 5), ==, 5);
    end (fixture, 1, FALSE);
  }
  finish (fixture);
  assert_printed (fixture, "good ", "");
  g_assert_cmpuint (count_fds (), ==, n_before);
}

static void
test_turns (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("the turn waits for a job that is to be tried again");
  open_holding (fixture, APOOL_OUTPUT_INPUT_ORDER);
  run (fixture, 1, "1 ");
  start (fixture, 2); /* its turn is there */
  print (fixture, 2, "bad ");
  run (fixture, 3, "3 ");
  assert_printed (fixture, "1 ", "");
  fail_attempt (fixture, 2);
  assert_printed (fixture, "1 ", "");
  g_assert_cmpuint (apool_output_get_n_waiting (fixture->output), ==, 1);
  run (fixture, 4, "4 ");
  assert_printed (fixture, "1 ", "");
  run (fixture, 2, "2 ");
  assert_printed (fixture, "1 2 3 4 ", "");
  finish (fixture);
}

static void
test_given_up (Fixture *fixture, gconstpointer data)
{
  gboolean by_input = ORDER (data) == APOOL_OUTPUT_INPUT_ORDER;

  g_test_summary ("what a job that is never started again wrote last is what it wrote");
  open_holding (fixture, ORDER (data));
  start (fixture, 1);
  print (fixture, 1, "worse ");
  fail_attempt (fixture, 1);
  start (fixture, 1);
  print (fixture, 1, "bad ");
  complain (fixture, 1, "woe ");
  fail_attempt (fixture, 1);
  run (fixture, 2, "2 ");
  assert_printed (fixture, by_input ? "" : "2 ", "");
  end (fixture, 1, FALSE);
  assert_printed (fixture, by_input ? "bad 2 " : "2 bad ", "woe ");
  start (fixture, 3);
  print (fixture, 3, "3 ");
  fail_attempt (fixture, 3);
  run (fixture, 4, "4 ");
  end (fixture, 3, FALSE);
  finish (fixture);
  assert_printed (fixture, by_input ? "bad 2 3 4 " : "2 bad 4 3 ", "woe ");
  g_assert_cmpuint (apool_output_get_n_waiting (fixture->output), ==, 0);
}

/* Retries job 1, which has written more than half of what the spool holds. */
static void
fill_and_retry (Fixture *fixture, const GString *text)
{
  make_files (fixture);
  open_output_with (fixture, (ApoolOutputConfig){
                                 .order = APOOL_OUTPUT_COMPLETION_ORDER,
                                 .holds = TRUE,
                                 .spool_limit = MIB,
                             });
  start (fixture, 1);
  give (fixture, 1, APOOL_STREAM_STDOUT, text->str, text->len);
  fail_attempt (fixture, 1);
}

static void
test_given_up_large (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = make_text (700 * KIB, 1);

  g_test_summary ("however much it is");
  fill_and_retry (fixture, text);
  end (fixture, 1, FALSE);
  finish (fixture);
  assert_file (fixture->fds[0], text->str, text->len);
  assert_file (fixture->fds[1], "", 0);
}

static void
test_given_up_full (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = make_text (700 * KIB, 1);
  g_autoptr (GString) other = make_text (700 * KIB, 2);
  static const char notice[] =
      "apool: job 1: what it wrote is dropped: outputs that wait had no room: use a larger "
      "--tmp-limit or another --tmpdir\n";

  g_test_summary ("where there is no room for others it makes some, and that is said");
  fill_and_retry (fixture, text);
  start (fixture, 2);
  give (fixture, 2, APOOL_STREAM_STDOUT, other->str, other->len);
  iterate (fixture);
  g_assert_false (fixture->congested);
  end (fixture, 2, FALSE);
  end (fixture, 1, FALSE);
  finish (fixture);
  g_assert_cmpuint (fixture->n_failed, ==, 0);
  assert_file (fixture->fds[0], other->str, other->len);
  assert_file (fixture->fds[1], notice, strlen (notice));
}

static void
test_ended (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("held jobs that the pool ends give way too");
  open_holding (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  start (fixture, 2);
  print (fixture, 1, "1 ");
  print (fixture, 2, "2 ");
  end (fixture, 1, TRUE);
  end (fixture, 2, FALSE);
  assert_printed (fixture, "2 ", "");
  finish (fixture);
  assert_printed (fixture, "2 1 ", "");
}

static void
test_never_streams (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("no held job is asked to stream, and nothing waits for a time");
  open_holding (fixture, ORDER (data));
  start (fixture, 1);
  g_assert_cmpint (get_timeout (fixture->context), ==, -1);
  print (fixture, 1, "one ");
  g_assert_cmpint (get_timeout (fixture->context), ==, -1);
  assert_printed (fixture, "", "");
  fail_attempt (fixture, 1);
  start (fixture, 1);
  g_assert_cmpint (get_timeout (fixture->context), ==, -1);
  end (fixture, 1, FALSE);
  finish (fixture);
  g_assert_cmpuint (fixture->asked->len, ==, 0);
}

static void
test_congested (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = make_text (100 * KIB, 3);

  g_test_summary ("held jobs that are finished congest the output as others do, running ones not");
  make_pipe (fixture);
  open_output_with (fixture, (ApoolOutputConfig){ .order = ORDER (data), .holds = TRUE });
  start (fixture, 1);
  for (guint i = 0; i < 20; i++)
    give (fixture, 1, APOOL_STREAM_STDOUT, text->str, text->len);
  iterate (fixture);
  g_assert_false (fixture->congested);
  fail_attempt (fixture, 1);
  for (guint64 seq = 1; seq <= 20; seq++)
    run (fixture, seq, text->str);
  iterate (fixture);
  g_assert_true (fixture->congested);
  g_string_free (read_out (fixture, 20 * text->len), TRUE);
  iterate (fixture);
  g_assert_false (fixture->congested);
  g_assert_cmpuint (fixture->n_congested, ==, 2);
}

static void
test_live_unprinted (Fixture *fixture, gconstpointer data)
{
  g_auto (ApoolFd) fd = -1;

  g_test_summary ("the job that prints live is retried before it has printed");
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  fd = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);
  g_assert_cmpint (write (fd, "bad ", 4), ==, 4);
  fail_attempt (fixture, 1);
  g_assert_cmpint (get_timeout (fixture->context), ==, -1); /* nobody is to be asked */
  run (fixture, 2, "2 ");
  start (fixture, 1);
  while (fixture->asked->len == 0)
    g_main_context_iteration (fixture->context, TRUE);
  g_assert_cmpuint (g_array_index (fixture->asked, guint64, 0), ==, 1);
  print (fixture, 1, "1 ");
  assert_printed (fixture, "1 ", "");
  end (fixture, 1, FALSE);
  finish (fixture);
  assert_printed (fixture, "1 2 ", "");
}

static void
test_live_printed (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("where jobs are not held, what has been printed stays, and the rest follows");
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  start (fixture, 2);
  print (fixture, 2, "bad 2 ");
  print (fixture, 1, "half");
  complain (fixture, 1, "half");
  fail_attempt (fixture, 2);
  apool_output_say (fixture->output, "ours\n");
  assert_printed (fixture, "half", "half");
  fail_attempt (fixture, 1);
  assert_printed (fixture, "half", "half\nours\n");
  start (fixture, 2);
  print (fixture, 2, "2 ");
  start (fixture, 1);
  print (fixture, 1, " whole ");
  assert_printed (fixture, "half whole ", "half\nours\n");
  end (fixture, 1, FALSE);
  end (fixture, 2, FALSE);
  assert_printed (fixture, "half whole 2 ", "half\nours\n");
  g_assert_cmpuint (apool_output_get_n_waiting (fixture->output), ==, 0);
  finish (fixture);
}

static void
take_out (Fixture *fixture, GString *printed)
{
  g_autoptr (GString) part = drain (fixture->out);

  g_string_append_len (printed, part->str, (gssize) part->len);
}

static void
test_live_blocked (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = make_text (2 * MIB, 1);
  g_autoptr (GString) printed = NULL;
  gsize n;

  g_test_summary ("what waits for a slow reader is dropped, and does not congest any more");
  make_pipe (fixture);
  open_output (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  give (fixture, 1, APOOL_STREAM_STDOUT, text->str, text->len);
  iterate (fixture);
  g_assert_true (fixture->congested);
  fail_attempt (fixture, 1);
  iterate (fixture);
  g_assert_false (fixture->congested);
  run (fixture, 1, "1 ");
  run (fixture, 2, "2 ");
  apool_output_finish (fixture->output);
  printed = g_string_new (NULL);
  while (fixture->n_done == 0)
    {
      take_out (fixture, printed);
      g_main_context_iteration (fixture->context, TRUE);
    }
  take_out (fixture, printed);
  n = printed->len - 4;
  g_assert_cmpuint (n, <, MIB);
  g_assert_true (memcmp (printed->str, text->str, n) == 0);
  g_assert_cmpstr (printed->str + n, ==, "1 2 ");
}

static void
test_after_failure (Fixture *fixture, gconstpointer data)
{
  fixture->fds[0] = open ("/dev/full", O_WRONLY | O_CLOEXEC);
  fixture->fds[1] = make_file ();
  open_output (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  print (fixture, 1, "lost");
  fail_attempt (fixture, 1);
  start (fixture, 1);
  print (fixture, 1, "lost");
  iterate (fixture);
  g_assert_cmpuint (fixture->n_failed, ==, 1);
  fail_attempt (fixture, 1);
  run (fixture, 1, "lost too");
  finish (fixture);
}

/* An attempt that writes something to both streams, by any of the ways. */
static void
attempt (Fixture *fixture, guint64 seq, GString *texts[2])
{
  start (fixture, seq);
  for (guint i = 0; i < 2; i++)
    {
      gsize length = (gsize) g_test_rand_int_range (0, g_test_rand_int_range (0, 8) ? 50 : 300000);

      texts[i] = make_text (length, (guint64) g_test_rand_int ());
      if (g_test_rand_bit ())
        give (fixture, seq, i, texts[i]->str, length);
      else
        {
          g_auto (ApoolFd) fd = give_pipe (fixture, seq, i);

          write_pipe (fixture, fd, texts[i]);
        }
    }
}

static void
drop_texts (GString *texts[2])
{
  for (guint i = 0; i < 2; i++)
    g_string_free (g_steal_pointer (&texts[i]), TRUE);
}

/* Checks that what the jobs last wrote is printed, in the order of @seqs, and frees @texts. */
static void
check_texts (Fixture *fixture, GString *(*texts)[2], const GArray *seqs)
{
  for (guint stream = 0; stream < 2; stream++)
    {
      g_autoptr (GString) expected = g_string_new (NULL);

      for (guint i = 0; i < seqs->len; i++)
        {
          const GString *text = texts[g_array_index (seqs, guint64, i)][stream];

          g_string_append_len (expected, text->str, (gssize) text->len);
        }
      assert_file (fixture->fds[stream], expected->str, expected->len);
    }
  for (guint i = 0; i < seqs->len; i++)
    drop_texts (texts[g_array_index (seqs, guint64, i)]);
}

static int
compare_seqs (gconstpointer a, gconstpointer b)
{
  return *(const guint64 *) a < *(const guint64 *) b ? -1 : 1;
}

static void
test_random (Fixture *fixture, gconstpointer data)
{
  enum
  {
    N_JOBS = 400,
    N_RUNNING = 8
  };
  GString *texts[N_JOBS + 1][2] = { 0 };
  g_autoptr (GArray) finished = g_array_new (FALSE, FALSE, sizeof (guint64));
  guint64 running[N_RUNNING];
  guint64 next = 1;
  guint n = 0;

  g_test_summary ("several jobs at once, of which any is retried or finished next");
  open_holding (fixture, ORDER (data));
  while (finished->len < N_JOBS)
    {
      guint64 *seq;

      for (; n < N_RUNNING && next <= N_JOBS; n++, next++)
        attempt (fixture, running[n] = next, texts[next]);
      seq = &running[g_test_rand_int_range (0, (gint32) n)];
      if (g_test_rand_bit ())
        {
          fail_attempt (fixture, *seq);
          drop_texts (texts[*seq]);
          attempt (fixture, *seq, texts[*seq]);
          continue;
        }
      end (fixture, *seq, FALSE);
      g_array_append_val (finished, *seq);
      *seq = running[--n];
    }
  finish (fixture);
  if (ORDER (data) == APOOL_OUTPUT_INPUT_ORDER)
    g_array_sort (finished, compare_seqs);
  check_texts (fixture, texts, finished);
  g_assert_cmpuint (fixture->n_failed, ==, 0);
}

/* One of very many attempts that do not count: mostly small, some by pipe, some in the spool. */
static void
fail_once (Fixture *fixture, guint64 seq, guint i, const GString *large)
{
  start (fixture, seq);
  print (fixture, seq, "ten bytes\n");
  if (i % 100 == 0)
    give (fixture, seq, APOOL_STREAM_STDERR, large->str, large->len);
  if (i % 10 == 0)
    {
      g_auto (ApoolFd) fd = give_pipe (fixture, seq, APOOL_STREAM_STDOUT);

      g_assert_cmpint (write (fd, "more", 4), ==, 4);
    }
  fail_attempt (fixture, seq);
}

static void
test_many (Fixture *fixture, gconstpointer data)
{
  g_autofree char *directory = g_dir_make_tmp ("apool-XXXXXX", NULL);
  g_autoptr (GString) large = make_text (300 * KIB, 1);
  struct stat spool;
  gsize before;
  guint n_before;

  g_test_summary ("100,000 attempts that do not count, while a job holds a little");
  make_files (fixture);
  open_output_with (fixture, (ApoolOutputConfig){
                                 .order = ORDER (data),
                                 .holds = TRUE,
                                 .spool_directory = directory,
                             });
  start (fixture, 1);
  print (fixture, 1, "1 ");
  fail_once (fixture, 2, 0, large); /* makes the file */
  n_before = count_fds ();
  before = get_resident_bytes ();
  for (guint i = 1; i <= 100000; i++)
    fail_once (fixture, 2 + i % 5, i, large);
  if (!WITH_ASAN) /* it keeps what was freed */
    g_assert_cmpuint (get_resident_bytes () - before, <, 4 * MIB);
  g_assert_cmpuint (count_fds (), ==, n_before);
  g_assert_cmpuint (count_open (directory, &spool), ==, 1);
  g_assert_cmpint (spool.st_blocks * 512, <, 4 * MIB);
  end (fixture, 1, FALSE);
  for (guint64 seq = 2; seq <= 6; seq++)
    run (fixture, seq, "+");
  finish (fixture);
  g_assert_cmpuint (count_open (directory, &spool), ==, 1);
  g_assert_cmpint (spool.st_size, ==, 0);
  assert_printed (fixture, "1 +++++", "");
  g_assert_cmpint (rmdir (directory), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
#define ADD_WITH(path, func, data) g_test_add (path, Fixture, data, set_up, func, tear_down)
#define ADD(path, func) ADD_WITH (path, func, NULL)
#define ADD_BOTH(path, func)                                                                       \
  ADD_WITH (path "/input-order", func, GINT_TO_POINTER (APOOL_OUTPUT_INPUT_ORDER));                \
  ADD_WITH (path "/completion-order", func, GINT_TO_POINTER (APOOL_OUTPUT_COMPLETION_ORDER))
  ADD_BOTH ("/output-retry/small", test_small);
  ADD_BOTH ("/output-retry/large", test_large);
  ADD_BOTH ("/output-retry/pipes", test_pipes);
  ADD ("/output-retry/turns", test_turns);
  ADD_BOTH ("/output-retry/given-up", test_given_up);
  ADD ("/output-retry/given-up-large", test_given_up_large);
  ADD ("/output-retry/given-up-full", test_given_up_full);
  ADD ("/output-retry/ended", test_ended);
  ADD_BOTH ("/output-retry/never-streams", test_never_streams);
  ADD_BOTH ("/output-retry/congested", test_congested);
  ADD ("/output-retry/live-unprinted", test_live_unprinted);
  ADD ("/output-retry/live-printed", test_live_printed);
  ADD ("/output-retry/live-blocked", test_live_blocked);
  ADD ("/output-retry/after-failure", test_after_failure);
  ADD_BOTH ("/output-retry/random", test_random);
  ADD_BOTH ("/output-retry/many", test_many);
#undef ADD
#undef ADD_WITH
#undef ADD_BOTH
  return g_test_run ();
}
