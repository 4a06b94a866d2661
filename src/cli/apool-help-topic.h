/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *apool_help_topic_dup_text (const char *topic, GError **error);

G_END_DECLS
