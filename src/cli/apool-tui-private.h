/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-tui-jobs.h"
#include "cli/apool-tui-list.h"
#include "cli/apool-tui-text.h"
#include "cli/apool-tui.h"
#include "sinks/apool-screen.h"

G_BEGIN_DECLS

/**
 * ApoolTuiPage:
 * @APOOL_TUI_RUNNING: the jobs that run
 * @APOOL_TUI_FAILED: those that failed
 * @APOOL_TUI_OUTPUT: what one of them wrote
 * @APOOL_TUI_HELP: what keys do
 */
typedef enum
{
  APOOL_TUI_RUNNING,
  APOOL_TUI_FAILED,
  APOOL_TUI_OUTPUT,
  APOOL_TUI_HELP,
} ApoolTuiPage;

struct _ApoolTui
{
  GMainContext *context;
  ApoolScreen *screen;
  ApoolDiversion *diversion;
  ApoolTuiJobs *jobs;
  ApoolPool *pool;     /* (nullable): not owned, nor are the next three: before it begins */
  ApoolTasks *tasks;   /* (nullable) */
  ApoolOutput *output; /* (nullable) */
  ApoolMany *many;     /* (nullable) */
  ApoolTuiClosedFunc closed;
  gpointer data;
  gint64 begun_usec;

  gboolean is_open;    /* shown, or as soon as the terminal is ours again */
  gboolean is_stopped; /* the process is about to be, or was and does not go on yet */
  gboolean is_done;    /* there are no more jobs */
  gboolean is_waiting; /* nothing is started, since the user wants it so */
  gboolean is_asking;  /* the workers have not answered */
  GSource *redraw;     /* (nullable): something is new, and is drawn then */
  GSource *tick;       /* (nullable): while it is open */
  GSource *closing;    /* (nullable): nothing more can be kept back */
  gint64 drawn_usec;   /* when something was drawn last, monotonic time */

  ApoolTuiPage page;
  ApoolTuiPage list_page; /* where one gets back to */
  ApoolTuiList lists[2];  /* by page: running and failed */
  guint64 chosen_seq;     /* the job that is chosen of those that run; 0 where none is */
  ApoolTuiJob *looked_at; /* (nullable): whose output is shown, owned */
  gsize n_up;             /* so many rows of it are below what is seen */
  gsize n_rows;           /* of the list, or of the output, when that was drawn */
  ApoolTuiJob *victim;    /* (nullable): to be ended, when that is confirmed; owned */
  char *message;          /* (nullable): what came of the last key */
};

/* apool-tui-pages.c */
void apool_tui_draw (ApoolTui *self);
ApoolTuiJob *apool_tui_get_chosen (ApoolTui *self);

/* apool-tui-keys.c */
void apool_tui_take_key (ApoolTui *self, int key);

/* apool-tui.c */
void apool_tui_close (ApoolTui *self);

G_END_DECLS
