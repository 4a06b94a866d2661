/* SPDX-License-Identifier: MIT */
/* What a crew does when a worker is gone, or could not be made: what becomes of its tasks, its
 * slots and its seat, how long it takes until another one is tried, and when there is no hope left
 * that any will stay. */

#include <gio/gio.h>

#include "base/apool-error.h"
#include "pool/apool-crew-private.h"

/* Workers one after the other that could not be made, or were lost before they started any task,
 * and none was started between: then it is not chance. */
#define MAX_FRUITLESS_WORKERS 3u
/* One that is on its way where fewer were lost in a row may well arrive. */
#define MAX_HOPEFUL_LOSSES 2u
#define MAX_LOSSES 3u         /* in a row: then tasks that belong to a seat look for another one */
#define MAX_DELAY_MSEC 30000u /* no delay is longer */

/* ---- delays ---- */

static guint
apool_crew_get_delay (ApoolCrew *self, guint n_times)
{
  guint64 delay = self->limits.delay_msec;

  for (guint i = 1; i < n_times && delay < MAX_DELAY_MSEC; i++)
    delay *= 2;
  return n_times > 0 ? (guint) MIN (delay, MAX_DELAY_MSEC) : 0;
}

/* For the crew only. */
void
apool_crew_stop_delay (GSource **source)
{
  if (!*source)
    return;
  g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static GSource *
apool_crew_start_delay (ApoolCrew *self, guint msec, GSourceFunc func, gpointer data)
{
  GSource *source = g_timeout_source_new (msec);

  g_source_set_callback (source, func, data, NULL);
  g_source_attach (source, self->context);
  return source;
}

/* Workers may be made again where there is need. */
static void
apool_crew_end_shortage (ApoolCrew *self)
{
  apool_crew_stop_delay (&self->short_source);
  apool_roster_set_growing (self->roster, TRUE);
}

/* ---- loss ---- */

static void
apool_crew_lose_tasks (ApoolCrew *self, ApoolMember *member, const char *why)
{
  ApoolPost *post = member->post;
  g_autoptr (GPtrArray) started =
      g_ptr_array_new_with_free_func ((GDestroyNotify) apool_task_unref);
  g_autoptr (GPtrArray) waiting =
      g_ptr_array_new_with_free_func ((GDestroyNotify) apool_task_unref);

  apool_worker_proxy_take_tasks (member->proxy, started, waiting);
  for (guint i = 0; i < started->len; i++)
    {
      ApoolTask *task = g_ptr_array_index (started, i);

      apool_crew_let_go (self, member, task);
      if (!apool_task_is_hook (task))
        post->n_lost++;
      self->funcs.lost (task, why, post->seat->number, self->data);
    }
  for (guint i = 0; i < waiting->len; i++)
    apool_crew_let_go (self, member, g_ptr_array_index (waiting, i));
  self->funcs.returned (waiting, self->data);
}

static gboolean
apool_crew_reopen_cb (gpointer data)
{
  ApoolPost *post = data;
  ApoolCrew *self = post->crew;

  apool_crew_stop_delay (&post->delay_source);
  apool_crew_set_state (self, post, APOOL_SEAT_EMPTY);
  apool_crew_set_registered (self, post, TRUE);
  self->funcs.changed (self->data);
  return G_SOURCE_REMOVE;
}

/* Nobody works in the seat, where one was lost: it is free for the next one, at once or after a
 * while. Returns how long that is, in milliseconds. */
static guint
apool_crew_vacate (ApoolCrew *self, ApoolPost *post)
{
  guint delay = post->n_losses > 1 ? apool_crew_get_delay (self, post->n_losses - 1) : 0;

  apool_crew_stop_delay (&post->delay_source);
  if (delay == 0 || self->is_ending)
    {
      apool_crew_set_state (self, post, APOOL_SEAT_EMPTY);
      return 0;
    }
  apool_crew_set_state (self, post, APOOL_SEAT_SHUT);
  if (post->n_losses >= MAX_LOSSES)
    apool_crew_set_registered (self, post, FALSE);
  post->delay_source = apool_crew_start_delay (self, delay, apool_crew_reopen_cb, post);
  return delay;
}

/* From here on nobody speaks to the worker, and its slots are free. Returns how long it takes until
 * there may be another one in its place. */
static guint
apool_crew_forget (ApoolCrew *self, ApoolMember *member, gboolean is_lost)
{
  ApoolPost *post = member->post;
  gboolean leaves_gap = post->active == member || (is_lost && !post->active);
  guint index;
  guint delay = 0;

  g_ptr_array_find (self->members, member, &index);
  g_ptr_array_steal_index_fast (self->members, index);
  apool_crew_excuse (self, member->proxy);
  if (!apool_worker_proxy_is_ready (member->proxy))
    self->n_unready--;
  apool_post_take_all_slots (post, member);
  self->n_above -= member->n_above;
  if (post->active == member)
    {
      post->active = NULL;
      apool_roster_detach_tasks (self->roster, post->seat);
    }
  else
    {
      g_queue_remove (&post->retiring, member);
      g_ptr_array_remove_fast (self->retiring, member);
    }
  if (leaves_gap)
    delay = apool_crew_vacate (self, post);
  member->is_retiring = TRUE; /* its tasks are no longer its seat's */
  apool_crew_grant (self, post);
  apool_crew_end_shortage (self); /* the machine has got something back */
  return delay;
}

/* Whether there is a worker of which something can be hoped: one that is there, or on its way where
 * it is not yet known to be in vain. Where all prepare themselves in vain, another one is always on
 * its way. */
static gboolean
apool_crew_has_hope (ApoolCrew *self)
{
  for (guint i = 0; i < self->members->len; i++)
    {
      const ApoolMember *member = g_ptr_array_index (self->members, i);

      if (apool_worker_proxy_is_ready (member->proxy) ||
          member->post->n_losses < MAX_HOPEFUL_LOSSES)
        return TRUE;
    }
  return FALSE;
}

/* Whether it has become likely that no worker can be kept. */
static gboolean
apool_crew_has_failed (ApoolCrew *self)
{
  return !self->is_ending && self->n_fruitless >= MAX_FRUITLESS_WORKERS &&
         !apool_crew_has_hope (self);
}

/* For the crew only. */
void
apool_crew_gone_cb (ApoolWorkerProxy *worker, const GError *error, gpointer data)
{
  ApoolMember *member = data;
  ApoolPost *post = member->post;
  ApoolCrew *self = post->crew;
  const char *why = error ? error->message : "its worker was ended";
  /* At the end of all, one that was still being prepared has nothing to lose. */
  gboolean is_loss = error && (!self->is_ending || apool_worker_proxy_is_ready (worker));
  ApoolWorkerEvent event = {
    .kind = is_loss ? APOOL_WORKER_LOST : APOOL_WORKER_ENDED,
    .why = is_loss ? why : NULL,
  };
  gboolean has_failed;

  if (error)
    {
      post->n_losses++;
      self->n_fruitless += !apool_worker_proxy_has_worked (member->proxy);
    }
  apool_post_describe (post, member, &event.state);
  event.delay_msec = apool_crew_forget (self, member, error != NULL);
  has_failed = error && apool_crew_has_failed (self);
  if (has_failed)
    event.delay_msec = 0; /* there is no next one */
  self->funcs.event (&event, self->data);
  apool_crew_lose_tasks (self, member, why);
  if (has_failed)
    self->funcs.failed (g_error_new (error->domain, error->code, "no worker stays alive: %s", why),
                        self->data);
  apool_member_free (member);
  self->funcs.changed (self->data);
}

/* ---- shortage ---- */

static gboolean
apool_crew_go_on_cb (gpointer data)
{
  ApoolCrew *self = data;

  apool_crew_end_shortage (self);
  self->funcs.changed (self->data);
  return G_SOURCE_REMOVE;
}

/* Whether the first worker cannot be made, for want of descriptors: nothing that this process has
 * open will be closed meanwhile. The end of the run says it all. */
static gboolean
apool_crew_is_hopeless (const ApoolCrew *self, const GError *error)
{
  return !self->is_ending && !self->has_made &&
         g_error_matches (error, APOOL_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES);
}

/* For the crew only. No worker could be made: tries no other one for a while, or until one has
 * gone. */
void
apool_crew_run_short (ApoolCrew *self, ApoolPost *post, const GError *error)
{
  guint delay = apool_crew_get_delay (self, ++self->n_not_made);
  ApoolWorkerEvent event = {
    .kind = APOOL_WORKER_NOT_MADE,
    .why = error->message,
    .delay_msec = delay,
  };
  gboolean has_failed;

  if (apool_crew_is_hopeless (self, error))
    {
      self->funcs.failed (g_error_copy (error), self->data);
      return;
    }
  self->n_fruitless++;
  has_failed = apool_crew_has_failed (self);
  if (has_failed)
    event.delay_msec = 0;
  apool_post_describe (post, NULL, &event.state);
  self->funcs.event (&event, self->data);
  if (has_failed)
    self->funcs.failed (g_error_copy (error), self->data);
  if (self->is_ending || (delay == 0 && self->members->len == 0))
    return;
  apool_roster_set_growing (self->roster, FALSE);
  apool_crew_stop_delay (&self->short_source);
  if (delay > 0)
    self->short_source = apool_crew_start_delay (self, delay, apool_crew_go_on_cb, self);
}
