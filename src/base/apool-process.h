/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/**
 * ApoolProcessChild:
 * @pid: a process
 * @group: its process group; 0 where nobody asked
 */
typedef struct
{
  pid_t pid;
  pid_t group;
} ApoolProcessChild;

void apool_process_adopt_orphans (void);
guint32 apool_process_get_ignored_signals (void);
void apool_process_set_ignored_signals (guint32 ignored);
gboolean apool_process_get_family (pid_t pid, pid_t *parent, pid_t *group);
GArray *apool_process_list_children (void);
void apool_process_kill_children (const GArray *spared);

G_END_DECLS
