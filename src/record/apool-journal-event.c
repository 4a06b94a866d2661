/* SPDX-License-Identifier: MIT */
/* An event of a journal as a line: an object of JSON that ends in a newline and has no other one.
 *
 * Bytes that are no UTF-8 are base64, in a member whose name says so; of a list or of options all
 * are then. Numbers that are nothing and text that is empty are left out where they may be, so that
 * the line of a job is short. */

#include "record/apool-journal-event.h"

#include "base/apool-json-text.h"
#include "base/apool-utf8.h"
#include "record/apool-journal-event-private.h"

/* Digits of the largest number, and of a hash. */
#define DECIMAL_BYTES 20
#define HASH_DIGITS 16

/**
 * apool_journal_event_init:
 * @event: (out): an event
 * @type: what has happened
 *
 * All but the type is nothing: zero, empty, no.
 */
void
apool_journal_event_init (ApoolJournalEvent *event, ApoolJournalEventType type)
{
  *event = (ApoolJournalEvent){ .type = type };
}

/**
 * apool_journal_event_is_failure:
 * @event: how a job, or an attempt at it, has ended
 *
 * Returns: whether it has failed
 */
gboolean
apool_journal_event_is_failure (const ApoolJournalEvent *event)
{
  if (event->kind == APOOL_OUTCOME_EXITED)
    return event->code != 0 || event->is_faulty;
  return event->kind != APOOL_OUTCOME_SKIPPED;
}

/**
 * apool_journal_pieces_get_length:
 * @pieces: of a stream
 *
 * Returns: how many bytes they have
 */
guint64
apool_journal_pieces_get_length (const ApoolJournalPieces *pieces)
{
  guint64 length = 0;

  for (gsize i = 0; i < pieces->n; i++)
    length += pieces->extents[i].length;
  return length;
}

/* Every job has some twenty numbers: printf() would cost more than all the rest. */
static void
apool_journal_event_append_decimal (GString *line, guint64 number, guint min_digits)
{
  char digits[DECIMAL_BYTES];
  gsize at = sizeof digits;

  do
    {
      digits[--at] = (char) ('0' + number % 10);
      number /= 10;
    }
  while (number > 0 || sizeof digits - at < min_digits);
  g_string_append_len (line, digits + at, (gssize) (sizeof digits - at));
}

static void
apool_journal_event_append_hex (GString *line, guint64 hash)
{
  char digits[HASH_DIGITS];

  for (gsize at = sizeof digits; at > 0; hash >>= 4)
    digits[--at] = "0123456789abcdef"[hash & 0xf];
  g_string_append_len (line, digits, sizeof digits);
}

static void
apool_journal_event_append_bytes (GString *line, const ApoolValue *value, gboolean is_text)
{
  const char *data = value->data ? value->data : "";
  gsize length = value->data ? value->length : 0;

  if (is_text)
    apool_json_text_append_string (line, data, length);
  else
    apool_json_text_append_base64 (line, data, length);
}

static gboolean
apool_journal_event_is_text (const ApoolValue *value)
{
  return !value->data || apool_utf8_is_valid (value->data, value->length);
}

static void
apool_journal_event_append_name (GString *line, const ApoolJournalMember *member, gboolean is_text)
{
  g_string_append (line, ",\"");
  g_string_append_len (line, member->name, (gssize) member->length);
  g_string_append (line, is_text ? "\":" : APOOL_JOURNAL_BASE64 "\":");
}

static void
apool_journal_event_append_text (GString *line,
                                 const ApoolJournalMember *member,
                                 const ApoolValue *value)
{
  gboolean is_text = apool_journal_event_is_text (value);

  if (value->length == 0 && !member->is_required)
    return;
  apool_journal_event_append_name (line, member, is_text);
  apool_journal_event_append_bytes (line, value, is_text);
}

static void
apool_journal_event_append_words (GString *line,
                                  const ApoolJournalMember *member,
                                  const ApoolJournalWords *words)
{
  gboolean is_text = TRUE;

  if (words->n == 0)
    return;
  for (gsize i = 0; i < words->n; i++)
    is_text = is_text && apool_journal_event_is_text (&words->values[i]);
  apool_journal_event_append_name (line, member, is_text);
  for (gsize i = 0; i < words->n; i++)
    {
      g_string_append_c (line, i > 0 ? ',' : '[');
      apool_journal_event_append_bytes (line, &words->values[i], is_text);
    }
  g_string_append_c (line, ']');
}

static void
apool_journal_event_append_options (GString *line,
                                    const ApoolJournalMember *member,
                                    const ApoolJournalOptions *options)
{
  gboolean is_text = TRUE;

  if (options->n == 0)
    return;
  for (gsize i = 0; i < options->n; i++)
    is_text = is_text && apool_journal_event_is_text (&options->pairs[i].value);
  apool_journal_event_append_name (line, member, is_text);
  for (gsize i = 0; i < options->n; i++)
    {
      g_string_append_c (line, i > 0 ? ',' : '{');
      apool_journal_event_append_bytes (line, &options->pairs[i].name, TRUE);
      g_string_append_c (line, ':');
      apool_journal_event_append_bytes (line, &options->pairs[i].value, is_text);
    }
  g_string_append_c (line, '}');
}

static void
apool_journal_event_append_number (GString *line, const ApoolJournalMember *member, guint64 number)
{
  if (number == 0 && !member->is_required)
    return;
  apool_journal_event_append_name (line, member, TRUE);
  apool_journal_event_append_decimal (line, number, 1);
}

static void
apool_journal_event_append_time (GString *line, const ApoolJournalMember *member, gint64 usec)
{
  if (usec <= 0 && !member->is_required)
    return;
  usec = MAX (usec, 0);
  apool_journal_event_append_name (line, member, TRUE);
  apool_journal_event_append_decimal (line, (guint64) usec / G_USEC_PER_SEC, 1);
  g_string_append_c (line, '.');
  apool_journal_event_append_decimal (line, (guint64) usec % G_USEC_PER_SEC, 6);
}

static void
apool_journal_event_append_flag (GString *line, const ApoolJournalMember *member, gboolean is_set)
{
  if (!is_set && !member->is_required)
    return;
  apool_journal_event_append_name (line, member, TRUE);
  g_string_append (line, is_set ? "true" : "false");
}

static void
apool_journal_event_append_key (GString *line, const ApoolJournalMember *member, const guint8 *key)
{
  apool_journal_event_append_name (line, member, TRUE);
  g_string_append_c (line, '"');
  apool_identity_append_key (key, line);
  g_string_append_c (line, '"');
}

static void
apool_journal_event_append_hash (GString *line, const ApoolJournalMember *member, guint64 hash)
{
  apool_journal_event_append_name (line, member, TRUE);
  g_string_append_c (line, '"');
  apool_journal_event_append_hex (line, hash);
  g_string_append_c (line, '"');
}

static void
apool_journal_event_append_batch (GString *line,
                                  const ApoolJournalMember *member,
                                  const ApoolJournalEvent *event)
{
  if (!event->has_batch)
    return;
  apool_journal_event_append_name (line, member, TRUE);
  g_string_append (line, "{\"records\":");
  apool_journal_event_append_decimal (line, event->batch.n_records, 1);
  g_string_append (line, ",\"first\":\"");
  apool_journal_event_append_hex (line, event->batch.first);
  g_string_append (line, "\",\"all\":\"");
  apool_journal_event_append_hex (line, event->batch.all);
  g_string_append (line, "\",\"place\":");
  apool_journal_event_append_decimal (line, event->batch.place, 1);
  g_string_append (line, ",\"before\":\"");
  apool_journal_event_append_hex (line, event->batch.before);
  g_string_append (line, "\"}");
}

static void
apool_journal_event_append_pieces (GString *line,
                                   const ApoolJournalMember *member,
                                   const ApoolJournalPieces *pieces)
{
  if (pieces->n == 0)
    return;
  apool_journal_event_append_name (line, member, TRUE);
  for (gsize i = 0; i < pieces->n; i++)
    {
      g_string_append (line, i > 0 ? ",[" : "[[");
      apool_journal_event_append_decimal (line, pieces->extents[i].offset, 1);
      g_string_append_c (line, ',');
      apool_journal_event_append_decimal (line, pieces->extents[i].length, 1);
      g_string_append_c (line, ']');
    }
  g_string_append_c (line, ']');
}

static void
apool_journal_event_append_member (const ApoolJournalEvent *event,
                                   const ApoolJournalMember *member,
                                   GString *line)
{
  gconstpointer at = (const char *) event + member->offset;

  switch (member->kind)
    {
    case APOOL_JOURNAL_MEMBER_NUMBER:
      apool_journal_event_append_number (line, member, *(const guint64 *) at);
      return;
    case APOOL_JOURNAL_MEMBER_SMALL:
      apool_journal_event_append_number (line, member, *(const guint32 *) at);
      return;
    case APOOL_JOURNAL_MEMBER_BYTES:
      apool_journal_event_append_number (line, member, (guint64) MAX (*(const gint64 *) at, 0));
      return;
    case APOOL_JOURNAL_MEMBER_TIME:
      apool_journal_event_append_time (line, member, *(const gint64 *) at);
      return;
    case APOOL_JOURNAL_MEMBER_FLAG:
      apool_journal_event_append_flag (line, member, *(const gboolean *) at);
      return;
    case APOOL_JOURNAL_MEMBER_TEXT:
      apool_journal_event_append_text (line, member, at);
      return;
    case APOOL_JOURNAL_MEMBER_WORDS:
      apool_journal_event_append_words (line, member, at);
      return;
    case APOOL_JOURNAL_MEMBER_OPTIONS:
      apool_journal_event_append_options (line, member, at);
      return;
    case APOOL_JOURNAL_MEMBER_KEY:
      apool_journal_event_append_key (line, member, at);
      return;
    case APOOL_JOURNAL_MEMBER_HASH:
      apool_journal_event_append_hash (line, member, *(const guint64 *) at);
      return;
    case APOOL_JOURNAL_MEMBER_BATCH:
      apool_journal_event_append_batch (line, member, event);
      return;
    case APOOL_JOURNAL_MEMBER_PIECES:
      apool_journal_event_append_pieces (line, member, at);
      return;
    }
}

static void
apool_journal_event_append_code (GString *line, const char *name, int code)
{
  g_string_append (line, name);
  apool_journal_event_append_decimal (line, (guint64) MAX (code, 0), 1);
}

static void
apool_journal_event_append_outcome (const ApoolJournalEvent *event, GString *line)
{
  switch (event->kind)
    {
    case APOOL_OUTCOME_EXITED:
      apool_journal_event_append_code (line, ",\"exit\":", event->code);
      return;
    case APOOL_OUTCOME_SIGNALLED:
      apool_journal_event_append_code (line, ",\"signal\":", event->code);
      return;
    case APOOL_OUTCOME_TIMED_OUT:
      g_string_append (line, ",\"timeout\":true");
      if (event->code > 0)
        apool_journal_event_append_code (line, ",\"signal\":", event->code);
      return;
    case APOOL_OUTCOME_NOT_STARTED:
      if (event->code > 0)
        apool_journal_event_append_code (line, ",\"errno\":", event->code);
      return;
    case APOOL_OUTCOME_LOST:
      g_string_append (line, ",\"lost\":true");
      return;
    case APOOL_OUTCOME_SKIPPED:
      g_string_append (line, ",\"skipped\":true");
      return;
    }
}

/**
 * apool_journal_event_append:
 * @event: an event
 * @line: gets it as a line, with its newline
 */
void
apool_journal_event_append (const ApoolJournalEvent *event, GString *line)
{
  const ApoolJournalShape *shape = apool_journal_shape_get (event->type);

  g_string_append (line, "{\"type\":\"");
  g_string_append (line, shape->name);
  g_string_append_c (line, '"');
  for (gsize i = 0; i < shape->n_members; i++)
    apool_journal_event_append_member (event, &shape->members[i], line);
  if (shape->has_outcome)
    apool_journal_event_append_outcome (event, line);
  g_string_append (line, "}\n");
}
