/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *apool_cgroup_dup_folder (const char *root, const char *controller, char **mount);
guint apool_cgroup_get_cpu_quota (const char *root);

G_END_DECLS
