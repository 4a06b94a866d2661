/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolInsideJob:
 * @seq: its number
 * @is_paused: whether it was stopped
 *
 * A job that has entered a gate and has not left.
 */
typedef struct
{
  guint64 seq;
  gboolean is_paused;
} ApoolInsideJob;

/**
 * ApoolInside:
 *
 * The jobs that have entered a gate and have not left, in the order of their numbers: the last one
 * is the youngest.
 */
typedef struct _ApoolInside ApoolInside;

ApoolInside *apool_inside_new (void);
void apool_inside_free (ApoolInside *self);

void apool_inside_add (ApoolInside *self, guint64 seq);
void apool_inside_remove (ApoolInside *self, guint64 seq);
guint apool_inside_get_n (const ApoolInside *self);
guint apool_inside_count_paused (const ApoolInside *self);
ApoolInsideJob *apool_inside_get (ApoolInside *self, guint index);
guint64 apool_inside_get_youngest (const ApoolInside *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolInside, apool_inside_free)

G_END_DECLS
