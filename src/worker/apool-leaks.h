/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "job/apool-leak.h"
#include "worker/apool-leftovers.h"

G_BEGIN_DECLS

/**
 * ApoolLeaks:
 *
 * Looks for what jobs leave behind that end by themselves, and does about it what was said.
 */
typedef struct _ApoolLeaks ApoolLeaks;

/**
 * ApoolLeaksFuncs:
 * @found: a task has left something behind; @leak is valid during the call
 * @settled: a task that apool_leaks_await() said is to wait waits no longer; @processes are what it
 *   has left, %NULL where that is nothing
 * @end: what @task has left is to end
 * @done: nobody is looked for any more
 */
typedef struct
{
  void (*found) (const ApoolLeak *leak, gpointer data);
  void (*settled) (guint64 seq, const char *processes, gpointer data);
  void (*end) (ApoolTask *task, gpointer data);
  void (*done) (gpointer data);
} ApoolLeaksFuncs;

ApoolLeaks *apool_leaks_new (GMainContext *context,
                             ApoolLeftovers *leftovers,
                             ApoolLeakPolicy policy,
                             guint drain_msec,
                             const ApoolLeaksFuncs *funcs,
                             gpointer data);
void apool_leaks_free (ApoolLeaks *self);

void apool_leaks_exited (ApoolLeaks *self, ApoolTask *task, pid_t group, gboolean ended_by_pool);
gboolean apool_leaks_await (ApoolLeaks *self, const ApoolTask *task);
gboolean apool_leaks_is_looking (ApoolLeaks *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolLeaks, apool_leaks_free)

G_END_DECLS
