/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-usable.h"
#include "job/apool-observer.h"

G_BEGIN_DECLS

/**
 * ApoolJobsFileConfig:
 * @path: the file
 * @usable: what is counted from
 * @n_jobs: how many jobs it said when it was read before
 * @grace_msec: how long it may be unfit to be read before that is said, milliseconds
 * @changed: it says that @n_jobs may run now; returns %FALSE and sets @error where that cannot be
 * @failed: it is unfit: @why is a line's end, for people. The number before it goes on to count
 * @data: (closure): for both
 *
 * What a #ApoolJobsFile needs to know.
 */
typedef struct
{
  const char *path;
  const ApoolUsable *usable;
  guint n_jobs;
  guint grace_msec;
  gboolean (*changed) (guint n_jobs, gpointer data, GError **error);
  void (*failed) (const char *why, gpointer data);
  gpointer data;
} ApoolJobsFileConfig;

/* A file that says how many jobs may run, and may be changed at any time. It observes a pool, to be
 * looked at when a job ends. */
#define APOOL_TYPE_JOBS_FILE (apool_jobs_file_get_type ())
G_DECLARE_FINAL_TYPE (ApoolJobsFile, apool_jobs_file, APOOL, JOBS_FILE, GObject)

ApoolJobsFile *apool_jobs_file_new (GMainContext *context, const ApoolJobsFileConfig *config);
void apool_jobs_file_ignore_events (ApoolJobsFile *self);
void apool_jobs_file_stop (ApoolJobsFile *self);

G_END_DECLS
