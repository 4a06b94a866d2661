/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-source.h"

G_BEGIN_DECLS

/**
 * ApoolRing:
 *
 * The values of one input source, which can be gone through again: read from the source the first
 * time, as they are asked for, and kept for all later ones.
 */
typedef struct _ApoolRing ApoolRing;

ApoolRing *apool_ring_new (ApoolSource *source, gboolean keeps, const char *tmpdir);
void apool_ring_free (ApoolRing *self);

ApoolSourceStatus apool_ring_next (ApoolRing *self, GError **error);
void apool_ring_rewind (ApoolRing *self);
gboolean apool_ring_is_empty (const ApoolRing *self);
gboolean apool_ring_is_replayed (const ApoolRing *self);
const ApoolValue *apool_ring_get_value (const ApoolRing *self);
void
apool_ring_wait (ApoolRing *self, GMainContext *context, ApoolSourceReadyFunc ready, gpointer data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolRing, apool_ring_free)

G_END_DECLS
