/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Of so many numbers the median is known; of more, that of the last ones. */
#define APOOL_MEDIAN_NUMBERS 1023u

/**
 * ApoolMedian:
 *
 * The median of numbers that come one by one.
 */
typedef struct _ApoolMedian ApoolMedian;

ApoolMedian *apool_median_new (void);
void apool_median_free (ApoolMedian *self);
void apool_median_add (ApoolMedian *self, gint64 number);
gboolean apool_median_get (const ApoolMedian *self, gint64 *median);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolMedian, apool_median_free)

G_END_DECLS
