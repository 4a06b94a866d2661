/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-task.h"

G_BEGIN_DECLS

/**
 * FakeWatch:
 *
 * Holds a pool to what it promises about all of its workers together.
 */
typedef struct _FakeWatch FakeWatch;

FakeWatch *fake_watch_new (guint jobs);
void fake_watch_free (FakeWatch *self);
void fake_watch_bind_keys (FakeWatch *self);
void fake_watch_set_jobs (FakeWatch *self, guint jobs);
void fake_watch_limit_tasks (FakeWatch *self, guint max_tasks);

void fake_watch_hand (FakeWatch *self, gconstpointer worker, ApoolTask *task, guint n_handed);
void fake_watch_let_go (FakeWatch *self, gconstpointer worker, guint64 seq);
void fake_watch_start (FakeWatch *self, guint64 seq, guint slot);
void fake_watch_exit (FakeWatch *self, guint64 seq, guint slot);

guint fake_watch_get_n_running (const FakeWatch *self);
guint fake_watch_get_peak (const FakeWatch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeWatch, fake_watch_free)

G_END_DECLS
