/* SPDX-License-Identifier: MIT */
/* The user's locale. To read it takes some 80,000 instructions and more than twenty system calls,
 * and stood between the start of a worker and its first job. */

#include "base/apool-locale.h"

#include <locale.h>
#include <string.h>

/**
 * apool_locale_set:
 *
 * Sets the user's locale. Each category costs a file or more. Bytes become characters, texts are in
 * the user's language, and numbers have the point that belongs there; times, money and the rest we
 * do not write. Where there is no such locale, C's stays.
 */
void
apool_locale_set (void)
{
  static const int categories[] = { LC_CTYPE, LC_MESSAGES, LC_NUMERIC };

  for (gsize i = 0; i < G_N_ELEMENTS (categories); i++)
    (void) setlocale (categories[i], "");
}

/**
 * apool_locale_describe_errno:
 * @errnum: the errno of a failed call
 *
 * To be called by one thread of a process alone, as setlocale() is: sets the user's locale, where
 * nothing has needed it so far.
 *
 * Returns: (transfer none): what it means, in the user's language
 */
const char *
apool_locale_describe_errno (int errnum)
{
  if (strcmp (setlocale (LC_MESSAGES, NULL), "C") == 0)
    apool_locale_set ();
  return g_strerror (errnum);
}
