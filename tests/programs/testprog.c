/* SPDX-License-Identifier: MIT */
/*
 * The job of the end-to-end tests: one mode per behaviour, the first argument names it.
 *
 * It needs nothing but libc, so that it starts fast and that what it shows of its environment
 * (descriptors, signals) is what it was given. A mode that reports writes one line, its process
 * number and a text, to a FIFO that the test reads: the test waits for a byte, never for a time.
 */

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "noise.h"

/* What flood writes, again and again: 63 characters and a newline. */
static const char testprog_pattern[] =
    "0123456789 abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXY\n";

typedef struct
{
  const char *name;
  int n_args;               /* fewest arguments after the mode */
  int (*run) (char **args); /* NULL-terminated; returns the exit status */
  const char *help;
} TestprogMode;

static void
testprog_fail (const char *what)
{
  fprintf (stderr, "testprog: %s: %s\n", what, strerror (errno));
  exit (125);
}

static void
testprog_write (int fd, const char *data, size_t length)
{
  while (length > 0)
    {
      ssize_t n = write (fd, data, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        testprog_fail ("write");
      data += n;
      length -= (size_t) n;
    }
}

/* One write of at most PIPE_BUF bytes, which other processes' lines cannot be mixed with. */
static void
testprog_report (const char *fifo, pid_t pid, const char *text)
{
  char line[512];
  int length = snprintf (line, sizeof line, "%d %s\n", (int) pid, text);
  int fd = open (fifo, O_WRONLY | O_CLOEXEC);

  if (fd < 0)
    testprog_fail (fifo);
  if (length < 0 || length >= (int) sizeof line)
    exit (125);
  testprog_write (fd, line, (size_t) length);
  if (close (fd) < 0)
    testprog_fail (fifo);
}

static void
testprog_wait_for_ever (void)
{
  for (;;)
    pause ();
}

static int
testprog_exit (char **args)
{
  return atoi (args[0]);
}

static int
testprog_signal (char **args)
{
  int number = atoi (args[0]);

  (void) signal (number, SIG_DFL); /* refused for SIGKILL, which needs it least */
  (void) raise (number);
  return 125;
}

static int
testprog_print (char **args)
{
  testprog_write (STDOUT_FILENO, args[0], strlen (args[0]));
  return 0;
}

static int
testprog_both (char **args)
{
  testprog_write (STDOUT_FILENO, "out ", 4);
  testprog_write (STDOUT_FILENO, args[0], strlen (args[0]));
  testprog_write (STDOUT_FILENO, "\n", 1);
  testprog_write (STDERR_FILENO, "err ", 4);
  testprog_write (STDERR_FILENO, args[0], strlen (args[0]));
  testprog_write (STDERR_FILENO, "\n", 1);
  return 0;
}

/* Each line is one write. */
static int
testprog_alternate (char **args)
{
  int n = atoi (args[0]);

  for (int i = 1; i <= n; i++)
    {
      char line[64];
      int length = snprintf (line, sizeof line, "%s %d\n", i % 2 ? "out" : "err", i);

      if (length < 0 || length >= (int) sizeof line)
        return 125;
      testprog_write (i % 2 ? STDOUT_FILENO : STDERR_FILENO, line, (size_t) length);
    }
  return 0;
}

/* Writes to a pipe whose packets stay apart. */
static int
testprog_packets (char **args)
{
  if (fcntl (STDOUT_FILENO, F_SETFL, O_DIRECT) < 0)
    testprog_fail ("fcntl");
  for (int i = 0; i < 10; i++)
    testprog_write (STDOUT_FILENO, args[0], strlen (args[0]));
  return 0;
}

static int
testprog_half (char **args)
{
  testprog_write (STDOUT_FILENO, "half", 4);
  return 0;
}

static int
testprog_flood_fd (int fd, const char *bytes)
{
  const size_t pattern_length = sizeof testprog_pattern - 1;
  static char buffer[1 << 16];
  intmax_t left = strtoimax (bytes, NULL, 10);

  for (size_t i = 0; i < sizeof buffer; i++)
    buffer[i] = testprog_pattern[i % pattern_length];
  while (left > 0)
    {
      size_t length = left < (intmax_t) sizeof buffer ? (size_t) left : sizeof buffer;

      testprog_write (fd, buffer, length);
      left -= (intmax_t) length;
    }
  return 0;
}

static int
testprog_flood (char **args)
{
  return testprog_flood_fd (STDOUT_FILENO, args[0]);
}

static int
testprog_flood_err (char **args)
{
  return testprog_flood_fd (STDERR_FILENO, args[0]);
}

static const char *testprog_term_fifo;

static void
testprog_on_term (int number)
{
  /* Only calls that a signal handler may make: a digit-free report of its own. */
  int fd = open (testprog_term_fifo, O_WRONLY | O_CLOEXEC);

  if (fd < 0)
    _exit (125);
  if (write (fd, "term\n", 5) != 5)
    _exit (125);
  (void) close (fd); /* nothing is buffered */
}

static int
testprog_ignore_term (char **args)
{
  struct sigaction action = { .sa_handler = testprog_on_term };

  testprog_term_fifo = args[0];
  if (sigaction (SIGTERM, &action, NULL) < 0)
    testprog_fail ("sigaction");
  testprog_report (args[0], getpid (), "ready");
  testprog_wait_for_ever ();
  return 0;
}

/* Forks a process that waits for ever and returns its number. */
static pid_t
testprog_fork_waiter (bool own_session)
{
  int gate[2];
  char byte;
  pid_t pid;

  if (pipe (gate) < 0)
    testprog_fail ("pipe");
  pid = fork ();
  if (pid < 0)
    testprog_fail ("fork");
  if (pid == 0)
    {
      if (own_session && setsid () < 0)
        testprog_fail ("setsid");
      (void) close (gate[0]);
      (void) close (gate[1]);
      testprog_wait_for_ever ();
    }
  /* The child closes its end once it stands where it belongs. */
  (void) close (gate[1]);
  if (read (gate[0], &byte, 1) != 0)
    testprog_fail ("read");
  (void) close (gate[0]);
  return pid;
}

static int
testprog_leave (char **args)
{
  testprog_report (args[0], testprog_fork_waiter (false), "left");
  return 0;
}

static int
testprog_setsid (char **args)
{
  testprog_report (args[0], testprog_fork_waiter (true), "left");
  return 0;
}

static int
testprog_setsid_wait (char **args)
{
  testprog_report (args[0], testprog_fork_waiter (true), "left");
  testprog_wait_for_ever ();
  return 0;
}

static int
testprog_wait (char **args)
{
  testprog_report (args[0], getpid (), args[1]);
  testprog_wait_for_ever ();
  return 0;
}

/* The FIFO is open before the report: whoever reads the report may close its end of it. */
static int
testprog_hold (char **args)
{
  int fd = open (args[0], O_RDONLY | O_CLOEXEC);
  char byte;
  ssize_t n;

  if (fd < 0)
    testprog_fail (args[0]);
  testprog_report (args[1], getpid (), args[2]);
  do
    n = read (fd, &byte, 1);
  while (n > 0 || (n < 0 && errno == EINTR));
  if (n < 0)
    testprog_fail (args[0]);
  printf ("%s\n", args[2]);
  return args[3] != NULL ? atoi (args[3]) : 0;
}

static int
testprog_args (char **args)
{
  for (; *args != NULL; args++)
    {
      size_t length = strlen (*args);

      printf ("%zx:", length);
      fwrite (*args, 1, length, stdout);
      putchar ('\n');
    }
  return 0;
}

static int
testprog_lengths (char **args)
{
  for (; *args != NULL; args++)
    printf ("%zu\n", strlen (*args));
  return 0;
}

static int
testprog_env (char **args)
{
  const char *value = getenv (args[0]);

  if (value == NULL)
    return 1;
  printf ("%s\n", value);
  return 0;
}

static int
testprog_fds (char **args)
{
  DIR *directory = opendir ("/proc/self/fd");
  struct dirent *entry;
  bool open_fds[1024] = { false };

  if (directory == NULL)
    testprog_fail ("/proc/self/fd");
  while ((entry = readdir (directory)) != NULL)
    {
      int fd = isdigit ((unsigned char) entry->d_name[0]) ? atoi (entry->d_name) : -1;

      if (fd >= 0 && fd < 1024 && fd != dirfd (directory))
        open_fds[fd] = true;
    }
  (void) closedir (directory);
  for (int fd = 0; fd < 1024; fd++)
    if (open_fds[fd])
      printf ("%d\n", fd);
  return 0;
}

static int
testprog_sigs (char **args)
{
  sigset_t mask;

  if (sigprocmask (SIG_BLOCK, NULL, &mask) < 0)
    testprog_fail ("sigprocmask");
  for (int number = 1; number < NSIG; number++)
    {
      struct sigaction action;

      if (sigaction (number, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
        printf ("ignored %d\n", number);
      if (sigismember (&mask, number) == 1)
        printf ("blocked %d\n", number);
    }
  return 0;
}

static int
testprog_pgid (char **args)
{
  puts (getpgrp () == getpid () ? "leader" : "member");
  return 0;
}

static int
testprog_block (char **args)
{
  sigset_t signals;

  (void) sigemptyset (&signals);
  (void) sigaddset (&signals, atoi (args[0]));
  if (sigprocmask (SIG_BLOCK, &signals, NULL) < 0)
    testprog_fail ("sigprocmask");
  execvp (args[1], args + 1);
  testprog_fail (args[1]);
  return 127;
}

/* Until the end of @fd; a terminal whose other side is closed is at its end too. */
static void
testprog_copy (int fd)
{
  char buffer[1 << 16];
  ssize_t n;

  while ((n = read (fd, buffer, sizeof buffer)) != 0)
    {
      if (n < 0 && errno == EIO)
        return;
      if (n < 0 && errno != EINTR)
        testprog_fail ("read");
      if (n > 0)
        testprog_write (STDOUT_FILENO, buffer, (size_t) n);
    }
}

static int
testprog_cat (char **args)
{
  testprog_copy (STDIN_FILENO);
  return 0;
}

/* Uses the processor for so long. A job that takes its time must not sleep: who waits for it can
 * then be sure that so much time has gone by for others, too. */
static void
testprog_burn_usec (intmax_t usec)
{
  struct timespec now;

  do
    if (clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now) < 0)
      testprog_fail ("clock_gettime");
  while ((intmax_t) now.tv_sec * 1000000 + now.tv_nsec / 1000 < usec);
}

static int
testprog_burn (char **args)
{
  testprog_burn_usec (strtoimax (args[0], NULL, 10) * 1000);
  return 0;
}

/* Memory counts when it is written to, which malloc() may do, for tests. */
static int
testprog_hog (char **args)
{
  const size_t n = (size_t) strtoumax (args[0], NULL, 10);
  char byte;

  while (read (STDIN_FILENO, &byte, 1) == 1)
    {
      char *bytes = mmap (NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

      if (bytes == MAP_FAILED)
        testprog_fail ("mmap");
      memset (bytes, 1, n);
      /* What is written depends on it, so that it is not left out. */
      testprog_write (STDOUT_FILENO, &bytes[n - 1], 1);
    }
  return 0;
}

static char *
testprog_make_noise (unsigned job, int fd, size_t length)
{
  char *bytes = malloc (length + 1);

  if (bytes == NULL)
    testprog_fail ("malloc");
  noise_fill (bytes, length, job, fd);
  return bytes;
}

static int
testprog_noise (char **args)
{
  const unsigned seed = (unsigned) strtoul (args[0], NULL, 10);
  const unsigned job = (unsigned) strtoul (args[1], NULL, 10);
  size_t left[] = { noise_get_length (seed, job, STDOUT_FILENO),
                    noise_get_length (seed, job, STDERR_FILENO) };
  char *bytes[] = { testprog_make_noise (job, STDOUT_FILENO, left[0]),
                    testprog_make_noise (job, STDERR_FILENO, left[1]) };
  const char *next[] = { bytes[0], bytes[1] };
  NoiseDice dice;
  NoiseDice times;

  noise_dice_init (&dice, seed, job, 0);
  noise_dice_init (&times, seed, job, 3);
  testprog_burn_usec (noise_dice_roll (&times, 4000));
  while (left[0] + left[1] > 0)
    {
      size_t length;
      int fd = noise_choose_piece (&dice, left, &length);

      testprog_write (fd, next[fd - 1], length);
      next[fd - 1] += length;
      left[fd - 1] -= length;
    }
  testprog_burn_usec (noise_dice_roll (&times, 4000));
  free (bytes[0]);
  free (bytes[1]);
  return job % 3 == 0;
}

/* One long part of a line, without its end. */
static int
testprog_fill (char **args)
{
  char buffer[1 << 16];
  int fd = atoi (args[0]);
  intmax_t left = strtoimax (args[2], NULL, 10);

  memset (buffer, args[1][0], sizeof buffer);
  while (left > 0)
    {
      size_t length = left < (intmax_t) sizeof buffer ? (size_t) left : sizeof buffer;

      testprog_write (fd, buffer, length);
      left -= (intmax_t) length;
    }
  return 0;
}

/* As a sibling leaves it that shares the caller's standard output. */
static int
testprog_nonblock (char **args)
{
  int flags = fcntl (STDOUT_FILENO, F_GETFL);

  if (flags < 0 || fcntl (STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK) < 0)
    testprog_fail ("fcntl");
  execvp (args[0], args);
  testprog_fail (args[0]);
  return 127;
}

static pid_t
testprog_start_on (int fd, char **args)
{
  pid_t pid = fork ();

  if (pid < 0)
    testprog_fail ("fork");
  if (pid > 0)
    return pid;
  if (dup2 (fd, STDOUT_FILENO) < 0 || dup2 (fd, STDERR_FILENO) < 0)
    testprog_fail ("dup2");
  execvp (args[0], args);
  testprog_fail (args[0]);
  return 0;
}

/* The program's standard output and standard error are one terminal. */
static int
testprog_terminal (char **args)
{
  int master = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
  int status;
  int slave;
  pid_t pid;

  if (master < 0 || grantpt (master) < 0 || unlockpt (master) < 0)
    testprog_fail ("posix_openpt");
  slave = open (ptsname (master), O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (slave < 0)
    testprog_fail (ptsname (master));
  pid = testprog_start_on (slave, args);
  (void) close (slave); /* the program has its own */
  testprog_copy (master);
  if (waitpid (pid, &status, 0) != pid)
    testprog_fail ("waitpid");
  return WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
}

static const TestprogMode testprog_modes[] = {
  { "exit", 1, testprog_exit, "N: ends with status N" },
  { "signal", 1, testprog_signal, "N: dies of signal N" },
  { "print", 1, testprog_print, "TEXT: writes it without a newline" },
  { "both", 1, testprog_both, "TEXT: a line to either output" },
  { "alternate", 1, testprog_alternate, "N: so many lines, to either output in turn" },
  { "half", 0, testprog_half, ": writes half a line" },
  { "packets", 1, testprog_packets, "TEXT: writes it ten times, packet by packet" },
  { "flood", 1, testprog_flood, "BYTES: so many to stdout" },
  { "flood-err", 1, testprog_flood_err, "BYTES: so many to stderr" },
  { "ignore-term", 1, testprog_ignore_term, "FIFO: reports, and each SIGTERM, and goes on" },
  { "leave", 1, testprog_leave, "FIFO: ends, leaves a child that holds stdout" },
  { "setsid", 1, testprog_setsid, "FIFO: ends, leaves a child in a session of its own" },
  { "setsid-wait", 1, testprog_setsid_wait, "FIFO: the same, but waits for ever" },
  { "wait", 2, testprog_wait, "FIFO TEXT: reports and waits for ever" },
  { "hold", 3, testprog_hold, "GATE FIFO TEXT [N]: reports, waits for EOF, prints, ends with N" },
  { "args", 0, testprog_args, "…: a line for each, its length in hex before it" },
  { "lengths", 0, testprog_lengths, "…: a line for each, its length" },
  { "env", 1, testprog_env, "NAME: prints the variable's value" },
  { "fds", 0, testprog_fds, ": prints the open descriptors" },
  { "sigs", 0, testprog_sigs, ": prints the ignored and the blocked signals" },
  { "pgid", 0, testprog_pgid, ": says whether it leads its process group" },
  { "block", 2, testprog_block, "SIGNAL PROGRAM …: executes it with the signal blocked" },
  { "cat", 0, testprog_cat, ": copies stdin to stdout" },
  { "burn", 1, testprog_burn, "MSEC: uses the processor for so long" },
  { "hog", 1, testprog_hog, "BYTES: so many more of memory for each byte of stdin, until its end" },
  { "noise", 2, testprog_noise, "SEED JOB: writes what the two say; every third job fails" },
  { "fill", 3, testprog_fill, "FD BYTE N: so many of it" },
  { "nonblock", 1, testprog_nonblock, "PROGRAM …: executes it, stdout does not block" },
  { "terminal", 1, testprog_terminal, "PROGRAM …: runs it on a terminal, copies what it shows" },
};

int
main (int argc, char **argv)
{
  const size_t n_modes = sizeof testprog_modes / sizeof testprog_modes[0];

  for (size_t i = 0; argc > 1 && i < n_modes; i++)
    {
      const TestprogMode *mode = &testprog_modes[i];

      if (strcmp (argv[1], mode->name) == 0 && argc - 2 >= mode->n_args)
        {
          int status = mode->run (argv + 2);

          if (fflush (stdout) != 0)
            testprog_fail ("stdout");
          return status;
        }
    }
  for (size_t i = 0; i < n_modes; i++)
    fprintf (stderr, "testprog %s %s\n", testprog_modes[i].name, testprog_modes[i].help);
  return 125;
}
