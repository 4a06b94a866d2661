/* SPDX-License-Identifier: MIT */
/* What a worker at the other end of a wire says of itself and its tasks. Each message is taken
 * apart, held to what may be said at that moment, and goes into the worker's books; one that does
 * not fit is a fault of the worker, and ends the dialogue.
 *
 * Output is counted: a task that sends more than it has credit for is at fault, too. */

#include <fcntl.h>
#include <sys/stat.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "base/apool-locale.h"
#include "factory/apool-wire-proxy-private.h"

/* What is told of why a hook failed. */
#define MAX_WHY_BYTES 200u
/* So much of a stream is taken before it is acknowledged; the rest of the window keeps it going. */
#define CREDIT_BYTES (APOOL_MESSAGE_WINDOW / 4)

/* ---- output ---- */

/* Makes @job's entry where it is the first that it sends. */
static ApoolWireJob *
apool_wire_proxy_ensure_job (ApoolWireProxy *self, guint64 seq)
{
  ApoolWireJob *job = g_hash_table_lookup (self->jobs, &seq);

  if (job)
    return job;
  job = g_new0 (ApoolWireJob, 1);
  job->seq = seq;
  g_hash_table_add (self->jobs, job);
  return job;
}

static void
apool_wire_proxy_forget_job (ApoolWireProxy *self, guint64 seq)
{
  ApoolWireJob *job = g_hash_table_lookup (self->jobs, &seq);

  if (job && job->is_passed)
    self->n_passed--;
  g_hash_table_remove (self->jobs, &seq);
}

/* Whether a task may send so much more. It needs no entry: one that is not running here does not
 * get one. */
static gboolean
apool_wire_proxy_has_credit (ApoolWireProxy *self, guint64 seq, ApoolStream stream, gsize bytes)
{
  const ApoolWireJob *job = g_hash_table_lookup (self->jobs, &seq);

  if (job && job->is_passed)
    return bytes == 0;
  return bytes <= APOOL_MESSAGE_WINDOW - (job ? job->owed[stream] : 0);
}

void
apool_wire_proxy_give_credit (ApoolWireProxy *self, ApoolWireJob *job)
{
  if (self->is_congested && job->seq != self->except)
    return;
  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    {
      ApoolDraft draft;

      if (job->owed[stream] < CREDIT_BYTES)
        continue;
      apool_message_draft_credit (&draft, job->seq, (ApoolStream) stream,
                                  (guint32) job->owed[stream]);
      apool_wire_proxy_post (self, &draft);
      job->owed[stream] = 0;
    }
}

static gboolean
apool_wire_proxy_take_output (ApoolWireProxy *self, const ApoolFrame *frame, GError **error)
{
  ApoolWireJob *job;
  guint64 seq;
  ApoolStream stream;
  const char *bytes;
  gsize length;

  if (!apool_message_get_output (frame, &seq, &stream, &bytes, &length, error) ||
      !apool_wire_proxy_has_credit (self, seq, stream, length) ||
      !apool_worker_proxy_report_output (APOOL_WORKER_PROXY (self), seq, stream, bytes, length))
    return FALSE;
  job = apool_wire_proxy_ensure_job (self, seq);
  job->owed[stream] += length;
  apool_wire_proxy_give_credit (self, job);
  return TRUE;
}

/* Who reads the pipes of jobs relies on what the kernel does with a pipe; any other descriptor may
 * fail there, where an error is one of this side's and ends the run. */
static gboolean
apool_wire_proxy_are_pipes (const ApoolMessage *message)
{
  for (guint i = 0; i < message->n_fds; i++)
    {
      struct stat info;
      int flags = fcntl (message->fds[i], F_GETFL);

      if (flags < 0 || (flags & O_ACCMODE) != O_RDONLY || fstat (message->fds[i], &info) < 0 ||
          !S_ISFIFO (info.st_mode))
        return FALSE;
    }
  return TRUE;
}

static gboolean
apool_wire_proxy_take_pipes (ApoolWireProxy *self, ApoolMessage *message)
{
  const ApoolWireJob *job;
  guint64 seq = apool_message_get_seq (message->frame);
  gboolean fits = message->n_fds == APOOL_N_STREAMS && self->n_passed < self->max_passed;

  job = g_hash_table_lookup (self->jobs, &seq);
  fits = fits && !(job && job->is_passed) && apool_wire_proxy_are_pipes (message);
  for (int stream = 0; fits && stream < APOOL_N_STREAMS; stream++)
    fits = apool_worker_proxy_report_pipe (APOOL_WORKER_PROXY (self), seq, (ApoolStream) stream,
                                           apool_fd_steal (&message->fds[stream]));
  if (!fits)
    return FALSE;
  apool_wire_proxy_ensure_job (self, seq)->is_passed = TRUE;
  self->n_passed++;
  return TRUE;
}

/* ---- reports ---- */

static gboolean
apool_wire_proxy_take_finished (ApoolWireProxy *self, const ApoolFrame *frame, GError **error)
{
  ApoolWorkerProxy *worker = APOOL_WORKER_PROXY (self);
  ApoolFinished finished;
  g_autoptr (ApoolOutcome) outcome = NULL;
  gboolean fits = TRUE;

  if (!apool_message_get_finished (frame, &finished, error))
    return FALSE;
  outcome = finished.outcome;
  for (int stream = 0; fits && stream < APOOL_N_STREAMS; stream++)
    fits = apool_wire_proxy_has_credit (self, finished.seq, (ApoolStream) stream,
                                        finished.length[stream]) &&
           apool_worker_proxy_report_output (worker, finished.seq, (ApoolStream) stream,
                                             finished.data[stream], finished.length[stream]);
  if (!fits)
    return FALSE;
  apool_wire_proxy_forget_job (self, finished.seq);
  return apool_worker_proxy_report_finished (worker, finished.seq, outcome);
}

static gboolean
apool_wire_proxy_take_recalled (ApoolWireProxy *self, GVariant *body)
{
  g_autoptr (GVariant) array = g_variant_get_child_value (body, 0);
  gsize n_seqs;
  const guint64 *seqs = g_variant_get_fixed_array (array, &n_seqs, sizeof *seqs);

  return apool_worker_proxy_report_recalled (APOOL_WORKER_PROXY (self), seqs, n_seqs);
}

static gboolean
apool_wire_proxy_take_revoked (ApoolWireProxy *self, GVariant *body)
{
  g_autoptr (GArray) slots = apool_message_dup_slots (body);

  return apool_worker_proxy_report_revoked (APOOL_WORKER_PROXY (self), slots);
}

static gboolean
apool_wire_proxy_take_started (ApoolWireProxy *self, const ApoolFrame *frame)
{
  guint64 seq;
  guint32 slot;

  apool_message_get_started (frame, &seq, &slot);
  return apool_worker_proxy_is_ready (APOOL_WORKER_PROXY (self)) &&
         apool_worker_proxy_report_started (APOOL_WORKER_PROXY (self), seq, slot);
}

/* Returns: (transfer full): why a hook failed, for people */
static char *
apool_wire_proxy_describe_failure (ApoolWireProxy *self, const ApoolOutcome *outcome)
{
  const char *message = apool_outcome_get_message (outcome);
  int code = apool_outcome_get_code (outcome);

  if (message)
    return apool_message_dup_printable (message, MAX_WHY_BYTES);
  if (apool_outcome_is_ended_by_pool (outcome))
    return g_strdup_printf ("took longer than %u s", self->hook_timeout_msec / 1000);
  switch (apool_outcome_get_kind (outcome))
    {
    case APOOL_OUTCOME_EXITED:
      return g_strdup_printf ("exit status %d", code);
    case APOOL_OUTCOME_SIGNALLED:
      return g_strdup_printf ("signal %d", code);
    case APOOL_OUTCOME_NOT_STARTED:
    case APOOL_OUTCOME_LOST:
    case APOOL_OUTCOME_SKIPPED:
    case APOOL_OUTCOME_TIMED_OUT:
    default:
      return g_strdup (code > 0 ? apool_locale_describe_errno (code) : "it could not be run");
    }
}

static gboolean
apool_wire_proxy_take_init (ApoolWireProxy *self, const ApoolHookReport *report, GError **error)
{
  g_autofree char *why = NULL;

  if (!self->has_init || self->init_is_told)
    return FALSE;
  self->init_is_told = TRUE;
  apool_worker_proxy_report_hook (APOOL_WORKER_PROXY (self), report);
  if (apool_outcome_is_success (report->outcome))
    {
      if (!self->is_asked)
        apool_worker_proxy_report_ready (APOOL_WORKER_PROXY (self));
      return TRUE;
    }
  why = apool_wire_proxy_describe_failure (self, report->outcome);
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_WORKER_LOST, "its init command failed: %s", why);
  return FALSE;
}

static gboolean
apool_wire_proxy_take_exit (ApoolWireProxy *self, const ApoolHookReport *report)
{
  if (!self->is_leaving || self->exit_is_told)
    return FALSE;
  self->exit_is_told = TRUE;
  apool_worker_proxy_report_hook (APOOL_WORKER_PROXY (self), report);
  return TRUE;
}

static gboolean
apool_wire_proxy_take_hook (ApoolWireProxy *self, GVariant *body, GError **error)
{
  ApoolHookReport report;
  g_autoptr (ApoolOutcome) outcome = NULL;

  if (!apool_message_get_hook (body, &report, error))
    return FALSE;
  outcome = report.outcome;
  return report.hook == APOOL_HOOK_INIT ? apool_wire_proxy_take_init (self, &report, error)
                                        : apool_wire_proxy_take_exit (self, &report);
}

static gboolean
apool_wire_proxy_take_exited (ApoolWireProxy *self, const ApoolFrame *frame)
{
  return apool_worker_proxy_report_exited (APOOL_WORKER_PROXY (self),
                                           apool_message_get_seq (frame));
}

static gboolean
apool_wire_proxy_take_left (ApoolWireProxy *self, GVariant *body, GError **error)
{
  ApoolLeak leak;
  gboolean fits;

  if (!apool_message_get_left (body, &leak, error))
    return FALSE;
  self->has_left = TRUE;
  fits = apool_worker_proxy_report_left (APOOL_WORKER_PROXY (self), &leak);
  g_free ((char *) leak.command);
  g_free ((char *) leak.processes);
  return fits;
}

static gboolean
apool_wire_proxy_take_stopped (ApoolWireProxy *self, GVariant *body)
{
  guint64 seq;
  gint32 signum;

  g_variant_get (body, "(ti)", &seq, &signum);
  return apool_worker_proxy_report_stopped (APOOL_WORKER_PROXY (self), seq, signum);
}

static gboolean
apool_wire_proxy_take_answer (ApoolWireProxy *self, GVariant *body, GError **error)
{
  guint64 token;
  g_autoptr (GArray) states = apool_message_dup_answer (body, &token, error);

  return states && apool_worker_proxy_report_answer (
                       APOOL_WORKER_PROXY (self), token,
                       (const ApoolJobState *) (gpointer) states->data, states->len);
}

/* Whether @message is one that a worker may send, and fits the books. */
gboolean
apool_wire_proxy_take (ApoolWireProxy *self, ApoolMessage *message, GError **error)
{
  switch (message->type)
    {
    case APOOL_MESSAGE_STARTED:
      return apool_wire_proxy_take_started (self, message->frame);
    case APOOL_MESSAGE_EXITED:
      return apool_wire_proxy_take_exited (self, message->frame);
    case APOOL_MESSAGE_STOPPED:
      return apool_wire_proxy_take_stopped (self, message->body);
    case APOOL_MESSAGE_OUTPUT:
      return apool_wire_proxy_take_output (self, message->frame, error);
    case APOOL_MESSAGE_PIPES:
      return apool_wire_proxy_take_pipes (self, message);
    case APOOL_MESSAGE_FINISHED:
      return apool_wire_proxy_take_finished (self, message->frame, error);
    case APOOL_MESSAGE_RECALLED:
      return apool_wire_proxy_take_recalled (self, message->body);
    case APOOL_MESSAGE_REVOKED:
      return apool_wire_proxy_take_revoked (self, message->body);
    case APOOL_MESSAGE_HOOK:
      return apool_wire_proxy_take_hook (self, message->body, error);
    case APOOL_MESSAGE_LEFT:
      return apool_wire_proxy_take_left (self, message->body, error);
    case APOOL_MESSAGE_ANSWER:
      return apool_wire_proxy_take_answer (self, message->body, error);
    case APOOL_MESSAGE_PONG:
      return TRUE;
    case APOOL_MESSAGE_HELLO:
    case APOOL_MESSAGE_ABORT:
    case APOOL_MESSAGE_PING:
    case APOOL_MESSAGE_SETUP:
    case APOOL_MESSAGE_TASK:
    case APOOL_MESSAGE_STREAM:
    case APOOL_MESSAGE_CREDIT:
    case APOOL_MESSAGE_RECALL:
    case APOOL_MESSAGE_TERMINATE:
    case APOOL_MESSAGE_GRANT:
    case APOOL_MESSAGE_CLOSE:
    case APOOL_MESSAGE_END:
    case APOOL_MESSAGE_REVOKE:
    case APOOL_MESSAGE_TERMINAL:
    case APOOL_MESSAGE_PAUSE:
    case APOOL_MESSAGE_ASK:
    case APOOL_N_MESSAGES:
    default:
      return FALSE;
    }
}
