/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolTitle:
 *
 * What ps(1) shows as this process's command line.
 */
typedef struct _ApoolTitle ApoolTitle;

ApoolTitle *apool_title_new (int argc, char **argv);
void apool_title_free (ApoolTitle *self);

void apool_title_show (ApoolTitle *self, guint number, guint n_jobs);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolTitle, apool_title_free)

G_END_DECLS
