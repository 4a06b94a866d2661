/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "base/apool-quote.h"
#include "job/apool-value.h"

G_BEGIN_DECLS

/* What holes are on the wire: where they are; then, of those that are not just the slot's number,
 * which one, the difference, the format and the choices. Nothing at all for no holes. */
#define APOOL_HOLES_FORMAT "m(aua(uxayaay))"

/**
 * ApoolHoles:
 *
 * The places in a command for what is not known before a worker starts it: its slot, and what was
 * made of the slot. In the order of their offsets; two may have the same one. Reference-counted,
 * and not changed any more once a task has it.
 */
typedef struct _ApoolHoles ApoolHoles;

ApoolHoles *apool_holes_new (void);
gboolean apool_holes_new_from_variant (GVariant *variant, ApoolHoles **holes, GError **error);
ApoolHoles *apool_holes_ref (ApoolHoles *self);
void apool_holes_unref (ApoolHoles *self);

gboolean apool_holes_is_format (const char *format);
void apool_holes_add_number (ApoolHoles *self, guint32 offset, gint64 delta, const char *format);
void apool_holes_add_choice (ApoolHoles *self,
                             guint32 offset,
                             const ApoolValue *choices,
                             gsize n_choices);

gsize apool_holes_get_n (const ApoolHoles *self);
guint32 apool_holes_get_offset (const ApoolHoles *self, gsize hole);
gboolean apool_holes_check (const ApoolHoles *self, gsize length, const char **why);
void apool_holes_append (
    const ApoolHoles *self, gsize hole, guint slot, ApoolQuoteStyle quote, GString *to);
void apool_holes_append_name (const ApoolHoles *self, gsize hole, GString *to);
GVariant *apool_holes_to_variant (const ApoolHoles *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolHoles, apool_holes_unref)

G_END_DECLS
