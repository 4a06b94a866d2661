/* SPDX-License-Identifier: MIT */
/* The options about workers, and about what is waited for. */

#include "cli/apool-option-value.h"
#include "option-fixture.h"

static void
test_pool (void)
{
  g_autoptr (ApoolOptions) options =
      PARSE ("--workers", "3", "--jobs-per-worker=1000000", "--max-tasks-per-worker", "100",
             "--worker-init", "cd /x; . ./y", "--worker-exit=z", "--worker-init-timeout=2.5",
             "--worker-timeout", ".25", "--on-error", "mail x", "--prefetch=7", "--weight", "{}",
             "--crash-limit", "1", "--retries", "5", "-kD", "echo", "--workers");

  g_assert_cmpuint (options->sizes.workers, ==, 3);
  g_assert_cmpuint (options->sizes.jobs_per_worker, ==, 1000000);
  g_assert_cmpuint (options->max_tasks, ==, 100);
  g_assert_cmpstr (options->worker_init, ==, "cd /x; . ./y");
  g_assert_cmpstr (options->worker_exit, ==, "z");
  g_assert_cmpuint (options->worker_init_timeout_msec, ==, 2500);
  g_assert_cmpuint (options->worker_timeout_msec, ==, 250);
  g_assert_cmpstr (options->on_error, ==, "mail x");
  g_assert_cmpint (options->prefetch, ==, 7);
  g_assert_cmpstr (options->weight, ==, "{}");
  g_assert_cmpuint (options->crash_limit, ==, 1);
  g_assert_cmpuint (options->retries, ==, 4);
  g_assert_true (options->debug);
  assert_words (options->command, "echo|--workers");
}

static void
test_patience (void)
{
  g_autoptr (ApoolOptions) none = PARSE ("echo");
  g_autoptr (ApoolOptions) options =
      PARSE ("--timeout", "50%", "--timeout=1m30s", "--slow-after", "250ms", "--deadline=1h",
             "--termseq", "INT,9,KILL", "--retry-delay=1s,x2,max=1m", "--retry-on", "3,lost");
  g_autoptr (ApoolOptions) percent = PARSE ("--timeout=3", "--timeout=150.5%", "--term-seq=9");
  const ApoolPatienceOptions *patience = &options->patience;

  g_assert_cmpint (none->patience.limits.timeout_usec, ==, 0);
  g_assert_false (none->patience.retry.on.is_selective);
  g_assert_null (none->patience.termseq);
  g_assert_cmpint (patience->limits.timeout_usec, ==, 90000000);
  g_assert_cmpfloat (patience->limits.timeout_percent, ==, 0);
  g_assert_cmpint (patience->limits.slow_usec, ==, 250000);
  g_assert_cmpint (patience->limits.run_usec, ==, G_GINT64_CONSTANT (3600000000));
  g_assert_cmpstr (patience->termseq, ==, "INT,9,KILL");
  g_assert_cmpint (patience->retry.delay.base_usec, ==, 1000000);
  g_assert_cmpint (patience->retry.delay.max_usec, ==, 60000000);
  g_assert_true (patience->retry.on.is_selective);
  g_assert_true (patience->retry.on.lost);
  g_assert_cmpint (percent->patience.limits.timeout_usec, ==, 0);
  g_assert_cmpfloat (percent->patience.limits.timeout_percent, ==, 150.5);
  g_assert_cmpstr (percent->patience.termseq, ==, "9");
}

#define TIMES "use seconds, or numbers with ms, s, m, h or d, such as 1.5 or 2m30s"

static void
test_bad_patience (void)
{
  ASSERT_REFUSED ("--timeout -3: column 1: not a number: " TIMES, "--timeout", "-3");
  ASSERT_REFUSED ("--timeout 2x: column 2: not a unit of time: " TIMES, "--timeout=2x");
  ASSERT_REFUSED ("--timeout -5%: not a percentage: use 0% to 1000000%, such as 200%",
                  "--timeout=-5%");
  ASSERT_REFUSED ("--timeout 5%%: not a percentage: use 0% to 1000000%, such as 200%",
                  "--timeout=5%%");
  ASSERT_REFUSED ("--timeout %: not a percentage: use 0% to 1000000%, such as 200%", "--timeout=%");
  ASSERT_REFUSED ("--slow-after '': column 1: not a number: " TIMES, "--slow-after=");
  ASSERT_REFUSED ("--deadline soon: column 1: not a number: " TIMES, "--deadline", "soon");
  ASSERT_REFUSED ("--termseq nonsense: column 1: not a signal: use signals and milliseconds by "
                  "turns, such as TERM,5000,KILL",
                  "--termseq", "nonsense");
  ASSERT_REFUSED ("--retry-delay x: column 1: not a number: " TIMES, "--retry-delay=x");
  ASSERT_REFUSED (
      "--retry-on 1,often: column 3: neither an exit status nor a signal: use 1 to 255, "
      "ranges, names of signals, timeout or lost, such as 1,75-79,SIGKILL,timeout",
      "--retry-on=1,often");
}

static void
test_pool_zeros (void)
{
  g_autoptr (ApoolOptions) options =
      PARSE ("--prefetch", "0", "--retries=0", "--crash-limit", "0", "--max-tasks-per-worker=0",
             "--worker-init-timeout=0", "--worker-init=x", "--worker-init=", "--debug");
  g_autoptr (ApoolOptions) tiny =
      PARSE ("--worker-init-timeout=0.0001", "--worker-timeout=0.00001", "--retries=1");

  g_assert_cmpint (options->prefetch, ==, 0);
  g_assert_cmpuint (options->retries, ==, G_MAXUINT);
  g_assert_cmpuint (options->crash_limit, ==, 0);
  g_assert_cmpuint (options->max_tasks, ==, 0);
  g_assert_cmpuint (options->worker_init_timeout_msec, ==, 0);
  g_assert_null (options->worker_init);
  g_assert_true (options->debug);
  g_assert_cmpuint (tiny->worker_init_timeout_msec, ==, 1);
  g_assert_cmpuint (tiny->worker_timeout_msec, ==, 1);
  g_assert_cmpuint (tiny->retries, ==, 0);
}

static void
test_scheduler (void)
{
  g_autoptr (ApoolOptions) affinity = PARSE ("--scheduler", "affinity={1}=x");
  g_autoptr (ApoolOptions) later = PARSE ("--sched=affinity=", "--scheduler=round-robin");

  g_assert_cmpstr (affinity->scheduler->name, ==, "affinity");
  g_assert_cmpstr (affinity->key, ==, "{1}=x");
  g_assert_cmpstr (later->scheduler->name, ==, "round-robin");
  g_assert_null (later->key);

  ASSERT_REFUSED ("--scheduler least-loadd: no scheduler of this name: did you mean least-loaded? "
                  "use least-loaded, round-robin or affinity=TEMPLATE",
                  "--scheduler=least-loadd", "echo");
  ASSERT_REFUSED ("--scheduler robin: no scheduler of this name: use least-loaded, round-robin or "
                  "affinity=TEMPLATE",
                  "--scheduler", "robin");
  ASSERT_REFUSED ("--scheduler round-robin=x: takes no template: use least-loaded, round-robin or "
                  "affinity=TEMPLATE",
                  "--scheduler=round-robin=x");
  ASSERT_REFUSED ("--sched affinity: needs a template: use least-loaded, round-robin or "
                  "affinity=TEMPLATE",
                  "--sched", "affinity");
}

static void
test_bad_pool_values (void)
{
  const char *const bad_counts[] = {
    "", "-1", "1.5", "x", "1000001", "99999999999999999999", " 1"
  };
  const char *const bad_seconds[] = {
    "", "-1", "1s", "x", "1000000.1", ".", "1.2.3", "1e3", "inf"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad_counts); i++)
    {
      g_autofree char *message =
          g_strdup_printf ("--prefetch %s: not a number of jobs: use 1 to 1000000, or 0 for none",
                           apool_option_show (bad_counts[i]));

      ASSERT_REFUSED (message, "--prefetch", bad_counts[i]);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (bad_seconds); i++)
    {
      g_autofree char *message = g_strdup_printf (
          "--worker-init-timeout %s: not a number of seconds: use 0.001 to 1000000, or 0 for no "
          "limit",
          apool_option_show (bad_seconds[i]));

      ASSERT_REFUSED (message, "--worker-init-timeout", bad_seconds[i]);
    }
  ASSERT_REFUSED ("--workers 0: not a number of workers: use 1 to 1000000", "--workers", "0");
  ASSERT_REFUSED ("--jobs-per-worker 0: not a number of jobs: use 1 to 1000000",
                  "--jobs-per-worker=0");
  ASSERT_REFUSED ("--worker-timeout 0: not a number of seconds: use 0.001 to 1000000",
                  "--worker-timeout", "0");
  ASSERT_REFUSED ("--retries x: not a number of attempts: use 1 to 1000000, or 0 for no limit",
                  "--retries=x");
  ASSERT_REFUSED ("--crash-limit x: not a number of lost workers: use 1 to 1000000, or 0 for no "
                  "limit",
                  "--crash-limit=x");
  ASSERT_REFUSED ("--debug: takes no value: 'all'", "--debug=all");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/option-pool/pool", test_pool);
  g_test_add_func ("/option-pool/pool-zeros", test_pool_zeros);
  g_test_add_func ("/option-pool/patience", test_patience);
  g_test_add_func ("/option-pool/bad-patience", test_bad_patience);
  g_test_add_func ("/option-pool/scheduler", test_scheduler);
  g_test_add_func ("/option-pool/bad-pool-values", test_bad_pool_values);
  return g_test_run ();
}
