/* SPDX-License-Identifier: MIT */
/* Going through a journal: what is passed over, what is torn, lines that are long, a file that
 * grows. */

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "record/apool-journal-reader.h"

#define SYNC(n) "{\"type\":\"sync\",\"run\":\"r\",\"store\":" n ",\"at\":1}\n"

static int
test_reader_make_file (void)
{
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("journal-XXXXXX", &path, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (unlink (path), ==, 0);
  return fd;
}

static void
test_reader_write (int fd, const char *data, gsize length)
{
  g_assert_cmpint (write (fd, data, length), ==, length);
}

/* Expects a sync with that number, at that offset. */
static void
test_reader_assert_next (ApoolJournalReader *reader, guint64 number, guint64 expected)
{
  g_auto (ApoolJournalEvent) event = { 0 };
  g_autoptr (GError) error = NULL;
  guint64 offset;

  g_assert_cmpint (apool_journal_reader_next (reader, &event, &offset, &error), ==,
                   APOOL_JOURNAL_READ_EVENT);
  g_assert_no_error (error);
  g_assert_cmpint (event.type, ==, APOOL_JOURNAL_EVENT_SYNC);
  g_assert_cmpuint (event.store_length, ==, number);
  g_assert_cmpuint (offset, ==, expected);
}

/* All that is read is whole lines: up to @offset. What stands behind them waits for its newline. */
static void
test_reader_assert_end (ApoolJournalReader *reader, guint64 offset)
{
  ApoolJournalEvent event;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (apool_journal_reader_next (reader, &event, NULL, &error), ==,
                   APOOL_JOURNAL_READ_END);
  g_assert_no_error (error);
  g_assert_cmpuint (apool_journal_reader_get_offset (reader), ==, offset);
}

static void
test_reader_garbage (void)
{
  static const char FILE_BYTES[] = SYNC ("1") "\n\n{\"type\":\"sync\n"
                                              "\0\0\0\n"
                                              "{\"type\":\"new\"}\n" SYNC ("2") "{\"type\":";
  gsize second = strlen (SYNC ("1")) + 2 + 14 + 4 + 15;
  g_auto (ApoolFd) fd = test_reader_make_file ();
  g_autoptr (ApoolJournalReader) reader = apool_journal_reader_new (fd, "f", 0);

  test_reader_assert_end (reader, 0);
  test_reader_write (fd, FILE_BYTES, sizeof FILE_BYTES - 1);
  test_reader_assert_next (reader, 1, 0);
  test_reader_assert_next (reader, 2, second);
  test_reader_assert_end (reader, second + strlen (SYNC ("2")));
  g_assert_cmpuint (apool_journal_reader_get_n_ignored (reader), ==, 3);
}

/* A torn line may become whole. */
static void
test_reader_growing (void)
{
  static const char LINE[] = SYNC ("77");
  gsize length = sizeof LINE - 1;
  g_auto (ApoolFd) fd = test_reader_make_file ();
  g_autoptr (ApoolJournalReader) reader = apool_journal_reader_new (fd, "f", 0);

  for (gsize i = 0; i < length; i++)
    {
      test_reader_assert_end (reader, 0);
      test_reader_write (fd, LINE + i, 1);
    }
  test_reader_assert_next (reader, 77, 0);
  test_reader_assert_end (reader, length);
  test_reader_write (fd, "x\n", 2);
  test_reader_write (fd, LINE, length);
  test_reader_assert_next (reader, 77, length + 2);
}

/* From an offset on, and one again. */
static void
test_reader_offsets (void)
{
  static const char LINES[] = SYNC ("1") SYNC ("2") SYNC ("3") "x\n{";
  gsize length = strlen (SYNC ("1"));
  g_auto (ApoolFd) fd = test_reader_make_file ();
  g_autoptr (ApoolJournalReader) reader = apool_journal_reader_new (fd, "f", length);
  ApoolJournalEvent event;

  test_reader_write (fd, LINES, sizeof LINES - 1);
  test_reader_assert_next (reader, 2, length);
  g_assert_true (apool_journal_reader_read_at (fd, "f", 2 * length, &event, NULL));
  g_assert_cmpuint (event.store_length, ==, 3);
  apool_journal_event_clear (&event);
  for (gsize i = 3; i < 7; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (
          apool_journal_reader_read_at (fd, "f", i * length + (i == 4 ? 2 : 0), &event, &error));
      g_assert_nonnull (error);
      g_assert_true (g_str_has_prefix (error->message, "f: no event at byte "));
    }
  test_reader_assert_next (reader, 3, 2 * length);
}

/* Longer than what is read at a time. */
static void
test_reader_long (void)
{
  g_autoptr (GString) line = g_string_new ("{\"type\":\"trouble\",\"run\":\"r\",\"what\":\"");
  g_auto (ApoolFd) fd = test_reader_make_file ();
  g_autoptr (ApoolJournalReader) reader = apool_journal_reader_new (fd, "f", 0);
  g_auto (ApoolJournalEvent) event = { 0 };
  g_auto (ApoolJournalEvent) again = { 0 };

  for (int i = 0; i < 1000000; i++)
    g_string_append_c (line, 'x');
  g_string_append (line, "\"}\n");
  test_reader_write (fd, SYNC ("1"), strlen (SYNC ("1")));
  test_reader_write (fd, line->str, line->len);
  test_reader_write (fd, SYNC ("2"), strlen (SYNC ("2")));
  test_reader_assert_next (reader, 1, 0);
  g_assert_cmpint (apool_journal_reader_next (reader, &event, NULL, NULL), ==,
                   APOOL_JOURNAL_READ_EVENT);
  g_assert_cmpuint (event.message.length, ==, 1000000);
  test_reader_assert_next (reader, 2, strlen (SYNC ("1")) + line->len);
  g_assert_true (apool_journal_reader_read_at (fd, "f", strlen (SYNC ("1")), &again, NULL));
  g_assert_cmpuint (again.message.length, ==, 1000000);
}

/* What a power cut may leave: nothing but NULs, more than anybody wants in memory. */
static void
test_reader_too_long (void)
{
  guint64 hole = 2 * (guint64) APOOL_JOURNAL_MAX_LINE_BYTES + 12345;
  g_auto (ApoolFd) fd = test_reader_make_file ();
  g_autoptr (ApoolJournalReader) reader = apool_journal_reader_new (fd, "f", 0);
  ApoolJournalEvent event;

  g_assert_cmpint (ftruncate (fd, (off_t) hole), ==, 0);
  test_reader_assert_end (reader, 0);
  test_reader_assert_end (reader, 0);
  g_assert_cmpint (lseek (fd, 0, SEEK_END), ==, hole);
  test_reader_write (fd, "\n" SYNC ("1"), 1 + strlen (SYNC ("1")));
  test_reader_assert_next (reader, 1, hole + 1);
  test_reader_assert_end (reader, hole + 1 + strlen (SYNC ("1")));
  g_assert_cmpuint (apool_journal_reader_get_n_ignored (reader), ==, 1);
  g_assert_false (apool_journal_reader_read_at (fd, "f", 0, &event, NULL));
}

/* Others are passed over unseen, but for those that do not begin as this program writes them. */
static void
test_reader_only (void)
{
  static const char LINES[] = "{\"type\":\"syncx\"}\n{\"type\":\"trouble\",broken}\nx\n" SYNC (
      "1") "{\"type\":\"finish\n{ \"type\":\"sync\",\"run\":\"r\",\"store\":2,\"at\":1}\n{\"typ";
  g_auto (ApoolFd) fd = test_reader_make_file ();
  g_autoptr (ApoolJournalReader) reader = apool_journal_reader_new (fd, "f", 0);
  gsize length = sizeof LINES - 1;

  apool_journal_reader_set_only (reader, APOOL_JOURNAL_EVENT_SYNC);
  test_reader_write (fd, LINES, length);
  test_reader_assert_next (reader, 1, 17 + 26 + 2);
  test_reader_assert_next (reader, 2, 17 + 26 + 2 + strlen (SYNC ("1")) + 16);
  test_reader_assert_end (reader, length - strlen ("{\"typ"));
  g_assert_cmpuint (apool_journal_reader_get_n_ignored (reader), ==, 1);
}

static void
test_reader_error (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolJournalReader) reader = apool_journal_reader_new (-1, "some/file", 0);
  ApoolJournalEvent event;

  g_assert_cmpint (apool_journal_reader_next (reader, &event, NULL, &error), ==,
                   APOOL_JOURNAL_READ_ERROR);
  g_assert_nonnull (error);
  g_assert_true (g_str_has_prefix (error->message, "some/file: "));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/journal-reader/garbage", test_reader_garbage);
  g_test_add_func ("/journal-reader/growing", test_reader_growing);
  g_test_add_func ("/journal-reader/offsets", test_reader_offsets);
  g_test_add_func ("/journal-reader/long", test_reader_long);
  g_test_add_func ("/journal-reader/too-long", test_reader_too_long);
  g_test_add_func ("/journal-reader/only", test_reader_only);
  g_test_add_func ("/journal-reader/error", test_reader_error);
  return g_test_run ();
}
