/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-about.h"

G_BEGIN_DECLS

/**
 * ApoolUsable:
 * @unit: in what is counted
 * @n_allowed: how many there are that this process may run on
 * @quota: the time of how many CPUs its control groups leave it; 0 without limit
 * @n: how many jobs can be kept busy by that, at least 1
 *
 * What `-j` counts from.
 */
typedef struct
{
  ApoolAboutUnit unit;
  guint n_allowed;
  guint quota;
  guint n;
} ApoolUsable;

void apool_usable_find (const char *root, ApoolAboutUnit unit, ApoolUsable *usable);
char *apool_usable_dup_text (const ApoolUsable *usable);

G_END_DECLS
