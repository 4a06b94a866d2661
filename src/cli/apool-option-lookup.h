/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-option-table.h"

G_BEGIN_DECLS

const ApoolOption *apool_option_find_long (const char *typed, GError **error);
const ApoolOption *apool_option_find_short (char letter, GError **error);
gboolean apool_option_is_long_name (const char *typed);

G_END_DECLS
