/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

void apool_process_adopt_orphans (void);
guint32 apool_process_get_ignored_signals (void);
void apool_process_set_ignored_signals (guint32 ignored);
void apool_process_kill_children (const pid_t *spared, gsize n_spared);

G_END_DECLS
