/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "base/apool-error.h"

G_BEGIN_DECLS

GRegex *
apool_pattern_new (const char *pattern, GRegexCompileFlags flags, ApoolError code, GError **error);
const char *apool_pattern_get_match_reason (const GError *error);

G_END_DECLS
