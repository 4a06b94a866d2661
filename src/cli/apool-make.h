/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"
#include "gates/apool-gates.h"

G_BEGIN_DECLS

/**
 * ApoolMake:
 *
 * What a run has to do with make: the jobserver that it takes part in, its own or one of make's.
 */
typedef struct _ApoolMake ApoolMake;

ApoolMake *apool_make_new (const ApoolOptions *options);
void apool_make_free (ApoolMake *self);

void apool_make_limit (ApoolMake *self, ApoolSizes *wanted);
gboolean apool_make_serve (ApoolMake *self, const ApoolSizes *sizes, GError **error);
void apool_make_set_jobs (ApoolMake *self, guint n_jobs);
void apool_make_add_gate (ApoolMake *self, GMainContext *context, ApoolGates *gates);
char *apool_make_dup_jobs (const ApoolMake *self);
char *apool_make_dup_notes (const ApoolMake *self, const ApoolSizes *sizes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolMake, apool_make_free)

G_END_DECLS
