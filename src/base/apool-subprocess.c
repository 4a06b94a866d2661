/* SPDX-License-Identifier: MIT */
/* Processes that are no jobs: workers, and programs of the user's that serve a run. Each is a
 * GSubprocess, whose library is loaded for it, so that workers, which start none, do without.
 *
 * A process that is forgotten before it has ended is waited for all the same: GSubprocess does. */

#include "base/apool-subprocess.h"

#include <errno.h>
#include <fcntl.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "base/apool-gio.h"

/* What is called when a process has ended. Outlives the process's owner where that does not wait
 * for it. */
typedef struct
{
  ApoolSubprocess *process; /* (nullable): once that is forgotten */
  ApoolSubprocessEndedFunc ended;
  gpointer data;
} ApoolSubprocessWatch;

struct _ApoolSubprocess
{
  ApoolGio gio;
  GSubprocess *process;
  ApoolSubprocessWatch *watch; /* (nullable): while it is watched */
};

/* Gives a launcher @fd, which stays its owner's, by @take. */
static gboolean
apool_subprocess_give (GSubprocessLauncher *launcher,
                       void (*take) (GSubprocessLauncher *, int),
                       int fd,
                       GError **error)
{
  int copy;

  if (fd < 0)
    return TRUE;
  copy = fcntl (fd, F_DUPFD_CLOEXEC, 0);
  if (copy < 0)
    apool_error_set_errno (error, errno, "process: descriptor %d", fd);
  else
    take (launcher, copy);
  return copy >= 0;
}

static gboolean
apool_subprocess_spawn (ApoolSubprocess *self, const ApoolSubprocessConfig *config, GError **error)
{
  const ApoolGio *gio = &self->gio;
  GSubprocessFlags flags = G_SUBPROCESS_FLAGS_NONE;
  g_autoptr (GObject) owned = NULL;
  GSubprocessLauncher *launcher;

  if (config->inherits_fds)
    flags |= G_SUBPROCESS_FLAGS_INHERIT_FDS;
  if (config->is_silent)
    flags |= G_SUBPROCESS_FLAGS_STDOUT_SILENCE;
  launcher = gio->subprocess_launcher_new (flags);
  owned = (GObject *) launcher;
  if (config->child_setup)
    gio->subprocess_launcher_set_child_setup (launcher, config->child_setup, NULL, NULL);
  if (!apool_subprocess_give (launcher, gio->subprocess_launcher_take_stdin_fd, config->stdin_fd,
                              error) ||
      !apool_subprocess_give (launcher, gio->subprocess_launcher_take_stdout_fd, config->stdout_fd,
                              error))
    return FALSE;
  self->process = gio->subprocess_launcher_spawnv (launcher, config->argv, error);
  return self->process != NULL;
}

/**
 * apool_subprocess_start:
 * @config: what is started, and how
 * @error: (out) (optional): %G_SPAWN_ERROR, or as of apool_gio_load()
 *
 * Its standard error is ours.
 *
 * Returns: (transfer full) (nullable): a process
 */
ApoolSubprocess *
apool_subprocess_start (const ApoolSubprocessConfig *config, GError **error)
{
  ApoolSubprocess *self = g_new0 (ApoolSubprocess, 1);

  if (apool_gio_load (&self->gio, error) && apool_subprocess_spawn (self, config, error))
    return self;
  g_free (self);
  return NULL;
}

/**
 * apool_subprocess_free:
 * @self: (transfer full): a process; where it has not ended it goes on
 *
 * What was to be called at its end is not called any more.
 */
void
apool_subprocess_free (ApoolSubprocess *self)
{
  if (self->watch)
    self->watch->process = NULL;
  g_object_unref (self->process);
  g_free (self);
}

static void
apool_subprocess_ended_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree ApoolSubprocessWatch *watch = data;
  ApoolSubprocess *self = watch->process;

  if (!self)
    return;
  /* Fails only where it is cancelled. */
  (void) self->gio.subprocess_wait_finish (self->process, result, NULL);
  self->watch = NULL;
  watch->ended (watch->data);
}

/**
 * apool_subprocess_watch:
 * @self: a process that was not watched yet
 * @context: (nullable): where @ended is called; %NULL for the default one
 * @ended: called once, when it has ended; it may free @self
 * @data: (closure): for @ended
 */
void
apool_subprocess_watch (ApoolSubprocess *self,
                        GMainContext *context,
                        ApoolSubprocessEndedFunc ended,
                        gpointer data)
{
  g_return_if_fail (!self->watch);

  self->watch = g_new0 (ApoolSubprocessWatch, 1);
  *self->watch = (ApoolSubprocessWatch){ self, ended, data };
  g_main_context_push_thread_default (context);
  self->gio.subprocess_wait_async (self->process, NULL, apool_subprocess_ended_cb, self->watch);
  g_main_context_pop_thread_default (context);
}

/**
 * apool_subprocess_kill:
 * @self: a process; nothing happens where it has ended
 */
void
apool_subprocess_kill (ApoolSubprocess *self)
{
  self->gio.subprocess_force_exit (self->process);
}

/**
 * apool_subprocess_get_pid:
 * @self: a process
 *
 * Returns: its number, which nothing else has; 0 once it was waited for
 */
pid_t
apool_subprocess_get_pid (const ApoolSubprocess *self)
{
  const char *identifier = self->gio.subprocess_get_identifier (self->process);

  return identifier ? (pid_t) g_ascii_strtoll (identifier, NULL, 10) : 0;
}

/**
 * apool_subprocess_get_signal:
 * @self: a process that was waited for
 *
 * Returns: what it died of; 0 where it ended by itself
 */
int
apool_subprocess_get_signal (const ApoolSubprocess *self)
{
  return self->gio.subprocess_get_if_signaled (self->process)
             ? self->gio.subprocess_get_term_sig (self->process)
             : 0;
}

/**
 * apool_subprocess_get_status:
 * @self: a process that was waited for, and ended by itself
 *
 * Returns: its exit status
 */
int
apool_subprocess_get_status (const ApoolSubprocess *self)
{
  return self->gio.subprocess_get_exit_status (self->process);
}
