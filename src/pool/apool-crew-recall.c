/* SPDX-License-Identifier: MIT */
/* How tasks are called back that wait at the workers of a crew. A worker is asked once at a time;
 * what it gives back is told as returned. */

#include "pool/apool-crew-private.h"

static void
apool_crew_recall (ApoolCrew *self, ApoolMember *member, guint n)
{
  if (n == 0 || member->is_closed || apool_worker_proxy_is_recalling (member->proxy))
    return;
  apool_worker_proxy_recall (member->proxy, n);
  apool_crew_tell (self, member, APOOL_WORKER_RECALLED, n);
}

/* Calls back what has no slot, if the one that waits longest has a number up to @limit. */
static void
apool_crew_call_back_from (ApoolCrew *self, ApoolMember *member, guint n, guint64 limit)
{
  if (apool_worker_proxy_get_oldest_waiting (member->proxy) <= limit)
    apool_crew_recall (self, member, MIN (n, apool_post_count_excess (member)));
}

/**
 * apool_crew_call_back:
 * @self: a crew
 * @seat: one that is overfull
 * @n: how many tasks are wanted back at most
 * @limit: only where the one that waits longest there has this number or a lower one
 *
 * Calls tasks back that wait in @seat for a slot.
 */
void
apool_crew_call_back (ApoolCrew *self, ApoolSeat *seat, guint n, guint64 limit)
{
  ApoolMember *member = apool_crew_get_post (self, seat)->active;

  if (member)
    apool_crew_call_back_from (self, member, n, limit);
}

/**
 * apool_crew_call_back_retiring:
 * @self: a crew
 * @n: how many tasks are wanted back at most, from each
 * @limit: only where the one that waits longest there has this number or a lower one
 *
 * Calls tasks back that wait for a slot at workers that retire.
 */
void
apool_crew_call_back_retiring (ApoolCrew *self, guint n, guint64 limit)
{
  for (guint i = 0; i < self->retiring->len; i++)
    apool_crew_call_back_from (self, g_ptr_array_index (self->retiring, i), n, limit);
}

/**
 * apool_crew_call_back_unready:
 * @self: a crew
 * @n: how many tasks are wanted back at most, from each
 *
 * Calls tasks back from workers that are still being prepared, where others could run them now.
 */
void
apool_crew_call_back_unready (ApoolCrew *self, guint n)
{
  for (guint i = 0; i < self->members->len && self->n_unready > 0; i++)
    {
      ApoolMember *member = g_ptr_array_index (self->members, i);

      if (!apool_worker_proxy_is_ready (member->proxy))
        apool_crew_recall (self, member, MIN (n, apool_worker_proxy_get_n_tasks (member->proxy)));
    }
}

/* For the crew only. Calls back what waits where there are no slots any more. */
void
apool_crew_call_back_stranded (ApoolCrew *self, ApoolMember *member)
{
  if (member->post->is_surplus && !self->is_ending)
    apool_crew_call_back_from (self, member, G_MAXUINT, G_MAXUINT64 - 1);
}

/**
 * apool_crew_call_back_all:
 * @self: a crew
 *
 * Calls all tasks back that wait for a slot, or for a worker.
 */
void
apool_crew_call_back_all (ApoolCrew *self)
{
  apool_crew_call_back_unready (self, G_MAXUINT);
  apool_crew_call_back_waiting (self);
}

/**
 * apool_crew_call_back_waiting:
 * @self: a crew
 *
 * Calls all tasks back that wait for a slot.
 */
void
apool_crew_call_back_waiting (ApoolCrew *self)
{
  for (guint i = 0; i < self->members->len; i++)
    apool_crew_call_back_from (self, g_ptr_array_index (self->members, i), G_MAXUINT,
                               G_MAXUINT64 - 1);
}
