/* SPDX-License-Identifier: MIT */
/* Workers on this machine.
 *
 * A worker is the program itself, executed again with a hidden argument, with one end of a socket
 * pair as its standard input and output. It inherits what the caller handed down: descriptors,
 * directory, environment, ignored signals. A second argument is nothing but room for the title
 * that it shows in ps.
 *
 * A worker that does not answer may hang, or may only not have been let run by a machine that has
 * too much to do. The kernel knows: who waits for a processor, for a disk or for memory, and has
 * used next to no CPU time, is waited for. Who sleeps, is stopped or spins is not.
 *
 * When a worker is killed, the kernel ends the first process of each of its jobs, and the rest of
 * them become children of this process, which adopts orphans: they are killed before the worker
 * counts as gone. */

#include "factory/apool-local-factory.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "base/apool-process.h"
#include "base/apool-subprocess.h"
#include "factory/apool-wire-proxy.h"

/* Room for a worker's title: it writes there what it is doing. */
#define TITLE_ROOM "                                                                "

/* CPU time that a worker may use for no answer where nobody says otherwise: milliseconds. */
#define SPIN_MSEC 1000u

struct _ApoolLocalFactory
{
  GObject parent_instance;

  GMainContext *context;
  ApoolLocalFactoryConfig config; /* its strings are owned */
  ApoolSurroundings surroundings;
  char *run;
  GArray *not_ours;   /* ApoolProcessChild: what a shell left us that executed us in its place */
  GPtrArray *workers; /* ApoolLocalWorker that have not ended, owned by their wait */
};

/* A worker's process. */
typedef struct
{
  ApoolLocalFactory *factory; /* a reference */
  ApoolWireProxy *proxy;      /* a reference */
  ApoolSubprocess *process;
  pid_t pid;
  gint64 cpu_usec_when_asked; /* for a sign of life */
  gboolean is_forced;         /* it was alive when we killed it */
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
  g_clear_pointer (&worker->process, apool_subprocess_free);
  g_clear_object (&worker->factory);
  g_free (worker);
}

/* Until it is waited for, which is its end here as well, the process is there. */
static gboolean
apool_local_worker_get_activity (ApoolLocalWorker *worker, ApoolProcessActivity *activity)
{
  return apool_process_get_activity (worker->pid, activity);
}

static void
apool_local_worker_kill_cb (gpointer data)
{
  ApoolLocalWorker *worker = data;
  ApoolProcessActivity activity;

  /* Whoever closes the stream by ending ends for a reason of its own, which is told. */
  if (apool_local_worker_get_activity (worker, &activity) && !activity.is_ending)
    worker->is_forced = TRUE;
  apool_subprocess_kill (worker->process);
}

static void
apool_local_worker_asked_cb (gpointer data)
{
  ApoolLocalWorker *worker = data;
  ApoolProcessActivity activity = { 0 };

  /* Of one that has ended no more is asked. */
  (void) apool_local_worker_get_activity (worker, &activity);
  worker->cpu_usec_when_asked = activity.cpu_usec;
}

static gboolean
apool_local_worker_is_starved_cb (gpointer data)
{
  ApoolLocalWorker *worker = data;
  guint spin_msec = worker->factory->config.spin_msec;
  ApoolProcessActivity activity;

  return apool_local_worker_get_activity (worker, &activity) &&
         (activity.state == 'R' || activity.state == 'D') &&
         activity.cpu_usec - worker->cpu_usec_when_asked < (gint64) spin_msec * 1000;
}

static const ApoolWireProxyFuncs apool_local_worker_funcs = {
  .kill = apool_local_worker_kill_cb,
  .asked = apool_local_worker_asked_cb,
  .is_starved = apool_local_worker_is_starved_cb,
};

/* Ends what an ended worker left to us; the other workers are children as well. */
static void
apool_local_factory_end_adopted (ApoolLocalFactory *self)
{
  g_autoptr (GArray) spared = g_array_copy (self->not_ours);
  ApoolProcessChild helper = { 0 };

  if (self->config.get_helper)
    helper.pid = self->config.get_helper (self->config.helper_data);
  if (helper.pid > 0)
    g_array_append_val (spared, helper);
  for (guint i = 0; i < self->workers->len; i++)
    {
      ApoolLocalWorker *worker = g_ptr_array_index (self->workers, i);
      ApoolProcessChild child = { .pid = worker->pid };

      g_array_append_val (spared, child);
    }
  apool_process_kill_children (spared);
}

/* Returns: (transfer full) (nullable): how it ended; %NULL where that was our doing */
static char *
apool_local_worker_describe_end (ApoolLocalWorker *worker)
{
  int signum = apool_subprocess_get_signal (worker->process);

  if (signum == SIGKILL && worker->is_forced)
    return NULL;
  if (signum)
    return g_strdup_printf ("killed by signal %d", signum);
  return g_strdup_printf ("ended with status %d", apool_subprocess_get_status (worker->process));
}

/* One that ends as it was told to has ended its jobs itself. Its exit hook is no job. */
static gboolean
apool_local_worker_is_clean (ApoolLocalWorker *worker)
{
  return apool_subprocess_get_signal (worker->process) == 0 &&
         apool_subprocess_get_status (worker->process) == 0 && !worker->factory->config.exit &&
         apool_wire_proxy_is_asked_to_end (worker->proxy);
}

static void
apool_local_worker_ended_cb (gpointer data)
{
  ApoolLocalWorker *worker = data;
  g_autofree char *how = apool_local_worker_describe_end (worker);

  g_ptr_array_remove_fast (worker->factory->workers, worker);
  if (!apool_local_worker_is_clean (worker))
    apool_local_factory_end_adopted (worker->factory);
  apool_wire_proxy_process_ended (worker->proxy, how);
  apool_local_worker_free (worker);
}

static ApoolSubprocess *
apool_local_factory_spawn (ApoolLocalFactory *self, int their_fd, GError **error)
{
  const char *const argv[] = { self->config.program, self->config.argument, TITLE_ROOM, NULL };
  const ApoolSubprocessConfig config = {
    .argv = argv,
    .stdin_fd = their_fd,
    .stdout_fd = their_fd,
    .inherits_fds = TRUE,
  };
  g_autoptr (GError) spawn_error = NULL;
  ApoolSubprocess *process = apool_subprocess_start (&config, &spawn_error);

  if (!process)
    g_set_error (error, APOOL_ERROR, APOOL_ERROR_SPAWN, "cannot start a worker: %s",
                 spawn_error->message);
  return process;
}

static ApoolWireProxy *
apool_local_factory_make_proxy (ApoolLocalFactory *self,
                                int our_fd,
                                guint number,
                                const GArray *slots,
                                ApoolLocalWorker *worker,
                                GError **error)
{
  const ApoolLocalFactoryConfig *config = &self->config;
  ApoolSetup setup = {
    .number = number,
    .slots = (const guint32 *) (const void *) slots->data,
    .n_slots = slots->len,
    .shell = config->shell,
    .run = self->run,
    .manager_pid = (guint32) getpid (),
    .drain_msec = config->drain_msec,
    .max_passed = config->max_passed,
    .ignored_signals = apool_process_get_ignored_signals (),
    .init = config->init,
    .exit = config->exit,
    .hook_timeout_msec = config->hook_timeout_msec,
    .slot_variable = config->slot_variable,
    .termseq = config->termseq,
    .open_files = config->open_files,
    .streams = config->streams,
    .merges = config->merges,
    .is_direct = config->output_fds != NULL,
    .is_warm = config->is_warm,
    .leaks = config->leaks,
    .surroundings = self->surroundings,
  };

  return apool_wire_proxy_new (self->context, our_fd, our_fd, &setup, config->output_fds,
                               config->worker_timeout_msec, &apool_local_worker_funcs, worker,
                               error);
}

/* Starts a process with one end of a socket pair, and makes a proxy with the other. */
static gboolean
apool_local_worker_open (ApoolLocalWorker *worker,
                         guint number,
                         const GArray *slots,
                         GError **error)
{
  int fds[2];
  g_auto (ApoolFd) our_fd = -1;
  g_auto (ApoolFd) their_fd = -1;

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
    {
      apool_error_set_errno (error, errno, "cannot start a worker");
      return FALSE;
    }
  our_fd = fds[0];
  their_fd = fds[1];
  if (!apool_fd_check_spawn (our_fd, "cannot start a worker", error))
    return FALSE;
  worker->process = apool_local_factory_spawn (worker->factory, their_fd, error);
  if (!worker->process)
    return FALSE;
  apool_fd_clear (&their_fd); /* or nobody would see its end */
  worker->pid = apool_subprocess_get_pid (worker->process);
  worker->proxy = apool_local_factory_make_proxy (worker->factory, apool_fd_steal (&our_fd), number,
                                                  slots, worker, error);
  /* A process that nobody talks to sees the end of its input, and ends. */
  if (!worker->proxy)
    return FALSE;
  apool_worker_proxy_set_process (APOOL_WORKER_PROXY (worker->proxy), (guint) worker->pid,
                                  g_get_host_name ());
  return TRUE;
}

static ApoolWorkerProxy *
apool_local_factory_create_worker (ApoolWorkerFactory *factory,
                                   guint number,
                                   const GArray *slots,
                                   GError **error)
{
  ApoolLocalFactory *self = APOOL_LOCAL_FACTORY (factory);
  ApoolLocalWorker *worker = g_new0 (ApoolLocalWorker, 1);

  worker->factory = g_object_ref (self);
  if (!apool_local_worker_open (worker, number, slots, error))
    {
      apool_local_worker_free (worker);
      return NULL;
    }
  g_ptr_array_add (self->workers, worker);
  apool_subprocess_watch (worker->process, self->context, apool_local_worker_ended_cb, worker);
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
  g_free ((char *) self->config.program);
  g_free ((char *) self->config.argument);
  g_free ((char *) self->config.shell);
  g_free ((char *) self->config.init);
  g_free ((char *) self->config.exit);
  g_free ((char *) self->config.slot_variable);
  g_free ((char *) self->config.termseq);
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
 * @config: what it needs to know, copied
 *
 * Returns: (transfer full): a factory of workers on this machine
 */
ApoolLocalFactory *
apool_local_factory_new (GMainContext *context, const ApoolLocalFactoryConfig *config)
{
  ApoolLocalFactory *self = g_object_new (APOOL_TYPE_LOCAL_FACTORY, NULL);

  self->context = g_main_context_ref (context);
  self->config = *config;
  self->config.program = g_strdup (config->program);
  self->config.argument = g_strdup (config->argument);
  self->config.shell = g_strdup (config->shell);
  self->config.init = g_strdup (config->init);
  self->config.exit = g_strdup (config->exit);
  self->config.slot_variable = g_strdup (config->slot_variable);
  self->config.termseq = g_strdup (config->termseq);
  if (config->surroundings)
    self->surroundings = *config->surroundings;
  self->config.surroundings = NULL;
  if (config->spin_msec == 0)
    self->config.spin_msec = SPIN_MSEC;
  self->run =
      g_strdup_printf ("%x-%" G_GINT64_MODIFIER "x", (guint) getpid (), g_get_real_time () / 1000);
  return self;
}
