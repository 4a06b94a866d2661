/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "base/apool-poller.h"

G_BEGIN_DECLS

/**
 * ApoolReaper:
 *
 * The one place of a worker that waits for processes: its jobs and the orphans it adopted alike.
 */
typedef struct _ApoolReaper ApoolReaper;

/**
 * ApoolReaperFunc:
 * @pid: a process that has ended and is reaped, or has been stopped
 * @status: as wait4() tells it
 * @usage: what it and the children it waited for have used
 * @data: (closure): of apool_reaper_new()
 */
typedef void (*ApoolReaperFunc) (pid_t pid, int status, const struct rusage *usage, gpointer data);

/**
 * ApoolReaperDoneFunc:
 * @data: (closure): of apool_reaper_new()
 *
 * All processes that have ended so far are reaped.
 */
typedef void (*ApoolReaperDoneFunc) (gpointer data);

ApoolReaper *apool_reaper_new (ApoolPoller *poller,
                               ApoolReaperFunc func,
                               ApoolReaperDoneFunc done,
                               gpointer data,
                               GError **error);
void apool_reaper_free (ApoolReaper *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolReaper, apool_reaper_free)

G_END_DECLS
