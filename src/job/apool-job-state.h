/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is kept of a line that a job wrote: bytes. */
#define APOOL_JOB_STATE_LINE_BYTES 200u

/**
 * ApoolJobState:
 * @seq: the job
 * @pid: its first process
 * @run_usec: for how long it has run, microseconds
 * @is_paused: whether it was stopped by us
 * @line: (nullable) (array length=length): the beginning of the last line that it wrote, as far as
 *   it is there: any bytes
 * @length: how many, no more than %APOOL_JOB_STATE_LINE_BYTES
 *
 * A running job as its worker sees it.
 */
typedef struct
{
  guint64 seq;
  guint pid;
  gint64 run_usec;
  gboolean is_paused;
  const char *line;
  gsize length;
} ApoolJobState;

G_END_DECLS
