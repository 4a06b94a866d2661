/* SPDX-License-Identifier: MIT */
/* What was run before waits in its record until it is its turn: neither memory nor the spool grows
 * with it, and it is not read before there is room for it. */

#include <signal.h>

#include "fake-keeper.h"
#include "recorded-fixture.h"

/* There is no such directory: whoever needs a spool's file fails. */
#define NO_DIRECTORY "/dev/null/none"

/* What is read before an outlet says that it is full: what its buffer and a pipe hold, and a piece.
 */
#define AHEAD_BYTES (512 * KIB)

#define GROWTH_BYTES (8 * MIB)

/* Where lines are mixed, a few of them may be in the spool. */
static void
open_without_spool (Fixture *fixture, ApoolOutputConfig config)
{
  if (config.unit == APOOL_OUTPUT_LINES)
    config.spool_limit = MIB;
  else
    config.spool_directory = NO_DIRECTORY;
  open_output_with (fixture, config);
}

static void
make_outlets_null (Fixture *fixture)
{
  for (guint i = 0; i < 2; i++)
    fixture->fds[i] = open (i == 0 ? "/dev/null" : "/dev/zero", O_RDWR | O_CLOEXEC);
}

static void
wait_failed (Fixture *fixture)
{
  while (fixture->n_failed == 0)
    g_main_context_iteration (fixture->context, TRUE);
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  g_autoptr (FakeRecorded) large = fake_recorded_new_made_up (0, LARGE, 0, 64);
  g_autoptr (GString) text = make_up (APOOL_STREAM_STDOUT, 64, LARGE);

  g_test_summary ("they come in their place, small and large, with others around them");
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 2);
  recall_text (fixture, 3, "three\n", "e3\n");
  recall (fixture, 4, large);
  iterate (fixture);
  g_assert_cmpuint (fake_recorded_get_n_read (large), ==, 0);
  recall_text (fixture, 1, "one\n", "");
  assert_printed (fixture, "one\n", "");
  run (fixture, 5, "five\n");
  print (fixture, 2, "two\n");
  end (fixture, 2, FALSE);
  finish (fixture);
  g_string_prepend (text, "one\ntwo\nthree\n");
  g_string_append (text, "five\n");
  assert_file (fixture->fds[0], text->str, text->len);
  assert_file (fixture->fds[1], "e3\n", 3);
}

static void
test_completion (Fixture *fixture, gconstpointer data)
{
  g_autoptr (FakeRecorded) large = fake_recorded_new_made_up (0, LARGE, 0, 64);
  g_autoptr (GString) text = make_up (APOOL_STREAM_STDOUT, 64, LARGE);

  open_files (fixture, APOOL_OUTPUT_COMPLETION_ORDER);
  start (fixture, 1);
  recall (fixture, 2, large);
  recall_text (fixture, 3, "three\n", "");
  run (fixture, 4, "four\n");
  print (fixture, 1, "one\n");
  end (fixture, 1, FALSE);
  finish (fixture);
  g_string_append (text, "three\nfour\none\n");
  assert_file (fixture->fds[0], text->str, text->len);
}

/* Outputs of 1 GiB in all, that are printed as they are read. */
static void
test_flat (Fixture *fixture, gconstpointer data)
{
  const ApoolOutputConfig *config = data;
  gsize resident = 0;
  guint64 n_read = 0;
  FakeRecorded *recorded[16];

  make_outlets_null (fixture);
  open_without_spool (fixture, *config);
  start (fixture, 1);
  for (guint i = 0; i < G_N_ELEMENTS (recorded); i++)
    {
      recorded[i] = fake_recorded_new_made_up (0, 60 * MIB, 4 * MIB, 1000);
      recall (fixture, i + 2, recorded[i]);
      if (i == 0)
        resident = get_resident_bytes ();
    }
  end (fixture, 1, FALSE);
  finish (fixture);
  if (!WITH_ASAN)
    g_assert_cmpuint (get_resident_bytes (), <, resident + GROWTH_BYTES);
  for (guint i = 0; i < G_N_ELEMENTS (recorded); i++)
    {
      n_read += fake_recorded_get_n_read (recorded[i]);
      g_object_unref (recorded[i]);
    }
  g_assert_cmpuint (n_read, ==, 16 * 64 * MIB);
  g_assert_cmpuint (apool_output_get_n_waiting (fixture->output), ==, 0);
}

static void
test_context (Fixture *fixture, gconstpointer data)
{
  g_autoptr (FakeRecorded) large = fake_recorded_new_made_up (0, 256 * MIB, 0, 1000);
  guint64 n_before = 0;

  g_test_summary ("the context has its turn while much is printed");
  make_outlets_null (fixture);
  open_without_spool (fixture, (ApoolOutputConfig){ 0 });
  recall (fixture, 1, large);
  while (fake_recorded_get_n_read (large) < 256 * MIB)
    {
      g_assert_cmpuint (fake_recorded_get_n_read (large) - n_before, <=, 16 * MIB);
      n_before = fake_recorded_get_n_read (large);
      g_assert_true (g_main_context_iteration (fixture->context, FALSE));
    }
  finish (fixture);
}

static void
test_full_outlet (Fixture *fixture, gconstpointer data)
{
  const ApoolOutputConfig *config = data;
  g_autoptr (FakeRecorded) one = fake_recorded_new_made_up (0, 3 * MIB, 0, 1024);
  g_autoptr (FakeRecorded) two = fake_recorded_new_made_up (0, 3 * MIB, 0, 1024);
  g_autoptr (GString) text = make_up (APOOL_STREAM_STDOUT, 1024, 3 * MIB);
  g_autoptr (GString) printed = NULL;

  g_test_summary ("nothing is read for which there is no room, and no more jobs are to come");
  make_pipe (fixture);
  g_assert_true (apool_fd_set_nonblocking (fixture->out, NULL));
  open_without_spool (fixture, *config);
  recall (fixture, 1, one);
  recall (fixture, 2, two);
  iterate (fixture);
  g_assert_true (fixture->congested);
  g_assert_cmpuint (fake_recorded_get_n_read (one), <=, AHEAD_BYTES);
  g_assert_cmpuint (fake_recorded_get_n_read (two), ==, 0);
  g_assert_cmpint (get_timeout (fixture->context), ==, -1);
  printed = read_out (fixture, 6 * MIB);
  g_assert_true (memcmp (printed->str, text->str, text->len) == 0);
  g_assert_true (memcmp (printed->str + text->len, text->str, text->len) == 0);
  iterate (fixture);
  g_assert_false (fixture->congested);
  finish (fixture);
}

static void
test_mixed (Fixture *fixture, gconstpointer data)
{
  const ApoolOutputConfig config = { .unit = APOOL_OUTPUT_LINES,
                                     .order = APOOL_OUTPUT_COMPLETION_ORDER };
  g_autoptr (FakeRecorded) large = fake_recorded_new_made_up (0, 3 * MIB, 0, 4096);
  g_autoptr (GString) text = make_up (APOOL_STREAM_STDOUT, 4096, 3 * MIB);
  g_autoptr (GString) printed = NULL;
  char *line;

  g_test_summary ("lines of jobs that run come among those of the record");
  make_pipe (fixture);
  g_assert_true (apool_fd_set_nonblocking (fixture->out, NULL));
  open_without_spool (fixture, config);
  start (fixture, 1);
  recall (fixture, 2, large);
  iterate (fixture);
  g_assert_true (fixture->congested);
  print (fixture, 1, "0 of another\n");
  printed = read_out (fixture, 3 * MIB + 13);
  line = strstr (printed->str, "0 of another\n");
  g_assert_nonnull (line);
  g_assert_true (line == printed->str || line[-1] == '\n');
  g_assert_cmpuint ((gsize) (line - printed->str), <, 3 * MIB);
  g_string_erase (printed, line - printed->str, 13);
  g_assert_true (memcmp (printed->str, text->str, text->len) == 0);
  end (fixture, 1, FALSE);
  finish (fixture);
  g_assert_cmpuint (apool_output_get_n_waiting (fixture->output), ==, 0);
}

static void
test_long_line (Fixture *fixture, gconstpointer data)
{
  const ApoolOutputConfig config = { .unit = APOOL_OUTPUT_LINES,
                                     .order = APOOL_OUTPUT_COMPLETION_ORDER };
  g_autoptr (FakeRecorded) one = fake_recorded_new_made_up (0, 32 * MIB, 0, 10 * MIB);
  g_autoptr (FakeRecorded) two = fake_recorded_new_made_up (0, 32 * MIB, 8 * MIB, 0);
  g_autoptr (GString) text = make_up (APOOL_STREAM_STDOUT, 10 * MIB, 32 * MIB);
  g_autoptr (GString) end_text = make_up (APOOL_STREAM_STDOUT, 0, 32 * MIB);
  g_autoptr (GString) printed = NULL;
  char *line;

  g_test_summary ("a line of any length goes out before it ends, and nothing comes within it");
  make_files (fixture);
  open_without_spool (fixture, config);
  start (fixture, 1);
  print (fixture, 1, "begun");
  recall (fixture, 2, one);
  recall (fixture, 3, two);
  print (fixture, 1, ", ended\n");
  end (fixture, 1, FALSE);
  finish (fixture);
  printed = g_string_sized_new (65 * MIB);
  g_string_set_size (printed, (gsize) lseek (fixture->fds[0], 0, SEEK_END));
  g_assert_cmpint (pread (fixture->fds[0], printed->str, printed->len, 0), ==, printed->len);
  /* The one line of job 1 may be between any two lines. */
  line = memmem (printed->str, printed->len, "begun, ended\n", 13);
  g_assert_nonnull (line);
  g_assert_true (line == printed->str || line[-1] == '\n');
  g_string_erase (printed, line - printed->str, 13);
  g_string_append_c (text, '\n');
  g_string_append_len (text, end_text->str, (gssize) end_text->len);
  g_assert_cmpuint (printed->len, ==, text->len);
  g_assert_true (memcmp (printed->str, text->str, text->len) == 0);
  g_assert_cmpint (lseek (fixture->fds[1], 0, SEEK_END), ==, 8 * (gssize) MIB);
}

static void
test_broken (Fixture *fixture, gconstpointer data)
{
  guint64 length = GPOINTER_TO_SIZE (data);
  g_autoptr (FakeRecorded) recorded = fake_recorded_new_made_up (0, length, 0, 64);

  g_test_summary ("what cannot be read is no output that is short: it is a failure");
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  fake_recorded_break (recorded, length / 2);
  recall (fixture, 1, recorded);
  wait_failed (fixture);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_cmpstr (fixture->error->message, ==, "/journal/output: cannot be read");
  recall (fixture, 2, recorded);
  finish (fixture);
}

static void
test_broken_later (Fixture *fixture, gconstpointer data)
{
  const ApoolOutputConfig config = { .unit = APOOL_OUTPUT_LINES,
                                     .order = APOOL_OUTPUT_COMPLETION_ORDER };
  g_autoptr (FakeRecorded) recorded = fake_recorded_new_made_up (0, 64 * MIB, 0, 64);

  make_files (fixture);
  open_output_with (fixture, config);
  fake_recorded_break (recorded, 40 * MIB);
  recall (fixture, 1, recorded);
  g_assert_cmpuint (fixture->n_failed, ==, 0);
  wait_failed (fixture);
  g_assert_cmpstr (fixture->error->message, ==, "/journal/output: cannot be read");
}

static void
test_closed_outlet (Fixture *fixture, gconstpointer data)
{
  g_autoptr (FakeRecorded) recorded = fake_recorded_new_made_up (0, 64 * MIB, 0, 64);

  g_test_summary ("a reader that goes away ends it in the middle");
  make_pipe (fixture);
  open_without_spool (fixture, (ApoolOutputConfig){ 0 });
  recall (fixture, 1, recorded);
  recall (fixture, 2, recorded);
  apool_fd_clear (&fixture->out);
  wait_failed (fixture);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
}

static void
test_many_small (Fixture *fixture, gconstpointer data)
{
  g_autoptr (FakeRecorded) recorded = fake_recorded_new (0, "0123456789\n", "");
  const guint n = WITH_ASAN ? 20000 : 200000;
  gsize resident = 0;

  g_test_summary ("any number of small ones waits in flat memory");
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  start (fixture, 1);
  for (guint i = 0; i < n; i++)
    {
      recall (fixture, i + 2, recorded);
      if (i == 10000)
        resident = get_resident_bytes ();
    }
  if (!WITH_ASAN)
    g_assert_cmpuint (get_resident_bytes (), <, resident + GROWTH_BYTES);
  g_assert_false (fixture->congested);
  end (fixture, 1, FALSE);
  finish (fixture);
  g_assert_cmpint (lseek (fixture->fds[0], 0, SEEK_END), ==, 11 * (gssize) n);
}

static void
test_many_large (Fixture *fixture, gconstpointer data)
{
  g_autoptr (FakeRecorded) recorded = fake_recorded_new_made_up (0, LARGE, 0, 64);
  guint n = 0;

  g_test_summary ("too many large ones hold back all but the job that they wait for");
  make_files (fixture);
  open_output_with (fixture, (ApoolOutputConfig){ .show = APOOL_OUTPUT_SHOW_NONE });
  start (fixture, 1);
  start (fixture, 2);
  while (!fixture->congested)
    {
      recall (fixture, 3 + n++, recorded);
      g_assert_cmpuint (n, <, 10000);
      iterate (fixture);
    }
  g_assert_cmpuint (fixture->except, ==, 1);
  end (fixture, 1, FALSE);
  iterate (fixture);
  g_assert_true (fixture->congested);
  g_assert_cmpuint (fixture->except, ==, 2);
  end (fixture, 2, FALSE);
  iterate (fixture);
  g_assert_false (fixture->congested);
  finish (fixture);
  g_assert_cmpuint (fake_recorded_get_n_read (recorded), ==, 0); /* nobody wanted it */
  assert_printed (fixture, "", "");
}

static void
test_full_spool (Fixture *fixture, gconstpointer data)
{
  g_autoptr (FakeRecorded) recorded = fake_recorded_new_made_up (0, 512 * KIB, 0, 64);
  g_autoptr (GString) text = make_text (4 * MIB, 1);
  g_auto (ApoolFd) fd = -1;
  gsize done = 0;
  gssize n;

  g_test_summary ("where the spool is full small ones wait in their records, too");
  make_files (fixture);
  open_output_with (fixture, (ApoolOutputConfig){ .spool_limit = MIB });
  start (fixture, 1);
  start (fixture, 2);
  fd = give_pipe (fixture, 2, APOOL_STREAM_STDOUT);
  while ((n = write (fd, text->str + done, text->len - done)) > 0)
    {
      done += (gsize) n;
      iterate (fixture);
    }
  g_assert_true (fixture->congested);
  for (guint64 seq = 3; seq < 60; seq++)
    recall (fixture, seq, recorded);
  iterate (fixture);
  g_assert_cmpuint (fake_recorded_get_n_read (recorded), ==, 0);
  end (fixture, 2, FALSE);
  end (fixture, 1, FALSE);
  finish (fixture);
  g_assert_cmpuint (fixture->n_failed, ==, 0);
  g_assert_cmpint (lseek (fixture->fds[0], 0, SEEK_END), ==, (gssize) (done + 57 * 512 * KIB));
}

static void
test_not_kept (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) keepers = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (FakeRecorded) large = fake_recorded_new_made_up (0, LARGE, 0, 64);

  g_test_summary ("who keeps what jobs write has it already");
  g_ptr_array_add (keepers, fake_keeper_new (TRUE));
  make_files (fixture);
  open_output_with (fixture, (ApoolOutputConfig){ .keepers = keepers });
  recall_text (fixture, 1, "one\n", "err\n");
  recall (fixture, 2, large);
  finish (fixture);
  fake_keeper_check_log (g_ptr_array_index (keepers, 0), "");
}

static void
test_halted (Fixture *fixture, gconstpointer data)
{
  g_autoptr (FakeRecorded) large = fake_recorded_new_made_up (0, LARGE, 0, 64);
  g_autoptr (GString) text = make_up (APOOL_STREAM_STDOUT, 64, LARGE);

  g_test_summary ("they come before jobs that the pool ended, and over gaps");
  open_files (fixture, APOOL_OUTPUT_INPUT_ORDER);
  apool_output_end_live (fixture->output);
  start (fixture, 1);
  print (fixture, 1, "ended\n");
  recall (fixture, 2, large);
  recall_text (fixture, 5, "five\n", "");
  end (fixture, 1, TRUE);
  finish (fixture);
  g_string_append (text, "five\nended\n");
  assert_file (fixture->fds[0], text->str, text->len);
}

static void
add (const char *path, gconstpointer data, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, data, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  static const ApoolOutputConfig ordered = { 0 };
  static const ApoolOutputConfig unordered = { .order = APOOL_OUTPUT_COMPLETION_ORDER };
  static const ApoolOutputConfig lines = { .order = APOOL_OUTPUT_COMPLETION_ORDER,
                                           .unit = APOOL_OUTPUT_LINES };
  static const ApoolOutputConfig latest = { .unit = APOOL_OUTPUT_LATEST };

  (void) signal (SIGPIPE, SIG_IGN);
  g_test_init (&argc, &argv, NULL);
  add ("/output-recorded/order", NULL, test_order);
  add ("/output-recorded/completion", NULL, test_completion);
  add ("/output-recorded/flat/ordered", &ordered, test_flat);
  add ("/output-recorded/flat/unordered", &unordered, test_flat);
  add ("/output-recorded/flat/lines", &lines, test_flat);
  add ("/output-recorded/flat/latest", &latest, test_flat);
  add ("/output-recorded/context", NULL, test_context);
  add ("/output-recorded/full-outlet/ordered", &ordered, test_full_outlet);
  add ("/output-recorded/full-outlet/unordered", &unordered, test_full_outlet);
  add ("/output-recorded/full-outlet/lines", &lines, test_full_outlet);
  add ("/output-recorded/mixed", NULL, test_mixed);
  add ("/output-recorded/long-line", NULL, test_long_line);
  add ("/output-recorded/broken/small", GSIZE_TO_POINTER (64 * KIB), test_broken);
  add ("/output-recorded/broken/large", GSIZE_TO_POINTER (LARGE), test_broken);
  add ("/output-recorded/broken/later", NULL, test_broken_later);
  add ("/output-recorded/closed-outlet", NULL, test_closed_outlet);
  add ("/output-recorded/many-small", NULL, test_many_small);
  add ("/output-recorded/many-large", NULL, test_many_large);
  add ("/output-recorded/full-spool", NULL, test_full_spool);
  add ("/output-recorded/not-kept", NULL, test_not_kept);
  add ("/output-recorded/halted", NULL, test_halted);
  return g_test_run ();
}
