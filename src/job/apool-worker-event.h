/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolWorkerEventKind:
 * @APOOL_WORKER_NOT_MADE: one could not be made, for the reason given; tried again after the delay
 * @APOOL_WORKER_MADE: it is on its way
 * @APOOL_WORKER_READY: it is there, and prepared; process and host are known from here on
 * @APOOL_WORKER_GRANTED: it got slots, so many as the count says: of a worker that it replaces, or
 *   since more jobs may run
 * @APOOL_WORKER_REVOKED: it gave slots up, so many as the count says
 * @APOOL_WORKER_RECALLED: it is to give tasks back, so many as the count says
 * @APOOL_WORKER_RETIRING: it has had the tasks that one worker may have, and takes no more
 * @APOOL_WORKER_CLOSED: it was told to end in order
 * @APOOL_WORKER_ENDED: it has ended, as it was asked to
 * @APOOL_WORKER_LOST: it has ended unasked, for the reason given; replaced after the delay
 */
typedef enum
{
  APOOL_WORKER_NOT_MADE,
  APOOL_WORKER_MADE,
  APOOL_WORKER_READY,
  APOOL_WORKER_GRANTED,
  APOOL_WORKER_REVOKED,
  APOOL_WORKER_RECALLED,
  APOOL_WORKER_RETIRING,
  APOOL_WORKER_CLOSED,
  APOOL_WORKER_ENDED,
  APOOL_WORKER_LOST,
} ApoolWorkerEventKind;

/**
 * ApoolWorkerState:
 * @number: the worker's place in the pool, counted from 1; that of the one it replaces
 * @pid: its process, 0 where it is not known
 * @host: (nullable): where that runs
 * @is_ready: whether it has said that it is there
 * @is_retiring: whether it takes no more tasks
 * @n_running: tasks that it has started and not finished
 * @n_waiting: tasks that it has been handed and not started
 * @n_done: jobs that were finished in this place, by it and by those before it
 * @n_lost: jobs that were lost in this place
 * @is_absent: whether there is nobody in this place for the time being
 *
 * A worker as people see it.
 */
typedef struct
{
  guint number;
  guint pid;
  const char *host;
  gboolean is_ready;
  gboolean is_retiring;
  guint n_running;
  guint n_waiting;
  guint64 n_done;
  guint64 n_lost;
  gboolean is_absent;
} ApoolWorkerState;

/**
 * ApoolWorkerEvent:
 * @kind: what happened
 * @state: to whom, as it was then
 * @count: how many, where the kind speaks of it
 * @why: (nullable): the reason, where the kind speaks of one
 * @delay_msec: how long until the next is made, where the kind speaks of it
 *
 * Something that happened to a worker, as the pool tells it.
 */
typedef struct
{
  ApoolWorkerEventKind kind;
  ApoolWorkerState state;
  guint count;
  const char *why;
  guint delay_msec;
} ApoolWorkerEvent;

G_END_DECLS
