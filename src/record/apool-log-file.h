/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * ApoolLogFile:
 *
 * A file of lines that whoever is killed, or whose disk is full, leaves whole: a line is in it or
 * it is not.
 */
typedef struct _ApoolLogFile ApoolLogFile;

/**
 * ApoolLogTornFunc:
 * @data: (array length=length): the beginning of a last line that has no newline
 * @length: how many bytes of it
 *
 * Returns: whether a newline behind it would make a line of it that looks whole
 */
typedef gboolean (*ApoolLogTornFunc) (const char *data, gsize length);

ApoolLogFile *apool_log_file_open (const char *option, const char *path, GError **error);
gboolean
apool_log_file_begin (ApoolLogFile *self, gboolean appends, ApoolLogTornFunc torn, GError **error);
void apool_log_file_free (ApoolLogFile *self);

gboolean apool_log_file_is_empty (const ApoolLogFile *self);
gboolean apool_log_file_add (ApoolLogFile *self, const char *line, gsize length, GError **error);
gboolean apool_log_file_close (ApoolLogFile *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolLogFile, apool_log_file_free)

G_END_DECLS
