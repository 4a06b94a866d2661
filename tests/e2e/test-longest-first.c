/* SPDX-License-Identifier: MIT */
/*
 * The order in which jobs are started, by how long they took before; and how long a run still
 * takes. What jobs took stands in logs that the tests write, so nothing here depends on the time
 * that anything takes.
 */

#include <signal.h>
#include <string.h>

#include "e2e-pty.h"
#include "e2e.h"

/* Makes a log of commands: `log SECONDS COMMAND ...`. Each job notes its start. */
#define PRELUDE                                                                                    \
  "A=$1\n"                                                                                         \
  "log () {\n"                                                                                     \
  "  printf "                                                                                      \
  "'Seq\\tHost\\tStarttime\\tJobRuntime\\tSend\\tReceive\\tExitval\\tSignal\\tCommand\\n'\n"       \
  "  local seq=0\n"                                                                                \
  "  while (($# > 1)); do\n"                                                                       \
  "    printf '%s\\t:\\t1700000000.000\\t%10.3f\\t0\\t0\\t0\\t0\\t%s\\n' $((++seq)) \"$1\" "       \
  "\"$2\"\n"                                                                                       \
  "    shift 2\n"                                                                                  \
  "  done\n"                                                                                       \
  "}\n"                                                                                            \
  "note () { echo $(<started); }\n"

/* Runs @script, a run with `-j1` in it, in a folder of its own: it prints @expected. */
static void
check_script (const char *script, const char *expected)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *whole = g_strdup_printf ("cd %s\n%s%s", dir, PRELUDE, script);
  g_autoptr (E2eRun) run = e2e_shell ("", whole);

  g_assert_cmpstr (run->err, ==, "");
  g_assert_cmpstr (run->out, ==, expected);
  e2e_assert_ended (run, 0);
}

/* What took longest is started first, and what is not known before that, as it comes; jobs have
 * their numbers, and what they write comes in the order of the input. The log may be one of another
 * input. */
static void
test_joblog (void)
{
  check_script (
      "log 2.5 'echo a>>started;echo a' 70 'echo b>>started;echo b' 0.5 'echo c>>started;echo c' "
      "\\\n"
      "  9 'echo gone>>started;echo gone' 3 'echo d>>started;echo d' >log\n"
      "\"$A\" -j1 --longest-first --joblog log --tag 'echo {}>>started;echo {}' ::: x a b y c d\n"
      "note\n"
      "cut -f1,9 log\n",
      "x\tx\na\ta\nb\tb\ny\ty\nc\tc\nd\td\n"
      "x y b d a c\n"
      "Seq\tCommand\n1\techo x>>started;echo x\n4\techo y>>started;echo y\n"
      "3\techo b>>started;echo b\n6\techo d>>started;echo d\n2\techo a>>started;echo a\n"
      "5\techo c>>started;echo c\n");
}

/* The log is added to, and is missing the first time; what stands there last counts. */
static void
test_joblog_appended (void)
{
  check_script ("\"$A\" -j1 --longest-first --joblog +log 'echo {} >>started' ::: 1 2 3\n"
                "note\n"
                "rm started\n"
                "log 1 'echo 1 >>started' 5 'echo 2 >>started' 3 'echo 3 >>started' >>log\n"
                "\"$A\" -j1 --longest-first --joblog +log 'echo {} >>started' ::: 1 2 3\n"
                "note\n"
                "grep -c : log\n",
                "1 2 3\n2 3 1\n9\n");
}

/* In JSON; what fails has its time as well. */
static void
test_joblog_json (void)
{
  check_script (
      "printf '{\"seq\":%s,\"exit\":%s,\"seconds\":%s,\"command\":\"echo %s>>started\"}\\n' \\\n"
      "  1 0 1.5 a  2 3 20.25 b  3 0 4 c >log.jsonl\n"
      "\"$A\" -j1 --longest-first --joblog log.jsonl 'echo {}>>started' ::: a b c d\n"
      "note\n",
      "d b c a\n");
}

/* A log that says what jobs are tells equal ones apart. */
static void
test_joblog_keys (void)
{
  check_script ("\"$A\" -j1 --joblog log.jsonl 'echo {#}{} >>started' ::: a a b\n"
                "rm started\n"
                "sed -E -i '/\"seq\":1,/s/\"seconds\":[0-9.]+/\"seconds\":2/\n"
                "  /\"seq\":2,/s/\"seconds\":[0-9.]+/\"seconds\":700.5/\n"
                "  /\"seq\":3,/s/\"seconds\":[0-9.]+/\"seconds\":30/' log.jsonl\n"
                "grep -c key log.jsonl\n"
                "\"$A\" -j1 --longest-first --joblog log.jsonl 'echo {#}{} >>started' ::: a a b c\n"
                "note\n",
                "3\n4c 2a 3b 1a\n");
}

/* What was done is left out, whatever time it took; what has failed and is run again has its place.
 */
static void
test_resume (void)
{
  check_script (
      "log 9 'echo a>>started' 1 'echo b>>started' 5 'echo c>>started' 7 'echo d>>started' >log\n"
      "sed -i '/echo [bd]/s/\\t0\\techo/\\t1\\techo/' log\n"
      "cp log log2\n"
      "\"$A\" -j1 --longest-first --resume --joblog log 'echo {}>>started' ::: b a x d c y 2>err\n"
      "note; cat err; rm started\n"
      "\"$A\" -j1 --longest-first --resume-failed --joblog log2 'echo {}>>started' ::: b a x d c y "
      "\\\n"
      "  2>err\n"
      "note; cat err\n",
      "x y\napool: resume: 4 done, 2 new, 0 no longer in the input\n"
      "x y d b\n"
      "apool: resume: 2 done, 2 to be run again, 2 new, 0 no longer in the input\n");
}

/* What has failed by a log is run by it, and has the times that stand there. */
static void
test_retry (void)
{
  check_script ("\"$A\" -j1 --joblog log.jsonl 'echo {} >>started; test {} = b' ::: a b c d\n"
                "rm started\n"
                "sed -E -i '/\"seq\":1,/s/\"seconds\":[0-9.]+/\"seconds\":2/\n"
                "  /\"seq\":3,/s/\"seconds\":[0-9.]+/\"seconds\":30/\n"
                "  /\"seq\":4,/s/\"seconds\":[0-9.]+/\"seconds\":8/' log.jsonl\n"
                "\"$A\" -j1 --retry-failed --longest-first --joblog log.jsonl; echo $?\n"
                "note\n",
                "3\nc d a\n");
}

/* What the journal has is printed from there, in its place; equal jobs have their own times. */
static void
test_journal (void)
{
  check_script (
      "\"$A\" -j1 --journal j 'echo {}>>started;echo {#}{}' ::: a a b\n"
      "rm started\n"
      "sed -E -i '/\"type\":\"end\"/{/\"seq\":1,/s/\"seconds\":[0-9.]+/\"seconds\":2/\n"
      "  /\"seq\":2,/s/\"seconds\":[0-9.]+/\"seconds\":700.5/\n"
      "  /\"seq\":3,/s/\"seconds\":[0-9.]+/\"seconds\":30/}' j/events.jsonl\n"
      "\"$A\" -j1 --journal j --longest-first 'echo {}>>started;echo {#}{}' ::: a a b c d 2>err\n"
      "cat err\n"
      "note\n"
      "rm started\n"
      "\"$A\" -j1 --journal j --journal-rerun all --longest-first --unordered \\\n"
      "  'echo {}>>started;echo {#}{}' ::: a a b 2>err\n"
      "note\n",
      "1a\n2a\n3b\n"
      "1a\n2a\n3b\n4c\n5d\n"
      "apool: journal: 3 recorded, 2 new, 0 no longer in the input\n"
      "c d\n"
      "2a\n3b\n1a\n"
      "a b a\n");
}

/* Rows are kept with all that they have, results of expressions, fields and several records: a run
 * in another order prints the same. What is skipped keeps its number. */
static void
test_rows (void)
{
  check_script ("run () {\n"
                "  seq 5 | \"$A\" -j1 $1 'echo {#} {= $_ == 2 and skip(); $_ *= 10 =} {%}'\n"
                "  printf 'n,m\\n1,\"a b\"\\n2,c\\n3,d\\n' |\n"
                "    \"$A\" -j1 $1 --csv --header : -N2 echo {#} {n} {m} {1} {3}\n"
                "  seq 4 | \"$A\" -j1 $1 --plus echo {##} {0#}\n"
                "  seq 99999 | \"$A\" -j1 $1 -X 'echo {#} {} | cksum'\n"
                "}\n"
                "run >wanted\n"
                "touch log\n"
                "run '--longest-first --joblog log' | cmp - wanted\n"
                "log 1 'echo 1 7 >>started' 5 'echo 3 9 >>started' >log\n"
                "\"$A\" -j1 --longest-first --joblog log --filter '{} != 8' \\\n"
                "  'echo {#} {} >>started' ::: 7 8 9\n"
                "note\n"
                "test $(wc -l <wanted) -gt 11 && echo batches\n",
                "3 9 1 7\nbatches\n");
}

static void
test_refused (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--longest-first", "echo", ":::", "a", NULL);

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->out, ==, "");
  g_assert_cmpstr (run->err, ==,
                   "apool: --longest-first: needs --joblog or --journal of an earlier run, which "
                   "say how long jobs take\n");
}

/* Where the outputs that wait take all the room there is, and wait for a job that is to be started
 * last, the run ends, rather than waiting for ever. */
static void
test_full (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *script = g_strdup_printf (
      "cd %s\n%s"
      "log 1 'head -c 4M /dev/zero; : 1' 9 'head -c 4M /dev/zero; : 2' \\\n"
      "  5 'head -c 4M /dev/zero; : 3' 3 'head -c 4M /dev/zero; : 4' >log\n"
      "\"$A\" -j1 --longest-first --joblog log --tmp-limit 2M 'head -c 4M /dev/zero; : {}' \\\n"
      "  ::: 1 2 3 4\n",
      dir, PRELUDE);
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  e2e_assert_ended (run, 255);
  g_assert_true (g_str_has_prefix (run->err, "apool: "));
}

/* All of a long input is read before the first job, which is the one that is to be: the last one.
 */
static void
test_long (E2eStage *stage, gconstpointer data)
{
  g_autofree char *log = g_build_filename (stage->dir, "log", NULL);
  g_autofree char *script = g_strdup_printf (
      "export R=%2$s G=%3$s\n"
      "seq 100000 | awk '{ printf \"%%d\\t:\\t1.000\\t%%d.000\\t0\\t0\\t0\\t0\\techo $$ %%d >$R; "
      "read x <$G\\n\", $1, $1, $1 }' >%1$s\n"
      "seq 100000 | exec \"$1\" -j1 --halt now,done=1 --longest-first --joblog %1$s "
      "'echo $$ {} >$R; read x <$G'",
      log, stage->reports->path, stage->gate->path);
  g_autoptr (E2eRun) run = e2e_start_shell (script);

  (void) e2e_fifo_read_report (stage->reports, "100000");
  e2e_fifo_write (stage->gate, "x\n");
  e2e_finish (run);
  e2e_assert_ended (run, 0);
}

#define LONG_BYTES 1000
#define N_LONG 60000

/* Inputs wait on the disk: 60 MB of them take little memory. */
static void
test_memory (E2eStage *stage, gconstpointer data)
{
  g_autofree char *log = g_build_filename (stage->dir, "log", NULL);
  g_autofree char *job = g_strdup_printf ("echo $$ here >%s; read x <%s; : {}",
                                          stage->reports->path, stage->gate->path);
  g_autofree char *text = g_strnfill (LONG_BYTES - 1, 'x');
  g_autoptr (E2eRun) run =
      e2e_start ("-j1", "--halt", "now,done=1", "--longest-first", "--joblog", log, job, NULL);

  for (guint i = 0; i < N_LONG; i++)
    {
      text[LONG_BYTES - 2] = (char) ('a' + i % 26);
      e2e_write (run, text);
      e2e_write (run, "\n");
    }
  e2e_close_input (run);
  (void) e2e_fifo_read_report (stage->reports, "here");
  if (!e2e_is_sanitized ())
    g_assert_cmpint (e2e_get_memory (run), <, 32 * 1024 * 1024);
  e2e_fifo_write (stage->gate, "x\n");
  e2e_finish (run);
  e2e_assert_ended (run, 0);
}

/* ---- the end of a run ---- */

/* Starts a run of two jobs of which the second one waits, and has taken 900000 seconds by the log.
 */
static E2eRun *
start_estimate (E2eStage *stage, const char *option)
{
  g_autofree char *log = g_build_filename (stage->dir, "log", NULL);
  g_autofree char *job =
      g_strdup_printf ("test {} = 1 && exit; exec 3<>%2$s; echo $$ here >%1$s; read x <&3",
                       stage->reports->path, stage->gate->path);
  g_auto (GStrv) parts = g_strsplit (job, "{}", 2);
  g_autofree char *line =
      g_strdup_printf ("2\t:\t1.000\t900000.000\t0\t0\t0\t0\t%s2%s\n", parts[0], parts[1]);
  E2eRun *run;

  g_assert_true (g_file_set_contents (log, line, -1, NULL));
  run = e2e_start_said (stage->errors, "-j1", "--eta", option, "--joblog", log, job, NULL);
  e2e_write (run, "1\n2\n");
  return run;
}

/* Returns: (transfer full): what is said while the second job runs. Where standard error is no
 * terminal nothing is said at first; the second SIGUSR2 has it be said now. Between them is a
 * question, since two of one signal may become one. */
static char *
read_estimate (E2eStage *stage, E2eRun *run)
{
  (void) e2e_fifo_read_report (stage->reports, "here");
  e2e_kill (run, SIGUSR2);
  e2e_kill (run, SIGUSR1);
  g_free (e2e_fifo_read_until (stage->errors, "apool: job 2: "));
  e2e_kill (run, SIGUSR2);
  return e2e_fifo_read_until (stage->errors, " done, ");
}

static void
finish_estimate (E2eStage *stage, E2eRun *run)
{
  e2e_fifo_write (stage->gate, "x\n");
  e2e_finish (run);
  e2e_assert_ended (run, 0);
}

static void
check_estimate (E2eStage *stage, const char *option)
{
  g_autoptr (E2eRun) run = start_estimate (stage, option);
  g_autofree char *line = NULL;
  const char *left;

  e2e_close_input (run);
  line = read_estimate (stage, run);
  g_assert_true (g_str_has_prefix (line, "apool: 1/2 done, 0 failed, 1 running, "));
  /* What it has run by now is taken off 250 hours. */
  left = strstr (line, ", ETA ");
  g_assert_nonnull (left);
  g_assert_true (g_str_equal (left, ", ETA 250:00:00") || g_str_has_prefix (left, ", ETA 249:5"));
  finish_estimate (stage, run);
}

static void
test_eta_total (E2eStage *stage, gconstpointer data)
{
  check_estimate (stage, "--total-jobs=2");
}

/* The number of jobs is known to who sorts them. */
static void
test_eta_longest_first (E2eStage *stage, gconstpointer data)
{
  check_estimate (stage, "--longest-first");
}

/* As long as the input may go on nobody knows; it is not read to find out. */
static void
test_eta_unknown (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eRun) run = start_estimate (stage, "-k");
  g_autofree char *line = read_estimate (stage, run);

  g_assert_true (g_str_has_prefix (line, "apool: 1/? done, 0 failed, 1 running, "));
  g_assert_true (g_str_has_suffix (line, ", ETA ?"));
  finish_estimate (stage, run);
}

/* On a terminal it stands there from the beginning, and is gone at the end. */
static void
test_eta_row (E2eStage *stage, gconstpointer data)
{
  g_autofree char *script = g_strdup_printf (
      "TERM=xterm $A -j1 --eta 'read x <%s; echo of job {}' ::: 1", stage->gate->path);
  g_autoptr (E2ePty) pty = e2e_pty_start (script);

  e2e_pty_wait (pty, "apool: 0/1 done, 0 failed, ");
  e2e_pty_wait (pty, ", ETA ?");
  e2e_fifo_write (stage->gate, "x\n");
  e2e_pty_wait (pty, "of job 1");
  e2e_pty_finish (pty);
  g_assert_cmpint (pty->status, ==, 0);
}

/* Who wants to know how long it takes gets the same jobs as ever: those included whose input is too
 * long to be known again. */
static void
test_eta_same (void)
{
  check_script ("head -c 17M /dev/zero | tr '\\0' x | \"$A\" -j1 'echo {#}' >wanted 2>&1\n"
                "head -c 17M /dev/zero | tr '\\0' x |\n"
                "  \"$A\" -j1 --eta --joblog log 'echo {#}' 2>&1 | cmp - wanted\n",
                "");
}

static void
add_tests (void)
{
  g_test_add_func ("/longest-first/joblog", test_joblog);
  g_test_add_func ("/longest-first/joblog-appended", test_joblog_appended);
  g_test_add_func ("/longest-first/joblog-json", test_joblog_json);
  g_test_add_func ("/longest-first/joblog-keys", test_joblog_keys);
  g_test_add_func ("/longest-first/resume", test_resume);
  g_test_add_func ("/longest-first/retry", test_retry);
  g_test_add_func ("/longest-first/journal", test_journal);
  g_test_add_func ("/longest-first/rows", test_rows);
  g_test_add_func ("/longest-first/refused", test_refused);
  g_test_add_func ("/longest-first/full", test_full);
  e2e_stage_add_test ("/longest-first/long", test_long);
  e2e_stage_add_test ("/longest-first/memory", test_memory);
  e2e_stage_add_test ("/eta/total", test_eta_total);
  e2e_stage_add_test ("/eta/longest-first", test_eta_longest_first);
  e2e_stage_add_test ("/eta/unknown", test_eta_unknown);
  e2e_stage_add_test ("/eta/row", test_eta_row);
  g_test_add_func ("/eta/same", test_eta_same);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
