/* SPDX-License-Identifier: MIT */
/* Looking at journals: those that apool writes, finished, broken off and while they are written,
 * and those that nobody writes so. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "e2e-pty.h"
#include "e2e.h"

#define JOURNAL                                                                                    \
  "{\"type\":\"journal\",\"version\":1,\"template\":[\"a b\",\"{}\"],"                             \
  "\"options\":{\"columns\":\",\"},\"directory\":\"/dir\",\"shell\":\"/bin/sh\"}\n"
#define RUN "{\"type\":\"run\",\"run\":\"r\",\"start\":1700000000,\"pid\":999999999,\"jobs\":4}\n"
#define START(seq, slot)                                                                           \
  "{\"type\":\"start\",\"run\":\"r\",\"seq\":" seq ",\"attempt\":1,\"slot\":" slot                 \
  ",\"start\":5,\"name\":\"n" seq "\"}\n"
#define PIECE(seq, stream, extent)                                                                 \
  "{\"type\":\"piece\",\"run\":\"r\",\"seq\":" seq ",\"attempt\":1,\"" stream "\":[" extent "]}\n"
#define OVER(type, seq, key, more)                                                                 \
  "{\"type\":\"" type "\",\"run\":\"r\",\"seq\":" seq ",\"attempt\":1,\"key\":\"" key              \
  "000000000000000000000000000000\",\"occurrence\":1,\"worker\":2,\"slot\":3,"                     \
  "\"start\":1700000001.5," more "}\n"
#define END(seq, key, more)                                                                        \
  OVER ("end", seq, key, "\"final\":true,\"recorded\":true,\"sum\":\"0000000000000000\"," more)

/* Writes a journal by hand. */
static char *
make_journal (const char *dir, const char *events, const char *output)
{
  g_autofree char *path = g_build_filename (dir, "journal", NULL);
  g_autofree char *events_path = g_build_filename (path, "events.jsonl", NULL);
  g_autofree char *output_path = g_build_filename (path, "output", NULL);

  g_assert_cmpint (g_mkdir_with_parents (path, 0700), ==, 0);
  g_assert_true (g_file_set_contents (events_path, events, -1, NULL));
  g_assert_true (g_file_set_contents (output_path, output, -1, NULL));
  return g_steal_pointer (&path);
}

static void
test_log (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *journal = g_build_filename (dir, "journal", NULL);
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j2", "--journal", journal, "--tag",
               "printf 'a\\0b%s' {}; printf 'e\\377' >&2; test {} != 9 || kill -9 $$; exit {}",
               ":::", "0", "7", "9", NULL);
  g_autoptr (E2eRun) zero = e2e_run ("", "--journal", journal, "--log", "1", NULL);
  g_autoptr (E2eRun) seven = e2e_run ("", "--log=2", "--journal", journal, NULL);
  g_autoptr (E2eRun) killed = e2e_run ("", "--journal", journal, "--log", "3", NULL);
  g_autoptr (E2eRun) none = e2e_run ("", "--journal", journal, "--log", "4", NULL);
  g_autofree char *message =
      g_strdup_printf ("apool: --log 4: %s has no such job, only some from 1 to 3\n", journal);

  e2e_assert_ended (run, 2);
  e2e_assert_ended (zero, 0);
  g_assert_cmpmem (zero->out, zero->out_length, "a\0b0", 4);
  g_assert_cmpstr (zero->err, ==, "e\377");
  e2e_assert_ended (seven, 7);
  g_assert_cmpmem (seven->out, seven->out_length, "a\0b7", 4);
  e2e_assert_ended (killed, 128 + SIGKILL);
  g_assert_cmpmem (killed->out, killed->out_length, "a\0b9", 4);
  e2e_assert_ended (none, 255);
  g_assert_cmpstr (none->out, ==, "");
  g_assert_cmpstr (none->err, ==, message);
}

/* The number counts as in the newest run that has it. */
static void
test_newest (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *journal = g_build_filename (dir, "journal", NULL);
  g_autoptr (E2eRun) first = e2e_run ("", "--journal", journal, "echo", ":::", "a", "b", NULL);
  g_autoptr (E2eRun) second =
      e2e_run ("", "--journal", journal, "echo", ":::", "new", "a", "b", NULL);
  g_autoptr (E2eRun) newest = e2e_run ("", "--journal", journal, "--log", "1", NULL);
  g_autoptr (E2eRun) older = e2e_run ("", "--journal", journal, "--log", "2", NULL);
  g_autoptr (E2eRun) status = e2e_run ("", "--journal", journal, "--status", NULL);

  e2e_assert_ended (first, 0);
  e2e_assert_ended (second, 0);
  g_assert_cmpstr (newest->out, ==, "new\n");
  g_assert_cmpstr (older->out, ==, "b\n");
  e2e_assert_ended (status, 0);
  e2e_assert_contains (status->out, "\njobs        3 done, 0 failed, 2 recalled by the last run\n");
}

/* While a run writes it, and after that was killed. */
static void
test_live (E2eStage *stage, gconstpointer data)
{
  g_autofree char *journal = g_build_filename (stage->dir, "journal", NULL);
  g_autofree char *command =
      g_strdup_printf ("echo up > %s; read -r line < %s", stage->reports->path, stage->gate->path);
  g_autoptr (E2eRun) run = e2e_start ("-j1", "--journal", journal, command, ":::", "v", NULL);
  g_autofree char *report = e2e_fifo_read_line (stage->reports);
  g_autoptr (E2eRun) status = NULL;
  g_autoptr (E2eRun) facts = NULL;
  g_autoptr (E2eRun) log = NULL;

  g_assert_cmpstr (report, ==, "up");
  status = e2e_run ("", "--journal", journal, "--status", NULL);
  e2e_assert_ended (status, 0);
  e2e_assert_contains (status->out, "\nstate       running, process ");
  e2e_kill (run, SIGKILL);
  e2e_finish (run);
  g_clear_pointer (&status, e2e_run_free);
  status = e2e_run ("", "--journal", journal, "--status", NULL);
  e2e_assert_contains (status->out, "\nstate       broken off\n");
  g_assert_null (strstr (status->out, "Running:"));
  facts = e2e_run ("", "--journal", journal, "--status=1", NULL);
  log = e2e_run ("", "--journal", journal, "--log", "1", NULL);
  /* Who was killed may not have known yet that the job runs. */
  if (strstr (log->err, " has no jobs\n"))
    return;
  e2e_assert_contains (facts->out, "\nend         broken off with its run\n");
  e2e_assert_ended (log, 255);
  e2e_assert_contains (log->err, "apool: job 1: was broken off with its run\n");
}

/* What a job has written that runs, as far as is told: this program is the run. */
static void
test_part (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *events = g_strdup_printf (
      JOURNAL "{\"type\":\"run\",\"run\":\"r\",\"start\":1,\"pid\":%d}\n" START ("1", "1")
          START ("2", "2") PIECE ("1", "out", "[0,4]") PIECE ("1", "err", "[4,4]")
              PIECE ("1", "out", "[8,4096]"),
      (int) getpid ());
  g_autofree char *journal = make_journal (dir, events, "1234efghab");
  g_autofree char *output = g_build_filename (journal, "output", NULL);
  g_autofree char *lock = g_build_filename (journal, "lock", NULL);
  int fd = g_open (lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  g_autoptr (E2eRun) log = NULL;
  g_autoptr (E2eRun) nothing = NULL;
  g_autoptr (E2eRun) status = NULL;
  g_autoptr (E2eRun) facts = NULL;

  /* What is reserved and not written yet is no output. */
  g_assert_cmpint (truncate (output, 100000), ==, 0);
  g_assert_cmpint (fd, >=, 0);
  log = e2e_run ("", "--journal", journal, "--log", "1", NULL);
  nothing = e2e_run ("", "--journal", journal, "--log", "2", NULL);
  status = e2e_run ("", "--journal", journal, "--status", NULL);
  facts = e2e_run ("", "--journal", journal, "--status=2", NULL);
  g_assert_true (g_close (fd, NULL));
  e2e_assert_ended (log, 255);
  g_assert_cmpmem (log->out, log->out_length, "1234ab", 6);
  g_assert_cmpstr (log->err, ==, "efghapool: job 1: is still running\n");
  e2e_assert_ended (nothing, 255);
  g_assert_cmpstr (nothing->out, ==, "");
  g_assert_cmpstr (nothing->err, ==, "apool: job 2: is still running\n");
  e2e_assert_contains (status->out, "\njobs        0 done, 0 failed, 2 running\n");
  e2e_assert_contains (status->out, "\nRunning:\n       JOB       SECONDS  COMMAND\n         1  ");
  e2e_assert_contains (facts->out, "\nend         running\n");
  e2e_assert_contains (facts->out, " so far\n");
}

/* All that can be told, literally. */
static void
test_status (void)
{
  static const char EVENTS[] = JOURNAL RUN END (
      "1", "0a", "\"seconds\":1,\"max_rss\":3145728,\"exit\":0,\"command\":\"one\"")
      END ("2", "0b", "\"seconds\":2.5,\"exit\":3,\"command\":\"t\\u001b[31mw\\to\"") END (
          "3", "0c", "\"seconds\":0,\"signal\":9,\"command\":\"three\",\"out\":[[0,4000]]")
          OVER (
              "end", "4", "0d",
              "\"final\":false,\"recorded\":true,\"sum\":\"0000000000000000\","
              "\"seconds\":0,\"lost\":true") "garbage\n"
                                             "{\"type\":\"trouble\",\"run\":\"r\",\"what\":\"no "
                                             "space\"}\n" RUN END (
                                                 "2", "0c",
                                                 "\"seconds\":3,\"timeout\":true,\"signal\":15,"
                                                 "\"command\":\"again\"") "{\"type\":\"finish\","
                                                                          "\"run\":\"r\",\"at\":"
                                                                          "1700000100,\"status\":2,"
                                                                          "\"done\":1,\"failed\":2,"
                                                                          "\"recalled\":1}\n{"
                                                                          "\"torn";
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *journal = make_journal (dir, EVENTS, "");
  g_autofree char *script =
      g_strdup_printf ("TZ=UTC %s --status --journal %s", e2e_apool (), journal);
  g_autoptr (E2eRun) status = e2e_shell ("", script);
  g_autofree char *expected = g_strdup_printf (
      "journal     %s\n"
      "command     'a b' '{}'\n"
      "options     columns ,\n"
      "directory   /dir\n"
      "shell       /bin/sh\n"
      "state       finished, status 2\n"
      "jobs        3 done, 2 failed, 1 unfinished, 1 recalled by the last run\n"
      "ignored     1 line of events.jsonl\n"
      "\nRuns:\n"
      "  START                 JOBS      DONE    FAILED  RECALLED  END\n"
      "  2023-11-14 22:13:20      4         3         2         -  broken off, trouble: 1\n"
      "  2023-11-14 22:13:20      4         1         1         1  finished 2023-11-14 22:15:00, "
      "status 2\n"
      "\nFailed:\n"
      "       JOB           HOW  COMMAND\n"
      "         2        exit 3  t^[[31mw        o\n"
      "         2       timeout  again\n"
      "\nSlowest:\n"
      "       JOB       SECONDS  COMMAND\n"
      "         2         3.000  again\n"
      "         2         2.500  t^[[31mw        o\n"
      "         1         1.000  one\n"
      "\nMost memory:\n"
      "       JOB         BYTES  COMMAND\n"
      "         1          3.0M  one\n",
      journal);

  e2e_assert_ended (status, 0);
  g_assert_cmpstr (status->err, ==, "");
  g_assert_cmpstr (status->out, ==, expected);
}

static void
test_facts (void)
{
  static const char EVENTS[] = JOURNAL RUN OVER (
      "end", "8", "0a",
      "\"seconds\":61.5,\"user\":1,\"system\":0.25,\"max_rss\":2048,\"final\":true,"
      "\"recorded\":true,\"sum\":\"0000000000000000\",\"out\":[[0,4]],\"err\":[[4,1]],"
      "\"timeout\":true,\"signal\":15,\"command\":\"c\",\"arguments\":[\"a b\",\"c\"]");
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *journal = make_journal (dir, EVENTS, "");
  g_autofree char *script =
      g_strdup_printf ("TZ=UTC %s --status=8 --journal %s", e2e_apool (), journal);
  g_autoptr (E2eRun) facts = e2e_shell ("", script);

  e2e_assert_ended (facts, 0);
  g_assert_cmpstr (facts->out, ==,
                   "job         8\n"
                   "command     c\n"
                   "arguments   'a b' c\n"
                   "end         timeout, signal 15 (SIGTERM)\n"
                   "started     2023-11-14 22:13:21\n"
                   "place       slot 3 of worker 2\n"
                   "seconds     61.500 (CPU: 1.000 user, 0.250 system)\n"
                   "memory      2.0K\n"
                   "wrote       4 bytes to stdout, 1 to stderr\n");
}

/* What the store has lost is not taken for what the job wrote. */
static void
test_damaged (void)
{
  static const char EVENTS[] =
      JOURNAL RUN END ("1", "0a", "\"seconds\":0,\"exit\":0,\"out\":[[0,4]]")
          END ("2", "0b", "\"seconds\":0,\"exit\":0,\"out\":[[2,4]]")
              OVER ("end", "3", "0c",
                    "\"final\":true,\"recorded\":false,\"sum\":\"0000000000000000\",\"seconds\":0,"
                    "\"exit\":0,\"out\":[[0,2]]");
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *journal = make_journal (dir, EVENTS, "abcd");
  g_autoptr (E2eRun) other = e2e_run ("", "--log", "1", "--journal", journal, NULL);
  g_autoptr (E2eRun) shorter = e2e_run ("", "--log", "2", "--journal", journal, NULL);
  g_autoptr (E2eRun) part = e2e_run ("", "--log", "3", "--journal", journal, NULL);

  e2e_assert_ended (other, 255);
  e2e_assert_contains (other->err, "/output: is not what job 1 wrote\n");
  e2e_assert_ended (shorter, 255);
  e2e_assert_contains (shorter->err, "/output: ends before what the job wrote\n");
  e2e_assert_ended (part, 255);
  g_assert_cmpstr (part->out, ==, "ab");
  e2e_assert_contains (part->err, "apool: job 3: not all that it wrote is recorded\n");
}

/* Nobody on a terminal has to ask twice; what is no terminal gets the bytes alone. */
static void
test_terminal (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *journal = g_build_filename (dir, "journal", NULL);
  g_autofree char *script = NULL;
  g_autoptr (E2eRun) run = e2e_run ("", "--journal", journal, "echo", ":::", "x", NULL);
  g_autoptr (E2ePty) shown = NULL;

  e2e_assert_ended (run, 0);
  script = g_strdup_printf ("exec %s --journal %s --log 1", e2e_apool (), journal);
  shown = e2e_pty_run (script);
  g_assert_cmpint (shown->status, ==, 0);
  e2e_assert_contains (shown->screen->str, "x\njob         1\n");
  e2e_assert_contains (shown->screen->str, "\nend         exit 0\n");
}

static void
check_refusal (const char *journal, const char *options, const char *message)
{
  g_autofree char *script = g_strdup_printf ("J='%s'; %s %s", journal, e2e_apool (), options);
  g_autoptr (E2eRun) run = e2e_shell ("x\n", script);

  g_test_message ("%s", options);
  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->out, ==, "");
  e2e_assert_contains (run->err, message);
}

static void
test_refusals (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *journal = make_journal (dir, JOURNAL RUN, "");

  check_refusal (journal, "--status", "--status: of what: use --journal DIR\n");
  check_refusal (journal, "--journal $J --status echo", "'echo' is too much\n");
  check_refusal (journal, "--journal $J --status ::: a", "there are no inputs\n");
  check_refusal (journal, "--journal $J --status -k", "--status: not with --keep-order: ");
  check_refusal (journal, "-j2 --journal $J --log 1", "--log: not with --jobs: ");
  check_refusal (journal, "--journal $J --log 0", "--log 0: not a number of job");
  check_refusal (journal, "--journal $J --status=x", "--status x: not a number of job");
  check_refusal (journal, "--journal $J --log 1 --status", "only one of --status and --log");
  check_refusal (journal, "--journal $J/none --status", "/none: no journal is there\n");
  check_refusal (journal, "--journal $J --log 1", " has no jobs\n");
}

/* Neither what has no end nor what waits for somebody is read. */
static void
test_no_files (void)
{
  static const struct
  {
    const char *make;
    const char *message;
  } CASES[] = {
    { "ln -s /dev/full", ": a symbolic link\n" },
    { "ln -s /dev/null", ": a symbolic link\n" },
    { "mkfifo", ": not a regular file\n" },
  };
  static const char STATUS[] = "--journal $J --status; s=$?; rm -rf $J; exit $s";

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_auto (E2eDir) dir = e2e_dir_new ();
      g_autofree char *journal = g_build_filename (dir, "journal", NULL);
      g_autofree char *make =
          g_strdup_printf ("mkdir %s && %s %s/events.jsonl", journal, CASES[i].make, journal);
      g_autofree char *store = g_strdup_printf ("--journal $J echo ::: x > /dev/null; rm "
                                                "$J/output; %s $J/output; %s --journal $J --log 1",
                                                CASES[i].make, e2e_apool ());
      g_autoptr (E2eRun) made = e2e_shell ("", make);

      e2e_assert_ended (made, 0);
      check_refusal (journal, STATUS, CASES[i].message);
      check_refusal (journal, store, CASES[i].message);
    }
}

/* What is looked at stays as it is. */
static void
test_untouched (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *journal = make_journal (dir, JOURNAL RUN "{\"torn", "");
  g_autofree char *script = g_strdup_printf (
      "cd %s && chmod a-w . * && find . -printf '%%p %%s %%T@ %%C@\\n' | sort > ../before && "
      "%s --journal . --status > /dev/null; %s --journal . --log 1; "
      "find . -printf '%%p %%s %%T@ %%C@\\n' | sort > ../after; chmod u+w .; cmp ../before "
      "../after",
      journal, e2e_apool (), e2e_apool ());
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  e2e_assert_ended (run, 0);
}

static void
add_tests (void)
{
  g_test_add_func ("/journal-view/log", test_log);
  g_test_add_func ("/journal-view/newest", test_newest);
  e2e_stage_add_test ("/journal-view/live", test_live);
  g_test_add_func ("/journal-view/part", test_part);
  g_test_add_func ("/journal-view/status", test_status);
  g_test_add_func ("/journal-view/facts", test_facts);
  g_test_add_func ("/journal-view/damaged", test_damaged);
  g_test_add_func ("/journal-view/terminal", test_terminal);
  g_test_add_func ("/journal-view/refusals", test_refusals);
  g_test_add_func ("/journal-view/no-files", test_no_files);
  g_test_add_func ("/journal-view/untouched", test_untouched);
}

int
main (int argc, char **argv)
{
  e2e_forgo_leaks (); /* managers are killed here */
  return e2e_main (argc, argv, add_tests);
}
