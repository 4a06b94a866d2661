/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "job/apool-task.h"

G_BEGIN_DECLS

/**
 * ApoolDirectory:
 * @fd: owned: opened for nothing but to be entered; -1 where the job runs where the worker is
 * @path: (nullable): its name, absolute
 * @is_own: whether it was made for this job alone, and goes with it
 *
 * Where a job runs.
 */
typedef struct
{
  int fd;
  char *path;
  gboolean is_own;
} ApoolDirectory;

#define APOOL_DIRECTORY_INIT                                                                       \
  (ApoolDirectory) { .fd = -1 }

gboolean apool_directory_open (ApoolDirectory *self, const ApoolTask *task, GError **error);
void apool_directory_close (ApoolDirectory *self);
void apool_directory_clear (ApoolDirectory *self);

G_END_DECLS
