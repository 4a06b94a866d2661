/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"
#include "job/apool-worker-event.h"

G_BEGIN_DECLS

char *apool_view_dup_workers (const ApoolWorkerState *states, guint n_states);
char *apool_view_dup_jobs (guint n_jobs, const ApoolOptions *options);
void
apool_view_append_job (GString *text, const ApoolSurveyJob *job, const char *line, gsize length);
void
apool_view_append_retries (GString *text, guint n, const ApoolWaitingTask *tasks, guint n_tasks);
char *apool_view_dup_halt (const ApoolHaltRule *rule, const ApoolHaltVerdict *verdict);
char *apool_view_dup_sizes (const ApoolSizes *sizes, guint prefetch, const ApoolOptions *options);

G_END_DECLS
