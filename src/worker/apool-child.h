/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "job/apool-surroundings.h"

G_BEGIN_DECLS

/**
 * ApoolChildSpec:
 * @parent: this process
 * @path: what to execute
 * @argv: its arguments, NULL-terminated
 * @envp: its environment, NULL-terminated
 * @stdin_fd: its standard input, or -1 to inherit ours; above 2
 * @stdout_fd: its standard output; above 2
 * @stderr_fd: its standard error; above 2
 * @directory_fd: where it runs, or -1 for our own directory
 * @open_files: (nullable): its limits of open files; ours where %NULL
 * @default_signals: signals that are ignored here and must not be there
 * @surroundings: (nullable): its niceness and its limits, where they differ from ours
 * @terminal_fd: in whose foreground it puts itself, or -1 for none; SIGTTOU is blocked then
 * @failed_limit: (nullable) (out): where a limit could not be set, which one; else
 *   %APOOL_N_LIMITS
 *
 * How to start a process. All else is inherited: descriptors without close-on-exec, the umask, the
 * limits.
 */
typedef struct
{
  pid_t parent;
  const char *path;
  char *const *argv;
  char *const *envp;
  int stdin_fd;
  int stdout_fd;
  int stderr_fd;
  int directory_fd;
  const struct rlimit *open_files;
  const sigset_t *default_signals;
  const ApoolSurroundings *surroundings;
  int terminal_fd;
  guint *failed_limit;
} ApoolChildSpec;

pid_t apool_child_start (const ApoolChildSpec *spec, int *errnum);
void apool_child_signal (pid_t pid, int signum);
void apool_child_set_stopped (pid_t pid, gboolean is_stopped);
gboolean apool_child_group_is_empty (pid_t pid);
void apool_child_get_ignored_signals (sigset_t *ignored);

G_END_DECLS
