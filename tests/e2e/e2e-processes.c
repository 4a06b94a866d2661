/* SPDX-License-Identifier: MIT */
/*
 * The processes of a run, as /proc shows them. They are known by a variable in their environment,
 * which no setsid(), double fork or loss of a parent takes from them.
 */

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "e2e.h"

/* A worker's own descriptors come first. */
#define MAX_WORKER_FDS 64

/* An empty string where the process is gone or a zombie. */
static char *
e2e_read_proc (GPid pid, const char *name, gsize *length)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/%s", (int) pid, name);
  char *text = NULL;

  if (!g_file_get_contents (path, &text, length, NULL))
    {
      *length = 0;
      return g_strdup ("");
    }
  return text;
}

/* Whether one of the NUL-terminated strings in the file is @wanted. */
static gboolean
e2e_proc_has_string (GPid pid, const char *name, const char *wanted)
{
  gsize length;
  g_autofree char *text = e2e_read_proc (pid, name, &length);

  for (gsize i = 0; i < length; i += strlen (text + i) + 1)
    if (strcmp (text + i, wanted) == 0)
      return TRUE;
  return FALSE;
}

static GArray *
e2e_find_processes (E2eRun *run)
{
  g_autofree char *wanted = g_strconcat ("APOOL_E2E_MARK=", run->mark, NULL);
  g_autoptr (GDir) proc = g_dir_open ("/proc", 0, NULL);
  GArray *pids = g_array_new (FALSE, FALSE, sizeof (GPid));
  const char *name;

  g_assert_nonnull (proc);
  while ((name = g_dir_read_name (proc)) != NULL)
    {
      GPid pid = g_ascii_isdigit (*name) ? atoi (name) : 0;

      if (pid > 0 && e2e_proc_has_string (pid, "environ", wanted))
        g_array_append_val (pids, pid);
    }
  return pids;
}

static char *
e2e_describe_process (GPid pid)
{
  gsize length;
  g_autofree char *words = e2e_read_proc (pid, "cmdline", &length);

  for (gsize i = 0; i + 1 < length; i++)
    if (words[i] == '\0')
      words[i] = ' ';
  return g_strdup_printf ("%d: %s", (int) pid, words);
}

/**
 * e2e_find_marked:
 * @run: it
 *
 * Returns: (transfer full): a line for each living process of the run, number and command line
 */
char **
e2e_find_marked (E2eRun *run)
{
  g_autoptr (GArray) pids = e2e_find_processes (run);
  g_autoptr (GPtrArray) lines = g_ptr_array_new ();

  for (guint i = 0; i < pids->len; i++)
    g_ptr_array_add (lines, e2e_describe_process (g_array_index (pids, GPid, i)));
  g_ptr_array_add (lines, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&lines), FALSE);
}

/* 0 where the process is gone. */
static GPid
e2e_get_parent (GPid pid)
{
  gsize length;
  g_autofree char *stat = e2e_read_proc (pid, "stat", &length);
  const char *after_name = strrchr (stat, ')');
  int parent = 0;

  /* The name in the parentheses may hold anything, a parenthesis too. */
  if (after_name == NULL || sscanf (after_name + 1, " %*c %d", &parent) != 1)
    return 0;
  return parent;
}

/**
 * e2e_find_workers:
 * @run: it
 *
 * Returns: (transfer full) (element-type GPid): its living worker processes
 */
GArray *
e2e_find_workers (E2eRun *run)
{
  g_autoptr (GArray) pids = e2e_find_processes (run);
  GArray *workers = g_array_new (FALSE, FALSE, sizeof (GPid));

  for (guint i = 0; i < pids->len; i++)
    {
      GPid pid = g_array_index (pids, GPid, i);

      if (e2e_get_parent (pid) == run->pid && e2e_proc_has_string (pid, "comm", "apool-worker\n"))
        g_array_append_val (workers, pid);
    }
  return workers;
}

/**
 * e2e_get_worker_of:
 * @run: it
 * @job: a process of a job of it
 *
 * Returns: the worker that started the job
 */
GPid
e2e_get_worker_of (E2eRun *run, GPid job)
{
  GPid pid = job;

  while (pid > 1 && !e2e_proc_has_string (pid, "comm", "apool-worker\n"))
    pid = e2e_get_parent (pid);
  g_assert_cmpint (pid, >, 1);
  return pid;
}

/* Whether the process ends in time. */
static gboolean
e2e_await_end (GPid pid, gint64 deadline_usec)
{
  struct pollfd pollfd = { .fd = (int) syscall (SYS_pidfd_open, pid, 0), .events = POLLIN };
  gint64 left_usec;
  int n = 0;

  if (pollfd.fd < 0)
    {
      g_assert_cmpint (errno, ==, ESRCH);
      return TRUE;
    }
  do
    {
      left_usec = MAX (0, deadline_usec - g_get_monotonic_time ());
      n = poll (&pollfd, 1, (int) (left_usec / 1000));
    }
  while (n < 0 && errno == EINTR);
  (void) close (pollfd.fd);
  return n > 0;
}

/**
 * e2e_wait_process:
 * @pid: a process, or one that is gone already
 *
 * Waits for its end.
 */
void
e2e_wait_process (GPid pid)
{
  if (!e2e_await_end (pid, g_get_monotonic_time () + E2E_DEADLINE_MSEC * G_GINT64_CONSTANT (1000)))
    {
      g_autofree char *what = e2e_describe_process (pid);

      g_error ("does not end: %s", what);
    }
}

/* Ends what the run left, so that a failed test leaves nothing to the next one. */
static void
e2e_kill_survivors (E2eRun *run)
{
  g_autoptr (GArray) pids = e2e_find_processes (run);

  for (guint i = 0; i < pids->len; i++)
    (void) kill (g_array_index (pids, GPid, i), SIGKILL);
}

/**
 * e2e_wait_gone:
 * @run: it
 * @msec: how long its processes may take, milliseconds
 *
 * Waits until no process of the run is left; fails if one is after @msec.
 */
void
e2e_wait_gone (E2eRun *run, int msec)
{
  gint64 deadline_usec = g_get_monotonic_time () + msec * G_GINT64_CONSTANT (1000);

  for (;;)
    {
      g_autoptr (GArray) pids = e2e_find_processes (run);

      if (pids->len == 0)
        return;
      if (!e2e_await_end (g_array_index (pids, GPid, 0), deadline_usec))
        {
          g_auto (GStrv) survivors = e2e_find_marked (run);
          g_autofree char *lines = g_strjoinv ("\n", survivors);

          if (*lines == '\0')
            return;
          e2e_kill_survivors (run);
          g_error ("left after %d ms:\n%s", msec, lines);
        }
    }
}

/**
 * e2e_read_view:
 * @run: started with e2e_start_said()
 * @errors: its standard error
 * @wanted: what the line about all workers says behind their number
 *
 * Asks apool for its workers until they are in the wanted state: what jobs have told a test, the
 * manager may learn a moment later.
 *
 * Returns: (transfer full): the lines, one for all workers and one for each
 */
char **
e2e_read_view (E2eRun *run, E2eFifo *errors, const char *wanted)
{
  gint64 deadline_usec = g_get_monotonic_time () + E2E_DEADLINE_MSEC * G_GINT64_CONSTANT (1000);
  g_autofree char *first = NULL;

  do
    {
      g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
      guint n_workers;
      int length = 0;

      e2e_kill (run, SIGUSR1);
      g_free (first);
      first = e2e_fifo_read_until (errors, "apool: workers: ");
      g_assert_cmpint (sscanf (first, "apool: workers: %u, %n", &n_workers, &length), ==, 1);
      g_ptr_array_add (lines, g_strdup (first));
      for (guint i = 0; i < n_workers; i++)
        g_ptr_array_add (lines, e2e_fifo_read_line (errors));
      g_ptr_array_add (lines, NULL);
      if (strcmp (first + length, wanted) == 0)
        return (char **) g_ptr_array_steal (lines, NULL);
    }
  while (g_get_monotonic_time () < deadline_usec);
  g_error ("workers: not \"%s\" but \"%s\"", wanted, first);
}

/**
 * e2e_take_socket:
 * @worker: a worker process
 *
 * Returns: a copy of the descriptor by which it speaks to the manager; -1 where the system does not
 *   let us have it
 */
int
e2e_take_socket (GPid worker)
{
  int pidfd = (int) syscall (SYS_pidfd_open, worker, 0);
  int socket_fd = -1;

  g_assert_no_errno (pidfd);
  for (int number = 0; number < MAX_WORKER_FDS && socket_fd < 0; number++)
    {
      int fd = (int) syscall (SYS_pidfd_getfd, pidfd, number, 0);
      struct stat info;

      if (fd >= 0 && fstat (fd, &info) == 0 && S_ISSOCK (info.st_mode))
        socket_fd = fd;
      else if (fd >= 0)
        (void) close (fd);
    }
  (void) close (pidfd);
  return socket_fd;
}

static gint64
e2e_get_pss (GPid pid)
{
  gsize length;
  g_autofree char *text = e2e_read_proc (pid, "smaps_rollup", &length);
  const char *line = strstr (text, "\nPss:");

  return line != NULL ? g_ascii_strtoll (line + strlen ("\nPss:"), NULL, 10) * 1024 : 0;
}

/**
 * e2e_get_memory:
 * @run: it
 *
 * Returns: what manager and workers hold of the machine's memory now, bytes: the sum of their
 *   proportional shares, shared memory included
 */
gint64
e2e_get_memory (E2eRun *run)
{
  g_autoptr (GArray) workers = e2e_find_workers (run);
  gint64 bytes = e2e_get_pss (run->pid);

  g_assert_cmpint (bytes, >, 0);
  for (guint i = 0; i < workers->len; i++)
    bytes += e2e_get_pss (g_array_index (workers, GPid, i));
  return bytes;
}

/**
 * e2e_get_cpu_msec:
 * @pid: a living process
 *
 * Returns: how long it has used processors so far, milliseconds
 */
gint64
e2e_get_cpu_msec (GPid pid)
{
  gsize length;
  g_autofree char *stat = e2e_read_proc (pid, "stat", &length);
  const char *after_name = strrchr (stat, ')');
  gint64 user;
  gint64 system;

  g_assert_nonnull (after_name);
  g_assert_cmpint (sscanf (after_name + 1,
                           " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" G_GINT64_FORMAT
                           " %" G_GINT64_FORMAT,
                           &user, &system),
                   ==, 2);
  return (user + system) * 1000 / sysconf (_SC_CLK_TCK);
}
