/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-task.h"

G_BEGIN_DECLS

/**
 * ApoolRecalls:
 *
 * Jobs that were run before and wrote much, by the turns that they wait for.
 */
typedef struct _ApoolRecalls ApoolRecalls;

ApoolRecalls *apool_recalls_new (void);
void apool_recalls_free (ApoolRecalls *self);

void apool_recalls_put (ApoolRecalls *self, guint64 turn, ApoolTask *task);
ApoolTask *apool_recalls_take (ApoolRecalls *self, guint64 turn);
guint apool_recalls_get_n (const ApoolRecalls *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolRecalls, apool_recalls_free)

G_END_DECLS
