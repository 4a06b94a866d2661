/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/apool-quote.h"
#include "pool/apool-pool.h"

G_BEGIN_DECLS

/**
 * ApoolAsker:
 *
 * Asks the user whether a job is to be run.
 */
typedef struct _ApoolAsker ApoolAsker;

ApoolAsker *apool_asker_new (GMainContext *context, ApoolQuoteStyle quote, GError **error);
void apool_asker_free (ApoolAsker *self);
void apool_asker_attach (ApoolAsker *self, ApoolPool *pool, guint n_jobs);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolAsker, apool_asker_free)

G_END_DECLS
