/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolWorker:
 *
 * The far half: it takes tasks from the manager, runs several at once, and reports.
 */
typedef struct _ApoolWorker ApoolWorker;

ApoolWorker *apool_worker_new (GMainContext *context, int in_fd, int out_fd, GError **error);
void apool_worker_end_jobs (ApoolWorker *self);
void apool_worker_free (ApoolWorker *self);

gboolean apool_worker_is_closed (const ApoolWorker *self);
guint apool_worker_get_number (const ApoolWorker *self);
guint apool_worker_get_n_jobs (const ApoolWorker *self);
int apool_worker_get_status (const ApoolWorker *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolWorker, apool_worker_free)

G_END_DECLS
