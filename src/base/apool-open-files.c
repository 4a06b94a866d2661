/* SPDX-License-Identifier: MIT */
/* How many files this process may have open. The soft limit is low on most machines for the sake of
 * programs that cannot do with many, select() among them; whoever can may raise it up to the hard
 * one. */

#include "base/apool-open-files.h"

#include <fcntl.h>

/* What there is everywhere. */
#define FEW 256

/**
 * apool_open_files_get:
 * @limit: (out): the limits of this process
 */
void
apool_open_files_get (struct rlimit *limit)
{
  if (getrlimit (RLIMIT_NOFILE, limit) < 0) /* cannot fail: it is a limit that there is */
    *limit = (struct rlimit){ .rlim_cur = FEW, .rlim_max = FEW };
}

/**
 * apool_open_files_raise:
 * @n_files: how many are needed
 *
 * Raises the soft limit to that, or as far as it goes where that is less; never lowers it.
 *
 * Returns: whether there may be so many
 */
gboolean
apool_open_files_raise (guint64 n_files)
{
  struct rlimit limit;

  apool_open_files_get (&limit);
  if (limit.rlim_cur >= n_files)
    return TRUE;
  limit.rlim_cur = MIN ((rlim_t) n_files, limit.rlim_max);
  /* The kernel may know of a limit for all processes. */
  return setrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= n_files;
}

/**
 * apool_open_files_has_room:
 * @n_files: how many are needed
 *
 * Returns: whether so many may be open besides those that are, once the soft limit was raised as
 *   far as it goes
 */
gboolean
apool_open_files_has_room (guint n_files)
{
  struct rlimit limit;
  guint n_free = 0;

  apool_open_files_get (&limit);
  for (int fd = 0; n_free < n_files && fd < G_MAXINT && (rlim_t) fd < limit.rlim_max; fd++)
    if (fcntl (fd, F_GETFD) < 0)
      n_free++;
  return n_free == n_files;
}
