/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"
#include "pool/apool-pool.h"

G_BEGIN_DECLS

/**
 * ApoolRunEnd:
 * @signum: the signal that ended the run; 0 where none did
 * @is_halted: whether `--halt` did
 * @is_in_trouble: whether it could not do all of its work, or took too long
 * @reads_stdin: whether inputs came from standard input
 *
 * How a run came to its end.
 */
typedef struct
{
  int signum;
  gboolean is_halted;
  gboolean is_in_trouble;
  gboolean reads_stdin;
} ApoolRunEnd;

/**
 * ApoolRunSummary:
 *
 * What is said of a run when it is over, where that may be wanted.
 */
typedef struct _ApoolRunSummary ApoolRunSummary;

ApoolRunSummary *apool_run_summary_new (const ApoolOptions *options, GPtrArray *keepers);
void apool_run_summary_free (ApoolRunSummary *self);
void apool_run_summary_attach (ApoolRunSummary *self, ApoolPool *pool);
gboolean apool_run_summary_append (ApoolRunSummary *self, const ApoolRunEnd *end, GString *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolRunSummary, apool_run_summary_free)

G_END_DECLS
