/* SPDX-License-Identifier: MIT */
/*
 * Where outputs go: a reader that is gone, a descriptor that is closed or not for writing, a full
 * disk, one place for both streams, and one that does not block. Either all arrives, or the run
 * says what does not, or it ends quietly because nobody wants it.
 */

#include <signal.h>
#include <string.h>

#include "e2e.h"

/* Ended by its reader: quietly, jobs included. */
static void
assert_ended_by_reader (E2eRun *run)
{
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGPIPE);
  g_assert_cmpstr (run->err, ==, "");
  e2e_wait_gone (run, e2e_is_sanitized () ? 10000 : 1000);
}

/* The reader goes before there is anything to read. */
static void
test_gone_at_once (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, ":", "$$ {}");
  g_autofree char *command = g_strconcat (hold, "; echo {}; exec sleep 1000", NULL);
  g_autoptr (E2eRun) run = e2e_start ("-j2", command, ":::", "1", "2", NULL);

  (void) e2e_fifo_read_report (stage->reports, NULL);
  (void) e2e_fifo_read_report (stage->reports, NULL);
  e2e_close_output (run);
  e2e_fifo_close (stage->gate);
  assert_ended_by_reader (run);
}

/* Outputs wait behind that of the first job, on disk; that one finds nobody to read it. */
static void
test_gone_while_waiting (E2eStage *stage, gconstpointer data)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *hold = e2e_stage_make_hold (stage, ":", "$$ held");
  g_autofree char *command = g_strdup_printf (
      "if [ {} = 1 ]; then echo first; %s; else %s flood 3000000; echo $$ over >%s; fi; exec %s "
      "flood 3000000",
      hold, e2e_testprog (), stage->reports->path, e2e_testprog ());
  g_autoptr (E2eRun) run =
      e2e_start ("-k", "-j3", "--tmpdir", dir, command, ":::", "1", "2", "3", NULL);
  g_autofree char *line = e2e_read_line (run);

  for (guint i = 0; i < 3; i++)
    (void) e2e_fifo_read_report (stage->reports, NULL);
  g_assert_cmpstr (line, ==, "first");
  e2e_close_output (run);
  e2e_fifo_close (stage->gate);
  assert_ended_by_reader (run);
  g_assert_true (e2e_dir_is_empty (dir));
}

static void
test_gone_unordered (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = e2e_stage_make_hold (stage, "[ {} != 1 ]", "$$ {}");
  g_autofree char *command =
      g_strdup_printf ("%s; if [ {} = 3 ]; then exec %s wait %s last; fi; echo {}", hold,
                       e2e_testprog (), stage->reports->path);
  g_autoptr (E2eRun) run = e2e_start ("--unordered", "-j3", command, ":::", "1", "2", "3", NULL);
  g_autofree char *line = e2e_read_line (run);

  g_assert_cmpstr (line, ==, "1");
  (void) e2e_fifo_read_report (stage->reports, NULL);
  (void) e2e_fifo_read_report (stage->reports, NULL);
  e2e_close_output (run);
  e2e_fifo_close (stage->gate);
  assert_ended_by_reader (run);
}

typedef struct
{
  const char *script;
  int status;
  const char *out; /* NULL: it depends on when the fault is found */
  const char *err; /* how it begins; NULL: there is nobody to be told */
} Case;

static void
test_case (gconstpointer data)
{
  const Case *the_case = data;
  g_autoptr (E2eRun) run = e2e_shell ("", the_case->script);

  e2e_assert_ended (run, the_case->status);
  if (the_case->out != NULL)
    g_assert_cmpstr (run->out, ==, the_case->out);
  if (the_case->err == NULL)
    g_assert_cmpstr (run->err, ==, "");
  else
    g_assert_true (g_str_has_prefix (run->err, the_case->err));
  e2e_wait_gone (run, e2e_is_sanitized () ? 10000 : 1000);
}

#define QUIET "\"$1\" echo ::: 1 2 "
#define BOTH "\"$1\" 'echo out {}; echo err {} >&2' ::: 1 2 "
#define LONG(options) "\"$1\" " options " \"$2 flood 3000000; : {}\" ::: 1 2 3 4 5 6 7 8 "

static const struct
{
  const char *path;
  Case the_case;
} cases[] = {
  { "/stdout/closed", { QUIET ">&-", 255, "", "apool: standard output: " } },
  { "/stdout/closed/both", { BOTH ">&- 2>&-", 255, "", NULL } },
  { "/stdout/closed/stderr", { BOTH "2>&-", 255, NULL, NULL } },
  { "/stdout/closed/stderr-unused", { QUIET "2>&-", 0, "1\n2\n", NULL } },
  { "/stdout/full", { QUIET ">/dev/full", 255, "", "apool: standard output: write: No space" } },
  { "/stdout/full/long",
    { LONG ("-j4") ">/dev/full", 255, "", "apool: standard output: write: No space" } },
  { "/stdout/full/unordered",
    { LONG ("--unordered") ">/dev/full", 255, "", "apool: standard output: write: No space" } },
  { "/stdout/full/stderr", { BOTH "2>/dev/full", 255, NULL, NULL } },
  { "/stdout/full/stderr-unused", { QUIET "2>/dev/full", 0, "1\n2\n", NULL } },
  { "/stdout/full/both", { BOTH ">/dev/full 2>&1", 255, "", NULL } },
  { "/stdout/full/lines",
    { LONG ("--lb") ">/dev/full", 255, "", "apool: standard output: write: No space" } },
  { "/stdout/full/merged",
    { LONG ("--merge") ">/dev/full", 255, "", "apool: standard output: write: No space" } },
  { "/stdout/full/ungrouped", { "\"$1\" -u \"$2\" exit ::: 1 0 >/dev/full", 1, "", NULL } },
  { "/stdout/full/in-the-middle",
    { "f=$(mktemp); ulimit -f 100; " LONG ("-j1") ">$f; s=$?; rm $f; exit $s", 255, "",
      "apool: standard output: write: File too large" } },
  { "/stdout/read-only",
    { QUIET "3</dev/null >&3", 255, "", "apool: standard output: write: Bad file" } },
  { "/stdout/read-only/pipe",
    { ": | " QUIET ">&0 </dev/null", 255, "", "apool: standard output: write: Bad file" } },
  { "/stdout/read-only/stderr", { BOTH "2</dev/null", 255, NULL, NULL } },
};

/* However outputs are printed, and without an end to what could be run. */
static void
test_gone_endless (gconstpointer options)
{
  g_autofree char *script = g_strdup_printf (
      "yes | \"$1\" -j4 %s echo x | head -n 1; echo ${PIPESTATUS[1]}", (const char *) options);
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "x y\n141\n");
  g_assert_cmpstr (run->err, ==, "");
  e2e_wait_gone (run, e2e_is_sanitized () ? 10000 : 1000);
}

/* One place for both streams: a job's standard error follows its standard output. */
static void
check_together (const char *script, const char *expected)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *text = g_strdup_printf ("cd %s; jobs () { \"$apool\" -j2 'echo err {} >&2; "
                                           "echo out {}; echo end {} >&2' ::: 1 2; }; "
                                           "apool=$1; testprog=$2; export apool testprog; %s",
                                           dir, script);
  g_autoptr (E2eRun) run = e2e_shell ("", text);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, expected);
  g_assert_cmpstr (run->err, ==, "");
}

#define TOGETHER "out 1\nerr 1\nend 1\nout 2\nerr 2\nend 2\n"

static void
test_one_pipe (void)
{
  check_together ("jobs 2>&1 | cat", TOGETHER);
}

/* Whether it is opened once or twice; what is in it already stays where it is appended to. */
static void
test_one_file (void)
{
  check_together ("jobs >file 2>&1; cat file", TOGETHER);
  check_together ("jobs >file 2>file; cat file", TOGETHER);
  check_together ("echo old >file; jobs >>file 2>>file; cat file", "old\n" TOGETHER);
}

static void
test_one_terminal (void)
{
  check_together ("export -f jobs; \"$testprog\" terminal bash -c jobs | tr -d '\\r'", TOGETHER);
}

/* More than a terminal takes at once. */
static void
test_full_terminal (void)
{
  check_together ("\"$testprog\" terminal \"$apool\" -j2 \"$testprog flood 300000; $testprog "
                  "flood-err 200000; : {}\" ::: 1 2 | tr -d '\\r' | wc -c",
                  "1000000\n");
}

/* A sibling has made our standard output non-blocking, and the reader takes its time: nothing is
 * lost, and nobody asks again and again. While the second job uses the processor, there is nothing
 * to do for the manager. */
static void
check_nonblocking (E2eStage *stage, const char *redirection)
{
  const gsize bytes = 3000000;
  const int msec = 600;
  g_autofree char *script = g_strdup_printf (
      "exec \"$2\" nonblock \"$1\" -j2 \"if [ {} = 1 ]; then $2 flood %" G_GSIZE_FORMAT "; "
      "else $2 burn %d; echo \\$\\$ burnt >%s; fi\" ::: 1 2 %s",
      bytes, msec, stage->reports->path, redirection);
  g_autoptr (E2eRun) run = e2e_start_shell (script);

  (void) e2e_fifo_read_report (stage->reports, "burnt");
  g_assert_cmpint (e2e_get_cpu_msec (run->pid), <, msec / 2);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpuint (run->out_length, ==, bytes);
  g_assert_cmpstr (run->err, ==, "");
}

static void
test_nonblocking (E2eStage *stage, gconstpointer data)
{
  check_nonblocking (stage, "");
}

static void
test_nonblocking_both (E2eStage *stage, gconstpointer data)
{
  check_nonblocking (stage, "2>&1");
}

static void
add_tests (void)
{
  e2e_stage_add_test ("/stdout/gone/at-once", test_gone_at_once);
  e2e_stage_add_test ("/stdout/gone/while-waiting", test_gone_while_waiting);
  e2e_stage_add_test ("/stdout/gone/unordered", test_gone_unordered);
  g_test_add_data_func ("/stdout/gone/endless", "-k", test_gone_endless);
  g_test_add_data_func ("/stdout/gone/endless/unordered", "--unordered", test_gone_endless);
  g_test_add_data_func ("/stdout/gone/endless/lines", "--lb", test_gone_endless);
  g_test_add_data_func ("/stdout/gone/endless/merged", "--merge", test_gone_endless);
  g_test_add_data_func ("/stdout/gone/endless/ungrouped", "-u", test_gone_endless);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_test_add_data_func (cases[i].path, &cases[i].the_case, test_case);
  g_test_add_func ("/stdout/one-pipe", test_one_pipe);
  g_test_add_func ("/stdout/one-file", test_one_file);
  g_test_add_func ("/stdout/one-terminal", test_one_terminal);
  g_test_add_func ("/stdout/full-terminal", test_full_terminal);
  e2e_stage_add_test ("/stdout/nonblocking", test_nonblocking);
  e2e_stage_add_test ("/stdout/nonblocking/both", test_nonblocking_both);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
