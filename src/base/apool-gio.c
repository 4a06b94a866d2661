/* SPDX-License-Identifier: MIT */
/* GIO, loaded by who starts processes or compresses. A worker does neither, and loading it, with
 * what it needs itself, would be more than half of a worker's start. */

#include "base/apool-gio.h"

#include "base/apool-library.h"

#define APOOL_GIO_SYMBOL(name) { "g_" #name, G_STRUCT_OFFSET (ApoolGio, name) },

/**
 * apool_gio_load:
 * @self: (out caller-allocates): the functions
 * @error: (out) (optional): as of apool_library_load()
 *
 * Returns: whether GIO is there
 */
gboolean
apool_gio_load (ApoolGio *self, GError **error)
{
  static const char *const names[] = { "libgio-2.0.so.0", NULL };
  static const ApoolLibrarySymbol symbols[] = { APOOL_GIO_FUNCTIONS (APOOL_GIO_SYMBOL) };

  return apool_library_load (names, symbols, G_N_ELEMENTS (symbols), self, error);
}
