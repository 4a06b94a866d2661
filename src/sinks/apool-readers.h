/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-observer.h"

G_BEGIN_DECLS

/* The observer that sees that nobody reads any more what jobs write themselves. */
#define APOOL_TYPE_READERS (apool_readers_get_type ())
G_DECLARE_FINAL_TYPE (ApoolReaders, apool_readers, APOOL, READERS, GObject)

/**
 * ApoolReadersFunc:
 * @data: (closure): of apool_readers_new()
 */
typedef void (*ApoolReadersFunc) (gpointer data);

ApoolReaders *apool_readers_new (
    GMainContext *context, int stdout_fd, int stderr_fd, ApoolReadersFunc func, gpointer data);

G_END_DECLS
