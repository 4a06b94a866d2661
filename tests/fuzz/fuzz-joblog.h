/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

void fuzz_joblog_read (const guint8 *data, gsize length, gboolean is_json);

G_END_DECLS
