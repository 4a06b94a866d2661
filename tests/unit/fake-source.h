/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-source.h"

G_BEGIN_DECLS

/* A source whose rows come when a test says so. */
#define FAKE_TYPE_SOURCE (fake_source_get_type ())
G_DECLARE_FINAL_TYPE (FakeSource, fake_source, FAKE, SOURCE, GObject)

FakeSource *fake_source_new (guint64 n_rows);
void fake_source_hold (FakeSource *self);
void fake_source_provide (FakeSource *self, guint64 n_rows);
void fake_source_fail_after (FakeSource *self, guint64 n_rows, const char *why);
void fake_source_spoil (FakeSource *self, guint64 line, const char *value, gsize length);
void fake_source_skip (FakeSource *self, guint64 first, guint64 n);
void fake_source_fault (FakeSource *self, guint64 line, const char *why);
void fake_source_repeat (FakeSource *self, const char *const *values);
guint64 fake_source_get_n_taken (FakeSource *self);
guint64 fake_source_get_n_ready (FakeSource *self);
gboolean fake_source_is_waited_for (FakeSource *self);
gboolean fake_source_has_failed (FakeSource *self);

G_END_DECLS
