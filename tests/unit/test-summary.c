/* SPDX-License-Identifier: MIT */
/* What is said of a run at its end: what is collected, and the text that is made of it. */

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "sinks/apool-summary.h"

/* ---- the text ---- */

static void
assert_text (const ApoolSummaryFacts *facts,
             const char *ended_by,
             const char *advice,
             const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  apool_summary_text_append (text, facts, ended_by, advice);
  g_assert_cmpstr (text->str, ==, expected);
}

static void
test_text_counts (void)
{
  assert_text (&(ApoolSummaryFacts){ 0 }, NULL, NULL, "apool: summary: 0 jobs\n");
  assert_text (&(ApoolSummaryFacts){ .n_succeeded = 1, .n_run = 1 }, NULL, NULL,
               "apool: summary: 1 job: 1 succeeded\n");
  assert_text (&(ApoolSummaryFacts){ .n_skipped = 7 }, NULL, NULL,
               "apool: summary: 0 jobs: 7 skipped\n");
  assert_text (&(ApoolSummaryFacts){ .n_succeeded = 9,
                                     .n_failed = 1,
                                     .n_ended = 2,
                                     .n_declined = 3,
                                     .n_recorded = 4,
                                     .n_skipped = 5 },
               "SIGINT", "do it", /* of the one that failed no more is known */
               "apool: summary: 19 jobs: 9 succeeded, 1 failed, 2 ended by SIGINT, 3 not wanted, "
               "4 done before, 5 skipped\n"
               "apool: failed: and 1 more\n"
               "apool: do it\n");
  assert_text (&(ApoolSummaryFacts){ .n_ended = 2 }, NULL, NULL,
               "apool: summary: 2 jobs: 2 ended early\n");
}

static void
test_text_times (void)
{
  const gint64 second = G_USEC_PER_SEC;
  ApoolSummaryFacts facts = { .n_succeeded = 2, .n_run = 2 };

  facts.jobs_usec = 250 * second;
  facts.wall_usec = 65 * second;
  assert_text (&facts, NULL, NULL,
               "apool: summary: 2 jobs: 2 succeeded\n"
               "apool: summary: 4 min 10 s of jobs in 65.0 s: 3 min 5 s less than one by one\n");
  facts.jobs_usec = second / 4;
  facts.wall_usec = second / 2;
  assert_text (&facts, NULL, NULL,
               "apool: summary: 2 jobs: 2 succeeded\n"
               "apool: summary: 0.25 s of jobs in 0.50 s\n");
  facts.jobs_usec = 100 * 60 * 60 * second;
  facts.wall_usec = 90 * 60 * 60 * second + 59 * second;
  assert_text (&facts, NULL, NULL,
               "apool: summary: 2 jobs: 2 succeeded\n"
               "apool: summary: 100 h 0 min of jobs in 90 h 0 min: 9 h 59 min less than one by "
               "one\n");
}

static void
test_text_failed (void)
{
  static char end[] = "zero\none\n\ntwo\r\n\033[2Jthree \377";
  ApoolSummaryFacts facts = { .n_failed = 1, .n_run = 1 };
  ApoolSummaryJob *job = &facts.failed[0];

  *job = (ApoolSummaryJob){ .seq = 7, .name = (char *) "a\nb", .how = (char *) "exit status 2" };
  assert_text (&facts, NULL, NULL,
               "apool: summary: 1 job: 1 failed\n"
               "apool: failed: job 7: a^Jb: exit status 2\n");
  job->end = end;
  job->end_length = strlen (end);
  job->is_cut = TRUE;
  assert_text (&facts, NULL, NULL,
               "apool: summary: 1 job: 1 failed\n"
               "apool: failed: job 7: a^Jb: exit status 2\n"
               "apool:   | one\n"
               "apool:   | two\n"
               "apool:   | three ?\n");
  job->end_length = 8;
  assert_text (&facts, NULL, NULL,
               "apool: summary: 1 job: 1 failed\n"
               "apool: failed: job 7: a^Jb: exit status 2\n"
               "apool:   | ...zero\n"
               "apool:   | one\n");
}

/* A long line ends where it is cut; nobody sees what is beyond that. */
static void
test_text_long (void)
{
  g_autofree char *line = g_strnfill (1000, 'x');
  ApoolSummaryFacts facts = { .n_failed = 1, .n_run = 1 };
  g_autoptr (GString) text = g_string_new (NULL);

  facts.failed[0] =
      (ApoolSummaryJob){ .seq = 1, .name = line, .how = line, .end = line, .end_length = 1000 };
  apool_summary_text_append (text, &facts, NULL, NULL);
  g_assert_cmpuint (text->len, <, 600);
}

static void
test_text_top (void)
{
  ApoolSummaryFacts facts = { .n_succeeded = 4, .n_run = 4, .n_flaky = 12 };
  const char *lines =
      "apool: summary: 4 jobs: 4 succeeded (12 after a failure)\n"
      "apool: flaky: job 2: make x: succeeded with attempt 3\n"
      "apool: flaky: and 11 more\n"
      "apool: slowest: job 2 (12.5 s, make x), job 3 (0.25 s, make with a very long "
      "name an>)\n"
      "apool: largest: job 4 (1.5 GiB, make y), job 5 (100.0 MiB, z), job 6 (4 KiB, "
      "a)\n";

  facts.flaky[0] = (ApoolSummaryJob){ .seq = 2, .name = (char *) "make x", .amount = 3 };
  facts.slowest[0] = (ApoolSummaryJob){ .seq = 2, .name = (char *) "make x", .amount = 12500000 };
  facts.slowest[1] = (ApoolSummaryJob){ .seq = 3,
                                        .name = (char *) "make with a very long name and more",
                                        .amount = 250000 };
  facts.largest[0] = (ApoolSummaryJob){ .seq = 4,
                                        .name = (char *) "make y",
                                        .amount = G_GINT64_CONSTANT (3) << 29 };
  facts.largest[1] = (ApoolSummaryJob){ .seq = 5, .name = (char *) "z", .amount = 100 << 20 };
  facts.largest[2] = (ApoolSummaryJob){ .seq = 6, .name = (char *) "a", .amount = 4096 };
  assert_text (&facts, NULL, NULL, lines);
  facts.n_run = 3; /* of so few everybody sees it */
  facts.n_flaky = 1;
  assert_text (&facts, NULL, NULL,
               "apool: summary: 4 jobs: 4 succeeded (1 after a failure)\n"
               "apool: flaky: job 2: make x: succeeded with attempt 3\n");
}

/* ---- what is collected ---- */

static ApoolTask *
make_task (guint64 seq, guint attempt, guint n_evictions)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("make\0x", 7);
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolTask) plain = apool_task_new (seq, seq, APOOL_TASK_WORDS, text, NULL, &error);
  ApoolTaskTraits traits = { .attempt = attempt, .n_evictions = n_evictions, .weight = 1 };

  g_assert_no_error (error);
  return apool_task_new_variant (plain, &traits);
}

static ApoolOutcome *
make_outcome (ApoolOutcomeKind kind, int code, gint64 amount, gboolean by_pool)
{
  ApoolUsage usage = { .run_usec = amount, .peak_bytes = amount * 10 };

  return apool_outcome_new (kind, code, &usage, by_pool, FALSE, NULL);
}

static void
end (ApoolSummary *summary, guint64 seq, ApoolOutcomeKind kind, int code, gint64 amount)
{
  g_autoptr (ApoolTask) task = make_task (seq, 1, 0);
  g_autoptr (ApoolOutcome) outcome = make_outcome (kind, code, amount, FALSE);

  apool_observer_task_finished (APOOL_OBSERVER (summary), task, outcome);
}

static void
tell_end (ApoolSummary *summary, guint64 seq, const char *out, const char *err)
{
  g_autoptr (ApoolTask) task = make_task (seq, 1, 0);
  const ApoolKeptEnd ends[] = { { out, strlen (out), FALSE }, { err, strlen (err), TRUE } };

  apool_keeper_failed (APOOL_KEEPER (summary), task, ends);
}

static void
test_collected (void)
{
  g_autoptr (ApoolSummary) summary = apool_summary_new ();
  const ApoolSummaryFacts *facts = apool_summary_get_facts (summary);
  g_autoptr (ApoolTask) task = make_task (9, 1, 0);
  g_autoptr (ApoolOutcome) ended = make_outcome (APOOL_OUTCOME_SIGNALLED, SIGTERM, 5, TRUE);

  end (summary, 1, APOOL_OUTCOME_EXITED, 0, 10);
  end (summary, 3, APOOL_OUTCOME_NOT_STARTED, ENOENT, 0);
  end (summary, 2, APOOL_OUTCOME_EXITED, 3, 40);
  end (summary, 4, APOOL_OUTCOME_NOT_STARTED, ECANCELED, 0);
  end (summary, 5, APOOL_OUTCOME_SKIPPED, 0, 0);
  end (summary, 6, APOOL_OUTCOME_EXITED, 0, 20);
  end (summary, 7, APOOL_OUTCOME_EXITED, 0, 30);
  apool_observer_task_finished (APOOL_OBSERVER (summary), task, ended);
  apool_observer_pool_done (APOOL_OBSERVER (summary));
  g_assert_cmpuint (facts->n_succeeded, ==, 3);
  g_assert_cmpuint (facts->n_failed, ==, 2);
  g_assert_cmpuint (facts->n_declined, ==, 1);
  g_assert_cmpuint (facts->n_skipped, ==, 1);
  g_assert_cmpuint (facts->n_ended, ==, 1);
  g_assert_cmpuint (facts->n_run, ==, 5);
  g_assert_cmpint (facts->jobs_usec, ==, 105);
  g_assert_cmpint (facts->wall_usec, >=, 0);
  g_assert_cmpuint (facts->slowest[0].seq, ==, 2);
  g_assert_cmpuint (facts->slowest[1].seq, ==, 7);
  g_assert_cmpuint (facts->slowest[2].seq, ==, 6);
  g_assert_cmpuint (facts->largest[0].seq, ==, 2);
  g_assert_cmpint (facts->largest[0].amount, ==, 400);
  g_assert_cmpstr (facts->failed[0].name, ==, "make x");
  g_assert_cmpstr (facts->failed[0].how, ==, "exit status 3");
  g_assert_cmpstr (facts->failed[1].how, ==, "cannot be started: No such file or directory");
  g_assert_null (facts->failed[1].end);
}

/* Standard error says why, unless there is nothing; and each end is of one job. */
static void
test_ends (void)
{
  g_autoptr (ApoolSummary) summary = apool_summary_new ();
  const ApoolSummaryFacts *facts = apool_summary_get_facts (summary);

  tell_end (summary, 1, "out", "err\n");
  end (summary, 1, APOOL_OUTCOME_EXITED, 1, 1);
  tell_end (summary, 2, "out", "\n");
  end (summary, 2, APOOL_OUTCOME_EXITED, 1, 1);
  tell_end (summary, 3, "out", "of another one");
  end (summary, 4, APOOL_OUTCOME_EXITED, 1, 1);
  g_assert_cmpmem (facts->failed[0].end, facts->failed[0].end_length, "err\n", 4);
  g_assert_true (facts->failed[0].is_cut);
  g_assert_cmpmem (facts->failed[1].end, facts->failed[1].end_length, "out", 3);
  g_assert_false (facts->failed[1].is_cut);
  g_assert_null (facts->failed[2].end);
}

static void
test_flaky (void)
{
  g_autoptr (ApoolSummary) summary = apool_summary_new ();
  const ApoolSummaryFacts *facts = apool_summary_get_facts (summary);
  g_autoptr (ApoolTask) first = make_task (1, 1, 0);
  g_autoptr (ApoolTask) second = make_task (1, 2, 0);
  g_autoptr (ApoolTask) evicted = make_task (2, 2, 1);
  g_autoptr (ApoolTask) given_up = make_task (3, 1, 0);
  g_autoptr (ApoolOutcome) failure = make_outcome (APOOL_OUTCOME_EXITED, 1, 7, FALSE);
  g_autoptr (ApoolOutcome) success = make_outcome (APOOL_OUTCOME_EXITED, 0, 100, FALSE);
  ApoolObserver *observer = APOOL_OBSERVER (summary);

  apool_observer_task_retried (observer, first, failure);
  apool_observer_task_finished (observer, second, success);
  apool_observer_task_finished (observer, evicted, success);
  g_assert_cmpuint (facts->n_succeeded, ==, 2);
  g_assert_cmpuint (facts->n_flaky, ==, 1);
  g_assert_cmpuint (facts->flaky[0].seq, ==, 1);
  g_assert_cmpint (facts->flaky[0].amount, ==, 2);
  g_assert_cmpint (facts->jobs_usec, ==, 207);
  /* The same attempt is told of twice where no other one comes. */
  apool_observer_task_retried (observer, given_up, failure);
  apool_observer_task_finished (observer, given_up, failure);
  g_assert_cmpuint (facts->n_failed, ==, 1);
  g_assert_cmpint (facts->jobs_usec, ==, 214);
}

/* What ran before takes no time now; what failed then still counts as failed. */
static void
test_recorded (void)
{
  g_autoptr (ApoolSummary) summary = apool_summary_new ();
  const ApoolSummaryFacts *facts = apool_summary_get_facts (summary);
  g_autoptr (GObject) recorded = g_object_new (G_TYPE_OBJECT, NULL);
  g_autoptr (ApoolTask) plain = make_task (1, 1, 0);
  ApoolTaskTraits traits = *apool_task_get_traits (plain);
  g_autoptr (ApoolOutcome) success = make_outcome (APOOL_OUTCOME_EXITED, 0, 5, FALSE);
  g_autoptr (ApoolOutcome) failure = make_outcome (APOOL_OUTCOME_EXITED, 2, 5, FALSE);
  g_autoptr (ApoolTask) task = NULL;

  traits.recorded = recorded;
  task = apool_task_new_variant (plain, &traits);
  apool_observer_task_finished (APOOL_OBSERVER (summary), task, success);
  apool_observer_task_finished (APOOL_OBSERVER (summary), task, failure);
  g_assert_cmpuint (facts->n_recorded, ==, 1);
  g_assert_cmpuint (facts->n_succeeded, ==, 0);
  g_assert_cmpuint (facts->n_failed, ==, 1);
  g_assert_cmpstr (facts->failed[0].how, ==, "exit status 2, in an earlier run");
  g_assert_cmpuint (facts->n_run, ==, 0);
  g_assert_cmpint (facts->jobs_usec, ==, 0);
}

static void
test_many (void)
{
  g_autoptr (ApoolSummary) summary = apool_summary_new ();
  const ApoolSummaryFacts *facts = apool_summary_get_facts (summary);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint64 seq = 1; seq <= 100000; seq++)
    {
      tell_end (summary, seq, "out", "err");
      end (summary, seq, APOOL_OUTCOME_EXITED, 1, (gint64) seq);
    }
  g_assert_cmpuint (facts->failed[APOOL_SUMMARY_MAX_FAILED - 1].seq, ==, APOOL_SUMMARY_MAX_FAILED);
  g_assert_cmpuint (facts->slowest[0].seq, ==, 100000);
  g_assert_cmpuint (facts->slowest[2].seq, ==, 99998);
  apool_summary_text_append (text, facts, NULL, NULL);
  g_assert_nonnull (strstr (text->str, "apool: failed: and 99980 more\n"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/summary/text/counts", test_text_counts);
  g_test_add_func ("/summary/text/times", test_text_times);
  g_test_add_func ("/summary/text/failed", test_text_failed);
  g_test_add_func ("/summary/text/long", test_text_long);
  g_test_add_func ("/summary/text/top", test_text_top);
  g_test_add_func ("/summary/collected", test_collected);
  g_test_add_func ("/summary/ends", test_ends);
  g_test_add_func ("/summary/flaky", test_flaky);
  g_test_add_func ("/summary/recorded", test_recorded);
  g_test_add_func ("/summary/many", test_many);
  return g_test_run ();
}
