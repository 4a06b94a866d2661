/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Of a longer line only the beginning is kept. */
#define APOOL_LATEST_MAX_BYTES ((gsize) 64 * 1024)

/**
 * ApoolLatest:
 * @text: (nullable): the line, without what ends it, owned; %NULL before the first one
 * @length: bytes of the line, more than in @text where it is longer than APOOL_LATEST_MAX_BYTES
 * @has_ended: whether what comes next is another line
 *
 * The latest line of a stream that comes in pieces. All zero is one without a line. Embedded by its
 * owner.
 */
typedef struct
{
  GString *text;
  guint64 length;
  gboolean has_ended;
} ApoolLatest;

void apool_latest_clear (ApoolLatest *self);
void apool_latest_push (ApoolLatest *self, const guint8 *data, gsize length);
gboolean apool_latest_is_empty (const ApoolLatest *self);
gboolean apool_latest_is_cut (const ApoolLatest *self);

G_END_DECLS
