/* SPDX-License-Identifier: MIT */
#pragma once

#include "wire/apool-message.h"

G_BEGIN_DECLS

gboolean apool_message_fail (GError **error, const char *what);
GVariant *apool_message_new_c_string (const char *text);
const char *apool_message_get_c_string (GVariant *body, gsize index);

G_END_DECLS
