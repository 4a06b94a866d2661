/* SPDX-License-Identifier: MIT */
/* Sources: records from pipes and files, whole, in order, never blocking; arguments. */

#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "input/apool-source-args.h"
#include "input/apool-source-lines.h"

#define MIB (1024 * 1024)

static const ApoolRecordFormat test_source_lines_format = { .delimiter = "\n",
                                                            .delimiter_length = 1 };
static const ApoolRecordFormat test_source_nul_format = { .delimiter = "", .delimiter_length = 1 };

static void
test_source_write (int fd, const char *bytes)
{
  gsize length = strlen (bytes);

  g_assert_cmpint (write (fd, bytes, length), ==, (gssize) length);
}

static void
test_source_open_pipe (ApoolFd fds[2])
{
  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
}

/* Returns: an unlinked file that holds @bytes, at its start */
static int
test_source_open_file (const char *bytes, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("apool-test-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_assert_cmpint (unlink (path), ==, 0);
  g_assert_cmpint (write (fd, bytes, length), ==, (gssize) length);
  g_assert_cmpint (lseek (fd, 0, SEEK_SET), ==, 0);
  return fd;
}

static void
test_source_check_status (ApoolSource *source, ApoolSourceStatus expected)
{
  g_autoptr (GError) error = NULL;
  ApoolRow row;

  g_assert_cmpint (apool_source_next (source, &row, &error), ==, expected);
  g_assert_no_error (error);
}

static void
test_source_check_row (ApoolSource *source, guint64 line, const char *value, gsize length)
{
  g_autoptr (GError) error = NULL;
  ApoolRow row;

  g_assert_cmpint (apool_source_next (source, &row, &error), ==, APOOL_SOURCE_ROW);
  g_assert_no_error (error);
  g_assert_cmpuint (row.n_values, ==, 1);
  g_assert_cmpuint (row.line, ==, line);
  g_assert_cmpmem (row.values[0].data, row.values[0].length, value, length);
}

static void
test_source_check_text (ApoolSource *source, guint64 line, const char *text)
{
  test_source_check_row (source, line, text, strlen (text));
}

static void
test_source_lines (void)
{
  static const char BYTES[] = "a b\n\n\xff'\r\n\0x\nlast";
  g_auto (ApoolFd) fd = test_source_open_file (BYTES, sizeof BYTES - 1);
  g_autoptr (ApoolSource) source = apool_source_lines_new (fd, &test_source_lines_format, "f");

  test_source_check_text (source, 1, "a b");
  test_source_check_text (source, 2, "");
  test_source_check_text (source, 3, "\xff'\r");
  test_source_check_row (source, 4, "\0x", 2);
  test_source_check_text (source, 5, "last");
  test_source_check_status (source, APOOL_SOURCE_END);
  test_source_check_status (source, APOOL_SOURCE_END);
}

static void
test_source_nul_delimited (void)
{
  static const char BYTES[] = "a\nb\0\0c\n";
  g_auto (ApoolFd) fd = test_source_open_file (BYTES, sizeof BYTES);
  g_autoptr (ApoolSource) source = apool_source_lines_new (fd, &test_source_nul_format, "f");

  test_source_check_text (source, 1, "a\nb");
  test_source_check_text (source, 2, "");
  test_source_check_text (source, 3, "c\n");
  test_source_check_status (source, APOOL_SOURCE_END);
}

static void
test_source_empty (void)
{
  g_auto (ApoolFd) fd = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  g_autoptr (ApoolSource) source = apool_source_lines_new (fd, &test_source_lines_format, "f");

  test_source_check_status (source, APOOL_SOURCE_END);
}

/* The first row is there before the second has been written. */
static void
test_source_lazy (void)
{
  ApoolFd fds[2];
  g_autoptr (ApoolSource) source = NULL;
  int flags;

  test_source_open_pipe (fds);
  flags = fcntl (fds[0], F_GETFL);
  source = apool_source_lines_new (fds[0], &test_source_lines_format, "f");
  test_source_check_status (source, APOOL_SOURCE_PENDING);
  test_source_write (fds[1], "a\nb");
  test_source_check_text (source, 1, "a");
  test_source_check_status (source, APOOL_SOURCE_PENDING);
  test_source_check_status (source, APOOL_SOURCE_PENDING);
  test_source_write (fds[1], "c\n\n");
  test_source_check_text (source, 2, "bc");
  test_source_check_text (source, 3, "");
  test_source_check_status (source, APOOL_SOURCE_PENDING);
  test_source_write (fds[1], "d");
  apool_fd_clear (&fds[1]);
  test_source_check_text (source, 4, "d");
  test_source_check_status (source, APOOL_SOURCE_END);
  g_assert_cmpint (fcntl (fds[0], F_GETFL), ==, flags);
  apool_fd_clear (&fds[0]);
}

/* Somebody else has made the descriptor non-blocking. */
static void
test_source_nonblocking (void)
{
  ApoolFd fds[2];
  g_autoptr (ApoolSource) source = NULL;

  test_source_open_pipe (fds);
  g_assert_true (apool_fd_set_nonblocking (fds[0], NULL));
  source = apool_source_lines_new (fds[0], &test_source_lines_format, "f");
  test_source_check_status (source, APOOL_SOURCE_PENDING);
  test_source_write (fds[1], "a\n");
  test_source_check_text (source, 1, "a");
  apool_fd_clear (&fds[1]);
  test_source_check_status (source, APOOL_SOURCE_END);
  apool_fd_clear (&fds[0]);
}

/* Reads all of a file of records of random lengths, many of them across the ends of the reads. */
static void
test_source_many (void)
{
  g_autoptr (GString) bytes = g_string_new (NULL);
  g_autoptr (GArray) lengths = g_array_new (FALSE, FALSE, sizeof (guint));
  g_auto (ApoolFd) fd = -1;
  g_autoptr (ApoolSource) source = NULL;
  const char *at;

  for (guint i = 0; i < 300; i++)
    {
      guint length = (guint) g_test_rand_int_range (0, 1 << g_test_rand_int_range (0, 18));

      for (guint j = 0; j < length; j++)
        g_string_append_c (bytes, (char) ('a' + j % 23));
      g_string_append_c (bytes, '\n');
      g_array_append_val (lengths, length);
    }
  fd = test_source_open_file (bytes->str, bytes->len);
  source = apool_source_lines_new (fd, &test_source_lines_format, "f");
  at = bytes->str;
  for (guint i = 0; i < lengths->len; i++)
    {
      guint length = g_array_index (lengths, guint, i);

      test_source_check_row (source, i + 1, at, length);
      at += length + 1;
    }
  test_source_check_status (source, APOOL_SOURCE_END);
}

/* Returns: what the source says once it has more to say than that the loop shall have its turn */
static ApoolSourceStatus
test_source_persist (ApoolSource *source, ApoolRow *row)
{
  ApoolSourceStatus status;

  do
    status = apool_source_next (source, row, NULL);
  while (status == APOOL_SOURCE_PENDING);
  return status;
}

/* A file may be a sparse one, so that a record is long without anybody writing it. */
static void
test_source_check_long (gsize length, gboolean is_kept)
{
  g_auto (ApoolFd) fd = test_source_open_file ("", 0);
  g_autoptr (ApoolSource) source = apool_source_lines_new (fd, &test_source_lines_format, "f");
  ApoolRow row;

  g_assert_cmpint (ftruncate (fd, (off_t) length), ==, 0);
  g_assert_cmpint (lseek (fd, 0, SEEK_END), ==, (off_t) length);
  test_source_write (fd, "\nb\n");
  g_assert_cmpint (lseek (fd, 0, SEEK_SET), ==, 0);
  g_assert_cmpint (test_source_persist (source, &row), ==, APOOL_SOURCE_ROW);
  g_assert_cmpuint (row.values[0].length, ==, length);
  g_assert_cmpint (row.values[0].data != NULL, ==, is_kept);
  test_source_check_text (source, 2, "b");
  test_source_check_status (source, APOOL_SOURCE_END);
}

static void
test_source_long (void)
{
  test_source_check_long (16 * MIB, TRUE);
  test_source_check_long (17 * MIB, FALSE);
  test_source_check_long (50 * MIB + 12345, FALSE);
}

static void
test_source_long_without_end (void)
{
  g_auto (ApoolFd) fd = test_source_open_file ("", 0);
  g_autoptr (ApoolSource) source = apool_source_lines_new (fd, &test_source_lines_format, "f");
  ApoolRow row;

  g_assert_cmpint (ftruncate (fd, 40 * MIB), ==, 0);
  g_assert_cmpint (test_source_persist (source, &row), ==, APOOL_SOURCE_ROW);
  g_assert_null (row.values[0].data);
  g_assert_cmpuint (row.values[0].length, ==, 40 * MIB);
  test_source_check_status (source, APOOL_SOURCE_END);
}

/* Endless input without a delimiter does not keep the loop from its other work. */
static void
test_source_gives_way (void)
{
  g_auto (ApoolFd) fd = open ("/dev/zero", O_RDONLY | O_CLOEXEC);
  g_autoptr (ApoolSource) source = apool_source_lines_new (fd, &test_source_lines_format, "f");

  for (int i = 0; i < 30; i++)
    test_source_check_status (source, APOOL_SOURCE_PENDING);
}

static void
test_source_error (void)
{
  g_auto (ApoolFd) fd = open ("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  g_autoptr (ApoolSource) source =
      apool_source_lines_new (fd, &test_source_lines_format, "standard input");
  g_autoptr (GError) error = NULL;
  ApoolRow row;

  g_assert_cmpint (apool_source_next (source, &row, &error), ==, APOOL_SOURCE_ERROR);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY);
  g_assert_cmpstr (error->message, ==, "standard input: read: Is a directory");
  test_source_check_status (source, APOOL_SOURCE_END);
}

static void
test_source_ready_cb (gpointer data)
{
  int *n_calls = data;

  (*n_calls)++;
}

static void
test_source_check_waits (int fd)
{
  g_autoptr (ApoolSource) source = apool_source_lines_new (fd, &test_source_lines_format, "f");
  g_autoptr (GMainContext) context = g_main_context_new ();
  int n_calls = 0;

  apool_source_wait (source, context, test_source_ready_cb, &n_calls);
  g_assert_cmpint (n_calls, ==, 0);
  while (n_calls == 0)
    g_main_context_iteration (context, TRUE);
  g_assert_cmpint (n_calls, ==, 1);
  g_assert_false (g_main_context_iteration (context, FALSE));
  g_assert_cmpint (n_calls, ==, 1);
}

static void
test_source_wait (void)
{
  g_auto (ApoolFd) file = test_source_open_file ("a\n", 2);
  g_auto (ApoolFd) null = open ("/dev/null", O_RDONLY | O_CLOEXEC);
  ApoolFd fds[2];

  test_source_check_waits (file);
  test_source_check_waits (null);
  test_source_open_pipe (fds);
  test_source_write (fds[1], "a");
  test_source_check_waits (fds[0]);
  g_assert_cmpint (read (fds[0], &(char){ 0 }, 1), ==, 1);
  apool_fd_clear (&fds[1]);
  test_source_check_waits (fds[0]);
  apool_fd_clear (&fds[0]);
}

/* Nothing is called as long as there is nothing, nor after the source has gone. */
static void
test_source_wait_in_vain (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  ApoolSource *source;
  ApoolFd fds[2];
  int n_calls = 0;

  test_source_open_pipe (fds);
  source = apool_source_lines_new (fds[0], &test_source_lines_format, "f");
  apool_source_wait (source, context, test_source_ready_cb, &n_calls);
  g_assert_false (g_main_context_iteration (context, FALSE));
  g_object_unref (source);
  test_source_write (fds[1], "a");
  g_assert_false (g_main_context_iteration (context, FALSE));
  g_assert_cmpint (n_calls, ==, 0);
  apool_fd_clear (&fds[0]);
  apool_fd_clear (&fds[1]);
}

static void
test_source_args (void)
{
  const char *const args[] = { "a b", "", "\xff", NULL };
  const char *const none[] = { NULL };
  g_autoptr (ApoolSource) source = apool_source_args_new (args, &test_source_lines_format);
  g_autoptr (ApoolSource) empty = apool_source_args_new (none, &test_source_lines_format);

  test_source_check_text (source, 1, "a b");
  test_source_check_text (source, 2, "");
  test_source_check_text (source, 3, "\xff");
  test_source_check_status (source, APOOL_SOURCE_END);
  test_source_check_status (source, APOOL_SOURCE_END);
  test_source_check_status (empty, APOOL_SOURCE_END);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/source/lines", test_source_lines);
  g_test_add_func ("/source/nul-delimited", test_source_nul_delimited);
  g_test_add_func ("/source/empty", test_source_empty);
  g_test_add_func ("/source/lazy", test_source_lazy);
  g_test_add_func ("/source/nonblocking", test_source_nonblocking);
  g_test_add_func ("/source/many", test_source_many);
  g_test_add_func ("/source/long", test_source_long);
  g_test_add_func ("/source/long-without-end", test_source_long_without_end);
  g_test_add_func ("/source/gives-way", test_source_gives_way);
  g_test_add_func ("/source/error", test_source_error);
  g_test_add_func ("/source/wait", test_source_wait);
  g_test_add_func ("/source/wait-in-vain", test_source_wait_in_vain);
  g_test_add_func ("/source/args", test_source_args);
  return g_test_run ();
}
