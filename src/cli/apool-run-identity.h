/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"
#include "record/apool-journal-event.h"

G_BEGIN_DECLS

/**
 * ApoolRunIdentity:
 *
 * What a run is of, as far as it decides what jobs its inputs become.
 */
typedef struct _ApoolRunIdentity ApoolRunIdentity;

ApoolRunIdentity *
apool_run_identity_new (const ApoolOptions *options, const char *shell, GError **error);
void apool_run_identity_free (ApoolRunIdentity *self);

const ApoolJournalEvent *apool_run_identity_get_event (const ApoolRunIdentity *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolRunIdentity, apool_run_identity_free)

G_END_DECLS
