/* SPDX-License-Identifier: MIT */
/* A shell with job control and one job, for tests with a terminal.
 *
 *   jobshell TERMINAL STATUS CONTROL PROGRAM ARGUMENT...
 *
 * runs PROGRAM as the foreground job of a new session on TERMINAL. What becomes of it is written to
 * STATUS, a line each: "stopped SIGNAL", "exited STATUS", "killed SIGNAL". After "stopped" the job
 * goes on in the foreground when a line comes from CONTROL, and "continued" is written. */

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void
fail (const char *what)
{
  perror (what);
  exit (99);
}

static int
open_or_fail (const char *path, int flags)
{
  int fd = open (path, flags | O_CLOEXEC);

  if (fd < 0)
    fail (path);
  return fd;
}

static void
run (int terminal, char **argv)
{
  setpgid (0, 0);
  tcsetpgrp (terminal, getpid ());
  for (int fd = 0; fd < 3; fd++)
    dup2 (terminal, fd);
  signal (SIGTTOU, SIG_DFL);
  execvp (argv[0], argv);
  fail (argv[0]);
}

int
main (int argc, char **argv)
{
  int terminal;
  int report;
  int control;
  int status;
  pid_t pid;
  char line[16];

  if (argc < 5)
    return 99;
  if (setsid () < 0)
    fail ("setsid");
  terminal = open_or_fail (argv[1], O_RDWR); /* the first one of a session becomes its own */
  if (ioctl (terminal, TIOCSCTTY, 0) < 0)
    fail ("TIOCSCTTY");
  report = open_or_fail (argv[2], O_RDWR);
  control = open_or_fail (argv[3], O_RDWR);
  signal (SIGTTOU, SIG_IGN); /* we are in the background, and say who is in the foreground */
  pid = fork ();
  if (pid < 0)
    fail ("fork");
  if (pid == 0)
    run (terminal, argv + 4);
  setpgid (pid, pid); /* whoever comes first */
  while (waitpid (pid, &status, WUNTRACED) == pid)
    {
      tcsetpgrp (terminal, getpgrp ());
      if (WIFSTOPPED (status))
        {
          dprintf (report, "stopped %d\n", WSTOPSIG (status));
          if (read (control, line, sizeof line) <= 0)
            fail ("control");
          tcsetpgrp (terminal, pid);
          kill (-pid, SIGCONT);
          dprintf (report, "continued\n");
          continue;
        }
      if (WIFEXITED (status))
        dprintf (report, "exited %d\n", WEXITSTATUS (status));
      else
        dprintf (report, "killed %d\n", WTERMSIG (status));
      return 0;
    }
  fail ("waitpid");
  return 99;
}
