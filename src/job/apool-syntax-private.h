/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-replacement.h"
#include "job/apool-syntax.h"

G_BEGIN_DECLS

gboolean apool_syntax_find (ApoolSyntax *self,
                            const char *at,
                            const char *end,
                            const char **start,
                            gsize *length,
                            ApoolReplacement *replacement,
                            GError **error);
char **apool_syntax_join_parts (const ApoolSyntax *self, const char *const *words);

/* Whether options' templates repeat words for values, as the command does. */
void apool_syntax_set_repeats (ApoolSyntax *self, gboolean repeats);
gboolean apool_syntax_get_repeats (const ApoolSyntax *self);

guint apool_syntax_get_jobs (const ApoolSyntax *self);

G_END_DECLS
