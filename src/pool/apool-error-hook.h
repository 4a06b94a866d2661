/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-hook.h"
#include "job/apool-task.h"

G_BEGIN_DECLS

/**
 * ApoolErrorHook:
 *
 * The command that is run for each job that failed: it makes the tasks that run it, and collects
 * what they write.
 */
typedef struct _ApoolErrorHook ApoolErrorHook;

ApoolErrorHook *apool_error_hook_new (const char *command);
void apool_error_hook_free (ApoolErrorHook *self);

ApoolTask *apool_error_hook_make_task (ApoolErrorHook *self,
                                       const ApoolTask *failed,
                                       const ApoolOutcome *outcome,
                                       guint worker);
void apool_error_hook_take_output (ApoolErrorHook *self,
                                   const ApoolTask *task,
                                   const char *bytes,
                                   gsize length);
GByteArray *apool_error_hook_finish (ApoolErrorHook *self,
                                     const ApoolTask *task,
                                     ApoolOutcome *outcome,
                                     ApoolHookReport *report);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolErrorHook, apool_error_hook_free)

G_END_DECLS
