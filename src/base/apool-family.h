/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* What the kernel keeps of a process's name, with a NUL. */
#define APOOL_FAMILY_NAME_BYTES 16

/**
 * ApoolRelative:
 * @pid: a living process that descends from this one
 * @parent: its parent
 * @group: its process group
 * @owns_group: whether all that are in that group descend from this process
 */
typedef struct
{
  pid_t pid;
  pid_t parent;
  pid_t group;
  gboolean owns_group;
} ApoolRelative;

GArray *apool_family_list_descendants (void);
char *apool_family_dup_environment (pid_t pid, gsize *length);
const char *apool_family_find_variable (const char *environment, gsize length, const char *name);
void apool_family_read_name (pid_t pid, char name[APOOL_FAMILY_NAME_BYTES]);

G_END_DECLS
