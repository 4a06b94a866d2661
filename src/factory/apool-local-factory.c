/* SPDX-License-Identifier: MIT */
/* Workers on this machine.
 *
 * A worker is the program itself, executed again with a hidden argument, with one end of a socket
 * pair as its standard input and output. It inherits what the caller handed down: descriptors,
 * directory, environment, ignored signals.
 *
 * When a worker is killed, the kernel ends the first process of each of its jobs, and the rest of
 * them become children of this process, which adopts orphans: they are killed before the worker
 * counts as gone. */

#include "factory/apool-local-factory.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "base/apool-process.h"
#include "factory/apool-wire-proxy.h"

struct _ApoolLocalFactory
{
  GObject parent_instance;

  GMainContext *context;
  char *program;
  char *argument;
  char *shell;
  char *run;
  guint drain_usec;
  guint max_passed;   /* jobs of one worker */
  GArray *not_ours;   /* ApoolProcessChild: what a shell left us that executed us in its place */
  GPtrArray *workers; /* ApoolLocalWorker that have not ended, owned by their wait */
};

/* A worker's process. */
typedef struct
{
  ApoolLocalFactory *factory; /* a reference */
  ApoolWireProxy *proxy;      /* a reference */
  GSubprocess *process;
  pid_t pid;
} ApoolLocalWorker;

static void apool_local_factory_iface_init (ApoolWorkerFactoryInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolLocalFactory,
                               apool_local_factory,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_WORKER_FACTORY,
                                                      apool_local_factory_iface_init))

static void
apool_local_worker_free (ApoolLocalWorker *worker)
{
  g_clear_object (&worker->proxy);
  g_clear_object (&worker->process);
  g_clear_object (&worker->factory);
  g_free (worker);
}

static void
apool_local_worker_kill_cb (gpointer data)
{
  ApoolLocalWorker *worker = data;

  g_subprocess_force_exit (worker->process);
}

/* Ends what an ended worker left to us; the other workers are children as well. */
static void
apool_local_factory_end_adopted (ApoolLocalFactory *self)
{
  g_autoptr (GArray) spared = g_array_copy (self->not_ours);

  for (guint i = 0; i < self->workers->len; i++)
    {
      ApoolLocalWorker *worker = g_ptr_array_index (self->workers, i);
      ApoolProcessChild child = { .pid = worker->pid };

      g_array_append_val (spared, child);
    }
  apool_process_kill_children (spared);
}

static char *
apool_local_worker_describe_end (ApoolLocalWorker *worker)
{
  if (g_subprocess_get_if_signaled (worker->process))
    return g_strdup_printf ("worker %d was killed by signal %d", (int) worker->pid,
                            g_subprocess_get_term_sig (worker->process));
  return g_strdup_printf ("worker %d ended with status %d", (int) worker->pid,
                          g_subprocess_get_exit_status (worker->process));
}

static void
apool_local_worker_ended_cb (GObject *source, GAsyncResult *result, gpointer data)
{
  ApoolLocalWorker *worker = data;
  g_autofree char *how = NULL;

  /* Fails only when cancelled, which nobody does. */
  (void) g_subprocess_wait_finish (worker->process, result, NULL);
  how = apool_local_worker_describe_end (worker);
  g_ptr_array_remove_fast (worker->factory->workers, worker);
  if (!g_subprocess_get_successful (worker->process))
    apool_local_factory_end_adopted (worker->factory);
  apool_wire_proxy_process_ended (worker->proxy, how);
  apool_local_worker_free (worker);
}

static GSubprocess *
apool_local_factory_spawn (ApoolLocalFactory *self, int their_fd, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_INHERIT_FDS);
  const char *const argv[] = { self->program, self->argument, NULL };
  g_auto (ApoolFd) second_fd = fcntl (their_fd, F_DUPFD_CLOEXEC, 3);
  g_auto (ApoolFd) first_fd = their_fd;
  GSubprocess *process;

  if (second_fd < 0)
    {
      apool_error_set_errno (error, errno, "cannot start a worker");
      return NULL;
    }
  g_subprocess_launcher_take_stdin_fd (launcher, apool_fd_steal (&first_fd));
  g_subprocess_launcher_take_stdout_fd (launcher, apool_fd_steal (&second_fd));
  process = g_subprocess_launcher_spawnv (launcher, argv, error);
  if (!process)
    g_prefix_error (error, "cannot start a worker: ");
  return process;
}

static ApoolWireProxy *
apool_local_factory_make_proxy (ApoolLocalFactory *self,
                                int our_fd,
                                const GArray *slots,
                                ApoolLocalWorker *worker,
                                GError **error)
{
  ApoolSetup setup = {
    .slots = (const guint32 *) (const void *) slots->data,
    .n_slots = slots->len,
    .shell = self->shell,
    .run = self->run,
    .manager_pid = (guint32) getpid (),
    .drain_usec = self->drain_usec,
    .max_passed = self->max_passed,
    .ignored_signals = apool_process_get_ignored_signals (),
  };

  return apool_wire_proxy_new (self->context, our_fd, our_fd, &setup, apool_local_worker_kill_cb,
                               worker, error);
}

static ApoolWorkerProxy *
apool_local_factory_create_worker (ApoolWorkerFactory *factory,
                                   guint number,
                                   const GArray *slots,
                                   GError **error)
{
  ApoolLocalFactory *self = APOOL_LOCAL_FACTORY (factory);
  ApoolLocalWorker *worker;
  const char *identifier;
  int fds[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
    {
      apool_error_set_errno (error, errno, "cannot start a worker");
      return NULL;
    }
  worker = g_new0 (ApoolLocalWorker, 1);
  worker->factory = g_object_ref (self);
  worker->process = apool_local_factory_spawn (self, fds[1], error);
  if (worker->process)
    worker->proxy =
        apool_local_factory_make_proxy (self, apool_fd_steal (&fds[0]), slots, worker, error);
  apool_fd_clear (&fds[0]);
  if (!worker->proxy)
    {
      /* A process that was started sees the end of its input, and ends. */
      apool_local_worker_free (worker);
      return NULL;
    }
  identifier = g_subprocess_get_identifier (worker->process);
  if (identifier) /* none where it has ended by now */
    worker->pid = (pid_t) g_ascii_strtoll (identifier, NULL, 10);
  g_ptr_array_add (self->workers, worker);
  g_subprocess_wait_async (worker->process, NULL, apool_local_worker_ended_cb, worker);
  return APOOL_WORKER_PROXY (g_object_ref (worker->proxy));
}

static void
apool_local_factory_iface_init (ApoolWorkerFactoryInterface *iface)
{
  iface->create_worker = apool_local_factory_create_worker;
}

static void
apool_local_factory_finalize (GObject *object)
{
  ApoolLocalFactory *self = APOOL_LOCAL_FACTORY (object);

  g_array_unref (self->not_ours);
  g_ptr_array_unref (self->workers);
  g_main_context_unref (self->context);
  g_free (self->program);
  g_free (self->argument);
  g_free (self->shell);
  g_free (self->run);
  G_OBJECT_CLASS (apool_local_factory_parent_class)->finalize (object);
}

static void
apool_local_factory_class_init (ApoolLocalFactoryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_local_factory_finalize;
}

static void
apool_local_factory_init (ApoolLocalFactory *self)
{
  self->not_ours = apool_process_list_children ();
  self->workers = g_ptr_array_new ();
}

/**
 * apool_local_factory_new:
 * @context: where events come; the thread's default context
 * @program: what to execute: this program
 * @argument: what makes it a worker
 * @shell: what its jobs' command lines are for
 * @drain_usec: how long an output that a job left open is waited for, microseconds
 * @max_passed: of how many jobs of each worker, at once, this process can take the pipes: each is
 *   two descriptors
 *
 * Returns: (transfer full): a factory of workers on this machine
 */
ApoolLocalFactory *
apool_local_factory_new (GMainContext *context,
                         const char *program,
                         const char *argument,
                         const char *shell,
                         guint drain_usec,
                         guint max_passed)
{
  ApoolLocalFactory *self = g_object_new (APOOL_TYPE_LOCAL_FACTORY, NULL);

  self->context = g_main_context_ref (context);
  self->program = g_strdup (program);
  self->argument = g_strdup (argument);
  self->shell = g_strdup (shell);
  self->run =
      g_strdup_printf ("%x-%" G_GINT64_MODIFIER "x", (guint) getpid (), g_get_real_time () / 1000);
  self->drain_usec = drain_usec;
  self->max_passed = max_passed;
  return self;
}
