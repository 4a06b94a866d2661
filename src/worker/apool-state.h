/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The argument that makes the program write down the state that it inherited. */
#define APOOL_STATE_ARGUMENT "--apool-state"

int apool_state_open (GError **error);
char *apool_state_make_script (int fd, const char *command);
int apool_state_main (const char *path, const char *status);
gboolean apool_state_apply (int fd, GError **error);

G_END_DECLS
