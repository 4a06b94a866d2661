/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-keeper.h"

G_BEGIN_DECLS

gboolean apool_keepers_want_bytes (const GPtrArray *keepers);
gboolean apool_keepers_want_ends (const GPtrArray *keepers);
void apool_keepers_keep (const GPtrArray *keepers,
                         ApoolTask *task,
                         ApoolStream stream,
                         gconstpointer data,
                         gsize length);
void apool_keepers_tell_kept (const GPtrArray *keepers, ApoolTask *task, const guint64 *lengths);
void
apool_keepers_tell_failed (const GPtrArray *keepers, ApoolTask *task, const ApoolKeptEnd *ends);

G_END_DECLS
