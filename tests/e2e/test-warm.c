/* SPDX-License-Identifier: MIT */
/* Jobs that are forks of a running shell: they do what they do in a shell of their own. Everything
 * is done with bash and with dash. */

#include <string.h>

#include "e2e.h"

static const char *const WARM_SHELLS[] = { "bash", "dash" };

/* Each one is a job; it does not depend on what else is in the directory, or on the time. */
static const char *const WARM_COMMANDS[] = {
  "exit 3",
  "exit 300",
  "set -e; false; echo no",
  "trap 'echo bye' EXIT; exit 4",
  "trap 'echo bye' EXIT; echo a",
  "trap",
  "fi",
  "echo a; (",
  "no-such-program x",
  "./no-such-program",
  "/dev/null",
  "echo 'a b' | wc -c",
  "kill -9 $$",
  "kill -TERM $$",
  "sh -c 'kill -SEGV $$'",
  "sh -c 'exit 139'",
  "(sh -c 'kill -9 $$') 2>/dev/null; echo $?",
  "exec sh -c 'kill -9 $$'",
  "exec no-such-program",
  "exec >&2; echo err",
  "echo out; echo err >&2",
  "read x; echo \"got $x $?\"",
  "cat; echo $?",
  "echo $# \"$@\"",
  "echo $0",
  "echo $-",
  "env | grep -vE '^(_|APOOL_(JOB|PID|E2E_MARK)|PARALLEL_PID)=' | sort",
  "set | grep -v ^BASH | grep -c APOOL_",
  "set | grep -vE '/|^BASH|^_=' | grep -ic warm",
  "env | grep -i preload",
  "sleep 0.01 & wait; echo $?",
  "sh -c 'exit 7' & wait $!; echo $?",
  "sleep 5 & kill $!; wait $! 2>/dev/null; echo $?",
  "umask; pwd; cd /; pwd; echo $PWD $OLDPWD",
  "f() { echo in $1; return 5; }; f 1; echo $?",
  "x=5; export x; env | grep ^x=",
  "cat <<E\na $((1+2))\nE",
  "for i in 1 2 3; do echo $i; done | tail -n 1",
  "ulimit -n; ulimit -c",
  "trap 'echo term' TERM; kill -TERM $$; echo after",
  "for f in /proc/$$/fd/*; do case $f in */10) ;; *) echo ${f##*/} ;; esac; done",
  "set -u; echo $no_such_variable; echo no",
  ": ${no_such_variable:?message}",
  "readonly r=1; r=2; echo no",
  "set -- a:b; IFS=:; echo $1",
  "set -- 'a b'; printf '<%s>' $1",
  "jobs; echo \"$!\"",
  "echo $LINENO\necho $LINENO",
  "echo a >/no-such-dir/b",
  "alias zz='echo alias'; zz",
  "exec 3>&1; echo three >&3",
  "echo $((1/0)); echo no",
  "grep -E 'Sig(Blk|Ign)' /proc/self/status",
  "[ \"$(sh -c 'echo $PPID')\" = $$ ] && cut -d' ' -f5 /proc/$$/stat | grep -cx $$",
  "echo ${RANDOM:+r} $SECONDS $BASH_SUBSHELL",
  "printenv _",
  "printenv _ | cat",
  "/tmp",
  "../bin/sh -c 'echo $0; exit 3'",
  "/bin/echo \"${A#'\"'}\"; /bin/echo \"${B#'\"'}\"",
  "/bin/echo \"${A:-\"don't\"}\"\n/bin/echo \"${B:-\"can't\"}\"",
  "/bin/false \"${A%'\"'*}\" || /bin/echo \"fallback ${B#'\"'}\"",
  "/bin/echo \"${A:-x}\" \"${HOME}\" ${A:+\"a b\"}",
  "printf '%s\\n' $APOOL_SEQ $PARALLEL_SEQ $APOOL_JOBSLOT $APOOL_ATTEMPT",
};

/* Runs @script with bash: $1 is apool, $2 is testprog, and $APOOL_SHELL the shell. */
static E2eRun *
warm_shell (const char *shell, const char *input, const char *script)
{
  g_autofree char *whole = g_strdup_printf (
      "unset OLDPWD; export APOOL_SHELL=$(command -v %s) && cd /tmp && %s", shell, script);

  return e2e_shell (input, whole);
}

/* What a shell says is told with its name before it, once or twice, and where in its text; and with
 * the numbers of processes. */
static char *
warm_strip (const char *text)
{
  g_autoptr (GRegex) regex =
      g_regex_new ("\\S*/(ba|da)sh: (-c: )?([0-9]+: )?| *[0-9]+ (?=Killed)", 0, 0, NULL);

  return g_regex_replace_literal (regex, text, -1, 0, "", 0, NULL);
}

/* Runs all the commands, one after the other, and shows the status and signal of each at the end.
 * Numbers of processes are not the same twice. */
static E2eRun *
warm_run_all (const char *shell, const char *option)
{
  g_autoptr (GString) input = g_string_new (NULL);
  g_autofree char *script = g_strdup_printf (
      "log=$(mktemp) && tr '\\1' '\\0' | \"$1\" --workers 1 -j1 -0 --joblog $log %s"
      "; echo $?; cut -f7,8 $log; rm $log",
      option);

  for (gsize i = 0; i < G_N_ELEMENTS (WARM_COMMANDS); i++)
    g_string_append_printf (input, "%s\1", WARM_COMMANDS[i]);
  return warm_shell (shell, input->str, script);
}

/* The same commands in a warm shell and in shells of their own. */
static void
test_warm_matrix (gconstpointer shell)
{
  g_autoptr (E2eRun) plain = warm_run_all (shell, "");
  g_autoptr (E2eRun) warm = warm_run_all (shell, "--warm-shell");
  g_autofree char *plain_said = warm_strip (plain->err);
  g_autofree char *warm_said = warm_strip (warm->err);

  g_assert_cmpstr (warm->out, ==, plain->out);
  g_assert_cmpstr (warm_said, ==, plain_said);
  g_assert_nonnull (strstr (warm->out, "bye\n"));
}

/* @expected: (nullable): what it writes; %NULL for two lines that are the same */
static void
warm_check (const char *shell, const char *script, const char *expected)
{
  g_autoptr (E2eRun) run = warm_shell (shell, "", script);

  g_assert_cmpstr (run->err, ==, "");
  if (expected)
    g_assert_cmpstr (run->out, ==, expected);
  else
    {
      g_auto (GStrv) lines = g_strsplit (run->out, "\n", -1);

      g_assert_cmpuint (g_strv_length (lines), ==, 3);
      g_assert_cmpstr (lines[0], ==, lines[1]);
    }
}

/* What the kernel does not take for a program is told of once, or run by the shell without a word.
 */
static void
test_warm_formats (void)
{
  static const char SCRIPT[] =
      "d=$(mktemp -d) && printf '#!/none\\n' >$d/bad && : >$d/empty && echo echo text >$d/plain && "
      "printf '#!/bin/sh -e\\necho script $1\\n' >$d/good && chmod +x $d/* && "
      "for o in '' --warm-shell; do for p in bad empty plain good; do "
      "\"$1\" $o -n0 \"$d/$p 'a b'\" ::: 1 2>&1; echo $?; done | tr '\\n' ' '; echo; done; rm -r "
      "$d";

  warm_check ("bash", SCRIPT, NULL);
}

/* A library of the user's gets what it gets in a shell that is executed. */
static void
test_warm_preload (gconstpointer shell)
{
  static const char SCRIPT[] =
      "d=$(mktemp -d) && cd $d && for o in '' --warm-shell; do : >asked; : >given; "
      "LD_PRELOAD=$APOOL_REDIRECT \"$1\" $o 'echo {} >asked; :' ::: text; "
      "unset LD_PRELOAD; echo \"$(cat asked) $(cat given)\"; done; rm -r $d";

  warm_check (shell, SCRIPT, " text\n text\n");
}

/* That jobs are forks indeed: their command line is that of the shell they are of. */
static void
test_warm_is_fork (gconstpointer shell)
{
  static const char SCRIPT[] = "for o in '' --warm-shell; do \"$1\" $o --workers 1 "
                               "'tr \"\\0\" \"\\n\" </proc/$$/cmdline | grep -c {}; :' ::: marked; "
                               "done";

  warm_check (shell, SCRIPT, "1\n0\n");
}

/* What is a job's own, and what is all jobs'. */
static void
test_warm_surroundings (gconstpointer shell)
{
  warm_check (shell,
              "export V=\"it's\"; \"$1\" --warm-shell --workers 1 --wd /usr --nice 3 "
              "--rlimit nofile=77 --worker-init 'export W=w; umask 027' "
              "'pwd; echo $PWD $OLDPWD $V $W {#} {}; ulimit -n; umask; nice' ::: a 'b  c'",
              "/usr\n/usr it's w 1 a\n77\n0027\n3\n/usr\n/usr it's w 2 b  c\n77\n0027\n3\n");
}

/* Descriptors that were handed down, and the first job's input. */
static void
test_warm_descriptors (gconstpointer shell)
{
  warm_check (shell,
              "echo in | \"$1\" --warm-shell 'cat; echo x >&5; cat <&6; : {}' ::: a 5>&1 "
              "6< <(echo six) | sort",
              "in\nsix\nx\n");
}

static void
test_warm_functions (void)
{
  warm_check ("bash",
              "\"$1\" --warm-shell --worker-init 'f() { echo f $1; }; export -f f' "
              "'f {}; exit {}' ::: 0 0",
              "f 0\nf 0\n");
}

/* Scripts hear the name that they are called by. */
static void
test_warm_scripts (gconstpointer shell)
{
  warm_check (
      shell,
      "d=$(mktemp -d); cd $d; printf '#!/bin/sh\necho $0 $1 $_\n' >scr; chmod +x scr; "
      "for o in '' --warm-shell; do (for p in $PATH .:$PATH $PATH:$d; do "
      "PATH=$p \"$1\" $o --workers 1 {} ::: \"$d/scr *\" './scr *' 'scr *' 2>/dev/null; done) | "
      "cksum; done; rm -r $d",
      NULL);
}

/* Jobs are forks of one process, and do not draw the same numbers. */
static void
test_warm_random (void)
{
  warm_check ("bash",
              "seq 20 | \"$1\" --warm-shell --workers 1 'echo $RANDOM$RANDOM$RANDOM $SECONDS; : {}'"
              " | sort -u | wc -l",
              "20\n");
}

/* Limits of time, steps of ending, attempts, and what is left behind. */
static void
test_warm_ends (gconstpointer shell)
{
  g_autoptr (E2eRun) run = warm_shell (
      shell, "",
      "log=$(mktemp); \"$1\" --warm-shell --workers 1 --timeout 0.3 --joblog $log "
      "'sleep 100; : {}' ::: a; echo $?; "
      "\"$1\" --warm-shell --retries 3 'echo $APOOL_ATTEMPT {}; exit $((APOOL_ATTEMPT < 3))' ::: b;"
      "echo $?; \"$1\" --warm-shell --leaks fail '(sleep 100 &) >/dev/null 2>&1; : {}' ::: c; "
      "echo $?; rm $log");

  g_assert_cmpstr (run->out, ==, "1\n3 b\n0\n1\n");
  g_assert_nonnull (strstr (run->err, "left behind and ended: sleep"));
}

/* Somebody kills the shell, or stops it: jobs go on. */
static void
test_warm_killed (gconstpointer shell)
{
  warm_check (shell,
              "seq 30 | \"$1\" --warm-shell --workers 1 -j1 '{ case $(({} % 3)) in "
              "0) p=-KILL ;; 1) p=-STOP ;; *) p= ;; esac; "
              "test -z \"$p\" || for s in $(cat /proc/$PPID/task/$PPID/children); do "
              "case $(tr \"\\0\" \" \" </proc/$s/environ) in "
              "*\"APOOL_JOB=- \"*) kill $p $s ;; esac; done; } 2>/dev/null; echo {}' | md5sum; "
              "seq 30 | md5sum",
              NULL);
}

/* Many, many at once. */
static void
test_warm_many (gconstpointer shell)
{
  warm_check (
      shell, "seq 2000 | \"$1\" --warm-shell -j8 'echo {} | cat; exit 0' | cksum; seq 2000 | cksum",
      NULL);
}

/* Jobs that a fork of the shell has no descriptors for start shells of their own. */
static void
test_warm_few_descriptors (gconstpointer shell)
{
  warm_check (shell,
              "for n in 10 11 12; do "
              "\"$1\" --warm-shell --rlimit nofile=$n ::: 'echo a; :|:' || echo fails; done",
              "a\na\na\n");
}

/* What a bash reads or gets at its start has a say in what it is told: then jobs have their own. */
static void
test_warm_startup (void)
{
  static const char *const SETTINGS[] = {
    "echo 'set -x; tr() { echo no; }; cd() { echo no; }' >$d/env; export BASH_ENV=$d/env",
    "set -x; export SHELLOPTS",
    "cd() { echo no; }; export() { echo no; }; builtin export -f cd export",
    ".() { echo no; }; exec() { echo no; }; builtin export -f . exec",
    "builtin() { echo no; }; export -f builtin",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (SETTINGS); i++)
    {
      g_autofree char *script = g_strdup_printf (
          "d=$(mktemp -d); for o in '' --warm-shell; do (%s; \"$1\" $o --wd /usr --workers 1 "
          "{} ::: 'tr a b </dev/null; pwd' 'sleep 0' pwd 2>&1) | sed 's/.*: line/line/' | cksum; "
          "done 2>/dev/null; rm -r $d",
          SETTINGS[i]);

      warm_check ("bash", script, NULL);
    }
}

/* Makes a shell $d/dash of @script, which has the name of the real one in $real. */
static E2eRun *
warm_fake_shell (const char *script, const char *test)
{
  g_autofree char *whole = g_strdup_printf (
      "d=$(mktemp -d); export real=$(command -v dash); printf '#!/bin/sh\n%%s\n' '%s' >$d/dash; "
      "chmod +x $d/dash; export APOOL_SHELL=$d/dash; %s; echo $?; rm -r $d",
      script, test);

  return e2e_shell ("", whole);
}

/* A shell that does not come to its end of starting keeps nobody waiting. */
static void
test_warm_slow_start (void)
{
  g_autoptr (E2eRun) run =
      warm_fake_shell ("test \"$APOOL_JOB\" != - || read x <>${0%/*}/fifo; exec $real \"$@\"",
                       "mkfifo $d/fifo; \"$1\" --warm-shell --workers 1 -j4 --worker-timeout 3 "
                       "'echo {}; :' ::: 1 2 3 4 5 6 7 8");

  g_assert_cmpstr (run->out, ==, "1\n2\n3\n4\n5\n6\n7\n8\n0\n");
  g_assert_cmpstr (run->err, ==, "");
}

/* One that is of no use three times is done without, and why is said. */
static void
test_warm_useless (void)
{
  g_autoptr (E2eRun) run =
      warm_fake_shell ("test \"$APOOL_JOB\" != - || exit 3; exec $real \"$@\"",
                       "\"$1\" --warm-shell --workers 1 -j1 'echo {}; :' ::: 1 2 3 4");

  g_assert_cmpstr (run->out, ==, "1\n2\n3\n4\n0\n");
  g_assert_true (g_str_has_prefix (run->err, "apool: --warm-shell: "));
  g_assert_true (g_str_has_suffix (
      run->err, "/dash: it does not work as one: it has ended: jobs have shells of their own\n"));
}

/* What is left when the manager is killed: nothing. */
static void
test_warm_manager_killed (gconstpointer shell)
{
  g_autofree char *path = g_find_program_in_path (shell);
  g_autoptr (E2eRun) run = NULL;
  g_autofree char *line = NULL;

  g_setenv ("APOOL_SHELL", path, TRUE);
  run = e2e_start ("--warm-shell", "-u", "--workers", "1", "echo a; sleep 1000; : {}", ":::", "a",
                   NULL);
  line = e2e_read_line (run);
  g_assert_cmpstr (line, ==, "a");
  e2e_kill (run, 9);
  e2e_finish (run);
  g_unsetenv ("APOOL_SHELL");
}

static void
test_warm_refused (void)
{
  g_autoptr (E2eRun) run = e2e_shell (
      "",
      "APOOL_SHELL=/bin/cat \"$1\" --warm-shell echo ::: a; echo $?; d=$(mktemp -d); "
      "ln -s $(command -v bash) $d/rbash; ln -s $(command -v bash) $d/my-sh; "
      "cp $(command -v dash) $d/copy; cd $d; APOOL_SHELL=$d/rbash \"$1\" --warm-shell echo ::: a "
      "2>&1 | cut -d: -f4-; APOOL_SHELL=$d/copy \"$1\" --warm-shell echo ::: a 2>&1 | "
      "cut -d: -f4-; APOOL_SHELL=$d/my-sh \"$1\" --warm-shell 'echo {} | "
      "cat' ::: a; echo $?; rm -r $d");

  g_assert_cmpstr (run->out, ==,
                   "255\n a restricted shell cannot be one: set APOOL_SHELL\n its file is called "
                   "\"copy\", and only \"bash\" and \"dash\" can be one, and links to them: set "
                   "APOOL_SHELL\na\n0\n");
  g_assert_cmpstr (
      run->err, ==,
      "apool: --warm-shell: /bin/cat: its file is called \"cat\", and only \"bash\" and "
      "\"dash\" can be one, and links to them: set APOOL_SHELL\n");
}

static void
warm_add (const char *name, GTestDataFunc func)
{
  for (gsize i = 0; i < G_N_ELEMENTS (WARM_SHELLS); i++)
    {
      g_autofree char *path = g_strdup_printf ("/warm/%s/%s", name, WARM_SHELLS[i]);

      g_test_add_data_func (path, WARM_SHELLS[i], func);
    }
}

static void
add_tests (void)
{
  warm_add ("matrix", test_warm_matrix);
  warm_add ("is-fork", test_warm_is_fork);
  warm_add ("surroundings", test_warm_surroundings);
  warm_add ("descriptors", test_warm_descriptors);
  warm_add ("scripts", test_warm_scripts);
  warm_add ("ends", test_warm_ends);
  warm_add ("killed", test_warm_killed);
  warm_add ("many", test_warm_many);
  warm_add ("few-descriptors", test_warm_few_descriptors);
  warm_add ("manager-killed", test_warm_manager_killed);
  /* The library of the sanitizers has to come before all others. */
  if (!e2e_is_sanitized ())
    warm_add ("preload", test_warm_preload);
  g_test_add_func ("/warm/formats", test_warm_formats);
  g_test_add_func ("/warm/functions", test_warm_functions);
  g_test_add_func ("/warm/random", test_warm_random);
  g_test_add_func ("/warm/startup", test_warm_startup);
  g_test_add_func ("/warm/slow-start", test_warm_slow_start);
  g_test_add_func ("/warm/useless", test_warm_useless);
  g_test_add_func ("/warm/refused", test_warm_refused);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
