/* SPDX-License-Identifier: MIT */
/* How long a silent worker is waited for.
 *
 * That is counted in ticks of a timer, not by the clock: while this process is stopped or does not
 * get to run, nothing is held against a worker. A tick that comes much too late says that it was
 * so, and does not count. */

#include "factory/apool-patience.h"

/* Ticks that may pass after the question for a sign of life. */
#define MAX_SILENT_TICKS 3u

struct _ApoolPatience
{
  GMainContext *context;
  GSource *source; /* (nullable): runs while something is owed */
  guint timeout_msec;
  guint tick_msec;
  guint n_silent_ticks; /* in a row */
  gboolean was_heard;   /* since the last tick */
  gint64 ticked_at;     /* the last tick, microseconds of the monotonic clock */
  ApoolPatienceFuncs funcs;
  gpointer data;
};

/**
 * apool_patience_new:
 * @context: where the functions are called
 * @timeout_msec: for how long no answer is waited for, milliseconds; 0 for %APOOL_PATIENCE_MSEC
 * @funcs: what to call, copied
 * @data: (closure): for @funcs
 *
 * Returns: (transfer full): patience that has not begun
 */
ApoolPatience *
apool_patience_new (GMainContext *context,
                    guint timeout_msec,
                    const ApoolPatienceFuncs *funcs,
                    gpointer data)
{
  ApoolPatience *self = g_new0 (ApoolPatience, 1);

  if (timeout_msec == 0)
    timeout_msec = APOOL_PATIENCE_MSEC;
  self->context = g_main_context_ref (context);
  self->timeout_msec = timeout_msec;
  self->tick_msec = MAX (timeout_msec / MAX_SILENT_TICKS, 1);
  self->funcs = *funcs;
  self->data = data;
  return self;
}

/**
 * apool_patience_free:
 * @self: (transfer full): patience
 */
void
apool_patience_free (ApoolPatience *self)
{
  apool_patience_stop (self);
  g_main_context_unref (self->context);
  g_free (self);
}

/* Counts a tick, unless it is one that this process has slept through. Returns whether it counts.
 */
static gboolean
apool_patience_count (ApoolPatience *self)
{
  gint64 now = g_get_monotonic_time ();
  gboolean is_late = now - self->ticked_at > (gint64) self->tick_msec * 2 * 1000;

  self->ticked_at = now;
  if (self->was_heard)
    self->n_silent_ticks = 0;
  else if (!is_late)
    self->n_silent_ticks++;
  self->was_heard = FALSE;
  return !is_late;
}

/* What it calls last may free it. */
static gboolean
apool_patience_tick_cb (gpointer data)
{
  ApoolPatience *self = data;
  gboolean counts = apool_patience_count (self);

  if (!self->funcs.is_owed (self->data))
    apool_patience_stop (self);
  else if (counts && self->n_silent_ticks == 1)
    self->funcs.ask (self->data);
  else if (counts && self->n_silent_ticks > MAX_SILENT_TICKS &&
           !self->funcs.is_excused (self->data))
    {
      apool_patience_stop (self);
      self->funcs.lost (self->data);
    }
  /* Whoever stops it destroys the source. */
  return G_SOURCE_CONTINUE;
}

/**
 * apool_patience_start:
 * @self: patience
 *
 * Something is owed from now on. It makes no difference where something is owed already.
 */
void
apool_patience_start (ApoolPatience *self)
{
  if (self->source)
    return;
  self->n_silent_ticks = 0;
  self->was_heard = TRUE;
  self->ticked_at = g_get_monotonic_time ();
  self->source = g_timeout_source_new (self->tick_msec);
  g_source_set_callback (self->source, apool_patience_tick_cb, self, NULL);
  g_source_attach (self->source, self->context);
}

/**
 * apool_patience_stop:
 * @self: patience
 *
 * Nothing is owed any more.
 */
void
apool_patience_stop (ApoolPatience *self)
{
  if (!self->source)
    return;
  g_source_destroy (self->source);
  g_source_unref (g_steal_pointer (&self->source));
}

/**
 * apool_patience_hear:
 * @self: patience
 *
 * A sign of life has come.
 */
void
apool_patience_hear (ApoolPatience *self)
{
  self->was_heard = TRUE;
}

/**
 * apool_patience_describe:
 * @self: patience
 *
 * Returns: (transfer full): how long no answer is waited for: "30 s"
 */
char *
apool_patience_describe (const ApoolPatience *self)
{
  char seconds[G_ASCII_DTOSTR_BUF_SIZE];

  (void) g_ascii_formatd (seconds, sizeof seconds, "%.15g", self->timeout_msec / 1000.0);
  return g_strdup_printf ("%s s", seconds);
}
