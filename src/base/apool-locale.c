/* SPDX-License-Identifier: MIT */
/* The user's locale: what is a character, and the language of what the C library says. Numbers are
 * written with a point everywhere, as texts that are in English otherwise, and that scripts read.
 *
 * To read it takes some 80,000 instructions and more than twenty system calls, and with it GLib
 * looks for translations of what it never shows: it is done when something needs it, which in most
 * runs nothing does. */

#include "base/apool-locale.h"

#include <errno.h>
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
  static gsize is_set = 0;

  if (!g_once_init_enter (&is_set))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (categories); i++)
    (void) setlocale (categories[i], "");
  g_once_init_leave (&is_set, 1);
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
 * Sets the user's locale, as apool_locale_set(). errno itself stays what it is.
 *
 * Returns: (transfer none): what it means, in the user's language
 */
const char *
apool_locale_describe_errno (int errnum)
{
  int kept = errno;
  const char *text;

  apool_locale_set ();
  text = g_strerror (errnum);
  errno = kept;
  return text;
}
