/* SPDX-License-Identifier: MIT */
/* What this program was built with, and whether it finds that here: the libraries of which it can
 * do without are loaded only when a run needs them, and one may have been left out when the program
 * was installed. */

#include "cli/apool-features.h"

#include "base/apool-library.h"

/* A line for each optional feature of meson_options.txt, by their names, with what those who use
 * the library load. */
static const ApoolFeature apool_features_table[] = {
#ifdef WITH_CSV
  { "csv", { "libcsv.so.3" } },
#else
  { "csv" },
#endif
#ifdef WITH_SQLITE
  { "sqlite", { "libsqlite3.so.0" } },
#else
  { "sqlite" },
#endif
#ifdef WITH_TERMINFO
  { "terminal", { "libtinfo.so.6", "libncursesw.so.6", "libncurses.so.6" } },
#else
  { "terminal" },
#endif
#ifdef WITH_CURSES
  { "tui", { "libncursesw.so.6" } },
#else
  { "tui" },
#endif
};

/**
 * apool_features_get:
 * @n_features: (out): how many there are
 *
 * Returns: (transfer none) (array length=n_features): what apool can be built with, by name
 */
const ApoolFeature *
apool_features_get (gsize *n_features)
{
  *n_features = G_N_ELEMENTS (apool_features_table);
  return apool_features_table;
}

/**
 * apool_features_dup_text:
 * @features: (array length=n_features): what may be there
 * @n_features: how many
 *
 * Looks for the libraries by loading them.
 *
 * Returns: (transfer full): a word for each, "+" for what is built in and "-" for what is not; what
 *   lacks its library here says so
 */
char *
apool_features_dup_text (const ApoolFeature *features, gsize n_features)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < n_features; i++)
    {
      const ApoolFeature *feature = &features[i];
      gboolean is_built = feature->libraries[0] != NULL;

      g_string_append_printf (text, "%s%c%s", i > 0 ? " " : "", is_built ? '+' : '-',
                              feature->name);
      if (is_built && !apool_library_load (feature->libraries, NULL, 0, NULL, NULL))
        g_string_append_printf (text, "(no %s here)", feature->libraries[0]);
    }
  return g_string_free (text, FALSE);
}
