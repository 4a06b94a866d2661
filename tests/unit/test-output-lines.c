/* SPDX-License-Identifier: MIT */
/* Lines of several jobs, as they are written: whole, each with its bytes, whatever the pieces. */

#include <signal.h>

#include "output-fixture.h"

static void
open_mixed (Fixture *fixture)
{
  open_output_with (fixture, (ApoolOutputConfig){
                                 .order = APOOL_OUTPUT_COMPLETION_ORDER,
                                 .unit = APOOL_OUTPUT_LINES,
                             });
}

static void
test_lines (Fixture *fixture, gconstpointer data)
{
  make_files (fixture);
  open_mixed (fixture);
  start (fixture, 1);
  start (fixture, 2);
  print (fixture, 1, "one\nhal");
  print (fixture, 2, "two\n");
  assert_printed (fixture, "one\ntwo\n", "");
  print (fixture, 1, "f\nmore\nrest");
  complain (fixture, 2, "error\n");
  assert_printed (fixture, "one\ntwo\nhalf\nmore\n", "error\n");
  end (fixture, 1, FALSE);
  assert_printed (fixture, "one\ntwo\nhalf\nmore\nrest", "error\n");
  end (fixture, 2, FALSE);
  finish (fixture);
  assert_printed (fixture, "one\ntwo\nhalf\nmore\nrest", "error\n");
}

/* A newline that is missing is added where a line follows, of whatever job. */
static void
test_last_lines (Fixture *fixture, gconstpointer data)
{
  make_files (fixture);
  open_mixed (fixture);
  for (guint64 seq = 1; seq <= 3; seq++)
    run (fixture, seq, "end");
  assert_printed (fixture, "end\nend\nend", "");
  finish (fixture);
  assert_printed (fixture, "end\nend\nend", "");
}

/* Standard output and error are the same file. */
static void
test_shared (Fixture *fixture, gconstpointer data)
{
  fixture->fds[0] = make_file ();
  fixture->fds[1] = dup (fixture->fds[0]);
  open_mixed (fixture);
  start (fixture, 1);
  print (fixture, 1, "half");
  complain (fixture, 1, "error\n");
  print (fixture, 1, " line\n");
  complain (fixture, 1, "last error");
  print (fixture, 1, "last");
  end (fixture, 1, FALSE);
  finish (fixture);
  assert_file (fixture->fds[0], "error\nhalf line\nlast\nlast error", 31);
}

/* Lines of our own are never within one of a job's. */
static void
test_say (Fixture *fixture, gconstpointer data)
{
  make_files (fixture);
  open_mixed (fixture);
  start (fixture, 1);
  complain (fixture, 1, "half");
  apool_output_say (fixture->output, "said");
  complain (fixture, 1, " line\nend");
  end (fixture, 1, FALSE);
  iterate (fixture);
  apool_output_say (fixture->output, "said again");
  finish (fixture);
  assert_printed (fixture, "", "said\nhalf line\nend\nsaid again\n");
}

/* What an attempt has printed live cannot be taken back, so where jobs are tried again nothing is
 * printed live; nor where only failed jobs are shown. */
static void
test_held (Fixture *fixture, gconstpointer data)
{
  make_files (fixture);
  open_output_with (fixture, (ApoolOutputConfig){
                                 .order = APOOL_OUTPUT_COMPLETION_ORDER,
                                 .unit = APOOL_OUTPUT_LINES,
                                 .holds = TRUE,
                             });
  start (fixture, 1);
  print (fixture, 1, "line\n");
  assert_printed (fixture, "", "");
  end (fixture, 1, FALSE);
  finish (fixture);
  assert_printed (fixture, "line\n", "");
}

/* In input order the job whose turn it is prints, and no other. */
static void
test_input_order (Fixture *fixture, gconstpointer data)
{
  make_files (fixture);
  open_output_with (fixture, (ApoolOutputConfig){ .unit = APOOL_OUTPUT_LINES });
  start (fixture, 1);
  start (fixture, 2);
  print (fixture, 2, "two\n");
  print (fixture, 1, "one\n");
  assert_printed (fixture, "one\n", "");
  end (fixture, 2, FALSE);
  end (fixture, 1, FALSE);
  finish (fixture);
  assert_printed (fixture, "one\ntwo\n", "");
}

#define N_JOBS 5
#define N_LINES 400

/* Line @line of job @seq: of any length up to some 100 KiB, and most of them short. */
static GString *
make_line (guint64 seq, guint line, GRand *rand)
{
  gsize length = (gsize) g_rand_int_range (rand, 0, 40);
  GString *text = g_string_new (NULL);

  if (g_rand_int_range (rand, 0, 50) == 0)
    length = (gsize) g_rand_int_range (rand, 0, 100 * 1024);
  g_string_printf (text, "%" G_GUINT64_FORMAT " %u ", seq, line);
  for (gsize i = 0; i < length; i++)
    g_string_append_c (text, (char) ('a' + seq));
  g_string_append_c (text, '\n');
  return text;
}

/* Takes a whole line from @out, and checks that it is the next one of its job. */
static void
check_line (GString *out, const char *newline, const GString *texts[], gsize done[])
{
  gsize length = (gsize) (newline - out->str) + 1;
  guint seq = (guint) (out->str[0] - '1');

  g_assert_cmpuint (seq, <, N_JOBS);
  g_assert_cmpuint (done[seq] + length, <=, texts[seq]->len);
  g_assert_true (memcmp (texts[seq]->str + done[seq], out->str, length) == 0);
  done[seq] += length;
  g_string_erase (out, 0, (gssize) length);
}

static void
check_lines (GString *out, const GString *texts[], gsize done[])
{
  const char *newline;

  while ((newline = memchr (out->str, '\n', out->len)))
    check_line (out, newline, texts, done);
}

/* Takes what has come out, and checks the lines of it that are whole. */
static void
take (Fixture *fixture, GString *out, GString *texts[], gsize done[])
{
  g_autoptr (GString) part = NULL;

  iterate (fixture);
  part = drain (fixture->out);
  g_string_append_len (out, part->str, (gssize) part->len);
  check_lines (out, (const GString **) texts, done);
}

static void
give_pieces (Fixture *fixture, GString *texts[], GRand *rand, GString *out, gsize done[])
{
  gsize given[N_JOBS] = { 0 };
  gsize n_left = 0;

  for (guint i = 0; i < N_JOBS; i++)
    n_left += texts[i]->len;
  while (n_left > 0)
    {
      guint i = (guint) g_rand_int_range (rand, 0, N_JOBS);
      gsize length = (gsize) g_rand_int_range (rand, 1, 30000);
      gsize n = MIN (texts[i]->len - given[i], length);

      give (fixture, i + 1, APOOL_STREAM_STDOUT, texts[i]->str + given[i], n);
      given[i] += n;
      n_left -= n;
      if (g_rand_int_range (rand, 0, 4) == 0)
        take (fixture, out, texts, done);
    }
}

/* Whatever pieces come, and however slowly they are taken, lines are whole and in their job's
 * order. */
static void
test_random (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (GPOINTER_TO_UINT (data));
  g_autoptr (GString) out = g_string_new (NULL);
  GString *texts[N_JOBS];
  gsize done[N_JOBS] = { 0 };

  make_pipe (fixture);
  g_assert_true (apool_fd_set_nonblocking (fixture->out, NULL));
  open_mixed (fixture);
  for (guint i = 0; i < N_JOBS; i++)
    {
      texts[i] = g_string_new (NULL);
      start (fixture, i + 1);
      for (guint line = 0; line < N_LINES; line++)
        {
          g_autoptr (GString) text = make_line (i + 1, line, rand);

          g_string_append_len (texts[i], text->str, (gssize) text->len);
        }
    }
  give_pieces (fixture, texts, rand, out, done);
  for (guint i = 0; i < N_JOBS; i++)
    end (fixture, i + 1, FALSE);
  apool_output_finish (fixture->output);
  while (fixture->n_done == 0)
    take (fixture, out, texts, done);
  take (fixture, out, texts, done);
  for (guint i = 0; i < N_JOBS; i++)
    {
      g_assert_cmpuint (done[i], ==, texts[i]->len);
      g_string_free (texts[i], TRUE);
    }
  g_assert_cmpuint (out->len, ==, 0);
}

/* A job whose lines wait is not read, and no jobs are started. */
static void
test_slow_reader (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = make_text (MIB, 1);
  g_autoptr (GString) out = NULL;
  int fd;

  for (gsize i = 99; i < text->len; i += 100)
    text->str[i] = '\n';
  make_pipe (fixture);
  g_assert_true (apool_fd_set_nonblocking (fixture->out, NULL));
  open_mixed (fixture);
  start (fixture, 1);
  start (fixture, 2);
  fd = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);
  for (guint i = 0; i < 2; i++)
    give (fixture, 2, APOOL_STREAM_STDOUT, text->str, text->len);
  iterate (fixture);
  g_assert_true (fixture->congested);
  for (gssize n = 1; n > 0;)
    {
      n = write (fd, text->str, 100);
      iterate (fixture);
    }
  g_assert_cmpint (errno, ==, EAGAIN);
  g_assert_cmpuint (apool_output_get_n_waiting (fixture->output), ==, 0);
  end (fixture, 2, FALSE);
  g_assert_cmpuint (apool_output_get_n_waiting (fixture->output), ==, 1);
  out = read_out (fixture, 2 * text->len);
  g_assert_true (memcmp (out->str, text->str, text->len) == 0);
  iterate (fixture);
  g_assert_false (fixture->congested);
  g_assert_cmpuint (apool_output_get_n_waiting (fixture->output), ==, 0);
  (void) close (fd);
}

int
main (int argc, char **argv)
{
#define ADD(name, func) g_test_add ("/output-lines/" name, Fixture, NULL, set_up, func, tear_down)
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
  ADD ("lines", test_lines);
  ADD ("last-lines", test_last_lines);
  ADD ("shared", test_shared);
  ADD ("say", test_say);
  ADD ("held", test_held);
  ADD ("input-order", test_input_order);
  ADD ("slow-reader", test_slow_reader);
#undef ADD
  g_test_add ("/output-lines/random/1", Fixture, GUINT_TO_POINTER (1), set_up, test_random,
              tear_down);
  g_test_add ("/output-lines/random/2", Fixture, GUINT_TO_POINTER (2), set_up, test_random,
              tear_down);
  return g_test_run ();
}
