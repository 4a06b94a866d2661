/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What apool_estimate_find_left() says where nobody can tell. */
#define APOOL_ESTIMATE_UNKNOWN G_GINT64_CONSTANT (-1)

/**
 * ApoolEstimate:
 *
 * How long a run still takes, by how long its jobs took in an earlier one, and by those that have
 * ended.
 */
typedef struct _ApoolEstimate ApoolEstimate;

ApoolEstimate *apool_estimate_new (guint64 n_past, gint64 past_usec, double average_usec);
void apool_estimate_free (ApoolEstimate *self);

void apool_estimate_start (ApoolEstimate *self, guint64 seq, gint64 expected_usec, gint64 now);
void apool_estimate_retry (ApoolEstimate *self, guint64 seq);
void apool_estimate_finish (ApoolEstimate *self, guint64 seq, gint64 run_usec);
void apool_estimate_pass (ApoolEstimate *self, guint64 n_jobs, gboolean is_past);
gint64
apool_estimate_find_left (const ApoolEstimate *self, guint64 n_total, guint n_slots, gint64 now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolEstimate, apool_estimate_free)

G_END_DECLS
