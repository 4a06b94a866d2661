/* SPDX-License-Identifier: MIT */
/*
 * bare-loop JOBS AT-ONCE COMMAND [ARGUMENT…]: the reference that everything is measured against.
 *
 * It starts the command JOBS times by posix_spawn() with default attributes, AT-ONCE of them in
 * flight, with output to /dev/null, and reaps them by wait4(): the least that starting processes
 * costs. It is frozen: a change here would change what the ratios mean.
 */

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void
bare_loop_fail (const char *what, int errnum)
{
  fprintf (stderr, "bare-loop: %s: %s\n", what, strerror (errnum));
  exit (255);
}

static void
bare_loop_start (char **argv)
{
  pid_t pid;
  int errnum = posix_spawn (&pid, argv[0], NULL, NULL, argv, environ);

  if (errnum != 0)
    bare_loop_fail (argv[0], errnum);
}

/* Returns whether the job succeeded. */
static int
bare_loop_reap (void)
{
  struct rusage usage;
  int status;

  if (wait4 (-1, &status, 0, &usage) < 0)
    bare_loop_fail ("wait4", errno);
  return WIFEXITED (status) && WEXITSTATUS (status) == 0;
}

static long
bare_loop_read_count (const char *text)
{
  char *end;
  long count = strtol (text, &end, 10);

  if (*text == '\0' || *end != '\0' || count < 1)
    bare_loop_fail (text, EINVAL);
  return count;
}

static void
bare_loop_silence (void)
{
  int fd = open ("/dev/null", O_WRONLY);

  if (fd < 0 || dup2 (fd, STDOUT_FILENO) < 0)
    bare_loop_fail ("/dev/null", errno);
  if (close (fd) < 0)
    bare_loop_fail ("/dev/null", errno);
}

int
main (int argc, char **argv)
{
  long n_left;
  long n_at_once;
  long n_running = 0;
  int failed = 0;

  if (argc < 4)
    bare_loop_fail ("usage: bare-loop JOBS AT-ONCE COMMAND [ARGUMENT…]", EINVAL);
  n_left = bare_loop_read_count (argv[1]);
  n_at_once = bare_loop_read_count (argv[2]);
  bare_loop_silence ();
  while (n_left > 0 || n_running > 0)
    {
      if (n_left > 0 && n_running < n_at_once)
        {
          bare_loop_start (argv + 3);
          n_left--;
          n_running++;
          continue;
        }
      failed |= !bare_loop_reap ();
      n_running--;
    }
  return failed;
}
