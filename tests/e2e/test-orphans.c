/* SPDX-License-Identifier: MIT */
/* Nothing of a job is left, however a run ends and whatever a job has started: each way to end with
 * each kind of process, on a machine that has something else to do.
 *
 * All processes of a run have a mark in their arguments, which no change of parent, session or
 * environment takes from them. When apool has exited in a way that it can catch, none of them is
 * there any more; after a SIGKILL they have a second. */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "e2e.h"

/* How often each cell of the matrix is run: sanitized, where a run takes several times as long, it
 * is the memory that is looked at. */
#define N_ROUNDS (e2e_is_sanitized () ? 1 : 2)
/* Processes that use the processors meanwhile. */
#define N_BURNERS 2
#define MAX_JOBS 2

/* What a job starts beside its first process, which goes on and ends when it is told to. */
typedef struct
{
  const char *name;
  const char *start; /* $1 is what says who it is and waits for ever */
  guint n_processes;
  gboolean is_stopped; /* by us, when it is there */
} Kind;

static const Kind kinds[] = {
  { "plain", "$wait &", 1, FALSE },
  { "pipeline", "$wait | $wait | $wait &", 3, FALSE },
  { "nohup", "nohup $wait >/dev/null 2>&1 &", 1, FALSE },
  { "setsid", "setsid $wait &", 1, FALSE },
  { "daemon", "(setsid $wait >/dev/null 2>&1 &)", 1, FALSE },
  { "daemon, env -i", "(env -i setsid $wait >/dev/null 2>&1 &)", 1, FALSE },
  { "stopped", "$wait &", 1, TRUE },
  { "deaf", "(trap '' TERM HUP INT; exec $wait) &", 1, FALSE },
  { "forking", "(while :; do (:); done) &", 0, FALSE },
  { "closed", "$wait <&- >&- 2>&- &", 1, FALSE },
};

typedef struct
{
  E2eDir dir;
  E2eFifo *reports;
  E2eFifo *gates[MAX_JOBS]; /* the first process of each job waits there */
  char *mark;
  E2eRun *run;
  GPid first[MAX_JOBS]; /* the first process of each job */
} Cell;

/* A way to end: has the run end, which is waited for by the caller. */
typedef struct
{
  const char *name;
  const char *options; /* for the shell */
  const char *redirection;
  guint n_jobs;
  const char *needs;        /* (nullable): an option that has to be there */
  const char *first;        /* what the first process of a job is */
  int status;               /* of the jobs that end by themselves */
  void (*end) (Cell *cell); /* (nullable): it ends without */
  gboolean is_caught;       /* apool can do something about it before it ends */
} Ending;

#define HOLD "hold"
#define DEAF "ignore-term"

/* ---- processes ---- */

static gboolean
has_mark (const char *pid, const char *mark)
{
  g_autofree char *path = g_strdup_printf ("/proc/%s/cmdline", pid);
  g_autofree char *words = NULL;
  gsize length;

  return g_file_get_contents (path, &words, &length, NULL) &&
         memmem (words, length, mark, strlen (mark));
}

static GArray *
find_survivors (const char *mark)
{
  g_autoptr (GDir) proc = g_dir_open ("/proc", 0, NULL);
  GArray *pids = g_array_new (FALSE, FALSE, sizeof (GPid));
  const char *name;

  g_assert_nonnull (proc);
  while ((name = g_dir_read_name (proc)))
    {
      GPid pid = g_ascii_isdigit (*name) ? atoi (name) : 0;

      if (pid > 0 && pid != getpid () && has_mark (name, mark))
        g_array_append_val (pids, pid);
    }
  return pids;
}

static gboolean
await_end (GPid pid, gint64 deadline_usec)
{
  struct pollfd end = { .fd = (int) syscall (SYS_pidfd_open, pid, 0), .events = POLLIN };
  gint64 left_usec = MAX (0, deadline_usec - g_get_monotonic_time ());
  int n;

  if (end.fd < 0)
    return TRUE;
  n = poll (&end, 1, (int) (left_usec / 1000));
  (void) close (end.fd);
  return n > 0;
}

/* Fails where anybody is left when that time is over. */
static void
check_nobody (const char *row, const char *column, const char *mark, gint64 deadline_usec)
{
  for (;;)
    {
      g_autoptr (GArray) pids = find_survivors (mark);

      if (pids->len == 0)
        return;
      if (await_end (g_array_index (pids, GPid, 0), deadline_usec))
        continue;
      for (guint i = 0; i < pids->len; i++)
        (void) kill (g_array_index (pids, GPid, i), SIGKILL);
      g_error ("%s, %s: %u left", row, column, pids->len);
    }
}

static GPid *
start_burners (void)
{
  GPid *pids = g_new0 (GPid, N_BURNERS);
  GPid parent = getpid ();

  for (guint i = 0; i < N_BURNERS; i++)
    {
      pids[i] = fork ();
      if (pids[i] == 0)
        {
          (void) prctl (PR_SET_PDEATHSIG, SIGKILL);
          while (getppid () == parent)
            continue;
          _exit (0);
        }
      g_assert_cmpint (pids[i], >, 0);
    }
  return pids;
}

static void
end_burners (GPid *pids)
{
  for (guint i = 0; i < N_BURNERS; i++)
    {
      (void) kill (pids[i], SIGKILL);
      (void) waitpid (pids[i], NULL, 0);
    }
  g_free (pids);
}

/* ---- ways to end ---- */

static void
end_by_itself (Cell *cell)
{
  e2e_fifo_close (cell->gates[0]);
}

static void
end_by_interrupt (Cell *cell)
{
  e2e_kill (cell->run, SIGINT);
}

static void
end_by_term (Cell *cell)
{
  e2e_kill (cell->run, SIGTERM);
}

static void
end_by_two_terms (Cell *cell)
{
  g_autofree char *heard = NULL;

  e2e_kill (cell->run, SIGTERM);
  heard = e2e_fifo_read_line (cell->reports);
  g_assert_cmpstr (heard, ==, "term");
  e2e_kill (cell->run, SIGTERM);
}

static void
end_by_hang_up (Cell *cell)
{
  e2e_kill (cell->run, SIGHUP);
  e2e_fifo_close (cell->gates[0]);
}

/* Job 1 ends and writes, while job 2 goes on. */
static void
end_by_pipe (Cell *cell)
{
  e2e_close_output (cell->run);
  e2e_fifo_close (cell->gates[0]);
}

static void
end_by_killed_manager (Cell *cell)
{
  e2e_kill (cell->run, SIGKILL);
}

/* The worker of job 1 is killed, and job 2 ends by itself. */
static void
end_by_killed_worker (Cell *cell)
{
  g_assert_no_errno (kill (e2e_get_worker_of (cell->run, cell->first[0]), SIGKILL));
  e2e_wait_process (cell->first[0]);
  e2e_fifo_close (cell->gates[1]);
}

static void
end_by_killed_workers (Cell *cell)
{
  g_autoptr (GArray) workers = e2e_find_workers (cell->run);

  g_assert_cmpuint (workers->len, ==, 2);
  for (guint i = 0; i < workers->len; i++)
    g_assert_no_errno (kill (g_array_index (workers, GPid, i), SIGKILL));
}

static const Ending endings[] = {
  { "normal", "", "", 1, NULL, HOLD, 0, end_by_itself, TRUE },
  { "failure", "", "", 1, NULL, HOLD, 3, end_by_itself, TRUE },
  { "leaks ended", "--leaks kill", "", 1, NULL, HOLD, 0, end_by_itself, TRUE },
  { "leaks fail", "--leaks fail", "", 1, NULL, HOLD, 0, end_by_itself, TRUE },
  { "timeout", "--timeout 1", "", 1, "--timeout", HOLD, 0, NULL, TRUE },
  { "halt", "--halt now,fail=1", "", 2, "--halt", HOLD, 3, end_by_itself, TRUE },
  { "INT", "", "", 1, NULL, HOLD, 0, end_by_interrupt, TRUE },
  { "TERM", "", "", 1, NULL, HOLD, 0, end_by_term, TRUE },
  { "TERM twice", "", "", 1, NULL, DEAF, 0, end_by_two_terms, TRUE },
  { "HUP", "", "", 1, NULL, HOLD, 0, end_by_hang_up, TRUE },
  { "PIPE", "", "", 2, NULL, HOLD, 0, end_by_pipe, TRUE },
  { "full disk", "", ">/dev/full", 2, NULL, HOLD, 0, end_by_itself, TRUE },
  { "manager killed", "", "", 1, NULL, HOLD, 0, end_by_killed_manager, FALSE },
  { "worker killed", "--workers 2", "", 2, NULL, HOLD, 0, end_by_killed_worker, TRUE },
  { "workers killed", "--workers 2", "", 2, NULL, HOLD, 0, end_by_killed_workers, TRUE },
};

/* ---- one cell ---- */

/* Returns: (transfer full): for a shell that has apool as $1 and testprog as $2. A job is given its
 * number, and what it starts gets the mark as its last argument */
static char *
make_script (Cell *cell, const Ending *ending, const Kind *kind)
{
  const char *reports = cell->reports->path;
  g_autofree char *first =
      strcmp (ending->first, DEAF) == 0
          ? g_strdup_printf ("exec %s %s %s %s", e2e_testprog (), DEAF, reports, cell->mark)
          : g_strdup_printf ("exec %s %s %s/gate-$1 %s first-$1 %d %s", e2e_testprog (), HOLD,
                             cell->dir, reports, ending->status, cell->mark);
  g_autofree char *body = g_strdup_printf ("wait=\"%s wait %s left %s\"\n%s\n%s\n", e2e_testprog (),
                                           reports, cell->mark, kind->start, first);
  g_autofree char *path = g_build_filename (cell->dir, "job", NULL);

  g_assert_true (g_file_set_contents (path, body, -1, NULL));
  return g_strdup_printf ("exec \"$1\" -j%u %s sh %s/job {} %s ::: %s %s", ending->n_jobs,
                          ending->options, cell->dir, cell->mark, ending->n_jobs > 1 ? "1 2" : "1",
                          ending->redirection);
}

/* Waits until all processes are there. */
static void
await_processes (Cell *cell, const Ending *ending, const Kind *kind)
{
  for (guint n = ending->n_jobs * (kind->n_processes + 1); n > 0; n--)
    {
      g_autofree char *line = e2e_fifo_read_line (cell->reports);
      int pid = 0;
      char who[32] = "";
      guint job = 1;

      g_assert_cmpint (sscanf (line, "%d %31s", &pid, who), ==, 2);
      if (kind->is_stopped && strcmp (who, "left") == 0)
        g_assert_no_errno (kill (pid, SIGSTOP));
      if (sscanf (who, "first-%u", &job) == 1)
        cell->first[job - 1] = pid;
    }
}

static void
check_cell (const Ending *ending, const Kind *kind, guint round)
{
  Cell cell = { .dir = e2e_dir_new () };
  g_autofree char *script = NULL;

  cell.mark = g_strdup_printf ("orphan-of-%d-%u-%p-%p", (int) getpid (), round, (gpointer) ending,
                               (gpointer) kind);
  cell.reports = e2e_fifo_new (cell.dir, "reports");
  cell.gates[0] = e2e_fifo_new (cell.dir, "gate-1");
  cell.gates[1] = e2e_fifo_new (cell.dir, "gate-2");
  script = make_script (&cell, ending, kind);
  cell.run = e2e_start_shell (script);
  /* Whose time runs may be ended before all of it is there: that is as good. */
  if (ending->end)
    {
      await_processes (&cell, ending, kind);
      ending->end (&cell);
    }
  if (!ending->is_caught)
    check_nobody (ending->name, kind->name, cell.mark,
                  g_get_monotonic_time () + (e2e_is_sanitized () ? 10 : 1) * G_USEC_PER_SEC);
  e2e_finish (cell.run);
  /* It may not leave this to anybody else: who is killed by it is reaped by it. */
  check_nobody (ending->name, kind->name, cell.mark, 0);
  e2e_run_free (cell.run);
  for (guint i = 0; i < MAX_JOBS; i++)
    e2e_fifo_free (cell.gates[i]);
  e2e_fifo_free (cell.reports);
  g_free (cell.mark);
  e2e_dir_free (cell.dir);
}

static gboolean
has_option (const char *option)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--help=all", NULL);
  g_autofree char *wanted = g_strconcat (option, " ", NULL);

  return strstr (run->out, wanted) != NULL;
}

static void
test_ending (gconstpointer data)
{
  const Ending *ending = data;
  GPid *burners;

  if (ending->needs && !has_option (ending->needs))
    {
      g_test_message ("%s is not there", ending->needs);
      return;
    }
  burners = start_burners ();
  for (guint round = 0; round < (ending->end ? N_ROUNDS : 1); round++)
    for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
      check_cell (ending, &kinds[i], round);
  end_burners (burners);
}

static void
add_tests (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_autofree char *path = g_strconcat ("/orphans/", endings[i].name, NULL);

      g_strdelimit (path, " ", '-');
      g_test_add_data_func (path, &endings[i], test_ending);
    }
}

int
main (int argc, char **argv)
{
  e2e_forgo_leaks ();
  return e2e_main (argc, argv, add_tests);
}
