/* SPDX-License-Identifier: MIT */
/* Whether it pays to let the next job run ahead.
 *
 * What a job writes before its turn goes to the disk and back, which is dearer than all else that
 * is done with it. That buys time where jobs compute. Where they write faster than bytes can be
 * taken and can leave, as copies do, nothing can be gained: the live one's turn is over soon, and
 * the next one's output could leave uncopied then. That is so while pipes are full whenever they
 * are looked at. As long as it is the pipes of those that wait are not read: they are held back,
 * each for a moment only, since the job behind it may be one that computes.
 *
 * There is a timer while somebody is held back, and only then. */

#include "sinks/apool-pace.h"

/* So much has to come in so long a time from pipes that were full: 200 MiB/s. A job that computes
 * may write as fast, but then its pipe is emptied before it is full. */
#define WINDOW_USEC (10 * G_TIME_SPAN_MILLISECOND)
#define FAST_BYTES ((guint64) 2 * 1024 * 1024)

typedef struct
{
  GSource source;
  ApoolPace *pace;
} ApoolPaceSource;

struct _ApoolPace
{
  GSource *source;
  ApoolPaceFunc func;
  gint64 window_start; /* monotonic time */
  guint64 n_waited;    /* bytes that came from full pipes, since then */
  gboolean is_fast;    /* in the window before */
  GQueue held; /* of ApoolPaced, by their links; who has waited longest is not always first */
};

/* Begins a new window where one is over. */
static void
apool_pace_look (ApoolPace *self, gint64 now)
{
  gint64 length = now - self->window_start;

  if (length < WINDOW_USEC)
    return;
  self->is_fast = self->n_waited / FAST_BYTES >= (guint64) (length / WINDOW_USEC);
  self->window_start = now;
  self->n_waited = 0;
}

static gboolean
apool_pace_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  ApoolPace *self = ((ApoolPaceSource *) source)->pace;
  gint64 now = g_get_monotonic_time ();

  apool_pace_look (self, now);
  for (GList *link = self->held.head, *next; link; link = next)
    {
      ApoolPaced *paced = link->data;

      next = link->next;
      if (self->is_fast && now - paced->since < paced->patience)
        continue;
      apool_pace_release (self, paced);
      self->func (paced);
    }
  g_source_set_ready_time (source, self->held.head ? now + WINDOW_USEC : -1);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs apool_pace_source_funcs = {
  .dispatch = apool_pace_dispatch,
};

/**
 * apool_pace_new:
 * @context: where @func is called
 * @func: told of one that is held back no longer; must not free or release others
 *
 * Returns: (transfer full): a pace, of nothing so far
 */
ApoolPace *
apool_pace_new (GMainContext *context, ApoolPaceFunc func)
{
  ApoolPace *self = g_new0 (ApoolPace, 1);

  self->func = func;
  self->window_start = g_get_monotonic_time ();
  g_queue_init (&self->held);
  self->source = g_source_new (&apool_pace_source_funcs, sizeof (ApoolPaceSource));
  ((ApoolPaceSource *) self->source)->pace = self;
  g_source_set_static_name (self->source, "apool-pace");
  g_source_attach (self->source, context);
  return self;
}

/**
 * apool_pace_free:
 * @self: (transfer full): a pace that holds nobody back
 */
void
apool_pace_free (ApoolPace *self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_free (self);
}

/**
 * apool_pace_note:
 * @self: a pace
 * @n_bytes: how many were taken from a pipe whose writer had to wait for that
 */
void
apool_pace_note (ApoolPace *self, gsize n_bytes)
{
  apool_pace_look (self, g_get_monotonic_time ());
  self->n_waited += n_bytes;
}

/**
 * apool_paced_init:
 * @paced: (out): one that was never held back
 */
void
apool_paced_init (ApoolPaced *paced)
{
  *paced = (ApoolPaced){ .patience = APOOL_PACE_PATIENCE_USEC };
  paced->link.data = paced;
}

/**
 * apool_pace_hold:
 * @self: a pace
 * @paced: one whose bytes could be taken, but could not leave
 *
 * Returns: whether it is held back, until it is told or released
 */
gboolean
apool_pace_hold (ApoolPace *self, ApoolPaced *paced)
{
  gint64 now = g_get_monotonic_time ();

  apool_pace_look (self, now);
  if (paced->is_held || !self->is_fast || paced->patience <= 0)
    return paced->is_held;
  paced->is_held = TRUE;
  paced->since = now;
  g_queue_push_tail_link (&self->held, &paced->link);
  if (self->held.length == 1)
    g_source_set_ready_time (self->source, now + WINDOW_USEC);
  return TRUE;
}

/**
 * apool_pace_release:
 * @self: a pace
 * @paced: one that may be held back, and is not any more; it is not told
 */
void
apool_pace_release (ApoolPace *self, ApoolPaced *paced)
{
  if (!paced->is_held)
    return;
  paced->is_held = FALSE;
  paced->patience -= g_get_monotonic_time () - paced->since;
  g_queue_unlink (&self->held, &paced->link);
}
