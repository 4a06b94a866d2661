/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <unistd.h>

G_BEGIN_DECLS

/**
 * ApoolFd:
 *
 * A descriptor that its variable owns: `g_auto (ApoolFd) fd = -1;`. -1 means none; 0 is a real
 * descriptor.
 */
typedef int ApoolFd;

/**
 * apool_fd_steal:
 * @fd: (inout): the owner
 *
 * Returns: (transfer full): the descriptor, which @fd owns no longer
 */
static inline int
apool_fd_steal (int *fd)
{
  int stolen = *fd;

  *fd = -1;
  return stolen;
}

/**
 * apool_fd_clear:
 * @fd: (inout): the owner; may hold -1
 *
 * Closes the descriptor, if there is one.
 */
static inline void
apool_fd_clear (int *fd)
{
  int old = apool_fd_steal (fd);

  if (old >= 0)
    (void) close (old); /* the descriptor is gone whatever close says; data errors show in write */
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ApoolFd, apool_fd_clear)

gboolean apool_fd_set_nonblocking (int fd, GError **error);
gboolean apool_fd_same_file (int a, int b);
gboolean apool_fd_make_blocking_pipe (int fds[2], GError **error);
gboolean apool_fd_unblock_pipe (int fd, GError **error);
gboolean apool_fd_make_pipe (int fds[2], GError **error);
gboolean apool_fd_check_spawn (int fd, const char *what, GError **error);
void apool_fd_ensure_standard (void);

G_END_DECLS
