/* SPDX-License-Identifier: MIT */
/* What people must be told of a job that its own output cannot tell: it was lost with its worker,
 * it could not be started, it left its output open. */

#include "sinks/apool-notices.h"

#include "base/apool-io.h"

struct _ApoolNotices
{
  GObject parent_instance;

  int fd; /* not owned */
  gboolean has_told_of_cut;
};

static void apool_notices_iface_init (ApoolObserverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolNotices,
                               apool_notices,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_OBSERVER,
                                                      apool_notices_iface_init))

/* Whole lines in one write, so that they do not mix with what others write there. */
static void
apool_notices_say (ApoolNotices *self, ApoolTask *task, const char *which, const char *what)
{
  g_autofree char *line = g_strdup_printf ("apool: job %" G_GUINT64_FORMAT ": %s: %s\n",
                                           apool_task_get_seq (task), which, what);

  apool_io_say (self->fd, line);
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
apool_notices_class_init (ApoolNoticesClass *klass)
{
}

static void
apool_notices_init (ApoolNotices *self)
{
}

/**
 * apool_notices_new:
 * @fd: where to say it; stays the caller's
 *
 * Returns: (transfer full): the observer
 */
ApoolNotices *
apool_notices_new (int fd)
{
  ApoolNotices *self = g_object_new (APOOL_TYPE_NOTICES, NULL);

  self->fd = fd;
  return self;
}
