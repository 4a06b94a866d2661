/* SPDX-License-Identifier: MIT */
/* The error domain, and the one way a failed system call becomes a GError. */

#include "base/apool-error.h"

#include <gio/gio.h>

GQuark
apool_error_quark (void)
{
  return g_quark_from_static_string ("apool-error-quark");
}

/**
 * apool_error_set_errno:
 * @error: (out) (optional): return location
 * @errnum: the errno of the failed call
 * @format: what was being done, and to what
 * @...: the values of @format
 *
 * Sets @error in #G_IO_ERROR with the code that belongs to @errnum and the message
 * "what: which: why".
 */
void
apool_error_set_errno (GError **error, int errnum, const char *format, ...)
{
  va_list args;
  g_autofree char *what = NULL;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errnum), "%s: %s", what,
               g_strerror (errnum));
}
