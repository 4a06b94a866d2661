/* SPDX-License-Identifier: MIT */
/* A file of events, which comes in two parts: the first byte says how long the first one is. What
 * is found does not depend on that, each event is found again where it was said to be, and there
 * are as many as there are lines that are events. */

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "fuzz-input.h"
#include "record/apool-journal-reader.h"

static void
fuzz_reader_find_again (int fd, guint64 offset, const ApoolJournalEvent *event)
{
  g_auto (ApoolJournalEvent) again = { 0 };
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (GString) second = g_string_new (NULL);

  g_assert_true (apool_journal_reader_read_at (fd, "f", offset, &again, NULL));
  apool_journal_event_append (event, line);
  apool_journal_event_append (&again, second);
  g_assert_cmpmem (second->str, second->len, line->str, line->len);
}

/* Returns: how many events there are up to what is the end now */
static guint
fuzz_reader_read (ApoolJournalReader *reader, int fd)
{
  guint n_events = 0;
  guint64 last = 0;
  ApoolJournalEvent event;
  guint64 offset;

  while (apool_journal_reader_next (reader, &event, &offset, NULL) == APOOL_JOURNAL_READ_EVENT)
    {
      g_assert_true (n_events == 0 || offset > last);
      fuzz_reader_find_again (fd, offset, &event);
      apool_journal_event_clear (&event);
      last = offset;
      n_events++;
    }
  return n_events;
}

static void
fuzz_reader_count (const guint8 *data, gsize length, guint *n_events, guint *n_others)
{
  const guint8 *newline;

  for (; (newline = length > 0 ? memchr (data, '\n', length) : NULL);
       length -= (gsize) (newline + 1 - data), data = newline + 1)
    {
      ApoolJournalEvent event;
      gsize line_length = (gsize) (newline - data);

      if (apool_journal_event_parse (&event, (const char *) data, line_length))
        (*n_events)++;
      else if (line_length > 0)
        (*n_others)++;
      apool_journal_event_clear (&event);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t length)
{
  FuzzInput input = { data, length };
  gsize n_wanted = (gsize) fuzz_input_take_byte (&input) * 8;
  gsize n_first = MIN (n_wanted, input.length);
  g_auto (ApoolFd) fd = memfd_create ("journal", MFD_CLOEXEC);
  g_autoptr (ApoolJournalReader) reader = apool_journal_reader_new (fd, "f", 0);
  guint n_events = 0;
  guint n_others = 0;
  guint n_read;

  fuzz_prepare ();
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (write (fd, input.data, n_first), ==, n_first);
  n_read = fuzz_reader_read (reader, fd);
  g_assert_cmpint (write (fd, input.data + n_first, input.length - n_first), ==,
                   input.length - n_first);
  n_read += fuzz_reader_read (reader, fd);
  fuzz_reader_count (input.data, input.length, &n_events, &n_others);
  g_assert_cmpuint (n_read, ==, n_events);
  g_assert_cmpuint (apool_journal_reader_get_n_ignored (reader), ==, n_others);
  g_assert_true ((apool_journal_reader_get_offset (reader) < input.length) ==
                 (input.length > 0 && input.data[input.length - 1] != '\n'));
  return 0;
}
