/* SPDX-License-Identifier: MIT */
/* Which options a run of the commands of a log is to have of the run that has logged them. */

#include <string.h>

#include "cli/apool-option-again.h"
#include "option-fixture.h"

/* Whoever adds an option decides this of it, too. */
static const char apool_said[] =
    "jobs shell retries retry-delay retry-on timeout deadline termseq halt on-error leaks nice "
    "rlimit env tty open-tty interactive process-slot-var jobserver no-jobserver delay rate load "
    "memfree memsuspend noswap pressure limit workers jobs-per-worker max-tasks-per-worker "
    "worker-init worker-exit worker-init-timeout warm-shell worker-timeout crash-limit prefetch "
    "use-cores-instead-of-threads use-sockets-instead-of-threads group line-buffer latest-line "
    "keep-order unordered show ungroup merge drain-timeout files files0 compress compress-program "
    "decompress-program tmpdir tmp-limit longest-first profile plain ";
static const char apool_fixed[] = "workdir weight scheduler results ";
static const char apool_never[] = "no-shell template ";
static const char apool_not[] =
    "slow-after verbose v debug arg-file arg-sep arg-file-sep link null delimiter E eof "
    "no-run-if-empty skip-first-line skip-inputs max-inputs partition shuf seed total-jobs filter "
    "colsep csv jsonl header match trim bad-input max-args max-replace-args L max-lines m xargs X "
    "max-chars exit I replace extensionreplace basenamereplace dirnamereplace "
    "basenameextensionreplace seqreplace slotreplace plus rpl parens quote dry-run shell-quote tag "
    "tagstring color color-failed ctag ctagstring title joblog journal journal-sync journal-rerun "
    "resume resume-failed retry-failed status log bar progress eta tui summary quiet show-limits "
    "max-line-length-allowed minversion number-of-sockets number-of-cores number-of-threads help "
    "version ";

static void
assert_options (ApoolOptionAgain again, const char *expected)
{
  g_autoptr (GString) found = g_string_new (NULL);
  gsize n_options;
  const ApoolOption *options = apool_option_table_get (&n_options);

  for (gsize i = 0; i < n_options; i++)
    if (options[i].state == APOOL_OPTION_BUILT && apool_option_again_get (&options[i]) == again)
      g_string_append_printf (found, "%s ", options[i].names[0]);
  g_assert_cmpstr (found->str, ==, expected);
}

static void
test_table (void)
{
  assert_options (APOOL_OPTION_AGAIN_SAID, apool_said);
  assert_options (APOOL_OPTION_AGAIN_FIXED, apool_fixed);
  assert_options (APOOL_OPTION_AGAIN_NEVER, apool_never);
  assert_options (APOOL_OPTION_AGAIN_NOT, apool_not);
}

static void
assert_typed (const ApoolOptions *options, const char *expected)
{
  g_autoptr (GString) found = g_string_new (NULL);
  gsize n_said;
  const ApoolOptionSaid *said = apool_option_again_get_typed (options, &n_said);

  for (gsize i = 0; i < n_said; i++)
    g_string_append_printf (found, "%s=%s ", said[i].option->names[0],
                            said[i].value ? said[i].value : "");
  g_assert_cmpstr (found->str, ==, expected);
}

/* In order, each time, by one of its names; what profiles say is not typed. */
static void
test_typed (void)
{
  g_autoptr (ApoolOptions) options =
      PARSE ("-kj2", "--tag", "--timeout=5", "-N2", "--rlimit", "nofile=64", "--rlimit", "core=0",
             "--jobserver", "-a", "file", "echo", "-j3");
  g_autoptr (ApoolOptions) none = PARSE ("echo", ":::", "-j3");

  assert_typed (options, "keep-order= jobs=2 timeout=5 rlimit=nofile=64 rlimit=core=0 jobserver= ");
  assert_typed (none, "");
  options->n_profile_said = 2;
  assert_typed (options, "timeout=5 rlimit=nofile=64 rlimit=core=0 jobserver= ");
}

static void
assert_possible (gboolean expected, const char *const *argv)
{
  g_autoptr (ApoolOptions) options = parse (argv);

  g_assert_cmpint (apool_option_again_is_possible (options), ==, expected);
}

#define POSSIBLE(...) assert_possible (TRUE, (const char *[]){ "apool", __VA_ARGS__, NULL })
#define NOT_POSSIBLE(...) assert_possible (FALSE, (const char *[]){ "apool", __VA_ARGS__, NULL })

/* What is made of inputs cannot be made without them. */
static void
test_possible (void)
{
  POSSIBLE ("-j2", "--timeout", "5", "true");
  POSSIBLE ("--wd", "/tmp", "--weight", "2", "--scheduler", "round-robin", "true");
  POSSIBLE ("--wd", "...", "true");
  POSSIBLE ("--tagstring", "{1}", "--rpl", "{up} uc", "true");
  POSSIBLE ("--results", "out.csv", "true");
  POSSIBLE ("--results", "", "true");
  NOT_POSSIBLE ("--results", "out", "true");
  NOT_POSSIBLE ("--results", "{}/out", "true");
  NOT_POSSIBLE ("--wd", "{//}", "true");
  NOT_POSSIBLE ("--wd", "<>", "true");
  NOT_POSSIBLE ("--wd", "x,,", "-I,,", "true");
  NOT_POSSIBLE ("--wd", "up", "--rpl", "up uc", "true");
  NOT_POSSIBLE ("--wd", "=up+", "--parens", "=+", "true");
  NOT_POSSIBLE ("--weight", "{2}", "true");
  NOT_POSSIBLE ("--scheduler", "affinity={}", "true");
  NOT_POSSIBLE ("--tmpl", "in={}.out", "true");
  NOT_POSSIBLE ("--no-shell", "true");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/option-again/table", test_table);
  g_test_add_func ("/option-again/typed", test_typed);
  g_test_add_func ("/option-again/possible", test_possible);
  return g_test_run ();
}
