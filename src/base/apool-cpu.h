/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolCpuCounts:
 * @n_sockets: chips
 * @n_cores: cores, which the threads of one share
 * @n_threads: what the kernel calls CPUs
 *
 * What a machine has to run things on, each at least 1.
 */
typedef struct
{
  guint n_sockets;
  guint n_cores;
  guint n_threads;
} ApoolCpuCounts;

guint apool_cpu_count_usable (void);
void apool_cpu_count (const char *root, guint n_usable, ApoolCpuCounts *counts);

G_END_DECLS
