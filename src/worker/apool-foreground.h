/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/**
 * ApoolForeground:
 *
 * The terminal of a worker whose jobs have it as their standard input, and the jobs that wait for
 * their turn in its foreground, in the order in which they were started.
 */
typedef struct _ApoolForeground ApoolForeground;

/**
 * ApoolForegroundStop:
 * @APOOL_FOREGROUND_WAITS: the job waits for its turn, and goes on when that has come
 * @APOOL_FOREGROUND_WENT_ON: it goes on already
 * @APOOL_FOREGROUND_LEFT: it has the turn and cannot go on where the user is elsewhere: all stops,
 *   until apool_foreground_resume()
 *
 * What a stopped job means.
 */
typedef enum
{
  APOOL_FOREGROUND_WAITS,
  APOOL_FOREGROUND_WENT_ON,
  APOOL_FOREGROUND_LEFT,
} ApoolForegroundStop;

ApoolForeground *apool_foreground_new (pid_t home, GError **error);
void apool_foreground_free (ApoolForeground *self);

int apool_foreground_get_fd (const ApoolForeground *self);
gboolean apool_foreground_is_due (const ApoolForeground *self);
void apool_foreground_add (ApoolForeground *self, pid_t pid);
void apool_foreground_remove (ApoolForeground *self, pid_t pid);
ApoolForegroundStop apool_foreground_stopped (ApoolForeground *self, pid_t pid, int signum);
pid_t apool_foreground_resume (ApoolForeground *self, gboolean is_back);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolForeground, apool_foreground_free)

G_END_DECLS
