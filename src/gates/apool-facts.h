/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *apool_facts_read (const char *root, const char *path, char **failure);
gboolean apool_facts_find (const char *text, const char *name, guint64 *value);
char *apool_facts_fail (const char *root, const char *path, const char *why);

G_END_DECLS
