/* SPDX-License-Identifier: MIT */
/* What is made out of the events of a journal: its runs, how many jobs there are and which stand
 * out, and one job of it. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "record/apool-journal-job.h"
#include "record/apool-journal-latest.h"
#include "record/apool-journal-look.h"
#include "record/apool-journal-ranks.h"
#include "record/apool-journal-runs.h"

#define JOURNAL "{\"type\":\"journal\",\"version\":1,\"template\":[\"x\"]}\n"
#define RUN(start) "{\"type\":\"run\",\"run\":\"r\",\"start\":" start ",\"pid\":7,\"jobs\":2}\n"
#define START(seq, slot)                                                                           \
  "{\"type\":\"start\",\"run\":\"r\",\"seq\":" seq ",\"attempt\":1,\"slot\":" slot                 \
  ",\"start\":5,\"name\":\"n" seq "\"}\n"
#define PIECE(seq, stream, extent)                                                                 \
  "{\"type\":\"piece\",\"run\":\"r\",\"seq\":" seq ",\"attempt\":1,\"" stream "\":[" extent "]}\n"
#define OVER(type, seq, key, more)                                                                 \
  "{\"type\":\"" type "\",\"run\":\"r\",\"seq\":" seq ",\"attempt\":1,\"key\":\"" key              \
  "000000000000000000000000000000\",\"occurrence\":1,\"start\":5,\"sum\":\"0000000000000000\","    \
  "\"command\":\"c" seq "\"," more "}\n"
#define FINAL "\"final\":true,\"recorded\":true"
#define END(seq, key, more) OVER ("end", seq, key, FINAL "," more)
#define FINISH                                                                                     \
  "{\"type\":\"finish\",\"run\":\"r\",\"at\":9,\"status\":3,\"done\":1,\"failed\":1,"              \
  "\"recalled\":4}\n"

typedef void (*TestViewFunc) (const ApoolJournalEvent *event, gpointer data);

/* Every line has to be an event. */
static void
test_view_tell (const char *lines, TestViewFunc func, gpointer data)
{
  g_auto (GStrv) each = g_strsplit (lines, "\n", -1);

  for (gsize i = 0; each[i] && *each[i]; i++)
    {
      ApoolJournalEvent event;

      g_test_message ("%s", each[i]);
      g_assert_true (apool_journal_event_parse (&event, each[i], strlen (each[i])));
      func (&event, data);
      apool_journal_event_clear (&event);
    }
}

static void
test_view_tell_runs (const ApoolJournalEvent *event, gpointer data)
{
  apool_journal_runs_tell (data, event);
}

static void
test_view_tell_latest (const ApoolJournalEvent *event, gpointer data)
{
  apool_journal_latest_tell (data, event);
}

static void
test_view_tell_ranks (const ApoolJournalEvent *event, gpointer data)
{
  if (event->type == APOOL_JOURNAL_EVENT_END)
    apool_journal_ranks_add (data, event);
}

static void
test_view_tell_job (const ApoolJournalEvent *event, gpointer data)
{
  apool_journal_job_tell (data, event);
}

static void
test_view_runs (void)
{
  g_autoptr (ApoolJournalRuns) runs = apool_journal_runs_new ();
  const ApoolJournalRun *run;

  g_assert_null (apool_journal_runs_get_newest (runs));
  test_view_tell (JOURNAL START ("9", "1") RUN ("1") START ("1", "1") START ("2", "2"),
                  test_view_tell_runs, runs);
  g_assert_cmpuint (runs->running->len, ==, 2);
  /* Another one in its slot: its end was not recorded. */
  test_view_tell (START ("3", "2"), test_view_tell_runs, runs);
  g_assert_cmpuint (runs->running->len, ==, 2);
  g_assert_cmpuint (g_array_index (runs->running, ApoolJournalRunning, 1).seq, ==, 3);
  g_assert_cmpstr (g_array_index (runs->running, ApoolJournalRunning, 1).name->str, ==, "n3");
  test_view_tell (END ("1", "0a", "\"seconds\":1,\"exit\":1"), test_view_tell_runs, runs);
  g_assert_cmpuint (runs->running->len, ==, 1);
  g_assert_cmpuint (runs->n_with_ends, ==, 1);
  test_view_tell ("{\"type\":\"trouble\",\"run\":\"r\",\"what\":\"full\"}\n", test_view_tell_runs,
                  runs);
  run = apool_journal_runs_get_newest (runs);
  g_assert_false (run->is_finished);
  g_assert_cmpuint (run->n_done, ==, 1);
  g_assert_cmpuint (run->n_failed, ==, 1);
  g_assert_cmpuint (run->n_trouble, ==, 1);
  g_assert_cmpstr (runs->trouble->str, ==, "full");
  /* What is run again is not done. */
  test_view_tell (
      OVER ("end", "2", "0b", "\"final\":false,\"recorded\":false,\"seconds\":1,\"signal\":15")
          OVER ("end", "3", "0c", "\"final\":true,\"recorded\":false,\"seconds\":1,\"exit\":0"),
      test_view_tell_runs, runs);
  g_assert_cmpuint (apool_journal_runs_get_newest (runs)->n_done, ==, 1);
  g_assert_cmpuint (apool_journal_runs_get_newest (runs)->n_failed, ==, 1);
  test_view_tell (RUN ("2") FINISH, test_view_tell_runs, runs);
  run = apool_journal_runs_get_newest (runs);
  g_assert_true (run->is_finished);
  g_assert_cmpuint (run->status, ==, 3);
  g_assert_cmpuint (run->n_recalled, ==, 4);
  g_assert_cmpuint (runs->running->len, ==, 0);
  g_assert_cmpuint (runs->n_with_ends, ==, 1);
  g_assert_cmpuint (runs->n_runs, ==, 2);
  g_assert_cmpstr (runs->trouble->str, ==, "");
}

static void
test_view_many_runs (void)
{
  g_autoptr (ApoolJournalRuns) runs = apool_journal_runs_new ();

  for (guint i = 0; i < 3 * APOOL_JOURNAL_KEPT_RUNS; i++)
    test_view_tell (RUN ("7"), test_view_tell_runs, runs);
  g_assert_cmpuint (runs->n_runs, ==, 3 * APOOL_JOURNAL_KEPT_RUNS);
  g_assert_cmpuint (runs->runs->len, ==, APOOL_JOURNAL_KEPT_RUNS);
}

static void
test_view_assert_counts (const char *lines,
                         gboolean may_have_several,
                         const ApoolJournalCounts *expected)
{
  g_autoptr (ApoolJournalLatest) latest = apool_journal_latest_new (may_have_several);

  test_view_tell (lines, test_view_tell_latest, latest);
  g_assert_cmpmem (apool_journal_latest_get_counts (latest), sizeof *expected, expected,
                   sizeof *expected);
}

static void
test_view_counts (void)
{
  static const char ONE[] = RUN ("1") END ("1", "0a", "\"seconds\":1,\"exit\":0")
      END ("2", "0b", "\"seconds\":1,\"exit\":1") END ("3", "0c", "\"seconds\":1,\"signal\":9")
          OVER ("end", "4", "0d", "\"final\":false,\"recorded\":true,\"seconds\":1,\"lost\":true")
              OVER ("end", "5", "0e",
                    "\"final\":false,\"recorded\":true,\"seconds\":0,"
                    "\"skipped\":true") OVER ("end", "6", "0f",
                                              "\"final\":true,\"recorded\":false,\"seconds\":1,"
                                              "\"exit\":0");
  static const ApoolJournalCounts EXPECTED = { 3, 2, 1, 1 };

  test_view_assert_counts (ONE, FALSE, &EXPECTED);
  test_view_assert_counts (ONE, TRUE, &EXPECTED);
}

/* Run again: the failed one, which succeeds; the lost one, which fails; one that had succeeded,
 * and is ended this time: its success still counts. Each with another number. */
static void
test_view_counts_again (void)
{
  static const char LINES[] = RUN ("1") END ("1", "0a", "\"seconds\":1,\"exit\":0")
      END ("2", "0b", "\"seconds\":1,\"exit\":1")
          OVER ("end", "4", "0d", "\"final\":false,\"recorded\":true,\"seconds\":1,\"lost\":true")
              RUN ("2") END ("12", "0b", "\"seconds\":1,\"exit\":0")
                  END ("14", "0d", "\"seconds\":1,\"exit\":7")
                      OVER ("end", "11", "0a",
                            "\"final\":false,\"recorded\":true,\"seconds\":1,\"signal\":15");
  static const ApoolJournalCounts EXPECTED = { 3, 1, 0, 0 };
  static const gboolean COUNTS[] = { TRUE, FALSE, FALSE, TRUE, TRUE, FALSE };
  g_autoptr (ApoolJournalLatest) latest = apool_journal_latest_new (TRUE);
  g_auto (GStrv) each = g_strsplit (LINES, "\n", -1);
  gsize n_ends = 0;

  test_view_assert_counts (LINES, TRUE, &EXPECTED);
  test_view_tell (LINES, test_view_tell_latest, latest);
  apool_journal_latest_rewind (latest);
  for (gsize i = 0; each[i] && *each[i]; i++)
    {
      g_auto (ApoolJournalEvent) event = { 0 };
      gboolean counts;

      g_assert_true (apool_journal_event_parse (&event, each[i], strlen (each[i])));
      counts = apool_journal_latest_counts_end (latest, &event);
      if (event.type == APOOL_JOURNAL_EVENT_END)
        g_assert_cmpint (counts, ==, COUNTS[n_ends++]);
      else
        g_assert_false (counts);
    }
  g_assert_cmpuint (n_ends, ==, G_N_ELEMENTS (COUNTS));
}

static void
test_view_ranks (void)
{
  g_auto (ApoolJournalRanks) ranks = { { NULL } };
  const GArray *times;

  apool_journal_ranks_init (&ranks);
  test_view_tell (END ("1", "0a", "\"seconds\":1,\"exit\":0")
                      END ("2", "0a", "\"seconds\":3,\"exit\":0,\"max_rss\":7") END (
                          "3", "0a", "\"seconds\":0,\"exit\":0,\"out\":[[0,5]],\"err\":[[5,1]]")
                          END ("4", "0a", "\"seconds\":3,\"exit\":0")
                              END ("5", "0a", "\"seconds\":2,\"exit\":0")
                                  END ("6", "0a", "\"seconds\":1,\"exit\":0")
                                      END ("7", "0a", "\"seconds\":9,\"exit\":0"),
                  test_view_tell_ranks, &ranks);
  times = ranks.jobs[APOOL_JOURNAL_RANK_TIME];
  g_assert_cmpuint (times->len, ==, APOOL_JOURNAL_RANKED_JOBS);
  for (guint i = 0; i < times->len; i++)
    g_assert_cmpuint (g_array_index (times, ApoolJournalRanked, i).seq, ==,
                      ((const guint64[]){ 7, 2, 4, 5, 1 })[i]);
  g_assert_cmpstr (g_array_index (times, ApoolJournalRanked, 0).command->str, ==, "c7");
  g_assert_cmpuint (ranks.jobs[APOOL_JOURNAL_RANK_MEMORY]->len, ==, 1);
  g_assert_cmpuint (ranks.jobs[APOOL_JOURNAL_RANK_OUTPUT]->len, ==, 1);
  g_assert_cmpuint (
      g_array_index (ranks.jobs[APOOL_JOURNAL_RANK_OUTPUT], ApoolJournalRanked, 0).value, ==, 6);
}

static void
test_view_job (void)
{
  g_auto (ApoolJournalJob) job = { 0 };
  g_auto (ApoolJournalEvent) event = { 0 };
  ApoolJournalPieces pieces;

  apool_journal_job_init (&job, 2);
  test_view_tell (JOURNAL RUN ("1") START ("1", "1"), test_view_tell_job, &job);
  g_assert_false (job.is_known);
  test_view_tell (START ("2", "2") PIECE ("2", "out", "[0,5]") PIECE ("1", "out", "[5,5]")
                      PIECE ("2", "err", "[10,5]") PIECE ("2", "out", "[15,5]") START ("30", "3"),
                  test_view_tell_job, &job);
  g_assert_true (job.is_known && job.is_running && job.is_newest && !job.has_ended);
  g_assert_cmpuint (job.pid, ==, 7);
  g_assert_cmpuint (job.first, ==, 1);
  g_assert_cmpuint (job.last, ==, 30);
  pieces = apool_journal_job_get_pieces (&job, APOOL_STREAM_STDOUT);
  g_assert_cmpuint (pieces.n, ==, 2);
  g_assert_cmpuint (pieces.extents[1].offset, ==, 15);
  test_view_tell (OVER ("retry", "2", "0a", FINAL ",\"seconds\":1,\"exit\":1"), test_view_tell_job,
                  &job);
  g_assert_cmpuint (apool_journal_job_get_pieces (&job, APOOL_STREAM_STDOUT).n, ==, 0);
  g_assert_false (job.is_running);
  g_assert_cmpuint (job.n_retried, ==, 1);
  g_assert_false (apool_journal_job_get_end (&job, &event));
  test_view_tell (END ("2", "0a", "\"seconds\":1,\"exit\":4") RUN ("2"), test_view_tell_job, &job);
  g_assert_true (job.has_ended && !job.is_running && !job.is_newest);
  g_assert_true (apool_journal_job_get_end (&job, &event));
  g_assert_cmpint (event.code, ==, 4);
  /* In the newest run that has it. */
  test_view_tell (START ("2", "1"), test_view_tell_job, &job);
  g_assert_true (job.is_running && job.is_newest && !job.has_ended);
  apool_journal_event_clear (&event);
  g_assert_false (apool_journal_job_get_end (&job, &event));
}

static ApoolJournalLook *
test_view_look (const char *directory, const char *events, GError **error)
{
  g_autofree char *path = g_build_filename (directory, "events.jsonl", NULL);

  g_assert_true (!events || g_file_set_contents (path, events, -1, NULL));
  return apool_journal_look_open (directory, error);
}

static void
test_view_refuse (const char *directory, const char *events, const char *why)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *message = g_strdup_printf ("--journal: %s: %s", directory, why);

  g_assert_null (test_view_look (directory, events, &error));
  g_assert_nonnull (error);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_view_count_cb (const ApoolJournalEvent *event, gpointer data)
{
  (*(guint *) data)++;
}

static void
test_view_look_at (void)
{
  g_autofree char *directory = g_dir_make_tmp ("journal-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "events.jsonl", NULL);
  g_autofree char *lock = g_build_filename (directory, "lock", NULL);
  g_autoptr (ApoolJournalLook) look = NULL;
  g_auto (ApoolFd) fd = -1;
  guint n = 0;

  test_view_refuse (directory, NULL, "no journal is there");
  test_view_refuse (directory, "", "nothing is recorded there");
  test_view_refuse (directory, "{\"type\":\"jour", "nothing is recorded there");
  test_view_refuse (directory, FINISH, "no journal is there");
  test_view_refuse (directory, "{\"type\":\"journal\",\"version\":2}\n",
                    "version 2: only version 1 is known");
  look = test_view_look (directory, JOURNAL RUN ("1") "x\n" FINISH "y\n{", NULL);
  g_assert_nonnull (look);
  g_assert_cmpuint (apool_journal_look_get_identity (look)->words.n, ==, 1);
  g_assert_true (apool_journal_look_read (look, test_view_count_cb, &n, NULL));
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpuint (apool_journal_look_get_n_ignored (look), ==, 2);
  /* The file grows, and yet the same is seen. */
  fd = open (path, O_WRONLY | O_APPEND | O_CLOEXEC);
  g_assert_cmpint (write (fd, "}\n" FINISH, strlen ("}\n" FINISH)), >, 0);
  apool_fd_clear (&fd);
  n = 0;
  g_assert_true (apool_journal_look_read (look, test_view_count_cb, &n, NULL));
  g_assert_cmpuint (n, ==, 3);
  /* Who has the lock's file open, and is the one that the run has named. */
  g_assert_false (apool_journal_look_is_written_by (look, (guint64) getpid ()));
  fd = open (lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  g_assert_true (apool_journal_look_is_written_by (look, (guint64) getpid ()));
  g_assert_false (apool_journal_look_is_written_by (look, 0));
  g_assert_false (apool_journal_look_is_written_by (look, G_MAXUINT64));
  apool_fd_clear (&fd);
  g_assert_false (apool_journal_look_is_written_by (look, (guint64) getpid ()));
  g_assert_cmpint (g_unlink (path) | g_unlink (lock) | g_rmdir (directory), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/journal-view/runs", test_view_runs);
  g_test_add_func ("/journal-view/many-runs", test_view_many_runs);
  g_test_add_func ("/journal-view/counts", test_view_counts);
  g_test_add_func ("/journal-view/counts-again", test_view_counts_again);
  g_test_add_func ("/journal-view/ranks", test_view_ranks);
  g_test_add_func ("/journal-view/job", test_view_job);
  g_test_add_func ("/journal-view/look", test_view_look_at);
  return g_test_run ();
}
