/* SPDX-License-Identifier: MIT */
/* Who keeps what jobs write sees all of it, and who counts it counts all of it, however it is
 * printed. */

#include <glib/gstdio.h>

#include "fake-keeper.h"
#include "recorded-fixture.h"
#include "sinks/apool-table-csv.h"
#include "sinks/apool-trail.h"

typedef struct
{
  FakeKeeper *seer;    /* sees bytes */
  FakeKeeper *counter; /* hears of lengths */
  GPtrArray *keepers;
} Keepers;

static void
keepers_init (Keepers *self)
{
  self->seer = fake_keeper_new (TRUE);
  self->counter = fake_keeper_new (FALSE);
  self->keepers = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (self->keepers, self->seer);
  g_ptr_array_add (self->keepers, self->counter);
}

static void
keepers_clear (Keepers *self)
{
  g_ptr_array_unref (self->keepers);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Keepers, keepers_clear)

static void
open_kept (Fixture *fixture, const Keepers *keepers, ApoolOutputConfig config)
{
  make_files (fixture);
  config.keepers = keepers->keepers;
  open_output_with (fixture, config);
}

/* Two jobs, of which the second one writes to pipes, one of which has bytes at its end. */
static void
run_jobs (Fixture *fixture)
{
  g_auto (ApoolFd) out = -1;
  g_auto (ApoolFd) err = -1;

  start (fixture, 1);
  start (fixture, 2);
  print (fixture, 2, "two\n");
  out = give_pipe (fixture, 2, APOOL_STREAM_STDOUT);
  err = give_pipe (fixture, 2, APOOL_STREAM_STDERR);
  print (fixture, 1, "one\n");
  complain (fixture, 1, "e\n");
  g_assert_cmpint (write (out, "more\n", 5), ==, 5);
  iterate (fixture);
  end (fixture, 1, FALSE);
  g_assert_cmpint (write (out, "end", 3), ==, 3);
  g_assert_cmpint (write (err, "sad", 3), ==, 3);
  end (fixture, 2, FALSE);
}

static void
test_modes (Fixture *fixture, gconstpointer data)
{
  const ApoolOutputConfig *config = data;
  g_auto (Keepers) keepers = { 0 };

  keepers_init (&keepers);
  open_kept (fixture, &keepers, *config);
  run_jobs (fixture);
  fake_keeper_check_log (keepers.counter, "1.1=4,2 2.1=12,3");
  fake_keeper_check_log (keepers.seer,
                         "2+two\n 1+one\n 1*e\n 2+more\n 1.1=4,2 2+end 2*sad 2.1=12,3");
  finish (fixture);
}

static void
test_files (Fixture *fixture, gconstpointer data)
{
  g_autofree char *directory = g_dir_make_tmp (NULL, NULL);
  g_autoptr (GString) names = NULL;
  g_auto (GStrv) lines = NULL;
  g_auto (Keepers) keepers = { 0 };

  keepers_init (&keepers);
  open_kept (
      fixture, &keepers,
      (ApoolOutputConfig){ .prints_names = TRUE, .name_end = '\n', .spool_directory = directory });
  run_jobs (fixture);
  fake_keeper_check_log (keepers.counter, "1.1=4,2 2.1=12,3");
  g_assert_cmpstr (fake_keeper_get_bytes (keepers.seer, APOOL_STREAM_STDOUT)->str, ==,
                   "two\none\nmore\nend");
  finish (fixture);
  names = g_string_sized_new (4096);
  g_assert_cmpint (pread (fixture->fds[0], names->str, 4000, 0), >, 0);
  lines = g_strsplit (names->str, "\n", -1);
  g_assert_cmpint (g_remove (lines[0]), ==, 0);
  g_assert_cmpint (g_remove (lines[1]), ==, 0);
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

static void
test_table (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolTableCsv) table =
      apool_table_csv_new (&(ApoolTableCsvConfig){ .path = NULL, .separator = ',' }, &error);
  g_auto (Keepers) keepers = { 0 };

  g_assert_no_error (error);
  keepers_init (&keepers);
  open_kept (fixture, &keepers, (ApoolOutputConfig){ .table = APOOL_RESULT_TABLE (table) });
  run_jobs (fixture);
  fake_keeper_check_log (keepers.counter, "1.1=4,2 2.1=12,3");
  g_assert_cmpstr (fake_keeper_get_bytes (keepers.seer, APOOL_STREAM_STDERR)->str, ==, "e\nsad");
  finish (fixture);
  g_clear_object (&fixture->output);
}

/* What nobody but the counter wants goes from pipe to pipe; what somebody keeps does not. */
static void
test_pipes (Fixture *fixture, gconstpointer data)
{
  gboolean wants_bytes = GPOINTER_TO_INT (data);
  g_autoptr (GString) text = make_text (32 * KIB, 1);
  g_autoptr (GString) printed = g_string_new (NULL);
  g_auto (Keepers) keepers = { 0 };
  g_auto (ApoolFd) fd = -1;

  keepers_init (&keepers);
  if (!wants_bytes)
    g_ptr_array_remove_index (keepers.keepers, 0);
  make_pipe (fixture);
  g_assert_true (apool_fd_set_nonblocking (fixture->out, NULL));
  open_output_with (fixture, (ApoolOutputConfig){ .keepers = keepers.keepers });
  start (fixture, 1);
  fd = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);
  for (guint i = 0; i < 32; i++)
    {
      g_autoptr (GString) part = NULL;

      g_assert_cmpint (write (fd, text->str, text->len), ==, text->len);
      part = read_out (fixture, text->len);
      g_string_append_len (printed, part->str, (gssize) part->len);
    }
  end (fixture, 1, FALSE);
  g_assert_cmpuint (
      fake_keeper_get_length (g_ptr_array_index (keepers.keepers, 0), APOOL_STREAM_STDOUT), ==,
      32 * text->len);
  g_assert_cmpuint (printed->len, ==, 32 * text->len);
  if (wants_bytes)
    g_assert_cmpstr (fake_keeper_get_bytes (keepers.seer, APOOL_STREAM_STDOUT)->str, ==,
                     printed->str);
  finish (fixture);
}

/* Attempts are told of one by one, and what is left in their pipes is theirs. */
static void
test_retries (Fixture *fixture, gconstpointer data)
{
  g_auto (Keepers) keepers = { 0 };
  g_auto (ApoolFd) out = -1;

  keepers_init (&keepers);
  open_kept (fixture, &keepers, (ApoolOutputConfig){ .holds = TRUE });
  start (fixture, 1);
  print (fixture, 1, "bad");
  out = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);
  g_assert_cmpint (write (out, "left", 4), ==, 4);
  fail_attempt (fixture, 1);
  fake_keeper_check_log (keepers.seer, "1+bad 1+left 1.1=7,0");
  fail_attempt (fixture, 1);
  fake_keeper_check_log (keepers.seer, "1.1=0,0");
  run (fixture, 1, "good");
  fake_keeper_check_log (keepers.seer, "1+good 1.1=4,0");
  finish (fixture);
  assert_printed (fixture, "good", "");
}

/* Of jobs that fail it is told how what they wrote ended, what is in their pipes included. */
static void
test_ends (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) keepers = g_ptr_array_new_with_free_func (g_object_unref);
  FakeKeeper *mourner = fake_keeper_new_mourning ();
  ApoolOutputConfig config = *(const ApoolOutputConfig *) data;
  g_auto (ApoolFd) err = -1;

  g_ptr_array_add (keepers, mourner);
  make_files (fixture);
  config.keepers = keepers;
  open_output_with (fixture, config);
  run (fixture, 1, "well\n");
  start (fixture, 2);
  print (fixture, 2, "two\n");
  print (fixture, 2, "lines\n");
  err = give_pipe (fixture, 2, APOOL_STREAM_STDERR);
  complain (fixture, 2, "sad ");
  g_assert_cmpint (write (err, "end", 3), ==, 3);
  end_with (fixture, 2, 1);
  fake_keeper_check_log (mourner, "2!two\nlines\n*sad end");
  start (fixture, 3);
  end_with (fixture, 3, 1);
  fake_keeper_check_log (mourner, "3!*");
  finish (fixture);
}

/* What goes from the one pipe to the other unseen does so but for its end. */
static void
test_spliced_end (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) keepers = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GString) text = make_text (60 * KIB, 5);
  g_autofree char *expected =
      g_strdup_printf ("1!...%s*", text->str + text->len - APOOL_TRAIL_BYTES);
  FakeKeeper *mourner = fake_keeper_new_mourning ();
  g_auto (ApoolFd) fd = -1;

  g_ptr_array_add (keepers, mourner);
  make_pipe (fixture);
  open_output_with (fixture, (ApoolOutputConfig){ .keepers = keepers });
  start (fixture, 1);
  fd = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GString) part = NULL;

      g_assert_cmpint (write (fd, text->str, text->len), ==, text->len);
      part = read_out (fixture, text->len);
      g_assert_cmpstr (part->str, ==, text->str);
    }
  end_with (fixture, 1, 1);
  fake_keeper_check_log (mourner, expected);
  finish (fixture);
}

static void
say_cb (gpointer data)
{
  apool_output_say (data, "apool: a word\n");
}

static void
test_said (Fixture *fixture, gconstpointer data)
{
  g_auto (Keepers) keepers = { 0 };
  g_auto (ApoolFd) out = -1;

  g_test_summary ("what a keeper says about bytes does not take their place");
  keepers_init (&keepers);
  open_kept (fixture, &keepers, (ApoolOutputConfig){ 0 });
  fake_keeper_set_hook (keepers.seer, say_cb, fixture->output);
  start (fixture, 1);
  out = give_pipe (fixture, 1, APOOL_STREAM_STDOUT);
  g_assert_cmpint (write (out, "0123456789abcdef\n", 17), ==, 17);
  iterate (fixture);
  end (fixture, 1, FALSE);
  finish (fixture);
  assert_printed (fixture, "0123456789abcdef\n", "apool: a word\n");
}

/* What was not started has written nothing; what was skipped is not told of. */
static void
test_not_run (Fixture *fixture, gconstpointer data)
{
  g_auto (Keepers) keepers = { 0 };

  keepers_init (&keepers);
  open_kept (fixture, &keepers, (ApoolOutputConfig){ 0 });
  skip (fixture, 1, 2);
  end (fixture, 3, FALSE);
  fake_keeper_check_log (keepers.counter, "3.1=0,0");
  finish (fixture);
}

/* Of what writes to the descriptors of the run itself nothing is seen: that it is over is told, and
 * no length. */
static void
test_not_seen (Fixture *fixture, gconstpointer data)
{
  g_auto (Keepers) keepers = { 0 };

  keepers_init (&keepers);
  open_kept (fixture, &keepers, *(const ApoolOutputConfig *) data);
  start (fixture, 1);
  start (fixture, 2);
  end (fixture, 2, FALSE);
  fake_keeper_check_log (keepers.counter, "2.1=0,0");
  fail_attempt (fixture, 1);
  fake_keeper_check_log (keepers.counter, "1.1=0,0");
  start (fixture, 1);
  end (fixture, 1, FALSE);
  fake_keeper_check_log (keepers.counter, "1.1=0,0");
  fake_keeper_check_log (keepers.seer, "2.1=0,0 1.1=0,0 1.1=0,0");
  finish (fixture);
}

/* What is recalled was kept when it ran, and is told of to nobody. */
static void
test_recalled (Fixture *fixture, gconstpointer data)
{
  g_auto (Keepers) keepers = { 0 };

  keepers_init (&keepers);
  open_kept (fixture, &keepers, *(const ApoolOutputConfig *) data);
  recall_text (fixture, 1, "out", "err");
  run (fixture, 2, "new");
  fake_keeper_check_log (keepers.counter, "2.1=3,0");
  fake_keeper_check_log (keepers.seer, "2+new 2.1=3,0");
  finish (fixture);
}

/* Where the output is lost, no end is told: what came is not all. */
static void
test_lost (Fixture *fixture, gconstpointer data)
{
  g_auto (Keepers) keepers = { 0 };

  keepers_init (&keepers);
  fixture->fds[0] = open ("/dev/full", O_WRONLY | O_CLOEXEC);
  fixture->fds[1] = make_file ();
  open_output_with (fixture, (ApoolOutputConfig){ .keepers = keepers.keepers });
  run (fixture, 1, "lost");
  while (fixture->n_failed == 0)
    g_main_context_iteration (fixture->context, TRUE);
  fake_keeper_check_log (keepers.counter, "1.1=4,0");
  run (fixture, 2, "dropped");
  fail_attempt (fixture, 3);
  fake_keeper_check_log (keepers.counter, "");
}

static void
add (const char *path, gconstpointer data, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, data, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  static const ApoolOutputConfig plain = { 0 };
  static const ApoolOutputConfig unordered = { .order = APOOL_OUTPUT_COMPLETION_ORDER };
  static const ApoolOutputConfig held = { .holds = TRUE };
  static const ApoolOutputConfig lines = { .order = APOOL_OUTPUT_COMPLETION_ORDER,
                                           .unit = APOOL_OUTPUT_LINES };
  static const ApoolOutputConfig latest = { .unit = APOOL_OUTPUT_LATEST };
  static const ApoolOutputConfig none = { .show = APOOL_OUTPUT_SHOW_NONE };
  static const ApoolOutputConfig failed = { .show = APOOL_OUTPUT_SHOW_FAILED, .holds = TRUE };

  g_test_init (&argc, &argv, NULL);
  add ("/output-keepers/ordered", &plain, test_modes);
  add ("/output-keepers/unordered", &unordered, test_modes);
  add ("/output-keepers/lines", &lines, test_modes);
  add ("/output-keepers/latest", &latest, test_modes);
  add ("/output-keepers/none-shown", &none, test_modes);
  add ("/output-keepers/failed-shown", &failed, test_modes);
  add ("/output-keepers/files", NULL, test_files);
  add ("/output-keepers/table", NULL, test_table);
  add ("/output-keepers/pipes/seen", GINT_TO_POINTER (TRUE), test_pipes);
  add ("/output-keepers/pipes/counted", GINT_TO_POINTER (FALSE), test_pipes);
  add ("/output-keepers/retries", NULL, test_retries);
  add ("/output-keepers/ends", &plain, test_ends);
  add ("/output-keepers/ends/unordered", &unordered, test_ends);
  add ("/output-keepers/ends/lines", &lines, test_ends);
  add ("/output-keepers/ends/none-shown", &none, test_ends);
  add ("/output-keepers/ends/spliced", NULL, test_spliced_end);
  add ("/output-keepers/said", NULL, test_said);
  add ("/output-keepers/not-run", NULL, test_not_run);
  add ("/output-keepers/not-seen", &unordered, test_not_seen);
  add ("/output-keepers/not-seen/held", &held, test_not_seen);
  add ("/output-keepers/recalled", &plain, test_recalled);
  add ("/output-keepers/recalled/lines", &lines, test_recalled);
  add ("/output-keepers/lost", NULL, test_lost);
  return g_test_run ();
}
