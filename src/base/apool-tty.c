/* SPDX-License-Identifier: MIT */
/* The terminal, and who is in its foreground.
 *
 * Only the foreground process group reads from a terminal; another one that tries is stopped. A
 * shell puts the group of the command it runs there, and takes its place again when that ends or
 * is stopped. Whoever lends the terminal to a job does as a shell does, and more carefully: the
 * shell above may have taken it away meanwhile, for somebody else. So it is taken only from its
 * home or from a group in which nobody is left, and given back only from the one that it was lent
 * to. What happens between the question and the answer cannot be told apart; a shell that has
 * taken it sets it once more when it next waits. */

#include "base/apool-tty.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"

/**
 * apool_tty_open:
 * @self: (out): what was opened
 * @home: the process group that belongs in its foreground
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: whether there is a terminal
 */
gboolean
apool_tty_open (ApoolTty *self, pid_t home, GError **error)
{
  *self = (ApoolTty) APOOL_TTY_INIT;
  self->home = home;
  self->fd = open ("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (self->fd < 0)
    {
      apool_error_set_errno (error, errno, "/dev/tty");
      return FALSE;
    }
  self->has_modes = tcgetattr (self->fd, &self->modes) == 0;
  return TRUE;
}

static gboolean
apool_tty_group_is_empty (pid_t group)
{
  return group <= 0 || (kill (-group, 0) < 0 && errno == ESRCH);
}

/**
 * apool_tty_is_free:
 * @self: a terminal
 *
 * Returns: whether it may be lent: nobody else is in its foreground
 */
gboolean
apool_tty_is_free (const ApoolTty *self)
{
  pid_t group = tcgetpgrp (self->fd);

  return group == self->home || apool_tty_group_is_empty (group);
}

/* Who is not in the foreground is stopped by SIGTTOU when it changes anything of the terminal,
 * unless it does not take that signal. */
static void
apool_tty_hold_back (sigset_t *before)
{
  sigset_t signals;

  sigemptyset (&signals);
  sigaddset (&signals, SIGTTOU);
  (void) pthread_sigmask (SIG_BLOCK, &signals, before); /* cannot fail: SIG_BLOCK is valid */
}

static void
apool_tty_let_go (const sigset_t *before)
{
  (void) pthread_sigmask (SIG_SETMASK, before, NULL); /* cannot fail: SIG_SETMASK is valid */
}

/**
 * apool_tty_lend:
 * @self: a terminal
 * @group: a process group of this session
 *
 * Puts @group in the foreground. Where that fails, the group or the terminal is gone.
 */
void
apool_tty_lend (const ApoolTty *self, pid_t group)
{
  sigset_t before;

  apool_tty_hold_back (&before);
  (void) tcsetpgrp (self->fd, group);
  apool_tty_let_go (&before);
}

/**
 * apool_tty_take_back:
 * @self: a terminal
 * @group: to whom it was lent; 0 for somebody who is gone
 *
 * Puts its home in the foreground, and has it be as it was, unless somebody else has taken it.
 */
void
apool_tty_take_back (const ApoolTty *self, pid_t group)
{
  sigset_t before;
  pid_t now;

  if (self->fd < 0)
    return;
  now = tcgetpgrp (self->fd);
  if (now != self->home && (group == 0 || now != group) && !apool_tty_group_is_empty (now))
    return;
  apool_tty_hold_back (&before);
  /* Each fails where the terminal, or who belongs there, is gone. */
  if (now != self->home)
    (void) tcsetpgrp (self->fd, self->home);
  if (self->has_modes)
    (void) tcsetattr (self->fd, TCSANOW, &self->modes);
  apool_tty_let_go (&before);
}

/**
 * apool_tty_clear:
 * @self: a terminal; none afterwards
 */
void
apool_tty_clear (ApoolTty *self)
{
  apool_fd_clear (&self->fd);
}
