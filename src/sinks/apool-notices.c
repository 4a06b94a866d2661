/* SPDX-License-Identifier: MIT */
/* What people must be told of a job that its own output cannot tell: it was lost with its worker,
 * it could not be started, it left its output open. It is said through the output, which knows
 * where jobs are in the middle of a line, and waits for slow readers. */

#include "sinks/apool-notices.h"

struct _ApoolNotices
{
  GObject parent_instance;

  ApoolOutput *output;
  gboolean has_told_of_cut;
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
  g_autofree char *line = g_strdup_printf ("apool: job %" G_GUINT64_FORMAT ": %s: %s\n",
                                           apool_task_get_seq (task), which, what);

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

      which = g_strdup_printf ("input line %" G_GUINT64_FORMAT ": %s", apool_task_get_line (task),
                               name);
      apool_notices_say (self, task, which, g_strerror (code));
    }
  else
    /* An input that cannot become a command: it has no name, and the message says where it is. */
    apool_notices_say (self, task, "cannot be started", message ? message : "no reason given");
}

static void
apool_notices_task_finished (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolNotices *self = APOOL_NOTICES (observer);

  if (apool_outcome_is_output_cut (outcome) && !self->has_told_of_cut)
    {
      g_autofree char *name = apool_task_dup_name (task);

      self->has_told_of_cut = TRUE;
      apool_notices_say (self, task, name,
                         "left its output open when it ended: what comes later is dropped");
    }
  if (apool_outcome_is_ended_by_pool (outcome))
    return;
  if (apool_outcome_get_kind (outcome) == APOOL_OUTCOME_NOT_STARTED)
    apool_notices_say_not_started (self, task, outcome);
  else if (apool_outcome_get_kind (outcome) == APOOL_OUTCOME_LOST)
    {
      const char *message = apool_outcome_get_message (outcome);
      g_autofree char *name = apool_task_dup_name (task);
      g_autofree char *which = g_strdup_printf ("%s: lost", name);

      apool_notices_say (self, task, which, message ? message : "its worker ended");
    }
}

static void
apool_notices_iface_init (ApoolObserverInterface *iface)
{
  iface->task_finished = apool_notices_task_finished;
}

static void
apool_notices_finalize (GObject *object)
{
  g_clear_object (&APOOL_NOTICES (object)->output);
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
}

/**
 * apool_notices_new:
 * @output: (transfer none): what says it. Where both observe a pool, the output comes first: then a
 *   job's notice stands behind what the job wrote where that is printed at once
 *
 * Returns: (transfer full): the observer
 */
ApoolNotices *
apool_notices_new (ApoolOutput *output)
{
  ApoolNotices *self = g_object_new (APOOL_TYPE_NOTICES, NULL);

  self->output = g_object_ref (output);
  return self;
}
