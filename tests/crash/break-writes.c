/* SPDX-License-Identifier: MIT */
/*
 * Preloaded into apool: has what it writes to certain files go wrong.
 *
 * APOOL_CRASH_BREAK is "KIND FOLDER FILE NTH LAST SEED TOLD": the calls that concern FOLDER/FILE,
 * where FILE may be "*", are counted, and from the NTH to the LAST one
 *   enospc  the first one writes a part, the others fail with ENOSPC
 *   eio     they fail with EIO, and so does ftruncate()
 *   short   they write a part only
 *   tear    the first one writes a part, then the process dies
 *   sync    fdatasync() and fsync() fail with EIO; only these are counted
 *   watch   nothing goes wrong
 * A file TOLD is made when the first of them comes. With "watch" it gets a line for each file that
 * was brought to the disk, "BYTES PATH": as many as it had when that was asked for.
 *
 * The library and the variable are not passed on: what apool starts is not concerned.
 */

/* Both names of each function are to be here, not one of them twice. */
#undef _FILE_OFFSET_BITS

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

typedef enum
{
  BREAK_NONE,
  BREAK_ENOSPC,
  BREAK_EIO,
  BREAK_SHORT,
  BREAK_TEAR,
  BREAK_SYNC,
  BREAK_WATCH,
  N_BREAKS,
} BreakKind;

static const char *const break_names[N_BREAKS] = { "none", "enospc", "eio",  "short",
                                                   "tear", "sync",   "watch" };

/* A library has no other place for what it was told. */
static BreakKind break_kind;
static char break_path[PATH_MAX];
static char break_told[PATH_MAX / 2];
static size_t break_path_length; /* with a slash behind it: any file below */
static long break_first;
static long break_last;
static unsigned break_seed;
static atomic_long break_n_calls;

__attribute__ ((constructor)) static void
break_init (void)
{
  const char *text = getenv ("APOOL_CRASH_BREAK");
  char kind[16], folder[PATH_MAX / 2], file[256];

  unsetenv ("LD_PRELOAD");
  if (!text || sscanf (text, "%15s %2047s %255s %ld %ld %u %2047s", kind, folder, file,
                       &break_first, &break_last, &break_seed, break_told) != 7)
    return;
  for (int i = 1; i < N_BREAKS; i++)
    if (strcmp (kind, break_names[i]) == 0)
      break_kind = (BreakKind) i;
  break_path_length = (size_t) snprintf (break_path, sizeof break_path, "%s/%s", folder,
                                         strcmp (file, "*") == 0 ? "" : file);
  unsetenv ("APOOL_CRASH_BREAK");
}

static int
break_concerns (int fd)
{
  char link[64], path[PATH_MAX];
  ssize_t length;
  int saved = errno;

  (void) snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  length = readlink (link, path, sizeof path - 1);
  errno = saved;
  if (length < 0)
    return 0;
  path[length] = '\0';
  if (break_path[break_path_length - 1] == '/')
    return strncmp (path, break_path, break_path_length) == 0;
  return strcmp (path, break_path) == 0;
}

static void
break_tell (const char *line)
{
  int fd = open (break_told, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  size_t length = strlen (line);

  if (fd < 0 || syscall (SYS_write, fd, line, length) != (long) length)
    abort (); /* a test that does not know what it tests */
  (void) close (fd);
}

/* Returns: which call this is, from 1 on, if it is one to break, else 0 */
static long
break_take_turn (int fd, int is_sync)
{
  long turn;

  if (break_kind == BREAK_NONE || break_kind == BREAK_WATCH ||
      (break_kind == BREAK_SYNC) != is_sync || !break_concerns (fd))
    return 0;
  turn = atomic_fetch_add (&break_n_calls, 1) + 1;
  if (turn == break_first)
    break_tell ("");
  return turn >= break_first && turn <= break_last ? turn : 0;
}

/* A part of what is to be written that is neither nothing nor all, if there is one. */
static size_t
break_choose_part (size_t length, long turn)
{
  unsigned seed = break_seed + (unsigned) turn;

  return length > 1 ? 1 + (size_t) rand_r (&seed) % (length - 1) : length;
}

/* Returns: how much is to be written, or -1 with errno */
static ssize_t
break_plan (int fd, size_t length)
{
  long turn = length > 0 ? break_take_turn (fd, 0) : 0;

  if (turn == 0)
    return (ssize_t) length;
  if (break_kind == BREAK_EIO || (break_kind == BREAK_ENOSPC && turn > break_first))
    {
      errno = break_kind == BREAK_EIO ? EIO : ENOSPC;
      return -1;
    }
  return (ssize_t) break_choose_part (length, turn);
}

static ssize_t
break_settle (ssize_t result, size_t planned, size_t length)
{
  if (break_kind == BREAK_TEAR && planned < length)
    (void) kill (getpid (), SIGKILL);
  return result;
}

static ssize_t
break_pwrite (int fd, const void *data, size_t length, off_t offset)
{
  ssize_t planned = break_plan (fd, length);

  if (planned < 0)
    return -1;
  return break_settle (syscall (SYS_pwrite64, fd, data, (size_t) planned, offset), (size_t) planned,
                       length);
}

ssize_t
write (int fd, const void *data, size_t length)
{
  ssize_t planned = break_plan (fd, length);

  if (planned < 0)
    return -1;
  return break_settle (syscall (SYS_write, fd, data, (size_t) planned), (size_t) planned, length);
}

ssize_t
pwrite (int fd, const void *data, size_t length, off_t offset)
{
  return break_pwrite (fd, data, length, offset);
}

ssize_t
pwrite64 (int fd, const void *data, size_t length, off64_t offset)
{
  return break_pwrite (fd, data, length, offset);
}

/* What is broken is the first of the pieces. */
ssize_t
writev (int fd, const struct iovec *pieces, int n_pieces)
{
  if (break_kind != BREAK_NONE && n_pieces > 0 && break_concerns (fd))
    return write (fd, pieces[0].iov_base, pieces[0].iov_len);
  return syscall (SYS_writev, fd, pieces, n_pieces);
}

static int
break_truncate (int fd, off_t length)
{
  long n_calls = atomic_load (&break_n_calls);

  if (break_kind == BREAK_EIO && n_calls >= break_first && n_calls <= break_last &&
      break_concerns (fd))
    {
      errno = EIO;
      return -1;
    }
  return (int) syscall (SYS_ftruncate, fd, length);
}

int
ftruncate (int fd, off_t length)
{
  return break_truncate (fd, length);
}

int
ftruncate64 (int fd, off64_t length)
{
  return break_truncate (fd, length);
}

static int
break_watch_sync (int fd, long number)
{
  char link[64], path[PATH_MAX], line[PATH_MAX + 32];
  struct stat status;
  ssize_t length;

  (void) snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  length = readlink (link, path, sizeof path - 1);
  if (length < 0 || fstat (fd, &status) < 0)
    abort ();
  path[length] = '\0';
  if (syscall (number, fd) < 0)
    return -1;
  (void) snprintf (line, sizeof line, "%lld %s\n", (long long) status.st_size, path);
  break_tell (line);
  return 0;
}

static int
break_sync (int fd, long number)
{
  if (break_kind == BREAK_WATCH && break_concerns (fd))
    return break_watch_sync (fd, number);
  if (break_take_turn (fd, 1) == 0)
    return (int) syscall (number, fd);
  errno = EIO;
  return -1;
}

int
fdatasync (int fd)
{
  return break_sync (fd, SYS_fdatasync);
}

int
fsync (int fd)
{
  return break_sync (fd, SYS_fsync);
}
