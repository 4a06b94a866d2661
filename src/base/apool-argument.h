/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gsize apool_argument_get_max_bytes (void);

G_END_DECLS
