/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-value.h"

G_BEGIN_DECLS

/**
 * ApoolValues:
 *
 * Values that are kept, each of any bytes: an immutable, reference-counted list.
 */
typedef struct _ApoolValues ApoolValues;

ApoolValues *apool_values_new (const ApoolValue *values, gsize n_values);
ApoolValues *apool_values_ref (ApoolValues *self);
void apool_values_unref (ApoolValues *self);
const ApoolValue *apool_values_get (const ApoolValues *self, gsize *n_values);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolValues, apool_values_unref)

G_END_DECLS
