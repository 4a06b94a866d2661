/* SPDX-License-Identifier: MIT */
/*
 * Runs a script of the shell in a terminal. The shell leads the session, so it outlives what it
 * runs, and can tell how that has left the terminal. Nothing sleeps: the test waits for what is
 * shown, and types when that is there.
 */

#include "e2e-pty.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "e2e.h"

/* In the child: nothing but what may be called there. */
static void G_GNUC_NORETURN
e2e_pty_exec (const char *terminal, char *const *argv, char *const *envp)
{
  int fd;

  (void) setsid ();
  fd = open (terminal, O_RDWR);
  if (fd < 0 || ioctl (fd, TIOCSCTTY, 0) < 0)
    _exit (126);
  for (int i = 0; i < 3; i++)
    if (dup2 (fd, i) < 0)
      _exit (126);
  if (fd > 2)
    (void) close (fd);
  execve (argv[0], argv, envp);
  _exit (127);
}

static char **
e2e_pty_make_environment (void)
{
  char **environment = g_get_environ ();

  environment = g_environ_setenv (environment, "A", e2e_apool (), TRUE);
  environment = g_environ_setenv (environment, "APOOL_SHELL", "/bin/sh", TRUE);
  environment = g_environ_setenv (environment, "LC_ALL", "C", TRUE);
  environment = g_environ_setenv (environment, "TERM", "dumb", TRUE);
  environment = g_environ_setenv (environment, "HISTFILE", "/dev/null", TRUE);
  /* Tests have failing jobs, and look at what else is said of them; --plain undoes this. */
  environment = g_environ_setenv (environment, "APOOL", "--summary never", TRUE);
  return g_environ_setenv (environment, "XDG_CONFIG_HOME", "/dev/null/none", TRUE);
}

/**
 * e2e_pty_start:
 * @script: for bash; `$A` is the program under test
 *
 * Returns: (transfer full): the terminal that it runs in
 */
E2ePty *
e2e_pty_start (const char *script)
{
  const char *const argv[] = { "/bin/bash", "--norc", "-c", script, NULL };
  g_auto (GStrv) envp = e2e_pty_make_environment ();
  g_autofree char *terminal = NULL;
  E2ePty *pty = g_new0 (E2ePty, 1);

  pty->screen = g_string_new (NULL);
  pty->status = -1;
  pty->fd = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_assert_cmpint (pty->fd, >=, 0);
  g_assert_cmpint (grantpt (pty->fd), ==, 0);
  g_assert_cmpint (unlockpt (pty->fd), ==, 0);
  terminal = g_strdup (ptsname (pty->fd));
  g_assert_nonnull (terminal);
  pty->pid = fork ();
  g_assert_cmpint (pty->pid, >=, 0);
  if (pty->pid == 0)
    e2e_pty_exec (terminal, (char *const *) argv, envp);
  return pty;
}

/* Returns: whether there is more to come: nobody has the terminal open any more when it is not */
static gboolean
e2e_pty_read (E2ePty *pty)
{
  struct pollfd ready = { .fd = pty->fd, .events = POLLIN };
  char bytes[4096];
  gssize length;

  if (poll (&ready, 1, E2E_DEADLINE_MSEC) == 0)
    g_error ("nothing more is shown after \"%s\"", pty->screen->str);
  length = read (pty->fd, bytes, sizeof bytes);
  if (length <= 0)
    return length < 0 && errno == EINTR;
  for (gssize i = 0; i < length; i++)
    if (bytes[i] != '\r')
      g_string_append_c (pty->screen, bytes[i]);
  return TRUE;
}

/**
 * e2e_pty_wait:
 * @pty: a terminal
 * @text: what is to be shown, behind what was waited for before
 */
void
e2e_pty_wait (E2ePty *pty, const char *text)
{
  const char *found;

  while (!(found = strstr (pty->screen->str + pty->seen, text)))
    if (!e2e_pty_read (pty))
      g_error ("no \"%s\" in \"%s\"", text, pty->screen->str);
  pty->seen = (gsize) (found - pty->screen->str) + strlen (text);
}

/**
 * e2e_pty_type:
 * @pty: a terminal
 * @text: what the user types
 */
void
e2e_pty_type (E2ePty *pty, const char *text)
{
  g_assert_cmpint (write (pty->fd, text, strlen (text)), ==, (gssize) strlen (text));
}

/**
 * e2e_pty_finish:
 * @pty: a terminal
 *
 * Waits until everybody in it is gone.
 */
void
e2e_pty_finish (E2ePty *pty)
{
  int status;

  while (e2e_pty_read (pty))
    continue;
  while (waitpid (pty->pid, &status, 0) < 0)
    g_assert_cmpint (errno, ==, EINTR);
  pty->pid = 0;
  pty->status = WIFEXITED (status) ? WEXITSTATUS (status) : -1;
  pty->signal = WIFSIGNALED (status) ? WTERMSIG (status) : 0;
}

/**
 * e2e_pty_run:
 * @script: as for e2e_pty_start(), in which nobody types anything
 *
 * Returns: (transfer full): the terminal that it ran in, after the end
 */
E2ePty *
e2e_pty_run (const char *script)
{
  E2ePty *pty = e2e_pty_start (script);

  e2e_pty_finish (pty);
  return pty;
}

/**
 * e2e_pty_hang_up:
 * @pty: a terminal, not to be used any more
 *
 * Takes it away from those who are in it.
 */
void
e2e_pty_hang_up (E2ePty *pty)
{
  (void) close (pty->fd);
  pty->fd = -1;
}

/**
 * e2e_pty_free:
 * @pty: (transfer full): a terminal
 */
void
e2e_pty_free (E2ePty *pty)
{
  if (pty->pid > 0)
    (void) kill (pty->pid, SIGKILL);
  if (pty->fd >= 0)
    (void) close (pty->fd);
  g_string_free (pty->screen, TRUE);
  g_free (pty);
}
