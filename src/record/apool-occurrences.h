/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-identity.h"

G_BEGIN_DECLS

/**
 * ApoolOccurrences:
 *
 * How often each key has come in an input so far.
 */
typedef struct _ApoolOccurrences ApoolOccurrences;

ApoolOccurrences *apool_occurrences_new (void);
void apool_occurrences_free (ApoolOccurrences *self);

guint64 apool_occurrences_count (ApoolOccurrences *self, const guint8 *key);
void apool_occurrences_set (ApoolOccurrences *self, ApoolIdentity *identity);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolOccurrences, apool_occurrences_free)

G_END_DECLS
