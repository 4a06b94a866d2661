/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-outcome.h"
#include "job/apool-task.h"

G_BEGIN_DECLS

/**
 * ApoolAttempts:
 *
 * The last attempts at jobs that are to be tried again.
 */
typedef struct _ApoolAttempts ApoolAttempts;

ApoolAttempts *apool_attempts_new (void);
void apool_attempts_free (ApoolAttempts *self);
void apool_attempts_note (ApoolAttempts *self, ApoolTask *task, ApoolOutcome *outcome);
guint apool_attempts_get_n (const ApoolAttempts *self);
void apool_attempts_forget (ApoolAttempts *self, guint64 seq);
gboolean
apool_attempts_take (ApoolAttempts *self, guint64 seq, ApoolTask **task, ApoolOutcome **outcome);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolAttempts, apool_attempts_free)

G_END_DECLS
