/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-make.h"
#include "cli/apool-options.h"
#include "pool/apool-pool.h"
#include "sinks/apool-output.h"

G_BEGIN_DECLS

/**
 * ApoolMany:
 *
 * How many jobs run at once: what was asked for, what the machine allows, and what a file says
 * while the pool runs.
 */
typedef struct _ApoolMany ApoolMany;

ApoolMany *apool_many_new (const ApoolOptions *options, ApoolMake *make, GError **error);
void apool_many_free (ApoolMany *self);

const ApoolSizes *apool_many_get_sizes (const ApoolMany *self);
void apool_many_let_nobody_wait (ApoolMany *self);
void apool_many_fill_limits (const ApoolMany *self, ApoolPoolLimits *limits);
guint apool_many_get_max_passed (const ApoolMany *self);
guint apool_many_get_open_files (const ApoolMany *self);
gboolean apool_many_set_jobs (ApoolMany *self, guint n_jobs, GError **error);
void apool_many_open (ApoolMany *self, GMainContext *context, ApoolPool *pool, ApoolOutput *output);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolMany, apool_many_free)

G_END_DECLS
