/* SPDX-License-Identifier: MIT */
#pragma once

#include "wire/apool-message.h"

G_BEGIN_DECLS

gboolean apool_message_fail (GError **error, const char *what);
GVariant *
apool_message_parse (const char *format, gconstpointer data, gsize length, GError **error);
GVariant *apool_message_new_bytes (const void *data, gsize length);
const char *apool_message_get_bytes (GVariant *body, gsize index, gsize *length);
GVariant *apool_message_new_c_string (const char *text);
const char *apool_message_get_c_string (GVariant *body, gsize index);
guint32 apool_message_get_outcome_flags (const ApoolOutcome *outcome);
gboolean apool_message_check_exit (
    guint32 number, gint32 value, ApoolOutcomeKind *kind, int *code, GError **error);
ApoolOutcome *apool_message_make_outcome (ApoolOutcomeKind kind,
                                          int code,
                                          const ApoolUsage *usage,
                                          guint32 flags,
                                          const char *message,
                                          gsize length);

G_END_DECLS
