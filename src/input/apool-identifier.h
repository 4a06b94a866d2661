/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-identity.h"
#include "job/apool-template.h"

G_BEGIN_DECLS

/**
 * ApoolIdentifier:
 *
 * Says of each row of a run what its job is, in a way that another run says it too.
 */
typedef struct _ApoolIdentifier ApoolIdentifier;

ApoolIdentifier *apool_identifier_new (ApoolTemplate *command, const char *context);
void apool_identifier_free (ApoolIdentifier *self);

ApoolIdentity *
apool_identifier_identify (ApoolIdentifier *self, const ApoolRow *row, guint64 seq, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolIdentifier, apool_identifier_free)

G_END_DECLS
