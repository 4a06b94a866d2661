/* SPDX-License-Identifier: MIT */
/* Messages as they arrive, for the programs that test them. */
#pragma once

#include "wire-body.h"

/* A received frame: the bytes of @body in a block of their own, so that a look behind it is found
 * out, aligned as in a channel's buffer. */
static inline ApoolFrame
test_message_make_frame (ApoolMessageType type, GVariant *body, guint8 **bytes)
{
  g_autoptr (GVariant) owned = g_variant_ref_sink (body);
  gsize length = g_variant_get_size (owned);

  *bytes = g_memdup2 (g_variant_get_data (owned), length);
  return (ApoolFrame){ .type = (guint8) type, .body = *bytes, .length = length };
}

/* What arrives of a message: a view into @bytes. */
static inline GVariant *
test_message_receive (ApoolMessageType type, GVariant *body, guint8 **bytes)
{
  g_autoptr (GError) error = NULL;
  ApoolFrame frame = test_message_make_frame (type, body, bytes);
  GVariant *received = wire_body_read (&frame, &error);

  g_assert_no_error (error);
  g_assert_nonnull (received);
  return received;
}
