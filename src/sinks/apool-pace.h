/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How long one that waits is held back at most, in all: microseconds. */
#define APOOL_PACE_PATIENCE_USEC (1 * G_TIME_SPAN_SECOND)

/**
 * ApoolPaced:
 * @link: in the queue of those that are held back
 * @is_held: whether it is
 * @since: since when, monotonic time in microseconds
 * @patience: how long it may still be, microseconds
 *
 * What can be held back. Embedded by its owner, who does not move it while it is.
 */
typedef struct
{
  GList link;
  gboolean is_held;
  gint64 since;
  gint64 patience;
} ApoolPaced;

/**
 * ApoolPaceFunc:
 * @paced: is held back no longer
 */
typedef void (*ApoolPaceFunc) (ApoolPaced *paced);

/**
 * ApoolPace:
 *
 * Whether jobs write faster than it can leave, and what is held back as long as they do.
 */
typedef struct _ApoolPace ApoolPace;

ApoolPace *apool_pace_new (GMainContext *context, ApoolPaceFunc func);
void apool_pace_free (ApoolPace *self);

void apool_pace_note (ApoolPace *self, gsize n_bytes);
void apool_paced_init (ApoolPaced *paced);
gboolean apool_pace_hold (ApoolPace *self, ApoolPaced *paced);
void apool_pace_release (ApoolPace *self, ApoolPaced *paced);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolPace, apool_pace_free)

G_END_DECLS
