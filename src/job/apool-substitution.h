/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolSubstitution:
 *
 * What a regular expression does to a value: `#a`, `##a`, `%a`, `%%a`, `/a/b`, `^a` and the like of
 * `--plus`. Immutable.
 */
typedef struct _ApoolSubstitution ApoolSubstitution;

ApoolSubstitution *apool_substitution_parse (const char *text, gsize length, GError **error);
void apool_substitution_free (ApoolSubstitution *self);

gboolean apool_substitution_append (
    const ApoolSubstitution *self, const char *data, gsize length, GString *to, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolSubstitution, apool_substitution_free)

G_END_DECLS
