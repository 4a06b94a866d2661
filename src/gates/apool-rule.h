/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-outcome.h"

G_BEGIN_DECLS

/**
 * ApoolRuleAnswer:
 * @is_open: whether one more job may be started now
 * @again_usec: where not, after what time it is worth asking again, microseconds
 * @why: (nullable): where it is said what a job waits for, a place for it
 * @failure: (nullable), owned by the asker: why the rule does not know; @is_open counts all the
 *   same
 *
 * What a rule says of one more job.
 */
typedef struct
{
  gboolean is_open;
  gint64 again_usec;
  GString *why;
  char *failure;
} ApoolRuleAnswer;

/**
 * ApoolRuleKind:
 * @ask: fills in the answer, which says that it is closed for no time
 * @enter: job @seq is on its way to its start
 * @started: it starts
 * @leave: it is over, or was not started; its outcome is (nullable)
 * @free: frees the rule
 * @skips_pauses: whether the time in which everything stands still is left out for it
 *
 * How it is decided whether a job may be started at a time, in microseconds of the monotonic clock,
 * which never goes back. All but @ask and @free are optional.
 */
typedef struct
{
  void (*ask) (gpointer rule, gint64 now, ApoolRuleAnswer *answer);
  void (*enter) (gpointer rule, guint64 seq, gint64 now);
  void (*started) (gpointer rule, guint64 seq, gint64 now);
  void (*leave) (gpointer rule, guint64 seq, const ApoolOutcome *outcome, gint64 now);
  void (*free) (gpointer rule);
  gboolean skips_pauses;
} ApoolRuleKind;

G_END_DECLS
