/* SPDX-License-Identifier: MIT */
/*
 * The job of the runs that are broken.
 *
 * crash-job FOLDER SEED NUMBER...: for each number, what follows from it and from the seed: a time,
 * bytes on stdout and stderr, an exit status or a signal, which are those of the last number. It
 * leaves two lines in FOLDER/effects/NUMBER, one when it begins and one when it ends, each with its
 * process id and APOOL_CRASH_ROUND; and says both in the FIFO FOLDER/reports, if it has room.
 *
 * What it writes to stdout begins with a line "#NUMBER LENGTH", and LENGTH bytes follow: so that
 * outputs can be told apart whatever they hold and in whatever order they come.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "noise.h"

#define KIB ((size_t) 1 << 10)
#define MIB ((size_t) 1 << 20)

/* Bytes that are made and written at once. */
#define BLOCK_BYTES (64 * KIB)

/* Jobs of which one in so many writes some MiB. */
#define LARGE_EVERY 400

typedef struct
{
  const char *folder;
  unsigned seed;
  unsigned number;
  size_t out_bytes;
  size_t err_bytes;
  long usec;
  int status; /* below zero, a signal */
  int is_text;
} CrashJob;

static void
crash_job_fail (const char *what)
{
  fprintf (stderr, "crash-job: %s: %s\n", what, strerror (errno));
  exit (125);
}

static void
crash_job_write (int fd, const char *data, size_t length)
{
  while (length > 0)
    {
      ssize_t n = write (fd, data, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        crash_job_fail ("write");
      data += n;
      length -= (size_t) n;
    }
}

/* A full FIFO, or one that nobody reads, only makes the moment of a break another one. */
static void
crash_job_report (const CrashJob *job, char what)
{
  char path[4096];
  char line[32];
  int length = snprintf (line, sizeof line, "%c %u\n", what, job->number);
  int fd;

  if ((size_t) snprintf (path, sizeof path, "%s/reports", job->folder) >= sizeof path)
    exit (125);
  fd = open (path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0)
    return;
  (void) !write (fd, line, (size_t) length);
  (void) close (fd);
}

static void
crash_job_leave (const CrashJob *job, char what)
{
  const char *run = getenv ("APOOL_CRASH_ROUND");
  char path[4096];
  char line[256];
  int fd, length;

  if ((size_t) snprintf (path, sizeof path, "%s/effects/%u", job->folder, job->number) >=
      sizeof path)
    exit (125);
  length = snprintf (line, sizeof line, "%c %d %s\n", what, (int) getpid (), run ? run : "-");
  fd = open (path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0 || length < 0 || length >= (int) sizeof line)
    crash_job_fail (path);
  crash_job_write (fd, line, (size_t) length);
  if (close (fd) < 0)
    crash_job_fail (path);
}

static size_t
crash_job_choose_bytes (NoiseDice *dice)
{
  uint32_t roll = noise_dice_roll (dice, LARGE_EVERY);

  if (roll == 0)
    return 2 * MIB + noise_dice_roll (dice, 3 * MIB);
  if (roll < LARGE_EVERY / 16)
    return noise_dice_roll (dice, 200 * KIB);
  if (roll < LARGE_EVERY / 4)
    return noise_dice_roll (dice, 8 * KIB);
  if (roll < LARGE_EVERY / 4 * 3)
    return 1 + noise_dice_roll (dice, 200);
  return 0;
}

static void
crash_job_init (CrashJob *job, NoiseDice *dice)
{
  static const int signals[] = { SIGKILL, SIGTERM, SIGUSR1, SIGSEGV };
  uint32_t roll;

  noise_dice_init (dice, job->seed, job->number, 1);
  job->out_bytes = crash_job_choose_bytes (dice);
  job->err_bytes = noise_dice_roll (dice, 4) == 0 ? crash_job_choose_bytes (dice) : 0;
  job->usec = noise_dice_roll (dice, 3) == 0 ? noise_dice_roll (dice, 30000) : 0;
  job->is_text = noise_dice_roll (dice, 2) == 0;
  roll = noise_dice_roll (dice, 100);
  job->status = 0;
  if (roll < 3)
    job->status = 1 + (int) noise_dice_roll (dice, 100);
  else if (roll < 5)
    job->status = -signals[noise_dice_roll (dice, 4)];
}

static void
crash_job_fill (NoiseDice *dice, char *block, size_t length, int is_text)
{
  for (size_t i = 0; i < length; i++)
    {
      uint32_t roll = noise_dice_roll (dice, 1 << 16);

      block[i] = is_text ? (char) (roll % 64 == 0 ? '\n' : 'a' + roll % 26) : (char) (roll & 0xff);
    }
}

static void
crash_job_print (NoiseDice *dice, int fd, size_t length, int is_text)
{
  static char block[BLOCK_BYTES];

  while (length > 0)
    {
      size_t n = length < sizeof block ? length : sizeof block;

      crash_job_fill (dice, block, n, is_text);
      crash_job_write (fd, block, n);
      length -= n;
    }
}

/* Half of stdout comes before the time and half of it after that. */
static void
crash_job_run (CrashJob *job)
{
  struct timespec time;
  NoiseDice dice;
  char head[64];
  size_t half;

  crash_job_init (job, &dice);
  crash_job_leave (job, 'b');
  crash_job_report (job, 'b');
  half = job->out_bytes / 2;
  if (job->out_bytes > 0)
    crash_job_write (
        STDOUT_FILENO, head,
        (size_t) snprintf (head, sizeof head, "#%u %zu\n", job->number, job->out_bytes));
  crash_job_print (&dice, STDOUT_FILENO, half, job->is_text);
  time.tv_sec = 0;
  time.tv_nsec = job->usec * 1000;
  while (nanosleep (&time, &time) < 0 && errno == EINTR)
    ;
  crash_job_print (&dice, STDOUT_FILENO, job->out_bytes - half, job->is_text);
  if (job->err_bytes > 0)
    {
      crash_job_print (&dice, STDERR_FILENO, job->err_bytes, 1);
      crash_job_write (STDERR_FILENO, "\n", 1);
    }
  crash_job_leave (job, 'e');
  crash_job_report (job, 'e');
}

int
main (int argc, char **argv)
{
  CrashJob job = { 0 };

  if (argc < 4)
    {
      fputs ("usage: crash-job FOLDER SEED NUMBER...\n", stderr);
      return 125;
    }
  job.folder = argv[1];
  job.seed = (unsigned) strtoul (argv[2], NULL, 10);
  for (int i = 3; i < argc; i++)
    {
      job.number = (unsigned) strtoul (argv[i], NULL, 10);
      crash_job_run (&job);
    }
  if (job.status >= 0)
    return job.status;
  (void) signal (-job.status, SIG_DFL); /* refused for SIGKILL, which needs it least */
  (void) raise (-job.status);
  return 125;
}
