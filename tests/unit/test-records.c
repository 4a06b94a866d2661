/* SPDX-License-Identifier: MIT */
/* What the rules of a format make of bytes, whether they come as a file, one at a time or as
 * arguments. */

#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "input/apool-source-args.h"
#include "input/apool-source-lines.h"

#define MIB (1024 * 1024)

/* Rules with newlines between records. */
#define LINES .delimiter = "\n", .delimiter_length = 1

/* What one read asks for, at most. */
#define READ_BYTES (64 * 1024)

/* Adds the record to @seen as "number:value|". */
static void
test_records_see (GString *seen, const ApoolRow *row)
{
  g_assert_cmpuint (row->n_values, ==, 1);
  g_assert_nonnull (row->values[0].data);
  g_string_append_printf (seen, "%" G_GUINT64_FORMAT ":", row->line);
  g_string_append_len (seen, row->values[0].data, (gssize) row->values[0].length);
  g_string_append_c (seen, '|');
}

/* Takes all that is there now. */
static ApoolSourceStatus
test_records_drain (ApoolSource *source, GString *seen)
{
  g_autoptr (GError) error = NULL;
  ApoolSourceStatus status;
  ApoolRow row;

  while ((status = apool_source_next (source, &row, &error)) == APOOL_SOURCE_ROW)
    test_records_see (seen, &row);
  g_assert_no_error (error);
  return status;
}

static int
test_records_open (const char *bytes, gsize length)
{
  int fd = memfd_create ("apool-test", MFD_CLOEXEC);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, bytes, length), ==, (gssize) length);
  g_assert_cmpint (lseek (fd, 0, SEEK_SET), ==, 0);
  return fd;
}

static void
test_records_check_file (const ApoolRecordFormat *format,
                         const char *bytes,
                         gsize length,
                         const char *expected)
{
  g_auto (ApoolFd) fd = test_records_open (bytes, length);
  g_autoptr (ApoolSource) source = apool_source_lines_new (fd, format, "f");
  g_autoptr (GString) seen = g_string_new (NULL);

  g_assert_cmpint (test_records_drain (source, seen), ==, APOOL_SOURCE_END);
  g_assert_cmpstr (seen->str, ==, expected);
  g_assert_cmpint (test_records_drain (source, seen), ==, APOOL_SOURCE_END);
  g_assert_cmpstr (seen->str, ==, expected);
}

static void
test_records_check_pipe (const ApoolRecordFormat *format,
                         const char *bytes,
                         gsize length,
                         const char *expected)
{
  ApoolFd fds[2];
  g_autoptr (ApoolSource) source = NULL;
  g_autoptr (GString) seen = g_string_new (NULL);

  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  source = apool_source_lines_new (fds[0], format, "f");
  for (gsize i = 0; i < length; i++)
    {
      g_assert_cmpint (write (fds[1], bytes + i, 1), ==, 1);
      test_records_drain (source, seen);
    }
  apool_fd_clear (&fds[1]);
  g_assert_cmpint (test_records_drain (source, seen), ==, APOOL_SOURCE_END);
  g_assert_cmpstr (seen->str, ==, expected);
  apool_fd_clear (&fds[0]);
}

static void
test_records_check_bytes (const ApoolRecordFormat *format,
                          const char *bytes,
                          gsize length,
                          const char *expected)
{
  test_records_check_file (format, bytes, length, expected);
  test_records_check_pipe (format, bytes, length, expected);
}

static void
test_records_check (const ApoolRecordFormat *format, const char *text, const char *expected)
{
  test_records_check_bytes (format, text, strlen (text), expected);
}

static void
test_records_check_args (const ApoolRecordFormat *format,
                         const char *const *args,
                         const char *expected)
{
  g_autoptr (ApoolSource) source = apool_source_args_new (args, format);
  g_autoptr (GString) seen = g_string_new (NULL);

  g_assert_cmpint (test_records_drain (source, seen), ==, APOOL_SOURCE_END);
  g_assert_cmpstr (seen->str, ==, expected);
  g_assert_cmpint (test_records_drain (source, seen), ==, APOOL_SOURCE_END);
  g_assert_cmpstr (seen->str, ==, expected);
}

#define ARGS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
test_records_plain (void)
{
  const ApoolRecordFormat lines = { LINES };
  const ApoolRecordFormat commas = { .delimiter = ",", .delimiter_length = 1 };

  test_records_check (&lines, "", "");
  test_records_check (&lines, "a\r\n\nb \n", "1:a\r|2:|3:b |");
  test_records_check (&lines, "a\nb", "1:a|2:b|");
  test_records_check (&commas, "a\n,b\n", "1:a\n|2:b\n|");
}

static void
test_records_long_delimiter (void)
{
  const ApoolRecordFormat crlf = { .delimiter = "\r\n", .delimiter_length = 2 };
  const ApoolRecordFormat aab = { .delimiter = "aab", .delimiter_length = 3 };
  const ApoolRecordFormat aa = { .delimiter = "aa", .delimiter_length = 2 };
  const ApoolRecordFormat nuls = { .delimiter = "\0\n\0", .delimiter_length = 3 };

  test_records_check (&crlf, "a\nb\r\r\nc\r\n\r\nd\r", "1:a\nb\r|2:c|3:|4:d\r|");
  test_records_check (&aab, "aaab-aab--aaaaab", "1:a|2:-|3:--aaa|");
  test_records_check (&aa, "aaaaa", "1:|2:|3:a|");
  test_records_check (&aa, "", "");
  test_records_check_bytes (&nuls, "x\n\0\n\0y\0\n", 8, "1:x\n|2:y");
}

/* The delimiter's bytes come with different reads. */
static void
test_records_read_borders (void)
{
  const ApoolRecordFormat format = { .delimiter = "1234", .delimiter_length = 4 };

  for (gsize before = READ_BYTES - 6; before < READ_BYTES + 3; before++)
    {
      g_autofree char *bytes = g_malloc (2 * READ_BYTES);
      g_auto (ApoolFd) fd = -1;
      g_autoptr (ApoolSource) source = NULL;
      ApoolRow row;

      memset (bytes, '1', 2 * READ_BYTES);
      memcpy (bytes + before, "1234", 4);
      fd = test_records_open (bytes, 2 * READ_BYTES);
      source = apool_source_lines_new (fd, &format, "f");
      g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_ROW);
      g_assert_cmpuint (row.values[0].length, ==, before);
      g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_ROW);
      g_assert_cmpuint (row.values[0].length, ==, 2 * READ_BYTES - before - 4);
      g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_END);
    }
}

static void
test_records_end_of_input (void)
{
  const ApoolRecordFormat format = { LINES, .end_of_input = "EOF" };
  const ApoolRecordFormat empty = { LINES, .end_of_input = "" };
  const ApoolRecordFormat joined = { LINES, .end_of_input = "E OF", .joins_continued = TRUE };

  test_records_check (&format, "a\n\nEOF\nb\n", "1:a|2:|");
  test_records_check (&format, "a\nEOF \n EOF\nEOFEOF\nEO", "1:a|2:EOF |3: EOF|4:EOFEOF|5:EO|");
  test_records_check (&format, "a\nEOF", "1:a|");
  test_records_check (&format, "EOF\nEOF\n", "");
  test_records_check (&empty, "a\n\nb\n", "1:a|2:|3:b|");
  test_records_check (&joined, "a \nE OF\nb\n", "1:a |");
  test_records_check (&joined, "E \nOF\nb\n", "1:E OF|3:b|");
}

/* Not a byte is read once the end has been seen. */
static void
test_records_end_reads_no_more (void)
{
  const ApoolRecordFormat format = { LINES, .end_of_input = "EOF" };
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autoptr (ApoolSource) source = NULL;
  ApoolFd fds[2];
  char byte;

  g_assert_cmpint (pipe2 (fds, O_CLOEXEC), ==, 0);
  source = apool_source_lines_new (fds[0], &format, "f");
  g_assert_cmpint (write (fds[1], "a\nEOF\n", 6), ==, 6);
  g_assert_cmpint (test_records_drain (source, seen), ==, APOOL_SOURCE_END);
  g_assert_cmpint (write (fds[1], "b", 1), ==, 1);
  g_assert_cmpint (test_records_drain (source, seen), ==, APOOL_SOURCE_END);
  g_assert_cmpstr (seen->str, ==, "1:a|");
  g_assert_cmpint (read (fds[0], &byte, 1), ==, 1);
  g_assert_cmpint (byte, ==, 'b');
  apool_fd_clear (&fds[0]);
  apool_fd_clear (&fds[1]);
}

static void
test_records_blank (void)
{
  const ApoolRecordFormat format = { LINES, .skips_blank = TRUE };
  const ApoolRecordFormat nul = { .delimiter = "", .delimiter_length = 1, .skips_blank = TRUE };

  test_records_check (&format, "a\n\n \t\v\f\r\nb \n\n", "1:a|4:b |");
  test_records_check (&format, "\xa0\n\x85\n ", "1:\xa0|2:\x85|");
  test_records_check (&format, "\n\n", "");
  test_records_check_bytes (&format, "\0\n", 2, "1:");
  test_records_check_bytes (&nul, "a\0\n\0\0b", 6, "1:a|4:b|");
}

static void
test_records_continued (void)
{
  const ApoolRecordFormat format = { LINES, .joins_continued = TRUE };
  const ApoolRecordFormat both = { LINES, .joins_continued = TRUE, .skips_blank = TRUE };
  const ApoolRecordFormat commas = { .delimiter = ",",
                                     .delimiter_length = 1,
                                     .joins_continued = TRUE };

  test_records_check (&format, "a \nb\nc\t\n \nd\n \n\n", "1:a b|3:c\t d|6: |");
  test_records_check (&format, "a \n\nb\n\nc", "1:a b|4:|5:c|");
  test_records_check (&format, "a\r\nb\v\nc\f\nd\ne ", "1:a\rb\vc\fd|5:e |");
  test_records_check (&commas, "a \nb,c ,d", "1:a \nb|2:c d|");
  test_records_check (&both, "\n \n\na \n\n \n\nb\n", "4:a  b|");
  test_records_check (&both, "a\n \n", "1:a|");
}

static void
test_records_quoted (void)
{
  const ApoolRecordFormat format = { LINES, .joins_quoted = TRUE };
  const ApoolRecordFormat crlf = { .delimiter = "\r\n",
                                   .delimiter_length = 2,
                                   .joins_quoted = TRUE };
  const ApoolRecordFormat all = { LINES, "EOF", TRUE, TRUE, TRUE };

  test_records_check (&format, "\"a\nb\",c\nd\n", "1:\"a\nb\",c|3:d|");
  test_records_check (&format, "\"a\"\"\n\n\"\"\",b\nc\"d\ne\"f",
                      "1:\"a\"\"\n\n\"\"\",b|4:c\"d\ne\"f|");
  test_records_check (&format, "a\n\"b\nc\n", "1:a|2:\"b\nc\n|");
  test_records_check (&format, "a\n\"b", "1:a|2:\"b|");
  test_records_check (&crlf, "\"a\r\nb\"\r\nc\r\n", "1:\"a\r\nb\"|3:c|");
  /* Within quotes there are neither ends nor blanks nor continuations. */
  test_records_check (&all, "\"a \nEOF\n\n \nb\",c\n \nd \ne\nEOF\nf",
                      "1:\"a \nEOF\n\n \nb\",c|7:d e|");
  test_records_check (&all, "\"a\n\" \n\"b\n\"\nc", "1:\"a\n\" \"b\n\"|5:c|");
}

static void
test_records_args (void)
{
  const ApoolRecordFormat lines = { LINES };
  const ApoolRecordFormat nul = { .delimiter = "", .delimiter_length = 1 };
  const ApoolRecordFormat ab = { .delimiter = "ab", .delimiter_length = 2 };
  const ApoolRecordFormat aa = { .delimiter = "aa", .delimiter_length = 2 };

  test_records_check_args (&lines, ARGS ("a\nb\n", "\n", "", "c"), "1:a|2:b|3:|4:|5:|6:|7:c|");
  test_records_check_args (&lines, ARGS (NULL), "");
  test_records_check_args (&nul, ARGS ("a\nb", "c"), "1:a\nb|2:c|");
  test_records_check_args (&ab, ARGS ("xaby", "yab", "za", "b"), "1:x|2:y|3:y|4:|5:za|6:b|");
  test_records_check_args (&aa, ARGS ("xa", "y"), "1:x|2:ay|");
  test_records_check_args (&aa, ARGS ("xa"), "1:x|2:a|");
}

static void
test_records_args_rules (void)
{
  const ApoolRecordFormat end = { LINES, .end_of_input = "EOF" };
  const ApoolRecordFormat blank = { LINES, .skips_blank = TRUE };
  const ApoolRecordFormat continued = { LINES, .joins_continued = TRUE };
  const ApoolRecordFormat apart = { LINES, .joins_continued = TRUE, .n_apart = 1 };
  const ApoolRecordFormat quoted = { LINES, .joins_quoted = TRUE };

  test_records_check_args (&end, ARGS ("a", "EOF", "b"), "1:a|");
  test_records_check_args (&blank, ARGS ("a", "", " ", "b"), "1:a|4:b|");
  test_records_check_args (&continued, ARGS ("a ", "b", "c "), "1:a b|3:c |");
  test_records_check_args (&apart, ARGS ("a ", "b", "c ", "d"), "1:a |2:b|3:c d|");
  test_records_check_args (&quoted, ARGS ("\"a", "b\"", "c"), "1:\"a\nb\"|3:c|");
}

/* Returns: what the source says once it has more to say than that the loop shall have its turn */
static ApoolSourceStatus
test_records_persist (ApoolSource *source, ApoolRow *row)
{
  ApoolSourceStatus status;

  do
    status = apool_source_next (source, row, NULL);
  while (status == APOOL_SOURCE_PENDING);
  return status;
}

/* @first, NULs up to 20 MiB, @second, then a record. */
static void
test_records_check_too_long (const ApoolRecordFormat *format,
                             const char *first,
                             const char *second,
                             guint64 last_number)
{
  g_auto (ApoolFd) fd = test_records_open (first, strlen (first));
  g_autoptr (ApoolSource) source = apool_source_lines_new (fd, format, "f");
  ApoolRow row;

  g_assert_cmpint (pwrite (fd, second, strlen (second), 20 * MIB), ==, (gssize) strlen (second));
  g_assert_cmpint (test_records_persist (source, &row), ==, APOOL_SOURCE_ROW);
  g_assert_null (row.values[0].data);
  g_assert_cmpuint (row.values[0].length, >=, 20 * MIB - 1); /* no delimiter */
  g_assert_cmpuint (row.line, ==, 1);
  g_assert_cmpint (test_records_persist (source, &row), ==, APOOL_SOURCE_ROW);
  g_assert_cmpmem (row.values[0].data, row.values[0].length, "b", 1);
  g_assert_cmpuint (row.line, ==, last_number);
  g_assert_cmpint (test_records_persist (source, &row), ==, APOOL_SOURCE_END);
}

/* What is too long to be kept is still joined with what belongs to it. */
static void
test_records_too_long (void)
{
  const ApoolRecordFormat quoted = { LINES, .joins_quoted = TRUE };
  const ApoolRecordFormat continued = { LINES, .joins_continued = TRUE };
  const ApoolRecordFormat crlf = { .delimiter = "\r\n", .delimiter_length = 2 };
  const ApoolRecordFormat blank = { LINES, .skips_blank = TRUE };

  test_records_check_too_long (&quoted, "\"", "\n\n\"\nb\n", 4);
  test_records_check_too_long (&quoted, "\"\n", "\"\nb\n", 3);
  test_records_check_too_long (&continued, "a", " \nc\nb", 3);
  test_records_check_too_long (&continued, "a \n", "\nb", 3);
  test_records_check_too_long (&crlf, "", "\r\r\nb", 2);
  test_records_check_too_long (&blank, "", " \n \nb", 3);
}

/* A quote that is never closed does not keep all of the input. */
static void
test_records_open_quote (void)
{
  const ApoolRecordFormat format = { LINES, .joins_quoted = TRUE };
  g_autofree char *bytes = g_malloc (40 * MIB);
  g_auto (ApoolFd) fd = -1;
  g_autoptr (ApoolSource) source = NULL;
  ApoolRow row;

  memset (bytes, 'x', 40 * MIB);
  for (gsize i = 0; i < 40 * MIB; i += 1024)
    bytes[i] = '\n';
  *bytes = '"';
  fd = test_records_open (bytes, 40 * MIB);
  source = apool_source_lines_new (fd, &format, "f");
  g_assert_cmpint (test_records_persist (source, &row), ==, APOOL_SOURCE_ROW);
  g_assert_null (row.values[0].data);
  g_assert_cmpuint (row.values[0].length, ==, 40 * MIB);
  g_assert_cmpint (test_records_persist (source, &row), ==, APOOL_SOURCE_END);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/records/plain", test_records_plain);
  g_test_add_func ("/records/long-delimiter", test_records_long_delimiter);
  g_test_add_func ("/records/read-borders", test_records_read_borders);
  g_test_add_func ("/records/end-of-input", test_records_end_of_input);
  g_test_add_func ("/records/end-reads-no-more", test_records_end_reads_no_more);
  g_test_add_func ("/records/blank", test_records_blank);
  g_test_add_func ("/records/continued", test_records_continued);
  g_test_add_func ("/records/quoted", test_records_quoted);
  g_test_add_func ("/records/args", test_records_args);
  g_test_add_func ("/records/args-rules", test_records_args_rules);
  g_test_add_func ("/records/too-long", test_records_too_long);
  g_test_add_func ("/records/open-quote", test_records_open_quote);
  return g_test_run ();
}
