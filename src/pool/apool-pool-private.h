/* SPDX-License-Identifier: MIT */
#pragma once

#include "pool/apool-attempts.h"
#include "pool/apool-audience.h"
#include "pool/apool-crew.h"
#include "pool/apool-door.h"
#include "pool/apool-error-hook.h"
#include "pool/apool-pool.h"
#include "pool/apool-task-line.h"
#include "pool/apool-tempo.h"

G_BEGIN_DECLS

struct _ApoolPool
{
  GObject parent_instance;

  ApoolTaskLine *line;
  ApoolRoster *roster;
  ApoolScheduler *scheduler;
  ApoolCrew *crew;
  ApoolPoolLimits limits;
  ApoolErrorHook *on_error; /* (nullable) */
  ApoolDoor *door;          /* (nullable): what tasks go out by */
  ApoolAttempts *attempts;  /* at jobs that are to be tried again */
  ApoolObserver *audience;  /* an ApoolAudience: whom all is told */
  GPtrArray *overfull;      /* ApoolSeat, for the time of a call */
  ApoolPoolDoneFunc done;
  gpointer data;

  ApoolTempo tempo;
  guint64 last_seq;   /* the newest task that was handed out */
  guint64 check_seq;  /* when that has this number, waiting tasks are looked at again */
  int first_stdin_fd; /* owned; -1 once the first task is started */
  gboolean is_congested;
  gboolean is_waiting; /* for the user: nothing is started */
  gboolean is_terminated;
  gboolean is_closing; /* the workers have been told to end */
  gboolean is_done;
  gboolean is_due;  /* there may be something to hand out or to call back */
  gboolean is_held; /* handing out or telling of an end: what is asked meanwhile is done after it */
  GError *error;    /* (nullable): why the pool gives up */
};

void apool_pool_settle (ApoolPool *self, ApoolTask *task, ApoolOutcome *outcome, guint worker);
ApoolOutcome *apool_pool_make_outcome (ApoolPool *self, ApoolOutcomeKind kind, const char *message);
void apool_pool_put_back (ApoolPool *self, ApoolTask *task);
void apool_pool_give_up (ApoolPool *self, GError *error);
void apool_pool_wind_up (ApoolPool *self);

/* apool-pool-dispatch.c */
void apool_pool_dispatch (ApoolPool *self);
guint apool_pool_get_prefetch (const ApoolPool *self);
void apool_pool_note_run (ApoolPool *self, const ApoolOutcome *outcome);

G_END_DECLS
