/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-identity.h"
#include "job/apool-recorded.h"

G_BEGIN_DECLS

/**
 * ApoolVerdict:
 * @APOOL_VERDICT_RUN: the job is to be run
 * @APOOL_VERDICT_SKIP: it was run before: nothing is done or said about it
 * @APOOL_VERDICT_RECALL: it was run before: what was recorded of it counts as if it were run now
 */
typedef enum
{
  APOOL_VERDICT_RUN,
  APOOL_VERDICT_SKIP,
  APOOL_VERDICT_RECALL,
} ApoolVerdict;

#define APOOL_TYPE_JUDGE (apool_judge_get_type ())

/**
 * ApoolJudge:
 *
 * Whoever knows what earlier runs have done.
 */
G_DECLARE_INTERFACE (ApoolJudge, apool_judge, APOOL, JUDGE, GObject)

/**
 * ApoolJudgeInterface:
 * @judge: decides about the job that comes next. Sets the occurrence of its identity, where nobody
 * has.
 *   @recorded is (out) (transfer full) (nullable): with %APOOL_VERDICT_RECALL
 * @ended: told once, after the last job of the input. Optional
 */
struct _ApoolJudgeInterface
{
  GTypeInterface parent;

  ApoolVerdict (*judge) (ApoolJudge *self,
                         ApoolIdentity *identity,
                         guint64 seq,
                         ApoolRecorded **recorded);
  void (*ended) (ApoolJudge *self);
};

ApoolVerdict apool_judge_judge (ApoolJudge *self,
                                ApoolIdentity *identity,
                                guint64 seq,
                                ApoolRecorded **recorded);
void apool_judge_end (ApoolJudge *self);

G_END_DECLS
