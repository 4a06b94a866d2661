/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "job/apool-hook.h"
#include "worker/apool-execution.h"

G_BEGIN_DECLS

/**
 * ApoolHookRun:
 *
 * One run of a hook of the worker's own: a command line for the shell that is no job, with a time
 * limit; what it writes is kept, as far as there is place.
 */
typedef struct _ApoolHookRun ApoolHookRun;

/**
 * ApoolHookRunFunc:
 * @run: has ended, and has a report
 * @data: (closure): of apool_hook_run_new()
 *
 * Not to free @run.
 */
typedef void (*ApoolHookRunFunc) (ApoolHookRun *run, gpointer data);

ApoolHookRun *apool_hook_run_new (const ApoolExecutionSetting *setting,
                                  ApoolHook hook,
                                  const char *line,
                                  guint timeout_msec,
                                  ApoolHookRunFunc func,
                                  gpointer data);
void apool_hook_run_free (ApoolHookRun *self);

void apool_hook_run_start (ApoolHookRun *self);
void apool_hook_run_end (ApoolHookRun *self, int signum, const char *reason);
void apool_hook_run_terminate (ApoolHookRun *self, const char *reason);
gboolean apool_hook_run_is (ApoolHookRun *self, pid_t pid);
gboolean
apool_hook_run_reaped (ApoolHookRun *self, pid_t pid, int status, const struct rusage *usage);
const ApoolTask *apool_hook_run_find (const ApoolHookRun *self, pid_t pid);
void apool_hook_run_set_paused (ApoolHookRun *self, gboolean is_paused);
gboolean apool_hook_run_is_running (const ApoolHookRun *self);
void apool_hook_run_get_report (const ApoolHookRun *self, ApoolHookReport *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolHookRun, apool_hook_run_free)

G_END_DECLS
