/* SPDX-License-Identifier: MIT */
/* What a worker makes of its set-up: the setting that its jobs are run in, and who looks for what
 * they leave behind. */

#include "base/apool-fd.h"
#include "base/apool-open-files.h"
#include "base/apool-process.h"
#include "base/apool-shell.h"
#include "worker/apool-worker-private.h"

/* A message is valid only as long as its callback runs. */
static gboolean
apool_worker_keep_setup (ApoolWorker *self, GVariant *body, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (g_variant_get_data (body), g_variant_get_size (body));

  self->setup_body =
      g_variant_ref_sink (g_variant_new_from_bytes (g_variant_get_type (body), bytes, TRUE));
  return apool_message_get_setup (self->setup_body, &self->setup, error);
}

/* Where jobs are to write themselves. */
static gboolean
apool_worker_take_output_fds (ApoolWorker *self, ApoolMessage *message, GError **error)
{
  if (!self->setup.is_direct)
    return TRUE;
  if (message->n_fds != APOOL_N_STREAMS)
    return apool_worker_fail (error, "a set-up without the descriptors that belong to it");
  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    self->output_fds[stream] = apool_fd_steal (&message->fds[stream]);
  self->setting.output_fds = self->output_fds;
  return TRUE;
}

/* ---- what jobs leave behind ---- */

static const ApoolTask *
apool_worker_find_task_cb (pid_t pid, gpointer data)
{
  ApoolWorker *self = data;
  const ApoolTask *task = apool_jobs_find (self->jobs, pid);

  for (gsize i = 0; !task && i < G_N_ELEMENTS (self->runs); i++)
    if (self->runs[i])
      task = apool_hook_run_find (self->runs[i], pid);
  return task;
}

static void
apool_worker_leak_found_cb (const ApoolLeak *leak, gpointer data)
{
  ApoolWorker *self = data;

  apool_channel_send (self->channel, APOOL_MESSAGE_LEFT, apool_message_new_left (leak));
}

static void
apool_worker_leak_settled_cb (guint64 seq, const char *processes, gpointer data)
{
  apool_jobs_settle (((ApoolWorker *) data)->jobs, seq, processes);
}

static void
apool_worker_leak_end_cb (ApoolTask *task, gpointer data)
{
  apool_jobs_end_left (((ApoolWorker *) data)->jobs, task);
}

static void
apool_worker_leaks_done_cb (gpointer data)
{
  apool_worker_go_on (data);
}

static void
apool_worker_watch_leaks (ApoolWorker *self)
{
  static const ApoolLeaksFuncs funcs = {
    .found = apool_worker_leak_found_cb,
    .settled = apool_worker_leak_settled_cb,
    .end = apool_worker_leak_end_cb,
    .done = apool_worker_leaks_done_cb,
  };

  self->leftovers = apool_leftovers_new (self->setup.run, self->setup.manager_pid,
                                         apool_worker_find_task_cb, self);
  self->leaks = apool_leaks_new (self->context, self->leftovers, self->setup.leaks,
                                 self->setup.drain_msec, &funcs, self);
  apool_jobs_set_leaks (self->jobs, self->leaks, self->leftovers);
}

static gboolean
apool_worker_take_termseq (ApoolWorker *self, GError **error)
{
  const char *text = self->setup.termseq[0] ? self->setup.termseq : APOOL_TERMSEQ_DEFAULT;

  return apool_termseq_parse (text, &self->setting.termseq, NULL) ||
         apool_worker_fail (error, "a set-up with a sequence of signals that is none");
}

/* Whether jobs would find other limits than they are to have. */
static gboolean
apool_worker_has_other_open_files (const ApoolWorker *self)
{
  struct rlimit now;

  apool_open_files_get (&now);
  return now.rlim_cur != self->open_files.rlim_cur || now.rlim_max != self->open_files.rlim_max;
}

/* For the worker only. All slots may have a job, and each of those takes descriptors here. Where
 * there are not enough, jobs wait for those that have some. */
void
apool_worker_raise_open_files (ApoolWorker *self)
{
  guint64 n_jobs = apool_slots_get_n_known (self->slots);

  (void) apool_open_files_raise (APOOL_MESSAGE_WORKER_FILES + APOOL_MESSAGE_SPARE_FILES +
                                 APOOL_MESSAGE_JOB_FILES * n_jobs);
  if (self->setting.open_files || !apool_worker_has_other_open_files (self))
    return;
  self->setting.open_files = &self->open_files;
  apool_jobs_set_open_files (self->jobs, &self->open_files);
}

/* Who made us may have raised our limit for what we need. */
static void
apool_worker_keep_open_files (ApoolWorker *self)
{
  apool_open_files_get (&self->open_files);
  if (self->setup.open_files > 0)
    self->open_files.rlim_cur = MIN (self->setup.open_files, self->open_files.rlim_max);
  apool_worker_raise_open_files (self);
}

static void
apool_worker_choose_shell (ApoolWorker *self)
{
  self->shell = self->setup.shell[0] ? g_strdup (self->setup.shell) : apool_shell_find ();
  /* Who asked for it was told where it cannot be; another machine's shell may be another one. */
  if (self->setup.is_warm && apool_warm_shell_check (self->shell, NULL))
    self->setting.warm_shell = self->warm_shell = apool_warm_shell_new (self->shell);
}

/* For the worker only. Learns all that it needs to know before its first task. */
gboolean
apool_worker_take_setup (ApoolWorker *self, ApoolMessage *message, GError **error)
{
  if (self->stage != APOOL_STAGE_NEW)
    return apool_worker_fail (error, "a second set-up");
  if (!apool_worker_keep_setup (self, message->body, error) ||
      !apool_worker_take_output_fds (self, message, error) ||
      !apool_worker_take_termseq (self, error) ||
      !apool_slots_add (self->slots, self->setup.slots, self->setup.n_slots, error))
    return FALSE;
  apool_worker_choose_shell (self);
  apool_worker_watch_leaks (self);
  apool_leftovers_set_warm_shell (self->leftovers, self->warm_shell);
  apool_worker_keep_open_files (self);
  self->setting.drain_msec = self->setup.drain_msec;
  self->setting.merges = self->setup.merges;
  self->setting.streams = self->setup.streams;
  self->setting.surroundings = &self->setup.surroundings;
  /* Without a terminal they are run all the same, as those of others are. */
  if (self->setup.surroundings.has_terminal)
    self->setting.foreground = apool_foreground_new (self->setup.surroundings.home, NULL);
  /* Told, not inherited: who starts a worker may reset them, as g_spawn does. */
  apool_process_set_ignored_signals (self->setup.ignored_signals);
  if (self->setup.init[0])
    apool_worker_start_init (self);
  else
    apool_worker_get_ready (self);
  return TRUE;
}
