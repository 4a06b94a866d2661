/* SPDX-License-Identifier: MIT */
/* Events of a journal: written and read again, and what is no event. */

#include <string.h>

#include "record/apool-journal-event.h"

#define KEY "000102030405060708090a0b0c0d0e0f"
#define SUM "00000000000000ff"

/* What every end has to have; an outcome and more may follow. */
#define END                                                                                        \
  "{\"type\":\"end\",\"run\":\"r\",\"seq\":7,\"attempt\":1,\"key\":\"" KEY "\",\"occurrence\":1,"  \
  "\"start\":1.5,\"seconds\":0.25,\"final\":true,\"recorded\":true,\"sum\":\"" SUM "\""

/* In memory of exactly that size, so that a sanitizer sees what reads beyond. */
static gboolean
test_event_parse (const char *line, gsize length, ApoolJournalEvent *event)
{
  g_autofree char *exact = g_memdup2 (line, length);

  return apool_journal_event_parse (event, exact, length);
}

static gboolean
test_event_read (const char *line, ApoolJournalEvent *event)
{
  return test_event_parse (line, strlen (line), event);
}

static void
test_event_assert_value (const ApoolValue *value, const char *data, gsize length)
{
  g_assert_cmpmem (value->data, value->length, data, length);
}

/* Writes the event, reads that, and writes it again. */
static void
test_event_pass (const ApoolJournalEvent *event, const char *expected, ApoolJournalEvent *again)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autoptr (GString) second = g_string_new (NULL);

  apool_journal_event_append (event, line);
  if (expected)
    g_assert_cmpstr (line->str, ==, expected);
  g_assert_cmpint (line->str[line->len - 1], ==, '\n');
  g_assert_true (memchr (line->str, '\n', line->len) == line->str + line->len - 1);
  g_assert_true (test_event_parse (line->str, line->len - 1, again));
  apool_journal_event_append (again, second);
  g_assert_cmpstr (second->str, ==, line->str);
}

static void
test_event_journal (void)
{
  static const ApoolValue WORDS[] = { { "echo", 4 }, { "", 0 }, { "a\"\n\\\0\x7f", 6 } };
  static const ApoolJournalOption PAIRS[] = {
    { { "delimiter", 9 }, { "\n", 1 } },
    { { "columns", 7 }, { "\xff", 1 } },
  };
  g_auto (ApoolJournalEvent) again = { 0 };
  ApoolJournalEvent event;

  apool_journal_event_init (&event, APOOL_JOURNAL_EVENT_JOURNAL);
  event.version = APOOL_JOURNAL_VERSION;
  event.words = (ApoolJournalWords){ WORDS, G_N_ELEMENTS (WORDS) };
  event.options = (ApoolJournalOptions){ PAIRS, G_N_ELEMENTS (PAIRS) };
  event.directory = (ApoolValue){ "/d\xc3\xa9", 4 };
  event.shell = (ApoolValue){ "/bin/\x80", 6 };
  event.apool = (ApoolValue){ "1.0", 3 };
  test_event_pass (
      &event,
      "{\"type\":\"journal\",\"version\":1,"
      "\"template\":[\"echo\",\"\",\"a\\\"\\u000a\\\\\\u0000\x7f\"],"
      "\"options_base64\":{\"delimiter\":\"Cg==\",\"columns\":\"/w==\"},"
      "\"directory\":\"/d\xc3\xa9\",\"shell_base64\":\"L2Jpbi+A\",\"apool\":\"1.0\"}\n",
      &again);
  g_assert_cmpint (again.type, ==, APOOL_JOURNAL_EVENT_JOURNAL);
  g_assert_cmpuint (again.words.n, ==, 3);
  test_event_assert_value (&again.words.values[1], "", 0);
  test_event_assert_value (&again.words.values[2], "a\"\n\\\0\x7f", 6);
  g_assert_cmpuint (again.options.n, ==, 2);
  test_event_assert_value (&again.options.pairs[1].name, "columns", 7);
  test_event_assert_value (&again.options.pairs[1].value, "\xff", 1);
  test_event_assert_value (&again.shell, "/bin/\x80", 6);
}

static void
test_event_fill_end (ApoolJournalEvent *event)
{
  static const ApoolValue ARGUMENTS[] = { { "a", 1 }, { "\xfe", 1 } };
  static const ApoolJournalExtent OUT[] = { { 0, 10 }, { 4096, G_MAXINT64 - 4096 - 10 } };
  static const ApoolJournalExtent ERR[] = { { G_MAXINT64, 0 } };

  apool_journal_event_init (event, APOOL_JOURNAL_EVENT_END);
  event->run = (ApoolValue){ "run-1", 5 };
  event->seq = G_MAXUINT64;
  event->attempt = G_MAXUINT32;
  event->worker = 3;
  event->slot = 4;
  event->usage = (ApoolUsage){ G_MAXINT64, 1, 999999, 1000000, G_MAXINT64 };
  for (int i = 0; i < APOOL_IDENTITY_KEY_BYTES; i++)
    event->key[i] = (guint8) (0xf0 + i);
  event->occurrence = 2;
  event->has_batch = TRUE;
  event->batch = (ApoolIdentityBatch){ 5, G_MAXUINT64, 1, G_MAXUINT64, 17 };
  event->kind = APOOL_OUTCOME_EXITED;
  event->code = 255;
  event->is_faulty = TRUE;
  event->message = (ApoolValue){ "why", 3 };
  event->is_cut = TRUE;
  event->is_final = TRUE;
  event->is_recorded = TRUE;
  event->pieces[APOOL_STREAM_STDOUT] = (ApoolJournalPieces){ OUT, G_N_ELEMENTS (OUT) };
  event->pieces[APOOL_STREAM_STDERR] = (ApoolJournalPieces){ ERR, G_N_ELEMENTS (ERR) };
  event->sum = 0xfedcba9876543210u;
  event->command = (ApoolValue){ "c \xff", 3 };
  event->words = (ApoolJournalWords){ ARGUMENTS, G_N_ELEMENTS (ARGUMENTS) };
}

static void
test_event_end (void)
{
  g_auto (ApoolJournalEvent) again = { 0 };
  ApoolJournalEvent event;

  test_event_fill_end (&event);
  test_event_pass (
      &event,
      "{\"type\":\"end\",\"run\":\"run-1\",\"seq\":18446744073709551615,\"attempt\":4294967295,"
      "\"key\":\"f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff\",\"occurrence\":2,"
      "\"batch\":{\"records\":5,\"first\":\"ffffffffffffffff\",\"all\":\"0000000000000001\","
      "\"place\":18446744073709551615,\"before\":\"0000000000000011\"},"
      "\"worker\":3,\"slot\":4,\"start\":9223372036854.775807,\"seconds\":0.000001,"
      "\"user\":0.999999,\"system\":1.000000,\"max_rss\":9223372036854775807,\"faulty\":true,"
      "\"message\":\"why\",\"cut\":true,\"final\":true,\"recorded\":true,"
      "\"out\":[[0,10],[4096,9223372036854771701]],\"err\":[[9223372036854775807,0]],"
      "\"sum\":\"fedcba9876543210\",\"command_base64\":\"YyD/\","
      "\"arguments_base64\":[\"YQ==\",\"/g==\"],\"exit\":255}\n",
      &again);
  g_assert_cmpuint (again.seq, ==, G_MAXUINT64);
  g_assert_cmpuint (again.attempt, ==, G_MAXUINT32);
  g_assert_cmpmem (&again.usage, sizeof again.usage, &event.usage, sizeof event.usage);
  g_assert_cmpmem (again.key, sizeof again.key, event.key, sizeof event.key);
  g_assert_true (again.has_batch);
  g_assert_cmpmem (&again.batch, sizeof again.batch, &event.batch, sizeof event.batch);
  g_assert_true (again.is_faulty && again.is_cut && again.is_final && again.is_recorded);
  g_assert_cmpuint (again.pieces[APOOL_STREAM_STDOUT].n, ==, 2);
  g_assert_cmpuint (apool_journal_pieces_get_length (&again.pieces[APOOL_STREAM_STDOUT]), ==,
                    G_MAXINT64 - 4096);
  g_assert_cmpuint (again.sum, ==, event.sum);
  test_event_assert_value (&again.command, "c \xff", 3);
  test_event_assert_value (&again.words.values[1], "\xfe", 1);
}

static void
test_event_outcomes (void)
{
  static const struct
  {
    ApoolOutcomeKind kind;
    int code;
    gboolean may_be_final;
  } CASES[] = {
    { APOOL_OUTCOME_EXITED, 0, TRUE },       { APOOL_OUTCOME_EXITED, 1, TRUE },
    { APOOL_OUTCOME_SIGNALLED, 9, TRUE },    { APOOL_OUTCOME_TIMED_OUT, 0, TRUE },
    { APOOL_OUTCOME_TIMED_OUT, 15, TRUE },   { APOOL_OUTCOME_NOT_STARTED, 0, FALSE },
    { APOOL_OUTCOME_NOT_STARTED, 2, FALSE }, { APOOL_OUTCOME_LOST, 0, FALSE },
    { APOOL_OUTCOME_SKIPPED, 0, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_auto (ApoolJournalEvent) again = { 0 };
      ApoolJournalEvent event;

      g_test_message ("case %zu", i);
      test_event_fill_end (&event);
      event.type = i % 2 == 0 ? APOOL_JOURNAL_EVENT_END : APOOL_JOURNAL_EVENT_RETRY;
      event.kind = CASES[i].kind;
      event.code = CASES[i].code;
      event.is_final = CASES[i].may_be_final;
      test_event_pass (&event, NULL, &again);
      g_assert_cmpint (again.type, ==, event.type);
      g_assert_cmpint (again.kind, ==, event.kind);
      g_assert_cmpint (again.code, ==, event.code);
    }
}

/* All the others, as they are written. */
static void
test_event_lines (void)
{
  static const char *const LINES[] = {
    "{\"type\":\"run\",\"run\":\"r\",\"start\":1700000000.000001,\"pid\":12,\"jobs\":4,"
    "\"command_line\":[\"apool\",\"x\"]}\n",
    "{\"type\":\"start\",\"run\":\"r\",\"seq\":1,\"attempt\":2,\"worker\":3,\"slot\":4,"
    "\"start\":0.000000,\"name\":\"n\"}\n",
    "{\"type\":\"piece\",\"run\":\"r\",\"seq\":1,\"attempt\":2,\"err\":[[5,6]]}\n",
    "{\"type\":\"sync\",\"run\":\"r\",\"store\":18446744073709551615,\"at\":3.000000}\n",
    "{\"type\":\"trouble\",\"run\":\"r\",\"what\":\"No space\"}\n",
    "{\"type\":\"trouble\",\"run\":\"\",\"what\":\"\"}\n",
    "{\"type\":\"finish\",\"run\":\"r\",\"at\":9.000000,\"status\":255,\"done\":1,\"failed\":2,"
    "\"recalled\":3}\n",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (LINES); i++)
    {
      g_auto (ApoolJournalEvent) event = { 0 };
      g_auto (ApoolJournalEvent) again = { 0 };

      g_assert_true (test_event_parse (LINES[i], strlen (LINES[i]) - 1, &event));
      test_event_pass (&event, LINES[i], &again);
    }
}

/* What others may write: blanks, another order, what is not known, fewer decimals, the last one of
 * two. */
static void
test_event_lenient (void)
{
  static const char LINE[] = "{ \"x\": [1, {}], \"seq\": 1, \"type\" : \"start\",\t\"seq\": 2,"
                             " \"run\": \"\\u0061\", \"attempt\": 1, \"start\": 7.1234569,"
                             " \"name\": \"no\", \"name_base64\": \"/w==\" } \r";
  g_auto (ApoolJournalEvent) event = { 0 };

  g_assert_true (test_event_read (LINE, &event));
  g_assert_cmpuint (event.seq, ==, 2);
  g_assert_cmpint (event.usage.start_usec, ==, 7123456);
  test_event_assert_value (&event.run, "a", 1);
  test_event_assert_value (&event.name, "\xff", 1);
}

static void
test_event_assert_none (const char *line, gsize length)
{
  ApoolJournalEvent event;

  g_assert_false (test_event_parse (line, length, &event));
  g_assert_null (event.memory);
}

static void
test_event_none (void)
{
  static const char *const LINES[] = {
    "",
    "x",
    "{",
    "{}",
    "[]",
    "\"end\"",
    "{\"type\":\"other\"}",
    "{\"type\":7}",
    "{\"type\":\"journal\"}",
    "{\"type\":\"journal\",\"version\":-1}",
    "{\"type\":\"journal\",\"version\":1.0}",
    "{\"type\":\"journal\",\"version\":18446744073709551616}",
    "{\"type\":\"journal\",\"version\":\"1\"}",
    "{\"type\":\"journal\",\"version\":1,\"template\":\"x\"}",
    "{\"type\":\"journal\",\"version\":1,\"template\":[1]}",
    "{\"type\":\"journal\",\"version\":1,\"options\":[]}",
    "{\"type\":\"journal\",\"version\":1,\"options\":{\"a\":1}}",
    "{\"type\":\"journal\",\"version\":1,\"shell\":null}",
    "{\"type\":\"journal\",\"version\":1,\"shell\":\"\\ud800\"}",
    "{\"type\":\"journal\",\"version\":1,\"shell_base64\":\"YQ=\"}",
    "{\"type\":\"journal\",\"version\":1,\"shell_base64\":\"Y!==\"}",
    "{\"type\":\"journal\",\"version\":1} {}",
    "{\"type\":\"journal\",\"version\":1,\"shell\":\"\xff\"}",
    "{\"type\":\"start\",\"run\":\"r\",\"seq\":0,\"attempt\":1,\"start\":1}",
    "{\"type\":\"start\",\"run\":\"r\",\"seq\":1,\"attempt\":4294967296,\"start\":1}",
    "{\"type\":\"start\",\"run\":\"r\",\"seq\":1,\"attempt\":1,\"start\":1e3}",
    "{\"type\":\"start\",\"run\":\"r\",\"seq\":1,\"attempt\":1,\"start\":-1}",
    "{\"type\":\"start\",\"run\":\"r\",\"seq\":1,\"attempt\":1,\"start\":9223372036854.775808}",
    "{\"type\":\"start\",\"run\":\"r\",\"seq\":1,\"attempt\":1,\"start\":99999999999999999999}",
    "{\"type\":\"start\",\"run\":\"r\",\"seq\":1,\"attempt\":1,\"start\":\"1\"}",
    "{\"type\":\"start\",\"run\":\"r\",\"seq\":1,\"attempt\":1}",
    "{\"type\":\"piece\",\"run\":\"r\",\"seq\":1,\"attempt\":1}",
    "{\"type\":\"piece\",\"run\":\"r\",\"seq\":1,\"attempt\":1,\"out\":[[1,2],[3,4]]}",
    "{\"type\":\"piece\",\"run\":\"r\",\"seq\":1,\"attempt\":1,\"out\":[[1]]}",
    "{\"type\":\"piece\",\"run\":\"r\",\"seq\":1,\"attempt\":1,\"out\":[[1,2,3]]}",
    "{\"type\":\"piece\",\"run\":\"r\",\"seq\":1,\"attempt\":1,\"out\":[[9223372036854775807,1]]}",
    "{\"type\":\"piece\",\"run\":\"r\",\"seq\":1,\"attempt\":1,\"out\":[[-1,1]]}",
    "{\"type\":\"piece\",\"run\":\"r\",\"seq\":1,\"attempt\":1,\"out\":7}",
    "{\"type\":\"finish\",\"run\":\"r\",\"at\":1,\"status\":256,\"done\":1,\"failed\":2,"
    "\"recalled\":3}",
    END "}",
    END ",\"exit\":256}",
    END ",\"exit\":-1}",
    END ",\"signal\":128}",
    END ",\"exit\":0,\"signal\":9}",
    END ",\"exit\":0,\"timeout\":true}",
    END ",\"lost\":true}",
    END ",\"timeout\":1}",
    END ",\"exit\":0,\"final\":0}",
    END ",\"exit\":0,\"key\":\"00\"}",
    END ",\"exit\":0,\"key\":\"g00102030405060708090a0b0c0d0e0f\"}",
    END ",\"exit\":0,\"sum\":\"0\"}",
    END ",\"exit\":0,\"sum\":\"x000000000000000\"}",
    END ",\"exit\":0,\"sum\":1234567890123456}",
    END ",\"exit\":0,\"occurrence\":0}",
    END ",\"exit\":0,\"max_rss\":9223372036854775808}",
    END ",\"exit\":0,\"batch\":{}}",
    END ",\"exit\":0,\"batch\":[]}",
    END ",\"exit\":0,\"batch\":{\"records\":1,\"first\":\"" SUM "\"}}",
    END ",\"exit\":0,\"batch\":{\"records\":1,\"first\":\"" SUM "\",\"all\":\"" SUM
        "\",\"place\":0}}",
    END ",\"exit\":0,\"batch\":{\"records\":1,\"first\":\"" SUM "\",\"all\":\"\",\"place\":0,"
        "\"before\":\"" SUM "\"}}",
    END ",\"exit\":0,\"out\":[[0,9223372036854775807],[0,1]]}",
  };
  g_auto (ApoolJournalEvent) event = { 0 };

  g_assert_true (test_event_read (END ",\"exit\":0}", &event));
  for (gsize i = 0; i < G_N_ELEMENTS (LINES); i++)
    {
      g_test_message ("case %zu", i);
      test_event_assert_none (LINES[i], strlen (LINES[i]));
    }
  test_event_assert_none ("\0\0\0", 3);
  test_event_assert_none (END ",\"exit\":0}\0", sizeof END ",\"exit\":0}");
}

/* Each member that has to be there. */
static void
test_event_required (void)
{
  static const char *const NAMES[] = { "run",   "seq",     "attempt", "key",      "occurrence",
                                       "start", "seconds", "final",   "recorded", "sum" };

  for (gsize i = 0; i < G_N_ELEMENTS (NAMES); i++)
    {
      g_autofree char *line = g_strdup (END ",\"exit\":0}");
      g_autofree char *quoted = g_strdup_printf ("\"%s\"", NAMES[i]);

      strstr (line, quoted)[1] = 'X';
      test_event_assert_none (line, strlen (line));
    }
}

/* More pieces than any job has are no event. */
static void
test_event_many (void)
{
  g_autoptr (GString) line = g_string_new (END ",\"exit\":0,\"out\":[");
  g_auto (ApoolJournalEvent) event = { 0 };

  for (guint i = 0; i < APOOL_JOURNAL_MAX_EXTENTS; i++)
    g_string_append (line, i > 0 ? ",[7,1]" : "[7,1]");
  g_string_append (line, "]}");
  g_assert_true (test_event_parse (line->str, line->len, &event));
  g_assert_cmpuint (apool_journal_pieces_get_length (&event.pieces[APOOL_STREAM_STDOUT]), ==,
                    APOOL_JOURNAL_MAX_EXTENTS);
  g_string_truncate (line, line->len - 2);
  g_string_append (line, ",[7,1]]}");
  test_event_assert_none (line->str, line->len);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/journal-event/journal", test_event_journal);
  g_test_add_func ("/journal-event/end", test_event_end);
  g_test_add_func ("/journal-event/outcomes", test_event_outcomes);
  g_test_add_func ("/journal-event/lines", test_event_lines);
  g_test_add_func ("/journal-event/lenient", test_event_lenient);
  g_test_add_func ("/journal-event/none", test_event_none);
  g_test_add_func ("/journal-event/required", test_event_required);
  g_test_add_func ("/journal-event/many", test_event_many);
  return g_test_run ();
}
