/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gint64 apool_rest_begin (GSource *timer);
void apool_rest_end (GSource *timer, gint64 left_usec);

G_END_DECLS
