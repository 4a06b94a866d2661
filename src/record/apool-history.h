/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-identity.h"

G_BEGIN_DECLS

/**
 * ApoolPastJob:
 * @seq: the number it had
 * @is_failed: whether it has to be run again where failed ones are
 * @is_retried: whether only an attempt has failed that another one was to follow: where the run
 * came to its end before, nothing else is known of it
 * @run_usec: how long it ran, microseconds
 * @command: (nullable) (array length=command_length): as it was typed, where there is no key. What
 * a history has is unquoted, unless it is by numbers
 * @command_length: how many bytes
 * @key: (nullable): %APOOL_IDENTITY_KEY_BYTES that say what it was
 * @occurrence: as which one of those with its key it came in its input, counted from 1
 * @place: whatever its reader needs to find it again, below %APOOL_HISTORY_MAX_PLACE
 *
 * One job of an earlier run.
 */
typedef struct
{
  guint64 seq;
  gboolean is_failed;
  gboolean is_retried;
  gint64 run_usec;
  const char *command;
  gsize command_length;
  const guint8 *key;
  guint64 occurrence;
  guint64 place;
} ApoolPastJob;

#define APOOL_HISTORY_MAX_PLACE (G_GUINT64_CONSTANT (1) << 62)

/**
 * ApoolHistory:
 *
 * What is known of the jobs of earlier runs, each found by what it was.
 */
typedef struct _ApoolHistory ApoolHistory;

ApoolHistory *apool_history_new (void);
ApoolHistory *apool_history_new_by_seq (void);
ApoolHistory *apool_history_new_kept (gboolean is_by_seq);
void apool_history_free (ApoolHistory *self);

void apool_history_add (ApoolHistory *self, const ApoolPastJob *job);
gboolean apool_history_take (ApoolHistory *self,
                             const ApoolIdentity *identity,
                             guint64 seq,
                             ApoolPastJob *job);
gint64 apool_history_find_time (ApoolHistory *self, const ApoolIdentity *identity);
void apool_history_get (const ApoolHistory *self, guint64 i, ApoolPastJob *job);
guint64 apool_history_get_n (const ApoolHistory *self);
guint64 apool_history_count_gone (ApoolHistory *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolHistory, apool_history_free)

G_END_DECLS
