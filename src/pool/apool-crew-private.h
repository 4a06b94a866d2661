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
  guint n_above;         /* slots of members that are to be given up */
  guint n_fruitless;     /* in a row: not made, or lost before they started any task */
  guint n_not_made;      /* in a row */
  gboolean has_made;     /* there was a worker */
  GSource *short_source; /* (nullable): runs while none is made, since one could not be */
  gboolean is_congested;
  guint64 uncongested; /* a task that is not; 0: none */
  gboolean is_ending;  /* they were told to end */
  gboolean is_paused;  /* all that they run is stopped */
  GPtrArray *surveys;  /* ApoolSurvey, owned: questions that are not all answered */
  guint64 n_surveys;   /* that there ever were */
};

void apool_crew_tell (ApoolCrew *self, ApoolMember *member, ApoolWorkerEventKind kind, guint count);
void apool_crew_stopped_cb (ApoolWorkerProxy *worker, ApoolTask *task, int signum, gpointer data);
void apool_crew_answered_cb (ApoolWorkerProxy *worker,
                             guint64 token,
                             const ApoolJobState *states,
                             gsize n_states,
                             gpointer data);
void apool_crew_excuse (ApoolCrew *self, ApoolWorkerProxy *worker);
ApoolPost *apool_crew_get_post (ApoolCrew *self, const ApoolSeat *seat);

void apool_crew_let_go (ApoolCrew *self, ApoolMember *member, ApoolTask *task);

/* apool-crew-loss.c */
void apool_crew_gone_cb (ApoolWorkerProxy *worker, const GError *error, gpointer data);
void apool_crew_run_short (ApoolCrew *self, ApoolPost *post, const GError *error);
void apool_crew_stop_delay (GSource **source);

/* apool-crew-slots.c */
void apool_crew_open_posts (ApoolCrew *self);
void apool_crew_set_state (ApoolCrew *self, ApoolPost *post, ApoolSeatState state);
void apool_crew_set_registered (ApoolCrew *self, ApoolPost *post, gboolean is_registered);
void apool_crew_recount (ApoolCrew *self, ApoolMember *member);
void apool_crew_grant (ApoolCrew *self, ApoolPost *post);
void apool_crew_revoked_cb (ApoolWorkerProxy *worker, const GArray *slots, gpointer data);

/* apool-crew-recall.c */
void apool_crew_call_back_stranded (ApoolCrew *self, ApoolMember *member);

G_END_DECLS
