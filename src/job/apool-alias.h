/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolAlias:
 *
 * A replacement string that the user has named: another name for a usual one, or one of `--rpl`,
 * which stands for a Perl expression. Immutable.
 */
typedef struct _ApoolTag ApoolAlias;

ApoolAlias *apool_alias_new_name (const char *name, int meaning);
ApoolAlias *apool_alias_new_definition (const char *definition, GError **error);
void apool_alias_free (ApoolAlias *self);

gsize apool_alias_get_name_length (const ApoolAlias *self);
int apool_alias_get_meaning (const ApoolAlias *self);
gsize apool_alias_match (
    const ApoolAlias *self, const char *at, const char *end, gint64 *position, char **code);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolAlias, apool_alias_free)

G_END_DECLS
