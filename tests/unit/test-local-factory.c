/* SPDX-License-Identifier: MIT */
/* A local factory whose workers are evil: each is gone once, for a reason that is named, and leaves
 * neither a process nor a descriptor behind. */

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "base/apool-process.h"
#include "factory/apool-local-factory.h"

/* Short, so that a test takes no time. */
#define SHORT_MSEC 30u
#define SPIN_MSEC 200u
/* What a slow machine may need to start a worker: that is no spinning. */
#define START_MSEC 20000u
/* Twice what the late one takes to answer, and more. */
#define PATIENT_MSEC 3000u

#define NUMBER 7u
#define HOOK_TIMEOUT_MSEC 1234u

typedef struct
{
  ApoolWorkerFactory *factory;
  ApoolWorkerProxy *worker; /* (nullable) */
  guint pid;                /* 0 where it had ended before that was asked */
  guint n_fds;              /* before there was a worker */
  guint n_gone;
  GString *log;
  char *why; /* (nullable): of the gone event */
} TestLocal;

/* Pipes, sockets and files; not those of GLib's own thread, which come and go when it pleases. */
static guint
test_local_count_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  const char *name;
  guint n = 0;

  while ((name = g_dir_read_name (dir)))
    {
      g_autofree char *path = g_build_filename ("/proc/self/fd", name, NULL);
      g_autofree char *target = g_file_read_link (path, NULL);

      if (target && !g_str_has_prefix (target, "anon_inode:"))
        n++;
    }
  return n;
}

/* ---- events ---- */

static void
test_local_ready_cb (ApoolWorkerProxy *worker, gpointer data)
{
  g_string_append (((TestLocal *) data)->log, "ready ");
}

static void
test_local_hook_cb (ApoolWorkerProxy *worker, const ApoolHookReport *report, gpointer data)
{
  g_string_append (((TestLocal *) data)->log, "hook ");
}

static void
test_local_started_cb (ApoolWorkerProxy *worker, ApoolTask *task, gpointer data)
{
  g_string_append (((TestLocal *) data)->log, "started ");
}

static void
test_local_finished_cb (ApoolWorkerProxy *worker,
                        ApoolTask *task,
                        ApoolOutcome *outcome,
                        gpointer data)
{
  g_string_append (((TestLocal *) data)->log, "finished ");
}

static void
test_local_gone_cb (ApoolWorkerProxy *worker, const GError *error, gpointer data)
{
  TestLocal *self = data;

  self->n_gone++;
  g_free (self->why);
  self->why = error ? g_strdup (error->message) : NULL;
}

static const ApoolWorkerEvents test_local_events = {
  .ready = test_local_ready_cb,
  .hook = test_local_hook_cb,
  .started = test_local_started_cb,
  .finished = test_local_finished_cb,
  .gone = test_local_gone_cb,
};

/* ---- the stage ---- */

static void
test_local_open (TestLocal *self, const ApoolLocalFactoryConfig *config)
{
  *self = (TestLocal){ .log = g_string_new (NULL), .n_fds = test_local_count_fds () };
  self->factory =
      APOOL_WORKER_FACTORY (apool_local_factory_new (g_main_context_default (), config));
}

static gboolean
test_local_create (TestLocal *self, GError **error)
{
  const guint slot = 1;
  g_autoptr (GArray) slots = g_array_new (FALSE, FALSE, sizeof (guint));

  g_array_append_val (slots, slot);
  self->worker = apool_worker_factory_create_worker (self->factory, NUMBER, slots, error);
  if (!self->worker)
    return FALSE;
  apool_worker_proxy_set_events (self->worker, &test_local_events, self);
  self->pid = apool_worker_proxy_get_pid (self->worker);
  return TRUE;
}

static void
test_local_queue_task (TestLocal *self)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("true", 5);
  g_autoptr (ApoolTask) task = apool_task_new (1, 1, APOOL_TASK_SHELL, text, NULL, NULL);

  apool_worker_proxy_queue_task (self->worker, task, -1);
}

/* A worker of @mode with a task. */
static void
test_local_start (TestLocal *self, const char *mode, guint timeout_msec)
{
  g_autoptr (GError) error = NULL;
  ApoolLocalFactoryConfig config = {
    .program = g_getenv ("APOOL_EVIL_WORKER"),
    .argument = mode,
    .shell = "/bin/sh",
    .worker_timeout_msec = timeout_msec,
    .spin_msec = g_str_equal (mode, "spins") ? SPIN_MSEC : START_MSEC,
  };

  test_local_open (self, &config);
  g_assert_true (test_local_create (self, &error));
  g_assert_no_error (error);
  test_local_queue_task (self);
}

static void
test_local_run_until (TestLocal *self, const char *event)
{
  while (!strstr (self->log->str, event))
    g_main_context_iteration (NULL, TRUE);
}

/* Nothing is left of a worker that is gone, and nothing more is told of it. */
static void
test_local_wait_gone (TestLocal *self)
{
  while (self->n_gone == 0)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_cmpuint (self->n_gone, ==, 1);
  if (self->pid > 0)
    {
      g_assert_cmpint (kill ((pid_t) self->pid, 0), ==, -1);
      g_assert_cmpint (errno, ==, ESRCH);
    }
}

static void
test_local_close (TestLocal *self)
{
  g_clear_object (&self->worker);
  g_object_unref (self->factory);
  g_string_free (self->log, TRUE);
  g_free (self->why);
  g_assert_cmpuint (test_local_count_fds (), ==, self->n_fds);
}

/* ---- evil ones ---- */

typedef struct
{
  const char *mode;
  const char *log;
  const char *why;
} TestEvil;

static const TestEvil test_local_evils[] = {
  { "term", "ready ", "killed by signal 15" },
  { "kill", "ready ", "killed by signal 9" },
  { "garbage", "", "the other side is no apool worker" },
  { "cut", "ready ", "ended with status 0: the other side ended in the middle of a message" },
  { "oversized", "ready ", "malformed frame header" },
  { "unknown", "ready ", "unknown message type 200" },
  { "alien", "ready ", "a report that does not fit (13)" },
  { "twice", "ready started finished ", "a report that does not fit (16)" },
  { "unstarted", "ready ", "a report that does not fit (16)" },
  { "closes", "ready ", "it closed its connection" },
};

static void
test_local_evil (gconstpointer data)
{
  const TestEvil *evil = data;
  TestLocal self;

  test_local_start (&self, evil->mode, 0);
  g_assert_cmpuint (self.pid, >, 0);
  test_local_wait_gone (&self);
  g_assert_cmpstr (self.log->str, ==, evil->log);
  g_assert_cmpstr (self.why, ==, evil->why);
  g_assert_cmpuint (apool_worker_proxy_get_n_tasks (self.worker), ==,
                    strstr (evil->log, "finished") ? 0 : 1);
  test_local_close (&self);
}

/* Whether it is alive when we ask is left to chance. */
static void
test_local_exit (gconstpointer mode)
{
  TestLocal self;

  test_local_start (&self, mode, 0);
  test_local_wait_gone (&self);
  g_assert_cmpstr (self.log->str, ==, "");
  g_assert_nonnull (strstr (self.why, g_str_has_suffix (mode, "0") ? "ended with status 0"
                                                                   : "ended with status 3"));
  g_assert_nonnull (strstr (self.why, "before it said anything"));
  test_local_close (&self);
}

/* One that is stopped, or sleeps, has nothing to say for itself. */
static void
test_local_silent (gconstpointer mode)
{
  TestLocal self;

  test_local_start (&self, mode, SHORT_MSEC);
  test_local_wait_gone (&self);
  g_assert_true (g_str_has_suffix (self.why, "it did not answer for 0.03 s"));
  test_local_close (&self);
}

static gint64
test_local_get_children_cpu (void)
{
  struct rusage usage;

  g_assert_cmpint (getrusage (RUSAGE_CHILDREN, &usage), ==, 0);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * G_USEC_PER_SEC + usage.ru_utime.tv_usec +
         usage.ru_stime.tv_usec;
}

/* One that wants to run may only have been kept from it: until it has been let run. */
static void
test_local_spins (void)
{
  TestLocal self;
  gint64 before = test_local_get_children_cpu ();

  test_local_start (&self, "spins", SHORT_MSEC);
  test_local_wait_gone (&self);
  g_assert_true (g_str_has_suffix (self.why, "it did not answer for 0.03 s"));
  /* The kernel's two counts differ by a tick. */
  g_assert_cmpint (test_local_get_children_cpu () - before, >=, (SPIN_MSEC - 20) * 1000);
  test_local_close (&self);
}

/* ---- good ones ---- */

/* It may talk before it begins, and answer late, and ends in order. */
static void
test_local_works (gconstpointer mode)
{
  TestLocal self;

  test_local_start (&self, mode, PATIENT_MSEC);
  test_local_run_until (&self, "finished");
  apool_worker_proxy_close (self.worker);
  test_local_wait_gone (&self);
  g_assert_cmpstr (self.log->str, ==, "ready started finished ");
  g_assert_null (self.why);
  test_local_close (&self);
}

/* Its process and host are known from the start, and not what it says they are. */
static void
test_local_process (void)
{
  TestLocal self;

  test_local_start (&self, "ignores-end", SHORT_MSEC);
  g_assert_cmpstr (apool_worker_proxy_get_host (self.worker), ==, g_get_host_name ());
  g_assert_cmpuint (self.pid, >, 0);
  test_local_run_until (&self, "ready");
  g_assert_cmpstr (apool_worker_proxy_get_host (self.worker), ==, g_get_host_name ());
  g_assert_cmpuint (apool_worker_proxy_get_pid (self.worker), ==, self.pid);
  /* It is told to end, and does not. */
  apool_worker_proxy_close (self.worker);
  test_local_wait_gone (&self);
  g_assert_null (self.why);
  test_local_close (&self);
}

/* What it leaves behind is ended as well, though it holds the worker's end of the wire. */
static void
test_local_leaves_child (void)
{
  TestLocal self;
  g_autoptr (GArray) children = NULL;

  test_local_start (&self, "leaves-child", 0);
  test_local_wait_gone (&self);
  g_assert_true (g_str_has_suffix (self.why, "ended with status 0"));
  children = apool_process_list_children ();
  g_assert_cmpuint (children->len, ==, 0);
  test_local_close (&self);
}

static pid_t
test_local_get_helper_cb (gpointer data)
{
  return *(const pid_t *) data;
}

/* Another child of ours is none of that. */
static void
test_local_spares_helper (void)
{
  TestLocal self;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) helper = NULL;
  g_autoptr (GArray) children = NULL;
  pid_t pid = 0;
  ApoolLocalFactoryConfig config = {
    .program = g_getenv ("APOOL_EVIL_WORKER"),
    .argument = "leaves-child",
    .shell = "/bin/sh",
    .spin_msec = START_MSEC,
    .get_helper = test_local_get_helper_cb,
    .helper_data = &pid,
  };

  test_local_open (&self, &config);
  helper = g_subprocess_new (G_SUBPROCESS_FLAGS_STDIN_PIPE, &error, "cat", NULL);
  g_assert_no_error (error);
  pid = (pid_t) g_ascii_strtoll (g_subprocess_get_identifier (helper), NULL, 10);
  g_assert_true (test_local_create (&self, &error));
  test_local_queue_task (&self);
  test_local_wait_gone (&self);
  children = apool_process_list_children ();
  g_assert_cmpuint (children->len, ==, 1);
  g_assert_cmpint (g_array_index (children, ApoolProcessChild, 0).pid, ==, pid);
  g_assert_true (g_output_stream_close (g_subprocess_get_stdin_pipe (helper), NULL, NULL));
  g_assert_true (g_subprocess_wait_check (helper, NULL, NULL));
  test_local_close (&self);
}

static void
test_local_setup (void)
{
  TestLocal self;
  g_autoptr (GError) error = NULL;
  ApoolLocalFactoryConfig config = {
    .program = g_getenv ("APOOL_EVIL_WORKER"),
    .argument = "setup",
    .shell = "/bin/sh",
    .init = "an init",
    .exit = "an exit",
    .hook_timeout_msec = HOOK_TIMEOUT_MSEC,
    .slot_variable = "a slot",
    .termseq = "INT,1,KILL",
    .streams = TRUE,
    .merges = TRUE,
  };

  test_local_open (&self, &config);
  g_assert_true (test_local_create (&self, &error));
  g_assert_no_error (error);
  test_local_wait_gone (&self);
  g_assert_true (g_str_has_suffix (self.why, "ended with status 0"));
  test_local_close (&self);
}

/* ---- no worker at all ---- */

/* There is no such program, or it is none. */
static void
test_local_no_program (gconstpointer program)
{
  TestLocal self;
  g_autoptr (GError) error = NULL;
  ApoolLocalFactoryConfig config = { .program = program, .argument = "x", .shell = "/bin/sh" };

  test_local_open (&self, &config);
  g_assert_false (test_local_create (&self, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_SPAWN);
  g_assert_true (g_str_has_prefix (error->message, "cannot start a worker: "));
  g_assert_nonnull (strstr (error->message, program));
  test_local_close (&self);
}

static void
test_local_limit_fds (rlim_t n)
{
  struct rlimit limit;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  limit.rlim_cur = n;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
}

/* The number above all descriptors that are open. */
static guint
test_local_get_highest_fd (void)
{
  guint highest = 2;

  for (guint fd = 3; fd < 1024; fd++)
    if (fcntl ((int) fd, F_GETFD) >= 0)
      highest = fd;
  return highest;
}

/* With one more descriptor each time: first it says that there are not enough, each time, and
 * leaves none open; then there are. */
static void
test_local_few_fds_in_subprocess (void)
{
  guint n_failed = 0;
  TestLocal self;
  ApoolLocalFactoryConfig config = {
    .program = g_getenv ("APOOL_EVIL_WORKER"),
    .argument = "exit-0",
    .shell = "/bin/sh",
  };

  g_main_context_iteration (NULL, FALSE); /* it has a descriptor of its own */
  test_local_open (&self, &config);
  for (guint n = test_local_get_highest_fd () + 1; !self.worker; n++)
    {
      g_autoptr (GError) error = NULL;

      test_local_limit_fds (n);
      if (test_local_create (&self, &error))
        continue;
      test_local_limit_fds (1024);
      n_failed++;
      g_assert_true (g_str_has_prefix (error->message, "cannot start a worker: "));
      g_assert_nonnull (strstr (error->message, g_strerror (EMFILE)));
      g_assert_cmpuint (test_local_count_fds (), ==, self.n_fds);
    }
  test_local_limit_fds (1024);
  test_local_wait_gone (&self);
  test_local_close (&self);
  g_assert_cmpuint (n_failed, >, 2);
}

static void
test_local_few_fds (void)
{
  if (g_test_subprocess ())
    {
      test_local_few_fds_in_subprocess ();
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_INHERIT_STDERR);
  g_test_trap_assert_passed ();
}

static void
test_local_add_evils (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (test_local_evils); i++)
    {
      g_autofree char *path = g_strconcat ("/local-factory/evil/", test_local_evils[i].mode, NULL);

      g_test_add_data_func (path, &test_local_evils[i], test_local_evil);
    }
  g_test_add_data_func ("/local-factory/evil/exit-0", "exit-0", test_local_exit);
  g_test_add_data_func ("/local-factory/evil/exit-3", "exit-3", test_local_exit);
  g_test_add_data_func ("/local-factory/evil/stops", "stops", test_local_silent);
  g_test_add_data_func ("/local-factory/evil/sleeps", "sleeps", test_local_silent);
  g_test_add_func ("/local-factory/evil/spins", test_local_spins);
  g_test_add_func ("/local-factory/evil/leaves-child", test_local_leaves_child);
  g_test_add_func ("/local-factory/spares-helper", test_local_spares_helper);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
  apool_process_adopt_orphans ();
  test_local_add_evils ();
  g_test_add_data_func ("/local-factory/chatter", "chatter", test_local_works);
  g_test_add_data_func ("/local-factory/late", "late", test_local_works);
  g_test_add_func ("/local-factory/process", test_local_process);
  g_test_add_func ("/local-factory/setup", test_local_setup);
  g_test_add_data_func ("/local-factory/no-such-program", "/nowhere/apool", test_local_no_program);
  g_test_add_data_func ("/local-factory/no-program", "/etc/passwd", test_local_no_program);
  g_test_add_func ("/local-factory/few-fds", test_local_few_fds);
  return g_test_run ();
}
