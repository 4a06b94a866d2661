/* SPDX-License-Identifier: MIT */
/* What is said where nothing can be run: what is wrong, where, and what to do; in one line, and
 * with status 255. */

#include <string.h>

#include "e2e.h"

#define MAX_WORDS 8

static const struct
{
  const char *name;
  const char *words[MAX_WORDS];
  const char *message;
} cases[] = {
  { "unknown", { "--bogus" }, "--bogus: unknown option: see --help" },
  { "misspelt", { "--joblgo" }, "--joblgo: unknown option: did you mean --joblog?" },
  { "short", { "-y" }, "-y: unknown option: see --help" },
  { "no-value", { "--retries" }, "--retries: needs a value" },
  { "value", { "--shuf=yes", "true" }, "--shuf: takes no value: 'yes'" },
  { "empty", { "--joblog", "", "true" }, "--joblog: needs the name of a file" },
  { "choice",
    { "--summary", "sometimes", "true" },
    "--summary sometimes: not a choice: use always, failed or never" },
  { "jobs",
    { "-j", "none", "true" },
    "-j none: not a number of jobs, nor a file that has one: use N, N%, +N, -N, or 0 for as many "
    "as "
    "possible (N up to 1000000)" },
  { "workers",
    { "--workers", "0", "true" },
    "--workers 0: not a number of workers: use 1 to 1000000" },
  { "time",
    { "--timeout", "5x", "true" },
    "--timeout 5x: column 2: not a unit of time: use seconds, or numbers with ms, s, m, h or d, "
    "such as 1.5 or 2m30s" },
  { "halt",
    { "--halt", "late", "true" },
    "--halt late: column 1: not a time: use never, soon or now" },
  { "partition",
    { "--partition", "3/2", "true" },
    "--partition 3/2: not a part: use I/N for part I of N, with I from 1 to N" },
  { "colsep",
    { "--colsep", "(", "echo", ":::", "1" },
    "--colsep: regular expression '(': column 2: missing terminating )" },
  { "delimiter", { "-d", "\\q", "echo" }, "-d '\\q': column 1: '\\q': no such escape" },
  { "nice",
    { "--nice", "x", "true" },
    "--nice x: not a niceness: use a whole number from -20 to 19" },
  { "size",
    { "--memfree", "much", "true" },
    "--memfree much: not a size: use a number of bytes, such as 1.5G or 800M" },
  { "wrong-pair", { "-u", "--title", "{}", "true" }, "--title: cannot be combined with --ungroup" },
  { "lonely", { "--seed", "3", "true" }, "--seed: has no effect without --shuf: give that too" },
  { "journal-rerun",
    { "--journal-rerun", "all", "true" },
    "--journal-rerun: of what: use --journal DIR" },
  { "elsewhere",
    { "--sql", "x", "true" },
    "--sql: GNU parallel's option, not in apool yet: use the database's own client in a pipe, and "
    "--csv or --colsep" },
  { "never",
    { "--embed", "true" },
    "--embed: GNU parallel's option, not in apool: use the installed program, which scripts can "
    "call" },
  { "no-file", { "-a", "/dev/null/x", "true" }, "input: '/dev/null/x': Not a directory" },
  { "directory", { "-a", "/dev", "true" }, "input: '/dev': Is a directory" },
  { "joblog",
    { "--joblog", "/dev/null/x", "true", ":::", "1" },
    "--joblog: '/dev/null/x': Not a directory" },
  { "journal",
    { "--journal", "/dev/null/x", "true", ":::", "1" },
    "--journal: /dev/null/x: Not a directory" },
  { "tmpdir",
    { "--tmpdir", "/dev/null/x", "true", ":::", "1" },
    "--tmpdir: '/dev/null/x': Not a directory" },
  { "template-file",
    { "--tmpl", "/dev/null/x=y", "true", ":::", "1" },
    "--tmpl: '/dev/null/x': Not a directory" },
  { "rlimit",
    { "--rlimit", "nofile=x", "true", ":::", "1" },
    "--rlimit nofile=x: column 8: not a limit: use a whole number (also 2k, 2K) or "
    "'unlimited'" },
  { "status", { "--status" }, "--status: of what: use --journal DIR" },
  { "separators",
    { "--arg-sep", ",,", "--arg-file-sep", ",,", "echo", ",,", "1" },
    "--arg-sep ',,' and --arg-file-sep ',,': cannot be told apart: change one of them" },
  { "expression", { "echo {= 1 + =}", ":::", "1" }, "{= 1 + =}: syntax error, at EOF" },
};

static void
test_case (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);
  const char *words[MAX_WORDS + 1] = { NULL };
  g_autofree char *expected = g_strdup_printf ("apool: %s\n", cases[i].message);
  g_autoptr (GBytes) input = g_bytes_new_static ("", 0);
  g_autoptr (E2eRun) run = NULL;

  memcpy (words, cases[i].words, sizeof cases[i].words);
  run = e2e_run_bytes (input, words);
  g_assert_cmpstr (run->err, ==, expected);
  g_assert_cmpstr (run->out, ==, "");
  e2e_assert_ended (run, 255);
}

/* Where an input is at fault it is said where it stands. */
static void
test_lines (void)
{
  g_autoptr (E2eRun) run = e2e_shell (
      "", "d=$(mktemp -d); cd $d; printf '{\"a\":1}\\n{\"a\":\\n' > cases.jsonl; "
          "printf 'a\\0b\\0' > cases; printf 'x\\n\\n' > weights; printf 'a,\"b' > cases.csv; "
          "$1 --jsonl -a cases.jsonl echo {a}; $1 --weight 3{} -0 -a cases echo; "
          "$1 --jsonl echo {a} < cases.jsonl; $1 --csv -a cases.csv echo; "
          "$1 -j1 --no-shell -a weights ./none; $1 -j1 --no-shell ./none < weights; rm -r $d");

  g_assert_cmpstr (run->err, ==,
                   "apool: job 2: cannot be started: cases.jsonl: line 2: bad JSON: byte 6: "
                   "expected a value\n"
                   "apool: job 1: cannot be started: cases: record 1: --weight: '3a': not a whole "
                   "number from 1 to 1000000\n"
                   "apool: job 2: cannot be started: cases: record 2: --weight: '3b': not a whole "
                   "number from 1 to 1000000\n"
                   "apool: job 2: cannot be started: input line 2: bad JSON: byte 6: expected a "
                   "value\n"
                   "apool: job 1: cannot be started: cases.csv: record 1: bad CSV: a quote that is "
                   "not closed\n"
                   "apool: job 1: weights: line 1: ./none x: No such file or directory\n"
                   "apool: job 2: weights: line 2: ./none '': No such file or directory\n"
                   "apool: job 1: input line 1: ./none x: No such file or directory\n"
                   "apool: job 2: input line 2: ./none '': No such file or directory\n");
}

/* What has no lines is told of by its number. */
static void
test_arguments (void)
{
  g_autoptr (E2eRun) one = e2e_run ("", "--no-shell", "./none", ":::", "x", NULL);
  g_autoptr (E2eRun) two =
      e2e_run ("y\n", "--weight", "{2}", "echo", ":::", "x", "::::", "-", NULL);
  g_autoptr (E2eRun) long_one = e2e_run ("", "-x", "-s6", "echo", ":::", "x", NULL);

  g_assert_cmpstr (one->err, ==, "apool: job 1: input 1: ./none x: No such file or directory\n");
  e2e_assert_contains (two->err, "apool: job 1: cannot be started: input 1: --weight: 'y'");
  e2e_assert_contains (long_one->err, "apool: input 1: command line of ");
}

/* What GLib has to say of a mistake of ours is told in our way, and the run goes on. */
static void
test_fault (void)
{
  g_autoptr (E2eRun) run =
      e2e_shell ("", "unset G_DEBUG; LD_PRELOAD=$APOOL_FAULT $1 'unset LD_PRELOAD; echo' ::: on");

  g_assert_cmpstr (run->err, ==, "apool: internal fault: apool: provoked\n");
  g_assert_cmpstr (run->out, ==, "on\n");
}

static void
add_tests (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/messages/", cases[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_case);
    }
  g_test_add_func ("/messages/lines", test_lines);
  g_test_add_func ("/messages/arguments", test_arguments);
  /* The library of the sanitizers has to come before all others. */
  if (!e2e_is_sanitized ())
    g_test_add_func ("/messages/fault", test_fault);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
