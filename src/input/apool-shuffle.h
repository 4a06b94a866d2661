/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolShuffle:
 *
 * Numbers that are put in one after the other and come out in any order, each as likely as the
 * others, in little memory however many there are.
 */
typedef struct _ApoolShuffle ApoolShuffle;

ApoolShuffle *apool_shuffle_new (const char *directory, guint64 seed);
void apool_shuffle_free (ApoolShuffle *self);

gboolean apool_shuffle_put (ApoolShuffle *self, guint64 number, GError **error);
gboolean apool_shuffle_take (ApoolShuffle *self, guint64 *number, GError **error);
gboolean apool_shuffle_is_empty (const ApoolShuffle *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolShuffle, apool_shuffle_free)

G_END_DECLS
