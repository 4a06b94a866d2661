/* SPDX-License-Identifier: MIT */
/* The user's locale: what is a character, and the language of what the C library says. Numbers are
 * written with a point everywhere, as texts that are in English otherwise, and that scripts read.
 *
 * To read it takes some 80,000 instructions and more than twenty system calls, and with it GLib
 * looks for translations of what it never shows: it is done when something needs it, which in most
 * runs nothing does. */

#include "base/apool-locale.h"

#include <langinfo.h>
#include <locale.h>
#include <string.h>

/**
 * apool_locale_set:
 *
 * Sets the user's locale, where that was not done so far. To be called by one thread of a process
 * alone, as setlocale() is. Where there is no such locale, C's stays.
 */
void
apool_locale_set (void)
{
  static const int categories[] = { LC_CTYPE, LC_MESSAGES };

  for (gsize i = 0; i < G_N_ELEMENTS (categories); i++)
    if (strcmp (setlocale (categories[i], NULL), "C") == 0)
      (void) setlocale (categories[i], "");
}

/**
 * apool_locale_is_utf8:
 *
 * Sets the user's locale, as apool_locale_set().
 *
 * Returns: whether the user's characters are those of UTF-8
 */
gboolean
apool_locale_is_utf8 (void)
{
  apool_locale_set ();
  return strcmp (nl_langinfo (CODESET), "UTF-8") == 0;
}

/**
 * apool_locale_describe_errno:
 * @errnum: the errno of a failed call
 *
 * Sets the user's locale, as apool_locale_set().
 *
 * Returns: (transfer none): what it means, in the user's language
 */
const char *
apool_locale_describe_errno (int errnum)
{
  apool_locale_set ();
  return g_strerror (errnum);
}
