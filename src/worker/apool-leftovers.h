/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sys/types.h>

#include "job/apool-task.h"
#include "worker/apool-warm-shell.h"

G_BEGIN_DECLS

/* Whose a process is where that is no task's number: nobody knows, or a hook's of the worker. */
#define APOOL_LEFT_UNKNOWN ((guint64) 0)
#define APOOL_LEFT_HOOK APOOL_TASK_HOOK_BIT

/**
 * ApoolLeftovers:
 *
 * The processes that descend from a worker, and whose they are.
 */
typedef struct _ApoolLeftovers ApoolLeftovers;

/**
 * ApoolLeftOwner:
 * @seq: the number of a task, or one of the two above
 * @attempt: which attempt at it
 *
 * Whose a process is. Another attempt at the same job is another's.
 */
typedef struct
{
  guint64 seq;
  guint attempt;
} ApoolLeftOwner;

/**
 * ApoolLeftProcess:
 * @pid: a living process
 * @group: its process group
 * @owns_group: whether that group may be meant as a whole
 * @owner: whose it is
 */
typedef struct
{
  pid_t pid;
  pid_t group;
  gboolean owns_group;
  ApoolLeftOwner owner;
} ApoolLeftProcess;

/**
 * ApoolLeftTarget:
 * @owner: whose processes are meant
 * @signum: what they are sent
 * @group: a process group that gets it as a whole from the caller, or 0
 * @seen: (element-type pid): who has got it already, gets it no more; those who get it are added
 * @n_left: (out): how many living ones there are
 *
 * What the processes of one task are to get.
 */
typedef struct
{
  ApoolLeftOwner owner;
  int signum;
  pid_t group;
  GHashTable *seen;
  guint n_left;
} ApoolLeftTarget;

/**
 * ApoolLeftoversFunc:
 * @pid: a child of the worker, or the number of a group
 * @data: (closure): of apool_leftovers_new()
 *
 * Returns: (transfer none) (nullable): the task that @pid is the first process of, which has not
 *   been reaped
 */
typedef const ApoolTask *(*ApoolLeftoversFunc) (pid_t pid, gpointer data);

ApoolLeftovers *
apool_leftovers_new (const char *run, guint manager_pid, ApoolLeftoversFunc find, gpointer data);
void apool_leftovers_free (ApoolLeftovers *self);
void apool_leftovers_set_warm_shell (ApoolLeftovers *self, const ApoolWarmShell *shell);

gboolean apool_leftovers_keep_group (ApoolLeftovers *self, const ApoolTask *task, pid_t group);
gboolean apool_leftovers_may_exist (ApoolLeftovers *self, gboolean only_new);
void apool_leftovers_know (ApoolLeftovers *self, const ApoolLeftProcess *process);
gboolean apool_leftovers_is_known (ApoolLeftovers *self, pid_t pid);
gboolean apool_leftovers_is_first (ApoolLeftovers *self, pid_t pid);
void apool_leftovers_reaped (ApoolLeftovers *self, pid_t pid);
GArray *apool_leftovers_list (ApoolLeftovers *self);
void apool_leftovers_signal (ApoolLeftovers *self, GPtrArray *targets);
ApoolLeftOwner apool_left_owner_of (const ApoolTask *task);
gboolean apool_left_owner_is (const ApoolLeftOwner *owner, const ApoolTask *task);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolLeftovers, apool_leftovers_free)

G_END_DECLS
