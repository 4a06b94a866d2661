/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sys/types.h>

#include "worker/apool-child.h"

G_BEGIN_DECLS

/**
 * ApoolWarmShell:
 *
 * A shell that has been started once, and that each job is a fork of, instead of a shell that is
 * executed for it. It is started when the first job needs it, and again when it has died.
 */
typedef struct _ApoolWarmShell ApoolWarmShell;

/**
 * ApoolWarmJob:
 * @line: its command line
 * @variables: (array length=n_variables): its own ones, "NAME=value"; APOOL_JOB among them
 * @n_variables: how many
 * @common: (array zero-terminated=1): the environment of all jobs, always the same
 * @directory: (nullable): where it runs, absolute; %NULL is where the worker is
 *
 * What a shell is to do for a job.
 */
typedef struct
{
  const char *line;
  char *const *variables;
  gsize n_variables;
  char *const *common;
  const char *directory;
} ApoolWarmJob;

gboolean apool_warm_shell_check (const char *shell, GError **error);
ApoolWarmShell *apool_warm_shell_new (const char *shell);
void apool_warm_shell_free (ApoolWarmShell *self);

pid_t apool_warm_shell_start_job (ApoolWarmShell *self,
                                  const ApoolChildSpec *spec,
                                  const ApoolWarmJob *job);
pid_t apool_warm_shell_get_pid (const ApoolWarmShell *self);
gboolean apool_warm_shell_reaped (ApoolWarmShell *self, pid_t pid);
void apool_warm_shell_stopped (ApoolWarmShell *self, pid_t pid);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolWarmShell, apool_warm_shell_free)

G_END_DECLS
