/* SPDX-License-Identifier: MIT */
#pragma once

#include "worker/apool-endings.h"
#include "worker/apool-jobs.h"

G_BEGIN_DECLS

/* A task that has not been started. */
typedef struct
{
  ApoolTask *task;
  guint64 seq;        /* of the task */
  guint slot;         /* once it is announced */
  int stdin_fd;       /* owned; -1 for none */
  gboolean is_wanted; /* its output is to be sent as it is written */
  gboolean is_paused; /* it is to stop as soon as it is started */
} ApoolWaiting;

struct _ApoolJobs
{
  ApoolChannel *channel; /* not owned */
  ApoolSlots *slots;     /* not owned */
  ApoolJobsFunc idle;
  gpointer data;
  ApoolExecutionSetting setting; /* complete once it is open */
  gboolean is_open;              /* tasks may be started */
  gboolean is_paused;            /* none is for the time being, and those that run are stopped */
  GQueue waiting;                /* ApoolWaiting, oldest first */
  GQueue announced;              /* ApoolWaiting with a slot, its STARTED under way */
  GHashTable *not_started;       /* guint64 in it → ApoolWaiting of either, not owned */
  GHashTable *by_seq;            /* guint64 in the task → ApoolExecution, owned, until finished */
  GHashTable *by_pid;            /* pid → ApoolExecution, not owned, until reaped */
  ApoolEndings *endings;         /* (nullable): before it is open */
  guint n_passed;                /* executions whose pipes the manager has */
  guint max_passed;              /* how many there may be */
  ApoolLeaks *leaks;             /* (nullable): not owned */
  ApoolLeftovers *leftovers;     /* (nullable): not owned; there once it is open */
  gboolean has_warned;           /* that something may be left when the last one is finished */
};

void apool_jobs_report (ApoolJobs *self, ApoolTask *task, ApoolOutcome *outcome);
void apool_jobs_forget_waiting (ApoolJobs *self, ApoolWaiting *waiting);

/* apool-jobs-end.c */
pid_t apool_jobs_hold_task_cb (const ApoolTask *task, gpointer data);
void apool_jobs_endings_done_cb (gpointer data);
gboolean apool_jobs_signal_task_cb (const ApoolTask *task, int signum, gpointer data);

G_END_DECLS
