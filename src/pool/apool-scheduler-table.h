/* SPDX-License-Identifier: MIT */
#pragma once

#include "pool/apool-scheduler.h"

G_BEGIN_DECLS

/**
 * ApoolSchedulerKind:
 * @name: as `--scheduler` has it
 * @needs_key: whether tasks need a key: then `--scheduler NAME=TEMPLATE` says what it is
 * @create: makes one, (transfer full), for the seats of a roster that outlives it
 *
 * A scheduler that there is.
 */
typedef struct
{
  const char *name;
  gboolean needs_key;
  ApoolScheduler *(*create) (ApoolRoster *roster);
} ApoolSchedulerKind;

const ApoolSchedulerKind *apool_scheduler_table_get (gsize *n_kinds);
const ApoolSchedulerKind *apool_scheduler_table_find (const char *name);

G_END_DECLS
