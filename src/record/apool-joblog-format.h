/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-observer.h"

G_BEGIN_DECLS

/**
 * ApoolJoblogEntry:
 * @task: the attempt
 * @outcome: what became of it
 * @is_retried: whether it does not count
 * @is_recalled: whether it was made by an earlier run, whose journal says so
 * @place: where it ran
 * @start_usec: when it began, microseconds since 1970 (UTC)
 * @run_usec: how long it took
 * @lengths: how many bytes it wrote to each stream
 *
 * An attempt at a job that is over. Valid during a call.
 */
typedef struct
{
  const ApoolTask *task;
  const ApoolOutcome *outcome;
  gboolean is_retried;
  gboolean is_recalled;
  ApoolPlace place;
  gint64 start_usec;
  gint64 run_usec;
  guint64 lengths[APOOL_N_STREAMS];
} ApoolJoblogEntry;

/* What the first line of a joblog in columns is, with its newline. */
#define APOOL_JOBLOG_HEADER                                                                        \
  "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n"

void apool_joblog_append_row (GString *line, const ApoolJoblogEntry *entry, gboolean counts_both);

void apool_joblog_append_object (GString *line,
                                 const ApoolJoblogEntry *entry,
                                 const char *host,
                                 const char *directory);

G_END_DECLS
