/* SPDX-License-Identifier: MIT */
/* The hash against values that others compute for the same bytes. */

#include <glib.h>

#include "base/apool-hash.h"

static void
test_hash_vectors (void)
{
  static const struct
  {
    const char *bytes;
    gsize length;
    guint64 hash;
  } VECTORS[] = {
    { NULL, 0, G_GUINT64_CONSTANT (0xcbf29ce484222325) },
    { "", 0, G_GUINT64_CONSTANT (0xcbf29ce484222325) },
    { "a", 1, G_GUINT64_CONSTANT (0xaf63dc4c8601ec8c) },
    { "foobar", 6, G_GUINT64_CONSTANT (0x85944171f73967e8) },
    { "\0", 1, G_GUINT64_CONSTANT (0xaf63bd4c8601b7df) },
    { "\xff", 1, G_GUINT64_CONSTANT (0xaf64724c8602eb6e) },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (VECTORS); i++)
    g_assert_cmpuint (apool_hash_bytes (VECTORS[i].bytes, VECTORS[i].length), ==, VECTORS[i].hash);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hash/vectors", test_hash_vectors);
  return g_test_run ();
}
