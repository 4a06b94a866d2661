/* SPDX-License-Identifier: MIT */
/* A worker at the other end of a wire.
 *
 * It is gone when both its stream and its process have ended, in whatever order: what it had
 * written before its death is still read and counts. When the stream ends first and unasked, or
 * says what it must not, the process is killed.
 *
 * A worker that has tasks and is silent is asked for a sign of life, and killed where it gives
 * none. That is counted in ticks of a timer, not by the clock: while this process is stopped or
 * does not get to run, nothing is held against a worker. The timer runs only while a worker has
 * tasks. */

#include "factory/apool-wire-proxy.h"

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "wire/apool-channel.h"

/* How often a worker that has tasks is looked at: milliseconds. */
#define TICK_MSEC 10000u
/* Ticks that a worker may let pass after it was asked for a sign of life. */
#define MAX_SILENT_TICKS 3u

struct _ApoolWireProxy
{
  ApoolWorkerProxy parent_instance;

  ApoolChannel *channel;
  ApoolWireProxyKillFunc kill;
  gpointer data;
  gboolean is_asked; /* its end was asked for */
  gboolean channel_is_closed;
  gboolean process_has_ended;
  gboolean is_congested;
  GMainContext *context;
  GSource *tick_source; /* (nullable): runs while it has tasks */
  guint tick_msec;
  guint n_silent_ticks; /* in a row */
  gboolean was_heard;   /* since the last tick */
  GArray *owed;         /* ApoolWireCredit: to be given when nothing is congested */
  GError *error;        /* (nullable): what went wrong with the dialogue */
  char *how;            /* (nullable): how the process ended */
};

/* Output that was taken and is not acknowledged. */
typedef struct
{
  guint64 seq;
  ApoolStream stream;
  gsize bytes;
} ApoolWireCredit;

G_DEFINE_FINAL_TYPE (ApoolWireProxy, apool_wire_proxy, APOOL_TYPE_WORKER_PROXY)

static void
apool_wire_proxy_settle (ApoolWireProxy *self)
{
  g_autoptr (GError) error = NULL;

  if (!self->channel_is_closed || !self->process_has_ended)
    return;
  if (!self->is_asked)
    g_set_error (&error, APOOL_ERROR, APOOL_ERROR_WORKER_LOST, "%s%s%s",
                 self->how ? self->how : "ended", self->error ? ": " : "",
                 self->error ? self->error->message : "");
  apool_worker_proxy_report_gone (APOOL_WORKER_PROXY (self), error);
}

/**
 * apool_wire_proxy_process_ended:
 * @self: a worker whose process and all jobs of it have ended
 * @how: for people: "killed by signal 9"
 */
void
apool_wire_proxy_process_ended (ApoolWireProxy *self, const char *how)
{
  self->process_has_ended = TRUE;
  g_free (self->how);
  self->how = g_strdup (how);
  apool_wire_proxy_settle (self);
}

/* A closed worker is told nothing any more. */
static void
apool_wire_proxy_send (ApoolWorkerProxy *worker, ApoolMessageType type, GVariant *body)
{
  ApoolWireProxy *self = APOOL_WIRE_PROXY (worker);
  g_autoptr (GVariant) owned = g_variant_ref_sink (body);

  if (self->channel)
    apool_channel_send (self->channel, type, owned);
}

/* ---- signs of life ---- */

static void
apool_wire_proxy_stop_ticks (ApoolWireProxy *self)
{
  if (!self->tick_source)
    return;
  g_source_destroy (self->tick_source);
  g_source_unref (g_steal_pointer (&self->tick_source));
}

/* The last thing done with @self: who is told that it is gone may let it go. */
static void
apool_wire_proxy_lose_patience (ApoolWireProxy *self)
{
  apool_wire_proxy_stop_ticks (self);
  g_set_error (&self->error, APOOL_ERROR, APOOL_ERROR_WORKER_LOST, "it did not answer for %u s",
               self->tick_msec * MAX_SILENT_TICKS / 1000);
  self->kill (self->data);
}

/* A closed channel has no ticks. */
static gboolean
apool_wire_proxy_tick_cb (gpointer data)
{
  ApoolWireProxy *self = data;

  self->n_silent_ticks = self->was_heard ? 0 : self->n_silent_ticks + 1;
  self->was_heard = FALSE;
  if (apool_worker_proxy_get_n_tasks (APOOL_WORKER_PROXY (self)) == 0)
    {
      apool_wire_proxy_stop_ticks (self);
      return G_SOURCE_REMOVE;
    }
  if (self->n_silent_ticks > MAX_SILENT_TICKS)
    {
      apool_wire_proxy_lose_patience (self);
      return G_SOURCE_REMOVE;
    }
  if (self->n_silent_ticks == 1)
    apool_wire_proxy_send (APOOL_WORKER_PROXY (self), APOOL_MESSAGE_PING,
                           g_variant_new ("(t)", (guint64) g_get_monotonic_time ()));
  return G_SOURCE_CONTINUE;
}

static void
apool_wire_proxy_start_ticks (ApoolWireProxy *self)
{
  if (self->tick_source || self->channel_is_closed)
    return;
  self->n_silent_ticks = 0;
  self->was_heard = TRUE;
  self->tick_source = g_timeout_source_new (self->tick_msec);
  g_source_set_callback (self->tick_source, apool_wire_proxy_tick_cb, self, NULL);
  g_source_attach (self->tick_source, self->context);
}

/**
 * apool_wire_proxy_set_patience:
 * @self: a worker without tasks
 * @tick_msec: how often it is looked at, milliseconds: one that has tasks and was silent for so
 * long is asked for a sign of life, and has three times as long to give it
 */
void
apool_wire_proxy_set_patience (ApoolWireProxy *self, guint tick_msec)
{
  self->tick_msec = tick_msec;
}

/* ---- what the worker says ---- */

static void
apool_wire_proxy_give_credit (ApoolWireProxy *self, const ApoolWireCredit *credit)
{
  apool_wire_proxy_send (
      APOOL_WORKER_PROXY (self), APOOL_MESSAGE_CREDIT,
      g_variant_new ("(tuu)", credit->seq, (guint32) credit->stream, (guint32) credit->bytes));
}

static gboolean
apool_wire_proxy_take_output (ApoolWireProxy *self, GVariant *body, GError **error)
{
  ApoolWireCredit credit;
  const char *bytes;

  if (!apool_message_get_output (body, &credit.seq, &credit.stream, &bytes, &credit.bytes, error) ||
      !apool_worker_proxy_report_output (APOOL_WORKER_PROXY (self), credit.seq, credit.stream,
                                         bytes, credit.bytes))
    return FALSE;
  if (self->is_congested)
    g_array_append_val (self->owed, credit);
  else
    apool_wire_proxy_give_credit (self, &credit);
  return TRUE;
}

static gboolean
apool_wire_proxy_take_pipes (ApoolWireProxy *self, ApoolMessage *message)
{
  guint64 seq;
  gboolean fits = message->n_fds == APOOL_N_STREAMS;

  g_variant_get (message->body, "(t)", &seq);
  for (int stream = 0; fits && stream < APOOL_N_STREAMS; stream++)
    fits = apool_worker_proxy_report_pipe (APOOL_WORKER_PROXY (self), seq, (ApoolStream) stream,
                                           apool_fd_steal (&message->fds[stream]));
  return fits;
}

static gboolean
apool_wire_proxy_take_finished (ApoolWireProxy *self, GVariant *body, GError **error)
{
  ApoolWorkerProxy *worker = APOOL_WORKER_PROXY (self);
  ApoolFinished finished;
  g_autoptr (ApoolOutcome) outcome = NULL;
  gboolean fits = TRUE;

  if (!apool_message_get_finished (body, &finished, error))
    return FALSE;
  outcome = finished.outcome;
  for (int stream = 0; fits && stream < APOOL_N_STREAMS; stream++)
    fits = apool_worker_proxy_report_output (worker, finished.seq, (ApoolStream) stream,
                                             finished.data[stream], finished.length[stream]);
  return fits && apool_worker_proxy_report_finished (worker, finished.seq, outcome);
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
apool_wire_proxy_take_started (ApoolWireProxy *self, GVariant *body)
{
  guint64 seq;
  guint32 slot;

  g_variant_get (body, "(tu)", &seq, &slot);
  return apool_worker_proxy_report_started (APOOL_WORKER_PROXY (self), seq, slot);
}

/* Whether @message is one that a worker may send, and fits the books. */
static gboolean
apool_wire_proxy_take (ApoolWireProxy *self, ApoolMessage *message, GError **error)
{
  switch (message->type)
    {
    case APOOL_MESSAGE_STARTED:
      return apool_wire_proxy_take_started (self, message->body);
    case APOOL_MESSAGE_OUTPUT:
      return apool_wire_proxy_take_output (self, message->body, error);
    case APOOL_MESSAGE_PIPES:
      return apool_wire_proxy_take_pipes (self, message);
    case APOOL_MESSAGE_FINISHED:
      return apool_wire_proxy_take_finished (self, message->body, error);
    case APOOL_MESSAGE_RECALLED:
      return apool_wire_proxy_take_recalled (self, message->body);
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
    case APOOL_MESSAGE_HOOK:
    case APOOL_N_MESSAGES:
    default:
      return FALSE;
    }
}

static gboolean
apool_wire_proxy_message_cb (ApoolMessage *message, gpointer data, GError **error)
{
  ApoolWireProxy *self = data;

  self->was_heard = TRUE;
  if (apool_wire_proxy_take (self, message, error))
    return TRUE;
  if (error && !*error)
    g_set_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL, "a report that does not fit (%u)",
                 message->type);
  return FALSE;
}

static void
apool_wire_proxy_opened_cb (const ApoolHello *hello, gpointer data)
{
  apool_worker_proxy_set_process (data, hello->pid, hello->host);
  apool_worker_proxy_report_ready (data);
}

static void
apool_wire_proxy_closed_cb (const GError *error, gpointer data)
{
  g_autoptr (ApoolWireProxy) self = g_object_ref (data);

  self->channel_is_closed = TRUE;
  apool_wire_proxy_stop_ticks (self);
  if (error && !self->error)
    self->error = g_error_copy (error);
  if (!self->process_has_ended)
    self->kill (self->data); /* a worker without a manager ends by itself; this one may not */
  apool_wire_proxy_settle (self);
}

/* ---- what the pool asks ---- */

static void
apool_wire_proxy_send_task (ApoolWorkerProxy *worker, ApoolTask *task, int stdin_fd)
{
  ApoolWireProxy *self = APOOL_WIRE_PROXY (worker);

  apool_wire_proxy_start_ticks (self);
  if (stdin_fd >= 0 && self->channel && apool_channel_passes_fds (self->channel))
    {
      apool_channel_send_fds (self->channel, APOOL_MESSAGE_TASK, apool_message_new_task (task),
                              &stdin_fd, 1);
      return;
    }
  apool_wire_proxy_send (worker, APOOL_MESSAGE_TASK, apool_message_new_task (task));
  apool_fd_clear (&stdin_fd);
}

static void
apool_wire_proxy_send_stream (ApoolWorkerProxy *worker, guint64 seq)
{
  apool_wire_proxy_send (worker, APOOL_MESSAGE_STREAM, g_variant_new ("(t)", seq));
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
}

static void
apool_wire_proxy_send_slots (ApoolWorkerProxy *worker, const GArray *slots)
{
  apool_wire_proxy_send (worker, APOOL_MESSAGE_GRANT, apool_message_new_slots (slots));
}

static void
apool_wire_proxy_set_congested (ApoolWorkerProxy *worker, gboolean congested)
{
  ApoolWireProxy *self = APOOL_WIRE_PROXY (worker);

  self->is_congested = congested;
  for (guint i = 0; !congested && i < self->owed->len; i++)
    apool_wire_proxy_give_credit (self, &g_array_index (self->owed, ApoolWireCredit, i));
  if (!congested)
    g_array_set_size (self->owed, 0);
}

static void
apool_wire_proxy_close (ApoolWorkerProxy *worker)
{
  ApoolWireProxy *self = APOOL_WIRE_PROXY (worker);

  self->is_asked = TRUE;
  apool_wire_proxy_stop_ticks (self);
  if (self->channel_is_closed)
    return;
  /* The end of its input is what ends a worker; what it still says does not matter. */
  (void) apool_channel_flush (self->channel);
  g_clear_pointer (&self->channel, apool_channel_free);
  self->channel_is_closed = TRUE;
}

static void
apool_wire_proxy_kill (ApoolWorkerProxy *worker)
{
  ApoolWireProxy *self = APOOL_WIRE_PROXY (worker);

  apool_wire_proxy_close (worker);
  if (!self->process_has_ended)
    self->kill (self->data);
}

static void
apool_wire_proxy_finalize (GObject *object)
{
  ApoolWireProxy *self = APOOL_WIRE_PROXY (object);

  apool_wire_proxy_stop_ticks (self);
  g_clear_pointer (&self->channel, apool_channel_free);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_array_unref (self->owed);
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
  worker_class->send_recall = apool_wire_proxy_send_recall;
  worker_class->send_terminate = apool_wire_proxy_send_terminate;
  worker_class->send_slots = apool_wire_proxy_send_slots;
  worker_class->set_congested = apool_wire_proxy_set_congested;
  worker_class->close = apool_wire_proxy_close;
  worker_class->kill = apool_wire_proxy_kill;
}

static void
apool_wire_proxy_init (ApoolWireProxy *self)
{
  self->owed = g_array_new (FALSE, FALSE, sizeof (ApoolWireCredit));
}

static const ApoolChannelFuncs apool_wire_proxy_channel_funcs = {
  .opened = apool_wire_proxy_opened_cb,
  .message = apool_wire_proxy_message_cb,
  .closed = apool_wire_proxy_closed_cb,
};

/**
 * apool_wire_proxy_new:
 * @context: where its events come
 * @in_fd: (transfer full): what the worker writes to
 * @out_fd: (transfer full): what it reads from; may be @in_fd
 * @setup: what it needs to know
 * @kill: ends its process
 * @data: (closure): for @kill
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: (transfer full) (nullable): the worker
 */
ApoolWireProxy *
apool_wire_proxy_new (GMainContext *context,
                      int in_fd,
                      int out_fd,
                      const ApoolSetup *setup,
                      ApoolWireProxyKillFunc kill,
                      gpointer data,
                      GError **error)
{
  g_autoptr (ApoolWireProxy) self = g_object_new (APOOL_TYPE_WIRE_PROXY, NULL);
  g_autoptr (GArray) slots = g_array_new (FALSE, FALSE, sizeof (guint));

  self->kill = kill;
  self->data = data;
  self->context = g_main_context_ref (context);
  self->tick_msec = TICK_MSEC;
  self->channel =
      apool_channel_new (context, in_fd, out_fd, &apool_wire_proxy_channel_funcs, self, error);
  if (!self->channel)
    return NULL;
  g_array_append_vals (slots, setup->slots, (guint) setup->n_slots);
  apool_worker_proxy_set_slots (APOOL_WORKER_PROXY (self), slots);
  apool_channel_send (self->channel, APOOL_MESSAGE_SETUP, apool_message_new_setup (setup));
  return g_steal_pointer (&self);
}
