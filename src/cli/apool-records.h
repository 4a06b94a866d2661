/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-inputs.h"
#include "cli/apool-options.h"
#include "pool/apool-pool.h"
#include "sinks/apool-estimate.h"
#include "sinks/apool-output.h"

G_BEGIN_DECLS

/**
 * ApoolRecords:
 *
 * What is kept on the disk of which jobs were run and what became of them, by this run and by
 * earlier ones: its logs and its journal, and who decides by them what is to be run.
 */
typedef struct _ApoolRecords ApoolRecords;

ApoolRecords *apool_records_new (const ApoolOptions *options,
                                 ApoolInputs *inputs,
                                 const char *shell,
                                 GString *notes,
                                 GError **error);
void apool_records_free (ApoolRecords *self);

gboolean apool_records_begin (ApoolRecords *self, GError **error);
ApoolEstimate *apool_records_create_estimate (ApoolRecords *self);
GPtrArray *apool_records_get_keepers (ApoolRecords *self);
void apool_records_attach (ApoolRecords *self, ApoolPool *pool, ApoolOutput *output);
void apool_records_forsake (ApoolRecords *self);
gboolean apool_records_finish (ApoolRecords *self, int status, GString *words);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolRecords, apool_records_free)

G_END_DECLS
