/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void apool_locale_set (void);
gboolean apool_locale_is_utf8 (void);
const char *apool_locale_describe_errno (int errnum);

G_END_DECLS
