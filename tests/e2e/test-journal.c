/* SPDX-License-Identifier: MIT */
/* A run with a journal that is ended in any way, and run again: it prints what one run would have
 * printed, and does nothing twice. */

#include <signal.h>

#include "journal-fixture.h"

/* ---- again ---- */

static void
test_again (Fixture *fixture, gconstpointer data)
{
  static const char SCRIPT[] = "printf 'out {}\\n\\001'; echo err {} >&2; test {} != 3";

  for (int i = 0; i < 3; i++)
    {
      g_autoptr (E2eRun) run = run_with (fixture, "-j2", SCRIPT, "1\n2\n3\n4\n5\n");

      e2e_assert_ended (run, 1);
      g_assert_cmpstr (run->out, ==, "out 1\n\001out 2\n\001out 3\n\001out 4\n\001out 5\n\001");
      for (int k = 1; k <= 5; k++)
        {
          g_autofree char *line = g_strdup_printf ("err %d\n", k);

          e2e_assert_count (run->err, line, 1);
        }
      g_assert_cmpuint (
          e2e_count (run->err, "apool: journal: 5 recorded, 0 new, 0 no longer in the input\n"), ==,
          i > 0 ? 1 : 0);
      assert_n_run (fixture, 5);
    }
}

static void
test_changed_input (Fixture *fixture, gconstpointer data)
{
  g_autoptr (E2eRun) first = run_with (fixture, "-j1", "echo {}{%}", "a\nb\nc\nb\n");
  g_autoptr (E2eRun) second = run_with (fixture, "-j1", "echo {}{%}", "new\nb\na\nb\nb\n");

  e2e_assert_ended (first, 0);
  e2e_assert_ended (second, 0);
  g_assert_cmpstr (second->out, ==, "new1\nb1\na1\nb1\nb1\n");
  e2e_assert_contains (second->err,
                       "apool: journal: 3 recorded, 2 new, 1 no longer in the input\n");
  assert_n_run (fixture, 6);
}

/* How it is printed is each run's own affair. */
static void
test_other_output (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *option;
    const char *out;
  } CASES[] = {
    { "--tag", "a\ta1\na\ta2\nb\tb1\nb\tb2\n" },
    { "--unordered", "a1\na2\nb1\nb2\n" },
    { "--line-buffer", "a1\na2\nb1\nb2\n" },
    { "--show=failed", "b1\nb2\n" },
    { "--title={}:", "a:\na1\na2\nb:\nb1\nb2\n" },
    { "--latest-line", "a2\nb2\n" },
    { "-j1", "a1\na2\nb1\nb2\n" },
    { "--retries=3", "a1\na2\nb1\nb2\n" },
  };
  g_autoptr (E2eRun) first = run_with (fixture, "-j2", "echo {}1; echo {}2; test {} = a", "a\nb\n");

  e2e_assert_ended (first, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (E2eRun) run =
          run_with (fixture, CASES[i].option, "echo {}1; echo {}2; test {} = a", "a\nb\n");

      e2e_assert_ended (run, 1);
      g_assert_cmpstr (run->out, ==, CASES[i].out);
      assert_n_run (fixture, 2);
    }
}

static void
test_rerun (Fixture *fixture, gconstpointer data)
{
  g_autofree char *good = g_build_filename (fixture->dir, "good", NULL);
  g_autofree char *script = g_strdup_printf ("echo {}; test {} = a || test -e %s", good);
  g_autoptr (E2eRun) first = run_with (fixture, "-j1", script, "a\nb\n");
  g_autoptr (E2eRun) second = NULL;
  g_autoptr (E2eRun) third = NULL;
  g_autoptr (E2eRun) all = NULL;

  e2e_assert_ended (first, 1);
  write_file (fixture->dir, "good", "", 0);
  second = run_with (fixture, "--journal-rerun=failed", script, "a\nb\n");
  e2e_assert_ended (second, 0);
  g_assert_cmpstr (second->out, ==, "a\nb\n");
  e2e_assert_contains (second->err, "apool: journal: 1 recorded, 1 to be run again, 0 new");
  assert_n_run (fixture, 3);
  third = run_with (fixture, "-j1", script, "a\nb\n");
  e2e_assert_ended (third, 0);
  assert_n_run (fixture, 3);
  all = run_with (fixture, "--journal-rerun=all", script, "a\nb\n");
  e2e_assert_ended (all, 0);
  assert_n_run (fixture, 5);
}

/* Of attempts that did not count nothing is printed again. */
static void
test_retries (Fixture *fixture, gconstpointer data)
{
  g_autofree char *script = g_strdup_printf ("echo $(wc -l < %s); test $(wc -l < %s) = 3",
                                             fixture->marks, fixture->marks);

  for (int i = 0; i < 2; i++)
    {
      g_autoptr (E2eRun) run = run_with (fixture, "--retries=5", script, "a\n");

      e2e_assert_ended (run, 0);
      g_assert_cmpstr (run->out, ==, "3\n");
      assert_n_run (fixture, 3);
    }
}

static void
test_halt (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("a failure that is recorded ends the second run as it did the first");
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (E2eRun) run = run_with (fixture, "-j1", "echo {}; exit {}", "0\n7\n0\n");
      g_autoptr (E2eRun) halted = NULL;

      e2e_assert_ended (run, 1);
      halted = run_with (fixture, "--halt=now,fail=1", "echo {}; exit {}", "0\n7\n0\n");
      e2e_assert_ended (halted, 7);
      e2e_assert_contains (halted->out, "0\n7\n");
    }
  assert_n_run (fixture, 3);
}

/* ---- with a log ---- */

/* Runs jobs with a journal and with @log, of which the last one waits, and kills them all. */
static void
start_logged_and_kill (Fixture *fixture, const char *log, const char *command, E2eFifo *reports)
{
  g_autoptr (E2eRun) run = e2e_start ("--journal", fixture->journal, "--joblog", log, "-j1",
                                      "--prefetch", "0", command, ":::", "0", "3", "7", NULL);

  (void) e2e_fifo_read_report (reports, NULL);
  e2e_kill (run, SIGKILL);
  e2e_finish (run);
  e2e_wait_gone (run, GONE_MSEC);
}

/* The same to its end. Returns: (transfer full): the log */
static char *
run_logged (Fixture *fixture, const char *name, const char *log, const char *command)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--journal", fixture->journal, "--joblog", log, "-j1",
                                    command, ":::", "0", "3", "7", NULL);

  e2e_assert_ended (run, 2);
  return read_file (fixture->dir, name, NULL);
}

/* @data: the name of the log. Killed once it has the first two jobs, and gone on with, it has all
 * of them, the first ones as they were; and so it has when nothing is left to do. */
static void
test_log (Fixture *fixture, gconstpointer data)
{
  const char *name = data;
  gboolean is_json = g_str_has_suffix (name, "l");
  g_autofree char *log = g_build_filename (fixture->dir, name, NULL);
  g_autofree char *added = g_strconcat ("+", log, NULL);
  g_autoptr (E2eFifo) reports = e2e_fifo_new (fixture->dir, "reports");
  g_autofree char *command = g_strdup_printf (
      "printf {}{}; printf {} >&2; test {} != 7 -o -e %s/go || exec %s wait %s {}; "
      "exit {}",
      fixture->dir, e2e_testprog (), reports->path);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *again = NULL;
  g_autofree char *still = NULL;

  start_logged_and_kill (fixture, log, command, reports);
  before = read_file (fixture->dir, name, NULL);
  write_file (fixture->dir, "go", "", 0);
  after = run_logged (fixture, name, log, command);
  e2e_assert_count (before, "\n", is_json ? 2 : 3);
  e2e_assert_count (after, "\n", is_json ? 3 : 4);
  e2e_assert_count (after, "\"recalled\":true", is_json ? 2 : 0);
  if (!is_json)
    g_assert_true (g_str_has_prefix (after, before));
  else
    e2e_assert_contains (after, "\"exit\":3,\"bytes_out\":2,\"bytes_err\":1,");
  again = run_logged (fixture, name, log, command);
  e2e_assert_count (again, "\n", is_json ? 3 : 4);
  e2e_assert_count (again, "\"recalled\":true", is_json ? 3 : 0);
  if (!is_json)
    g_assert_cmpstr (again, ==, after);
  /* Where it is added to, all of them are in it. */
  still = run_logged (fixture, name, added, command);
  g_assert_cmpstr (still, ==, again);
}

static void
test_dry_run (Fixture *fixture, gconstpointer data)
{
  g_autoptr (E2eRun) run = run_with (fixture, "--dry-run", "true", "a\n");

  e2e_assert_ended (run, 0);
  g_assert_false (g_file_test (fixture->journal, G_FILE_TEST_EXISTS));
}

/* Signals and timeouts come again as they were. */
static void
test_endings (Fixture *fixture, gconstpointer data)
{
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (E2eRun) run =
          e2e_run ("", "--journal", fixture->journal, "-j1", "--timeout", "1", "--termseq", "KILL",
                   "--halt", "never", e2e_testprog (), "signal", "{}", ":::", "9", "15", NULL);

      e2e_assert_ended (run, 2);
    }
  {
    g_autofree char *events = read_file (fixture->journal, "events.jsonl", NULL);

    e2e_assert_count (events, "\"type\":\"start\"", 2);
    e2e_assert_count (events, "\"signal\":9", 1);
    e2e_assert_count (events, "\"failed\":2,\"recalled\":2", 1);
  }
}

static void
test_timeout (Fixture *fixture, gconstpointer data)
{
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (E2eRun) run =
          run_with (fixture, "--timeout=0.1", "echo {}; exec sleep 1000", "a\n");

      e2e_assert_ended (run, 1);
      g_assert_cmpstr (run->out, ==, "a\n");
      e2e_assert_contains (run->err, "apool: job 1: ");
      assert_n_run (fixture, 1);
    }
}

/* More than any buffer holds, of both streams, every byte there is. */
static void
test_large (Fixture *fixture, gconstpointer data)
{
  g_autoptr (E2eRun) first = NULL;
  g_autoptr (E2eRun) second = NULL;
  g_autofree char *script =
      g_strdup_printf ("%s noise 5 {}; %s fill 1 {} 3000001; %s fill 2 {} 1000001", e2e_testprog (),
                       e2e_testprog (), e2e_testprog ());

  first = run_with (fixture, "-j3", script, "0\n1\n2\n255\n");
  second = run_with (fixture, "-j3", script, "0\n1\n2\n255\n");
  g_assert_cmpint (first->signal, ==, 0);
  g_assert_cmpint (first->status, ==, second->status);
  g_assert_cmpuint (first->out_length, >, 12000000);
  g_assert_cmpmem (first->out, first->out_length, second->out, second->out_length);
  assert_n_run (fixture, 4);
}

/* ---- killed ---- */

/* Starts a run of two jobs that print and end, one that prints a part and waits for ever, and one
 * that comes after it; waits until the last of those before has ended, and kills all of them. */
static void
start_and_kill (Fixture *fixture, E2eFifo *reports, gboolean kills_workers)
{
  g_autofree char *command =
      g_strdup_printf ("%secho {}; test {} != wait -o -e %s/go || exec %s wait %s {}",
                       fixture->script, fixture->dir, e2e_testprog (), reports->path);
  g_autoptr (E2eRun) run =
      e2e_start ("--journal", fixture->journal, "-j1", command, ":::", "a", "b", "wait", "c", NULL);
  g_autoptr (GArray) workers = NULL;

  (void) e2e_fifo_read_report (reports, NULL);
  workers = e2e_find_workers (run);
  e2e_kill (run, SIGKILL);
  for (guint i = 0; kills_workers && i < workers->len; i++)
    (void) kill (g_array_index (workers, GPid, i), SIGKILL);
  e2e_finish (run);
  e2e_wait_gone (run, GONE_MSEC);
}

static void
check_resumed (Fixture *fixture, E2eFifo *reports, guint n_run)
{
  g_autofree char *command =
      g_strdup_printf ("%secho {}; test {} != wait -o -e %s/go || exec %s wait %s {}",
                       fixture->script, fixture->dir, e2e_testprog (), reports->path);
  g_autoptr (E2eRun) run = NULL;

  write_file (fixture->dir, "go", "", 0);
  run = e2e_run ("", "--journal", fixture->journal, "-j1", command, ":::", "a", "b", "wait", "c",
                 NULL);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a\nb\nwait\nc\n");
  e2e_assert_contains (run->err, "apool: journal: 2 recorded, 2 new, 0 no longer in the input\n");
  assert_n_run (fixture, n_run);
}

static void
test_killed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (E2eFifo) reports = e2e_fifo_new (fixture->dir, "reports");

  start_and_kill (fixture, reports, FALSE);
  check_resumed (fixture, reports, 5);
}

static void
test_all_killed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (E2eFifo) reports = e2e_fifo_new (fixture->dir, "reports");

  start_and_kill (fixture, reports, TRUE);
  start_and_kill (fixture, reports, TRUE);
  check_resumed (fixture, reports, 6);
}

/* What stands in the log after a kill, a power cut, or a madman. */
static void
test_torn (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text;
    gsize length;
    const char *said; /* (nullable): after the name of the file */
  } TAILS[] = {
    { "{\"type\":\"end\",\"run\":\"x\",\"se", 27, NULL },
    { "\0\0\0\0\0\0\0\0", 8, NULL },
    { "\377\376 garbage\n{]\n[]\n{\"type\":\"none\"}\n\n", 33, "4 lines are no records: ignored" },
    { "", 0, "4 lines are no records: ignored" },
  };
  g_autoptr (E2eRun) first = run_with (fixture, "-j2", "echo {}", "a\nb\n");

  e2e_assert_ended (first, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (TAILS); i++)
    {
      gsize length;
      g_autofree char *events = read_file (fixture->journal, "events.jsonl", &length);
      g_autofree char *last = g_strdup_printf ("new%d\n", (int) i);
      g_autofree char *input = g_strdup_printf ("a\n%sb\n", last);
      g_autofree char *expected = g_strdup (input);
      g_autoptr (GString) torn = g_string_new_len (events, (gssize) length);
      g_autofree char *said = NULL;
      g_autoptr (E2eRun) run = NULL;

      g_string_append_len (torn, TAILS[i].text, (gssize) TAILS[i].length);
      write_file (fixture->journal, "events.jsonl", torn->str, torn->len);
      run = run_with (fixture, "-j2", "echo {}", input);
      e2e_assert_ended (run, 0);
      g_assert_cmpstr (run->out, ==, expected);
      said = g_strdup_printf ("apool: --journal: %s/events.jsonl: %s\n", fixture->journal,
                              TAILS[i].said);
      e2e_assert_count (run->err, said, TAILS[i].said ? 1 : 0);
      e2e_assert_count (run->err, "ignored", TAILS[i].said ? 1 : 0);
      assert_n_run (fixture, (guint) i + 3);
    }
}

static void
test_cut_store (Fixture *fixture, gconstpointer data)
{
  g_autoptr (E2eRun) first = run_with (fixture, "-j1", "echo {}", "aaa\nbbb\n");
  g_autoptr (E2eRun) second = NULL;

  e2e_assert_ended (first, 0);
  write_file (fixture->journal, "output", "aaa\nbb", 6);
  second = run_with (fixture, "-j1", "echo {}", "aaa\nbbb\n");
  e2e_assert_ended (second, 0);
  g_assert_cmpstr (second->out, ==, "aaa\nbbb\n");
  assert_n_run (fixture, 3);
}

/* What others did to the store is not printed. */
static void
test_damaged_store (Fixture *fixture, gconstpointer data)
{
  g_autofree char *said = g_strdup_printf (
      "apool: --journal: %s/output: damaged: 2 jobs are run again\n", fixture->journal);
  g_autoptr (E2eRun) first = run_with (fixture, "-j1", "echo value-{}", "1\n2\n3\n");

  e2e_assert_ended (first, 0);
  write_file (fixture->journal, "output", "value-1\nvaXXX-2\nvalue-\0\n", 24);
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (E2eRun) run = run_with (fixture, "-j1", "echo value-{}", "1\n2\n3\n");

      e2e_assert_ended (run, 0);
      g_assert_cmpstr (run->out, ==, "value-1\nvalue-2\nvalue-3\n");
      e2e_assert_count (run->err, said, i == 0 ? 1 : 0);
      assert_n_run (fixture, 5);
    }
}

/* What is found when it is printed ends the run, and is run again by the next one. */
static void
test_damaged_large (Fixture *fixture, gconstpointer data)
{
  static const char SCRIPT[] = "head -c 2000000 /dev/zero | tr '\\0' {}";
  g_autofree char *said = g_strdup_printf (
      "apool: --journal: %s/output: damaged: job 2 is not what was recorded\n", fixture->journal);
  g_autoptr (E2eRun) first = run_with (fixture, "-j1", SCRIPT, "a\nb\n");
  g_autoptr (E2eRun) second = NULL;
  g_autoptr (E2eRun) third = NULL;
  g_autofree char *output = NULL;
  gsize length;

  e2e_assert_ended (first, 0);
  output = read_file (fixture->journal, "output", &length);
  g_assert_cmpuint (length, ==, 4000000);
  output[3000000] = 'X';
  write_file (fixture->journal, "output", output, length);
  second = run_with (fixture, "-j1", SCRIPT, "a\nb\n");
  e2e_assert_ended (second, 255);
  e2e_assert_contains (second->err, said);
  assert_n_run (fixture, 2);
  third = run_with (fixture, "-j1", SCRIPT, "a\nb\n");
  e2e_assert_ended (third, 0);
  g_assert_cmpmem (third->out, third->out_length, first->out, first->out_length);
  assert_n_run (fixture, 3);
}

/* What an event says that was run is not run: a command of another journal is not ours. */
static void
test_runs_nothing_of_it (Fixture *fixture, gconstpointer data)
{
  g_autofree char *proof = g_build_filename (fixture->dir, "proof", NULL);
  g_autofree char *evil = g_strdup_printf ("touch %s", proof);
  g_autoptr (E2eRun) first = run_with (fixture, "-j1", "echo {}", "a\n");
  gsize length;
  g_autofree char *text = read_file (fixture->journal, "events.jsonl", &length);
  g_autoptr (GString) events = g_string_new (NULL);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (E2eRun) second = NULL;

  e2e_assert_ended (first, 0);
  for (char **line = lines; *line && **line; line++)
    {
      char *command = strstr (*line, "\"command\":\"");

      if (command)
        {
          char *end = strstr (command, "\",\"arguments\"");

          g_assert_nonnull (end);
          g_string_append_len (events, *line, command - *line);
          g_string_append_printf (events, "\"command\":\"%s%s\n", evil, end);
        }
      else
        g_string_append_printf (events, "%s\n", *line);
    }
  write_file (fixture->journal, "events.jsonl", events->str, events->len);
  second = run_with (fixture, "--journal-rerun=all", "echo {}", "a\n");
  e2e_assert_ended (second, 0);
  g_assert_false (g_file_test (proof, G_FILE_TEST_EXISTS));
}

/* ---- trouble ---- */

/* No file may be longer than a block of the shell's: one job's output does not fit. */
static void
test_full (Fixture *fixture, gconstpointer data)
{
  g_autofree char *quoted = g_shell_quote (e2e_apool ());
  g_autofree char *line = g_strdup_printf (
      "ulimit -f 64; exec %s --journal %s -j1 '%s head -c {} /dev/zero | tr \"\\0\" x' "
      "::: 10 100000 20",
      quoted, fixture->journal, fixture->script);
  g_autofree char *again = g_strdup_printf (
      "exec %s --journal %s -j1 '%s head -c {} /dev/zero | tr \"\\0\" x' ::: 10 100000 20", quoted,
      fixture->journal, fixture->script);
  g_autoptr (E2eRun) first = e2e_shell ("", line);
  g_autoptr (E2eRun) status = NULL;
  g_autoptr (E2eRun) second = NULL;
  g_autofree char *said = g_strdup_printf (
      "apool: --journal: %s/output: File too large: job 2 is not recorded\n", fixture->journal);

  e2e_assert_ended (first, 255);
  g_assert_cmpuint (first->out_length, ==, 100030);
  /* What is said of it is not where the job's bytes are. */
  g_assert_cmpuint (strspn (first->out, "x"), ==, 100030);
  e2e_assert_count (first->err, said, 1);
  e2e_assert_contains (first->err, "not everything is recorded: 1 record\n");
  assert_n_run (fixture, 3);
  status = e2e_run ("", "--journal", fixture->journal, "--status", NULL);
  e2e_assert_contains (status->out, "\nstate       finished, status 255\n");
  e2e_assert_contains (status->out, "\njobs        2 done, 0 failed, 1 not recorded, ");
  e2e_assert_contains (status->out, "\ntrouble     1, the last one: ");
  second = e2e_shell ("", again);
  e2e_assert_ended (second, 0);
  g_assert_cmpuint (second->out_length, ==, 100030);
  assert_n_run (fixture, 4);
  g_clear_pointer (&status, e2e_run_free);
  status = e2e_run ("", "--journal", fixture->journal, "--status", NULL);
  e2e_assert_contains (status->out, "\njobs        3 done, 0 failed, 2 recalled");
  g_assert_null (strstr (status->out, "\ntrouble "));
}

/* Nobody takes what jobs write: those that end of that are not done for good. */
static void
test_no_reader (Fixture *fixture, gconstpointer data)
{
  g_autofree char *quoted = g_shell_quote (e2e_apool ());
  g_autofree char *head = g_strdup_printf (
      "exec %s --journal %s -j1 '%s head -c 300000 /dev/zero | tr \"\\0\" {}' ::: a b c", quoted,
      fixture->journal, fixture->script);
  g_autofree char *piped = g_strdup_printf ("(%s) | head -c 10", head);
  g_autoptr (E2eRun) first = e2e_shell ("", piped);
  g_autoptr (E2eRun) second = e2e_shell ("", head);

  g_assert_cmpuint (first->out_length, ==, 10);
  e2e_assert_ended (second, 0);
  g_assert_cmpuint (second->out_length, ==, 900000);
  for (int i = 0; i < 3; i++)
    g_assert_cmpint (second->out[i * 300000 + 299999], ==, 'a' + i);
}

static void
test_sync_each (Fixture *fixture, gconstpointer data)
{
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (E2eRun) run = run_with (fixture, "--journal-sync=0", "echo {}", "a\nb\n");

      e2e_assert_ended (run, 0);
      g_assert_cmpstr (run->out, ==, "a\nb\n");
      assert_n_run (fixture, 2);
    }
}

static void
add_tests (void)
{
#define ADD(path, function)                                                                        \
  g_test_add ("/journal/" path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)
  ADD ("again", test_again);
  ADD ("changed-input", test_changed_input);
  ADD ("other-output", test_other_output);
  ADD ("rerun", test_rerun);
  ADD ("retries", test_retries);
  ADD ("halt", test_halt);
  ADD ("dry-run", test_dry_run);
  ADD ("endings", test_endings);
  ADD ("timeout", test_timeout);
  ADD ("large", test_large);
  ADD ("killed", test_killed);
  ADD ("all-killed", test_all_killed);
  ADD ("torn", test_torn);
  ADD ("cut-store", test_cut_store);
  ADD ("damaged-store", test_damaged_store);
  ADD ("damaged-large", test_damaged_large);
  ADD ("runs-nothing-of-it", test_runs_nothing_of_it);
  ADD ("full", test_full);
  ADD ("no-reader", test_no_reader);
  ADD ("sync-each", test_sync_each);
  g_test_add ("/journal/log/columns", Fixture, "log", fixture_set_up, test_log, fixture_tear_down);
  g_test_add ("/journal/log/json", Fixture, "log.jsonl", fixture_set_up, test_log,
              fixture_tear_down);
}

int
main (int argc, char **argv)
{
  e2e_forgo_leaks (); /* managers are killed here */
  return e2e_main (argc, argv, add_tests);
}
