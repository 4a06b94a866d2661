/* SPDX-License-Identifier: MIT */
#pragma once

#include "factory/apool-worker-factory.h"
#include "fake-worker.h"

G_BEGIN_DECLS

/* A factory whose workers exist only in memory. */
#define FAKE_TYPE_FACTORY (fake_factory_get_type ())
G_DECLARE_FINAL_TYPE (FakeFactory, fake_factory, FAKE, FACTORY, GObject)

FakeFactory *fake_factory_new (guint jobs);
void fake_factory_remember (FakeFactory *self);
void fake_factory_prepare (FakeFactory *self);
void fake_factory_fail (FakeFactory *self, const char *why);
void fake_factory_lack_files (FakeFactory *self);
void fake_factory_fail_times (FakeFactory *self, const char *why, guint n);
FakeWatch *fake_factory_get_watch (FakeFactory *self);
guint fake_factory_get_n_made (FakeFactory *self);
guint fake_factory_get_n_living (FakeFactory *self);
guint fake_factory_get_n_running (FakeFactory *self);
guint fake_factory_get_peak (FakeFactory *self);
FakeWorker *fake_factory_get_worker (FakeFactory *self, guint index);
gboolean fake_factory_work (FakeFactory *self);

G_END_DECLS
