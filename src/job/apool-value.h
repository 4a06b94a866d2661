/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolValue:
 * @data: its bytes, not NUL-terminated; %NULL with a length is one that was too long to be read
 * @length: how many
 */
typedef struct
{
  const char *data;
  gsize length;
} ApoolValue;

G_END_DECLS
