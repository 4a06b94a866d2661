/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "base/apool-termseq.h"
#include "job/apool-task.h"

G_BEGIN_DECLS

/**
 * ApoolEndings:
 *
 * How jobs are ended before their time: each by the steps of the same sequence of signals, until
 * nothing of it is left. There is a timer only while there is one to be ended.
 */
typedef struct _ApoolEndings ApoolEndings;

/**
 * ApoolEndingsSignalFunc:
 * @task: a task
 * @signum: a signal
 * @data: (closure): of apool_endings_new()
 *
 * Sends @signum to what runs for @task, its process group. Not to call the endings.
 *
 * Returns: whether it is not over yet
 */
typedef gboolean (*ApoolEndingsSignalFunc) (const ApoolTask *task, int signum, gpointer data);

ApoolEndings *apool_endings_new (GMainContext *context,
                                 const ApoolTermseq *termseq,
                                 const char *run,
                                 ApoolEndingsSignalFunc signal,
                                 gpointer data);
void apool_endings_free (ApoolEndings *self);
void apool_endings_add (ApoolEndings *self, ApoolTask *task, gboolean is_thorough);
void apool_endings_exited (ApoolEndings *self, const ApoolTask *task);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolEndings, apool_endings_free)

G_END_DECLS
