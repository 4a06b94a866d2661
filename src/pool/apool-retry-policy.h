/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "job/apool-outcome.h"
#include "job/apool-task.h"

G_BEGIN_DECLS

/* By how much a delay is longer than was asked for, at most, where nobody says otherwise: percent
 */
#define APOOL_RETRY_JITTER 25u

/**
 * ApoolRetryOn:
 * @is_selective: whether only what follows is tried again; else whatever has failed
 * @exits: a bit for each exit status
 * @signals: a bit for each signal, the lowest one for signal 1
 * @timed_out: whether jobs are that ran too long
 * @lost: whether jobs are that were lost with their worker
 *
 * What is tried again. All zero is everything.
 */
typedef struct
{
  gboolean is_selective;
  guint8 exits[32];
  guint64 signals;
  gboolean timed_out;
  gboolean lost;
} ApoolRetryOn;

/**
 * ApoolRetryDelay:
 * @base_usec: how long the second attempt waits, microseconds; 0 for no time
 * @factor: how much longer each one waits than that before it; 0 counts as 1
 * @max_usec: the longest wait, microseconds; 0 without limit
 * @jitter: by how much a wait is longer than that by chance, at most: percent
 *
 * How long further attempts wait. All zero is not at all.
 */
typedef struct
{
  gint64 base_usec;
  double factor;
  gint64 max_usec;
  guint jitter;
} ApoolRetryDelay;

/**
 * ApoolRetryPolicy:
 * @on: what is tried again
 * @delay: after what time
 *
 * Which failed jobs are tried again, and when. How often is said elsewhere.
 */
typedef struct
{
  ApoolRetryOn on;
  ApoolRetryDelay delay;
} ApoolRetryPolicy;

gboolean apool_retry_on_parse (const char *text, ApoolRetryOn *on, GError **error);
gboolean apool_retry_delay_parse (const char *text, ApoolRetryDelay *delay, GError **error);
gboolean apool_retry_policy_allows (const ApoolRetryPolicy *self,
                                    guint retries,
                                    guint crash_limit,
                                    const ApoolTaskTraits *traits,
                                    const ApoolOutcome *outcome);
char *
apool_retry_policy_dup_loss (guint n_crashes, guint crash_limit, guint worker, const char *why);
gint64 apool_retry_policy_get_delay (const ApoolRetryPolicy *self, guint n_failed, double chance);

G_END_DECLS
