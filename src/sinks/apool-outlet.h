/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "base/apool-poller.h"
#include "sinks/apool-extents.h"

G_BEGIN_DECLS

/**
 * ApoolOutlet:
 *
 * A descriptor that the caller gave us (standard output or error), written to through a small
 * buffer, without ever blocking the loop and without changing the flags of a description that
 * other processes share.
 */
typedef struct _ApoolOutlet ApoolOutlet;

/**
 * ApoolOutletFunc:
 * @error: (nullable): why nothing can be written any more (G_IO_ERROR_BROKEN_PIPE: the reader has
 *   gone), or %NULL where half of a full buffer is free again, or all has been written
 * @data: (closure): of apool_outlet_new()
 */
typedef void (*ApoolOutletFunc) (const GError *error, gpointer data);

ApoolOutlet *apool_outlet_new (ApoolPoller *poller,
                               GMainContext *context,
                               int fd,
                               const char *name,
                               ApoolOutletFunc func,
                               gpointer data,
                               GError **error);
void apool_outlet_free (ApoolOutlet *self);

gsize apool_outlet_get_room (const ApoolOutlet *self);
void apool_outlet_write (ApoolOutlet *self, gconstpointer data, gsize length);
void apool_outlet_flush_now (ApoolOutlet *self);
void apool_outlet_divert (ApoolOutlet *self, ApoolSpool *spool);
void apool_outlet_rejoin (ApoolOutlet *self);
void apool_outlet_follow_lines (ApoolOutlet *self);
gboolean apool_outlet_can_splice (const ApoolOutlet *self);
gsize apool_outlet_splice (ApoolOutlet *self, int pipe, gsize length);
gboolean apool_outlet_is_flushed (const ApoolOutlet *self);
gboolean apool_outlet_is_in_line (const ApoolOutlet *self);
gboolean apool_outlet_is_blocked (const ApoolOutlet *self);

void apool_outlet_write_rows (ApoolOutlet *self, const char *text, gsize length);
void apool_outlet_set_prelude (ApoolOutlet *self, const char *text, gsize length);
gboolean apool_outlet_has_prelude (const ApoolOutlet *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolOutlet, apool_outlet_free)

G_END_DECLS
