/* SPDX-License-Identifier: MIT */
/* What signals do to a run, from a terminal and from elsewhere. */

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "e2e.h"

/* ---- a terminal ---- */

/* apool as the foreground job of a shell, on a terminal of its own. */
typedef struct
{
  int master;
  E2eFifo *status;
  E2eFifo *control;
  GSubprocess *shell;
} Terminal;

static void
terminal_open (Terminal *self, E2eStage *stage, const char *const *args)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  self->status = e2e_fifo_new (stage->dir, "status");
  self->control = e2e_fifo_new (stage->dir, "control");
  self->master = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_assert_no_errno (self->master);
  g_assert_no_errno (grantpt (self->master));
  g_assert_no_errno (unlockpt (self->master));
  g_ptr_array_add (argv, (char *) g_getenv ("APOOL_JOBSHELL"));
  g_ptr_array_add (argv, ptsname (self->master));
  g_ptr_array_add (argv, self->status->path);
  g_ptr_array_add (argv, self->control->path);
  g_ptr_array_add (argv, (char *) e2e_apool ());
  for (; *args; args++)
    g_ptr_array_add (argv, (char *) *args);
  g_ptr_array_add (argv, NULL);
  self->shell =
      g_subprocess_newv ((const char *const *) argv->pdata, G_SUBPROCESS_FLAGS_NONE, &error);
  g_assert_no_error (error);
}

static void
terminal_clear (Terminal *self)
{
  g_clear_object (&self->shell);
  g_clear_pointer (&self->status, e2e_fifo_free);
  g_clear_pointer (&self->control, e2e_fifo_free);
  (void) close (self->master);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Terminal, terminal_clear)

static void
terminal_type (Terminal *self, char key)
{
  g_assert_cmpint (write (self->master, &key, 1), ==, 1);
}

static void
terminal_expect (Terminal *self, const char *what)
{
  g_autofree char *line = e2e_fifo_read_line (self->status);

  g_assert_cmpstr (line, ==, what);
}

static void
terminal_continue (Terminal *self)
{
  e2e_fifo_write (self->control, "fg\n");
  terminal_expect (self, "continued");
}

/* The kernel's letter for a process. */
static char
get_state (GPid pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", (int) pid);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return '-';
  return strrchr (text, ')')[2];
}

/* A process stops when it gets to run next. */
static void
wait_state (GPid pid, gboolean is_stopped)
{
  gint64 deadline = g_get_monotonic_time () + E2E_DEADLINE_MSEC * G_GINT64_CONSTANT (1000);

  while ((get_state (pid) == 'T') != is_stopped)
    {
      if (g_get_monotonic_time () > deadline)
        g_error ("process %d is in state %c", (int) pid, get_state (pid));
      sched_yield ();
    }
}

/* A job that leads a process in its group, says of both, and ends when it gets a line. */
static char *
make_pair (E2eStage *stage)
{
  return g_strdup_printf (": {}; exec 4>%1$s 3<>%2$s; sleep 1000 & echo $$ leader >&4; "
                          "echo $! other >&4; read x <&3; kill $!; exit 0",
                          stage->reports->path, stage->gate->path);
}

/* Ctrl-Z stops the jobs with all of their groups, then apool; fg has all go on. */
static void
test_stop (E2eStage *stage, gconstpointer data)
{
  g_auto (Terminal) terminal = { .master = -1 };
  g_autofree char *job = make_pair (stage);
  const char *const args[] = { "-j1", job, ":::", "1", NULL };
  GPid leader;
  GPid other;

  terminal_open (&terminal, stage, args);
  leader = e2e_fifo_read_report (stage->reports, "leader");
  other = e2e_fifo_read_report (stage->reports, "other");
  for (int i = 0; i < 3; i++)
    {
      g_autofree char *stopped = g_strdup_printf ("stopped %d", SIGTSTP);

      terminal_type (&terminal, '\032');
      terminal_expect (&terminal, stopped);
      wait_state (leader, TRUE);
      wait_state (other, TRUE);
      terminal_continue (&terminal);
      wait_state (leader, FALSE);
      wait_state (other, FALSE);
    }
  e2e_fifo_write (stage->gate, "x\n");
  terminal_expect (&terminal, "exited 0");
}

/* None is started meanwhile, though a slot is free: the one that ends was killed while stopped. */
static void
test_stop_starts_none (E2eStage *stage, gconstpointer data)
{
  g_auto (Terminal) terminal = { .master = -1 };
  g_autofree char *job =
      g_strdup_printf ("echo $$ {} >%s; [ {} = 2 ] || sleep 1000", stage->reports->path);
  const char *const args[] = { "-j1", "--prefetch", "1", job, ":::", "1", "2", NULL };
  g_autofree char *stopped = g_strdup_printf ("stopped %d", SIGTSTP);
  GPid pid;

  terminal_open (&terminal, stage, args);
  pid = e2e_fifo_read_report (stage->reports, "1");
  terminal_type (&terminal, '\032');
  terminal_expect (&terminal, stopped);
  g_assert_no_errno (kill (pid, SIGKILL));
  e2e_wait_process (pid);
  g_assert_cmpuint (stage->reports->pending->len, ==, 0);
  terminal_continue (&terminal);
  (void) e2e_fifo_read_report (stage->reports, "2");
  terminal_expect (&terminal, "exited 1");
}

/* Ctrl-C of a run that was stopped, after it goes on. */
static void
test_interrupt (E2eStage *stage, gconstpointer data)
{
  g_auto (Terminal) terminal = { .master = -1 };
  g_autofree char *job = make_pair (stage);
  const char *const args[] = { "-j1", job, ":::", "1", NULL };
  g_autofree char *stopped = g_strdup_printf ("stopped %d", SIGTSTP);
  g_autofree char *killed = g_strdup_printf ("killed %d", SIGINT);
  GPid leader;
  GPid other;

  terminal_open (&terminal, stage, args);
  leader = e2e_fifo_read_report (stage->reports, "leader");
  other = e2e_fifo_read_report (stage->reports, "other");
  terminal_type (&terminal, '\032');
  terminal_expect (&terminal, stopped);
  terminal_continue (&terminal);
  wait_state (leader, FALSE);
  terminal_type (&terminal, '\003');
  terminal_expect (&terminal, killed);
  g_assert_cmpint (get_state (leader), ==, '-');
  e2e_wait_process (other);
}

/* A signal that ends the run reaches it as soon as it goes on. */
static void
test_terminate_stopped (E2eStage *stage, gconstpointer data)
{
  g_auto (Terminal) terminal = { .master = -1 };
  g_autofree char *job = g_strdup_printf (
      "echo $APOOL_PID manager >%1$s; echo $$ leader >%1$s; exec sleep 1000", stage->reports->path);
  const char *const args[] = { "-j1", job, ":::", "1", NULL };
  g_autofree char *stopped = g_strdup_printf ("stopped %d", SIGTSTP);
  g_autofree char *killed = g_strdup_printf ("killed %d", SIGTERM);
  GPid manager;
  GPid leader;

  terminal_open (&terminal, stage, args);
  manager = e2e_fifo_read_report (stage->reports, "manager");
  leader = e2e_fifo_read_report (stage->reports, "leader");
  terminal_type (&terminal, '\032');
  terminal_expect (&terminal, stopped);
  g_assert_no_errno (kill (manager, SIGTERM));
  wait_state (leader, TRUE);
  terminal_continue (&terminal);
  terminal_expect (&terminal, killed);
  e2e_wait_process (leader);
}

/* SIGSTOP cannot be caught: the jobs run on. A worker is not lost for the time that passes. */
static void
test_kill_stop (E2eStage *stage, gconstpointer data)
{
  g_autofree char *job =
      g_strdup_printf (": {}; exec 3<>%2$s; echo $$ here >%1$s; read x <&3; echo $$ there >%1$s; "
                       "read x <&3; echo end",
                       stage->reports->path, stage->gate->path);
  g_autoptr (E2eRun) run = e2e_start ("-j1", "--worker-timeout", "0.3", job, ":::", "1", NULL);
  g_autoptr (E2eRun) clock = NULL;

  (void) e2e_fifo_read_report (stage->reports, "here");
  e2e_kill (run, SIGSTOP);
  wait_state (run->pid, TRUE);
  clock = e2e_run ("", "-j1", "sleep", ":::", "0.7", NULL);
  e2e_fifo_write (stage->gate, "x\n");
  (void) e2e_fifo_read_report (stage->reports, "there");
  e2e_kill (run, SIGCONT);
  e2e_fifo_write (stage->gate, "x\n");
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "end\n");
  g_assert_cmpstr (run->err, ==, "");
}

/* ---- who asks ---- */

/* SIGUSR1: what runs, and the last line that it wrote: one from the worker, where it is held, or
 * from the manager, if it has been passed on meanwhile. */
static void
test_jobs (E2eStage *stage, gconstpointer data)
{
  g_autofree char *job =
      g_strdup_printf ("printf 'first\\nla\\033st {}'; exec 3<>%2$s; echo $$ {} >%1$s; read x <&3",
                       stage->reports->path, stage->gate->path);
  g_autoptr (E2eRun) run =
      e2e_start_said (stage->errors, "-j2", "--workers", "1", job, ":::", "1", "2", NULL);
  GPid pids[2] = { 0 };
  g_autofree char *start = NULL;

  for (int i = 0; i < 2; i++)
    {
      g_autofree char *line = e2e_fifo_read_line (stage->reports);
      int pid = 0;
      int seq = 0;

      g_assert_cmpint (sscanf (line, "%d %d", &pid, &seq), ==, 2);
      pids[seq - 1] = pid;
    }
  start = g_strdup_printf ("apool: job 2: pid %d, ", (int) pids[1]);
  for (gboolean is_seen = FALSE; !is_seen;)
    {
      g_autofree char *first = NULL;
      g_autofree char *line = NULL;
      g_autofree char *job_line = NULL;
      g_autofree char *next = NULL;

      e2e_kill (run, SIGUSR1);
      first = e2e_fifo_read_until (stage->errors, "apool: workers: 1, ");
      line = e2e_fifo_read_until (stage->errors, "apool: worker 1: ");
      if (!strstr (first, " 2 running"))
        continue; /* the manager has not heard of it yet */
      job_line = e2e_fifo_read_until (stage->errors, start);
      e2e_assert_contains (job_line, " s, worker 1, slot 2: printf ");
      e2e_kill (run, SIGUSR2); /* says a line of its own, so that there is a next one */
      next = e2e_fifo_read_line (stage->errors);
      is_seen = g_str_has_prefix (next, "apool: job 2: wrote: ");
      if (is_seen)
        {
          e2e_assert_contains (next, "st 2");
          g_assert_null (strchr (next, '\033'));
        }
      e2e_kill (run, SIGUSR2);
    }
  e2e_fifo_write (stage->gate, "x\nx\n");
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "first\nla\033st 1first\nla\033st 2");
}

/* Both say what waits for its next attempt. The second job begins when the first one has ended. */
static void
test_retries (E2eStage *stage, gconstpointer data)
{
  g_autofree char *job =
      g_strdup_printf ("[ {} = 1 ] && exit 7; exec 3<>%2$s; echo $$ here >%1$s; read x <&3",
                       stage->reports->path, stage->gate->path);
  g_autoptr (E2eRun) run = e2e_start_said (stage->errors, "-j1", "--retries", "2", "--retry-delay",
                                           "1000", job, ":::", "1", "2", NULL);
  g_autofree char *said = NULL;
  g_autofree char *count = NULL;
  g_autofree char *line = NULL;
  g_autofree char *progress = NULL;

  (void) e2e_fifo_read_report (stage->reports, "here");
  said = e2e_fifo_read_until (stage->errors, "trying again (attempt 2)");
  e2e_kill (run, SIGUSR1);
  count = e2e_fifo_read_until (stage->errors, "apool: 1 to be tried again");
  line = e2e_fifo_read_line (stage->errors);
  g_assert_true (
      g_regex_match_simple ("^apool: job 1: attempt 2 in [0-9]+\\.[0-9] s: \\[ 1 = 1", line, 0, 0));
  e2e_kill (run, SIGUSR2);
  progress = e2e_fifo_read_line (stage->errors);
  e2e_assert_contains (progress, " 1 running, 1 to be tried again, ");
  e2e_kill (run, SIGTERM);
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, SIGTERM);
}

/* SIGUSR1 of a run whose worker does not answer: it is not waited for long. */
static void
test_jobs_silent (E2eStage *stage, gconstpointer data)
{
  g_autofree char *job = g_strdup_printf (": {}; exec 3<>%2$s; echo $$ here >%1$s; read x <&3",
                                          stage->reports->path, stage->gate->path);
  g_autoptr (E2eRun) run = e2e_start_said (stage->errors, "-j1", job, ":::", "1", NULL);
  GPid worker = e2e_get_worker_of (run, e2e_fifo_read_report (stage->reports, "here"));
  g_autofree char *line = NULL;

  g_assert_no_errno (kill (worker, SIGSTOP));
  e2e_kill (run, SIGUSR1);
  line = e2e_fifo_read_until (stage->errors, "apool: job 1: ");
  g_assert_true (g_str_has_prefix (line, "apool: job 1: worker 1, slot 1: : 1; exec "));
  g_assert_no_errno (kill (worker, SIGCONT));
  e2e_fifo_write (stage->gate, "x\n");
  e2e_finish (run);
  e2e_assert_ended (run, 0);
}

/* SIGUSR2, where standard error is no terminal: a line at once. */
static void
test_progress (E2eStage *stage, gconstpointer data)
{
  g_autofree char *job =
      g_strdup_printf ("[ {} = 1 ] && exit 7; exec 3<>%2$s; echo $$ here >%1$s; read x <&3",
                       stage->reports->path, stage->gate->path);
  g_autoptr (E2eRun) run =
      e2e_start_said (stage->errors, "-j1", "--total-jobs", "2", job, ":::", "1", "2", NULL);
  g_autofree char *line = NULL;

  (void) e2e_fifo_read_report (stage->reports, "here");
  e2e_kill (run, SIGUSR2);
  line = e2e_fifo_read_line (stage->errors);
  g_assert_true (g_str_has_prefix (line, "apool: 1/2 done, 1 failed, 1 running, "));
  e2e_kill (run, SIGUSR2);
  e2e_fifo_write (stage->gate, "x\n");
  e2e_finish (run);
  e2e_assert_ended (run, 1);
  g_assert_cmpuint (stage->errors->pending->len, ==, 0);
}

/* Reads from the terminal until @part has come. */
static void
terminal_read_until (Terminal *self, GString *screen, const char *part)
{
  while (!strstr (screen->str, part))
    {
      char buffer[1024];
      gssize n = read (self->master, buffer, sizeof buffer);

      if (n <= 0)
        g_error ("no \"%s\" in \"%s\"", part, screen->str);
      g_string_append_len (screen, buffer, n);
    }
}

/* SIGUSR2 on a terminal: a row that is written again as the run goes on, and is taken away. */
static void
test_progress_row (E2eStage *stage, gconstpointer data)
{
  g_auto (Terminal) terminal = { .master = -1 };
  g_autoptr (GString) screen = g_string_new (NULL);
  g_autofree char *job = g_strdup_printf (
      "exec 3<>%2$s; [ {} = 3 ] || echo $APOOL_PID {} >%1$s; read x <&3; echo out {}",
      stage->reports->path, stage->gate->path);
  const char *const args[] = { "-j1", job, ":::", "1", "2", NULL };
  GPid manager;

  g_setenv ("TERM", "xterm", TRUE);
  terminal_open (&terminal, stage, args);
  manager = e2e_fifo_read_report (stage->reports, "1");
  g_assert_no_errno (kill (manager, SIGUSR2));
  terminal_read_until (&terminal, screen, "apool: 0/? done, 0 failed, 1 running, ");
  e2e_fifo_write (stage->gate, "x\n");
  (void) e2e_fifo_read_report (stage->reports, "2");
  terminal_read_until (&terminal, screen, "out 1");
  terminal_read_until (&terminal, screen, "apool: 1/2 done, 0 failed, ");
  g_string_truncate (screen, 0);
  g_assert_no_errno (kill (manager, SIGUSR2));
  terminal_read_until (&terminal, screen, "\033[J");
  e2e_fifo_write (stage->gate, "x\n");
  terminal_read_until (&terminal, screen, "out 2");
  g_assert_null (strstr (screen->str, "apool: 2/2 done"));
  terminal_expect (&terminal, "exited 0");
}

/* ---- what apool dies of ---- */

static void
check_dies_of (E2eStage *stage, int signum)
{
  g_autofree char *job =
      g_strdup_printf (": {}; exec 3<>%2$s; echo $$ here >%1$s; read x <&3; echo end",
                       stage->reports->path, stage->gate->path);
  g_autoptr (E2eRun) run = e2e_start ("-j1", job, ":::", "1", NULL);

  (void) e2e_fifo_read_report (stage->reports, "here");
  e2e_kill (run, signum);
  if (signum == SIGHUP)
    e2e_fifo_write (stage->gate, "x\n");
  e2e_finish (run);
  g_assert_cmpint (run->signal, ==, signum);
  g_assert_cmpstr (run->out, ==, signum == SIGHUP ? "end\n" : "");
  e2e_wait_gone (run, E2E_DEADLINE_MSEC);
}

static void
test_dies_of_int (E2eStage *stage, gconstpointer data)
{
  check_dies_of (stage, SIGINT);
}

static void
test_dies_of_term (E2eStage *stage, gconstpointer data)
{
  check_dies_of (stage, SIGTERM);
}

static void
test_dies_of_hup (E2eStage *stage, gconstpointer data)
{
  check_dies_of (stage, SIGHUP);
}

static void
test_dies_of_pipe (void)
{
  g_autoptr (E2eRun) run =
      e2e_shell ("", "{ \"$1\" -j1 'yes {}' ::: 1; echo $? >&2; } | head -n 1 >/dev/null");

  g_assert_cmpstr (run->err, ==, "141\n");
}

static void
add_tests (void)
{
  e2e_stage_add_test ("/signals/stop", test_stop);
  e2e_stage_add_test ("/signals/stop-starts-none", test_stop_starts_none);
  e2e_stage_add_test ("/signals/interrupt", test_interrupt);
  e2e_stage_add_test ("/signals/terminate-stopped", test_terminate_stopped);
  e2e_stage_add_test ("/signals/kill-stop", test_kill_stop);
  e2e_stage_add_test ("/signals/jobs", test_jobs);
  e2e_stage_add_test ("/signals/jobs-silent", test_jobs_silent);
  e2e_stage_add_test ("/signals/retries", test_retries);
  e2e_stage_add_test ("/signals/progress", test_progress);
  e2e_stage_add_test ("/signals/progress-row", test_progress_row);
  e2e_stage_add_test ("/signals/dies-of-int", test_dies_of_int);
  e2e_stage_add_test ("/signals/dies-of-term", test_dies_of_term);
  e2e_stage_add_test ("/signals/dies-of-hup", test_dies_of_hup);
  g_test_add_func ("/signals/dies-of-pipe", test_dies_of_pipe);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
