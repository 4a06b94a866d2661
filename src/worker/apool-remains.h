/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolRemains:
 * @signum: what the processes are sent; 0 for nothing
 * @n_found: how many there are
 *
 * What is left of one attempt at a job.
 */
typedef struct
{
  int signum;
  guint n_found;
} ApoolRemains;

void apool_remains_signal (GHashTable *remains);

G_END_DECLS
