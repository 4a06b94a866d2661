/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

guint apool_nearest_measure (const char *a, const char *b);
guint apool_nearest_get_limit (const char *typed);
const char *apool_nearest_find (const char *typed, const char *const *words);

G_END_DECLS
