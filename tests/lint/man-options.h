/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *man_options_dup_faults (const char *man, const char *help);
char *man_options_dup_other_faults (const char *man);

G_END_DECLS
