/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-inputs.h"
#include "cli/apool-options.h"
#include "pool/apool-pool.h"
#include "record/apool-history.h"
#include "sinks/apool-output.h"

G_BEGIN_DECLS

/**
 * ApoolRunJournal:
 *
 * The journal of a run: what it has of earlier runs, and what this one writes to it.
 */
typedef struct _ApoolRunJournal ApoolRunJournal;

ApoolRunJournal *apool_run_journal_new (GMainContext *context,
                                        const ApoolOptions *options,
                                        ApoolInputs *inputs,
                                        const char *shell,
                                        GString *notes,
                                        GError **error);
void apool_run_journal_free (ApoolRunJournal *self);

ApoolHistory *apool_run_journal_get_history (ApoolRunJournal *self);
GObject *apool_run_journal_get_recorder (ApoolRunJournal *self);
void apool_run_journal_attach (ApoolRunJournal *self, ApoolPool *pool, ApoolOutput *output);
void apool_run_journal_forsake (ApoolRunJournal *self);
gboolean apool_run_journal_finish (ApoolRunJournal *self, int status, GString *words);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolRunJournal, apool_run_journal_free)

G_END_DECLS
