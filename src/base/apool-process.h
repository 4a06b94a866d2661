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

/**
 * ApoolProcessActivity:
 * @state: the kernel's letter: R runs or wants to, D waits for a device or for memory, S sleeps,
 *   T and t are stopped, Z has ended
 * @is_ending: it has ended, or has begun to, and nothing can stop it
 * @cpu_usec: CPU time that it has used itself, microseconds; in steps of about 10 ms
 */
typedef struct
{
  char state;
  gboolean is_ending;
  gint64 cpu_usec;
} ApoolProcessActivity;

void apool_process_adopt_orphans (void);
guint32 apool_process_get_ignored_signals (void);
void apool_process_set_ignored_signals (guint32 ignored);
gboolean apool_process_get_family (pid_t pid, pid_t *parent, pid_t *group);
gboolean apool_process_get_relation (pid_t pid, pid_t *parent, pid_t *group, gboolean *has_ended);
gboolean apool_process_get_activity (pid_t pid, ApoolProcessActivity *activity);
gboolean apool_process_has_children (void);
GArray *apool_process_list_children (void);
GArray *apool_process_read_children (void);
void apool_process_kill_group (pid_t pid);
void apool_process_kill_children (const GArray *spared);

G_END_DECLS
