/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolForm:
 *
 * What a replacement string makes of one value: `/.` of `{/.}` and `{2/.}`, `:%05d` of `{#:%05d}`,
 * `^a` of `{^a}` with `--plus`. Immutable.
 */
typedef struct _ApoolForm ApoolForm;

gsize
apool_form_match (const char *at, const char *end, gboolean plus, ApoolForm **form, GError **error);
void apool_form_free (ApoolForm *self);

gboolean apool_form_append (
    const ApoolForm *self, const char *data, gsize length, GString *to, GError **error);
const char *apool_form_get_format (const ApoolForm *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolForm, apool_form_free)

G_END_DECLS
