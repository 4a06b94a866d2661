/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolCanvasStyle:
 * @APOOL_CANVAS_PLAIN: as all text is
 * @APOOL_CANVAS_BOLD: a heading
 * @APOOL_CANVAS_DIM: less important than what is around it
 * @APOOL_CANVAS_REVERSE: what is chosen
 */
typedef enum
{
  APOOL_CANVAS_PLAIN,
  APOOL_CANVAS_BOLD,
  APOOL_CANVAS_DIM,
  APOOL_CANVAS_REVERSE,
} ApoolCanvasStyle;

/**
 * ApoolCanvas:
 *
 * What is to be seen on the whole of a terminal, and the bytes that bring it there from what was
 * seen before.
 */
typedef struct _ApoolCanvas ApoolCanvas;

ApoolCanvas *apool_canvas_new (GError **error);
void apool_canvas_free (ApoolCanvas *self);

void apool_canvas_set_size (ApoolCanvas *self, guint n_rows, guint n_columns);
void apool_canvas_clear (ApoolCanvas *self);
void apool_canvas_put (ApoolCanvas *self, guint row, ApoolCanvasStyle style, const char *text);
void apool_canvas_draw (ApoolCanvas *self, GByteArray *bytes);
void apool_canvas_leave (ApoolCanvas *self, GByteArray *bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolCanvas, apool_canvas_free)

G_END_DECLS
