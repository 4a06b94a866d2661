/* SPDX-License-Identifier: MIT */
/* What becomes of jobs whose output cannot be kept: they wait, and the one that prints goes on. */

#include "output-fixture.h"
#include "sinks/apool-table-csv.h"

/* What is kept in memory where the disk has no room: what a spool has in any case, and of some
 * flows each a read and an address in a region. */
#define MEMORY_BYTES (512 * KIB)

#define PIPE_BYTES (64 * KIB)

/* What a job writes at a time: never so much that its pipe is full, since one that fills it faster
 * than it is emptied is held back for a moment (apool-pace.c), which is not looked at here. */
#define PIECE_BYTES (PIPE_BYTES / 2)

static void
open_limited (Fixture *fixture, ApoolOutputConfig config)
{
  make_files (fixture);
  config.spool_limit = MIB;
  open_output_with (fixture, config);
}

/* Writes to a job's pipe what the output lets it: @done bytes of @text are written before.
 * Returns: how many are then */
static gsize
fill (Fixture *fixture, int fd, const GString *text, gsize done)
{
  gssize n = 1;

  while (done < text->len && n > 0)
    {
      iterate (fixture);
      n = write (fd, text->str + done, MIN (text->len - done, PIECE_BYTES));
      g_assert_true (n > 0 || errno == EAGAIN);
      done += n > 0 ? (gsize) n : 0;
    }
  iterate (fixture);
  return done;
}

/* The same; all has to be taken. */
static void
fill_all (Fixture *fixture, int *fd, const GString *text, gsize done)
{
  g_assert_cmpuint (fill (fixture, *fd, text, done), ==, text->len);
  apool_fd_clear (fd);
  iterate (fixture);
}

static void
wait_failed (Fixture *fixture)
{
  g_autofree char *prefix = g_strdup_printf ("--tmpdir: %s: full: ", g_get_tmp_dir ());

  while (fixture->n_failed == 0)
    g_main_context_iteration (fixture->context, TRUE);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  g_assert_true (g_str_has_prefix (fixture->error->message, prefix));
  g_assert_nonnull (strstr (fixture->error->message, "--tmp-limit"));
}

/* Nothing happens that was not asked for, and no time is waited for. */
static void
assert_quiet (Fixture *fixture)
{
  iterate (fixture);
  g_assert_cmpuint (fixture->n_failed, ==, 0);
  g_assert_cmpint (get_timeout (fixture->context), ==, -1);
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) first = make_text (4 * MIB, 1);
  g_autoptr (GString) second = make_text (4 * MIB, 2);
  g_auto (ApoolFd) fds_1 = -1;
  g_auto (ApoolFd) fds_2 = -1;
  gsize done;

  g_test_summary ("the job whose turn it is goes on without the spool; then the next one");
  open_limited (fixture, (ApoolOutputConfig){ 0 });
  start (fixture, 1);
  start (fixture, 2);
  fds_1 = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);
  fds_2 = give_pipe (fixture, 2, APOOL_STREAM_STDOUT);
  done = fill (fixture, fds_2, second, 0);
  g_assert_cmpuint (done, >=, MIB);
  g_assert_cmpuint (done, <=, MIB + MEMORY_BYTES + PIPE_BYTES);
  g_assert_true (fixture->congested);
  fill_all (fixture, &fds_1, first, 0);
  g_assert_cmpuint (fill (fixture, fds_2, second, done), ==, done);
  g_assert_true (fixture->congested);
  end (fixture, 1, FALSE);
  iterate (fixture);
  g_assert_false (fixture->congested);
  fill_all (fixture, &fds_2, second, done);
  end (fixture, 2, FALSE);
  finish (fixture);
  g_string_append_len (first, second->str, (gssize) second->len);
  assert_file (fixture->fds[0], first->str, first->len);
}

static void
test_closed_pipe (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = make_text (4 * MIB, 2);
  g_auto (ApoolFd) out = -1;
  g_auto (ApoolFd) err = -1;
  gsize done;

  g_test_summary ("an end takes no room: neither of what was read nor of a pipe that waits");
  open_limited (fixture, (ApoolOutputConfig){ 0 });
  start (fixture, 1);
  start (fixture, 2);
  out = give_pipe (fixture, 2, APOOL_STREAM_STDOUT);
  err = give_pipe (fixture, 2, APOOL_STREAM_STDERR);
  done = fill (fixture, out, text, 0);
  apool_fd_clear (&err);
  apool_fd_clear (&out);
  iterate (fixture);
  end (fixture, 2, FALSE);
  end (fixture, 1, FALSE);
  finish (fixture);
  assert_file (fixture->fds[0], text->str, done);
}

static void
test_unordered (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) first = make_text (200 * KIB, 1);
  g_autoptr (GString) second = make_text (4 * MIB, 2);
  g_autoptr (GString) third = make_text (100 * KIB, 3);
  g_auto (ApoolFd) fd_1 = -1;
  g_auto (ApoolFd) fd_2 = -1;

  g_test_summary ("the job that holds most has the turn before it ends, and keeps it until then");
  open_limited (fixture, (ApoolOutputConfig){ .order = APOOL_OUTPUT_COMPLETION_ORDER });
  for (guint64 seq = 1; seq <= 3; seq++)
    start (fixture, seq);
  fd_1 = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);
  fd_2 = give_pipe (fixture, 2, APOOL_STREAM_STDOUT);
  fill_all (fixture, &fd_1, first, 0);
  assert_file (fixture->fds[0], "", 0);
  fill_all (fixture, &fd_2, second, 0);
  give (fixture, 3, APOOL_STREAM_STDOUT, third->str, third->len);
  end (fixture, 3, FALSE);
  end (fixture, 1, FALSE);
  iterate (fixture);
  assert_file (fixture->fds[0], second->str, second->len);
  end (fixture, 2, FALSE);
  finish (fixture);
  g_string_append_len (second, third->str, (gssize) third->len);
  g_string_append_len (second, first->str, (gssize) first->len);
  assert_file (fixture->fds[0], second->str, second->len);
}

static void
test_unordered_ended (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = make_text (2 * MIB, 1);
  g_auto (ApoolFd) fd = -1;

  g_test_summary ("a job that had the turn early and is ended leaves it to the next one");
  open_limited (fixture, (ApoolOutputConfig){ .order = APOOL_OUTPUT_COMPLETION_ORDER });
  start (fixture, 1);
  start (fixture, 2);
  fd = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);
  fill_all (fixture, &fd, text, 0);
  print (fixture, 2, "two");
  end (fixture, 2, FALSE);
  end (fixture, 1, TRUE);
  run (fixture, 3, "three");
  iterate (fixture);
  g_string_append (text, "twothree");
  assert_file (fixture->fds[0], text->str, text->len);
  finish (fixture);
}

static void
test_streamed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = make_text (64 * KIB, 1);

  g_test_summary ("of jobs that send pieces only the one that prints may go on");
  open_limited (fixture, (ApoolOutputConfig){ 0 });
  for (guint64 seq = 1; seq <= 2; seq++)
    start (fixture, seq);
  while (!fixture->congested)
    {
      give (fixture, 2, APOOL_STREAM_STDOUT, text->str, text->len);
      iterate (fixture);
    }
  g_assert_cmpuint (fixture->except, ==, 1);
  give (fixture, 2, APOOL_STREAM_STDOUT, text->str, text->len);
  end (fixture, 1, FALSE);
  iterate (fixture);
  g_assert_false (fixture->congested);
  g_assert_cmpuint (fixture->except, ==, 0);
  end (fixture, 2, FALSE);
  finish (fixture);
}

static void
test_held (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) large = make_text (4 * MIB, 2);
  g_autoptr (GString) small = make_text (500 * KIB, 1);
  g_auto (ApoolFd) fd_1 = -1;
  g_auto (ApoolFd) fd_2 = -1;
  gsize done;

  g_test_summary ("nothing is printed live, but the job whose turn it is has an allowance");
  open_limited (fixture, (ApoolOutputConfig){ .holds = TRUE });
  start (fixture, 1);
  start (fixture, 2);
  fd_1 = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);
  fd_2 = give_pipe (fixture, 2, APOOL_STREAM_STDOUT);
  done = fill (fixture, fd_2, large, 0);
  g_assert_cmpuint (done, <, 2 * MIB);
  assert_quiet (fixture);
  fill_all (fixture, &fd_1, small, 0);
  assert_quiet (fixture);
  end (fixture, 1, FALSE);
  iterate (fixture);
  assert_file (fixture->fds[0], small->str, small->len);

  /* Its turn, and an allowance for it; more does not fit. */
  g_assert_cmpuint (fill (fixture, fd_2, large, done), <, large->len);
  wait_failed (fixture);
}

static void
test_held_unordered (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) large = make_text (4 * MIB, 2);
  g_autoptr (GString) small = make_text (500 * KIB, 1);
  g_auto (ApoolFd) fd_1 = -1;
  ApoolFd written;
  g_auto (ApoolFd) fd_2 = -1;

  g_test_summary ("one of them may go on, and as long as it may end there is hope");
  open_limited (fixture, (ApoolOutputConfig){ .order = APOOL_OUTPUT_COMPLETION_ORDER,
                                              .show = APOOL_OUTPUT_SHOW_FAILED });
  start (fixture, 1);
  start (fixture, 2);
  fd_1 = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);
  fd_2 = give_pipe (fixture, 2, APOOL_STREAM_STDOUT);
  (void) fill (fixture, fd_2, large, 0);
  assert_quiet (fixture);
  written = dup (fd_1);
  fill_all (fixture, &written, small, 0);
  assert_quiet (fixture);
  g_assert_cmpuint (fill (fixture, fd_1, large, 0), <, large->len);
  wait_failed (fixture);
}

static void
test_held_unordered_end (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) large = make_text (4 * MIB, 2);
  g_auto (ApoolFd) fd_1 = -1;
  g_auto (ApoolFd) fd_2 = -1;

  g_test_summary ("one that ends within the grace saves the others");
  open_limited (fixture, (ApoolOutputConfig){ .order = APOOL_OUTPUT_COMPLETION_ORDER,
                                              .show = APOOL_OUTPUT_SHOW_FAILED });
  start (fixture, 1);
  start (fixture, 2);
  fd_1 = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);
  fd_2 = give_pipe (fixture, 2, APOOL_STREAM_STDOUT);
  (void) fill (fixture, fd_2, large, 0);
  g_assert_cmpuint (fill (fixture, fd_1, large, 0), <, large->len);
  iterate (fixture);
  g_assert_cmpint (get_timeout (fixture->context), >, 0);
  end (fixture, 1, FALSE);
  assert_quiet (fixture);
  end (fixture, 2, FALSE);
  finish (fixture);
}

/* Both streams are the same file. */
static void
open_shared (Fixture *fixture)
{
  fixture->fds[0] = make_file ();
  fixture->fds[1] = dup (fixture->fds[0]);
  open_output_with (fixture, (ApoolOutputConfig){ .spool_limit = MIB });
}

static void
test_stderr (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) others = make_text (4 * MIB, 2);
  g_autoptr (GString) err = make_text (500 * KIB, 1);
  g_auto (ApoolFd) fd_1 = -1;
  g_auto (ApoolFd) fd_2 = -1;
  gsize done;

  g_test_summary ("standard error that has to follow standard output has an allowance");
  open_shared (fixture);
  start (fixture, 1);
  start (fixture, 2);
  fd_1 = give_pipe (fixture, 1, APOOL_STREAM_STDERR);
  fd_2 = give_pipe (fixture, 2, APOOL_STREAM_STDOUT);
  done = fill (fixture, fd_2, others, 0);
  fill_all (fixture, &fd_1, err, 0);
  print (fixture, 1, "out");
  iterate (fixture);
  assert_file (fixture->fds[0], "out", 3);
  end (fixture, 1, FALSE);
  fill_all (fixture, &fd_2, others, done);
  end (fixture, 2, FALSE);
  finish (fixture);
  g_string_prepend (err, "out");
  g_string_append_len (err, others->str, (gssize) others->len);
  assert_file (fixture->fds[0], err->str, err->len);
}

static void
test_stderr_stuck (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) others = make_text (4 * MIB, 2);
  g_autoptr (GString) err = make_text (4 * MIB, 1);
  g_auto (ApoolFd) fd_1 = -1;
  g_auto (ApoolFd) fd_2 = -1;
  gsize done;

  open_shared (fixture);
  start (fixture, 1);
  start (fixture, 2);
  fd_1 = give_pipe (fixture, 1, APOOL_STREAM_STDERR);
  fd_2 = give_pipe (fixture, 2, APOOL_STREAM_STDOUT);
  (void) fill (fixture, fd_2, others, 0);
  done = fill (fixture, fd_1, err, 0);
  g_assert_cmpuint (done, >, MIB);
  g_assert_cmpuint (done, <=, MIB + 2 * PIPE_BYTES);
  wait_failed (fixture);
}

static void
test_labels (Fixture *fixture, gconstpointer data)
{
  g_autofree char *lines = g_strnfill (2 * MIB, '\n');

  g_test_summary ("lines get their colour when the job has ended, and may be too many then");
  open_limited (fixture, (ApoolOutputConfig){ .holds = TRUE, .colours_failed = TRUE });
  start (fixture, 1);
  give (fixture, 1, APOOL_STREAM_STDOUT, lines, 20 * KIB);
  end_with (fixture, 1, 1);
  iterate (fixture);
  g_assert_cmpint (lseek (fixture->fds[0], 0, SEEK_END), >, 400 * KIB);
  start (fixture, 2);
  give (fixture, 2, APOOL_STREAM_STDOUT, lines, MIB / 2);
  end_with (fixture, 2, 1);
  wait_failed (fixture);
}

/* A table in a file that is not kept, or one that is printed. */
static ApoolResultTable *
open_table (Fixture *fixture, gboolean is_printed)
{
  ApoolResultTable *table = APOOL_RESULT_TABLE (apool_table_csv_new (
      &(ApoolTableCsvConfig){ .path = is_printed ? NULL : "/dev/null", .separator = ',' }, NULL));

  open_limited (fixture, (ApoolOutputConfig){ .holds = TRUE, .table = table });
  return table;
}

static void
close_table (Fixture *fixture, ApoolResultTable *table)
{
  g_clear_object (&fixture->output);
  g_object_unref (table);
}

static void
test_table (Fixture *fixture, gconstpointer data)
{
  ApoolResultTable *table = open_table (fixture, FALSE);
  g_autoptr (GString) large = make_text (8 * MIB, 1);
  g_auto (ApoolFd) fd_1 = -1;
  g_auto (ApoolFd) fd_2 = -1;
  gsize done;

  g_test_summary ("what a row is made of waits for the job's end; that of any job makes room");
  start (fixture, 1);
  start (fixture, 2);
  fd_1 = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);
  fd_2 = give_pipe (fixture, 2, APOOL_STREAM_STDOUT);
  g_assert_cmpuint (fill (fixture, fd_2, large, large->len - 500 * KIB), ==, large->len);
  done = fill (fixture, fd_1, large, 0);
  g_assert_cmpuint (done, >, MIB);
  g_assert_cmpuint (done, <=, 2 * MIB + PIPE_BYTES);
  assert_quiet (fixture);
  end (fixture, 2, FALSE);
  iterate (fixture);
  g_assert_cmpuint (fill (fixture, fd_1, large, done), <, large->len);
  wait_failed (fixture);
  close_table (fixture, table);
}

static void
test_table_pieces (Fixture *fixture, gconstpointer data)
{
  ApoolResultTable *table = open_table (fixture, FALSE);
  g_autoptr (GString) text = make_text (64 * KIB, 1);
  guint n_pieces = 0;

  g_test_summary ("the same of what comes without a pipe");
  start (fixture, 1);
  while (!fixture->congested || fixture->except == 1)
    {
      give (fixture, 1, APOOL_STREAM_STDOUT, text->str, text->len);
      iterate (fixture);
      n_pieces++;
    }
  g_assert_cmpuint (n_pieces, >, 16);
  g_assert_cmpuint (n_pieces, <, 40);
  wait_failed (fixture);
  close_table (fixture, table);
}

static void
test_printed_table (Fixture *fixture, gconstpointer data)
{
  ApoolResultTable *table = open_table (fixture, TRUE);
  g_autofree char *quotes = g_strnfill (MIB, '"');

  g_test_summary ("a row that is larger than what it is made of may be too large");
  start (fixture, 1);
  give (fixture, 1, APOOL_STREAM_STDOUT, quotes, 64 * KIB);
  end (fixture, 1, FALSE);
  iterate (fixture);
  g_assert_cmpint (lseek (fixture->fds[0], 0, SEEK_END), >, 128 * KIB);
  start (fixture, 2);
  give (fixture, 2, APOOL_STREAM_STDOUT, quotes, MIB);
  give (fixture, 2, APOOL_STREAM_STDOUT, quotes, MIB);
  end (fixture, 2, FALSE);
  wait_failed (fixture);
  close_table (fixture, table);
}

static const ApoolOutputConfig mixed = {
  .order = APOOL_OUTPUT_COMPLETION_ORDER,
  .unit = APOOL_OUTPUT_LINES,
};

static void
test_long_line (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) line = make_text (8 * MIB, 1);
  g_auto (ApoolFd) fd_1 = -1;
  g_auto (ApoolFd) fd_2 = -1;

  g_test_summary ("a line that is too long to be kept is printed before it ends, and no other one");
  open_limited (fixture, mixed);
  start (fixture, 1);
  start (fixture, 2);
  fd_1 = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);
  fd_2 = give_pipe (fixture, 2, APOOL_STREAM_STDOUT);
  g_assert_cmpuint (fill (fixture, fd_1, line, 0), ==, line->len);
  g_assert_cmpint (write (fd_2, "two\n", 4), ==, 4);
  iterate (fixture);
  assert_file (fixture->fds[0], line->str, line->len);
  g_assert_cmpint (write (fd_1, "\nrest", 5), ==, 5);
  iterate (fixture);
  g_string_append (line, "\ntwo\n");
  assert_file (fixture->fds[0], line->str, line->len);
  g_assert_false (fixture->congested);
  apool_fd_clear (&fd_1);
  end (fixture, 1, FALSE);
  end (fixture, 2, FALSE);
  finish (fixture);
  g_string_append (line, "rest");
  assert_file (fixture->fds[0], line->str, line->len);
}

static void
test_long_lines (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) first = make_text (8 * MIB, 1);
  g_autoptr (GString) second = make_text (8 * MIB, 2);
  g_auto (ApoolFd) fd_1 = -1;
  g_auto (ApoolFd) fd_2 = -1;
  gsize done;

  g_test_summary ("several of them, one after the other; the last one never ends");
  open_limited (fixture, mixed);
  start (fixture, 1);
  start (fixture, 2);
  fd_1 = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);
  fd_2 = give_pipe (fixture, 2, APOOL_STREAM_STDOUT);
  g_assert_cmpuint (fill (fixture, fd_1, first, 7 * MIB), ==, first->len); /* kept */
  done = fill (fixture, fd_2, second, 0);
  g_assert_cmpuint (done, <, 2 * MIB);
  g_assert_cmpint (write (fd_1, "\n", 1), ==, 1);
  fill_all (fixture, &fd_2, second, done);
  end (fixture, 2, FALSE);
  apool_fd_clear (&fd_1);
  end (fixture, 1, FALSE);
  finish (fixture);
  g_string_erase (first, 0, (gssize) (7 * MIB));
  g_string_append_printf (first, "\n%s", second->str);
  assert_file (fixture->fds[0], first->str, first->len);
}

static void
test_many (Fixture *fixture, gconstpointer data)
{
  const guint64 n_jobs = 30000;
  g_autoptr (GString) expected = g_string_new (NULL);
  guint64 seq = 2;

  g_test_summary ("many small outputs behind the first one: new jobs are held up in time");
  open_limited (fixture, (ApoolOutputConfig){ 0 });
  start (fixture, 1);
  for (; seq <= n_jobs && !fixture->congested; seq++)
    {
      g_autofree char *text =
          g_strdup_printf ("%" G_GUINT64_FORMAT " and a hundred bytes more %070d\n", seq, 0);

      g_string_append (expected, text);
      run (fixture, seq, text);
      iterate (fixture);
    }
  g_assert_cmpuint (seq, >, 5000);
  g_assert_cmpuint (seq, <, 20000);
  end (fixture, 1, FALSE);
  iterate (fixture);
  g_assert_false (fixture->congested);
  finish (fixture);
  assert_file (fixture->fds[0], expected->str, expected->len);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/output-full/order", test_order);
  ADD ("/output-full/closed-pipe", test_closed_pipe);
  ADD ("/output-full/unordered", test_unordered);
  ADD ("/output-full/unordered-ended", test_unordered_ended);
  ADD ("/output-full/streamed", test_streamed);
  ADD ("/output-full/held", test_held);
  ADD ("/output-full/held-unordered", test_held_unordered);
  ADD ("/output-full/held-unordered-end", test_held_unordered_end);
  ADD ("/output-full/stderr", test_stderr);
  ADD ("/output-full/stderr-stuck", test_stderr_stuck);
  ADD ("/output-full/labels", test_labels);
  ADD ("/output-full/table", test_table);
  ADD ("/output-full/table-pieces", test_table_pieces);
  ADD ("/output-full/printed-table", test_printed_table);
  ADD ("/output-full/long-line", test_long_line);
  ADD ("/output-full/long-lines", test_long_lines);
  ADD ("/output-full/many", test_many);
#undef ADD
  return g_test_run ();
}
