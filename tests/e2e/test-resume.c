/* SPDX-License-Identifier: MIT */
/* Runs that go on where others have ended, by what is known of their jobs. */

#include <string.h>

#include "e2e.h"

/* So many that looking at all of them for each of them would not come to an end. */
#define MANY "100000"

/* Runs @script in a folder of its own, where "apool" is apool. What it says on standard error comes
 * behind the rest: as it runs, either may come first. */
static void
check_script (const char *script, const char *expected)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *whole = g_strdup_printf (
      "cd %s\nprogram=$1\nspoken () { \"$@\" 2> said; set -- $?; cat said; return $1; }\n"
      "apool () { spoken \"$program\" \"$@\"; }\n%s",
      dir, script);
  g_autoptr (E2eRun) run = e2e_shell ("", whole);

  g_assert_cmpstr (run->out, ==, expected);
  e2e_assert_ended (run, 0);
}

/* What GNU parallel gets wrong: it goes by numbers, skips what is new and runs the last one twice.
 */
static void
test_line_in_front (void)
{
  check_script ("apool --joblog log echo {} ::: a b c\n"
                "apool --resume --joblog log echo {} ::: new a b c\n"
                "apool --resume --joblog log echo {} ::: new a b c\n"
                "wc -l < log; cut -f1,9 log | tail -n1\n",
                "a\nb\nc\n"
                "new\napool: resume: 3 done, 1 new, 0 no longer in the input\n"
                "apool: resume: 4 done, 0 new, 0 no longer in the input\n"
                "5\n1\techo new\n");
}

static void
test_changed_input (void)
{
  check_script ("apool --joblog log echo {} ::: a b c d\n"
                "apool --resume --joblog log echo {} ::: d c e a\n",
                "a\nb\nc\nd\n"
                "e\napool: resume: 3 done, 1 new, 1 no longer in the input\n");
}

/* As many of the same are left out as were run, with either kind of log. */
static void
test_equal_jobs (void)
{
  check_script ("for log in log log.jsonl; do\n"
                "  apool --joblog $log echo {} ::: a b a\n"
                "  apool --resume --joblog $log echo {} ::: a a c a b a\n"
                "  apool --resume --joblog $log echo {} ::: a a c a b a\n"
                "done",
                "a\nb\na\n"
                "c\na\na\napool: resume: 3 done, 3 new, 0 no longer in the input\n"
                "apool: resume: 6 done, 0 new, 0 no longer in the input\n"
                "a\nb\na\n"
                "c\na\na\napool: resume: 3 done, 3 new, 0 no longer in the input\n"
                "apool: resume: 6 done, 0 new, 0 no longer in the input\n");
}

/* Equal jobs that came to have one number, since the input was changed, are two. */
static void
test_equal_numbers (void)
{
  check_script ("apool --joblog log -j1 echo ::: x y\n"
                "apool --resume --joblog log -j1 echo ::: y y\n"
                "apool --resume --joblog log -j1 echo ::: y y\n"
                "apool --resume-failed --joblog log -j1 echo ::: y y x y\n",
                "x\ny\n"
                "y\napool: resume: 1 done, 1 new, 1 no longer in the input\n"
                "apool: resume: 2 done, 0 new, 1 no longer in the input\n"
                "y\napool: resume: 3 done, 0 to be run again, 1 new, 0 no longer in the input\n");
}

/* What differs from run to run does not matter: neither the slot, nor the number of jobs, nor what
 * Perl makes of the time and the like. */
static void
test_varying (void)
{
  check_script ("go () { log=$1; shift\n"
                "  apool --resume --joblog $log \"$@\"; }\n"
                "for suffix in '' .jsonl; do\n"
                "  for command in 'true {} {%}' 'true {%} {}; :' 'true {##} {}' \\\n"
                "    'true {} {= $_ = slot() =}' 'true {} {= $_ = total_jobs() =}' \\\n"
                "    'true {} {= $_ = $$ =} {= $_ = rand; =}' 'true {= $_ = localtime =} {}'; do\n"
                "    rm -f log$suffix\n"
                "    go log$suffix -j2 \"$command\" ::: a b c\n"
                "    go log$suffix -j1 \"$command\" ::: new c b a\n"
                "  done\n"
                "done | uniq -c | sed 's/^ *//'",
                "14 apool: resume: 3 done, 1 new, 0 no longer in the input\n");
}

/* 'a-1' with a slot of 2 is not 'a' with a slot of '1-2'. */
static void
test_slot_is_a_number (void)
{
  check_script ("apool -j1 --joblog log echo '{}-{%}' ::: a-1\n"
                "apool -j1 --resume --joblog log echo '{}-{%}' ::: a a-1\n",
                "a-1-1\n"
                "a-1\napool: resume: 1 done, 1 new, 0 no longer in the input\n");
}

/* Where a number that varies ends cannot be told next to a value: such jobs run again. */
static void
test_touching (void)
{
  check_script (
      "go () { rm -f log; apool --joblog log -j1 \"$1\" ::: \"$2\"\n"
      "  apool --resume --joblog log -j1 \"$1\" ::: \"$3\"; } > out\n"
      "go ': s{%}{}' 11 1; cat out; go ': s{%}{}' 2a a; cat out; go ': {}{%}' 1 ''; cat out\n"
      "go ': {##}{}' 11 1; cat out; go ': {= $_=time =}{}' 1x x; cat out\n"
      "go ': {= $_=rand() =} {}' 'x y' y; cat out; go ': {= $_=rand() =} {}' y y; cat out\n"
      "go ': {= $_=time =}.{}' 5.y y; cat out; go ': {= $_=$$ =} {}' 'x y' 'x y'; cat out\n",
      "apool: resume: 0 done, 1 new, 1 no longer in the input\n"
      "apool: resume: 0 done, 1 new, 1 no longer in the input\n"
      "apool: resume: 0 done, 1 new, 1 no longer in the input\n"
      "apool: resume: 0 done, 1 new, 1 no longer in the input\n"
      "apool: resume: 0 done, 1 new, 1 no longer in the input\n"
      "apool: resume: 0 done, 1 new, 1 no longer in the input\n"
      "apool: resume: 1 done, 0 new, 0 no longer in the input\n"
      "apool: resume: 0 done, 1 new, 1 no longer in the input\n"
      "apool: resume: 1 done, 0 new, 0 no longer in the input\n");
}

/* What an expression makes of time and input together is known by its key alone. */
static void
test_mixed (void)
{
  check_script ("apool --resume --joblog log true '{= $_ .= time =}' ::: a; echo $?\n"
                "apool --resume=seq --joblog log true '{= $_ .= time =}' ::: a; echo $?\n"
                "apool --joblog log.jsonl true '{= $_ .= rand =}' ::: a b\n"
                "apool --resume --joblog log.jsonl true '{= $_ .= rand =}' ::: b c\n",
                "apool: --resume: an expression of the command makes of its input what differs "
                "from run to run: use a --joblog FILE.jsonl, or --resume=seq\n255\n0\n"
                "apool: resume: 1 done, 1 new, 1 no longer in the input\n");
}

static void
test_failed (void)
{
  check_script (
      "run () { apool \"$@\" 'echo {}; test {} != b || test -e ok' ::: $inputs\n"
      "  echo $?; }\n"
      "for log in log log.jsonl; do\n"
      "  rm -f ok\n"
      "  inputs='a b c' run --joblog $log\n"
      "  inputs='a b c' run --resume --joblog $log\n"
      "  inputs='new a b c' run --resume-failed --joblog $log\n"
      "  : > ok\n"
      "  inputs='a b c' run --resume-failed --joblog $log\n"
      "  inputs='b a c' run --resume-failed --joblog $log\n"
      "done > all\n"
      "head -n15 all; tail -n +16 all > second; head -n15 all | cmp - second",
      "a\nb\nc\n1\n"
      "apool: resume: 3 done, 0 new, 0 no longer in the input\n0\n"
      "new\nb\napool: resume: 2 done, 1 to be run again, 1 new, 0 no longer in the input\n"
      "1\n"
      "b\napool: resume: 2 done, 1 to be run again, 0 new, 1 no longer in the input\n0\n"
      "apool: resume: 3 done, 0 to be run again, 0 new, 1 no longer in the input\n0\n");
}

/* Failed jobs keep their numbers; what else the command line says of jobs does not matter. */
static void
test_retry (void)
{
  check_script (
      "for log in log log.jsonl; do\n"
      "  rm -f ok\n"
      "  apool -j1 --joblog $log 'test {} = b || test -e ok && echo {} {#}' ::: a b 'c  d'\n"
      "  apool -j1 --retry-failed --joblog $log -N2 echo ignored ::: x y; echo $?\n"
      "  : > ok\n"
      "  apool -j1 --retry-failed --joblog $log; echo $?\n"
      "  apool -j1 --retry-failed --joblog $log; echo $?\n"
      "done\n"
      "cut -f1,7 log\n"
      "apool --resume-failed --joblog log.jsonl \\\n"
      "  'test {} = b || test -e ok && echo {} {#}' ::: a b 'c  d' e\n",
      "b 2\n2\na 1\nc  d 3\n0\n0\n"
      "b 2\n2\na 1\nc  d 3\n0\n0\n"
      "Seq\tExitval\n1\t1\n2\t0\n3\t1\n1\t1\n3\t1\n1\t0\n3\t0\n"
      "e 4\napool: resume: 3 done, 0 to be run again, 1 new, 0 no longer in the input\n");
}

/* Newlines and other bytes are those of the command that was run. */
static void
test_retry_bytes (void)
{
  check_script ("printf 'a\\nb\\0c\\\\\\377\\0' |\n"
                "  apool -0 -j1 --joblog log 'test -e ok && printf %s {}' > first\n"
                ": > ok\n"
                "apool -j1 --retry-failed --joblog log > second\n"
                "test -s first || od -An -c second",
                "   a  \\n   b   c   \\ 377\n");
}

/* Of an input with a NUL there is no command: it fails each time. */
static void
test_retry_unknown (void)
{
  check_script ("printf 'a\\0b\\nc\\n' > in\n"
                "apool --joblog log -j1 echo < in\n"
                "apool --resume --joblog log -j1 echo < in\n"
                "apool --retry-failed --joblog log; echo $?\n",
                "c\napool: job 1: cannot be started: input line 1: a NUL byte cannot be part of an "
                "argument\n"
                "apool: job 1: cannot be started: input line 1: a NUL byte cannot be part of an "
                "argument\napool: resume: 1 done, 0 new, 0 no longer in the input\n"
                "apool: job 1: cannot be started: input line 1: --retry-failed: its command is not "
                "known\n1\n");
}

static void
test_retry_nothing (void)
{
  check_script ("apool --retry-failed --joblog new echo {} ::: a; cut -f9 new\n"
                ": > empty; apool --retry-failed --joblog empty echo {} ::: a; echo $?\n"
                "apool --retry-failed echo ::: a; echo $?\n"
                "printf '1000000000\\t:\\t1.0\\t1.0\\t0\\t0\\t1\\t0\\tfalse\\n' > far\n"
                "apool --retry-failed --joblog far; echo $?\n",
                "a\nCommand\necho a\n0\n"
                "apool: --retry-failed: needs --joblog\n255\n"
                "apool: --retry-failed: 'far': job 1000000000: no number up to 100000000\n255\n");
}

/* Two jobs with one number, since the input was changed, are two in either kind of log; by numbers
 * they are one. */
static void
test_retry_changed_input (void)
{
  check_script ("apool --joblog log.jsonl 'echo {}; test {} = b' ::: a b\n"
                "apool --resume --joblog log.jsonl 'echo {}; test {} = b' ::: c a b\n"
                "apool --retry-failed --joblog log.jsonl\n"
                "apool --resume --joblog log.jsonl 'echo {}; test {} = b' ::: c a b\n",
                "a\nb\nc\napool: resume: 2 done, 1 new, 0 no longer in the input\na\nc\n"
                "apool: resume: 3 done, 0 new, 0 no longer in the input\n");
  check_script ("apool --joblog log 'echo {}; test {} != bad' ::: bad\n"
                "apool --resume --joblog log 'echo {}; test {} != bad' ::: good bad\n"
                "ln -s \"$program\" parallel; spoken ./parallel --retry-failed --joblog log\n"
                "apool --resume=seq --retry-failed --joblog log\n"
                "apool --retry-failed --joblog log; cut -f1,7 log\n",
                "bad\ngood\napool: resume: 1 done, 1 new, 0 no longer in the input\n"
                "bad\nSeq\tExitval\n1\t1\n1\t0\n1\t1\n");
}

/* A job that waits for its next attempt when the run ends, in whatever way, has failed, but is not
 * done. */
static void
test_retry_waiting (void)
{
  check_script (
      "for log in log log.jsonl; do\n"
      "  rm -f ok\n"
      "  apool -j1 --halt now,success=1 --retries 2 --retry-delay 100 --joblog $log \\\n"
      "    'test -e ok || exit {}; echo {#}' ::: 7 0 > seen\n"
      "  grep -c 'not tried again' seen; : > ok\n"
      "  apool --retry-failed --joblog $log; echo $?\n"
      "done\n"
      "echo '{\"seq\":1,\"retried\":true,\"exit\":3,\"command\":\"echo a\"}' > cut.jsonl\n"
      "cp cut.jsonl new.jsonl; apool --retry-failed --joblog cut.jsonl; echo $?\n"
      "apool --resume --joblog new.jsonl echo {} ::: a\n",
      "1\n1\n0\n1\n1\n0\na\n0\na\n");
}

/* Of two failures with one number each is known by it when it has succeeded. */
static void
test_retry_equal_numbers (void)
{
  check_script ("apool --joblog log 'echo {}; test -e ok' ::: a\n"
                "apool --resume --joblog log 'echo {}; test -e ok' ::: b a\n"
                ": > ok; apool -j1 --retry-failed --joblog log\n"
                "apool --retry-failed --joblog log; cut -f1,7 log\n",
                "a\nb\napool: resume: 1 done, 1 new, 0 no longer in the input\n"
                "a\nb\nSeq\tExitval\n1\t1\n1\t1\n1\t0\n1\t0\n");
}

static void
test_by_seq (void)
{
  check_script ("apool -j1 --joblog log 'echo {}; test {} != b' ::: a b c\n"
                "apool --resume=seq --joblog log echo {} ::: new a b c; echo $?\n"
                "apool --resume=seq --resume-failed --joblog log echo {} ::: p q r s; echo $?\n"
                "apool --resume=seq --joblog log.jsonl echo {} ::: a b\n"
                "apool --resume=seq --joblog log.jsonl echo {} ::: new b c\n"
                "ln -s \"$program\" parallel\n"
                "spoken ./parallel --resume --joblog log echo {} ::: p q r s t\n"
                "spoken ./parallel --resume=job --joblog log echo {} ::: c u\n",
                "a\nb\nc\n"
                "c\n0\n"
                "q\n0\n"
                "a\nb\nc\n"
                "t\n"
                "u\napool: resume: 1 done, 1 new, 5 no longer in the input\n");
}

/* Of what was torn nothing is believed, and what is no line of a log is said. */
static void
test_torn (void)
{
  check_script ("apool -j1 --joblog log echo {} ::: a b c > out\n"
                "truncate -s -2 log; sed -i '2i what is this' log\n"
                "apool -j1 --resume --joblog log echo {} ::: a b c\n"
                "apool -j1 --resume --joblog log echo {} ::: a b c 2>&1 | tail -n1\n"
                "apool -j1 --joblog log.jsonl echo {} ::: a b c > out\n"
                "truncate -s -2 log.jsonl\n"
                "apool -j1 --resume --joblog log.jsonl echo {} ::: a b c 2>&1 | grep -v passed\n",
                "c\napool: --joblog: log: 2 lines tell of nothing that is known: passed over\n"
                "apool: resume: 2 done, 1 new, 0 no longer in the input\n"
                "apool: resume: 3 done, 0 new, 0 no longer in the input\n"
                "c\napool: resume: 2 done, 1 new, 0 no longer in the input\n");
}

/* +FILE is a file that is added to; a log that is not there is begun. */
static void
test_appended (void)
{
  check_script ("apool --resume --joblog +log echo {} ::: a\n"
                "apool --joblog +log echo {} ::: b\n"
                "apool --resume --joblog +log echo {} ::: a b c\n"
                "apool --resume --dry-run --joblog log echo {} ::: a b c d\n"
                "cut -f9 log\n",
                "a\nb\nc\napool: resume: 2 done, 1 new, 0 no longer in the input\n"
                "echo d\napool: resume: 3 done, 1 new, 0 no longer in the input\n"
                "Command\necho a\necho b\necho c\n");
}

/* A log with keys knows the template and the directory: their jobs are others. */
static void
test_keys (void)
{
  check_script ("apool --joblog log.jsonl 'echo {}; : {}' ::: a\n"
                "apool --resume --joblog log.jsonl 'echo {}; : a' ::: a\n"
                "mkdir other; cp log.jsonl other; cd other\n"
                "apool --resume --joblog log.jsonl 'echo {}; : {}' ::: a\n",
                "a\n"
                "a\napool: resume: 0 done, 1 new, 1 no longer in the input\n"
                "a\napool: resume: 0 done, 1 new, 2 no longer in the input\n");
}

static void
test_results (void)
{
  check_script ("apool --results d 'echo {}; test {} = a' ::: a b > out\n"
                "apool --resume --results d echo new {} ::: a b c; echo $?\n"
                ": > d/1/a/seq; rm d/1/b/seq\n"
                "apool --resume --dry-run --results d echo again {} ::: a b c d\n"
                "apool --resume --results d echo again {} ::: a b c\n"
                "apool --resume --results 'e-{}' echo {} ::: a b\n"
                "apool --resume --results 'e-{}' echo {} ::: a b c\n"
                "apool --resume --results f.csv echo {} ::: a; echo $?\n"
                "apool --resume-failed --results d echo {} ::: a; echo $?\n",
                "new c\n0\n"
                "echo again a\necho again d\n"
                "again a\n"
                "a\nb\nc\n"
                "apool: --resume: needs --joblog, or --results with a directory\n255\n"
                "apool: --resume-failed: needs --joblog\n255\n");
}

/* A job that was killed with apool is not taken for done, though it has begun its files. */
static void
test_results_of_killed (void)
{
  check_script ("mkfifo begun never\n"
                "\"$program\" -j1 --prefetch 0 --results d 'echo {}; test {} = a || { echo > "
                "begun; cat never; }' \\\n"
                "  ::: a b c > out & pid=$!\n"
                "read line < begun; kill -KILL $pid; wait $pid 2> /dev/null\n"
                "apool --resume --results d echo again {} ::: a b c\n",
                "again b\nagain c\n");
}

/* Of all that apool and GNU parallel quote in their own ways. */
static void
test_reference (void)
{
  static const char SCRIPT[] =
      "export HOME=$PWD; unset PARALLEL; mkdir .parallel; : > .parallel/will-cite\n"
      "values () { printf '%s\\n' a 'b c' \"it's\" '\"x\" $y' 'p,q=r:s@t' '*' '' '~' 'a\\b' '{x}'; "
      "}\n"
      "values | parallel -j2 --joblog log 'true {} {%}' > out\n"
      "values | parallel -j2 --joblog words true pre{} > out\n"
      "{ echo new; values; } | apool -j3 --resume --joblog log 'true {} {%}'\n"
      "{ values; echo new; } | apool --resume --joblog words true pre{}\n"
      "values | apool --joblog back true pre{}\n"
      "{ values; echo new; } | parallel --resume --joblog back true pre{}\n"
      "tail -n +2 back | wc -l\n"
      "parallel --joblog failed 'test -e ok && echo' {} ::: 'a  b' c\n"
      ": > ok; apool --retry-failed --joblog failed\n"
      "rm ok; apool --joblog failed 'test -e ok && echo' {} ::: 'a  b' c\n"
      ": > ok; parallel -k --retry-failed --joblog failed\n";

  g_autofree char *parallel = g_find_program_in_path ("parallel");

  if (!parallel)
    {
      g_test_skip ("GNU parallel is not installed");
      return;
    }
  check_script (SCRIPT, "apool: resume: 10 done, 1 new, 0 no longer in the input\n"
                        "apool: resume: 10 done, 1 new, 0 no longer in the input\n"
                        "11\na  b\nc\na  b\nc\n");
}

static void
test_many (void)
{
  check_script ("awk 'BEGIN { print \"Seq\"; for (i = 1; i <= " MANY "; i++)\n"
                "  printf \"%d\\t:\\t1.000\\t0.001\\t0\\t0\\t0\\t0\\ttrue %d %d\\n\",\n"
                "    i, i % 7, i }' > log\n"
                "seq 0 " MANY " | apool --resume --joblog log true {%} {}\n",
                "apool: --joblog: log: 1 line tells of nothing that is known: passed over\n"
                "apool: resume: " MANY " done, 1 new, 0 no longer in the input\n");
}

static void
add_tests (void)
{
  g_test_add_func ("/resume/line-in-front", test_line_in_front);
  g_test_add_func ("/resume/changed-input", test_changed_input);
  g_test_add_func ("/resume/equal-jobs", test_equal_jobs);
  g_test_add_func ("/resume/equal-numbers", test_equal_numbers);
  g_test_add_func ("/resume/varying", test_varying);
  g_test_add_func ("/resume/slot-is-a-number", test_slot_is_a_number);
  g_test_add_func ("/resume/touching", test_touching);
  g_test_add_func ("/resume/mixed", test_mixed);
  g_test_add_func ("/resume/failed", test_failed);
  g_test_add_func ("/resume/retry", test_retry);
  g_test_add_func ("/resume/retry-waiting", test_retry_waiting);
  g_test_add_func ("/resume/retry-bytes", test_retry_bytes);
  g_test_add_func ("/resume/retry-unknown", test_retry_unknown);
  g_test_add_func ("/resume/retry-nothing", test_retry_nothing);
  g_test_add_func ("/resume/retry-changed-input", test_retry_changed_input);
  g_test_add_func ("/resume/retry-equal-numbers", test_retry_equal_numbers);
  g_test_add_func ("/resume/by-seq", test_by_seq);
  g_test_add_func ("/resume/torn", test_torn);
  g_test_add_func ("/resume/appended", test_appended);
  g_test_add_func ("/resume/keys", test_keys);
  g_test_add_func ("/resume/results", test_results);
  g_test_add_func ("/resume/results-of-killed", test_results_of_killed);
  g_test_add_func ("/resume/reference", test_reference);
  g_test_add_func ("/resume/many", test_many);
}

int
main (int argc, char **argv)
{
  e2e_forgo_leaks (); /* managers are killed here */
  return e2e_main (argc, argv, add_tests);
}
