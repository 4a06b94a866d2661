/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-borders.h"
#include "job/apool-identity.h"

G_BEGIN_DECLS

#define APOOL_TYPE_KNOWN_BATCHES (apool_known_batches_get_type ())

/**
 * ApoolKnownBatches:
 *
 * The jobs of several records that were recorded, as borders of those of this run.
 */
G_DECLARE_FINAL_TYPE (ApoolKnownBatches, apool_known_batches, APOOL, KNOWN_BATCHES, GObject)

ApoolKnownBatches *apool_known_batches_new (void);
void apool_known_batches_add (ApoolKnownBatches *self, const ApoolIdentityBatch *batch);

G_END_DECLS
