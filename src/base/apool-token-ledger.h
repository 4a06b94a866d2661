/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolTokenLedger:
 *
 * What was borrowed, a byte each, and is to be given back even where this process is killed.
 */
typedef struct _ApoolTokenLedger ApoolTokenLedger;

ApoolTokenLedger *apool_token_ledger_new (GError **error);
void apool_token_ledger_free (ApoolTokenLedger *self);

gboolean
apool_token_ledger_guard (ApoolTokenLedger *self, int fd, const char *path, GError **error);
gboolean apool_token_ledger_add (ApoolTokenLedger *self, char token);
char apool_token_ledger_remove (ApoolTokenLedger *self);
guint apool_token_ledger_get_n_tokens (const ApoolTokenLedger *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolTokenLedger, apool_token_ledger_free)

G_END_DECLS
