/* SPDX-License-Identifier: MIT */
/* Libraries that few runs need, loaded when one does.
 *
 * What a program is linked to is loaded and relocated each time it starts, in the manager and in
 * each worker, which takes longer than all that a short run does. So whoever uses such a library
 * has a table of pointers to its functions, which is filled here. The library stays loaded: it may
 * have locks and handlers of its own.
 *
 * A library is named by its soname: that says which interface it has. */

#include "base/apool-library.h"

#include <dlfcn.h>
#include <string.h>

#include "base/apool-error.h"

/* Returns: (nullable): a library's handle */
static gpointer
apool_library_open (const char *const *names, GError **error)
{
  gpointer handle = NULL;

  for (gsize i = 0; !handle && names[i]; i++)
    {
      handle = dlopen (names[i], RTLD_LAZY | RTLD_LOCAL);
      if (!handle && error && !*error) /* else the first one is what should be there */
        g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_USAGE, dlerror ());
    }
  if (handle)
    g_clear_error (error);
  return handle;
}

/**
 * apool_library_load:
 * @names: (array zero-terminated=1): sonames; the first that is there is taken
 * @symbols: (array length=n_symbols): what is needed of it
 * @n_symbols: how many
 * @table: (out caller-allocates): where the pointers go, as @symbols says
 * @error: (out) (optional): %APOOL_ERROR_USAGE, naming the library
 *
 * Loads a library, unless it is loaded. It is never unloaded.
 *
 * Returns: whether it is there and has all of @symbols
 */
gboolean
apool_library_load (const char *const *names,
                    const ApoolLibrarySymbol *symbols,
                    gsize n_symbols,
                    gpointer table,
                    GError **error)
{
  gpointer handle = apool_library_open (names, error);

  if (!handle)
    return FALSE;
  for (gsize i = 0; i < n_symbols; i++)
    {
      gpointer symbol = dlsym (handle, symbols[i].name);

      if (!symbol)
        {
          g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_USAGE, dlerror ());
          return FALSE;
        }
      memcpy ((char *) table + symbols[i].offset, &symbol, sizeof symbol);
    }
  return TRUE;
}
