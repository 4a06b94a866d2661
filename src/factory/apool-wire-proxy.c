/* SPDX-License-Identifier: MIT */
/* A worker at the other end of a wire.
 *
 * States: on its way; ready, when it has said HELLO and its init hook, if it has one, has
 * succeeded; asked to end. It is gone when both its stream and its process have ended, in whatever
 * order: what it had written before its death is still read and counts. When the stream ends first
 * and unasked, or says what it must not, the process is killed.
 *
 * Who was asked to end sees the end of its input, and is not listened to any more; who has an exit
 * hook is told instead, and keeps its stream until it ends it, for what it has to say of the hook.
 *
 * While it owes something, be it that it is ready, a task's end or its own, its silence is
 * counted: it is asked for a sign of life, and killed where it gives none. That is done sooner
 * where it was told to end jobs, which are to be gone in time. */

#include "factory/apool-wire-proxy.h"

#include <errno.h>
#include <fcntl.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "base/apool-termseq.h"
#include "factory/apool-wire-proxy-private.h"

/* A host's name is no longer. */
#define MAX_HOST_BYTES 255u

G_DEFINE_FINAL_TYPE (ApoolWireProxy, apool_wire_proxy, APOOL_TYPE_WORKER_PROXY)

/* ---- the end ---- */

/* Returns: (transfer full): why it is gone, for people */
static char *
apool_wire_proxy_describe_end (ApoolWireProxy *self)
{
  const char *why = self->error ? self->error->message : NULL;

  if (self->how)
    return why ? g_strdup_printf ("%s: %s", self->how, why) : g_strdup (self->how);
  return g_strdup (why ? why : "it closed its connection");
}

/* It was to tell of its exit hook, and cannot any more. */
static void
apool_wire_proxy_lose_exit (ApoolWireProxy *self, const char *why)
{
  ApoolUsage usage = { 0 };
  g_autoptr (ApoolOutcome) outcome =
      apool_outcome_new (APOOL_OUTCOME_LOST, 0, &usage, FALSE, FALSE, why);
  ApoolHookReport report = { .hook = APOOL_HOOK_EXIT, .outcome = outcome, .output = "" };

  apool_worker_proxy_report_hook (APOOL_WORKER_PROXY (self), &report);
}

static void
apool_wire_proxy_settle (ApoolWireProxy *proxy)
{
  g_autoptr (ApoolWireProxy) self = g_object_ref (proxy);
  g_autoptr (GError) error = NULL;
  g_autofree char *why = NULL;

  if (!self->channel_is_closed || !self->process_has_ended || self->is_gone)
    return;
  self->is_gone = TRUE;
  why = apool_wire_proxy_describe_end (self);
  if (self->is_leaving && !self->exit_is_told)
    apool_wire_proxy_lose_exit (self, why);
  if (!self->is_asked)
    error = g_error_new_literal (APOOL_ERROR, APOOL_ERROR_WORKER_LOST, why);
  apool_worker_proxy_report_gone (APOOL_WORKER_PROXY (self), error);
}

/* It is asked for no sign of life any more. */
static void
apool_wire_proxy_expect_nothing (ApoolWireProxy *self)
{
  apool_patience_stop (self->patience);
  apool_urgency_stop (self->urgency);
}

/**
 * apool_wire_proxy_process_ended:
 * @self: a worker whose process and all jobs of it have ended
 * @how: (nullable): for people: "killed by signal 9"; %NULL where it ended of
 *   #ApoolWireProxyFuncs.kill, for a reason that is known
 */
void
apool_wire_proxy_process_ended (ApoolWireProxy *self, const char *how)
{
  self->process_has_ended = TRUE;
  apool_wire_proxy_expect_nothing (self);
  g_free (self->how);
  self->how = g_strdup (how);
  apool_wire_proxy_settle (self);
}

/**
 * apool_wire_proxy_is_asked_to_end:
 * @self: a worker
 *
 * Returns: whether the pool has closed or killed it
 */
gboolean
apool_wire_proxy_is_asked_to_end (ApoolWireProxy *self)
{
  return self->is_asked;
}

/* A closed worker is told nothing any more. */
void
apool_wire_proxy_post (ApoolWireProxy *self, const ApoolDraft *draft)
{
  if (self->channel)
    apool_channel_post (self->channel, draft);
}

/* The same, of what has been made as a GVariant. */
void
apool_wire_proxy_send (ApoolWorkerProxy *worker, ApoolMessageType type, GVariant *body)
{
  ApoolWireProxy *self = APOOL_WIRE_PROXY (worker);
  g_autoptr (GVariant) owned = g_variant_ref_sink (body);

  if (self->channel)
    apool_channel_send (self->channel, type, owned);
}

/* ---- signs of life ---- */

static gboolean
apool_wire_proxy_is_owed_cb (gpointer data)
{
  ApoolWireProxy *self = data;

  return self->is_asked || !apool_worker_proxy_is_ready (data) ||
         apool_worker_proxy_get_n_tasks (data) > 0;
}

static void
apool_wire_proxy_ask_cb (gpointer data)
{
  ApoolWireProxy *self = data;

  apool_wire_proxy_send (data, APOOL_MESSAGE_PING,
                         g_variant_new ("(t)", (guint64) g_get_monotonic_time ()));
  if (self->funcs.asked)
    self->funcs.asked (self->data);
}

static gboolean
apool_wire_proxy_is_excused_cb (gpointer data)
{
  ApoolWireProxy *self = data;

  /* It may have answered, and it is us who did not get to hear it. */
  if (self->channel && apool_channel_has_input (self->channel))
    return TRUE;
  return self->funcs.is_starved && self->funcs.is_starved (self->data);
}

/* The last thing done with @data: who is told that it is gone may let it go. */
static void
apool_wire_proxy_lose_patience_cb (gpointer data)
{
  ApoolWireProxy *self = data;
  g_autofree char *patience = apool_patience_describe (self->patience);

  apool_wire_proxy_expect_nothing (self);
  if (!self->error)
    g_set_error (&self->error, APOOL_ERROR, APOOL_ERROR_WORKER_LOST, "it did not answer for %s",
                 patience);
  self->funcs.kill (self->data);
}

static const ApoolPatienceFuncs apool_wire_proxy_patience_funcs = {
  .is_owed = apool_wire_proxy_is_owed_cb,
  .ask = apool_wire_proxy_ask_cb,
  .is_excused = apool_wire_proxy_is_excused_cb,
  .lost = apool_wire_proxy_lose_patience_cb,
};

/* As above. */
static void
apool_wire_proxy_lose_urgency_cb (gpointer data)
{
  ApoolWireProxy *self = data;

  apool_wire_proxy_expect_nothing (self);
  if (!self->error)
    g_set_error (&self->error, APOOL_ERROR, APOOL_ERROR_WORKER_LOST,
                 "it did not answer when it was to end jobs");
  self->funcs.kill (self->data);
}

static const ApoolPatienceFuncs apool_wire_proxy_urgency_funcs = {
  .is_owed = apool_wire_proxy_is_owed_cb,
  .ask = apool_wire_proxy_ask_cb,
  .is_excused = apool_wire_proxy_is_excused_cb,
  .lost = apool_wire_proxy_lose_urgency_cb,
};

/* It owes something from now on. A process that has ended is asked for nothing, and its factory
 * has forgotten it. */
static void
apool_wire_proxy_await (ApoolWireProxy *self)
{
  if (!self->process_has_ended)
    apool_patience_start (self->patience);
}

/* It was told to end jobs. */
static void
apool_wire_proxy_urge (ApoolWireProxy *self)
{
  if (!self->process_has_ended)
    apool_urgency_start (self->urgency, self->termseq_msec);
}

/* ---- what the worker says ---- */

static void
apool_wire_proxy_hear (ApoolWireProxy *self)
{
  apool_patience_hear (self->patience);
  apool_urgency_hear (self->urgency);
}

static gboolean
apool_wire_proxy_message_cb (ApoolMessage *message, gpointer data, GError **error)
{
  ApoolWireProxy *self = data;

  apool_wire_proxy_hear (self);
  /* What it says of its tasks does not matter when it was asked to end: they are settled. */
  if (self->is_asked && message->type != APOOL_MESSAGE_LEFT &&
      !(self->is_leaving && message->type == APOOL_MESSAGE_HOOK))
    return TRUE;
  if (apool_wire_proxy_take (self, message, error))
    return TRUE;
  if (error && !*error)
    g_set_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL, "a report that does not fit (%u)",
                 message->type);
  return FALSE;
}

/* What is known of its process from its birth is better than what it says. */
static void
apool_wire_proxy_learn_process (ApoolWireProxy *self, const ApoolHello *hello)
{
  ApoolWorkerProxy *worker = APOOL_WORKER_PROXY (self);
  guint pid = apool_worker_proxy_get_pid (worker);
  g_autofree char *host = g_strdup (apool_worker_proxy_get_host (worker));

  if (!host)
    host = apool_message_dup_printable (hello->host, MAX_HOST_BYTES);
  apool_worker_proxy_set_process (worker, pid ? pid : hello->pid, host);
}

static void
apool_wire_proxy_opened_cb (const ApoolHello *hello, gpointer data)
{
  ApoolWireProxy *self = data;

  apool_wire_proxy_hear (self);
  apool_wire_proxy_learn_process (self, hello);
  if (!self->has_init && !self->is_asked)
    apool_worker_proxy_report_ready (data);
}

static void
apool_wire_proxy_closed_cb (const GError *error, gpointer data)
{
  g_autoptr (ApoolWireProxy) self = g_object_ref (data);

  self->channel_is_closed = TRUE;
  if (error && !self->error)
    self->error = g_error_copy (error);
  /* A worker without a manager ends by itself, and one that was asked to is on its way; another one
   * may live on. */
  if (!self->process_has_ended && (error || !self->is_asked))
    {
      apool_wire_proxy_expect_nothing (self);
      self->funcs.kill (self->data);
    }
  apool_wire_proxy_settle (self);
}

/* ---- what the pool asks ---- */

static void
apool_wire_proxy_send_task (ApoolWorkerProxy *worker, ApoolTask *task, int stdin_fd)
{
  ApoolWireProxy *self = APOOL_WIRE_PROXY (worker);
  g_auto (ApoolDraft) draft;

  apool_message_draft_task (&draft, task);
  apool_wire_proxy_await (self);
  if (stdin_fd >= 0 && self->channel && apool_channel_passes_fds (self->channel))
    {
      apool_channel_post_fds (self->channel, &draft, &stdin_fd, 1);
      return;
    }
  apool_wire_proxy_post (self, &draft);
  apool_fd_clear (&stdin_fd);
}

static void
apool_wire_proxy_send_stream (ApoolWorkerProxy *worker, guint64 seq)
{
  ApoolDraft draft;

  apool_message_draft_seq (&draft, APOOL_MESSAGE_STREAM, seq);
  apool_wire_proxy_post (APOOL_WIRE_PROXY (worker), &draft);
}

static void
apool_wire_proxy_send_end (ApoolWorkerProxy *worker, guint64 seq, ApoolEndReason reason)
{
  apool_wire_proxy_send (worker, APOOL_MESSAGE_END, apool_message_new_end (seq, reason));
  apool_wire_proxy_urge (APOOL_WIRE_PROXY (worker));
}

static void
apool_wire_proxy_send_recall (ApoolWorkerProxy *worker, guint n)
{
  apool_wire_proxy_send (worker, APOOL_MESSAGE_RECALL, g_variant_new ("(u)", n));
}

static void
apool_wire_proxy_send_terminate (ApoolWorkerProxy *worker)
{
  apool_wire_proxy_send (worker, APOOL_MESSAGE_TERMINATE, g_variant_new_tuple (NULL, 0));
  apool_wire_proxy_urge (APOOL_WIRE_PROXY (worker));
}

static void
apool_wire_proxy_send_slots (ApoolWorkerProxy *worker, const GArray *slots)
{
  apool_wire_proxy_send (worker, APOOL_MESSAGE_GRANT, apool_message_new_slots (slots));
}

static void
apool_wire_proxy_send_limit (ApoolWorkerProxy *worker, guint limit)
{
  apool_wire_proxy_send (worker, APOOL_MESSAGE_REVOKE, g_variant_new ("(u)", limit));
}

static void
apool_wire_proxy_send_terminal (ApoolWorkerProxy *worker, gboolean is_back)
{
  apool_wire_proxy_send (worker, APOOL_MESSAGE_TERMINAL, g_variant_new ("(b)", is_back));
}

static void
apool_wire_proxy_send_pause (ApoolWorkerProxy *worker, guint64 seq, gboolean is_paused)
{
  apool_wire_proxy_send (worker, APOOL_MESSAGE_PAUSE, apool_message_new_pause (seq, is_paused));
}

static void
apool_wire_proxy_send_ask (ApoolWorkerProxy *worker, guint64 token)
{
  apool_wire_proxy_send (worker, APOOL_MESSAGE_ASK, g_variant_new ("(t)", token));
}

static void
apool_wire_proxy_set_congested (ApoolWorkerProxy *worker, gboolean congested, guint64 except)
{
  ApoolWireProxy *self = APOOL_WIRE_PROXY (worker);
  GHashTableIter iter;
  gpointer job;

  self->is_congested = congested;
  self->except = except;
  g_hash_table_iter_init (&iter, self->jobs);
  while (g_hash_table_iter_next (&iter, &job, NULL))
    apool_wire_proxy_give_credit (self, job);
}

/* The end of its input is what ends a worker. Where its process has ended already, so does its
 * stream, in a moment: that must be heard, for it to be gone. */
static void
apool_wire_proxy_drop_channel (ApoolWireProxy *self)
{
  if (self->channel_is_closed || self->process_has_ended)
    return;
  (void) apool_channel_flush (self->channel);
  g_clear_pointer (&self->channel, apool_channel_free);
  self->channel_is_closed = TRUE;
}

static void
apool_wire_proxy_close (ApoolWorkerProxy *worker)
{
  ApoolWireProxy *self = APOOL_WIRE_PROXY (worker);

  if (self->is_asked)
    return;
  self->is_asked = TRUE;
  self->is_leaving =
      self->has_exit && apool_worker_proxy_is_ready (worker) && !self->channel_is_closed;
  if (self->is_leaving || (self->has_left && !self->channel_is_closed))
    apool_wire_proxy_send (worker, APOOL_MESSAGE_CLOSE, g_variant_new_tuple (NULL, 0));
  else
    apool_wire_proxy_drop_channel (self);
  apool_wire_proxy_await (self);
}

static void
apool_wire_proxy_kill (ApoolWorkerProxy *worker)
{
  ApoolWireProxy *self = APOOL_WIRE_PROXY (worker);

  self->is_asked = TRUE;
  self->is_leaving = FALSE;
  apool_wire_proxy_expect_nothing (self);
  apool_wire_proxy_drop_channel (self);
  if (!self->process_has_ended)
    self->funcs.kill (self->data);
}

static void
apool_wire_proxy_finalize (GObject *object)
{
  ApoolWireProxy *self = APOOL_WIRE_PROXY (object);

  g_clear_pointer (&self->channel, apool_channel_free);
  g_clear_pointer (&self->patience, apool_patience_free);
  g_clear_pointer (&self->urgency, apool_urgency_free);
  g_hash_table_unref (self->jobs);
  g_clear_error (&self->error);
  g_free (self->how);
  G_OBJECT_CLASS (apool_wire_proxy_parent_class)->finalize (object);
}

static void
apool_wire_proxy_class_init (ApoolWireProxyClass *klass)
{
  ApoolWorkerProxyClass *worker_class = APOOL_WORKER_PROXY_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = apool_wire_proxy_finalize;
  worker_class->send_task = apool_wire_proxy_send_task;
  worker_class->send_stream = apool_wire_proxy_send_stream;
  worker_class->send_end = apool_wire_proxy_send_end;
  worker_class->send_recall = apool_wire_proxy_send_recall;
  worker_class->send_terminate = apool_wire_proxy_send_terminate;
  worker_class->send_slots = apool_wire_proxy_send_slots;
  worker_class->send_limit = apool_wire_proxy_send_limit;
  worker_class->send_terminal = apool_wire_proxy_send_terminal;
  worker_class->set_congested = apool_wire_proxy_set_congested;
  worker_class->send_pause = apool_wire_proxy_send_pause;
  worker_class->send_ask = apool_wire_proxy_send_ask;
  worker_class->close = apool_wire_proxy_close;
  worker_class->kill = apool_wire_proxy_kill;
}

static void
apool_wire_proxy_init (ApoolWireProxy *self)
{
  self->jobs = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
}

static const ApoolChannelFuncs apool_wire_proxy_channel_funcs = {
  .opened = apool_wire_proxy_opened_cb,
  .message = apool_wire_proxy_message_cb,
  .closed = apool_wire_proxy_closed_cb,
};

/* Hands out duplicates of @output_fds together with @setup. */
static gboolean
apool_wire_proxy_send_direct_setup (ApoolWireProxy *self,
                                    const ApoolSetup *setup,
                                    const int *output_fds,
                                    GError **error)
{
  static const char what[] = "cannot hand out where jobs write";
  int fds[APOOL_N_STREAMS] = { -1, -1 };
  g_auto (ApoolDraft) draft;

  apool_draft_init (&draft, APOOL_MESSAGE_SETUP);
  if (!apool_channel_passes_fds (self->channel))
    {
      apool_error_set_errno (error, EOPNOTSUPP, "%s", what);
      return FALSE;
    }
  for (int stream = 0; stream < APOOL_N_STREAMS; stream++)
    {
      fds[stream] = fcntl (output_fds[stream], F_DUPFD_CLOEXEC, 3);
      if (fds[stream] >= 0)
        continue;
      apool_error_set_errno (error, errno, "%s", what);
      apool_fd_clear (&fds[APOOL_STREAM_STDOUT]);
      return FALSE;
    }
  apool_draft_add_variant (&draft, apool_message_new_setup (setup));
  apool_channel_post_fds (self->channel, &draft, fds, APOOL_N_STREAMS);
  return TRUE;
}

/* Returns how long it takes to end a job, in milliseconds. What is no sequence is refused by the
 * worker. */
static guint
apool_wire_proxy_measure_termseq (const ApoolSetup *setup)
{
  gboolean is_given = setup->termseq && setup->termseq[0];
  ApoolTermseq termseq;

  return apool_termseq_parse (is_given ? setup->termseq : APOOL_TERMSEQ_DEFAULT, &termseq, NULL)
             ? apool_termseq_get_msec (&termseq)
             : 0;
}

static gboolean
apool_wire_proxy_set_up (ApoolWireProxy *self,
                         const ApoolSetup *setup,
                         const int *output_fds,
                         GError **error)
{
  g_autoptr (GArray) slots = g_array_new (FALSE, FALSE, sizeof (guint));

  self->has_init = setup->init && setup->init[0];
  self->has_exit = setup->exit && setup->exit[0];
  self->hook_timeout_msec = setup->hook_timeout_msec;
  self->max_passed = setup->max_passed;
  self->termseq_msec = apool_wire_proxy_measure_termseq (setup);
  g_array_append_vals (slots, setup->slots, (guint) setup->n_slots);
  apool_worker_proxy_set_slots (APOOL_WORKER_PROXY (self), slots);
  if (setup->is_direct)
    return apool_wire_proxy_send_direct_setup (self, setup, output_fds, error);
  apool_channel_send (self->channel, APOOL_MESSAGE_SETUP, apool_message_new_setup (setup));
  return TRUE;
}

/**
 * apool_wire_proxy_new:
 * @context: where its events come
 * @in_fd: (transfer full): what the worker writes to
 * @out_fd: (transfer full): what it reads from; may be @in_fd
 * @setup: what it needs to know
 * @output_fds: (nullable) (array fixed-size=2): where @setup is direct: where its jobs write; the
 *   worker gets duplicates
 * @timeout_msec: how long it may leave the question for a sign of life unanswered, milliseconds; 0
 *   for %APOOL_PATIENCE_MSEC. It is asked when it owes something and was silent for a third of it
 * @funcs: what can be done with its process, copied
 * @data: (closure): for @funcs
 * @error: (out) (optional): a #GIOErrorEnum; %G_IO_ERROR_NOT_SUPPORTED where @setup is direct and
 *   descriptors cannot travel
 *
 * Returns: (transfer full) (nullable): the worker
 */
ApoolWireProxy *
apool_wire_proxy_new (GMainContext *context,
                      int in_fd,
                      int out_fd,
                      const ApoolSetup *setup,
                      const int *output_fds,
                      guint timeout_msec,
                      const ApoolWireProxyFuncs *funcs,
                      gpointer data,
                      GError **error)
{
  g_autoptr (ApoolWireProxy) self = g_object_new (APOOL_TYPE_WIRE_PROXY, NULL);

  self->funcs = *funcs;
  self->data = data;
  self->channel =
      apool_channel_new (context, in_fd, out_fd, &apool_wire_proxy_channel_funcs, self, error);
  if (!self->channel)
    return NULL;
  self->patience =
      apool_patience_new (context, timeout_msec, &apool_wire_proxy_patience_funcs, self);
  self->urgency = apool_urgency_new (context, &apool_wire_proxy_urgency_funcs, self);
  if (!apool_wire_proxy_set_up (self, setup, output_fds, error))
    return NULL;
  apool_patience_start (self->patience);
  return g_steal_pointer (&self);
}
