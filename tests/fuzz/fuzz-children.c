/* SPDX-License-Identifier: MIT */
/* Stands in for apool-child.c, apool-directory.c, apool-reaper.c and apool-state.c: nothing that a
 * fuzzer makes up may ever be executed, or signalled, or change this process or a directory.
 *
 * That holds by construction. All functions of the four modules are here, so the library's own are
 * not linked; if anything asked for them, the program would not link, with two of each. The pids
 * are above those that the kernel gives. And what executes a program, sends a signal or changes
 * this process ends it here, should anybody call it after all. */

#include "fuzz-children.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "base/apool-tty.h"
#include "worker/apool-child.h"
#include "worker/apool-directory.h"
#include "worker/apool-reaper.h"
#include "worker/apool-state.h"

/* More than any pid_max. */
#define FIRST_PID 0x10000000
/* The next one cannot be started, as if the machine were full. */
#define MAX_RUNNING 24u
#define PIECE_BYTES 4096u

typedef struct
{
  pid_t pid;
  int fds[APOOL_N_STREAMS]; /* where it writes; -1 when it has closed that */
  gboolean is_reaped;
  gboolean has_left_somebody; /* in its process group */
} FuzzChild;

struct _FuzzChildren
{
  GArray *children;    /* FuzzChild */
  ApoolReaper *reaper; /* (nullable), not owned */
  int errnum;          /* of the next start, or of the next shell's state */
};

struct _ApoolReaper
{
  ApoolReaperFunc func;
  ApoolReaperDoneFunc done;
  gpointer data;
};

/* Who stands in has nobody to ask: apool_child_start() knows of no context. */
static FuzzChildren *fuzz_children_current;

static FuzzChild *
fuzz_children_get (FuzzChildren *self, guint index)
{
  if (self->children->len == 0)
    return NULL;
  return &g_array_index (self->children, FuzzChild, index % self->children->len);
}

static FuzzChild *
fuzz_children_find (pid_t pid)
{
  GArray *children = fuzz_children_current->children;

  g_assert_cmpint (pid, >=, FIRST_PID);
  g_assert_cmpuint (pid - FIRST_PID, <, children->len);
  return &g_array_index (children, FuzzChild, pid - FIRST_PID);
}

/**
 * fuzz_children_new:
 *
 * There are such children once at a time.
 *
 * Returns: (transfer full): none so far
 */
FuzzChildren *
fuzz_children_new (void)
{
  FuzzChildren *self = g_new0 (FuzzChildren, 1);

  g_assert_null (fuzz_children_current);
  self->children = g_array_new (FALSE, FALSE, sizeof (FuzzChild));
  fuzz_children_current = self;
  return self;
}

/**
 * fuzz_children_free:
 * @self: (transfer full): children whose worker is gone
 */
void
fuzz_children_free (FuzzChildren *self)
{
  g_assert_null (self->reaper);
  for (guint i = 0; i < self->children->len; i++)
    for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
      fuzz_children_shut (self, i, (ApoolStream) stream);
  g_array_unref (self->children);
  g_free (self);
  fuzz_children_current = NULL;
}

/**
 * fuzz_children_get_n_running:
 * @self: children
 *
 * Returns: how many were started and have not ended
 */
guint
fuzz_children_get_n_running (const FuzzChildren *self)
{
  guint n = 0;

  for (guint i = 0; i < self->children->len; i++)
    n += g_array_index (self->children, FuzzChild, i).is_reaped ? 0 : 1;
  return n;
}

/**
 * fuzz_children_fail_next:
 * @self: children
 * @errnum: why the next one cannot be started, or what the next shell leaves cannot be had; 0 where
 *   it can
 */
void
fuzz_children_fail_next (FuzzChildren *self, int errnum)
{
  self->errnum = errnum;
}

/**
 * fuzz_children_write:
 * @self: children
 * @index: which of them, any number
 * @stream: one of its streams
 * @length: how many bytes it writes, as far as there is room
 */
void
fuzz_children_write (FuzzChildren *self, guint index, ApoolStream stream, gsize length)
{
  static const char PIECE[PIECE_BYTES] = "x";
  FuzzChild *child = fuzz_children_get (self, index);

  while (child && child->fds[stream] >= 0 && length > 0)
    {
      gssize written = write (child->fds[stream], PIECE, MIN (length, sizeof PIECE));

      if (written < 0)
        return;
      length -= (gsize) written;
    }
}

/**
 * fuzz_children_shut:
 * @self: children
 * @index: which of them, any number
 * @stream: what it closes
 */
void
fuzz_children_shut (FuzzChildren *self, guint index, ApoolStream stream)
{
  FuzzChild *child = fuzz_children_get (self, index);

  if (child)
    apool_fd_clear (&child->fds[stream]);
}

/**
 * fuzz_children_exit:
 * @self: children
 * @index: which of them, any number
 * @status: how it ends, as wait4() tells it
 * @leaves_somebody: whether there is somebody left in its process group, who may still write; if
 *   not, nobody can
 *
 * It ends, and the worker learns of it.
 */
void
fuzz_children_exit (FuzzChildren *self, guint index, int status, gboolean leaves_somebody)
{
  static const struct rusage USAGE = { .ru_maxrss = 1 };
  FuzzChild *child = fuzz_children_get (self, index);
  ApoolReaper *reaper = self->reaper;

  if (!child || child->is_reaped || !reaper)
    return;
  child->is_reaped = TRUE;
  child->has_left_somebody = leaves_somebody;
  for (int stream = 0; !leaves_somebody && stream < APOOL_N_STREAMS; stream++)
    apool_fd_clear (&child->fds[stream]);
  reaper->func (child->pid, status, &USAGE, reaper->data);
  reaper->done (reaper->data);
}

/* ---- apool-directory.c ---- */

/* As if all of them were there, but for those that are named so. */
gboolean
apool_directory_open (ApoolDirectory *self, const ApoolTask *task, GError **error)
{
  const ApoolTaskTraits *traits = apool_task_get_traits (task);

  *self = APOOL_DIRECTORY_INIT;
  if (!traits->directory)
    return TRUE;
  g_assert_cmpuint (strlen (traits->directory), <, PATH_MAX);
  if (traits->directory[0] == '-')
    {
      apool_error_set_errno (error, ENOENT, "%s", traits->directory);
      return FALSE;
    }
  self->path = g_strdup (traits->directory);
  self->is_own = traits->owns_directory;
  return TRUE;
}

void
apool_directory_close (ApoolDirectory *self)
{
  g_assert_cmpint (self->fd, ==, -1);
}

void
apool_directory_clear (ApoolDirectory *self)
{
  g_clear_pointer (&self->path, g_free);
}

/* ---- apool-child.c ---- */

static int
fuzz_children_dup (int fd)
{
  int copy = fcntl (fd, F_DUPFD_CLOEXEC, 3);

  g_assert_cmpint (copy, >=, 0);
  g_assert_true (apool_fd_set_nonblocking (copy, NULL));
  return copy;
}

static void
fuzz_children_check_spec (const ApoolChildSpec *spec)
{
  g_assert_cmpint (spec->parent, ==, getpid ());
  g_assert_nonnull (spec->path);
  g_assert_nonnull (spec->argv[0]);
  g_assert_nonnull (spec->envp);
  g_assert_true (spec->stdin_fd == -1 || spec->stdin_fd > 2);
  g_assert_cmpint (spec->stdout_fd, >, 2);
  g_assert_cmpint (spec->stderr_fd, >, 2);
  for (char *const *variable = spec->envp; *variable; variable++)
    g_assert_nonnull (strchr (*variable, '='));
}

pid_t
apool_child_start (const ApoolChildSpec *spec, int *errnum)
{
  FuzzChildren *self = fuzz_children_current;
  FuzzChild child = { .pid = FIRST_PID + (pid_t) self->children->len };

  fuzz_children_check_spec (spec);
  *errnum = fuzz_children_get_n_running (self) < MAX_RUNNING ? self->errnum : EAGAIN;
  self->errnum = 0;
  if (*errnum)
    return -1;
  child.fds[APOOL_STREAM_STDOUT] = fuzz_children_dup (spec->stdout_fd);
  child.fds[APOOL_STREAM_STDERR] = fuzz_children_dup (spec->stderr_fd);
  g_array_append_val (self->children, child);
  return child.pid;
}

/* A group whose number may be another's by now is not to be touched. */
void
apool_child_signal (pid_t pid, int signum)
{
  FuzzChild *child = fuzz_children_find (pid);

  g_assert_true (!child->is_reaped || child->has_left_somebody);
  g_assert_cmpint (signum, >, 0);
}

void
apool_child_set_stopped (pid_t pid, gboolean is_stopped)
{
  g_assert_nonnull (fuzz_children_find (pid));
}

gboolean
apool_tty_open (ApoolTty *self, pid_t home, GError **error)
{
  apool_error_set_errno (error, ENXIO, "/dev/tty");
  return FALSE;
}

gboolean
apool_tty_is_free (const ApoolTty *self)
{
  return FALSE;
}

void
apool_tty_lend (const ApoolTty *self, pid_t group)
{
}

void
apool_tty_take_back (const ApoolTty *self, pid_t group)
{
}

void
apool_tty_clear (ApoolTty *self)
{
}

gboolean
apool_child_group_is_empty (pid_t pid)
{
  FuzzChild *child = fuzz_children_find (pid);

  g_assert_true (child->is_reaped);
  return !child->has_left_somebody;
}

void
apool_child_get_ignored_signals (sigset_t *ignored)
{
  sigemptyset (ignored);
}

/* ---- apool-reaper.c ---- */

ApoolReaper *
apool_reaper_new (ApoolPoller *poller,
                  ApoolReaperFunc func,
                  ApoolReaperDoneFunc done,
                  gpointer data,
                  GError **error)
{
  ApoolReaper *self = g_new0 (ApoolReaper, 1);

  self->func = func;
  self->done = done;
  self->data = data;
  g_assert_null (fuzz_children_current->reaper);
  fuzz_children_current->reaper = self;
  return self;
}

void
apool_reaper_free (ApoolReaper *self)
{
  fuzz_children_current->reaper = NULL;
  g_free (self);
}

/* ---- apool-state.c ---- */

static gboolean
fuzz_children_keeps_state (GError **error)
{
  int errnum = fuzz_children_current->errnum;

  fuzz_children_current->errnum = 0;
  if (errnum)
    apool_error_set_errno (error, errnum, "no state");
  return errnum == 0;
}

int
apool_state_open (GError **error)
{
  return fuzz_children_keeps_state (error) ? open ("/dev/null", O_RDWR | O_CLOEXEC) : -1;
}

char *
apool_state_make_script (int fd, const char *command)
{
  g_assert_cmpint (fd, >, 2);
  return g_strdup (command);
}

int
apool_state_main (const char *path, const char *status)
{
  g_assert_not_reached ();
}

gboolean
apool_state_apply (int fd, GError **error)
{
  g_assert_cmpint (fd, >, 2);
  return fuzz_children_keeps_state (error);
}

/* ---- the C library's ---- */

int
execve (const char *path, char *const argv[], char *const envp[])
{
  g_assert_not_reached ();
}

int
execvp (const char *file, char *const argv[])
{
  g_assert_not_reached ();
}

int
posix_spawn (pid_t *pid,
             const char *path,
             const posix_spawn_file_actions_t *actions,
             const posix_spawnattr_t *attributes,
             char *const argv[],
             char *const envp[])
{
  g_assert_not_reached ();
}

int
posix_spawnp (pid_t *pid,
              const char *file,
              const posix_spawn_file_actions_t *actions,
              const posix_spawnattr_t *attributes,
              char *const argv[],
              char *const envp[])
{
  g_assert_not_reached ();
}

int
kill (pid_t pid, int signum)
{
  g_assert_not_reached ();
}

int
chdir (const char *path)
{
  g_assert_not_reached ();
}

mode_t
umask (mode_t mask)
{
  g_assert_not_reached ();
}
