/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolPlace:
 * @worker: the number of the worker, counted from 1; 0 where none ran it
 * @slot: the number of its slot, as `{%}` has it; 0 where nobody knows
 *
 * Where a job is run.
 */
typedef struct
{
  guint worker;
  guint slot;
} ApoolPlace;

G_END_DECLS
