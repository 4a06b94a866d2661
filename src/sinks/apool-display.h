/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/apool-terminal.h"
#include "job/apool-label.h"
#include "sinks/apool-latest.h"
#include "sinks/apool-outlet.h"

G_BEGIN_DECLS

/**
 * ApoolDisplay:
 *
 * Rows at the bottom of a terminal, one for each running job, with the latest line that it wrote.
 */
typedef struct _ApoolDisplay ApoolDisplay;

/**
 * ApoolDisplayFunc:
 * @data: (closure): of apool_display_new()
 *
 * It is time to print what is to stand above the rows, and then to draw them.
 */
typedef void (*ApoolDisplayFunc) (gpointer data);

/**
 * ApoolDisplayComposeFunc:
 * @text: what the line is appended to, without a newline. It takes one row and leaves the cursor
 *   behind it
 * @n_columns: how many it may take
 * @data: (closure): of the row
 *
 * Makes the line of a row as it is to be drawn now. It must not use the display.
 */
typedef void (*ApoolDisplayComposeFunc) (GString *text, guint n_columns, gpointer data);

/**
 * ApoolDisplayRow:
 * @latest: (nullable): the line; %NULL before there is one
 * @label: (nullable): what is put around it
 * @compose: (nullable): what makes the line instead; such a row stands above the others, so that it
 *   is seen where there are more rows than room
 * @compose_data: (closure): for @compose
 * @link: in the list of the display, while the row is in it
 * @is_listed: whether it is
 *
 * What one job shows. All zero is one that shows nothing. Embedded by its owner, who does not move
 * it, and to whom the pointers belong.
 */
typedef struct
{
  const ApoolLatest *latest;
  const ApoolLabel *label;
  ApoolDisplayComposeFunc compose;
  gpointer compose_data;
  GList link;
  gboolean is_listed;
} ApoolDisplayRow;

ApoolDisplay *apool_display_new (GMainContext *context,
                                 ApoolOutlet *outlet,
                                 ApoolTerminal *terminal,
                                 int other_fd,
                                 ApoolDisplayFunc func,
                                 gpointer data);
void apool_display_free (ApoolDisplay *self);

void apool_display_update (ApoolDisplay *self, ApoolDisplayRow *row);
void apool_display_remove (ApoolDisplay *self, ApoolDisplayRow *row);
void apool_display_remove_now (ApoolDisplay *self, ApoolDisplayRow *row);
gboolean apool_display_is_on (const ApoolDisplay *self, const ApoolOutlet *outlet);
gboolean apool_display_is_waiting (const ApoolDisplay *self);
gboolean apool_display_is_due (const ApoolDisplay *self);
void apool_display_schedule (ApoolDisplay *self);
void apool_display_draw (ApoolDisplay *self);

void apool_display_append_line (GString *text, const ApoolLatest *latest);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolDisplay, apool_display_free)

G_END_DECLS
