/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sys/types.h>
#include <termios.h>

G_BEGIN_DECLS

/**
 * ApoolTty:
 * @fd: open for reading and writing; -1 where there is none
 * @home: the process group that belongs in its foreground
 * @has_modes: whether it could be asked for them
 * @modes: how it was when it was opened
 *
 * The terminal that this process belongs to, to be lent to others: one process group at a time is
 * in its foreground, and is the only one that may read from it.
 */
typedef struct
{
  int fd;
  pid_t home;
  gboolean has_modes;
  struct termios modes;
} ApoolTty;

#define APOOL_TTY_INIT                                                                             \
  {                                                                                                \
    .fd = -1                                                                                       \
  }

gboolean apool_tty_open (ApoolTty *self, pid_t home, GError **error);
gboolean apool_tty_is_free (const ApoolTty *self);
void apool_tty_lend (const ApoolTty *self, pid_t group);
void apool_tty_take_back (const ApoolTty *self, pid_t group);
void apool_tty_clear (ApoolTty *self);

G_END_DECLS
