/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void apool_locale_set (void);
const char *apool_locale_describe_errno (int errnum);

G_END_DECLS
