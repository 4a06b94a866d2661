/* SPDX-License-Identifier: MIT */
/* The error domain, and the one way a failed system call becomes a GError. */

#include "base/apool-error.h"

#include <errno.h>
#include <gio/gio.h>

#include "base/apool-locale.h"

GQuark
apool_error_quark (void)
{
  return g_quark_from_static_string ("apool-error-quark");
}

GQuark
apool_error_io_quark (void)
{
  return g_quark_from_static_string ("g-io-error-quark");
}

/**
 * apool_error_get_io_code:
 * @errnum: the errno of a failed call
 *
 * Returns: a #GIOErrorEnum: that which belongs to @errnum where anybody asks for it, else
 *   %G_IO_ERROR_FAILED
 */
int
apool_error_get_io_code (int errnum)
{
  switch (errnum)
    {
    case EACCES:
    case EPERM:
      return G_IO_ERROR_PERMISSION_DENIED;
    case EEXIST:
      return G_IO_ERROR_EXISTS;
    case EISDIR:
      return G_IO_ERROR_IS_DIRECTORY;
    case EMFILE:
    case ENFILE:
      return G_IO_ERROR_TOO_MANY_OPEN_FILES;
    case ENOENT:
      return G_IO_ERROR_NOT_FOUND;
    case ENOSPC:
      return G_IO_ERROR_NO_SPACE;
    case ENOTDIR:
      return G_IO_ERROR_NOT_DIRECTORY;
    case EOPNOTSUPP:
      return G_IO_ERROR_NOT_SUPPORTED;
    case EPIPE:
      return G_IO_ERROR_BROKEN_PIPE;
    default:
      return G_IO_ERROR_FAILED;
    }
}

/**
 * apool_error_set_errno:
 * @error: (out) (optional): return location
 * @errnum: the errno of the failed call
 * @format: what was being done, and to what
 * @...: the values of @format
 *
 * Sets @error in %APOOL_IO_ERROR with the code that belongs to @errnum and the message
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
  g_set_error (error, APOOL_IO_ERROR, apool_error_get_io_code (errnum), "%s: %s", what,
               apool_locale_describe_errno (errnum));
}
