/* SPDX-License-Identifier: MIT */
#pragma once

#include "factory/apool-worker-factory.h"
#include "job/apool-place.h"
#include "job/apool-worker-event.h"
#include "pool/apool-scheduler.h"
#include "pool/apool-survey.h"

G_BEGIN_DECLS

/**
 * ApoolCrewLimits:
 * @jobs: how many slots there are, numbered from 1
 * @spread: over how many seats, the first ones, they are spread evenly
 * @jobs_per_seat: how many of them each seat has at most; those that are left then fill the other
 *   seats, one after the other. 0 without limit
 * @max_tasks: how many tasks one worker is handed in its life; 0 without limit
 * @delay_msec: how long a worker that cannot be made, or that was lost again and again, is waited
 *   for at first, milliseconds; twice as long each further time. 0: not at all
 */
typedef struct
{
  guint jobs;
  guint spread;
  guint jobs_per_seat;
  guint max_tasks;
  guint delay_msec;
} ApoolCrewLimits;

/**
 * ApoolCrewFuncs:
 * @started: a worker is about to start @task, at @place
 * @stopped: @task has been stopped by @signum
 * @output: @task wrote something
 * @pipe: @fd, (transfer full), is where @task's @stream is to be read
 * @finished: @task is over
 * @left: a task has left processes behind, and may be over
 * @lost: @task was running when worker @number was lost
 * @returned: these tasks, (element-type ApoolTask), were not started and are nobody's now
 * @hook: the init or exit hook of worker @number has ended
 * @event: something happened to a worker
 * @wants_more: returns whether there will be tasks for a further worker
 * @changed: there may be room for a task, or nothing left to wait for. The last call of an event
 * @failed: no worker can be kept; @error is (transfer full)
 *
 * What the crew tells the pool, never from within a call of the pool's, except for @event,
 * @wants_more and @failed.
 */
typedef struct
{
  void (*started) (ApoolTask *task, const ApoolPlace *place, gpointer data);
  void (*stopped) (ApoolTask *task, int signum, gpointer data);
  void (*output) (
      ApoolTask *task, ApoolStream stream, const char *bytes, gsize length, gpointer data);
  void (*pipe) (ApoolTask *task, ApoolStream stream, int fd, gpointer data);
  void (*finished) (ApoolTask *task, ApoolOutcome *outcome, guint number, gpointer data);
  void (*left) (const ApoolLeak *leak, gpointer data);
  void (*lost) (ApoolTask *task, const char *why, guint number, gpointer data);
  void (*returned) (GPtrArray *tasks, gpointer data);
  void (*hook) (guint number, const ApoolHookReport *report, gpointer data);
  void (*event) (const ApoolWorkerEvent *event, gpointer data);
  gboolean (*wants_more) (gpointer data);
  void (*changed) (gpointer data);
  void (*failed) (GError *error, gpointer data);
} ApoolCrewFuncs;

/**
 * ApoolCrew:
 *
 * The workers of a pool: made when their seat is given its first task, replaced when they are lost
 * or have had their share of tasks, ended.
 */
typedef struct _ApoolCrew ApoolCrew;

ApoolCrew *apool_crew_new (GMainContext *context,
                           ApoolWorkerFactory *factory,
                           ApoolRoster *roster,
                           ApoolScheduler *scheduler,
                           const ApoolCrewLimits *limits,
                           const ApoolCrewFuncs *funcs,
                           gpointer data);
void apool_crew_free (ApoolCrew *self);

gboolean apool_crew_staff_seat (ApoolCrew *self, ApoolSeat *seat);
void apool_crew_hand_task (ApoolCrew *self, ApoolSeat *seat, ApoolTask *task, int stdin_fd);
void apool_crew_call_back (ApoolCrew *self, ApoolSeat *seat, guint n, guint64 limit);
void apool_crew_call_back_retiring (ApoolCrew *self, guint n, guint64 limit);
void apool_crew_call_back_unready (ApoolCrew *self, guint n);
void apool_crew_call_back_waiting (ApoolCrew *self);
void apool_crew_call_back_all (ApoolCrew *self);
gboolean
apool_crew_end_task (ApoolCrew *self, guint64 seq, ApoolEndReason reason, const char *message);
gboolean apool_crew_stream_task (ApoolCrew *self, guint64 seq);
void apool_crew_set_congested (ApoolCrew *self, gboolean congested, guint64 except);
guint apool_crew_count_seats (const ApoolCrewLimits *limits, guint max_jobs);
void apool_crew_set_jobs (ApoolCrew *self, guint jobs);
gboolean apool_crew_is_shrinking (const ApoolCrew *self);
void apool_crew_give_terminal (ApoolCrew *self, gboolean is_back);
void apool_crew_close (ApoolCrew *self);
void apool_crew_terminate (ApoolCrew *self);
void apool_crew_kill (ApoolCrew *self);

guint apool_crew_get_n_tasks (const ApoolCrew *self);
guint apool_crew_get_n_workers (const ApoolCrew *self);
GArray *apool_crew_list_workers (ApoolCrew *self);
guint apool_crew_count_running (const ApoolCrew *self);
gboolean apool_crew_set_paused (ApoolCrew *self, guint64 seq, gboolean is_paused);
void apool_crew_ask (ApoolCrew *self, ApoolSurveyFunc func, gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolCrew, apool_crew_free)

G_END_DECLS
