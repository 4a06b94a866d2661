/* SPDX-License-Identifier: MIT */
/* A limit on the size of files, which stands in for a disk that is full. */
#pragma once

#include <glib.h>
#include <signal.h>
#include <sys/resource.h>

/* No file of ours may be longer from now on; %RLIM_INFINITY is without a limit again. */
static inline void
limit_files (rlim_t n_bytes)
{
  struct rlimit limit;

  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  limit.rlim_cur = MIN (n_bytes, limit.rlim_max);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
}
