/* SPDX-License-Identifier: MIT */
/* The workers of a pool.
 *
 * A worker is made when its seat is given a task and has none. It is handed tasks until it is
 * lost, or has had as many as one worker may have: then it retires, works off what it has, and is
 * closed. The worker after it is made at once, before there is a slot for it, and takes the slots
 * over one by one, so that none stays empty for longer than a message takes.
 *
 * What a lost worker had started is lost; the rest is nobody's again. The first loss is made good
 * at once. One that follows before any task was finished there has its seat shut for a while, twice
 * as long each time, and the scheduler is told when that begins to look serious. Where a worker
 * cannot be made at all no further one is tried for a while, or until another has gone and given
 * something back. When nobody is left of whom something can be hoped, after several that never
 * worked, the crew has failed. */

#include "pool/apool-crew-private.h"

/* Workers one after the other that could not be made, or were lost before they started any task,
 * and none was started between: then it is not chance. */
#define MAX_FRUITLESS_WORKERS 3u
/* One that is on its way where fewer were lost in a row may well arrive. */
#define MAX_HOPEFUL_LOSSES 2u
#define MAX_LOSSES 3u         /* in a row: then tasks that belong to a seat look for another one */
#define MAX_DELAY_MSEC 30000u /* no delay is longer */

/* ---- what people are told ---- */

/* For the crew only. Last of all that is done about something: who hears of it may end
 * everything. */
void
apool_crew_tell (ApoolCrew *self, ApoolMember *member, ApoolWorkerEventKind kind, guint count)
{
  ApoolWorkerEvent event = { .kind = kind, .count = count };

  apool_post_describe (member->post, member, &event.state);
  self->funcs.event (&event, self->data);
}

/* ---- delays ---- */

static guint
apool_crew_get_delay (ApoolCrew *self, guint n_times)
{
  guint64 delay = self->limits.delay_msec;

  for (guint i = 1; i < n_times && delay < MAX_DELAY_MSEC; i++)
    delay *= 2;
  return n_times > 0 ? (guint) MIN (delay, MAX_DELAY_MSEC) : 0;
}

static void
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

/* ---- seats ---- */

/* Workers may be made again where there is need. */
static void
apool_crew_end_shortage (ApoolCrew *self)
{
  apool_crew_stop_delay (&self->short_source);
  apool_roster_set_growing (self->roster, TRUE);
}

/* ---- one member ---- */

static void apool_crew_relieve (ApoolCrew *self, ApoolMember *member);

/* A task needs its slot no more. */
static void
apool_crew_free_slot (ApoolCrew *self, ApoolMember *member, ApoolTask *task)
{
  apool_roster_remove_task (self->roster, member->is_retiring ? NULL : member->post->seat,
                            apool_task_get_traits (task)->weight);
}

/* A task is no longer @member's. */
static void
apool_crew_let_go (ApoolCrew *self, ApoolMember *member, ApoolTask *task)
{
  guint64 seq = apool_task_get_seq (task);

  self->n_tasks--;
  if (!member->exited || !g_hash_table_remove (member->exited, &seq))
    apool_crew_free_slot (self, member, task);
}

static void
apool_crew_ready_cb (ApoolWorkerProxy *worker, gpointer data)
{
  ApoolMember *member = data;
  ApoolCrew *self = member->post->crew;

  self->n_not_made = 0;
  self->n_unready--;
  if (!member->is_retiring)
    apool_crew_set_state (self, member->post, APOOL_SEAT_READY);
  apool_crew_tell (self, member, APOOL_WORKER_READY, 0);
  self->funcs.changed (self->data);
}

static void
apool_crew_hook_cb (ApoolWorkerProxy *worker, const ApoolHookReport *report, gpointer data)
{
  ApoolMember *member = data;
  ApoolCrew *self = member->post->crew;

  self->funcs.hook (member->post->seat->number, report, self->data);
}

static void
apool_crew_started_cb (ApoolWorkerProxy *worker, ApoolTask *task, gpointer data)
{
  ApoolMember *member = data;
  ApoolCrew *self = member->post->crew;
  const ApoolPlace place = {
    .worker = member->post->seat->number,
    .slot = apool_worker_proxy_get_slot (worker, apool_task_get_seq (task)),
  };

  self->n_fruitless = 0;
  self->funcs.started (task, &place, self->data);
  if (!member->is_retiring)
    return;
  apool_crew_relieve (self, member);
  self->funcs.changed (self->data);
}

static void
apool_crew_exited_cb (ApoolWorkerProxy *worker, ApoolTask *task, gpointer data)
{
  ApoolMember *member = data;
  ApoolCrew *self = member->post->crew;
  guint64 seq = apool_task_get_seq (task);

  if (!member->exited)
    member->exited = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  g_hash_table_add (member->exited, g_memdup2 (&seq, sizeof seq));
  apool_crew_free_slot (self, member, task);
  apool_crew_relieve (self, member);
  self->funcs.changed (self->data);
}

static void
apool_crew_output_cb (ApoolWorkerProxy *worker,
                      ApoolTask *task,
                      ApoolStream stream,
                      const char *bytes,
                      gsize length,
                      gpointer data)
{
  ApoolCrew *self = ((ApoolMember *) data)->post->crew;

  self->funcs.output (task, stream, bytes, length, self->data);
}

static void
apool_crew_pipe_cb (
    ApoolWorkerProxy *worker, ApoolTask *task, ApoolStream stream, int fd, gpointer data)
{
  ApoolCrew *self = ((ApoolMember *) data)->post->crew;

  self->funcs.pipe (task, stream, fd, self->data);
}

static void
apool_crew_finished_cb (ApoolWorkerProxy *worker,
                        ApoolTask *task,
                        ApoolOutcome *outcome,
                        gpointer data)
{
  ApoolMember *member = data;
  ApoolCrew *self = member->post->crew;

  member->post->n_losses = 0;
  if (!apool_task_is_hook (task))
    member->post->n_done++;
  apool_crew_let_go (self, member, task);
  self->funcs.finished (task, outcome, member->post->seat->number, self->data);
  apool_crew_relieve (self, member);
  self->funcs.changed (self->data);
}

static void
apool_crew_left_cb (ApoolWorkerProxy *worker, const ApoolLeak *leak, gpointer data)
{
  ApoolCrew *self = ((ApoolMember *) data)->post->crew;

  self->funcs.left (leak, self->data);
}

static void
apool_crew_recalled_cb (ApoolWorkerProxy *worker, GPtrArray *tasks, gpointer data)
{
  ApoolMember *member = data;
  ApoolCrew *self = member->post->crew;

  for (guint i = 0; i < tasks->len; i++)
    {
      ApoolTask *task = g_ptr_array_index (tasks, i);

      apool_crew_let_go (self, member, task);
      member->n_handed -= apool_task_is_hook (task) ? 0 : 1;
    }
  self->funcs.returned (tasks, self->data);
  apool_crew_relieve (self, member);
  apool_crew_call_back_stranded (self, member);
  self->funcs.changed (self->data);
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

static void
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

static const ApoolWorkerEvents apool_crew_events = {
  .ready = apool_crew_ready_cb,
  .hook = apool_crew_hook_cb,
  .started = apool_crew_started_cb,
  .exited = apool_crew_exited_cb,
  .stopped = apool_crew_stopped_cb,
  .output = apool_crew_output_cb,
  .pipe = apool_crew_pipe_cb,
  .finished = apool_crew_finished_cb,
  .left = apool_crew_left_cb,
  .recalled = apool_crew_recalled_cb,
  .revoked = apool_crew_revoked_cb,
  .answered = apool_crew_answered_cb,
  .gone = apool_crew_gone_cb,
};

/* ---- making ---- */

static gboolean
apool_crew_go_on_cb (gpointer data)
{
  ApoolCrew *self = data;

  apool_crew_end_shortage (self);
  self->funcs.changed (self->data);
  return G_SOURCE_REMOVE;
}

/* No worker could be made: tries no other one for a while, or until one has gone. */
static void
apool_crew_run_short (ApoolCrew *self, ApoolPost *post, const GError *error)
{
  guint delay = apool_crew_get_delay (self, ++self->n_not_made);
  ApoolWorkerEvent event = {
    .kind = APOOL_WORKER_NOT_MADE,
    .why = error->message,
    .delay_msec = delay,
  };
  gboolean has_failed;

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

static gboolean
apool_crew_make (ApoolCrew *self, ApoolPost *post)
{
  g_autoptr (GError) error = NULL;
  ApoolWorkerProxy *proxy = apool_worker_factory_create_worker (self->factory, post->seat->number,
                                                                post->free_slots, &error);
  ApoolMember *member;

  if (!proxy)
    {
      apool_crew_run_short (self, post, error);
      return FALSE;
    }
  member = apool_member_new (post, proxy);
  g_ptr_array_add (self->members, member);
  self->n_unready++;
  post->active = member;
  g_array_set_size (post->free_slots, 0);
  apool_crew_set_state (self, post, APOOL_SEAT_STARTING);
  apool_worker_proxy_set_events (proxy, &apool_crew_events, member);
  apool_worker_proxy_set_congested (proxy, self->is_congested, self->uncongested);
  if (self->is_paused)
    apool_worker_proxy_set_paused (proxy, 0, TRUE);
  apool_crew_tell (self, member, APOOL_WORKER_MADE, 0);
  return TRUE;
}

/* ---- retiring ---- */

/* Takes from a retiring worker what it needs no more: slots, and at last its life. */
static void
apool_crew_relieve (ApoolCrew *self, ApoolMember *member)
{
  ApoolPost *post = member->post;

  if (!member->is_retiring || member->is_closed || self->is_ending)
    return;
  apool_post_take_spare_slots (post, member);
  apool_crew_recount (self, member);
  if (apool_worker_proxy_get_n_tasks (member->proxy) == 0)
    {
      member->is_closed = TRUE;
      apool_worker_proxy_close (member->proxy);
      apool_crew_tell (self, member, APOOL_WORKER_CLOSED, 0);
    }
  apool_crew_grant (self, post);
  /* Not while workers are being lost there: that would go on without a delay. */
  if (post->seat->state == APOOL_SEAT_EMPTY && post->n_losses == 0 &&
      apool_post_may_be_staffed_ahead (post) && self->funcs.wants_more (self->data))
    (void) apool_crew_make (self, post); /* where it fails it is tried again with the next task */
}

static void
apool_crew_retire (ApoolCrew *self, ApoolMember *member)
{
  ApoolPost *post = member->post;

  member->is_retiring = TRUE;
  post->active = NULL;
  g_queue_push_tail (&post->retiring, member);
  g_ptr_array_add (self->retiring, member);
  apool_roster_detach_tasks (self->roster, post->seat);
  apool_crew_set_state (self, post, APOOL_SEAT_EMPTY);
  apool_crew_tell (self, member, APOOL_WORKER_RETIRING, 0);
  apool_crew_relieve (self, member);
}

/* ---- what the pool asks ---- */

/**
 * apool_crew_new:
 * @context: where delays end
 * @factory: where workers come from
 * @roster: of seats that are shut and have no slots; outlives the crew
 * @scheduler: to be told which seats can be used; outlives the crew
 * @limits: how many
 * @funcs: what to tell
 * @data: (closure): for @funcs
 *
 * Returns: (transfer full): a crew without workers, all seats open
 */
ApoolCrew *
apool_crew_new (GMainContext *context,
                ApoolWorkerFactory *factory,
                ApoolRoster *roster,
                ApoolScheduler *scheduler,
                const ApoolCrewLimits *limits,
                const ApoolCrewFuncs *funcs,
                gpointer data)
{
  ApoolCrew *self = g_new0 (ApoolCrew, 1);

  self->context = g_main_context_ref (context);
  self->factory = g_object_ref (factory);
  self->roster = roster;
  self->scheduler = scheduler;
  self->limits = *limits;
  self->funcs = *funcs;
  self->data = data;
  self->posts = g_ptr_array_new_with_free_func ((GDestroyNotify) apool_post_free);
  self->members = g_ptr_array_new ();
  self->retiring = g_ptr_array_new ();
  self->surveys = g_ptr_array_new_with_free_func ((GDestroyNotify) apool_survey_free);
  apool_crew_open_posts (self);
  return self;
}

static void
apool_crew_stop_delays (ApoolCrew *self)
{
  apool_crew_stop_delay (&self->short_source);
  for (guint i = 0; i < self->posts->len; i++)
    apool_crew_stop_delay (&((ApoolPost *) g_ptr_array_index (self->posts, i))->delay_source);
}

/**
 * apool_crew_free:
 * @self: (transfer full): a crew
 */
void
apool_crew_free (ApoolCrew *self)
{
  apool_crew_stop_delays (self);
  g_ptr_array_unref (self->surveys);
  for (guint i = 0; i < self->members->len; i++)
    apool_member_free (g_ptr_array_index (self->members, i));
  g_ptr_array_unref (self->members);
  g_ptr_array_unref (self->retiring);
  g_ptr_array_unref (self->posts);
  g_object_unref (self->factory);
  g_main_context_unref (self->context);
  g_free (self);
}

/* For the crew only. */
ApoolPost *
apool_crew_get_post (ApoolCrew *self, const ApoolSeat *seat)
{
  return g_ptr_array_index (self->posts, seat->number - 1);
}

/**
 * apool_crew_staff_seat:
 * @self: a crew
 * @seat: a seat that is not shut
 *
 * Sees to it that there is a worker in @seat.
 *
 * Returns: whether there is; where it could not be made, when to try again has been seen to
 */
gboolean
apool_crew_staff_seat (ApoolCrew *self, ApoolSeat *seat)
{
  ApoolPost *post = apool_crew_get_post (self, seat);

  return post->active || apool_crew_make (self, post);
}

/**
 * apool_crew_hand_task:
 * @self: a crew
 * @seat: a seat with a worker
 * @task: a task that nobody has
 * @stdin_fd: (transfer full): its standard input, or -1 for none
 */
void
apool_crew_hand_task (ApoolCrew *self, ApoolSeat *seat, ApoolTask *task, int stdin_fd)
{
  ApoolMember *member = apool_crew_get_post (self, seat)->active;

  self->n_tasks++;
  member->n_handed += apool_task_is_hook (task) ? 0 : 1;
  apool_roster_add_task (self->roster, seat, apool_task_get_traits (task)->weight);
  apool_worker_proxy_queue_task (member->proxy, task, stdin_fd);
  if (self->limits.max_tasks > 0 && member->n_handed >= self->limits.max_tasks)
    apool_crew_retire (self, member);
}

/**
 * apool_crew_stream_task:
 * @self: a crew
 * @seq: a task's number
 *
 * Returns: whether somebody has that task, and was told to send its output as it is written
 */
gboolean
apool_crew_stream_task (ApoolCrew *self, guint64 seq)
{
  for (guint i = 0; i < self->members->len; i++)
    {
      ApoolMember *member = g_ptr_array_index (self->members, i);

      if (!member->is_closed && apool_worker_proxy_stream_task (member->proxy, seq))
        return TRUE;
    }
  return FALSE;
}

/**
 * apool_crew_set_congested:
 * @self: a crew
 * @congested: whether streamed output has to wait
 * @except: the task whose output has not; 0: none
 */
void
apool_crew_set_congested (ApoolCrew *self, gboolean congested, guint64 except)
{
  self->is_congested = congested;
  self->uncongested = except;
  for (guint i = 0; i < self->members->len; i++)
    {
      ApoolMember *member = g_ptr_array_index (self->members, i);

      if (!member->is_closed)
        apool_worker_proxy_set_congested (member->proxy, congested, except);
    }
}

/* No worker is made any more. */
static void
apool_crew_end (ApoolCrew *self)
{
  self->is_ending = TRUE;
  apool_crew_stop_delays (self);
}

/**
 * apool_crew_close:
 * @self: a crew without tasks
 *
 * Has all workers end in order.
 */
void
apool_crew_close (ApoolCrew *self)
{
  apool_crew_end (self);
  for (guint i = 0; i < self->members->len; i++)
    {
      ApoolMember *member = g_ptr_array_index (self->members, i);

      if (member->is_closed)
        continue;
      member->is_closed = TRUE;
      apool_worker_proxy_close (member->proxy);
      apool_crew_tell (self, member, APOOL_WORKER_CLOSED, 0);
    }
}

/**
 * apool_crew_terminate:
 * @self: a crew
 *
 * Has all tasks ended that run, and the others given back. That goes for workers as well of which
 * nothing has been heard, since they may run something by now, and for those that are closed: what
 * they run before they end is ended too.
 */
void
apool_crew_terminate (ApoolCrew *self)
{
  apool_crew_end (self);
  for (guint i = 0; i < self->members->len; i++)
    apool_worker_proxy_terminate (((ApoolMember *) g_ptr_array_index (self->members, i))->proxy);
}

/**
 * apool_crew_kill:
 * @self: a crew
 *
 * Ends all workers by force, with all that they run.
 */
void
apool_crew_kill (ApoolCrew *self)
{
  apool_crew_end (self);
  for (guint i = 0; i < self->members->len; i++)
    {
      ApoolMember *member = g_ptr_array_index (self->members, i);

      member->is_closed = TRUE;
      apool_worker_proxy_kill (member->proxy);
    }
}

/**
 * apool_crew_get_n_tasks:
 * @self: a crew
 *
 * Returns: how many tasks its workers have, waiting and running
 */
guint
apool_crew_get_n_tasks (const ApoolCrew *self)
{
  return self->n_tasks;
}

/**
 * apool_crew_get_n_workers:
 * @self: a crew
 *
 * Returns: how many workers there are that have not ended
 */
guint
apool_crew_get_n_workers (const ApoolCrew *self)
{
  return self->members->len;
}

static int
apool_crew_compare (gconstpointer a, gconstpointer b)
{
  const ApoolWorkerState *first = a;
  const ApoolWorkerState *second = b;

  if (first->number != second->number)
    return first->number < second->number ? -1 : 1;
  return second->is_retiring - first->is_retiring;
}

/**
 * apool_crew_list_workers:
 * @self: a crew
 *
 * Returns: (transfer full) (element-type ApoolWorkerState): its workers, by number, those that
 *   retire before those that replace them; a place that has lost its worker is among them. The
 * hosts are theirs, and valid as long as they are
 */
GArray *
apool_crew_list_workers (ApoolCrew *self)
{
  GArray *states = g_array_new (FALSE, FALSE, sizeof (ApoolWorkerState));
  ApoolWorkerState state;

  for (guint i = 0; i < self->members->len; i++)
    {
      const ApoolMember *member = g_ptr_array_index (self->members, i);

      apool_post_describe (member->post, member, &state);
      g_array_append_val (states, state);
    }
  for (guint i = 0; i < self->posts->len; i++)
    {
      const ApoolPost *post = g_ptr_array_index (self->posts, i);

      apool_post_describe (post, NULL, &state);
      if (!post->active && g_queue_is_empty ((GQueue *) &post->retiring) &&
          (state.n_done > 0 || state.n_lost > 0 || post->n_losses > 0))
        g_array_append_val (states, state);
    }
  g_array_sort (states, apool_crew_compare);
  return states;
}
