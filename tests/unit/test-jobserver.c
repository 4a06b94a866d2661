/* SPDX-License-Identifier: MIT */
/* Jobservers of others, in a pipe of the test's own whose bytes it knows, and ours. */

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "base/apool-jobserver.h"
#include "base/apool-process.h"

#define DEADLINE_MSEC 30000

/* A pipe as make hands it down, with @tokens in it. */
static char *
test_jobserver_make_pipe (int fds[2], const char *tokens)
{
  g_assert_no_errno (pipe (fds));
  g_assert_cmpint (write (fds[1], tokens, strlen (tokens)), ==, (gssize) strlen (tokens));
  return g_strdup_printf ("%d,%d", fds[0], fds[1]);
}

static void
test_jobserver_close_pipe (int fds[2])
{
  apool_fd_clear (&fds[0]);
  apool_fd_clear (&fds[1]);
}

static ApoolJobserver *
test_jobserver_open (const char *auth)
{
  g_autoptr (GError) error = NULL;
  ApoolJobserver *server = apool_jobserver_open (auth, &error);

  g_assert_no_error (error);
  g_assert_nonnull (server);
  return server;
}

static guint
test_jobserver_count (int fd)
{
  int n_bytes;

  g_assert_no_errno (ioctl (fd, FIONREAD, &n_bytes));
  return (guint) n_bytes;
}

static guint
test_jobserver_take_all (ApoolJobserver *server)
{
  g_autoptr (GError) error = NULL;
  guint n = 0;

  while (apool_jobserver_take (server, &error))
    n++;
  g_assert_no_error (error);
  return n;
}

/* Whether just these bytes are in the pipe, in any order; waits until there are so many. */
static void
test_jobserver_assert_tokens (int fd, const char *tokens)
{
  g_autofree char *left = g_strdup (tokens);

  for (gsize i = 0; i < strlen (tokens); i++)
    {
      struct pollfd readable = { .fd = fd, .events = POLLIN };
      char token;
      char *at;

      g_assert_cmpint (poll (&readable, 1, DEADLINE_MSEC), ==, 1);
      g_assert_cmpint (read (fd, &token, 1), ==, 1);
      at = strchr (left, token);
      g_assert_true (at && token);
      *at = '.';
    }
  g_assert_cmpuint (test_jobserver_count (fd), ==, 0);
}

/* ---- make's ---- */

static void
test_take (void)
{
  int fds[2];
  g_autofree char *auth = test_jobserver_make_pipe (fds, "abc");
  ApoolJobserver *server = test_jobserver_open (auth);

  g_assert_false (apool_jobserver_is_own (server));
  g_assert_cmpstr (apool_jobserver_get_auth (server), ==, auth);
  g_assert_cmpuint (apool_jobserver_get_n_taken (server), ==, 0);
  g_assert_cmpuint (test_jobserver_take_all (server), ==, 3);
  g_assert_cmpuint (apool_jobserver_get_n_taken (server), ==, 3);
  g_assert_cmpuint (test_jobserver_count (fds[0]), ==, 0);
  apool_jobserver_give_back (server);
  g_assert_cmpuint (test_jobserver_count (fds[0]), ==, 1);
  g_assert_cmpuint (apool_jobserver_get_n_taken (server), ==, 2);
  /* The rest goes back with it. */
  apool_jobserver_free (server);
  test_jobserver_assert_tokens (fds[0], "abc");
  test_jobserver_close_pipe (fds);
}

/* Make's descriptions are everybody's, and stay as they are. */
static void
test_flags (void)
{
  int fds[2];
  g_autofree char *auth = test_jobserver_make_pipe (fds, "a");
  ApoolJobserver *server = test_jobserver_open (auth);
  int own_fd = apool_jobserver_get_fd (server);

  g_assert_cmpuint (test_jobserver_take_all (server), ==, 1);
  for (int i = 0; i < 2; i++)
    {
      g_assert_cmpint (fcntl (fds[i], F_GETFL) & O_NONBLOCK, ==, 0);
      g_assert_cmpint (fcntl (fds[i], F_GETFD), ==, 0);
    }
  g_assert_cmpint (own_fd, !=, fds[0]);
  g_assert_cmpint (fcntl (own_fd, F_GETFD), ==, FD_CLOEXEC);
  apool_jobserver_free (server);
  for (int i = 0; i < 2; i++)
    g_assert_cmpint (fcntl (fds[i], F_GETFD), ==, 0);
  test_jobserver_close_pipe (fds);
}

static void
test_assert_refused (const char *auth, const char *why)
{
  g_autoptr (GError) error = NULL;
  ApoolJobserver *server = apool_jobserver_open (auth, &error);

  g_test_message ("%s", auth);
  g_assert_null (server);
  g_assert_nonnull (error);
  if (!strstr (error->message, why))
    g_error ("%s: not \"%s\" but \"%s\"", auth, why, error->message);
}

static void
test_no_descriptors (void)
{
  static const char *const auths[] = { "",     "-2,-2",         "3",   "3,",   ",4",   "3,4,5",
                                       "3,x",  "3,4x",          "3;4", "x3,4", "3 ,4", "3, 4",
                                       "+3,4", "99999999999,4", "fifo" };

  for (gsize i = 0; i < G_N_ELEMENTS (auths); i++)
    test_assert_refused (auths[i], "are no two descriptors");
}

static void
test_wrong_descriptors (void)
{
  int fds[2];
  int other_fds[2];
  g_autofree char *auth = test_jobserver_make_pipe (fds, "a");
  g_autofree char *other_auth G_GNUC_UNUSED = test_jobserver_make_pipe (other_fds, "a");
  g_autofree char *mixed = g_strdup_printf ("%d,%d", fds[0], other_fds[1]);
  g_autofree char *twisted = g_strdup_printf ("%d,%d", fds[1], fds[0]);
  g_autofree char *half = g_strdup_printf ("%d,%d", fds[0], fds[0]);
  g_auto (ApoolFd) null_fd = open ("/dev/null", O_RDWR);
  g_autofree char *file = g_strdup_printf ("%d,%d", null_fd, null_fd);

  test_assert_refused (mixed, "are not of one pipe");
  test_assert_refused (twisted, "is no pipe to be read");
  test_assert_refused (half, "is no pipe to be written to");
  test_assert_refused (file, "is no pipe to be read");
  /* What is closed when we execute something was not handed down to us. */
  g_assert_no_errno (fcntl (fds[1], F_SETFD, FD_CLOEXEC));
  test_assert_refused (auth, "is not open");
  test_jobserver_close_pipe (fds);
  test_assert_refused (auth, "is not open");
  g_assert_cmpuint (test_jobserver_count (other_fds[0]), ==, 1);
  test_jobserver_close_pipe (other_fds);
}

static void
test_fifo (void)
{
  g_autofree char *dir = g_dir_make_tmp (NULL, NULL);
  g_autofree char *path = g_build_filename (dir, "a b", NULL);
  g_autofree char *auth = g_strconcat ("fifo:", path, NULL);
  g_auto (ApoolFd) fd = -1;
  ApoolJobserver *server;

  test_assert_refused (auth, "No such file");
  g_assert_true (g_file_set_contents (path, "abc", -1, NULL));
  test_assert_refused (auth, "no named pipe");
  g_assert_no_errno (g_unlink (path));
  g_assert_no_errno (mkfifo (path, 0600));
  fd = open (path, O_RDWR);
  g_assert_cmpint (write (fd, "xy", 2), ==, 2);
  server = test_jobserver_open (auth);
  g_assert_cmpuint (test_jobserver_take_all (server), ==, 2);
  apool_jobserver_free (server);
  test_jobserver_assert_tokens (fd, "xy");
  /* It is not for us to remove. */
  g_assert_no_errno (g_unlink (path));
  g_assert_no_errno (g_rmdir (dir));
}

/* ---- without a word ---- */

/* A process takes part, and is killed. */
static void
test_jobserver_take_and_die (const char *auth, int signum)
{
  int status;
  pid_t pid = fork ();

  g_assert_no_errno (pid);
  if (pid == 0)
    {
      ApoolJobserver *server = test_jobserver_open (auth);

      g_assert_cmpuint (test_jobserver_take_all (server), ==, 3);
      apool_jobserver_give_back (server);
      signal (signum, SIG_DFL);
      raise (signum);
      _exit (0);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == signum);
}

static void
test_killed (void)
{
  static const int signums[] = { SIGKILL, SIGTERM, SIGHUP, SIGALRM };

  for (gsize i = 0; i < G_N_ELEMENTS (signums); i++)
    {
      int fds[2];
      g_autofree char *auth = test_jobserver_make_pipe (fds, "abc");

      test_jobserver_take_and_die (auth, signums[i]);
      test_jobserver_assert_tokens (fds[0], "abc");
      test_jobserver_close_pipe (fds);
    }
}

/* What ends the whole process group of the one that takes part does not end the one that gives back
 * for it. */
static void
test_killed_group (void)
{
  int fds[2];
  g_autofree char *auth = test_jobserver_make_pipe (fds, "abc");
  int status;
  pid_t pid = fork ();

  g_assert_no_errno (pid);
  if (pid == 0)
    {
      ApoolJobserver *server;

      g_assert_no_errno (setpgid (0, 0));
      server = test_jobserver_open (auth);
      g_assert_cmpuint (test_jobserver_take_all (server), ==, 3);
      g_assert_no_errno (kill (0, SIGKILL));
      _exit (0);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  g_assert_true (WIFSIGNALED (status));
  test_jobserver_assert_tokens (fds[0], "abc");
  test_jobserver_close_pipe (fds);
}

/* ---- ours ---- */

static ApoolJobserver *
test_jobserver_new (ApoolJobserverStyle style, guint n_slots, const char *dir)
{
  g_autoptr (GError) error = NULL;
  ApoolJobserver *server = apool_jobserver_new (style, n_slots, dir, &error);

  g_assert_no_error (error);
  g_assert_nonnull (server);
  g_assert_true (apool_jobserver_is_own (server));
  return server;
}

static void
test_own_pipe (void)
{
  ApoolJobserver *server = test_jobserver_new (APOOL_JOBSERVER_PIPE, 3, "/none");
  ApoolJobserver *other = test_jobserver_open (apool_jobserver_get_auth (server));
  int fds[2];

  g_assert_cmpint (sscanf (apool_jobserver_get_auth (server), "%d,%d", &fds[0], &fds[1]), ==, 2);
  g_assert_cmpint (MIN (fds[0], fds[1]), >=, 10);
  g_assert_true (apool_jobserver_take (other, NULL));
  g_assert_cmpuint (test_jobserver_take_all (server), ==, 1);
  apool_jobserver_free (other);
  g_assert_cmpuint (test_jobserver_take_all (server), ==, 1);
  apool_jobserver_free (server);
  g_assert_cmpint (fcntl (fds[0], F_GETFD), <, 0);
  g_assert_cmpint (fcntl (fds[1], F_GETFD), <, 0);
}

static void
test_own_single (void)
{
  ApoolJobserver *server = test_jobserver_new (APOOL_JOBSERVER_PIPE, 1, "/none");

  g_assert_cmpuint (test_jobserver_take_all (server), ==, 0);
  g_assert_cmpuint (apool_jobserver_restore (server), ==, 0);
  apool_jobserver_free (server);
}

/* As many as `-j0` means, and more than a pipe has room for by itself. */
static void
test_own_many (void)
{
  ApoolJobserver *server = test_jobserver_new (APOOL_JOBSERVER_PIPE, 100001, "/none");

  g_assert_cmpuint (test_jobserver_count (apool_jobserver_get_fd (server)), ==, 100000);
  apool_jobserver_free (server);
}

static void
test_own_fifo (void)
{
  g_autofree char *dir = g_dir_make_tmp (NULL, NULL);
  ApoolJobserver *server = test_jobserver_new (APOOL_JOBSERVER_FIFO, 3, dir);
  g_autofree char *auth = g_strdup (apool_jobserver_get_auth (server));
  ApoolJobserver *other = test_jobserver_open (auth);
  struct stat info;

  g_assert_true (g_str_has_prefix (auth, "fifo:/"));
  g_assert_no_errno (stat (auth + strlen ("fifo:"), &info));
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  g_assert_cmpuint (test_jobserver_take_all (other), ==, 2);
  apool_jobserver_free (other);
  apool_jobserver_free (server);
  test_assert_refused (auth, "No such file");
  g_assert_no_errno (g_rmdir (dir));
}

static void
test_own_fifo_nowhere (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (apool_jobserver_new (APOOL_JOBSERVER_FIFO, 3, "/none/such", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_true (strstr (error->message, "named pipe in '/none/such'") != NULL);
}

/* The name goes even where its maker is killed. The other process ends when it has done its
 * work. */
static void
test_own_fifo_killed (void)
{
  g_autofree char *dir = g_dir_make_tmp (NULL, NULL);
  int status;
  pid_t pid = fork ();

  g_assert_no_errno (pid);
  if (pid == 0)
    {
      (void) test_jobserver_new (APOOL_JOBSERVER_FIFO, 3, dir);
      raise (SIGKILL);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  /* It was adopted by this process, which waits for all of its children. */
  while (waitpid (-1, NULL, 0) > 0 || errno == EINTR)
    continue;
  g_assert_no_errno (g_rmdir (dir));
}

/* Others were killed with what they had taken, or give it back when nobody expects it any more. */
static void
test_restore (void)
{
  ApoolJobserver *server = test_jobserver_new (APOOL_JOBSERVER_PIPE, 5, "/none");
  int fds[2];
  char tokens[4];

  g_assert_cmpint (sscanf (apool_jobserver_get_auth (server), "%d,%d", &fds[0], &fds[1]), ==, 2);
  g_assert_cmpuint (apool_jobserver_restore (server), ==, 0);
  g_assert_cmpint (read (fds[0], tokens, 3), ==, 3);
  g_assert_cmpuint (apool_jobserver_restore (server), ==, 3);
  g_assert_cmpuint (test_jobserver_count (fds[0]), ==, 4);
  g_assert_cmpint (write (fds[1], tokens, 2), ==, 2);
  g_assert_cmpuint (apool_jobserver_restore (server), ==, 0);
  g_assert_cmpuint (test_jobserver_count (fds[0]), ==, 4);
  apool_jobserver_free (server);
}

/* There may be more, or fewer, while some are in use: by us, then by others. */
static void
test_resized (void)
{
  ApoolJobserver *server = test_jobserver_new (APOOL_JOBSERVER_PIPE, 4, "/none");
  int fd = apool_jobserver_get_fd (server);
  int fds[2];
  char tokens[3];

  g_assert_cmpint (sscanf (apool_jobserver_get_auth (server), "%d,%d", &fds[0], &fds[1]), ==, 2);
  apool_jobserver_set_n_slots (server, 7);
  g_assert_cmpuint (test_jobserver_count (fd), ==, 6);
  g_assert_cmpuint (test_jobserver_take_all (server), ==, 6);
  apool_jobserver_give_back (server);
  apool_jobserver_set_n_slots (server, 3);
  g_assert_cmpuint (test_jobserver_count (fd), ==, 0);
  apool_jobserver_give_back (server);
  g_assert_cmpuint (test_jobserver_count (fd), ==, 0);
  apool_jobserver_set_n_slots (server, 4); /* one of those to come is not too much any more */
  g_assert_cmpuint (test_jobserver_count (fd), ==, 0);
  while (apool_jobserver_get_n_taken (server) > 0)
    apool_jobserver_give_back (server);
  g_assert_cmpuint (test_jobserver_count (fd), ==, 3);
  g_assert_cmpint (read (fds[0], tokens, 3), ==, 3);
  apool_jobserver_set_n_slots (server, 2);
  g_assert_cmpint (write (fds[1], tokens, 3), ==, 3);
  g_assert_cmpuint (apool_jobserver_restore (server), ==, 0);
  g_assert_cmpuint (test_jobserver_count (fd), ==, 1);
  apool_jobserver_free (server);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  apool_process_adopt_orphans ();
  signal (SIGPIPE, SIG_IGN);
  g_test_add_func ("/jobserver/take", test_take);
  g_test_add_func ("/jobserver/flags", test_flags);
  g_test_add_func ("/jobserver/no-descriptors", test_no_descriptors);
  g_test_add_func ("/jobserver/wrong-descriptors", test_wrong_descriptors);
  g_test_add_func ("/jobserver/fifo", test_fifo);
  g_test_add_func ("/jobserver/killed", test_killed);
  g_test_add_func ("/jobserver/killed-group", test_killed_group);
  g_test_add_func ("/jobserver/own/pipe", test_own_pipe);
  g_test_add_func ("/jobserver/own/single", test_own_single);
  g_test_add_func ("/jobserver/own/many", test_own_many);
  g_test_add_func ("/jobserver/own/fifo", test_own_fifo);
  g_test_add_func ("/jobserver/own/fifo-nowhere", test_own_fifo_nowhere);
  g_test_add_func ("/jobserver/own/fifo-killed", test_own_fifo_killed);
  g_test_add_func ("/jobserver/restore", test_restore);
  g_test_add_func ("/jobserver/resized", test_resized);
  return g_test_run ();
}
