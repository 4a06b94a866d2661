/* SPDX-License-Identifier: MIT */
/* A number for bytes: FNV-1a with 64 bits, the same on every machine and in every version. It is
 * good enough that different bytes hardly ever get the same number by chance; who chooses the bytes
 * can make them collide. */

#include "base/apool-hash.h"

#define PRIME G_GUINT64_CONSTANT (0x100000001b3)

/**
 * apool_hash_append:
 * @hash: the hash of the bytes before: %APOOL_HASH_EMPTY where there are none
 * @data: (array length=length) (nullable): further bytes; may be %NULL where there are none
 * @length: how many
 *
 * Returns: the hash of all of them, as of one piece
 */
guint64
apool_hash_append (guint64 hash, gconstpointer data, gsize length)
{
  const guint8 *bytes = data;

  for (gsize i = 0; i < length; i++)
    hash = (hash ^ bytes[i]) * PRIME;
  return hash;
}

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
  return apool_hash_append (APOOL_HASH_EMPTY, data, length);
}
