/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "job/apool-task.h"

G_BEGIN_DECLS

/**
 * ApoolEnvironment:
 *
 * The environment of jobs: the worker's own, and the few variables that differ from job to job.
 */
typedef struct _ApoolEnvironment ApoolEnvironment;

ApoolEnvironment *apool_environment_new (
    const char *run, guint manager_pid, guint number, const char *shell, const char *slot_variable);
void apool_environment_free (ApoolEnvironment *self);

char *const *apool_environment_get_common (ApoolEnvironment *self);
char *const *apool_environment_get (ApoolEnvironment *self,
                                    const ApoolTask *task,
                                    guint slot,
                                    const char *directory);
char *const *apool_environment_get_own (ApoolEnvironment *self, gsize *n_own);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolEnvironment, apool_environment_free)

G_END_DECLS
