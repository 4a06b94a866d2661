/* SPDX-License-Identifier: MIT */
#pragma once

#include "worker/apool-capture.h"
#include "worker/apool-directory.h"
#include "worker/apool-execution.h"

G_BEGIN_DECLS

typedef enum
{
  APOOL_EXECUTION_HELD,
  APOOL_EXECUTION_PASSED,
  APOOL_EXECUTION_STREAMED,
} ApoolExecutionMode;

struct _ApoolExecution
{
  const ApoolExecutionSetting *setting; /* not owned */
  ApoolTask *task;
  guint64 seq; /* of the task */
  guint slot;
  pid_t pid;
  ApoolDirectory directory;
  ApoolCapture *captures[APOOL_N_STREAMS];
  ApoolExecutionMode mode;
  gsize credit[APOOL_N_STREAMS]; /* streamed: bytes that may still be sent */
  gboolean is_wanted;            /* held: it is to go out as it comes */
  gboolean stuck;                /* streamed: the last piece filled the channel */
  gboolean ended_by_pool;
  gboolean timed_out; /* it was ended since it ran too long */
  int refused_signum; /* what stopped it, where it wanted the terminal; else 0 */
  gboolean exited;
  gboolean finished;
  gboolean cut;          /* somebody could still write when it was finished */
  GSource *drain_source; /* (nullable): armed while an output left open is waited for */
  gboolean drain_is_over;
  gint64 drain_left_usec; /* of that time, while it stands still */
  guint pauses;           /* a set of ApoolExecutionPause: empty where it may go on */
  int status;
  ApoolUsage usage;
  gint64 start_monotonic_usec;
};

/* apool-execution-start.c */
ApoolForeground *apool_execution_get_foreground (const ApoolExecution *self);

G_END_DECLS
