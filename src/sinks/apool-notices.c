/* SPDX-License-Identifier: MIT */
/* What people must be told that no job's output can tell: that a job was lost with its worker,
 * could not be started, is tried again, or left its output open; that a worker was lost or could
 * not be made; that a command about workers or failed jobs failed itself, and what it wrote. It is
 * said through the output, which knows where jobs are in the middle of a line, and waits for slow
 * readers. */

#include "sinks/apool-notices.h"

#include <signal.h>

#include "base/apool-locale.h"
#include "sinks/apool-ending-words.h"

struct _ApoolNotices
{
  GObject parent_instance;

  ApoolOutput *output;
  char *input_name;
  gboolean is_quiet; /* only what hooks write is printed */
  gboolean has_told_of_cut;
  guint64 n_flaky;        /* jobs that have succeeded after a failure */
  GHashTable *waiting;    /* guint64, owned, a set: jobs of which it was said that they are tried
                             again, until they are */
  GHashTable *unprepared; /* numbers of workers whose failed init was told, and not yet their end */
  char *shortage;         /* (nullable): why no worker could be made, as it was told last */
};

static void apool_notices_iface_init (ApoolObserverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolNotices,
                               apool_notices,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_OBSERVER,
                                                      apool_notices_iface_init))

static void
apool_notices_say (ApoolNotices *self, ApoolTask *task, const char *which, const char *what)
{
  g_autofree char *line = NULL;

  if (self->is_quiet)
    return;
  line = g_strdup_printf ("apool: job %" G_GUINT64_FORMAT ": %s: %s\n", apool_task_get_seq (task),
                          which, what);
  apool_output_say (self->output, line);
}

static void
apool_notices_say_not_started (ApoolNotices *self, ApoolTask *task, ApoolOutcome *outcome)
{
  int code = apool_outcome_get_code (outcome);
  const char *message = apool_outcome_get_message (outcome);
  g_autofree char *which = NULL;

  if (code)
    {
      g_autofree char *name = apool_task_dup_name (task);

      which = g_strdup_printf ("%s %" G_GUINT64_FORMAT ": %s", self->input_name,
                               apool_task_get_line (task), name);
      apool_notices_say (self, task, which, apool_locale_describe_errno (code));
    }
  else
    /* An input that cannot become a command: it has no name, and the message says where it is. */
    apool_notices_say (self, task, "cannot be started", message ? message : "no reason given");
}

/* Others who stop a job have their reasons, and let it go on. */
static void
apool_notices_task_stopped (ApoolObserver *observer, ApoolTask *task, int signum)
{
  if (signum == SIGTTIN || signum == SIGTTOU)
    apool_notices_say (APOOL_NOTICES (observer), task, "wants the terminal", "use --tty");
}

static void
apool_notices_task_started (ApoolObserver *observer, ApoolTask *task, const ApoolPlace *place)
{
  guint64 seq = apool_task_get_seq (task);

  g_hash_table_remove (APOOL_NOTICES (observer)->waiting, &seq);
}

/* How it ended was said before, and that it would be tried again. */
static void
apool_notices_say_not_retried (ApoolNotices *self, ApoolTask *task)
{
  g_autofree char *name = apool_task_dup_name (task);

  apool_notices_say (self, task, name, "not tried again: the run ends");
}

static void
apool_notices_task_finished (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  const ApoolTaskTraits *traits = apool_task_get_traits (task);
  ApoolNotices *self = APOOL_NOTICES (observer);
  guint64 seq = apool_task_get_seq (task);

  if (apool_outcome_is_output_cut (outcome) && !self->has_told_of_cut)
    {
      g_autofree char *name = apool_task_dup_name (task);

      self->has_told_of_cut = TRUE;
      apool_notices_say (self, task, name,
                         "left its output open when it ended: what comes later is dropped");
    }
  if (apool_outcome_is_success (outcome) && traits->attempt - traits->n_evictions > 1)
    self->n_flaky++;
  if (g_hash_table_remove (self->waiting, &seq))
    {
      apool_notices_say_not_retried (self, task);
      return;
    }
  /* Who did not want a job to be run knows that. */
  if (apool_outcome_is_ended_by_pool (outcome) || apool_outcome_is_declined (outcome))
    return;
  if (apool_outcome_get_kind (outcome) == APOOL_OUTCOME_TIMED_OUT)
    {
      g_autofree char *name = apool_task_dup_name (task);
      g_autofree char *how = apool_ending_words_dup (outcome);

      apool_notices_say (self, task, name, how);
    }
  else if (apool_outcome_get_kind (outcome) == APOOL_OUTCOME_NOT_STARTED)
    apool_notices_say_not_started (self, task, outcome);
  else if (apool_outcome_get_kind (outcome) == APOOL_OUTCOME_LOST)
    {
      const char *message = apool_outcome_get_message (outcome);
      g_autofree char *name = apool_task_dup_name (task);
      g_autofree char *which = g_strdup_printf ("%s: lost", name);
      g_autofree char *why = g_strdup_printf ("%s: its output may be incomplete",
                                              message ? message : "its worker ended");

      /* What it had written and had not yet left the worker is gone with that. */
      apool_notices_say (self, task, which, why);
    }
}

static void
apool_notices_task_retried (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  const ApoolTaskTraits *traits = apool_task_get_traits (task);
  guint64 seq = apool_task_get_seq (task);
  g_autofree char *name = apool_task_dup_name (task);
  g_autofree char *how = apool_ending_words_dup (outcome);
  /* Of those that the limit is about. */
  g_autofree char *what = g_strdup_printf ("%s: trying again (attempt %u)", how,
                                           traits->attempt - traits->n_evictions + 1);

  apool_notices_say (APOOL_NOTICES (observer), task, name,
                     apool_outcome_is_ended_by_pool (outcome)
                         ? "ended to make room: it is started again later"
                         : what);
  g_hash_table_add (APOOL_NOTICES (observer)->waiting, g_memdup2 (&seq, sizeof seq));
}

static const char *
apool_notices_get_hook_option (ApoolHook hook)
{
  switch (hook)
    {
    case APOOL_HOOK_INIT:
      return "--worker-init";
    case APOOL_HOOK_EXIT:
      return "--worker-exit";
    case APOOL_HOOK_ERROR:
      return "--on-error";
    case APOOL_N_HOOKS:
      break;
    }
  g_return_val_if_reached ("hook");
}

/* Whether it is worth a line how the hook ended: not where the run's own end took it along. */
static gboolean
apool_notices_hook_failed (const ApoolHookReport *report)
{
  if (apool_outcome_is_ended_by_pool (report->outcome))
    return apool_outcome_get_message (report->outcome) != NULL;
  return !apool_outcome_is_success (report->outcome);
}

/* What was started, and has left nothing that could be used, has its own words for it. */
static char *
apool_notices_describe_hook (ApoolOutcome *outcome)
{
  const char *message = apool_outcome_get_message (outcome);

  if (apool_outcome_get_kind (outcome) == APOOL_OUTCOME_NOT_STARTED && message &&
      apool_outcome_get_code (outcome) == 0)
    return g_strdup (message);
  return apool_ending_words_dup (outcome);
}

static void
apool_notices_hook_ended (ApoolObserver *observer,
                          guint worker,
                          guint64 seq,
                          const ApoolHookReport *report)
{
  ApoolNotices *self = APOOL_NOTICES (observer);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *who = report->hook == APOOL_HOOK_ERROR
                             ? g_strdup_printf ("job %" G_GUINT64_FORMAT, seq)
                             : g_strdup_printf ("worker %u", worker);
  const char *option = apool_notices_get_hook_option (report->hook);

  if (apool_notices_hook_failed (report) && !self->is_quiet)
    {
      g_autofree char *how = apool_notices_describe_hook (report->outcome);

      if (report->hook == APOOL_HOOK_INIT)
        g_hash_table_add (self->unprepared, GUINT_TO_POINTER (worker));
      g_string_append_printf (text, "apool: %s: %s: %s\n", who, option, how);
    }
  g_string_append_len (text, report->output, (gssize) report->length);
  if (report->n_dropped > 0 && !self->is_quiet)
    {
      /* Our own line begins a line. */
      if (report->length > 0 && report->output[report->length - 1] != '\n')
        g_string_append_c (text, '\n');
      g_string_append_printf (text,
                              "apool: %s: %s: %" G_GUINT64_FORMAT " more bytes of output dropped\n",
                              who, option, report->n_dropped);
    }
  apool_output_say_bytes (self->output, text->str, text->len);
}

/* Whether there is nothing new about @event: the worker's failed init has been told, or for the
 * same reason none could be made before. */
static gboolean
apool_notices_is_known (ApoolNotices *self, const ApoolWorkerEvent *event)
{
  if (event->kind == APOOL_WORKER_LOST)
    return g_hash_table_remove (self->unprepared, GUINT_TO_POINTER (event->state.number)) &&
           !event->state.is_ready;
  if (g_strcmp0 (self->shortage, event->why) == 0)
    return TRUE;
  g_free (self->shortage);
  self->shortage = g_strdup (event->why);
  return FALSE;
}

static void
apool_notices_worker_event (ApoolObserver *observer, const ApoolWorkerEvent *event)
{
  g_autoptr (GString) line = g_string_new (NULL);
  const char *what = event->kind == APOOL_WORKER_LOST ? "lost" : "cannot be made";
  /* Tenths of a second are enough to know whether to wait; none of them is no delay. */
  guint tenths = (event->delay_msec + 99) / 100;

  if (APOOL_NOTICES (observer)->is_quiet ||
      (event->kind != APOOL_WORKER_LOST && event->kind != APOOL_WORKER_NOT_MADE))
    return;
  if (apool_notices_is_known (APOOL_NOTICES (observer), event))
    return;
  g_string_append_printf (line, "apool: worker %u", event->state.number);
  if (event->state.pid > 0)
    g_string_append_printf (line, " (pid %u)", event->state.pid);
  g_string_append_printf (line, ": %s: %s", what, event->why ? event->why : "no reason given");
  if (event->delay_msec > 0)
    g_string_append_printf (line, ": next one in %u.%u s", tenths / 10, tenths % 10);
  g_string_append_c (line, '\n');
  apool_output_say (APOOL_NOTICES (observer)->output, line->str);
}

static void
apool_notices_task_left (ApoolObserver *observer, const ApoolLeak *leak)
{
  g_autoptr (GString) line = g_string_new ("apool: ");
  guint64 job = leak->seq & ~APOOL_TASK_HOOK_BIT;

  if (APOOL_NOTICES (observer)->is_quiet)
    return;
  if (leak->seq == 0)
    g_string_append (line, "some job");
  else if (leak->seq != job)
    g_string_append_printf (line, "job %" G_GUINT64_FORMAT ": --on-error", job);
  else
    g_string_append_printf (line, "job %" G_GUINT64_FORMAT ": %s", job, leak->command);
  g_string_append_printf (line, ": left behind%s: %s%s\n",
                          leak->policy == APOOL_LEAKS_REPORT ? "" : " and ended", leak->processes,
                          leak->policy == APOOL_LEAKS_FAIL ? ": it counts as failed" : "");
  apool_output_say (APOOL_NOTICES (observer)->output, line->str);
}

static void
apool_notices_iface_init (ApoolObserverInterface *iface)
{
  iface->task_stopped = apool_notices_task_stopped;
  iface->task_started = apool_notices_task_started;
  iface->task_retried = apool_notices_task_retried;
  iface->task_finished = apool_notices_task_finished;
  iface->task_left = apool_notices_task_left;
  iface->hook_ended = apool_notices_hook_ended;
  iface->worker_event = apool_notices_worker_event;
}

static void
apool_notices_finalize (GObject *object)
{
  ApoolNotices *self = APOOL_NOTICES (object);

  g_clear_object (&self->output);
  g_hash_table_unref (self->unprepared);
  g_hash_table_unref (self->waiting);
  g_free (self->shortage);
  g_free (self->input_name);
  G_OBJECT_CLASS (apool_notices_parent_class)->finalize (object);
}

static void
apool_notices_class_init (ApoolNoticesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_notices_finalize;
}

static void
apool_notices_init (ApoolNotices *self)
{
  self->unprepared = g_hash_table_new (NULL, NULL);
  self->waiting = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

/**
 * apool_notices_new:
 * @output: (transfer none): what says it. Where both observe a pool, the output comes first: then a
 *   job's notice stands behind what the job wrote where that is printed at once
 * @input_name: what stands before the number of an input
 * @is_quiet: whether nothing is said, and only what hooks write is printed
 *
 * Returns: (transfer full): the observer
 */
ApoolNotices *
apool_notices_new (ApoolOutput *output, const char *input_name, gboolean is_quiet)
{
  ApoolNotices *self = g_object_new (APOOL_TYPE_NOTICES, NULL);

  self->output = g_object_ref (output);
  self->input_name = g_strdup (input_name);
  self->is_quiet = is_quiet;
  return self;
}

/**
 * apool_notices_get_n_flaky:
 * @self: the observer
 *
 * Returns: how many jobs have succeeded after a failure so far
 */
guint64
apool_notices_get_n_flaky (const ApoolNotices *self)
{
  return self->n_flaky;
}
