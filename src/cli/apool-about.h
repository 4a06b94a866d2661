/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The version of GNU parallel whose options apool follows, as `--minversion` counts. */
#define APOOL_ABOUT_VERSION 20221122

/**
 * ApoolAboutUnit:
 * @APOOL_ABOUT_THREADS: what the kernel calls CPUs
 * @APOOL_ABOUT_CORES: cores, which the threads of one share
 * @APOOL_ABOUT_SOCKETS: chips
 *
 * In what a machine's size is counted.
 */
typedef enum
{
  APOOL_ABOUT_THREADS,
  APOOL_ABOUT_CORES,
  APOOL_ABOUT_SOCKETS,
} ApoolAboutUnit;

guint apool_about_count (ApoolAboutUnit unit);
guint apool_about_count_all (ApoolAboutUnit unit);
char *apool_about_dup_count (ApoolAboutUnit unit);
char *apool_about_dup_version (void);
gboolean apool_about_has_version (guint64 wanted);

G_END_DECLS
