/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * ApoolOutcomeKind:
 * @APOOL_OUTCOME_EXITED: it ended by itself; the code is its exit status
 * @APOOL_OUTCOME_SIGNALLED: it died of a signal; the code is the signal
 * @APOOL_OUTCOME_NOT_STARTED: it could not be started; the code is an errno, or 0 where only the
 *   message says why; ECANCELED where the user, who was asked, did not want it
 * @APOOL_OUTCOME_LOST: its worker was lost while it ran; the code is 0
 * @APOOL_OUTCOME_SKIPPED: there was nothing to run: neither success nor failure; the code is 0
 * @APOOL_OUTCOME_TIMED_OUT: it ran too long and was ended; the code is the signal that it died of,
 *   0 where it ended by itself even then
 */
typedef enum
{
  APOOL_OUTCOME_EXITED,
  APOOL_OUTCOME_SIGNALLED,
  APOOL_OUTCOME_NOT_STARTED,
  APOOL_OUTCOME_LOST,
  APOOL_OUTCOME_SKIPPED,
  APOOL_OUTCOME_TIMED_OUT,
} ApoolOutcomeKind;

/**
 * ApoolEndReason:
 * @APOOL_END_TIMED_OUT: it runs too long
 * @APOOL_END_BY_POOL: the pool wants it gone, for whatever reason
 *
 * Why a job is ended before its time.
 */
typedef enum
{
  APOOL_END_TIMED_OUT,
  APOOL_END_BY_POOL,
  APOOL_N_END_REASONS,
} ApoolEndReason;

/**
 * ApoolUsage:
 * @start_usec: when it was started, microseconds since 1970 (UTC)
 * @run_usec: how long it ran, on the monotonic clock
 * @user_usec: user CPU time of it and of the children it waited for
 * @system_usec: system CPU time of the same
 * @peak_bytes: largest resident memory of any one of these processes
 *
 * What a job used, as wait4() tells it.
 */
typedef struct
{
  gint64 start_usec;
  gint64 run_usec;
  gint64 user_usec;
  gint64 system_usec;
  gint64 peak_bytes;
} ApoolUsage;

#define APOOL_TYPE_OUTCOME (apool_outcome_get_type ())

/**
 * ApoolOutcome:
 *
 * What became of a task, an immutable, reference-counted value.
 */
typedef struct _ApoolOutcome ApoolOutcome;

GType apool_outcome_get_type (void);

ApoolOutcome *apool_outcome_new (ApoolOutcomeKind kind,
                                 int code,
                                 const ApoolUsage *usage,
                                 gboolean ended_by_pool,
                                 gboolean output_cut,
                                 const char *message);
ApoolOutcome *apool_outcome_new_faulty (const ApoolOutcome *outcome, const char *why);
ApoolOutcome *apool_outcome_ref (ApoolOutcome *outcome);
void apool_outcome_unref (ApoolOutcome *outcome);

ApoolOutcomeKind apool_outcome_get_kind (const ApoolOutcome *outcome);
int apool_outcome_get_code (const ApoolOutcome *outcome);
const ApoolUsage *apool_outcome_get_usage (const ApoolOutcome *outcome);
const char *apool_outcome_get_message (const ApoolOutcome *outcome);
gboolean apool_outcome_is_success (const ApoolOutcome *outcome);
gboolean apool_outcome_is_failure (const ApoolOutcome *outcome);
gboolean apool_outcome_is_faulty (const ApoolOutcome *outcome);
gboolean apool_outcome_is_declined (const ApoolOutcome *outcome);
gboolean apool_outcome_is_ended_by_pool (const ApoolOutcome *outcome);
gboolean apool_outcome_is_output_cut (const ApoolOutcome *outcome);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolOutcome, apool_outcome_unref)

G_END_DECLS
