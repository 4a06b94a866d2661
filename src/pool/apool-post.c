/* SPDX-License-Identifier: MIT */
/* Who has the slots of a seat.
 *
 * They are with its worker, or with the workers that retire from it as long as these need them, or
 * with nobody. What a retiring worker needs no more goes first to other retiring ones that have
 * tasks and no slot for them, then to the worker that has taken the seat. */

#include "pool/apool-post.h"

/**
 * apool_member_new:
 * @post: where it works
 * @proxy: (transfer full): the worker
 *
 * Returns: (transfer full): a worker that was handed nothing
 */
ApoolMember *
apool_member_new (ApoolPost *post, ApoolWorkerProxy *proxy)
{
  ApoolMember *self = g_new0 (ApoolMember, 1);

  self->post = post;
  self->proxy = proxy;
  return self;
}

/**
 * apool_member_free:
 * @self: (transfer full): a worker
 */
void
apool_member_free (ApoolMember *self)
{
  g_clear_pointer (&self->exited, g_hash_table_unref);
  g_object_unref (self->proxy);
  g_free (self);
}

/**
 * apool_post_new:
 * @crew: (unowned): whose it is
 * @seat: the seat that it is about
 *
 * Returns: (transfer full): a post where nobody works, and that has no slots
 */
ApoolPost *
apool_post_new (gpointer crew, ApoolSeat *seat)
{
  ApoolPost *self = g_new0 (ApoolPost, 1);

  self->crew = crew;
  self->seat = seat;
  self->free_slots = g_array_new (FALSE, FALSE, sizeof (guint));
  return self;
}

/**
 * apool_post_free:
 * @self: (transfer full): a post where nobody works, without a delay
 */
void
apool_post_free (ApoolPost *self)
{
  g_array_unref (self->free_slots);
  g_queue_clear (&self->retiring);
  g_free (self);
}

/* Those that it may go on to use. */
static guint
apool_post_count_slots (const ApoolMember *member)
{
  return apool_worker_proxy_get_slots (member->proxy)->len - member->n_above;
}

/**
 * apool_post_count_excess:
 * @member: a worker
 *
 * Returns: how many tasks it has that need a slot, and have none
 */
guint
apool_post_count_excess (const ApoolMember *member)
{
  guint n_tasks = apool_worker_proxy_get_n_tasks (member->proxy) -
                  apool_worker_proxy_get_n_exited (member->proxy);
  guint n_slots = apool_post_count_slots (member);

  /* What runs in a slot that there is no longer has one all the same. */
  if (member->n_above > 0)
    n_slots += apool_worker_proxy_count_running_above (member->proxy, member->post->slot_limit);
  return n_tasks > n_slots ? n_tasks - n_slots : 0;
}

/* Gives @member up to @n of the free slots, the lowest first. */
static void
apool_post_grant_to (
    ApoolPost *self, ApoolMember *member, guint n, ApoolPostGrantFunc granted, gpointer data)
{
  g_autoptr (GArray) slots = NULL;

  n = MIN (n, self->free_slots->len);
  if (n == 0)
    return;
  slots = g_array_sized_new (FALSE, FALSE, sizeof (guint), n);
  g_array_append_vals (slots, self->free_slots->data, n);
  g_array_remove_range (self->free_slots, 0, n);
  apool_worker_proxy_grant_slots (member->proxy, slots);
  granted (member, n, data);
}

/**
 * apool_post_grant:
 * @self: a post
 * @roster: of its seat
 * @granted: told of each worker that was granted slots
 * @data: (closure): for @granted
 *
 * Gives away the free slots to those who can use them.
 */
void
apool_post_grant (ApoolPost *self, ApoolRoster *roster, ApoolPostGrantFunc granted, gpointer data)
{
  for (GList *link = self->retiring.head; link && self->free_slots->len > 0; link = link->next)
    {
      ApoolMember *member = link->data;

      if (!member->is_closed)
        apool_post_grant_to (self, member, apool_post_count_excess (member), granted, data);
    }
  if (self->active && !self->active->is_closed)
    apool_post_grant_to (self, self->active, self->free_slots->len, granted, data);
  apool_roster_set_slots (roster, self->seat,
                          self->active ? apool_post_count_slots (self->active)
                                       : self->free_slots->len);
}

/**
 * apool_post_take_slots:
 * @self: a post
 * @slots: (element-type guint): slots of it that no worker has any more
 *
 * Has them be free, those that there still are.
 */
void
apool_post_take_slots (ApoolPost *self, const GArray *slots)
{
  for (guint i = 0; i < slots->len; i++)
    {
      guint slot = g_array_index (slots, guint, i);

      if (slot <= self->slot_limit)
        g_array_append_val (self->free_slots, slot);
    }
}

static gboolean
apool_post_is_held_by (const ApoolMember *member, guint slot)
{
  return apool_worker_proxy_has_slot (member->proxy, slot);
}

/**
 * apool_post_has_slot:
 * @self: a post
 * @slot: one of its slots
 *
 * Returns: whether one of its workers has it
 */
gboolean
apool_post_has_slot (const ApoolPost *self, guint slot)
{
  if (self->active && apool_post_is_held_by (self->active, slot))
    return TRUE;
  for (const GList *link = self->retiring.head; link; link = link->next)
    if (apool_post_is_held_by (link->data, slot))
      return TRUE;
  return FALSE;
}

static void
apool_post_limit_member (ApoolMember *member, guint limit)
{
  guint n_above = apool_worker_proxy_count_slots_above (member->proxy, limit);

  member->n_above = n_above;
  /* Who has never had any above a limit need not know of one. */
  if (member->is_closed || member->slot_limit == limit || (n_above == 0 && member->slot_limit == 0))
    return;
  member->slot_limit = limit;
  apool_worker_proxy_limit_slots (member->proxy, limit);
}

/**
 * apool_post_set_slot_limit:
 * @self: a post
 * @limit: the highest number of a slot that is to be used from now on
 *
 * Forgets the free slots above it, and has the workers give up theirs. Which slots there are beside
 * those that were known, where it was lower before, is not looked at.
 */
void
apool_post_set_slot_limit (ApoolPost *self, guint limit)
{
  self->slot_limit = limit;
  for (guint i = self->free_slots->len; i > 0; i--)
    if (g_array_index (self->free_slots, guint, i - 1) > limit)
      g_array_remove_index (self->free_slots, i - 1);
  if (self->active)
    apool_post_limit_member (self->active, limit);
  for (GList *link = self->retiring.head; link; link = link->next)
    apool_post_limit_member (link->data, limit);
}

/**
 * apool_post_take_spare_slots:
 * @self: a post
 * @member: a worker that retires from it
 *
 * Takes the slots from @member that it needs no more.
 */
void
apool_post_take_spare_slots (ApoolPost *self, ApoolMember *member)
{
  g_autoptr (GArray) slots = apool_worker_proxy_take_spare_slots (member->proxy);

  apool_post_take_slots (self, slots);
}

/**
 * apool_post_take_all_slots:
 * @self: a post
 * @member: a worker of it that is gone
 *
 * Takes back what slots it had.
 */
void
apool_post_take_all_slots (ApoolPost *self, ApoolMember *member)
{
  apool_post_take_slots (self, apool_worker_proxy_get_slots (member->proxy));
}

/**
 * apool_post_may_be_staffed_ahead:
 * @self: a post
 *
 * Of the workers that have no slot yet there is one at most: were it handed its last task before it
 * has any, the next one would be made, and so on without end.
 *
 * Returns: whether a worker can be made before there is a slot for it
 */
gboolean
apool_post_may_be_staffed_ahead (ApoolPost *self)
{
  if (self->active)
    return FALSE;
  for (GList *link = self->retiring.head; link; link = link->next)
    {
      ApoolMember *member = link->data;

      if (!member->is_closed && apool_post_count_slots (member) == 0)
        return FALSE;
    }
  return TRUE;
}

/**
 * apool_post_describe:
 * @self: a post
 * @member: (nullable): a worker that works there
 * @state: (out): what people can be told; its host is valid as long as @member
 */
void
apool_post_describe (const ApoolPost *self, const ApoolMember *member, ApoolWorkerState *state)
{
  *state = (ApoolWorkerState){
    .number = self->seat->number,
    .n_done = self->n_done,
    .n_lost = self->n_lost,
    .is_absent = member == NULL,
  };
  if (!member)
    return;
  state->pid = apool_worker_proxy_get_pid (member->proxy);
  state->host = apool_worker_proxy_get_host (member->proxy);
  state->is_ready = apool_worker_proxy_is_ready (member->proxy);
  state->is_retiring = member->is_retiring;
  state->n_waiting = apool_worker_proxy_get_n_waiting (member->proxy);
  state->n_running = apool_worker_proxy_get_n_tasks (member->proxy) - state->n_waiting;
}
