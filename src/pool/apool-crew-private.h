/* SPDX-License-Identifier: MIT */
#pragma once

#include "pool/apool-crew.h"
#include "pool/apool-post.h"

G_BEGIN_DECLS

struct _ApoolCrew
{
  GMainContext *context;
  ApoolWorkerFactory *factory;
  ApoolRoster *roster;       /* not owned */
  ApoolScheduler *scheduler; /* not owned */
  ApoolCrewLimits limits;
  ApoolCrewFuncs funcs;
  gpointer data;

  GPtrArray *posts;      /* ApoolPost, owned, by the numbers of their seats, from 1 */
  GPtrArray *members;    /* ApoolMember that are not gone, owned */
  GPtrArray *retiring;   /* of them, those that retire */
  guint n_tasks;         /* that they have, all together */
  guint n_unready;       /* members that are not ready */
  guint n_fruitless;     /* in a row: not made, or lost before they started any task */
  guint n_not_made;      /* in a row */
  GSource *short_source; /* (nullable): runs while none is made, since one could not be */
  gboolean is_congested;
  guint64 uncongested; /* a task that is not; 0: none */
  gboolean is_ending;  /* they were told to end */
};

void apool_crew_tell (ApoolCrew *self, ApoolMember *member, ApoolWorkerEventKind kind, guint count);
ApoolPost *apool_crew_get_post (ApoolCrew *self, const ApoolSeat *seat);

G_END_DECLS
