/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-row.h"
#include "job/apool-template.h"

G_BEGIN_DECLS

/**
 * ApoolTaskFiles:
 *
 * The files that are written for each job before it is started (`--tmpl`): of each a template for
 * its name and one for what is in it.
 */
typedef struct _ApoolTaskFiles ApoolTaskFiles;

gboolean apool_task_files_read (const char *definition, char **name, char **text, GError **error);

ApoolTaskFiles *apool_task_files_new (void);
void apool_task_files_free (ApoolTaskFiles *self);

void apool_task_files_add (ApoolTaskFiles *self, ApoolTemplate *name, ApoolTemplate *text);
gboolean
apool_task_files_write (ApoolTaskFiles *self, const ApoolRow *row, guint64 seq, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolTaskFiles, apool_task_files_free)

G_END_DECLS
