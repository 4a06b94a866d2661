/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolProgressOptions:
 * @shows_bar: whether how far the run is is shown with a bar
 * @shows_counts: whether it is shown at all
 * @shows_eta: whether it is shown how long the run still takes, by what is known of earlier ones
 *
 * What is shown from the beginning of how far the run is. All of it is one line.
 */
typedef struct
{
  gboolean shows_bar;
  gboolean shows_counts;
  gboolean shows_eta;
} ApoolProgressOptions;

/**
 * apool_progress_options_are_set:
 * @self: the options
 *
 * Returns: whether anything is to be shown
 */
static inline gboolean
apool_progress_options_are_set (const ApoolProgressOptions *self)
{
  return self->shows_bar || self->shows_counts || self->shows_eta;
}

G_END_DECLS
