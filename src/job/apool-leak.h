/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolLeakPolicy:
 * @APOOL_LEAKS_IGNORE: nobody looks
 * @APOOL_LEAKS_REPORT: they are told of, and run on until the run ends
 * @APOOL_LEAKS_KILL: they are told of and ended
 * @APOOL_LEAKS_FAIL: the same, and their job has failed
 *
 * What becomes of the processes that a job leaves behind when it ends by itself.
 */
typedef enum
{
  APOOL_LEAKS_IGNORE,
  APOOL_LEAKS_REPORT,
  APOOL_LEAKS_KILL,
  APOOL_LEAKS_FAIL,
  APOOL_N_LEAK_POLICIES,
} ApoolLeakPolicy;

/**
 * ApoolLeak:
 * @seq: the task that has left them; 0 where nobody knows
 * @policy: what becomes of them; never to ignore them
 * @command: the task's name; empty where nobody knows the task
 * @processes: them: "sleep (4711), cat (4712)"
 *
 * Processes that a task has left behind, as they are told of.
 */
typedef struct
{
  guint64 seq;
  ApoolLeakPolicy policy;
  const char *command;
  const char *processes;
} ApoolLeak;

G_END_DECLS
