/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolRandom:
 * @state: the seed at first
 *
 * Numbers that look as if by chance, and are the same for the same seed on every machine and in
 * every version.
 */
typedef struct
{
  guint64 state;
} ApoolRandom;

guint64 apool_random_next (ApoolRandom *self);
guint64 apool_random_below (ApoolRandom *self, guint64 bound);

G_END_DECLS
