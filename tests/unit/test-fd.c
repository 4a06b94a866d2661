/* SPDX-License-Identifier: MIT */
/* Owned descriptors, and whole writes to them. */

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/apool-fd.h"
#include "base/apool-io.h"

#define BIG_BYTES (1024u * 1024)

static gboolean
test_fd_is_open (int fd)
{
  return fcntl (fd, F_GETFD) >= 0;
}

static void
test_fd_make_pipe (int fds[2])
{
  g_autoptr (GError) error = NULL;

  g_assert_true (apool_fd_make_pipe (fds, &error));
  g_assert_no_error (error);
}

static void
test_fd_owner (void)
{
  int fds[2];
  int stolen;

  test_fd_make_pipe (fds);
  stolen = fds[0];
  {
    g_auto (ApoolFd) kept = fds[0];
    g_auto (ApoolFd) closed = fds[1];
    g_auto (ApoolFd) none = -1;

    g_assert_cmpint (apool_fd_steal (&kept), ==, stolen);
    g_assert_cmpint (kept, ==, -1);
    g_assert_cmpint (apool_fd_steal (&none), ==, -1);
    g_assert_cmpint (closed, >=, 0);
  }
  g_assert_true (test_fd_is_open (stolen));
  g_assert_false (test_fd_is_open (fds[1]));
  apool_fd_clear (&stolen);
  g_assert_cmpint (stolen, ==, -1);
  g_assert_false (test_fd_is_open (fds[0]));
  apool_fd_clear (&stolen);
}

/* The read end does not block, the write end, which a job gets, does. */
static void
test_fd_pipe (void)
{
  int fds[2];
  char byte;

  test_fd_make_pipe (fds);
  for (int i = 0; i < 2; i++)
    g_assert_cmpint (fcntl (fds[i], F_GETFD) & FD_CLOEXEC, ==, FD_CLOEXEC);
  g_assert_cmpint (fcntl (fds[0], F_GETFL) & O_NONBLOCK, ==, O_NONBLOCK);
  g_assert_cmpint (fcntl (fds[1], F_GETFL) & O_NONBLOCK, ==, 0);
  g_assert_cmpint (read (fds[0], &byte, 1), ==, -1);
  g_assert_cmpint (errno, ==, EAGAIN);
  g_assert_cmpint (write (fds[1], "x", 1), ==, 1);
  g_assert_cmpint (read (fds[0], &byte, 1), ==, 1);
  g_assert_cmpint (byte, ==, 'x');
  apool_fd_clear (&fds[1]);
  g_assert_cmpint (read (fds[0], &byte, 1), ==, 0);
  apool_fd_clear (&fds[0]);
}

/* In a child, since this process would have none left for its report. */
static void
test_fd_pipe_without_descriptors (void)
{
  int status;
  pid_t pid = fork ();

  if (pid == 0)
    {
      struct rlimit none = { 0, 0 };
      g_autoptr (GError) error = NULL;
      int fds[2];

      if (setrlimit (RLIMIT_NOFILE, &none) < 0 || apool_fd_make_pipe (fds, &error))
        _exit (1);
      _exit (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TOO_MANY_OPEN_FILES) ? 0 : 2);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_cmpint (status, ==, 0);
}

static void
test_fd_nonblocking (void)
{
  g_autoptr (GError) error = NULL;
  int fds[2];

  test_fd_make_pipe (fds);
  g_assert_true (apool_fd_set_nonblocking (fds[1], &error));
  g_assert_no_error (error);
  g_assert_cmpint (fcntl (fds[1], F_GETFL) & O_NONBLOCK, ==, O_NONBLOCK);
  g_assert_cmpint (fcntl (fds[1], F_GETFL) & O_ACCMODE, ==, O_WRONLY);
  apool_fd_clear (&fds[0]);
  apool_fd_clear (&fds[1]);
  g_assert_false (apool_fd_set_nonblocking (-1, &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (error->domain, ==, G_IO_ERROR);
}

static void
test_fd_same_file (void)
{
  int pipe_fds[2];
  int sockets[2];
  g_auto (ApoolFd) twin = -1;

  test_fd_make_pipe (pipe_fds);
  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets), ==, 0);
  twin = dup (sockets[0]);
  g_assert_true (apool_fd_same_file (sockets[0], twin));
  g_assert_true (apool_fd_same_file (pipe_fds[0], pipe_fds[1]));
  g_assert_false (apool_fd_same_file (sockets[0], sockets[1]));
  g_assert_false (apool_fd_same_file (sockets[0], pipe_fds[0]));
  g_assert_false (apool_fd_same_file (sockets[0], -1));
  g_assert_false (apool_fd_same_file (-1, -1));
  for (int i = 0; i < 2; i++)
    {
      apool_fd_clear (&pipe_fds[i]);
      apool_fd_clear (&sockets[i]);
    }
}

/* Closes those of the three whose bit is set in @closed; returns the number of what is wrong. */
static int
test_fd_check_standard (guint closed)
{
  struct stat null_info;
  struct stat info;

  for (int fd = 0; fd <= 2; fd++)
    if (closed & 1u << fd)
      close (fd);
  apool_fd_ensure_standard ();
  if (stat ("/dev/null", &null_info) < 0)
    return 1;
  for (int fd = 0; fd <= 2; fd++)
    {
      gboolean is_null;

      if (fstat (fd, &info) < 0)
        return 2;
      is_null = S_ISCHR (info.st_mode) && info.st_rdev == null_info.st_rdev;
      if ((closed & 1u << fd) && !is_null)
        return 3;
      if ((closed & 1u << fd) && fd > 0 && (write (fd, "x", 1) != -1 || errno != EBADF))
        return 4;
    }
  return fcntl (3, F_GETFD) >= 0 ? 5 : 0;
}

/* Each set of them, in a child whose three are no /dev/null and which has no others. */
static void
test_fd_standard (void)
{
  for (guint closed = 0; closed < 8; closed++)
    {
      int status;
      pid_t pid = fork ();

      if (pid == 0)
        {
          int fds[2];

          close_range (3, G_MAXUINT, 0);
          if (pipe (fds) < 0 || dup2 (fds[0], 0) < 0 || dup2 (fds[1], 1) < 0 ||
              dup2 (fds[1], 2) < 0)
            _exit (99);
          close_range (3, G_MAXUINT, 0);
          _exit (test_fd_check_standard (closed));
        }
      g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
      g_assert_cmpint (status, ==, 0);
    }
}

static gpointer
test_fd_read_all (gpointer data)
{
  int fd = GPOINTER_TO_INT (data);
  GByteArray *all = g_byte_array_new ();
  guint8 buffer[4096];
  gssize got;

  while ((got = read (fd, buffer, sizeof buffer)) > 0)
    g_byte_array_append (all, buffer, (guint) got);
  g_assert_cmpint (got, ==, 0);
  return all;
}

/* More than the pipe takes at once: with @nonblocking the writer meets EAGAIN again and again. */
static void
test_fd_check_write_all (gboolean nonblocking)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *data = g_malloc (BIG_BYTES);
  g_autoptr (GByteArray) all = NULL;
  GThread *reader;
  int fds[2];

  for (gsize i = 0; i < BIG_BYTES; i++)
    data[i] = (char) (i * 13 + i / 4096);
  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  if (nonblocking)
    g_assert_true (apool_fd_set_nonblocking (fds[1], NULL));
  reader = g_thread_new ("reader", test_fd_read_all, GINT_TO_POINTER (fds[0]));
  g_assert_true (apool_io_write_all (fds[1], data, BIG_BYTES, &error));
  g_assert_no_error (error);
  apool_io_say (fds[1], "the end");
  apool_fd_clear (&fds[1]);
  all = g_thread_join (reader);
  apool_fd_clear (&fds[0]);
  g_assert_cmpuint (all->len, ==, BIG_BYTES + 7);
  g_assert_cmpmem (all->data, BIG_BYTES, data, BIG_BYTES);
  g_assert_cmpmem (all->data + BIG_BYTES, 7, "the end", 7);
}

static void
test_fd_write_all (void)
{
  test_fd_check_write_all (FALSE);
  test_fd_check_write_all (TRUE);
}

static void
test_fd_write_fails (void)
{
  g_autoptr (GError) error = NULL;
  int fds[2];

  test_fd_make_pipe (fds);
  apool_fd_clear (&fds[0]);
  g_assert_false (apool_io_write_all (fds[1], "x", 1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
  g_clear_error (&error);
  g_assert_true (apool_io_write_all (fds[1], NULL, 0, &error));
  g_assert_no_error (error);
  apool_io_say (fds[1], "nobody hears");
  apool_fd_clear (&fds[1]);
  fds[1] = open ("/dev/full", O_WRONLY | O_CLOEXEC);
  g_assert_cmpint (fds[1], >=, 0);
  g_assert_false (apool_io_write_all (fds[1], "x", 1, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
  apool_fd_clear (&fds[1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
  g_test_add_func ("/fd/owner", test_fd_owner);
  g_test_add_func ("/fd/pipe", test_fd_pipe);
  g_test_add_func ("/fd/pipe-without-descriptors", test_fd_pipe_without_descriptors);
  g_test_add_func ("/fd/nonblocking", test_fd_nonblocking);
  g_test_add_func ("/fd/same-file", test_fd_same_file);
  g_test_add_func ("/fd/standard", test_fd_standard);
  g_test_add_func ("/fd/write-all", test_fd_write_all);
  g_test_add_func ("/fd/write-fails", test_fd_write_fails);
  return g_test_run ();
}
