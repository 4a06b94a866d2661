/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "sinks/apool-outlet.h"

#define BUFFER_BYTES ((gsize) 128 * 1024)

typedef struct
{
  GMainContext *context;
  ApoolPoller *poller;
  ApoolOutlet *outlet;
  int fds[2]; /* what is read, and what the outlet was given */
  guint n_room;
  guint n_errors;
  GError *error;
  GByteArray *sent;
  GByteArray *received;
} Fixture;

static void
outlet_cb (const GError *error, gpointer data)
{
  Fixture *fixture = data;

  if (!error)
    {
      fixture->n_room++;
      return;
    }
  fixture->n_errors++;
  g_clear_error (&fixture->error);
  fixture->error = g_error_copy (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->context = g_main_context_new ();
  fixture->poller = apool_poller_new (fixture->context, &error);
  g_assert_no_error (error);
  fixture->fds[0] = fixture->fds[1] = -1;
  fixture->sent = g_byte_array_new ();
  fixture->received = g_byte_array_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->outlet, apool_outlet_free);
  apool_poller_free (fixture->poller);
  g_main_context_unref (fixture->context);
  apool_fd_clear (&fixture->fds[0]);
  apool_fd_clear (&fixture->fds[1]);
  g_clear_error (&fixture->error);
  g_byte_array_unref (fixture->sent);
  g_byte_array_unref (fixture->received);
}

static void
open_outlet (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  fixture->outlet = apool_outlet_new (fixture->poller, fixture->context, fixture->fds[1],
                                      "standard output", outlet_cb, fixture, &error);
  g_assert_no_error (error);
  g_assert_nonnull (fixture->outlet);
}

static void
make_pipe (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (apool_fd_make_pipe (fixture->fds, &error));
  g_assert_no_error (error);
}

static void
send_bytes (Fixture *fixture, gsize length)
{
  g_autofree guint8 *bytes = g_malloc (length + 1);

  for (gsize i = 0; i < length; i++)
    bytes[i] = (guint8) ('a' + (fixture->sent->len + i) % 23);
  g_byte_array_append (fixture->sent, bytes, (guint) length);
  apool_outlet_write (fixture->outlet, bytes, length);
}

/* Reads what is there, at most @length bytes. */
static void
receive (Fixture *fixture, gsize length)
{
  g_autofree guint8 *bytes = g_malloc (length);
  gssize n = read (fixture->fds[0], bytes, length);

  g_assert_true (n > 0 || (n < 0 && errno == EAGAIN));
  if (n > 0)
    g_byte_array_append (fixture->received, bytes, (guint) n);
}

static void
assert_received_all (Fixture *fixture)
{
  g_assert_cmpuint (fixture->received->len, ==, fixture->sent->len);
  g_assert_true (memcmp (fixture->received->data, fixture->sent->data, fixture->sent->len) == 0);
  g_assert_true (apool_outlet_is_flushed (fixture->outlet));
  g_assert_cmpuint (fixture->n_errors, ==, 0);
}

static void
iterate (Fixture *fixture)
{
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
}

/* Sends pieces of all sizes to a reader that takes them in other pieces, and sometimes pauses. */
static void
send_and_receive (Fixture *fixture, gsize total)
{
  while (fixture->received->len < total)
    {
      gsize room = apool_outlet_get_room (fixture->outlet);
      gint32 most = g_test_rand_bit () ? 100 : 100000;
      gsize length = (gsize) g_test_rand_int_range (0, most);

      length = MIN (MIN (length, room), total - fixture->sent->len);
      send_bytes (fixture, length);
      g_assert_cmpuint (apool_outlet_get_room (fixture->outlet), <=, BUFFER_BYTES);
      if (g_test_rand_bit ())
        iterate (fixture);
      if (g_test_rand_bit () || fixture->sent->len == total)
        receive (fixture, (gsize) g_test_rand_int_range (1, 200000));
    }
  iterate (fixture);
  assert_received_all (fixture);
}

static void
test_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *name = NULL;
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;

  fixture->fds[1] = g_file_open_tmp (NULL, &name, &error);
  g_assert_no_error (error);
  g_assert_cmpint (write (fixture->fds[1], "before ", 7), ==, 7);
  open_outlet (fixture);
  apool_outlet_write (fixture->outlet, "one ", 4);
  apool_outlet_write (fixture->outlet, "two", 3);
  g_assert_false (apool_outlet_is_flushed (fixture->outlet));
  g_assert_cmpint (lseek (fixture->fds[1], 0, SEEK_CUR), ==, 7);
  iterate (fixture);
  g_assert_true (apool_outlet_is_flushed (fixture->outlet));
  g_assert_cmpuint (fixture->n_room, ==, 1);
  /* The offset is the one that others use too. */
  g_assert_cmpint (write (fixture->fds[1], " after", 6), ==, 6);
  g_assert_true (g_file_get_contents (name, &contents, &length, NULL));
  g_assert_cmpstr (contents, ==, "before one two after");
  (void) unlink (name);
}

static void
test_pipe (Fixture *fixture, gconstpointer data)
{
  int flags;

  make_pipe (fixture);
  flags = fcntl (fixture->fds[1], F_GETFL);
  open_outlet (fixture);
  send_and_receive (fixture, 4000000);
  g_assert_cmpint (fcntl (fixture->fds[1], F_GETFL), ==, flags);
}

static void
test_nonblocking_pipe (Fixture *fixture, gconstpointer data)
{
  make_pipe (fixture);
  g_assert_true (apool_fd_set_nonblocking (fixture->fds[1], NULL));
  open_outlet (fixture);
  send_and_receive (fixture, 1000000);
}

static void
test_polled_pipe (Fixture *fixture, gconstpointer data)
{
  g_autofree char *directory = g_dir_make_tmp (NULL, NULL);
  g_autofree char *path = g_build_filename (directory, "fifo", NULL);
  int flags;

  g_test_summary ("without a reader a named pipe cannot be opened again; then one appears");
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  fixture->fds[0] = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  fixture->fds[1] = open (path, O_WRONLY | O_CLOEXEC);
  g_assert_cmpint (fixture->fds[1], >=, 0);
  apool_fd_clear (&fixture->fds[0]);
  open_outlet (fixture);
  fixture->fds[0] = open (path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  g_assert_cmpint (fixture->fds[0], >=, 0);
  flags = fcntl (fixture->fds[1], F_GETFL);
  g_assert_cmpint (flags & O_NONBLOCK, ==, 0);
  send_and_receive (fixture, 1000000);
  g_assert_cmpint (fcntl (fixture->fds[1], F_GETFL), ==, flags);
  (void) unlink (path);
  (void) rmdir (directory);
}

static void
test_socket (Fixture *fixture, gconstpointer data)
{
  int flags;

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fixture->fds), ==, 0);
  g_assert_true (apool_fd_set_nonblocking (fixture->fds[0], NULL));
  flags = fcntl (fixture->fds[1], F_GETFL);
  open_outlet (fixture);
  send_and_receive (fixture, 2000000);
  g_assert_cmpint (fcntl (fixture->fds[1], F_GETFL), ==, flags);
}

static void
test_terminal (Fixture *fixture, gconstpointer data)
{
  struct termios settings;

  fixture->fds[0] = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_assert_cmpint (fixture->fds[0], >=, 0);
  g_assert_true (apool_fd_set_nonblocking (fixture->fds[0], NULL));
  g_assert_cmpint (grantpt (fixture->fds[0]), ==, 0);
  g_assert_cmpint (unlockpt (fixture->fds[0]), ==, 0);
  fixture->fds[1] = open (ptsname (fixture->fds[0]), O_RDWR | O_NOCTTY | O_CLOEXEC);
  g_assert_cmpint (fixture->fds[1], >=, 0);
  g_assert_cmpint (tcgetattr (fixture->fds[1], &settings), ==, 0);
  cfmakeraw (&settings);
  g_assert_cmpint (tcsetattr (fixture->fds[1], TCSANOW, &settings), ==, 0);
  open_outlet (fixture);
  send_and_receive (fixture, 300000);
  g_assert_cmpint (fcntl (fixture->fds[1], F_GETFL) & O_NONBLOCK, ==, 0);
}

static void
test_room (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("a full outlet tells once, when half of it is free");
  make_pipe (fixture);
  open_outlet (fixture);
  while (apool_outlet_get_room (fixture->outlet) > 0)
    send_bytes (fixture, MIN (apool_outlet_get_room (fixture->outlet), 1000));
  iterate (fixture);
  g_assert_cmpuint (apool_outlet_get_room (fixture->outlet), ==, 0);
  g_assert_cmpuint (fixture->n_room, ==, 0);
  while (fixture->n_room == 0)
    {
      g_assert_cmpuint (apool_outlet_get_room (fixture->outlet), <, BUFFER_BYTES / 2);
      receive (fixture, 4096);
      iterate (fixture);
    }
  g_assert_cmpuint (apool_outlet_get_room (fixture->outlet), >=, BUFFER_BYTES / 2);
  g_assert_cmpuint (fixture->n_room, ==, 1);
  while (!apool_outlet_is_flushed (fixture->outlet))
    {
      receive (fixture, 4096);
      iterate (fixture);
    }
  g_assert_cmpuint (fixture->n_room, ==, 2);
  while (fixture->received->len < fixture->sent->len)
    receive (fixture, 65536);
  assert_received_all (fixture);
}

static void
test_large_write (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("a large piece leaves at once, without a turn of the loop");
  make_pipe (fixture);
  open_outlet (fixture);
  send_bytes (fixture, 60000);
  g_assert_true (apool_outlet_is_flushed (fixture->outlet));
  receive (fixture, 100000);
  assert_received_all (fixture);
}

static void
assert_failed (Fixture *fixture, int code, const char *message)
{
  iterate (fixture);
  g_assert_cmpuint (fixture->n_errors, ==, 1);
  g_assert_error (fixture->error, G_IO_ERROR, code);
  g_assert_cmpstr (fixture->error->message, ==, message);
  g_assert_true (apool_outlet_is_flushed (fixture->outlet));
  g_assert_cmpuint (apool_outlet_get_room (fixture->outlet), ==, BUFFER_BYTES);
  send_bytes (fixture, 1);
  send_bytes (fixture, BUFFER_BYTES);
  iterate (fixture);
  g_assert_cmpuint (fixture->n_errors, ==, 1);
}

static void
test_broken_pipe (Fixture *fixture, gconstpointer data)
{
  make_pipe (fixture);
  open_outlet (fixture);
  apool_fd_clear (&fixture->fds[0]);
  send_bytes (fixture, 20000);
  g_assert_cmpuint (fixture->n_errors, ==, 0); /* never out of a call */
  assert_failed (fixture, G_IO_ERROR_BROKEN_PIPE, "standard output: write: Broken pipe");
}

static void
test_reader_goes (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("the reader goes away while the outlet waits for it");
  make_pipe (fixture);
  open_outlet (fixture);
  while (apool_outlet_get_room (fixture->outlet) > 0)
    send_bytes (fixture, apool_outlet_get_room (fixture->outlet));
  iterate (fixture);
  apool_fd_clear (&fixture->fds[0]);
  assert_failed (fixture, G_IO_ERROR_BROKEN_PIPE, "standard output: write: Broken pipe");
}

static void
test_full_device (Fixture *fixture, gconstpointer data)
{
  fixture->fds[1] = open ("/dev/full", O_WRONLY | O_CLOEXEC);
  g_assert_cmpint (fixture->fds[1], >=, 0);
  open_outlet (fixture);
  send_bytes (fixture, 1);
  assert_failed (fixture, G_IO_ERROR_NO_SPACE, "standard output: write: No space left on device");
}

static void
test_read_only (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("what stands in for a closed standard output");
  fixture->fds[1] = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  open_outlet (fixture);
  send_bytes (fixture, 1);
  assert_failed (fixture, (int) g_io_error_from_errno (EBADF),
                 "standard output: write: Bad file descriptor");
}

static void
test_null_device (Fixture *fixture, gconstpointer data)
{
  fixture->fds[1] = open ("/dev/null", O_WRONLY | O_CLOEXEC);
  open_outlet (fixture);
  send_bytes (fixture, 10);
  send_bytes (fixture, 100000);
  iterate (fixture);
  g_assert_true (apool_outlet_is_flushed (fixture->outlet));
  g_assert_cmpuint (fixture->n_errors, ==, 0);
}

static void
test_closed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->outlet = apool_outlet_new (fixture->poller, fixture->context, 999, "standard error",
                                      outlet_cb, fixture, &error);
  g_assert_null (fixture->outlet);
  g_assert_cmpstr (error->message, ==, "standard error: Bad file descriptor");
}

/* Puts bytes into a pipe of a job's, and has the outlet splice them.
 * Returns: how many it took; the others are dropped */
static gsize
splice_bytes (Fixture *fixture, gsize length)
{
  g_autofree guint8 *bytes = g_malloc (length);
  g_auto (ApoolFd) in = -1;
  g_auto (ApoolFd) out = -1;
  int fds[2];
  gsize n;

  g_assert_true (apool_fd_make_pipe (fds, NULL));
  in = fds[0];
  out = fds[1];
  for (gsize i = 0; i < length; i++)
    bytes[i] = (guint8) ('A' + (fixture->sent->len + i) % 19);
  g_assert_cmpint (write (out, bytes, length), ==, (gssize) length);
  n = apool_outlet_splice (fixture->outlet, in, length);
  g_byte_array_append (fixture->sent, bytes, (guint) n);
  return n;
}

static void
test_splice (Fixture *fixture, gconstpointer data)
{
  const gsize total = 2000000;

  g_test_summary ("what is spliced and what is written come in order, whatever the reader does");
  make_pipe (fixture);
  open_outlet (fixture);
  while (fixture->received->len < total)
    {
      gsize length = (gsize) g_test_rand_int_range (1, g_test_rand_bit () ? 100 : 50000);

      length = MIN (length, total - fixture->sent->len);
      if (length > 0 && apool_outlet_get_room (fixture->outlet) >= length)
        {
          if (g_test_rand_bit ())
            send_bytes (fixture, length);
          else if (splice_bytes (fixture, length) == 0)
            g_assert_cmpuint (apool_outlet_get_room (fixture->outlet), ==, 0);
        }
      if (g_test_rand_bit ())
        iterate (fixture);
      if (g_test_rand_bit () || fixture->sent->len == total)
        receive (fixture, (gsize) g_test_rand_int_range (1, 100000));
    }
  iterate (fixture);
  assert_received_all (fixture);
}

static void
test_splice_full (Fixture *fixture, gconstpointer data)
{
  guint n_told;

  g_test_summary ("a pipe that takes no page more closes the outlet until it takes some");
  make_pipe (fixture);
  open_outlet (fixture);
  while (splice_bytes (fixture, 4096) > 0)
    ;
  g_assert_cmpuint (apool_outlet_get_room (fixture->outlet), ==, 0);
  n_told = fixture->n_room;
  iterate (fixture); /* would never end if it asked again and again */
  g_assert_cmpuint (fixture->n_room, ==, n_told);
  receive (fixture, 8192);
  iterate (fixture);
  g_assert_cmpuint (fixture->n_room, ==, n_told + 1);
  g_assert_cmpuint (apool_outlet_get_room (fixture->outlet), ==, BUFFER_BYTES);
  g_assert_cmpuint (splice_bytes (fixture, 4096), ==, 4096);
  receive (fixture, 100000);
  assert_received_all (fixture);
}

static void
test_splice_broken_pipe (Fixture *fixture, gconstpointer data)
{
  make_pipe (fixture);
  open_outlet (fixture);
  apool_fd_clear (&fixture->fds[0]);
  g_assert_cmpuint (splice_bytes (fixture, 20000), ==, 0);
  g_assert_cmpuint (fixture->n_errors, ==, 0); /* never out of a call */
  g_assert_false (apool_outlet_can_splice (fixture->outlet));
  assert_failed (fixture, G_IO_ERROR_BROKEN_PIPE, "standard output: write: Broken pipe");
}

static void
test_splice_reader_goes (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("the reader goes away while the outlet waits for room in its pipe");
  make_pipe (fixture);
  open_outlet (fixture);
  while (splice_bytes (fixture, 4096) > 0)
    ;
  apool_fd_clear (&fixture->fds[0]);
  iterate (fixture);
  g_assert_cmpuint (apool_outlet_get_room (fixture->outlet), ==, BUFFER_BYTES);
  g_assert_cmpuint (splice_bytes (fixture, 4096), ==, 0);
  assert_failed (fixture, G_IO_ERROR_BROKEN_PIPE, "standard output: write: Broken pipe");
}

static void
test_splice_nowhere (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("not to a file, whose offset others use, and not where lines are followed");
  make_pipe (fixture);
  open_outlet (fixture);
  g_assert_true (apool_outlet_can_splice (fixture->outlet));
  apool_outlet_follow_lines (fixture->outlet);
  g_assert_false (apool_outlet_can_splice (fixture->outlet));
  g_clear_pointer (&fixture->outlet, apool_outlet_free);
  apool_fd_clear (&fixture->fds[1]);
  fixture->fds[1] = open ("/dev/null", O_WRONLY | O_CLOEXEC);
  open_outlet (fixture);
  g_assert_false (apool_outlet_can_splice (fixture->outlet));
}

/* While it is diverted it takes any number of bytes and writes none of them, not even where they
 * could be spliced; then all come, in order, before anything else. */
static void
test_diverted (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolSpool) spool = apool_spool_new (g_get_tmp_dir ());

  make_pipe (fixture);
  open_outlet (fixture);
  send_bytes (fixture, 10); /* written before */
  iterate (fixture);
  apool_outlet_divert (fixture->outlet, spool);
  g_assert_false (apool_outlet_can_splice (fixture->outlet));
  for (guint i = 0; i < 100; i++)
    {
      g_assert_cmpuint (apool_outlet_get_room (fixture->outlet), >=, 20000);
      send_bytes (fixture, 20000);
    }
  iterate (fixture);
  receive (fixture, 100);
  g_assert_cmpuint (fixture->received->len, ==, 10);
  g_assert_false (apool_outlet_is_flushed (fixture->outlet));
  fixture->n_room = 0;
  apool_outlet_rejoin (fixture->outlet);
  while (fixture->received->len < fixture->sent->len)
    {
      if (fixture->sent->len - fixture->received->len > 4 * BUFFER_BYTES)
        g_assert_cmpuint (apool_outlet_get_room (fixture->outlet) + fixture->n_room, ==, 0);
      (void) g_main_context_iteration (fixture->context, FALSE);
      receive (fixture, 50000);
      if (apool_outlet_is_flushed (fixture->outlet))
        break;
    }
  while (fixture->received->len < fixture->sent->len)
    receive (fixture, 50000);
  iterate (fixture);
  g_assert_cmpuint (fixture->n_room, >, 0);
  send_bytes (fixture, 5);
  iterate (fixture);
  receive (fixture, 100);
  assert_received_all (fixture);
  g_clear_pointer (&fixture->outlet, apool_outlet_free); /* before the spool */
}

/* What could not be written is dropped with it. */
static void
test_diverted_and_freed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolSpool) spool = apool_spool_new (g_get_tmp_dir ());

  make_pipe (fixture);
  open_outlet (fixture);
  apool_outlet_divert (fixture->outlet, spool);
  send_bytes (fixture, 70000);
  apool_outlet_rejoin (fixture->outlet);
  apool_outlet_flush_now (fixture->outlet);
  apool_outlet_divert (fixture->outlet, spool);
  send_bytes (fixture, 5);
  g_clear_pointer (&fixture->outlet, apool_outlet_free);
  g_assert_cmpuint (apool_spool_get_used (spool), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  signal (SIGPIPE, SIG_IGN);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/outlet/file", test_file);
  ADD ("/outlet/pipe", test_pipe);
  ADD ("/outlet/nonblocking-pipe", test_nonblocking_pipe);
  ADD ("/outlet/polled-pipe", test_polled_pipe);
  ADD ("/outlet/socket", test_socket);
  ADD ("/outlet/terminal", test_terminal);
  ADD ("/outlet/room", test_room);
  ADD ("/outlet/large-write", test_large_write);
  ADD ("/outlet/splice", test_splice);
  ADD ("/outlet/splice-full", test_splice_full);
  ADD ("/outlet/splice-broken-pipe", test_splice_broken_pipe);
  ADD ("/outlet/splice-reader-goes", test_splice_reader_goes);
  ADD ("/outlet/splice-nowhere", test_splice_nowhere);
  ADD ("/outlet/broken-pipe", test_broken_pipe);
  ADD ("/outlet/reader-goes", test_reader_goes);
  ADD ("/outlet/full-device", test_full_device);
  ADD ("/outlet/read-only", test_read_only);
  ADD ("/outlet/null-device", test_null_device);
  ADD ("/outlet/closed", test_closed);
  ADD ("/outlet/diverted", test_diverted);
  ADD ("/outlet/diverted-and-freed", test_diverted_and_freed);
#undef ADD
  return g_test_run ();
}
