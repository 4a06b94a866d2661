/* SPDX-License-Identifier: MIT */
/* The process of a worker.
 *
 * Everything happens in one thread, on a GMainContext of its own: the kernel ties the life of jobs
 * to the thread that started them.
 *
 * It leads a process group of its own, so that a terminal's signals reach the manager alone. */

#include "worker/apool-worker-main.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "base/apool-process.h"
#include "worker/apool-title.h"
#include "worker/apool-worker.h"

/* Takes the wire away from descriptors 0 and 1, which the jobs will inherit. */
static gboolean
apool_worker_main_take_wire (int *in_fd, int *out_fd, GError **error)
{
  gboolean is_one = apool_fd_same_file (0, 1);
  g_auto (ApoolFd) null_fd = open ("/dev/null", O_RDWR | O_CLOEXEC);

  *in_fd = fcntl (0, F_DUPFD_CLOEXEC, 3);
  *out_fd = is_one ? *in_fd : fcntl (1, F_DUPFD_CLOEXEC, 3);
  if (null_fd < 0 || *in_fd < 0 || *out_fd < 0 || dup2 (null_fd, 0) < 0 || dup2 (null_fd, 1) < 0)
    {
      apool_error_set_errno (error, errno, "worker: cannot take over its standard streams");
      return FALSE;
    }
  return TRUE;
}

static void
apool_worker_main_disregard_cb (int signum)
{
}

/* To catch a signal and do nothing is to ignore it, but for a job: its execve() makes it default
 * again, where the job would have to do that itself for one that is ignored. */
static void
apool_worker_main_disregard (int signum)
{
  struct sigaction action = { .sa_handler = apool_worker_main_disregard_cb,
                              .sa_flags = SA_RESTART };

  sigemptyset (&action.sa_mask);
  (void) sigaction (signum, &action, NULL); /* cannot fail: the signal can be caught */
}

static void
apool_worker_main_prepare_process (void)
{
  sigset_t hang_up;

  /* Fails only for a session leader, which the launcher of a remote worker may have made us: then
   * the group is ours already. */
  (void) setpgid (0, 0);
  apool_process_adopt_orphans ();
  signal (SIGCHLD, SIG_DFL);
  apool_worker_main_disregard (SIGPIPE);
  apool_worker_main_disregard (SIGXFSZ); /* a file too large for us is told as any failed write */
  /* Meant for the manager, but who sends them to all of its name hits us as well. */
  apool_worker_main_disregard (SIGUSR1);
  apool_worker_main_disregard (SIGUSR2);
  /* A worker that is stopped when its manager dies has to go on, and see the end of its input. */
  (void) prctl (PR_SET_PDEATHSIG, SIGCONT); /* cannot fail: the signal is valid */
  /* The kernel may send it this as well, as to any process group that is stopped and orphaned. Its
   * jobs do not inherit the mask. */
  sigemptyset (&hang_up);
  sigaddset (&hang_up, SIGHUP);
  (void) sigprocmask (SIG_BLOCK, &hang_up, NULL); /* cannot fail: SIG_BLOCK is valid */
  (void) prctl (PR_SET_NAME, "apool-worker");     /* for ps; cannot fail */
}

/* Returns an exit status. */
static int
apool_worker_main_run (GMainContext *context, ApoolTitle *title)
{
  g_autoptr (ApoolWorker) worker = NULL;
  g_autoptr (GError) error = NULL;
  int in_fd;
  int out_fd;

  if (apool_worker_main_take_wire (&in_fd, &out_fd, &error))
    worker = apool_worker_new (context, in_fd, out_fd, &error);
  if (!worker)
    {
      g_printerr ("apool: %s\n", error->message);
      return 1;
    }
  while (!apool_worker_is_closed (worker))
    {
      g_main_context_iteration (context, TRUE);
      if (apool_worker_get_number (worker) > 0)
        apool_title_show (title, apool_worker_get_number (worker),
                          apool_worker_get_n_jobs (worker));
    }
  /* Nothing of a job outlives its worker, and nobody hears of its end before. */
  apool_worker_end_jobs (worker);
  apool_process_kill_children (NULL);
  return apool_worker_get_status (worker);
}

/**
 * apool_worker_main:
 * @argc: as main() got it
 * @argv: the same; what it points to is written over: ps(1) shows there what this is
 *
 * Is a worker: speaks the wire on descriptors 0 and 1 until its manager ends the dialogue.
 *
 * Returns: an exit status
 */
int
apool_worker_main (int argc, char **argv)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (ApoolTitle) title = apool_title_new (argc, argv);
  int status;

  apool_worker_main_prepare_process ();
  g_main_context_push_thread_default (context);
  status = apool_worker_main_run (context, title);
  g_main_context_pop_thread_default (context);
  return status;
}
