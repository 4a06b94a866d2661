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

/* ---- one member ---- */

static void apool_crew_relieve (ApoolCrew *self, ApoolMember *member);

/* A task needs its slot no more. */
static void
apool_crew_free_slot (ApoolCrew *self, ApoolMember *member, ApoolTask *task)
{
  apool_roster_remove_task (self->roster, member->is_retiring ? NULL : member->post->seat,
                            apool_task_get_traits (task)->weight);
}

/* For the crew only. A task is no longer @member's. */
void
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
  self->has_made = TRUE;
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
