/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolLibrarySymbol:
 * @name: what the library calls it
 * @offset: of the pointer to it, in the table that is filled
 */
typedef struct
{
  const char *name;
  gsize offset;
} ApoolLibrarySymbol;

gboolean apool_library_load (const char *const *names,
                             const ApoolLibrarySymbol *symbols,
                             gsize n_symbols,
                             gpointer table,
                             GError **error);

G_END_DECLS
