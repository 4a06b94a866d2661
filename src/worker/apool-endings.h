/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "base/apool-termseq.h"
#include "job/apool-task.h"
#include "worker/apool-leftovers.h"

G_BEGIN_DECLS

/**
 * ApoolEndings:
 *
 * How jobs are ended before their time: each by the steps of the same sequence of signals, until
 * nothing of it is left. There is a timer only while there is one to be ended.
 */
typedef struct _ApoolEndings ApoolEndings;

/**
 * ApoolEndingsFuncs:
 * @hold: has what runs for @task stop, its process group, until it gets a signal. Returns that
 *   group, or 0 where it is over
 * @signal: sends @signum to what runs for @task, its process group, and lets it go on. Returns
 *   whether it is not over yet
 * @done: nothing is to be ended any more
 *
 * Whom to ask. None of them is to call the endings, but for @done.
 */
typedef struct
{
  pid_t (*hold) (const ApoolTask *task, gpointer data);
  gboolean (*signal) (const ApoolTask *task, int signum, gpointer data);
  void (*done) (gpointer data);
} ApoolEndingsFuncs;

ApoolEndings *apool_endings_new (GMainContext *context,
                                 const ApoolTermseq *termseq,
                                 ApoolLeftovers *leftovers,
                                 const ApoolEndingsFuncs *funcs,
                                 gpointer data);
void apool_endings_free (ApoolEndings *self);
void apool_endings_add (ApoolEndings *self, ApoolTask *task);
void apool_endings_add_left (ApoolEndings *self, ApoolTask *task);
void apool_endings_exited (ApoolEndings *self, const ApoolTask *task);
void apool_endings_reaped (ApoolEndings *self);
void apool_endings_set_paused (ApoolEndings *self, guint64 seq, guint why, gboolean is_paused);
gboolean apool_endings_is_busy (const ApoolEndings *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolEndings, apool_endings_free)

G_END_DECLS
