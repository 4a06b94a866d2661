/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-source.h"
#include "job/apool-label.h"
#include "job/apool-template.h"

G_BEGIN_DECLS

/**
 * ApoolLabels:
 *
 * What is printed around what each job writes: templates of it, rendered for each row.
 */
typedef struct _ApoolLabels ApoolLabels;

ApoolLabels *apool_labels_new (void);
void apool_labels_free (ApoolLabels *self);
void apool_labels_set_tag (ApoolLabels *self, const char *option, ApoolTemplate *tag);
void apool_labels_set_title (ApoolLabels *self, ApoolTemplate *title);
void apool_labels_set_coloured (ApoolLabels *self);

ApoolLabel *apool_labels_make (ApoolLabels *self, const ApoolRow *row, guint64 seq, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolLabels, apool_labels_free)

G_END_DECLS
