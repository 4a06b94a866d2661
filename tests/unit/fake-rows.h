/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-source.h"

G_BEGIN_DECLS

/* A source of the very rows that a test gives it. */
#define FAKE_TYPE_ROWS (fake_rows_get_type ())
G_DECLARE_FINAL_TYPE (FakeRows, fake_rows, FAKE, ROWS, GObject)

ApoolSource *fake_rows_new (const ApoolRow *rows, gsize n_rows);
void fake_rows_hold (FakeRows *self);

G_END_DECLS
