/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean apool_io_write_all (int fd, const char *data, gsize length, GError **error);
void apool_io_say (int fd, const char *text);

G_END_DECLS
