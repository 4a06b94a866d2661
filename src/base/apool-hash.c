/* SPDX-License-Identifier: MIT */
/* A number for bytes: FNV-1a with 64 bits, the same on every machine and in every version. It is
 * good enough that different bytes hardly ever get the same number by chance; who chooses the bytes
 * can make them collide. */

#include "base/apool-hash.h"

#define OFFSET_BASIS G_GUINT64_CONSTANT (0xcbf29ce484222325)
#define PRIME G_GUINT64_CONSTANT (0x100000001b3)

/**
 * apool_hash_bytes:
 * @data: (array length=length) (nullable): bytes; may be %NULL where there are none
 * @length: how many
 *
 * Returns: their hash
 */
guint64
apool_hash_bytes (gconstpointer data, gsize length)
{
  const guint8 *bytes = data;
  guint64 hash = OFFSET_BASIS;

  for (gsize i = 0; i < length; i++)
    hash = (hash ^ bytes[i]) * PRIME;
  return hash;
}
