/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "job/apool-value.h"

G_BEGIN_DECLS

/**
 * ApoolHoles:
 *
 * The places in a command for what is not known before a worker starts it: its slot, and what was
 * made of the slot. In the order of their offsets; two may have the same one. Reference-counted,
 * and not changed any more once a task has it.
 */
typedef struct _ApoolHoles ApoolHoles;

ApoolHoles *apool_holes_new (void);
ApoolHoles *apool_holes_new_from_variant (GVariant *variant, GError **error);
ApoolHoles *apool_holes_ref (ApoolHoles *self);
void apool_holes_unref (ApoolHoles *self);

/* The slot's number and @delta, in decimal or as the printf() @format says (nullable: one
 * conversion of d i o x X, or s, with flags and width). */
void apool_holes_add_number (ApoolHoles *self, guint32 offset, gint64 delta, const char *format);
/* One of @choices, by slot from 1; the last one for slots beyond them. */
void apool_holes_add_choice (ApoolHoles *self,
                             guint32 offset,
                             const ApoolValue *choices,
                             gsize n_choices);

gsize apool_holes_get_n (const ApoolHoles *self);
guint32 apool_holes_get_offset (const ApoolHoles *self, gsize hole);
void apool_holes_append (const ApoolHoles *self, gsize hole, guint slot, GString *to);
GVariant *apool_holes_to_variant (const ApoolHoles *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolHoles, apool_holes_unref)

G_END_DECLS
