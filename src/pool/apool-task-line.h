/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-tasks.h"

G_BEGIN_DECLS

/**
 * ApoolTaskLine:
 *
 * The tasks that are to be handed out, in the order in which they are: first those that came back
 * from a worker, then those of the input.
 */
typedef struct _ApoolTaskLine ApoolTaskLine;

/**
 * ApoolTaskLineAskFunc:
 * @task: (transfer none): a task of the input that is next
 * @data: (closure): of apool_task_line_set_ask()
 *
 * Finds out whether it is to be run. To be followed by apool_task_line_take_asked(), not from
 * within.
 */
typedef void (*ApoolTaskLineAskFunc) (ApoolTask *task, gpointer data);

/**
 * ApoolWaitingTask:
 * @task: (transfer none): another attempt at a job
 * @left_usec: how long it still stands aside, microseconds; 0 where it waits only for its turn
 */
typedef struct
{
  const ApoolTask *task;
  gint64 left_usec;
} ApoolWaitingTask;

ApoolTaskLine *apool_task_line_new (GMainContext *context,
                                    ApoolTasks *tasks,
                                    ApoolSourceReadyFunc ready,
                                    gpointer data);
void apool_task_line_free (ApoolTaskLine *self);

ApoolTask *
apool_task_line_next (ApoolTaskLine *self, gboolean may_read, char **fault, GError **error);
void apool_task_line_put_back (ApoolTaskLine *self, ApoolTask *task);
void apool_task_line_put_off (ApoolTaskLine *self, ApoolTask *task, gint64 delay_usec);
void apool_task_line_set_paused (ApoolTaskLine *self, gboolean is_paused);
void apool_task_line_clear (ApoolTaskLine *self, GPtrArray *cleared);
void apool_task_line_close (ApoolTaskLine *self);

void apool_task_line_set_ask (ApoolTaskLine *self, ApoolTaskLineAskFunc ask, gpointer data);
ApoolTask *apool_task_line_take_asked (ApoolTaskLine *self);
gboolean apool_task_line_is_asking (const ApoolTaskLine *self);

gboolean apool_task_line_is_idle (const ApoolTask *task);
gboolean apool_task_line_is_begun (const ApoolTask *task);
ApoolTask *apool_task_line_take_hook (ApoolTaskLine *self);
const ApoolTask *apool_task_line_peek_returned (const ApoolTaskLine *self);
gboolean apool_task_line_has_next (ApoolTaskLine *self, gboolean may_read);
GArray *apool_task_line_list_begun (const ApoolTaskLine *self);
gboolean apool_task_line_is_closed (const ApoolTaskLine *self);
gboolean apool_task_line_is_over (const ApoolTaskLine *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolTaskLine, apool_task_line_free)

G_END_DECLS
