/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-task.h"

G_BEGIN_DECLS

/**
 * ApoolRunning:
 *
 * The jobs that run, by how long they do.
 */
typedef struct _ApoolRunning ApoolRunning;

ApoolRunning *apool_running_new (void);
void apool_running_free (ApoolRunning *self);

void apool_running_add (ApoolRunning *self, ApoolTask *task, gint64 since);
void apool_running_remove (ApoolRunning *self, guint64 seq);
gboolean apool_running_has (const ApoolRunning *self, guint64 seq);
guint apool_running_get_n (const ApoolRunning *self);
ApoolTask *apool_running_get_oldest (const ApoolRunning *self, gint64 *since);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolRunning, apool_running_free)

G_END_DECLS
