/* SPDX-License-Identifier: MIT */
#pragma once

#include "factory/apool-worker-proxy.h"
#include "job/apool-worker-event.h"
#include "pool/apool-roster.h"

G_BEGIN_DECLS

typedef struct _ApoolPost ApoolPost;

/**
 * ApoolMember:
 * @post: where it works
 * @proxy: the worker, owned
 * @exited: (nullable) (element-type guint64): the numbers of tasks that are not finished, though
 *   their slots are free
 * @n_handed: jobs that it was ever handed, but for those that it gave back
 * @slot_limit: the highest slot that it was told to use; 0 where it was told of none
 * @n_above: how many of its slots are above that limit, and will be given up
 * @is_retiring: it is handed no more
 * @is_closed: it was told to end, and is not spoken to any more
 *
 * A worker of the crew, from when it is made until it is gone.
 */
typedef struct
{
  ApoolPost *post;
  ApoolWorkerProxy *proxy;
  GHashTable *exited;
  guint n_handed;
  guint slot_limit;
  guint n_above;
  gboolean is_retiring;
  gboolean is_closed;
} ApoolMember;

/**
 * ApoolPost:
 * @crew: (unowned): whose it is, for events
 * @seat: the seat that it is about
 * @free_slots: (element-type guint): those of its slots that no worker has
 * @slot_limit: which of its slots there are for now: those with numbers up to this
 * @state: of the seat, were there slots for it
 * @is_surplus: there are none, so the seat is shut
 * @active: (nullable): the worker that tasks are handed to
 * @retiring: ApoolMember: those that work off what they have, oldest first
 * @n_losses: workers that were lost here since a task was last finished here
 * @is_unregistered: nobody will work here for a while
 * @is_registered: what the scheduler knows
 * @delay_source: (nullable): runs while no worker may be made here
 * @n_done: jobs that were finished here
 * @n_lost: jobs that were lost here
 *
 * What the crew knows of a seat: who works there, and who has its slots. The slots of a seat are
 * always the same ones, of which there are fewer or more as fewer or more jobs may run; a worker
 * that replaces a retiring one is granted them one by one.
 */
struct _ApoolPost
{
  gpointer crew;
  ApoolSeat *seat;
  GArray *free_slots;
  guint slot_limit;
  ApoolSeatState state;
  gboolean is_surplus;
  ApoolMember *active;
  GQueue retiring;
  guint n_losses;
  gboolean is_unregistered;
  gboolean is_registered;
  GSource *delay_source;
  guint64 n_done;
  guint64 n_lost;
};

/**
 * ApoolPostGrantFunc:
 * @member: was granted slots
 * @n_slots: so many
 * @data: (closure): of apool_post_grant()
 */
typedef void (*ApoolPostGrantFunc) (ApoolMember *member, guint n_slots, gpointer data);

ApoolMember *apool_member_new (ApoolPost *post, ApoolWorkerProxy *proxy);
void apool_member_free (ApoolMember *self);

ApoolPost *apool_post_new (gpointer crew, ApoolSeat *seat);
void apool_post_free (ApoolPost *self);

void
apool_post_grant (ApoolPost *self, ApoolRoster *roster, ApoolPostGrantFunc granted, gpointer data);
void apool_post_take_spare_slots (ApoolPost *self, ApoolMember *member);
void apool_post_take_slots (ApoolPost *self, const GArray *slots);
gboolean apool_post_has_slot (const ApoolPost *self, guint slot);
void apool_post_set_slot_limit (ApoolPost *self, guint limit);
void apool_post_take_all_slots (ApoolPost *self, ApoolMember *member);
guint apool_post_count_excess (const ApoolMember *member);
void
apool_post_describe (const ApoolPost *self, const ApoolMember *member, ApoolWorkerState *state);
gboolean apool_post_may_be_staffed_ahead (ApoolPost *self);

G_END_DECLS
