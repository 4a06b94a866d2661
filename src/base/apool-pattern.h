/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "base/apool-error.h"

G_BEGIN_DECLS

GRegex *
apool_pattern_new (const char *pattern, GRegexCompileFlags flags, ApoolError code, GError **error);

G_END_DECLS
