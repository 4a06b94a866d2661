/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/**
 * ApoolSubprocessConfig:
 * @argv: (array zero-terminated=1): what is executed, the first of them being a path
 * @stdin_fd: its standard input, not taken; -1 for none: it reads nothing
 * @stdout_fd: its standard output, not taken; -1 for ours, or for none where it is silent
 * @is_silent: whether what it writes to its standard output is thrown away
 * @inherits_fds: whether it gets our descriptors from 3 on that are not close-on-exec
 * @child_setup: (nullable): called in it, between fork and exec
 */
typedef struct
{
  const char *const *argv;
  int stdin_fd;
  int stdout_fd;
  gboolean is_silent;
  gboolean inherits_fds;
  GSpawnChildSetupFunc child_setup;
} ApoolSubprocessConfig;

/**
 * ApoolSubprocessEndedFunc:
 * @data: (closure): what was given
 *
 * A process has ended, and was waited for.
 */
typedef void (*ApoolSubprocessEndedFunc) (gpointer data);

/**
 * ApoolSubprocess:
 *
 * A process of ours that is no job.
 */
typedef struct _ApoolSubprocess ApoolSubprocess;

ApoolSubprocess *apool_subprocess_start (const ApoolSubprocessConfig *config, GError **error);
void apool_subprocess_free (ApoolSubprocess *self);
void apool_subprocess_watch (ApoolSubprocess *self,
                             GMainContext *context,
                             ApoolSubprocessEndedFunc ended,
                             gpointer data);

void apool_subprocess_kill (ApoolSubprocess *self);
pid_t apool_subprocess_get_pid (const ApoolSubprocess *self);
int apool_subprocess_get_signal (const ApoolSubprocess *self);
int apool_subprocess_get_status (const ApoolSubprocess *self);

G_END_DECLS
