/* SPDX-License-Identifier: MIT */
/* What terminals can do. */

#include <fcntl.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "base/apool-terminal.h"

/* Returns: a terminal that nobody looks at; closed by the caller, as its other end */
static int
open_terminal (int *other_end)
{
  int fd;

  *other_end = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_assert_cmpint (*other_end, >=, 0);
  g_assert_cmpint (grantpt (*other_end), ==, 0);
  g_assert_cmpint (unlockpt (*other_end), ==, 0);
  fd = open (ptsname (*other_end), O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_assert_cmpint (fd, >=, 0);
  return fd;
}

static void
set_size (int fd, guint n_rows, guint n_columns)
{
  struct winsize size = { .ws_row = (gushort) n_rows, .ws_col = (gushort) n_columns };

  g_assert_cmpint (ioctl (fd, TIOCSWINSZ, &size), ==, 0);
}

static void
test_known (void)
{
  g_auto (ApoolFd) other_end = -1;
  g_auto (ApoolFd) fd = open_terminal (&other_end);
  g_autoptr (ApoolTerminal) terminal = NULL;

  g_setenv ("TERM", "vt100", TRUE); /* whose strings have pauses */
  set_size (fd, 30, 100);
  terminal = apool_terminal_new (fd);
#ifdef WITH_TERMINFO
  g_assert_nonnull (terminal);
  g_assert_cmpstr (terminal->up, ==, "\033[A");
  g_assert_cmpstr (terminal->clear_line, ==, "\033[K");
  g_assert_cmpstr (terminal->clear_below, ==, "\033[J");
  g_assert_cmpuint (terminal->n_rows, ==, 30);
  g_assert_cmpuint (terminal->n_columns, ==, 100);
  set_size (fd, 0, 7);
  apool_terminal_measure (terminal);
  g_assert_cmpuint (terminal->n_rows, ==, 24);
  g_assert_cmpuint (terminal->n_columns, ==, 7);
#else
  g_assert_null (terminal);
#endif
}

static void
test_cannot (void)
{
  static const char *const names[] = { "dumb", "unknown", "", "no such terminal" };
  g_auto (ApoolFd) other_end = -1;
  g_auto (ApoolFd) fd = open_terminal (&other_end);

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_setenv ("TERM", names[i], TRUE);
      g_assert_null (apool_terminal_new (fd));
    }
  g_unsetenv ("TERM");
  g_assert_null (apool_terminal_new (fd));
}

static void
test_none (void)
{
  int fds[2];

  g_setenv ("TERM", "vt100", TRUE);
  g_assert_true (apool_fd_make_pipe (fds, NULL));
  g_assert_null (apool_terminal_new (fds[1]));
  apool_fd_clear (&fds[0]);
  apool_fd_clear (&fds[1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/terminal/known", test_known);
  g_test_add_func ("/terminal/cannot", test_cannot);
  g_test_add_func ("/terminal/none", test_none);
  return g_test_run ();
}
