/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* White on red, for jobs that failed; and the rest of the line too. */
#define APOOL_COLOUR_FAILED "\033[48;5;196;38;5;231m\033[K"

/* Bytes of any of them, with the NUL. */
#define APOOL_COLOUR_BYTES (sizeof APOOL_COLOUR_FAILED)

void apool_colour_get (guint64 n, char colour[APOOL_COLOUR_BYTES]);

G_END_DECLS
