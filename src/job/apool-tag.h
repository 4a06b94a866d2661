/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolTag:
 *
 * A replacement string that the user has named: another name for a usual one, or one of `--rpl`,
 * which stands for a Perl expression. Immutable.
 */
typedef struct _ApoolTag ApoolTag;

ApoolTag *apool_tag_new_name (const char *name, int meaning);
ApoolTag *apool_tag_new_definition (const char *definition, GError **error);
void apool_tag_free (ApoolTag *self);

gsize apool_tag_get_name_length (const ApoolTag *self);
int apool_tag_get_meaning (const ApoolTag *self);
gsize apool_tag_match (
    const ApoolTag *self, const char *at, const char *end, gint64 *position, char **code);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolTag, apool_tag_free)

G_END_DECLS
