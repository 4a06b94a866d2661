/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "wire/apool-channel.h"
#include "worker/apool-execution.h"
#include "worker/apool-leaks.h"
#include "worker/apool-slots.h"

G_BEGIN_DECLS

/**
 * ApoolJobs:
 *
 * The tasks that a worker has: waiting for a slot, announced, running. It tells the manager of them
 * by itself: STARTED, OUTPUT, PIPES, EXITED, FINISHED, RECALLED.
 */
typedef struct _ApoolJobs ApoolJobs;

/**
 * ApoolJobsFunc:
 * @data: (closure): of apool_jobs_new()
 *
 * The last one that ran is finished. Not to free the jobs.
 */
typedef void (*ApoolJobsFunc) (gpointer data);

ApoolJobs *
apool_jobs_new (ApoolChannel *channel, ApoolSlots *slots, ApoolJobsFunc idle, gpointer data);
void apool_jobs_free (ApoolJobs *self);

void apool_jobs_open (ApoolJobs *self, const ApoolExecutionSetting *setting, guint max_passed);
void apool_jobs_set_open_files (ApoolJobs *self, const struct rlimit *open_files);
gboolean apool_jobs_queue (ApoolJobs *self, ApoolMessage *message, GError **error);
void apool_jobs_start_waiting (ApoolJobs *self);

void apool_jobs_want (ApoolJobs *self, guint64 seq);
void apool_jobs_add_credit (ApoolJobs *self, guint64 seq, guint stream, gsize bytes);
void apool_jobs_resume (ApoolJobs *self);
gboolean apool_jobs_stopped (ApoolJobs *self, pid_t pid, int signum);
void apool_jobs_resume_terminal (ApoolJobs *self, gboolean is_back);
gboolean apool_jobs_reaped (ApoolJobs *self, pid_t pid, int status, const struct rusage *usage);

void apool_jobs_end (ApoolJobs *self, guint64 seq, ApoolEndReason reason);
void apool_jobs_end_all (ApoolJobs *self);
void apool_jobs_end_left (ApoolJobs *self, ApoolTask *task);
void apool_jobs_orphans_reaped (ApoolJobs *self);
gboolean apool_jobs_is_ending (const ApoolJobs *self);
void apool_jobs_set_leaks (ApoolJobs *self, ApoolLeaks *leaks, ApoolLeftovers *leftovers);
void apool_jobs_settle (ApoolJobs *self, guint64 seq, const char *processes);
const ApoolTask *apool_jobs_find (const ApoolJobs *self, pid_t pid);

void apool_jobs_recall (ApoolJobs *self, guint n);
void apool_jobs_set_paused (ApoolJobs *self, guint64 seq, gboolean is_paused);
void apool_jobs_foreach (ApoolJobs *self, GFunc func, gpointer data);
void apool_jobs_stop (ApoolJobs *self);
void apool_jobs_signal (ApoolJobs *self, int signum);
guint apool_jobs_get_n_running (const ApoolJobs *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolJobs, apool_jobs_free)

G_END_DECLS
