/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-many.h"
#include "cli/apool-options.h"
#include "input/apool-tasks.h"
#include "pool/apool-pool.h"
#include "sinks/apool-output.h"

G_BEGIN_DECLS

/**
 * ApoolTui:
 *
 * The screen that shows a run, and by whose keys the user has a say in it (`--tui`).
 */
typedef struct _ApoolTui ApoolTui;

/**
 * ApoolTuiClosedFunc:
 * @data: (closure): of apool_tui_begin()
 *
 * The screen is not shown any more, but the run goes on.
 */
typedef void (*ApoolTuiClosedFunc) (gpointer data);

gboolean
apool_tui_new (GMainContext *context, const ApoolOptions *options, ApoolTui **self, GError **error);
void apool_tui_free (ApoolTui *self);

void apool_tui_fill_config (ApoolTui *self, ApoolOutputConfig *config);
void apool_tui_begin (ApoolTui *self,
                      ApoolPool *pool,
                      ApoolTasks *tasks,
                      ApoolOutput *output,
                      ApoolMany *many,
                      ApoolTuiClosedFunc closed,
                      gpointer data);
gboolean apool_tui_is_open (const ApoolTui *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolTui, apool_tui_free)

G_END_DECLS
