/* SPDX-License-Identifier: MIT */
/*
 * Under a jobserver like make's.
 *
 * Make itself is not needed for it: the jobserver is a FIFO of the test's own, so the very bytes
 * are known that have to come back.
 */

#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "e2e.h"
#include "hold-script.h"

#define PATIENCE_MSEC 10000

#define WAITS ": debug: gate jobserver: waits: none is free: own slots 1, taken "

static E2eFifo *
make_server (E2eStage *stage, const char *tokens)
{
  E2eFifo *server = e2e_fifo_new (stage->dir, "jobserver");

  e2e_fifo_write (server, tokens);
  return server;
}

static guint
count_tokens (E2eFifo *server)
{
  int n_bytes;

  g_assert_no_errno (ioctl (server->fd, FIONREAD, &n_bytes));
  return (guint) n_bytes;
}

/* That just these bytes are there; waits for those that are not yet. */
static void
check_tokens (E2eFifo *server, const char *tokens)
{
  g_autofree char *missing = g_strdup (tokens);

  for (gsize i = 0; i < strlen (tokens); i++)
    {
      struct pollfd readable = { .fd = server->fd, .events = POLLIN };
      char token;
      char *at;

      g_assert_cmpint (poll (&readable, 1, E2E_DEADLINE_MSEC), ==, 1);
      g_assert_cmpint (read (server->fd, &token, 1), ==, 1);
      at = strchr (missing, token);
      g_assert_true (token != '\0' && at != NULL);
      *at = '.';
    }
  g_assert_cmpuint (count_tokens (server), ==, 0);
}

/* Starts apool as make does that hands its jobserver down. */
static E2eRun *
start_under (E2eStage *stage, const char *flags, const char *args)
{
  g_autofree char *script =
      g_strdup_printf ("exec 7<>%s/jobserver 8>%s/jobserver; MAKEFLAGS=\"%s\" exec \"$1\" %s",
                       stage->dir, stage->dir, flags, args);

  return e2e_start_shell (script);
}

static void
check_slots (E2eStage *stage, const char *flags, const char *why)
{
  g_autofree char *hold = hold_script_write (stage);
  g_autofree char *args =
      g_strdup_printf ("-D '%s' ::: 1 2 3 4 5 6 2>%s", hold, stage->errors->path);
  g_autoptr (E2eFifo) server = make_server (stage, "ab");
  g_autoptr (E2eRun) run = start_under (stage, flags, args);

  g_autofree char *first = e2e_fifo_read_line (stage->errors);

  g_assert_cmpstr (first, ==, why);
  hold_script_await (stage, 3);
  g_free (e2e_fifo_read_until (stage->errors, WAITS "2"));
  g_assert_cmpuint (count_tokens (server), ==, 0);
  hold_script_release (stage, 6);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpuint (count_tokens (server), ==, 2);
  check_tokens (server, "ab");
  hold_script_check (stage, 6, 3);
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* However many cores there are, as many jobs run as there are slots, and the one of apool. */
static void
test_slots (E2eStage *stage, gconstpointer data)
{
  check_slots (stage, " -j9 --jobserver-auth=7,8", "apool: debug: -j9: make -j9");
}

static void
test_slots_old (E2eStage *stage, gconstpointer data)
{
  check_slots (stage, " -j --jobserver-fds=7,8", "apool: debug: -j10000: make's jobserver");
}

static void
test_slots_fifo (E2eStage *stage, gconstpointer data)
{
  g_autofree char *flags = g_strdup_printf (" -j9 --jobserver-auth=fifo:%s/jobserver", stage->dir);

  check_slots (stage, flags, "apool: debug: -j9: make -j9");
}

/* What is said is an upper limit, as is what make may run. */
static void
check_limit (E2eStage *stage, const char *flags, const char *jobs)
{
  g_autofree char *hold = hold_script_write (stage);
  g_autofree char *args = g_strdup_printf ("%s '%s' ::: 1 2 3 4 5 6", jobs, hold);
  g_autoptr (E2eFifo) server = make_server (stage, "abcdef");
  g_autoptr (E2eRun) run = start_under (stage, flags, args);

  hold_script_await (stage, 3);
  g_assert_cmpuint (count_tokens (server), ==, 4);
  hold_script_release (stage, 6);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  check_tokens (server, "abcdef");
  hold_script_check (stage, 6, 3);
}

static void
test_limit_said (E2eStage *stage, gconstpointer data)
{
  check_limit (stage, " -j9 --jobserver-auth=7,8", "-j3");
}

static void
test_limit_of_make (E2eStage *stage, gconstpointer data)
{
  check_limit (stage, " -j3 --jobserver-auth=7,8", "");
}

/* A slot that is given back by somebody else is taken at once. */
static void
test_late (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = hold_script_write (stage);
  g_autofree char *args = g_strdup_printf ("-D '%s' ::: 1 2 3 2>%s", hold, stage->errors->path);
  g_autoptr (E2eFifo) server = make_server (stage, "");
  g_autoptr (E2eRun) run = start_under (stage, " -j9 --jobserver-auth=7,8", args);
  g_autofree char *line = NULL;

  hold_script_await (stage, 1);
  g_free (e2e_fifo_read_until (stage->errors, WAITS "0"));
  e2e_fifo_write (server, "z");
  line = e2e_fifo_read_until (stage->errors, "gate jobserver: ");
  e2e_assert_contains (line, ": goes on");
  hold_script_await (stage, 1);
  hold_script_release (stage, 3);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  check_tokens (server, "z");
  hold_script_check (stage, 3, 2);
}

/* Jobs inherit what apool did, and nothing that apool has opened itself. */
static void
test_inherited (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eFifo) server G_GNUC_UNUSED = make_server (stage, "a");
  g_autoptr (E2eRun) run =
      start_under (stage, "k -j2 --jobserver-auth=7,8",
                   "'echo $MAKEFLAGS; ls -l /proc/self/fd | grep -c /jobserver$; : {}' ::: 1");

  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "k -j2 --jobserver-auth=7,8\n2\n");
}

/* ---- ways out ---- */

/* Starts a run three of whose jobs hold, one of them in apool's slot and two in those of make. The
 * jobs ignore SIGTERM. @after: what they do at their end */
static E2eRun *
start_held (E2eStage *stage, E2eFifo *server, const char *options, const char *after)
{
  g_autofree char *hold = hold_script_write (stage);
  g_autofree char *args =
      g_strdup_printf ("%s 'trap \"\" TERM; %s; %s' ::: 1 2 3 4 5 6", options, hold, after);
  E2eRun *run = start_under (stage, " -j9 --jobserver-auth=7,8", args);

  hold_script_await (stage, 3);
  g_assert_cmpuint (count_tokens (server), ==, 0);
  return run;
}

static void
test_out_failed (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eFifo) server = make_server (stage, "ab");
  g_autoptr (E2eRun) run = start_held (stage, server, "--retries 2", "exit 3");

  hold_script_release (stage, 12);
  e2e_finish (run);
  e2e_assert_ended (run, 6);
  g_assert_cmpuint (count_tokens (server), ==, 2);
  check_tokens (server, "ab");
  hold_script_check (stage, 12, 3);
}

/* One job fails, and the others are ended. */
static void
test_out_halted (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eFifo) server = make_server (stage, "ab");
  g_autofree char *hold = hold_script_write (stage);
  g_autofree char *args = g_strdup_printf (
      "--halt now,fail=1 '%s; mkdir %s/first && exit 3; read x <%s; : {}' ::: 1 2 3 4 5 6", hold,
      stage->dir, stage->errors->path);
  g_autoptr (E2eRun) run = start_under (stage, " -j9 --jobserver-auth=7,8", args);

  hold_script_await (stage, 3);
  g_assert_cmpuint (count_tokens (server), ==, 0);
  hold_script_release (stage, 3);
  e2e_finish (run);
  e2e_assert_ended (run, 3);
  g_assert_cmpuint (count_tokens (server), ==, 2);
  check_tokens (server, "ab");
  e2e_wait_gone (run, PATIENCE_MSEC);
}

/* Of two signals it is not said which one is seen first. All is there again by the time that the
 * run has ended. */
static void
check_signals (E2eStage *stage, int first, int second)
{
  g_autoptr (E2eFifo) server = make_server (stage, "ab");
  g_autoptr (E2eRun) run = start_held (stage, server, "", "true");

  e2e_kill (run, first);
  if (second > 0)
    e2e_kill (run, second);
  /* Some may be started before the signal is seen. */
  if (first == SIGHUP)
    hold_script_release (stage, 6);
  e2e_finish (run);
  g_assert_true (run->signal == first || run->signal == second);
  g_assert_cmpuint (count_tokens (server), ==, 2);
  check_tokens (server, "ab");
  e2e_wait_gone (run, PATIENCE_MSEC);
}

static void
test_out_once (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eFifo) server = make_server (stage, "ab");
  g_autofree char *hold = hold_script_write (stage);
  g_autofree char *args = g_strdup_printf ("'%s' ::: 1 2 3 4", hold);
  g_autoptr (E2eRun) run = start_under (stage, " -j9 --jobserver-auth=7,8", args);

  hold_script_await (stage, 3);
  e2e_kill (run, SIGINT);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGINT);
  g_assert_cmpuint (count_tokens (server), ==, 2);
  check_tokens (server, "ab");
}

static void
test_out_twice (E2eStage *stage, gconstpointer data)
{
  check_signals (stage, SIGINT, SIGTERM);
}

static void
test_out_hung_up (E2eStage *stage, gconstpointer data)
{
  check_signals (stage, SIGHUP, 0);
}

/* Nobody reads what the first job writes, which then waits for what never comes. */
static void
test_out_unread (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eFifo) server = make_server (stage, "ab");
  g_autofree char *after = g_strdup_printf ("echo out; read x <%s", stage->errors->path);
  g_autoptr (E2eRun) run = start_held (stage, server, "", after);

  e2e_close_output (run);
  hold_script_release (stage, 3);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGPIPE);
  g_assert_cmpuint (count_tokens (server), ==, 2);
  check_tokens (server, "ab");
}

/* What cannot be caught, or is not: somebody else gives back. */
static void
check_killed (E2eStage *stage, int signum)
{
  g_autoptr (E2eFifo) server = make_server (stage, "ab");
  g_autoptr (E2eRun) run = NULL;

  e2e_forgo_leaks ();
  run = start_held (stage, server, "", "true");
  e2e_kill (run, signum);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, signum);
  check_tokens (server, "ab");
  e2e_wait_gone (run, PATIENCE_MSEC);
}

static void
test_killed (E2eStage *stage, gconstpointer data)
{
  check_killed (stage, SIGKILL);
}

/* Where workers are lost, what they leave is killed, but not what gives back for us. */
static void
test_killed_after_loss (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eFifo) server = make_server (stage, "ab");
  g_autoptr (E2eRun) run = NULL;
  g_autoptr (GArray) workers = NULL;

  e2e_forgo_leaks ();
  run = start_held (stage, server, "", "true");
  workers = e2e_find_workers (run);
  for (guint i = 0; i < workers->len; i++)
    g_assert_no_errno (kill (g_array_index (workers, GPid, i), SIGKILL));
  hold_script_await (stage, 3);
  e2e_kill (run, SIGKILL);
  e2e_finish (run);
  check_tokens (server, "ab");
  e2e_wait_gone (run, PATIENCE_MSEC);
}

static void
test_killed_uncaught (E2eStage *stage, gconstpointer data)
{
  check_killed (stage, SIGALRM);
}

/* The jobs of lost workers have no slots any more; other jobs get them. */
static void
test_out_lost (E2eStage *stage, gconstpointer data)
{
  g_autoptr (E2eFifo) server = make_server (stage, "ab");
  g_autoptr (E2eRun) run = start_held (stage, server, "", "true");
  g_autoptr (GArray) workers = e2e_find_workers (run);

  for (guint i = 0; i < workers->len; i++)
    g_assert_no_errno (kill (g_array_index (workers, GPid, i), SIGKILL));
  hold_script_await (stage, 3);
  hold_script_release (stage, 6);
  e2e_finish (run);
  e2e_assert_ended (run, 3);
  g_assert_cmpuint (count_tokens (server), ==, 2);
  check_tokens (server, "ab");
}

/* ---- what was not handed down ---- */

static void
test_apart (E2eStage *stage, gconstpointer data)
{
  g_autofree char *hold = hold_script_write (stage);
  g_autofree char *args = g_strdup_printf ("-j2 --no-jobserver '%s' ::: 1 2", hold);
  g_autoptr (E2eFifo) server G_GNUC_UNUSED = make_server (stage, "");
  g_autoptr (E2eRun) run = start_under (stage, " -j9 --jobserver-auth=7,8", args);

  hold_script_await (stage, 2);
  hold_script_release (stage, 2);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->err, ==, "");
}

/* As a recipe without '+' finds it, and as make since 4.4 says it. */
static void
check_note (const char *flags, const char *options, const char *expected)
{
  g_autofree char *script = g_strdup_printf ("MAKEFLAGS='%s' \"$1\" %s echo ::: 1", flags, options);
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1\n");
  g_assert_cmpstr (run->err, ==, expected);
}

static void
test_notes (void)
{
  check_note (" -j9 --jobserver-auth=97,98", "-j3",
              "apool: jobserver of make: 97,98: descriptor 97 is not open: up to 3 jobs run beside "
              "make's: does '+' stand before the line of the recipe?\n");
  check_note (" -j9 --jobserver-auth=-2,-2", "-j3",
              "apool: jobserver of make: -2,-2: '-2,-2' are no two descriptors: up to 3 jobs run "
              "beside make's: does '+' stand before the line of the recipe?\n");
  check_note (" -j9 --jobserver-auth=fifo:/none", "-j3",
              "apool: jobserver of make: fifo:/none: '/none': No such file or directory: up to 3 "
              "jobs run beside make's\n");
  check_note (" -j9 --jobserver-auth=97,98", "-j1", "");
  check_note (" -j9 --jobserver-auth=97,98", "-j3 --no-jobserver", "");
  check_note (" -j9", "-j3", "");
}

static void
test_bad_style (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--jobserver=pip", "echo", ":::", "1", NULL);

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->out, ==, "");
  g_assert_cmpstr (run->err, ==,
                   "apool: --jobserver pip: not a choice: did you mean pipe? use pipe or fifo\n");
}

static void
add_tests (void)
{
  e2e_stage_add_test ("/make/slots", test_slots);
  e2e_stage_add_test ("/make/slots/old", test_slots_old);
  e2e_stage_add_test ("/make/slots/fifo", test_slots_fifo);
  e2e_stage_add_test ("/make/limit/said", test_limit_said);
  e2e_stage_add_test ("/make/limit/of-make", test_limit_of_make);
  e2e_stage_add_test ("/make/late", test_late);
  e2e_stage_add_test ("/make/inherited", test_inherited);
  e2e_stage_add_test ("/make/out/failed", test_out_failed);
  e2e_stage_add_test ("/make/out/halted", test_out_halted);
  e2e_stage_add_test ("/make/out/once", test_out_once);
  e2e_stage_add_test ("/make/out/twice", test_out_twice);
  e2e_stage_add_test ("/make/out/hung-up", test_out_hung_up);
  e2e_stage_add_test ("/make/out/unread", test_out_unread);
  e2e_stage_add_test ("/make/out/lost", test_out_lost);
  e2e_stage_add_test ("/make/apart", test_apart);
  g_test_add_func ("/make/notes", test_notes);
  g_test_add_func ("/make/bad-style", test_bad_style);
  /* Where the manager is killed nobody looks for leaks: these come last. */
  e2e_stage_add_test ("/make/killed", test_killed);
  e2e_stage_add_test ("/make/killed/after-loss", test_killed_after_loss);
  e2e_stage_add_test ("/make/killed/uncaught", test_killed_uncaught);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
