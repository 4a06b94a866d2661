/* SPDX-License-Identifier: MIT */
#pragma once

#include "sinks/apool-output-job.h"

G_BEGIN_DECLS

/**
 * ApoolTurns:
 *
 * The jobs of an output, and whose turn it is to print.
 */
typedef struct _ApoolTurns ApoolTurns;

ApoolTurns *apool_turns_new (const ApoolFlowHub *hub);
void apool_turns_free (ApoolTurns *self);
void apool_turns_set_outlets (ApoolTurns *self, ApoolOutlet *const *outlets);

ApoolOutputJob *apool_turns_lookup_job (const ApoolTurns *self, guint64 seq);
ApoolOutputJob *apool_turns_ensure_job (ApoolTurns *self, ApoolTask *task);
gboolean apool_turns_end_attempt (ApoolTurns *self,
                                  const ApoolTask *task,
                                  const ApoolOutcome *outcome,
                                  GError **error);
gboolean apool_turns_settle_task (ApoolTurns *self,
                                  ApoolTask *task,
                                  const ApoolOutcome *outcome,
                                  GError **error);
void apool_turns_end_live (ApoolTurns *self);
gboolean apool_turns_close (ApoolTurns *self, GError **error);
void apool_turns_drop (ApoolTurns *self);

gboolean apool_turns_ensure_current (ApoolTurns *self, GError **error);
ApoolOutputJob *apool_turns_get_current (const ApoolTurns *self);
void apool_turns_end_current (ApoolTurns *self);

gboolean apool_turns_relieve (ApoolTurns *self, gboolean *has_turn, GError **error);
gboolean apool_turns_resume (ApoolTurns *self, GError **error);
ApoolOutputJob *apool_turns_get_favoured (const ApoolTurns *self);
gboolean apool_turns_are_stuck (const ApoolTurns *self);

gint64 apool_turns_get_deadline (const ApoolTurns *self);
guint64 apool_turns_take_deadline (ApoolTurns *self);
guint64 apool_turns_count_printable (ApoolTurns *self, guint64 limit, GError **error);
gboolean apool_turns_are_over (const ApoolTurns *self);
gboolean apool_turns_are_closed (const ApoolTurns *self);
void apool_turns_sweep (ApoolTurns *self);
guint64 apool_turns_get_n_waiting (const ApoolTurns *self);
gboolean apool_turns_can_feed (const ApoolTurns *self);
guint apool_turns_get_n_put_off (const ApoolTurns *self);
guint64 apool_turns_get_n_printed (const ApoolTurns *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolTurns, apool_turns_free)

G_END_DECLS
