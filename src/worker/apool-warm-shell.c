/* SPDX-License-Identifier: MIT */
/* The worker's side of a warm shell; the shell's own is apool-warm-preload.c, which says how it
 * works.
 *
 * A job is started as by apool_child_start(): when the call returns, its process is there, leads
 * its group and is a child of this one. The answer to a call is waited for, as vfork() waits; it is
 * a matter of the kernel's time for one fork. A shell that does not answer (somebody has stopped
 * it) is killed after a while and the job is started without it: so is one whenever anything fails
 * here, since every job can be, and while a shell takes its time to start.
 *
 * The shell is a child of the worker and leads a process group of its own. It is started as its
 * jobs are: with their limits, niceness, signals, and the descriptors that were handed down. */

#include "worker/apool-warm-shell.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "base/apool-io.h"
#include "base/apool-locale.h"
#include "base/apool-quote.h"
#include "worker/apool-warm-call.h"
#include "worker/apool-warm-preload.h"
#include "worker/apool-warm-protocol.h"

/* How long an answer is waited for; seconds. The worker does nothing else meanwhile. */
#define ANSWER_SEC 1
/* So many times in a row may it be of no use; then it is done without. */
#define MAX_FAILURES 3u

struct _ApoolWarmShell
{
  char *shell;
  gboolean is_bash;
  pid_t pid;            /* of the shell; 0 for none */
  int bell_fd;          /* where it hears that a call has come; -1 for none */
  int fd;               /* where calls go, and answers come; -1 for none */
  int library_fd;       /* what is loaded into it; -1 before the first start */
  gboolean is_ready;    /* it has started */
  gboolean is_examined; /* whether it can serve is known */
  gboolean is_unfit;    /* it cannot */
  guint n_failures;
  GString *call;
};

/* ---- which shells ---- */

/* Returns: (transfer full): the name of the program that @shell is, links resolved */
static char *
apool_warm_shell_dup_name (const char *shell)
{
  g_autofree char *real = realpath (shell, NULL); /* from malloc(), GLib's allocator too */

  return g_path_get_basename (real ? real : shell);
}

/**
 * apool_warm_shell_check:
 * @shell: its file name
 * @error: (out) (optional): %APOOL_ERROR_USAGE
 *
 * Returns: whether it can be a warm shell: its file is called bash or dash when links are resolved,
 *   and it is no restricted one
 */
gboolean
apool_warm_shell_check (const char *shell, GError **error)
{
  g_autofree char *name = apool_warm_shell_dup_name (shell);
  g_autofree char *called = g_path_get_basename (shell);
  g_autofree char *why = NULL;

  if (!g_path_is_absolute (shell))
    why = g_strdup ("its name is not absolute");
  else if (strcmp (called, "rbash") == 0)
    why = g_strdup ("a restricted shell cannot be one");
  else if (strcmp (name, "bash") != 0 && strcmp (name, "dash") != 0)
    why = g_strdup_printf ("its file is called \"%s\", and only \"bash\" and \"dash\" can be one, "
                           "and links to them",
                           name);
  if (!why)
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "--warm-shell: %s: %s: set APOOL_SHELL",
               shell, why);
  return FALSE;
}

/**
 * apool_warm_shell_new:
 * @shell: one that apool_warm_shell_check() allows
 *
 * Returns: (transfer full): it, not yet started
 */
ApoolWarmShell *
apool_warm_shell_new (const char *shell)
{
  ApoolWarmShell *self = g_new0 (ApoolWarmShell, 1);
  g_autofree char *name = apool_warm_shell_dup_name (shell);

  self->shell = g_strdup (shell);
  self->is_bash = strcmp (name, "bash") == 0;
  self->bell_fd = -1;
  self->fd = -1;
  self->library_fd = -1;
  self->call = g_string_new (NULL);
  return self;
}

/* Ends it. It is waited for, as nothing can stop it: a call that it has not heard holds the
 * descriptors of a job, whose output would not be at its end when the job is. */
static void
apool_warm_shell_end (ApoolWarmShell *self)
{
  apool_fd_clear (&self->bell_fd);
  apool_fd_clear (&self->fd);
  /* Who ends all children may have reaped it: then its number may be somebody else's. */
  if (self->pid > 0 && waitpid (self->pid, NULL, WNOHANG) == 0)
    {
      (void) kill (self->pid, SIGKILL); /* it is there */
      while (waitpid (self->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    }
  self->pid = 0;
}

/**
 * apool_warm_shell_free:
 * @self: (transfer full): a warm shell; its process is killed, those of jobs are left as they are
 */
void
apool_warm_shell_free (ApoolWarmShell *self)
{
  apool_warm_shell_end (self);
  apool_fd_clear (&self->library_fd);
  g_string_free (self->call, TRUE);
  g_free (self->shell);
  g_free (self);
}

/* ---- start ---- */

/* A file in memory that the dynamic linker can open by way of this process. Sets @errnum where it
 * cannot be made. */
static gboolean
apool_warm_shell_open_library (ApoolWarmShell *self, int *errnum)
{
  g_auto (ApoolFd) fd = -1;

  if (self->library_fd >= 0)
    return TRUE;
  fd = memfd_create ("apool-warm", MFD_CLOEXEC);
  if (fd < 0 || !apool_io_write_all (fd, apool_warm_preload, sizeof apool_warm_preload - 1, NULL))
    {
      *errnum = errno;
      return FALSE;
    }
  self->library_fd = apool_fd_steal (&fd);
  return TRUE;
}

/* Returns: (transfer container): the environment of all jobs, and what the library needs. The
 * strings in @owned go with that. */
static GPtrArray *
apool_warm_shell_make_environment (const ApoolWarmShell *self,
                                   char *const *common,
                                   GPtrArray *owned)
{
  static const char PRELOAD[] = "LD_PRELOAD=";
  GPtrArray *environment = g_ptr_array_new ();
  const char *others = NULL;
  char room[APOOL_WARM_MAX_MARK + 1];

  for (; *common; common++)
    if (g_str_has_prefix (*common, PRELOAD))
      others = *common + strlen (PRELOAD);
    else
      g_ptr_array_add (environment, *common);
  g_ptr_array_add (owned,
                   g_strdup_printf ("%s/proc/%d/fd/%d%s%s", PRELOAD, (int) getpid (),
                                    self->library_fd, others ? ":" : "", others ? others : ""));
  memset (room, ' ', sizeof room - 1);
  room[sizeof room - 1] = '\0';
  g_ptr_array_add (owned, g_strconcat (APOOL_WARM_MARK_NAME, room, NULL));
  for (guint i = 0; i < owned->len; i++)
    g_ptr_array_add (environment, g_ptr_array_index (owned, i));
  g_ptr_array_add (environment, NULL);
  return environment;
}

/* Where the library was not loaded the shell is to do nothing. */
static char *
apool_warm_shell_make_script (const ApoolWarmShell *self)
{
  g_autoptr (GString) name = g_string_new (NULL);

  apool_quote_append (name, APOOL_QUOTE_POSIX, self->shell, strlen (self->shell));
  return g_strdup_printf ("case $APOOL_JOB in %s) . %s; . %s;; esac", APOOL_WARM_MARK_LOADED,
                          name->str, name->str);
}

static pid_t
apool_warm_shell_execute (ApoolWarmShell *self,
                          const ApoolChildSpec *job_spec,
                          char *const *common,
                          const int their_fds[2],
                          int *errnum)
{
  g_auto (ApoolFd) null_fd = open ("/dev/null", O_WRONLY | O_CLOEXEC);
  g_autofree char *script = apool_warm_shell_make_script (self);
  g_autoptr (GPtrArray) owned = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) environment = apool_warm_shell_make_environment (self, common, owned);
  char *argv[] = { self->shell, (char *) "-c", script, NULL };
  ApoolChildSpec spec = *job_spec;

  *errnum = errno;
  if (null_fd < 0)
    return -1;
  spec.path = self->shell;
  spec.argv = argv;
  spec.envp = (char *const *) environment->pdata;
  spec.stdin_fd = their_fds[0];
  spec.stdout_fd = their_fds[1];
  spec.stderr_fd = null_fd;
  spec.directory_fd = -1;
  return apool_child_start (&spec, errnum);
}

static void
apool_warm_shell_set_patience (ApoolWarmShell *self)
{
  struct timeval time = { .tv_sec = ANSWER_SEC };

  (void) setsockopt (self->fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time); /* it is a socket */
}

/* Sets @errnum where there is no answer. */
static gboolean
apool_warm_shell_receive (ApoolWarmShell *self, ApoolWarmAnswer *answer, int *errnum)
{
  gssize got;

  do
    got = recv (self->fd, answer, sizeof *answer, 0);
  while (got < 0 && errno == EINTR);
  if (got == sizeof *answer)
    return TRUE;
  *errnum = got < 0 && errno == EAGAIN ? ETIMEDOUT : EPIPE;
  /* It takes too long, or is gone. From now on nobody can answer, and whoever cannot does not run
   * the job; but somebody may just have done. */
  (void) shutdown (self->fd, SHUT_RDWR); /* it is connected, or was */
  return recv (self->fd, answer, sizeof *answer, MSG_DONTWAIT) == sizeof *answer;
}

static gboolean
apool_warm_shell_connect (int *our_fd, int *their_fd)
{
  int fds[2];

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0)
    return FALSE;
  *our_fd = fds[0];
  *their_fd = fds[1];
  return TRUE;
}

/* Starts the shell. Returns 0, or why it could not. */
static int
apool_warm_shell_start (ApoolWarmShell *self, const ApoolChildSpec *spec, char *const *common)
{
  int their_fds[2] = { -1, -1 };
  int errnum = 0;
  pid_t pid = -1;

  self->is_ready = FALSE;
  if (!apool_warm_shell_open_library (self, &errnum) ||
      !apool_warm_shell_connect (&self->bell_fd, &their_fds[0]) ||
      !apool_warm_shell_connect (&self->fd, &their_fds[1]))
    errnum = errnum ? errnum : errno;
  else
    pid = apool_warm_shell_execute (self, spec, common, their_fds, &errnum);
  apool_fd_clear (&their_fds[0]);
  apool_fd_clear (&their_fds[1]);
  if (pid < 0)
    return errnum;
  self->pid = pid;
  apool_warm_shell_set_patience (self);
  return 0;
}

/* Waits until it is ready, but not for long: what makes it slow may do so for ever. Then it is left
 * to get ready, and looked at again when there is a job. Returns 0, EAGAIN where it is not ready,
 * or why it is of no use. */
static int
apool_warm_shell_await (ApoolWarmShell *self, gboolean is_new)
{
  ApoolWarmAnswer answer;
  gssize got;

  if (self->is_ready)
    return 0;
  do
    got = recv (self->fd, &answer, sizeof answer, is_new ? 0 : MSG_DONTWAIT);
  while (got < 0 && errno == EINTR);
  if (got < 0)
    return errno;
  if (got != sizeof answer || answer.pid != self->pid)
    return EPIPE;
  self->is_ready = TRUE;
  return 0;
}

/* ---- jobs ---- */

static gboolean
apool_warm_shell_send (ApoolWarmShell *self, const int fds[APOOL_WARM_N_FDS])
{
  union
  {
    struct cmsghdr header;
    char bytes[CMSG_SPACE (sizeof (int) * APOOL_WARM_N_FDS)];
  } control = { 0 };
  struct iovec part = { self->call->str, self->call->len };
  struct msghdr message = {
    .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control
  };
  struct cmsghdr *header = CMSG_FIRSTHDR (&message);
  gssize sent;

  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN (sizeof (int) * APOOL_WARM_N_FDS);
  memcpy (CMSG_DATA (header), fds, sizeof (int) * APOOL_WARM_N_FDS);
  do
    sent = sendmsg (self->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  while (sent < 0 && errno == EINTR);
  /* Who takes the call is made when this is heard: nobody else has the job's descriptors. */
  return sent == (gssize) self->call->len &&
         send (self->bell_fd, "", 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1;
}

/* Has the shell take the call. Returns the job's process, 0 where it cannot be made, and -1 where
 * the shell is of no use: then sets @errnum. */
static pid_t
apool_warm_shell_call (ApoolWarmShell *self, const ApoolChildSpec *spec, int *errnum)
{
  const int fds[APOOL_WARM_N_FDS] = { MAX (spec->stdin_fd, 0), spec->stdout_fd, spec->stderr_fd };
  ApoolWarmAnswer answer;

  if (!apool_warm_shell_send (self, fds))
    {
      *errnum = errno;
      return -1;
    }
  if (!apool_warm_shell_receive (self, &answer, errnum))
    return -1;
  if (answer.errnum == 0 && answer.pid > 0)
    return answer.pid;
  /* It was our child and is about to end; somebody else's would not be waited for. */
  while (answer.pid > 0 && waitpid (answer.pid, NULL, 0) < 0 && errno == EINTR)
    continue;
  return 0;
}

/* Whether it says that something is used up just now. */
static gboolean
apool_warm_shell_is_passing (int errnum)
{
  return errnum == EAGAIN || errnum == ENOMEM || errnum == EMFILE || errnum == ENFILE;
}

static const char *
apool_warm_shell_explain (int errnum)
{
  switch (errnum)
    {
    case EPIPE:
      return "it has ended";
    case ETIMEDOUT:
      return "it does not answer";
    default:
      return apool_locale_describe_errno (errnum);
    }
}

/* It was of no use, for the reason @errnum. */
static void
apool_warm_shell_fail (ApoolWarmShell *self, int errnum)
{
  apool_warm_shell_end (self);
  if (!apool_warm_shell_is_passing (errnum) && ++self->n_failures == MAX_FAILURES)
    g_printerr ("apool: --warm-shell: %s: it does not work as one: %s: "
                "jobs have shells of their own\n",
                self->shell, apool_warm_shell_explain (errnum));
}

/* Whether it does for jobs what one does that is executed. A bash may read a file or get options
 * first that have a say in all that it is told, and may be given functions in place of what
 * prepares it. */
static gboolean
apool_warm_shell_is_fit (ApoolWarmShell *self, char *const *common)
{
  static const char *const UNFIT[] = { "BASH_ENV=",       "SHELLOPTS=",       "BASHOPTS=",
                                       "BASH_FUNC_.%",    "BASH_FUNC_cd%",    "BASH_FUNC_exec%",
                                       "BASH_FUNC_exit%", "BASH_FUNC_unset%", "BASH_FUNC_export%" };

  if (self->is_examined || !self->is_bash)
    return !self->is_unfit;
  self->is_examined = TRUE;
  for (; *common; common++)
    for (gsize i = 0; i < G_N_ELEMENTS (UNFIT); i++)
      self->is_unfit |= g_str_has_prefix (*common, UNFIT[i]);
  return !self->is_unfit;
}

/**
 * apool_warm_shell_start_job:
 * @self: a warm shell
 * @spec: how to start the job; what to execute and its environment are not looked at
 * @job: what the shell is to do
 *
 * Starts a process in a process group of its own, which it leads, as apool_child_start() does.
 * Starts the shell first, where it is not there.
 *
 * Returns: its pid, or 0 where a shell has to be executed for it
 */
pid_t
apool_warm_shell_start_job (ApoolWarmShell *self,
                            const ApoolChildSpec *spec,
                            const ApoolWarmJob *job)
{
  gboolean is_new = self->fd < 0;
  int errnum = 0;
  pid_t pid = -1;

  if (self->n_failures >= MAX_FAILURES || spec->terminal_fd >= 0 ||
      !apool_warm_shell_is_fit (self, job->common) ||
      !apool_warm_call_make (self->call, job, self->is_bash))
    return 0;
  if (is_new)
    errnum = apool_warm_shell_start (self, spec, job->common);
  if (errnum == 0)
    {
      errnum = apool_warm_shell_await (self, is_new);
      if (errnum == EAGAIN)
        return 0;
    }
  if (errnum == 0)
    pid = apool_warm_shell_call (self, spec, &errnum);
  if (pid < 0)
    apool_warm_shell_fail (self, errnum);
  else if (pid > 0)
    self->n_failures = 0;
  return MAX (pid, 0);
}

/**
 * apool_warm_shell_get_pid:
 * @self: a warm shell
 *
 * Returns: its own process, or 0 for none
 */
pid_t
apool_warm_shell_get_pid (const ApoolWarmShell *self)
{
  return self->pid;
}

/**
 * apool_warm_shell_reaped:
 * @self: a warm shell
 * @pid: a process that has ended
 *
 * Returns: whether it was the shell
 */
gboolean
apool_warm_shell_reaped (ApoolWarmShell *self, pid_t pid)
{
  if (pid != self->pid)
    return FALSE;
  self->pid = 0;
  apool_fd_clear (&self->bell_fd);
  apool_fd_clear (&self->fd);
  return TRUE;
}

/**
 * apool_warm_shell_stopped:
 * @self: a warm shell
 * @pid: a process that has been stopped
 *
 * Has it go on, where it is the shell: nobody else would, and jobs wait for it.
 */
void
apool_warm_shell_stopped (ApoolWarmShell *self, pid_t pid)
{
  if (pid == self->pid)
    (void) kill (pid, SIGCONT); /* it is not reaped */
}
