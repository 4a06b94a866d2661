/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-judge.h"
#include "input/apool-labels.h"
#include "input/apool-result-places.h"
#include "input/apool-source.h"
#include "input/apool-task-files.h"
#include "input/apool-times.h"
#include "job/apool-task.h"
#include "job/apool-template.h"

G_BEGIN_DECLS

/* So many rows that are skipped one after the other are one task at most. */
#define APOOL_TASKS_MAX_SKIPPED 64u

/* As how many jobs one may count at most. */
#define APOOL_TASKS_MAX_WEIGHT 1000000

/**
 * ApoolTasks:
 *
 * The tasks of a run: rows of a source, numbered from 1 and rendered through a template.
 */
typedef struct _ApoolTasks ApoolTasks;

ApoolTasks *apool_tasks_new (ApoolSource *source, ApoolTemplate *command);
void apool_tasks_free (ApoolTasks *self);
void apool_tasks_set_input_name (ApoolTasks *self, char *name);
void apool_tasks_set_weight (ApoolTasks *self, const ApoolTemplate *weight);
gboolean apool_tasks_parse_weight (const char *text, guint *weight);
void apool_tasks_set_key (ApoolTasks *self, const ApoolTemplate *key);
void apool_tasks_set_labels (ApoolTasks *self, ApoolLabels *labels);
void apool_tasks_set_results (ApoolTasks *self, ApoolResultPlaces *results);
void apool_tasks_set_past_results (ApoolTasks *self, ApoolResultPlaces *results);
void apool_tasks_set_keeps_values (ApoolTasks *self);
void apool_tasks_set_files (ApoolTasks *self, ApoolTaskFiles *files);
void apool_tasks_set_directory (ApoolTasks *self, const ApoolTemplate *directory);
void apool_tasks_set_parent (ApoolTasks *self, const char *parent);
void apool_tasks_set_printed (ApoolTasks *self, gboolean is_printed);
void apool_tasks_set_judge (ApoolTasks *self, ApoolJudge *judge, const char *context);
void apool_tasks_set_times (ApoolTasks *self, ApoolTimes *times);
void apool_tasks_set_longest_first (ApoolTasks *self, const char *tmpdir);
void apool_tasks_set_skips_bad (ApoolTasks *self);
guint64 apool_tasks_get_n_bad (const ApoolTasks *self);
guint64 apool_tasks_get_total (const ApoolTasks *self);
guint64 apool_tasks_get_known_total (const ApoolTasks *self);

ApoolSourceStatus
apool_tasks_next (ApoolTasks *self, ApoolTask **task, char **fault, GError **error);
void apool_tasks_wait (ApoolTasks *self,
                       GMainContext *context,
                       ApoolSourceReadyFunc ready,
                       gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolTasks, apool_tasks_free)

G_END_DECLS
