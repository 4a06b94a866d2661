/* SPDX-License-Identifier: MIT */
#pragma once

#include "pool/apool-pool.h"

G_BEGIN_DECLS

/**
 * ApoolStop:
 *
 * What SIGTSTP and SIGCONT do to a run.
 */
typedef struct _ApoolStop ApoolStop;

ApoolStop *apool_stop_new (GMainContext *context, ApoolPool *pool);
void apool_stop_all (ApoolStop *self);
void apool_stop_free (ApoolStop *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolStop, apool_stop_free)

G_END_DECLS
