/* SPDX-License-Identifier: MIT */
/* The lines that show the pool. */

#include <glib.h>
#include <string.h>

#include "cli/apool-view.h"

static void
test_view_workers (void)
{
  const ApoolWorkerState states[] = {
    { 1, 123, "foo", TRUE, FALSE, 2, 1, 57, 0 },
    { 2, 0, NULL, FALSE, FALSE, 0, 3, 0, 4 },
    { 12, 7, "bar", TRUE, TRUE, 1, 0, G_GUINT64_CONSTANT (10000000000), 1 },
    { 13, 0, NULL, FALSE, FALSE, 0, 0, 3, 2, TRUE },
  };
  g_autofree char *none = apool_view_dup_workers (NULL, 0);
  g_autofree char *three = apool_view_dup_workers (states, G_N_ELEMENTS (states));

  g_assert_cmpstr (none, ==, "apool: workers: 0, 0 running, 0 waiting, 0 done, 0 lost\n");
  g_assert_cmpstr (
      three, ==,
      "apool: workers: 3, 3 running, 4 waiting, 10000000060 done, 7 lost\n"
      "apool: worker 1: pid 123, host foo, 2 running, 1 waiting, 57 done, 0 lost\n"
      "apool: worker 2: 0 running, 3 waiting, 0 done, 4 lost, starting\n"
      "apool: worker 12: pid 7, host bar, 1 running, 0 waiting, 10000000000 done, 1 lost, "
      "retiring\n"
      "apool: worker 13: 0 running, 0 waiting, 3 done, 2 lost, gone\n");
}

/* A worker, the one that replaces it, and another one: what was done in one place counts once. */
static void
test_view_replaced (void)
{
  const ApoolWorkerState states[] = {
    { 1, 5, "foo", TRUE, TRUE, 1, 0, 20, 3 },
    { 1, 6, "foo", TRUE, FALSE, 2, 4, 20, 3 },
    { 2, 7, "foo", TRUE, FALSE, 1, 1, 100, 1 },
  };
  g_autofree char *text = apool_view_dup_workers (states, G_N_ELEMENTS (states));

  g_assert_true (g_str_has_prefix (
      text, "apool: workers: 3, 4 running, 5 waiting, 120 done, 4 lost\n"
            "apool: worker 1: pid 5, host foo, 1 running, 0 waiting, 20 done, 3 lost, retiring\n"
            "apool: worker 1: pid 6, host foo, 2 running, 4 waiting, 20 done, 3 lost\n"));
}

/* The last one waits only for a slot; what was ended to make room was no attempt. */
static void
test_view_retries (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("true", 5);
  g_autoptr (ApoolTask) plain = apool_task_new (7, 1, APOOL_TASK_SHELL, bytes, NULL, NULL);
  const ApoolTaskTraits traits = { .attempt = 4, .n_evictions = 1, .weight = 1 };
  g_autoptr (ApoolTask) task = apool_task_new_variant (plain, &traits);
  const ApoolWaitingTask tasks[] = { { task, 1320000 }, { task, 0 } };
  ApoolWaitingTask many[30];
  g_autoptr (GString) text = g_string_new (NULL);

  apool_view_append_retries (text, 0, NULL, 0);
  g_assert_cmpstr (text->str, ==, "");
  apool_view_append_retries (text, 3, tasks, G_N_ELEMENTS (tasks));
  g_assert_cmpstr (text->str, ==,
                   "apool: 3 to be tried again\n"
                   "apool: job 7: attempt 3 in 1.3 s: true\n"
                   "apool: job 7: attempt 3: true\n");
  for (gsize i = 0; i < G_N_ELEMENTS (many); i++)
    many[i] = tasks[1];
  g_string_truncate (text, 0);
  apool_view_append_retries (text, 30, many, 30);
  g_assert_cmpuint (g_strrstr (text->str, "job 7") - text->str, ==,
                    strlen ("apool: 30 to be tried again\napool: ") +
                        19 * strlen ("apool: job 7: attempt 3: true\n"));
}

static void
test_view_job (void)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("sleep\0001 0", 10);
  g_autoptr (ApoolTask) task = apool_task_new (7, 1, APOOL_TASK_WORDS, text, NULL, NULL);
  ApoolJobState state = { 7, 123, 1250000, FALSE, NULL, 0 };
  ApoolSurveyJob job = { task, 2, 3, &state };
  g_autoptr (GString) line = g_string_new (NULL);

  apool_view_append_job (line, &job, NULL, 0);
  state.is_paused = TRUE;
  apool_view_append_job (line, &job, "a\tb\033[2Jc\0d", 9);
  job.state = NULL;
  apool_view_append_job (line, &job, NULL, 0);
  g_assert_true (g_str_has_prefix (line->str,
                                   "apool: job 7: pid 123, 1.2 s, worker 2, slot 3: sleep '1 0'\n"
                                   "apool: job 7: pid 123, 1.2 s, worker 2, slot 3, stopped: "
                                   "sleep '1 0'\n"
                                   "apool: job 7: wrote: a"));
  g_assert_true (g_str_has_suffix (line->str, "\napool: job 7: worker 2, slot 3: sleep '1 0'\n"));
  g_assert_null (strstr (line->str, "\033[2J"));
}

static void
test_view_sizes (void)
{
  const ApoolSizes sizes = { 8, 2, 4 };
  const ApoolOptions plain = { .scheduler = apool_scheduler_table_find ("least-loaded") };
  const ApoolOptions keyed = { .scheduler = apool_scheduler_table_find ("affinity"), .key = "{1}" };
  g_autofree char *plain_line = apool_view_dup_sizes (&sizes, 4, &plain);
  g_autofree char *keyed_line = apool_view_dup_sizes (&sizes, 0, &keyed);

  g_assert_cmpstr (plain_line, ==,
                   "apool: debug: -j8: 2 workers of 4 slots, prefetch 4, least-loaded\n");
  g_assert_cmpstr (keyed_line, ==,
                   "apool: debug: -j8: 2 workers of 4 slots, prefetch 0, affinity={1}\n");
}

static void
check_jobs (guint n_jobs, const ApoolOptions *options, const char *wanted)
{
  g_autofree char *line = apool_view_dup_jobs (n_jobs, options);
  g_autofree char *pattern = g_strdup_printf ("^apool: debug: -j%u: %s\n$", n_jobs, wanted);

  g_test_message ("%s", line);
  g_assert_true (g_regex_match_simple (pattern, line, 0, 0));
}

/* Why there are so many: what was said, and what of the machine that counts from. */
static void
test_view_jobs (void)
{
  ApoolOptions options = { .usable = { .n_allowed = 64, .quota = 8, .n = 8 } };

  check_jobs (8, &options, "[0-9]+ cores, affinity 64, cgroup quota 8");
  options.sizes.workers = 2;
  check_jobs (8, &options, "--workers 2: [0-9]+ cores, affinity 64, cgroup quota 8");
  options.sizes.jobs_per_worker = 3;
  check_jobs (6, &options, "--workers 2: --jobs-per-worker 3");
  options.jobs = "5";
  check_jobs (5, &options, "--jobs 5");
  options.jobs = "50%";
  options.usable.quota = 0;
  check_jobs (4, &options, "--jobs 50%: [0-9]+ cores, affinity 64, no cgroup quota");
  options.usable.unit = APOOL_ABOUT_SOCKETS;
  options.jobs = "-1";
  check_jobs (7, &options, "--jobs -1: [0-9]+ sockets, affinity 64, no cgroup quota");
  options.jobs = options.jobs_file = "x/y";
  options.jobs_text = (char[]){ "12" };
  check_jobs (12, &options, "--jobs x/y: 12");
  options.jobs_text = (char[]){ "+1" };
  check_jobs (9, &options, "--jobs x/y: \\+1: [0-9]+ sockets, affinity 64, no cgroup quota");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/view/workers", test_view_workers);
  g_test_add_func ("/view/replaced", test_view_replaced);
  g_test_add_func ("/view/retries", test_view_retries);
  g_test_add_func ("/view/job", test_view_job);
  g_test_add_func ("/view/sizes", test_view_sizes);
  g_test_add_func ("/view/jobs", test_view_jobs);
  return g_test_run ();
}
