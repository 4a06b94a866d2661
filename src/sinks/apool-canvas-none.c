/* SPDX-License-Identifier: MIT */
/* In place of ncurses where apool is built without it. */

#include "base/apool-error.h"
#include "sinks/apool-canvas.h"

ApoolCanvas *
apool_canvas_new (GError **error)
{
  g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_USAGE,
                       "this apool was built without ncurses: use --bar");
  return NULL;
}

void
apool_canvas_free (ApoolCanvas *self)
{
}

void
apool_canvas_set_size (ApoolCanvas *self, guint n_rows, guint n_columns)
{
}

void
apool_canvas_clear (ApoolCanvas *self)
{
}

void
apool_canvas_put (ApoolCanvas *self, guint row, ApoolCanvasStyle style, const char *text)
{
}

void
apool_canvas_draw (ApoolCanvas *self, GByteArray *bytes)
{
}

void
apool_canvas_leave (ApoolCanvas *self, GByteArray *bytes)
{
}
