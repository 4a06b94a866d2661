/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The variable by which make tells those that it starts how it was started itself. */
#define APOOL_MAKEFLAGS "MAKEFLAGS"

char *apool_makeflags_dup_auth (const char *flags);
guint apool_makeflags_get_jobs (const char *flags);
char *apool_makeflags_merge (const char *flags, guint n_jobs, const char *auth);

G_END_DECLS
