/* SPDX-License-Identifier: MIT */
/* A line of a journal. What is read as an event is written as a line that is read as the same. */

#include <string.h>

#include "fuzz-input.h"
#include "record/apool-journal-event.h"

/* All bytes that an event points to are there. */
static guint
fuzz_journal_sum (const ApoolValue *value)
{
  guint sum = 0;

  for (gsize i = 0; i < value->length; i++)
    sum += (guint8) value->data[i];
  return sum;
}

static guint
fuzz_journal_walk (const ApoolJournalEvent *event)
{
  guint sum = fuzz_journal_sum (&event->run) + fuzz_journal_sum (&event->message) +
              fuzz_journal_sum (&event->command) + fuzz_journal_sum (&event->name) +
              fuzz_journal_sum (&event->directory) + fuzz_journal_sum (&event->shell) +
              fuzz_journal_sum (&event->apool);

  for (gsize i = 0; i < event->words.n; i++)
    sum += fuzz_journal_sum (&event->words.values[i]);
  for (gsize i = 0; i < event->options.n; i++)
    sum += fuzz_journal_sum (&event->options.pairs[i].name) +
           fuzz_journal_sum (&event->options.pairs[i].value);
  return sum;
}

static void
fuzz_journal_check (const ApoolJournalEvent *event)
{
  g_assert_cmpint (event->type, <, APOOL_N_JOURNAL_EVENTS);
  g_assert_cmpint (event->usage.start_usec, >=, 0);
  g_assert_cmpint (event->usage.run_usec, >=, 0);
  g_assert_cmpint (event->usage.user_usec, >=, 0);
  g_assert_cmpint (event->usage.system_usec, >=, 0);
  g_assert_cmpint (event->usage.peak_bytes, >=, 0);
  g_assert_cmpint (event->at_usec, >=, 0);
  for (int i = 0; i < APOOL_N_STREAMS; i++)
    for (gsize j = 0; j < event->pieces[i].n; j++)
      {
        const ApoolJournalExtent *extent = &event->pieces[i].extents[j];

        g_assert_cmpuint (extent->offset + extent->length, <=, G_MAXINT64);
        g_assert_cmpuint (extent->offset + extent->length, >=, extent->offset);
      }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t length)
{
  g_autofree char *exact = g_memdup2 (data, length);
  g_auto (ApoolJournalEvent) event = { 0 };
  g_auto (ApoolJournalEvent) again = { 0 };
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (GString) second = g_string_new (NULL);

  fuzz_prepare ();
  if (!apool_journal_event_parse (&event, exact, length))
    return 0;
  fuzz_journal_check (&event);
  apool_journal_event_append (&event, line);
  g_assert_true (memchr (line->str, '\n', line->len) == line->str + line->len - 1);
  g_assert_true (apool_journal_event_parse (&again, line->str, line->len - 1));
  apool_journal_event_append (&again, second);
  g_assert_cmpmem (second->str, second->len, line->str, line->len);
  g_assert_cmpuint (fuzz_journal_walk (&event), ==, fuzz_journal_walk (&again));
  return 0;
}
