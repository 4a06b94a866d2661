/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-keeper.h"
#include "pool/apool-survey.h"

G_BEGIN_DECLS

/**
 * ApoolTuiJob:
 * @task: what is run, owned
 * @seq: its number
 * @slot: where
 * @began_usec: when, monotonic time
 * @run_usec: how long it ran; 0 while it does
 * @line: (nullable): what its worker has of the last line that it wrote, owned
 * @tail: (nullable): the end of what it wrote, owned
 * @is_cut: whether @tail is not all of it
 * @is_ending: whether the user has had it ended
 * @is_stopped: whether it stands still
 * @how: (nullable): how it ended, owned; %NULL while it runs
 *
 * A job as it is shown; reference-counted, since one may be looked at after its end.
 */
typedef struct
{
  ApoolTask *task;
  guint64 seq;
  guint slot;
  gint64 began_usec;
  gint64 run_usec;
  GString *line;
  GString *tail;
  gboolean is_cut;
  gboolean is_ending;
  gboolean is_stopped;
  char *how;
} ApoolTuiJob;

ApoolTuiJob *apool_tui_job_ref (ApoolTuiJob *self);
void apool_tui_job_unref (ApoolTuiJob *self);
const char *apool_tui_job_find_line (const ApoolTuiJob *self, gsize *length);
gint64 apool_tui_job_get_usec (const ApoolTuiJob *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolTuiJob, apool_tui_job_unref)

/**
 * ApoolTuiJobsFuncs:
 * @changed: a job has begun, ended or written
 * @paused: the process is about to be stopped, or goes on
 * @done: there are no more jobs
 *
 * What is told of jobs, out of the pool's calls to its observers.
 */
typedef struct
{
  void (*changed) (gpointer data);
  void (*paused) (gboolean is_paused, gpointer data);
  void (*done) (gpointer data);
} ApoolTuiJobsFuncs;

/* The observer and keeper that knows the jobs that run and those that failed. */
#define APOOL_TYPE_TUI_JOBS (apool_tui_jobs_get_type ())
G_DECLARE_FINAL_TYPE (ApoolTuiJobs, apool_tui_jobs, APOOL, TUI_JOBS, GObject)

ApoolTuiJobs *apool_tui_jobs_new (const ApoolTuiJobsFuncs *funcs, gpointer data);
void apool_tui_jobs_stop (ApoolTuiJobs *self);
const GPtrArray *apool_tui_jobs_get_running (const ApoolTuiJobs *self);
const GPtrArray *apool_tui_jobs_get_failed (const ApoolTuiJobs *self);
guint64 apool_tui_jobs_get_n_done (const ApoolTuiJobs *self);
guint64 apool_tui_jobs_get_n_failed (const ApoolTuiJobs *self);
void apool_tui_jobs_take_states (ApoolTuiJobs *self, const ApoolSurveyJob *jobs, gsize n_jobs);

G_END_DECLS
