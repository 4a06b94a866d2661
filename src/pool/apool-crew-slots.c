/* SPDX-License-Identifier: MIT */
/* How many slots there are, and which seat has which.
 *
 * Slots are dealt out to the seats like cards, so that the slots up to any number are spread
 * evenly, and a slot is always the same seat's. Where fewer jobs may run than before, the slots
 * with the highest numbers go: at once where they are free, else when what runs there has ended.
 * Until then no task is handed to anybody beyond the new number, and none waits at a worker, so
 * that nothing is started before enough has ended. A seat that has no slots is shut; its worker
 * stays, and has nothing to do until there are more again. */

#include "pool/apool-crew-private.h"

/* Returns slot @i, counted from 0, of seat @number; 0 where that has fewer. */
static guint
apool_crew_get_slot (const ApoolCrew *self, guint number, guint i)
{
  guint64 spread = self->limits.spread;
  guint64 per_seat = self->limits.jobs_per_seat;
  guint64 slot;

  if (per_seat > 0 && i >= per_seat)
    return 0;
  slot = number <= spread ? number + i * spread
                          : spread * per_seat + (number - spread - 1) * per_seat + i + 1;
  return slot <= self->limits.jobs ? (guint) slot : 0;
}

/**
 * apool_crew_count_seats:
 * @limits: of a crew
 * @max_jobs: how many slots there may be at most
 *
 * Returns: how many seats it takes to have so many
 */
guint
apool_crew_count_seats (const ApoolCrewLimits *limits, guint max_jobs)
{
  guint64 n_even = (guint64) limits->spread * limits->jobs_per_seat;
  guint64 n_more = limits->jobs_per_seat > 0 && max_jobs > n_even ? max_jobs - n_even : 0;

  if (n_more == 0)
    return limits->spread;
  return limits->spread + (guint) ((n_more + limits->jobs_per_seat - 1) / limits->jobs_per_seat);
}

static void
apool_crew_granted_cb (ApoolMember *member, guint n_slots, gpointer data)
{
  apool_crew_tell (data, member, APOOL_WORKER_GRANTED, n_slots);
}

/* For the crew only. Gives away what is free in @post. */
void
apool_crew_grant (ApoolCrew *self, ApoolPost *post)
{
  apool_post_grant (post, self->roster, apool_crew_granted_cb, self);
}

/* ---- seats ---- */

/* Has others see @post's seat as it is. */
static void
apool_crew_show_seat (ApoolCrew *self, ApoolPost *post)
{
  gboolean is_registered = !post->is_surplus && !post->is_unregistered;

  apool_roster_set_state (self->roster, post->seat,
                          post->is_surplus ? APOOL_SEAT_SHUT : post->state);
  if (is_registered == post->is_registered)
    return;
  post->is_registered = is_registered;
  if (is_registered)
    apool_scheduler_register_worker (self->scheduler, post->seat);
  else
    apool_scheduler_unregister_worker (self->scheduler, post->seat);
}

/* For the crew only. What can be done with a seat, if there are slots for it. */
void
apool_crew_set_state (ApoolCrew *self, ApoolPost *post, ApoolSeatState state)
{
  post->state = state;
  apool_crew_show_seat (self, post);
}

/* For the crew only. Whether a worker can be had in a seat, in the long run. */
void
apool_crew_set_registered (ApoolCrew *self, ApoolPost *post, gboolean is_registered)
{
  post->is_unregistered = !is_registered;
  apool_crew_show_seat (self, post);
}

/* ---- slots ---- */

/* For the crew only. The slots of @member have changed. */
void
apool_crew_recount (ApoolCrew *self, ApoolMember *member)
{
  guint n_above = apool_worker_proxy_count_slots_above (member->proxy, member->post->slot_limit);

  self->n_above += n_above - member->n_above;
  member->n_above = n_above;
}

/* Adds the slots of @post that nobody has, of those above the first @n_before slots of all. */
static void
apool_crew_add_slots (ApoolCrew *self, ApoolPost *post, guint n_before)
{
  g_autoptr (GArray) slots = g_array_new (FALSE, FALSE, sizeof (guint));
  guint slot;

  for (guint i = 0; (slot = apool_crew_get_slot (self, post->seat->number, i)) > 0; i++)
    if (slot > n_before && !apool_post_has_slot (post, slot))
      g_array_append_val (slots, slot);
  apool_post_take_slots (post, slots);
}

/* Gives @post the slots that it has now that there are so many, where there were @n_before. */
static void
apool_crew_fit_post (ApoolCrew *self, ApoolPost *post, guint n_before)
{
  post->is_surplus = apool_crew_get_slot (self, post->seat->number, 0) == 0;
  apool_post_set_slot_limit (post, self->limits.jobs);
  apool_crew_add_slots (self, post, n_before);
  apool_crew_show_seat (self, post);
  apool_crew_grant (self, post);
}

/* For the crew only. Gives each seat its share of the slots. */
void
apool_crew_open_posts (ApoolCrew *self)
{
  guint n_seats = apool_roster_get_n_seats (self->roster);

  for (guint number = 1; number <= n_seats; number++)
    {
      ApoolPost *post = apool_post_new (self, apool_roster_get_seat (self->roster, number));

      g_ptr_array_add (self->posts, post);
      post->state = APOOL_SEAT_EMPTY;
      apool_crew_fit_post (self, post, 0);
    }
}

/* For the crew only. A worker has given up slots; some of them there may be again by now. */
void
apool_crew_revoked_cb (ApoolWorkerProxy *worker, const GArray *slots, gpointer data)
{
  ApoolMember *member = data;
  ApoolCrew *self = member->post->crew;

  apool_crew_recount (self, member);
  apool_post_take_slots (member->post, slots);
  if (self->is_ending)
    return;
  apool_crew_tell (self, member, APOOL_WORKER_REVOKED, slots->len);
  apool_crew_grant (self, member->post);
  apool_crew_call_back_stranded (self, member);
  self->funcs.changed (self->data);
}

/**
 * apool_crew_set_jobs:
 * @self: a crew
 * @jobs: how many slots there are from now on
 *
 * Has more or fewer tasks run at once. Those that run are left alone.
 */
void
apool_crew_set_jobs (ApoolCrew *self, guint jobs)
{
  guint n_before = self->limits.jobs;

  if (self->is_ending || jobs == n_before)
    return;
  self->limits.jobs = jobs;
  for (guint i = 0; i < self->posts->len; i++)
    apool_crew_fit_post (self, g_ptr_array_index (self->posts, i), n_before);
  self->n_above = 0;
  for (guint i = 0; i < self->members->len; i++)
    self->n_above += ((ApoolMember *) g_ptr_array_index (self->members, i))->n_above;
  for (guint i = 0; i < self->members->len; i++)
    apool_crew_call_back_stranded (self, g_ptr_array_index (self->members, i));
}

/**
 * apool_crew_is_shrinking:
 * @self: a crew
 *
 * Returns: whether tasks may still run in slots that there are no longer
 */
gboolean
apool_crew_is_shrinking (const ApoolCrew *self)
{
  return self->n_above > 0;
}
