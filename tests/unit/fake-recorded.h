/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-recorded.h"

G_BEGIN_DECLS

/* What is known of a job that never ran. */
#define FAKE_TYPE_RECORDED (fake_recorded_get_type ())
G_DECLARE_FINAL_TYPE (FakeRecorded, fake_recorded, FAKE, RECORDED, GObject)

FakeRecorded *fake_recorded_new (int status, const char *out, const char *err);
FakeRecorded *
fake_recorded_new_made_up (int status, guint64 out_length, guint64 err_length, guint64 line_length);
void fake_recorded_break (FakeRecorded *self, guint64 offset);
guint64 fake_recorded_get_n_read (FakeRecorded *self);

void fake_recorded_make_up (
    ApoolStream stream, guint64 line_length, guint64 offset, char *buffer, gsize length);

G_END_DECLS
