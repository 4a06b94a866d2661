/* SPDX-License-Identifier: MIT */
/* The interface of what decides whether a job has to be run at all. */

#include "input/apool-judge.h"

G_DEFINE_INTERFACE (ApoolJudge, apool_judge, G_TYPE_OBJECT)

static void
apool_judge_default_init (ApoolJudgeInterface *iface)
{
}

/**
 * apool_judge_judge:
 * @self: a judge
 * @identity: the job that comes next in the input; its occurrence is set
 * @seq: the number that it has there, counted from 1
 * @recorded: (out) (transfer full) (nullable): what is known of it, with %APOOL_VERDICT_RECALL
 *
 * Returns: what is to become of it
 */
ApoolVerdict
apool_judge_judge (ApoolJudge *self, ApoolIdentity *identity, guint64 seq, ApoolRecorded **recorded)
{
  *recorded = NULL;
  return APOOL_JUDGE_GET_IFACE (self)->judge (self, identity, seq, recorded);
}

/**
 * apool_judge_end:
 * @self: a judge that has been asked about all jobs of the input
 */
void
apool_judge_end (ApoolJudge *self)
{
  ApoolJudgeInterface *iface = APOOL_JUDGE_GET_IFACE (self);

  if (iface->ended)
    iface->ended (self);
}
