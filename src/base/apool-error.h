/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define APOOL_ERROR (apool_error_quark ())

/* GIO's domain, to be used in place of its own macro: that is a function of its library, which is
 * not linked, for it takes longer to load than a short run takes. */
#define APOOL_IO_ERROR (apool_error_io_quark ())

/**
 * ApoolError:
 * @APOOL_ERROR_USAGE: the command line is wrong; the user mends it
 * @APOOL_ERROR_INPUT: an input cannot be used; it fails its own job
 * @APOOL_ERROR_TEMPLATE: the command template cannot be parsed
 * @APOOL_ERROR_PROTOCOL: a peer sent what the wire does not allow
 * @APOOL_ERROR_WORKER_LOST: a worker ended or fell silent while it owed results
 * @APOOL_ERROR_SPAWN: a process could not be started
 * @APOOL_ERROR_OUTPUT: output could not be kept or written
 *
 * What the caller can do about it decides the code. Failed system calls keep the #GIOErrorEnum
 * that belongs to their errno.
 */
typedef enum
{
  APOOL_ERROR_USAGE,
  APOOL_ERROR_INPUT,
  APOOL_ERROR_TEMPLATE,
  APOOL_ERROR_PROTOCOL,
  APOOL_ERROR_WORKER_LOST,
  APOOL_ERROR_SPAWN,
  APOOL_ERROR_OUTPUT,
} ApoolError;

GQuark apool_error_quark (void);
GQuark apool_error_io_quark (void);
int apool_error_get_io_code (int errnum);

void apool_error_set_errno (GError **error, int errnum, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

G_END_DECLS
