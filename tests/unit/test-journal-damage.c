/* SPDX-License-Identifier: MIT */
/* A journal that is not as it was written: what is not there is not believed. */

#include "journal-fixture.h"

static void
test_torn (Fixture *fixture, gconstpointer data)
{
  gsize length;
  g_autofree char *text = NULL;
  g_autoptr (GString) torn = NULL;

  begin (fixture);
  run_job (fixture, "a", "1", 0);
  run_job (fixture, "b", "2", 0);
  break_off (fixture);
  text = read_file (fixture, "events.jsonl", &length);
  torn = g_string_new_len (text, (gssize) length - 5);
  write_file (fixture, "events.jsonl", torn->str, torn->len);
  begin (fixture);
  assert_recalled (fixture, "a", "1", 0);
  run_job (fixture, "b", "3", 0);
  break_off (fixture);
  begin (fixture);
  assert_recalled (fixture, "a", "1", 0);
  assert_recalled (fixture, "b", "3", 0);
}

/* A power cut: a job that was recorded after the last sync has other bytes. It stays disowned, also
 * where the run that finds it has brought everything to the disk, and was killed before it ran the
 * job again. */
static void
test_spoilt (Fixture *fixture, gconstpointer data)
{
  gsize length;
  g_autofree char *output = NULL;

  begin (fixture);
  run_job (fixture, "a", "first", 0);
  run_job (fixture, "b", "second", 0);
  break_off (fixture);
  output = read_file (fixture, "output", &length);
  g_assert_cmpuint (length, ==, 11);
  memset (output + 5, 0, 6);
  write_file (fixture, "output", output, length);
  begin (fixture);
  g_assert_cmpuint (count (fixture, "\"recorded\":false"), ==, 1);
  assert_recalled (fixture, "a", "first", 0);
  g_assert_true (finish (fixture));
  begin (fixture);
  g_assert_cmpuint (count (fixture, "\"recorded\":false"), ==, 1);
  assert_recalled (fixture, "a", "first", 0);
  assert_run (fixture, "b");
}

/* What was synced is read when it is looked up, and not before. */
static void
test_synced (Fixture *fixture, gconstpointer data)
{
  begin (fixture);
  run_job (fixture, "a", "first", 0);
  run_job (fixture, "b", "second", 0);
  g_assert_true (finish (fixture));
  write_file (fixture, "output", "othersecond", 11);
  begin (fixture);
  g_assert_cmpuint (count (fixture, "\"recorded\":false"), ==, 0);
  run_job (fixture, "a", "first", 0);
  g_assert_cmpuint (apool_journal_past_get_n_damaged (fixture->past), ==, 1);
  assert_recalled (fixture, "b", "second", 0);
  g_assert_true (finish (fixture));
  begin (fixture);
  assert_recalled (fixture, "a", "first", 0);
  g_assert_cmpuint (apool_journal_past_get_n_damaged (fixture->past), ==, 0);
}

/* Reads all that a large job wrote, in pieces. Returns: whether that is what it wrote */
static gboolean
read_large (ApoolTask *task, GError **error)
{
  ApoolRecorded *recorded = APOOL_RECORDED (apool_task_get_traits (task)->recorded);
  guint64 length = apool_recorded_get_length (recorded, APOOL_STREAM_STDOUT);
  char buffer[10000];

  for (guint64 done = 0; done < length;)
    {
      gsize n = (gsize) MIN (sizeof buffer, length - done);

      if (!apool_recorded_read (recorded, APOOL_STREAM_STDOUT, done, buffer, n, error))
        return FALSE;
      /* Another reader of the same. */
      if (done + n < length)
        g_assert_true (apool_recorded_read (recorded, APOOL_STREAM_STDOUT, 0, buffer, 1, NULL));
      done += n;
    }
  return TRUE;
}

/* What is too much to be read twice is found damaged at its end, and not believed by later runs. */
static void
test_large_damaged (Fixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (APOOL_JOURNAL_SMALL_BYTES + 1, 'x');
  ApoolVerdict verdict;

  begin (fixture);
  run_job (fixture, "a", large, 0);
  g_assert_true (finish (fixture));
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (ApoolTask) task = NULL;
      g_autoptr (GError) error = NULL;

      large[500000] = i == 0 ? 'x' : 'y';
      write_file (fixture, "output", large, APOOL_JOURNAL_SMALL_BYTES + 1);
      begin (fixture);
      task = read_task (fixture, "a", &verdict);
      g_assert_cmpint (verdict, ==, APOOL_VERDICT_RECALL);
      g_assert_true (read_large (task, &error) == (i == 0));
      if (error)
        g_assert_true (
            g_str_has_suffix (error->message, "/output: damaged: job 1 is not what was recorded"));
      g_assert_true (apool_journal_past_disown (fixture->past, fixture->writer, NULL));
      g_clear_pointer (&task, apool_task_unref);
      g_assert_true (finish (fixture));
    }
  begin (fixture);
  assert_run (fixture, "a");
}

static void
test_cut_store (Fixture *fixture, gconstpointer data)
{
  begin (fixture);
  run_job (fixture, "a", "first", 0);
  run_job (fixture, "b", "second", 0);
  g_assert_true (finish (fixture));
  write_file (fixture, "output", "first", 5);
  begin (fixture);
  assert_recalled (fixture, "a", "first", 0);
  run_job (fixture, "c", "what comes there now", 0);
  g_assert_true (finish (fixture));
  begin (fixture);
  assert_recalled (fixture, "a", "first", 0);
  assert_run (fixture, "b");
  assert_recalled (fixture, "c", "what comes there now", 0);
}

/* A job that was run again is believed, whatever became of its first record. */
static void
test_spoilt_and_run_again (Fixture *fixture, gconstpointer data)
{
  begin (fixture);
  run_job (fixture, "a", "first", 0);
  break_off (fixture);
  fixture->again = APOOL_JOURNAL_AGAIN_ALL;
  begin (fixture);
  run_job (fixture, "a", "again", 0);
  break_off (fixture);
  write_file (fixture, "output", "\0\0\0\0\0again", 10);
  fixture->again = APOOL_JOURNAL_AGAIN_NONE;
  begin (fixture);
  g_assert_cmpuint (count (fixture, "\"recorded\":false"), ==, 0);
  assert_recalled (fixture, "a", "again", 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, function)                                                                        \
  g_test_add ("/journal-damage/" path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)
  ADD ("torn", test_torn);
  ADD ("spoilt", test_spoilt);
  ADD ("synced", test_synced);
  ADD ("large-damaged", test_large_damaged);
  ADD ("cut-store", test_cut_store);
  ADD ("spoilt-and-run-again", test_spoilt_and_run_again);
  return g_test_run ();
}
