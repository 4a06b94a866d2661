/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "wire/apool-frame.h"

G_BEGIN_DECLS

/**
 * ApoolCursor:
 * @data: a body's bytes, not owned
 * @length: how many
 * @at: how many of them are taken
 *
 * Takes a body apart, from its first member to its last, without a copy.
 */
typedef struct
{
  const guint8 *data;
  gsize length;
  gsize at;
} ApoolCursor;

gboolean apool_cursor_check (const ApoolFrame *frame, const char *format);

void apool_cursor_init (ApoolCursor *self, const ApoolFrame *frame);
guint32 apool_cursor_take_uint32 (ApoolCursor *self);
guint64 apool_cursor_take_uint64 (ApoolCursor *self);
gboolean apool_cursor_take_bytes (ApoolCursor *self, gsize length, const char **bytes);
gsize apool_cursor_take_rest (ApoolCursor *self, const char **bytes);

G_END_DECLS
