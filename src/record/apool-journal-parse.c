/* SPDX-License-Identifier: MIT */
/* An event of a journal from a line. Nothing that stands there is trusted: what is not wholly as it
 * has to be is no event, and members that are not known are passed over, so that later versions may
 * add some.
 *
 * All text of an event is decoded into one block, which is as long as the line: it cannot be more.
 * Of members of one name the last one counts. */

#include <string.h>

#include "base/apool-json-value.h"
#include "record/apool-journal-event-private.h"

#define HASH_DIGITS 16

#define MAX_EXIT 255
#define MAX_SIGNAL 127
#define MAX_STATUS 255

/* What an event owns. */
typedef struct
{
  char *text;
  GArray *words;                   /* ApoolValue */
  GArray *options;                 /* ApoolJournalOption */
  GArray *pieces[APOOL_N_STREAMS]; /* ApoolJournalExtent */
} ApoolJournalMemory;

/* What became of a job, as it stands in several members. */
typedef struct
{
  guint64 exit; /* these three: %G_MAXUINT64 where it is not said */
  guint64 signum;
  guint64 errnum;
  gboolean is_timeout;
  gboolean is_lost;
  gboolean is_skipped;
} ApoolJournalOutcome;

typedef struct
{
  ApoolJournalEvent *event;
  ApoolJournalMemory *memory;
  gsize n_text;  /* bytes of the memory's text that are taken */
  guint32 found; /* members, as bits */
  ApoolJournalOutcome outcome;
} ApoolJournalParse;

static ApoolJournalMemory *
apool_journal_memory_new (gsize length)
{
  ApoolJournalMemory *memory = g_new0 (ApoolJournalMemory, 1);

  memory->text = g_malloc (length + 1);
  return memory;
}

static void
apool_journal_memory_free (ApoolJournalMemory *memory)
{
  g_free (memory->text);
  g_clear_pointer (&memory->words, g_array_unref);
  g_clear_pointer (&memory->options, g_array_unref);
  for (int i = 0; i < APOOL_N_STREAMS; i++)
    g_clear_pointer (&memory->pieces[i], g_array_unref);
  g_free (memory);
}

/**
 * apool_journal_event_clear:
 * @event: an event, read or not
 *
 * Frees what it owns; it is nothing then.
 */
void
apool_journal_event_clear (ApoolJournalEvent *event)
{
  if (event->memory)
    apool_journal_memory_free (event->memory);
  *event = (ApoolJournalEvent){ 0 };
}

/* ---- parts of values ---- */

static gboolean
apool_journal_parse_up_to (const ApoolJsonText *value, guint64 most, guint64 *number)
{
  return apool_json_read_number (value, number) && *number <= most;
}

static gboolean
apool_journal_parse_hex (const ApoolJsonText *value, guint64 *hash)
{
  if (*value->at != '"' || value->end - value->at != HASH_DIGITS + 2)
    return FALSE;
  *hash = 0;
  for (const char *at = value->at + 1; at < value->end - 1; at++)
    {
      if (!g_ascii_isxdigit (*at))
        return FALSE;
      *hash = *hash << 4 | (guint64) g_ascii_xdigit_value (*at);
    }
  return TRUE;
}

static gboolean
apool_journal_parse_key (const ApoolJsonText *value, guint8 *key)
{
  return *value->at == '"' &&
         apool_identity_read_key (value->at + 1, (gsize) (value->end - value->at) - 2, key);
}

/* Decodes a string into the text of the event. */
static gboolean
apool_journal_parse_text (ApoolJournalParse *parse,
                          const ApoolJsonText *value,
                          gboolean is_base64,
                          ApoolValue *text)
{
  char *to = parse->memory->text + parse->n_text;
  gsize length;

  if (*value->at != '"' || !(is_base64 ? apool_json_read_base64 (value, to, &length)
                                       : apool_json_decode (value, to, &length)))
    return FALSE;
  *text = (ApoolValue){ to, length };
  parse->n_text += length;
  return TRUE;
}

static GArray *
apool_journal_parse_begin_array (GArray **array, gsize item_bytes)
{
  if (!*array)
    *array = g_array_new (FALSE, FALSE, (guint) item_bytes);
  g_array_set_size (*array, 0);
  return *array;
}

static gboolean
apool_journal_parse_words (ApoolJournalParse *parse,
                           const ApoolJsonText *value,
                           gboolean is_base64,
                           ApoolJournalWords *words)
{
  GArray *array = apool_journal_parse_begin_array (&parse->memory->words, sizeof (ApoolValue));
  ApoolJsonText element;
  ApoolJsonWalk walk;
  ApoolValue word;

  if (*value->at != '[')
    return FALSE;
  apool_json_walk_init (&walk, value);
  while (apool_json_walk_next (&walk, NULL, &element))
    {
      if (array->len == APOOL_JOURNAL_MAX_WORDS ||
          !apool_journal_parse_text (parse, &element, is_base64, &word))
        return FALSE;
      g_array_append_val (array, word);
    }
  *words = (ApoolJournalWords){ (const ApoolValue *) (gpointer) array->data, array->len };
  return TRUE;
}

static gboolean
apool_journal_parse_options (ApoolJournalParse *parse,
                             const ApoolJsonText *value,
                             gboolean is_base64,
                             ApoolJournalOptions *options)
{
  GArray *array =
      apool_journal_parse_begin_array (&parse->memory->options, sizeof (ApoolJournalOption));
  ApoolJournalOption pair;
  ApoolJsonText key;
  ApoolJsonText element;
  ApoolJsonWalk walk;

  if (*value->at != '{')
    return FALSE;
  apool_json_walk_init (&walk, value);
  while (apool_json_walk_next (&walk, &key, &element))
    {
      if (array->len == APOOL_JOURNAL_MAX_WORDS ||
          !apool_journal_parse_text (parse, &key, FALSE, &pair.name) ||
          !apool_journal_parse_text (parse, &element, is_base64, &pair.value))
        return FALSE;
      g_array_append_val (array, pair);
    }
  *options =
      (ApoolJournalOptions){ (const ApoolJournalOption *) (gpointer) array->data, array->len };
  return TRUE;
}

static gboolean
apool_journal_parse_extent (const ApoolJsonText *value, ApoolJournalExtent *extent)
{
  guint64 *const numbers[] = { &extent->offset, &extent->length };
  gsize n = 0;
  guint64 end;
  ApoolJsonText element;
  ApoolJsonWalk walk;

  if (*value->at != '[')
    return FALSE;
  apool_json_walk_init (&walk, value);
  for (; apool_json_walk_next (&walk, NULL, &element); n++)
    if (n == G_N_ELEMENTS (numbers) ||
        !apool_journal_parse_up_to (&element, G_MAXINT64, numbers[n]))
      return FALSE;
  return n == G_N_ELEMENTS (numbers) &&
         g_uint64_checked_add (&end, extent->offset, extent->length) && end <= G_MAXINT64;
}

static gboolean
apool_journal_parse_pieces (ApoolJournalParse *parse,
                            const ApoolJsonText *value,
                            ApoolJournalPieces *pieces)
{
  gsize stream = (gsize) (pieces - parse->event->pieces);
  GArray *array =
      apool_journal_parse_begin_array (&parse->memory->pieces[stream], sizeof (ApoolJournalExtent));
  guint64 total = 0;
  ApoolJournalExtent extent;
  ApoolJsonText element;
  ApoolJsonWalk walk;

  if (*value->at != '[')
    return FALSE;
  apool_json_walk_init (&walk, value);
  while (apool_json_walk_next (&walk, NULL, &element))
    {
      if (array->len == APOOL_JOURNAL_MAX_EXTENTS ||
          !apool_journal_parse_extent (&element, &extent) ||
          !g_uint64_checked_add (&total, total, extent.length) || total > G_MAXINT64)
        return FALSE;
      g_array_append_val (array, extent);
    }
  *pieces = (ApoolJournalPieces){ (const ApoolJournalExtent *) (gpointer) array->data, array->len };
  return TRUE;
}

static gboolean
apool_journal_parse_batch (ApoolJournalEvent *event, const ApoolJsonText *value)
{
  const struct
  {
    const char *name;
    guint64 *number;
    gboolean is_hex;
  } members[] = {
    { "records", &event->batch.n_records, FALSE },
    { "first", &event->batch.first, TRUE },
    { "all", &event->batch.all, TRUE },
    { "place", &event->batch.place, FALSE },
    { "before", &event->batch.before, TRUE },
  };
  guint found = 0;
  ApoolJsonText key;
  ApoolJsonText element;
  ApoolJsonWalk walk;

  if (*value->at != '{')
    return FALSE;
  apool_json_walk_init (&walk, value);
  while (apool_json_walk_next (&walk, &key, &element))
    for (guint i = 0; i < G_N_ELEMENTS (members); i++)
      {
        guint64 *number = members[i].number;

        if (!apool_json_is_key (&key, members[i].name, strlen (members[i].name)))
          continue;
        if (!(members[i].is_hex ? apool_journal_parse_hex (&element, number)
                                : apool_json_read_number (&element, number)))
          return FALSE;
        found |= 1u << i;
      }
  event->has_batch = TRUE;
  return found == (1u << G_N_ELEMENTS (members)) - 1;
}

/* ---- members ---- */

static gboolean
apool_journal_parse_small (const ApoolJsonText *value, guint32 *small)
{
  guint64 number;
  gboolean is_good = apool_journal_parse_up_to (value, G_MAXUINT32, &number);

  *small = (guint32) number;
  return is_good;
}

static gboolean
apool_journal_parse_bytes (const ApoolJsonText *value, gint64 *bytes)
{
  guint64 number;
  gboolean is_good = apool_journal_parse_up_to (value, G_MAXINT64, &number);

  *bytes = (gint64) number;
  return is_good;
}

static gboolean
apool_journal_parse_member (ApoolJournalParse *parse,
                            const ApoolJournalMember *member,
                            gboolean is_base64,
                            const ApoolJsonText *value)
{
  gpointer to = (char *) parse->event + member->offset;

  switch (member->kind)
    {
    case APOOL_JOURNAL_MEMBER_NUMBER:
      return apool_json_read_number (value, to);
    case APOOL_JOURNAL_MEMBER_SMALL:
      return apool_journal_parse_small (value, to);
    case APOOL_JOURNAL_MEMBER_BYTES:
      return apool_journal_parse_bytes (value, to);
    case APOOL_JOURNAL_MEMBER_TIME:
      return apool_json_read_seconds (value, to);
    case APOOL_JOURNAL_MEMBER_FLAG:
      return apool_json_read_flag (value, to);
    case APOOL_JOURNAL_MEMBER_TEXT:
      return apool_journal_parse_text (parse, value, is_base64, to);
    case APOOL_JOURNAL_MEMBER_WORDS:
      return apool_journal_parse_words (parse, value, is_base64, to);
    case APOOL_JOURNAL_MEMBER_OPTIONS:
      return apool_journal_parse_options (parse, value, is_base64, to);
    case APOOL_JOURNAL_MEMBER_KEY:
      return apool_journal_parse_key (value, to);
    case APOOL_JOURNAL_MEMBER_HASH:
      return apool_journal_parse_hex (value, to);
    case APOOL_JOURNAL_MEMBER_BATCH:
      return apool_journal_parse_batch (parse->event, value);
    case APOOL_JOURNAL_MEMBER_PIECES:
      return apool_journal_parse_pieces (parse, value, to);
    }
  return FALSE;
}

static gboolean
apool_journal_member_may_be_base64 (const ApoolJournalMember *member)
{
  return member->kind == APOOL_JOURNAL_MEMBER_TEXT || member->kind == APOOL_JOURNAL_MEMBER_WORDS ||
         member->kind == APOOL_JOURNAL_MEMBER_OPTIONS;
}

/* Returns: whether it is the name of the member, or of its base64 */
static gboolean
apool_journal_member_has_name (const ApoolJournalMember *member,
                               const char *name,
                               gsize length,
                               gboolean *is_base64)
{
  if (length < member->length || memcmp (name, member->name, member->length) != 0)
    return FALSE;
  *is_base64 = length > member->length;
  return !*is_base64 ||
         (apool_journal_member_may_be_base64 (member) &&
          length == member->length + strlen (APOOL_JOURNAL_BASE64) &&
          memcmp (name + member->length, APOOL_JOURNAL_BASE64, strlen (APOOL_JOURNAL_BASE64)) == 0);
}

static gboolean
apool_journal_parse_is (const ApoolJsonText *key, const char *name)
{
  return apool_json_is_key (key, name, strlen (name));
}

/* Reads a member that says what became of a job, if it is one. */
static gboolean
apool_journal_parse_outcome (ApoolJournalOutcome *outcome,
                             const ApoolJsonText *key,
                             const ApoolJsonText *value)
{
  if (apool_journal_parse_is (key, "exit"))
    return apool_journal_parse_up_to (value, MAX_EXIT, &outcome->exit);
  if (apool_journal_parse_is (key, "signal"))
    return apool_journal_parse_up_to (value, MAX_SIGNAL, &outcome->signum);
  if (apool_journal_parse_is (key, "errno"))
    return apool_journal_parse_up_to (value, G_MAXINT32, &outcome->errnum);
  if (apool_journal_parse_is (key, "timeout"))
    return apool_json_read_flag (value, &outcome->is_timeout);
  if (apool_journal_parse_is (key, "lost"))
    return apool_json_read_flag (value, &outcome->is_lost);
  if (apool_journal_parse_is (key, "skipped"))
    return apool_json_read_flag (value, &outcome->is_skipped);
  return TRUE;
}

/* Names that are written with escapes are as good as unknown: nobody writes them so. */
static gboolean
apool_journal_parse_pair (ApoolJournalParse *parse,
                          const ApoolJournalShape *shape,
                          const ApoolJsonText *key,
                          const ApoolJsonText *value)
{
  gsize length = (gsize) (key->end - key->at) - 2;
  gboolean is_base64;

  for (gsize i = 0; i < shape->n_members; i++)
    {
      const ApoolJournalMember *member = &shape->members[i];

      if (!apool_journal_member_has_name (member, key->at + 1, length, &is_base64))
        continue;
      parse->found |= 1u << i;
      return apool_journal_parse_member (parse, member, is_base64, value);
    }
  return !shape->has_outcome || apool_journal_parse_outcome (&parse->outcome, key, value);
}

/* ---- events ---- */

static void
apool_journal_parse_set_outcome (ApoolJournalEvent *event, ApoolOutcomeKind kind, guint64 code)
{
  event->kind = kind;
  event->code = code <= G_MAXINT32 ? (int) code : 0;
}

/* Takes what is said of the end of a job together. */
static gboolean
apool_journal_parse_settle (ApoolJournalEvent *event, const ApoolJournalOutcome *outcome)
{
  gboolean has_exit = outcome->exit != G_MAXUINT64;
  gboolean has_signal = outcome->signum != G_MAXUINT64;
  gboolean has_errno = outcome->errnum != G_MAXUINT64;
  int n_said = has_exit + (has_signal || outcome->is_timeout) + has_errno + outcome->is_lost +
               outcome->is_skipped;

  if (n_said > 1)
    return FALSE;
  if (has_exit)
    apool_journal_parse_set_outcome (event, APOOL_OUTCOME_EXITED, outcome->exit);
  else if (outcome->is_timeout)
    apool_journal_parse_set_outcome (event, APOOL_OUTCOME_TIMED_OUT, outcome->signum);
  else if (has_signal)
    apool_journal_parse_set_outcome (event, APOOL_OUTCOME_SIGNALLED, outcome->signum);
  else if (outcome->is_lost)
    apool_journal_parse_set_outcome (event, APOOL_OUTCOME_LOST, 0);
  else if (outcome->is_skipped)
    apool_journal_parse_set_outcome (event, APOOL_OUTCOME_SKIPPED, 0);
  else
    apool_journal_parse_set_outcome (event, APOOL_OUTCOME_NOT_STARTED, outcome->errnum);
  /* What could not be started is not settled for good: such a line is of no use. */
  return !event->is_final || has_exit || has_signal || outcome->is_timeout;
}

/* Numbers that have a meaning only where they are not 0, and so on. */
static gboolean
apool_journal_parse_is_sound (const ApoolJournalEvent *event)
{
  switch (event->type)
    {
    case APOOL_JOURNAL_EVENT_START:
      return event->seq > 0 && event->attempt > 0;
    case APOOL_JOURNAL_EVENT_PIECE:
      return event->seq > 0 && event->attempt > 0 &&
             event->pieces[APOOL_STREAM_STDOUT].n + event->pieces[APOOL_STREAM_STDERR].n == 1;
    case APOOL_JOURNAL_EVENT_RETRY:
    case APOOL_JOURNAL_EVENT_END:
      return event->seq > 0 && event->occurrence > 0;
    case APOOL_JOURNAL_EVENT_FINISH:
      return event->status <= MAX_STATUS;
    case APOOL_JOURNAL_EVENT_JOURNAL:
    case APOOL_JOURNAL_EVENT_RUN:
    case APOOL_JOURNAL_EVENT_SYNC:
    case APOOL_JOURNAL_EVENT_TROUBLE:
    case APOOL_N_JOURNAL_EVENTS:
      return TRUE;
    }
  return FALSE;
}

static gboolean
apool_journal_parse_object (ApoolJournalParse *parse, const ApoolJsonText *object)
{
  const ApoolJournalShape *shape = apool_journal_shape_get (parse->event->type);
  ApoolJsonText key;
  ApoolJsonText value;
  ApoolJsonWalk walk;

  apool_json_walk_init (&walk, object);
  while (apool_json_walk_next (&walk, &key, &value))
    if (!apool_journal_parse_pair (parse, shape, &key, &value))
      return FALSE;
  for (gsize i = 0; i < shape->n_members; i++)
    if (shape->members[i].is_required && !(parse->found & 1u << i))
      return FALSE;
  if (shape->has_outcome && !apool_journal_parse_settle (parse->event, &parse->outcome))
    return FALSE;
  return apool_journal_parse_is_sound (parse->event);
}

static gboolean
apool_journal_parse_name (const ApoolJsonText *value, ApoolJournalEventType *type)
{
  gsize length = (gsize) (value->end - value->at);

  for (ApoolJournalEventType i = 0; i < APOOL_N_JOURNAL_EVENTS; i++)
    {
      const ApoolJournalShape *shape = apool_journal_shape_get (i);

      if (length == shape->length + 2 && *value->at == '"' &&
          memcmp (value->at + 1, shape->name, shape->length) == 0)
        {
          *type = i;
          return TRUE;
        }
    }
  return FALSE;
}

/* Returns: whether the object says what it is, and that is known */
static gboolean
apool_journal_parse_type (const ApoolJsonText *object, ApoolJournalEventType *type)
{
  gboolean is_known = FALSE;
  ApoolJsonText key;
  ApoolJsonText value;
  ApoolJsonWalk walk;

  apool_json_walk_init (&walk, object);
  while (!is_known && apool_json_walk_next (&walk, &key, &value))
    if (apool_journal_parse_is (&key, "type"))
      is_known = apool_journal_parse_name (&value, type);
  return is_known;
}

/**
 * apool_journal_event_parse:
 * @event: (out caller-allocates): the event; owns what it is made of, whatever becomes of @line,
 *   and is to be cleared, also where there is none
 * @line: (array length=length): any bytes, without the newline
 * @length: how many
 *
 * Returns: whether @line is an event
 */
gboolean
apool_journal_event_parse (ApoolJournalEvent *event, const char *line, gsize length)
{
  ApoolJournalParse parse = {
    .event = event,
    .outcome = { .exit = G_MAXUINT64, .signum = G_MAXUINT64, .errnum = G_MAXUINT64 },
  };
  ApoolJournalEventType type;
  ApoolJsonFault fault;
  ApoolJsonText root;

  *event = (ApoolJournalEvent){ 0 };
  if (length == 0 || line[0] != '{' || !apool_json_check (line, length, &root, &fault) ||
      !apool_journal_parse_type (&root, &type))
    return FALSE;
  apool_journal_event_init (event, type);
  parse.memory = apool_journal_memory_new (length);
  event->memory = parse.memory;
  if (apool_journal_parse_object (&parse, &root))
    return TRUE;
  apool_journal_event_clear (event);
  return FALSE;
}
