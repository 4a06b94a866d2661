/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-observer.h"
#include "sinks/apool-backlog.h"
#include "sinks/apool-flow.h"

G_BEGIN_DECLS

/**
 * ApoolOutputJob:
 * @task: (nullable): what is run, owned; %NULL for one that comes from the backlog
 * @seq: the number of its task; 0 for one that comes from the backlog
 * @flows: what it writes
 * @row: which of them has the latest line
 * @place: where it is run; all zero where nobody said
 * @is_closed: whether nothing more is read of what it writes
 * @finished: whether it is over
 * @ended_by_pool: whether it is over because the pool ended it
 * @has_allowance: whether it was given one since the spool is full
 * @n_in_memory: how much of its row did not find room in the spool
 * @turn: its turn, where that is not decided by its end; else 0
 *
 * What the output knows of one job.
 */
typedef struct
{
  ApoolTask *task;
  guint64 seq;
  ApoolFlow flows[APOOL_N_STREAMS];
  ApoolDisplayRow row;
  ApoolPlace place;
  gboolean is_closed;
  gboolean finished;
  gboolean ended_by_pool;
  gboolean has_allowance;
  guint64 turn;
  guint64 n_in_memory;
} ApoolOutputJob;

ApoolOutputJob *apool_output_job_new (const ApoolFlowHub *hub, ApoolTask *task);
void apool_output_job_free (ApoolOutputJob *self);

gboolean apool_output_job_close (ApoolOutputJob *self, GError **error);
gboolean
apool_output_job_finish (ApoolOutputJob *self, const ApoolOutcome *outcome, GError **error);
gboolean apool_output_job_recall (ApoolOutputJob *self, GError **error);
gboolean apool_output_job_is_running (const ApoolOutputJob *self);
gboolean apool_output_job_is_recalled (const ApoolOutputJob *self);
gboolean apool_output_job_can_feed (const ApoolOutputJob *self);
gboolean apool_output_job_void (ApoolOutputJob *self, GError **error);
gboolean apool_output_job_pack (ApoolOutputJob *self, ApoolBacklogRecord *record, GError **error);
gboolean
apool_output_job_park (ApoolOutputJob *self, ApoolBacklog *backlog, guint64 turn, GError **error);
ApoolOutputJob *apool_output_job_new_unpacked (const ApoolFlowHub *hub,
                                               const ApoolBacklogRecord *record,
                                               GError **error);

gboolean apool_output_job_drop (ApoolOutputJob *self);

void apool_output_job_open (ApoolOutputJob *self, ApoolOutlet *const *outlets);
void apool_output_job_withdraw (ApoolOutputJob *self);
gboolean apool_output_job_pump (ApoolOutputJob *self, gsize *budget, GError **error);

gboolean apool_output_job_resume (ApoolOutputJob *self, gsize allowance, GError **error);

gboolean apool_output_job_has_printed (const ApoolOutputJob *self);
gboolean apool_output_job_has_printed_on (const ApoolOutputJob *self, const ApoolOutlet *outlet);
const char *apool_output_job_find_last_line (const ApoolOutputJob *self, gsize *length);
gboolean apool_output_job_is_printed (const ApoolOutputJob *self);
guint64 apool_output_job_get_blocked (const ApoolOutputJob *self);
ApoolFlow *apool_output_job_get_largest_flow (ApoolOutputJob *self);
gboolean apool_output_job_is_mixed_early (const ApoolOutputJob *self);
gboolean apool_output_job_is_stalled (const ApoolOutputJob *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolOutputJob, apool_output_job_free)

G_END_DECLS
