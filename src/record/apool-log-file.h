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
 * ApoolLogOwnFunc:
 * @data: (array length=length): the first line of a file, without its newline
 * @length: how many bytes
 * @is_whole: whether it has one
 *
 * Returns: whether the file is a log of the kind that is to be written, so that what has no newline
 *   in it is the beginning of a line of ours
 */
typedef gboolean (*ApoolLogOwnFunc) (const char *data, gsize length, gboolean is_whole);

ApoolLogFile *apool_log_file_open (const char *option, const char *path, GError **error);
gboolean
apool_log_file_begin (ApoolLogFile *self, gboolean appends, ApoolLogOwnFunc own, GError **error);
void apool_log_file_free (ApoolLogFile *self);

gboolean apool_log_file_is_empty (const ApoolLogFile *self);
gboolean apool_log_file_add (ApoolLogFile *self, const char *line, gsize length, GError **error);
gboolean apool_log_file_close (ApoolLogFile *self, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolLogFile, apool_log_file_free)

G_END_DECLS
