/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-option-table.h"

G_BEGIN_DECLS

const ApoolOption *apool_option_find_long (const char *typed, GError **error);
const ApoolOption *apool_option_find_short (char letter, GError **error);

G_END_DECLS
