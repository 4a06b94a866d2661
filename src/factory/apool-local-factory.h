/* SPDX-License-Identifier: MIT */
#pragma once

#include <sys/types.h>

#include "factory/apool-worker-factory.h"
#include "job/apool-leak.h"
#include "job/apool-surroundings.h"

G_BEGIN_DECLS

/* Workers on this machine: the program itself, executed again. */
#define APOOL_TYPE_LOCAL_FACTORY (apool_local_factory_get_type ())
G_DECLARE_FINAL_TYPE (ApoolLocalFactory, apool_local_factory, APOOL, LOCAL_FACTORY, GObject)

/**
 * ApoolLocalFactoryConfig:
 * @program: what to execute: this program
 * @argument: what makes it a worker
 * @shell: what its jobs' command lines are for
 * @drain_msec: how long an output that a job left open is waited for, milliseconds
 * @max_passed: of how many jobs of each worker, at once, this process can take the pipes: each is
 *   two descriptors
 * @init: (nullable): what each worker runs before its first job
 * @exit: (nullable): what each worker runs before it ends in order
 * @hook_timeout_msec: how long each of these may run, milliseconds; 0 without limit
 * @slot_variable: (nullable): the name of a variable that holds each job's slot, counted from 0
 * @termseq: (nullable): as #ApoolSetup.termseq
 * @open_files: how many files a job may have open; 0 for as many as we
 * @streams: whether the output of every job comes as it is written, from its first byte on, without
 *   being asked for
 * @merges: whether what a job writes to standard error comes as part of its standard output, in the
 *   order in which it was written
 * @output_fds: (nullable) (array fixed-size=2): where jobs write themselves, so that nothing of it
 *   comes here; outlives the factory, and so do the descriptors
 * @is_warm: as #ApoolSetup.is_warm
 * @leaks: what becomes of processes that jobs leave behind
 * @surroundings: (nullable): what jobs find around them
 * @worker_timeout_msec: how long a worker that is asked for a sign of life may owe it,
 *   milliseconds; 0 for 30 s
 * @spin_msec: CPU time that it may have used in the meantime and still count as one that was only
 *   not let run, milliseconds; 0 for 1 s
 * @get_helper: (nullable): tells which child of this process, if any (else 0), is neither a worker
 * nor left by one, and stays when a worker has ended
 * @helper_data: (closure): for @get_helper; outlives the factory
 *
 * What a factory of local workers needs to know.
 */
typedef struct
{
  const char *program;
  const char *argument;
  const char *shell;
  guint drain_msec;
  guint max_passed;
  const char *init;
  const char *exit;
  guint hook_timeout_msec;
  const char *slot_variable;
  const char *termseq;
  guint open_files;
  gboolean streams;
  gboolean merges;
  const int *output_fds;
  gboolean is_warm;
  ApoolLeakPolicy leaks;
  const ApoolSurroundings *surroundings;
  guint worker_timeout_msec;
  guint spin_msec;
  pid_t (*get_helper) (gpointer data);
  gpointer helper_data;
} ApoolLocalFactoryConfig;

ApoolLocalFactory *apool_local_factory_new (GMainContext *context,
                                            const ApoolLocalFactoryConfig *config);

G_END_DECLS
