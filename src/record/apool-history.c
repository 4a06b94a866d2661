/* SPDX-License-Identifier: MIT */
/* What is known of earlier jobs: there may be millions, so each takes some 50 bytes and, where it
 * has no key, its command.
 *
 * A job with a key is found by that and its occurrence. One without is found by its command: the
 * same number first, since equal jobs are told apart by nothing else, then the one behind that
 * which was found last, since what was added to an input moves all that follows, then any. Of equal
 * ones those that succeeded come first: as many jobs are left out as have succeeded, whatever
 * numbers they had in which run.
 *
 * Where there are no keys a line takes the place of one that failed and has its number and command:
 * it tells of another attempt. It never does of one that succeeded: equal jobs of an input that was
 * changed may come to have the same number, and if one of them were forgotten, it would be run
 * again in each run that goes on.
 *
 * What the commands are found by is made when the first one is asked for. */

#include "record/apool-history.h"

#include <string.h>

#include "base/apool-hash.h"
#include "record/apool-index.h"
#include "record/apool-past-commands.h"
#include "record/apool-unquoted.h"

#define NONE APOOL_INDEX_NONE

typedef struct
{
  guint64 seq;
  guint64 place : 62;
  guint64 is_failed : 1;
  guint64 is_taken : 1;
  gint64 run_usec;
  union
  {
    guint8 key[APOOL_IDENTITY_KEY_BYTES];
    ApoolPastText command;
  } what;
  guint32 occurrence; /* 0: it has no key. Where commands are kept, the key stands before it */
  guint32 padding;
} ApoolHistoryJob;

struct _ApoolHistory
{
  gboolean is_by_seq;          /* what has no key is found by its number alone */
  gboolean ignores_keys;       /* nothing has one */
  gboolean keeps_commands;     /* of all, as they are */
  GArray *jobs;                /* ApoolHistoryJob, in the order in which they came */
  GString *texts;              /* commands, unquoted */
  GString *unquoted;           /* one that is being looked for */
  GString *other;              /* one that it is compared with, where they are kept as they are */
  ApoolIndex *keys;            /* of those with keys */
  ApoolIndex *seqs;            /* of those without, the latest of each number; by number, of all */
  ApoolIndex *failures;        /* of those without that failed, by number and command */
  ApoolPastCommands *commands; /* (nullable): of those without keys, once one was asked for */
  guint64 n_commands;          /* without keys */
  guint64 last_seq;            /* the number of the one that was found last by its command */
};

static ApoolHistory *
apool_history_make (gboolean is_by_seq, gboolean ignores_keys, gboolean keeps_commands)
{
  ApoolHistory *self = g_new0 (ApoolHistory, 1);

  self->is_by_seq = is_by_seq;
  self->ignores_keys = ignores_keys;
  self->keeps_commands = keeps_commands;
  self->jobs = g_array_new (FALSE, FALSE, sizeof (ApoolHistoryJob));
  self->texts = g_string_new (NULL);
  self->unquoted = g_string_new (NULL);
  self->other = g_string_new (NULL);
  self->keys = apool_index_new ();
  self->seqs = apool_index_new ();
  self->failures = apool_index_new ();
  return self;
}

/**
 * apool_history_new:
 *
 * Returns: (transfer full): a history of nothing, in which jobs are found by what they were
 */
ApoolHistory *
apool_history_new (void)
{
  return apool_history_make (FALSE, FALSE, FALSE);
}

/**
 * apool_history_new_by_seq:
 *
 * Returns: (transfer full): a history of nothing, in which jobs are found by their numbers alone
 */
ApoolHistory *
apool_history_new_by_seq (void)
{
  return apool_history_make (TRUE, TRUE, FALSE);
}

/**
 * apool_history_new_kept:
 * @is_by_seq: whether those without keys are known by their numbers alone
 *
 * Returns: (transfer full): a history of nothing, from which jobs can be run again: it has their
 *   commands as they were typed, also of those with keys
 */
ApoolHistory *
apool_history_new_kept (gboolean is_by_seq)
{
  return apool_history_make (is_by_seq, FALSE, TRUE);
}

/**
 * apool_history_free:
 * @self: (transfer full): a history
 */
void
apool_history_free (ApoolHistory *self)
{
  g_clear_pointer (&self->commands, apool_past_commands_free);
  apool_index_free (self->keys);
  apool_index_free (self->seqs);
  apool_index_free (self->failures);
  g_string_free (self->texts, TRUE);
  g_string_free (self->unquoted, TRUE);
  g_string_free (self->other, TRUE);
  g_array_unref (self->jobs);
  g_free (self);
}

static ApoolHistoryJob *
apool_history_at (const ApoolHistory *self, guint32 i)
{
  return &g_array_index (self->jobs, ApoolHistoryJob, i);
}

/* Returns: the key of a job, which has one if its occurrence is not 0 */
static const guint8 *
apool_history_get_key (const ApoolHistory *self, const ApoolHistoryJob *job)
{
  if (!self->keeps_commands)
    return job->what.key;
  return (const guint8 *) self->texts->str + job->what.command.offset - APOOL_IDENTITY_KEY_BYTES;
}

/* ---- finding ---- */

typedef struct
{
  const guint8 *key;
  guint32 occurrence;
} ApoolHistoryKey;

static guint64
apool_history_hash_key (const ApoolHistoryKey *key)
{
  guint64 hash;

  memcpy (&hash, key->key, sizeof hash);
  return hash + key->occurrence;
}

static gboolean
apool_history_has_key (guint32 item, gconstpointer wanted, gpointer data)
{
  const ApoolHistoryJob *job = apool_history_at (data, item);
  const ApoolHistoryKey *key = wanted;

  return job->occurrence == key->occurrence &&
         memcmp (apool_history_get_key (data, job), key->key, APOOL_IDENTITY_KEY_BYTES) == 0;
}

static guint32
apool_history_find_key (ApoolHistory *self, const guint8 *key, guint64 occurrence)
{
  ApoolHistoryKey wanted = { .key = key, .occurrence = (guint32) occurrence };

  if (occurrence != wanted.occurrence)
    return NONE;
  return apool_index_find (self->keys, apool_history_hash_key (&wanted), apool_history_has_key,
                           &wanted, self);
}

static gboolean
apool_history_has_seq (guint32 item, gconstpointer wanted, gpointer data)
{
  return apool_history_at (data, item)->seq == *(const guint64 *) wanted;
}

static guint32
apool_history_find_seq (ApoolHistory *self, guint64 seq)
{
  return apool_index_find (self->seqs, seq, apool_history_has_seq, &seq, self);
}

/* ---- adding ---- */

static gboolean
apool_history_uses_key (const ApoolHistory *self, const ApoolPastJob *job)
{
  return job->key && !self->ignores_keys;
}

/* A command with the number that it had. */
typedef struct
{
  guint64 seq;
  const GString *text; /* unquoted */
} ApoolHistoryLine;

static guint64
apool_history_hash_line (const ApoolHistoryLine *line)
{
  return apool_hash_bytes (line->text->str, line->text->len) + line->seq;
}

/* Whether the job is a failed one of that number and command. */
static gboolean
apool_history_is_failure (guint32 item, gconstpointer wanted, gpointer data)
{
  ApoolHistory *self = data;
  const ApoolHistoryJob *job = apool_history_at (self, item);
  const ApoolHistoryLine *line = wanted;
  const char *text = self->texts->str + job->what.command.offset;
  gsize length = job->what.command.length;

  if (!job->is_failed || job->seq != line->seq)
    return FALSE;
  if (self->keeps_commands)
    {
      g_string_truncate (self->other, 0);
      apool_unquoted_append (self->other, text, length);
      text = self->other->str;
      length = self->other->len;
    }
  return length == line->text->len && memcmp (text, line->text->str, length) == 0;
}

/* Which one @job is in the place of. */
static guint32
apool_history_find_same (ApoolHistory *self, const ApoolPastJob *job)
{
  ApoolHistoryLine line = { .seq = job->seq, .text = self->unquoted };

  if (apool_history_uses_key (self, job))
    return apool_history_find_key (self, job->key, job->occurrence);
  if (self->is_by_seq)
    return apool_history_find_seq (self, job->seq);
  return apool_index_find (self->failures, apool_history_hash_line (&line),
                           apool_history_is_failure, &line, self);
}

/* Brings a command into the form in which it is compared, where it is. */
static void
apool_history_unquote (ApoolHistory *self, const char *command, gsize length)
{
  g_string_truncate (self->unquoted, 0);
  if (!self->is_by_seq)
    apool_unquoted_append (self->unquoted, command, length);
}

static void
apool_history_set_what (ApoolHistory *self, ApoolHistoryJob *to, const ApoolPastJob *job)
{
  gboolean uses_key = apool_history_uses_key (self, job);
  const char *text = self->keeps_commands ? job->command : self->unquoted->str;
  gsize length = self->keeps_commands ? job->command_length : self->unquoted->len;

  to->occurrence = uses_key ? (guint32) job->occurrence : 0;
  if (uses_key && !self->keeps_commands)
    {
      memcpy (to->what.key, job->key, sizeof to->what.key);
      return;
    }
  if (uses_key)
    g_string_append_len (self->texts, (const char *) job->key, APOOL_IDENTITY_KEY_BYTES);
  to->what.command.offset = self->texts->len;
  to->what.command.length = text ? length : 0;
  if (text)
    g_string_append_len (self->texts, text, (gssize) length);
}

static void
apool_history_index (ApoolHistory *self, guint32 i, guint32 same_seq)
{
  const ApoolHistoryJob *job = apool_history_at (self, i);
  ApoolHistoryLine line = { .seq = job->seq, .text = self->unquoted };
  ApoolHistoryKey key = { .occurrence = job->occurrence };

  if (job->occurrence > 0)
    {
      key.key = apool_history_get_key (self, job);
      apool_index_add (self->keys, apool_history_hash_key (&key), i);
      return;
    }
  self->n_commands++;
  if (same_seq == NONE)
    apool_index_add (self->seqs, job->seq, i);
  else
    apool_index_replace (self->seqs, job->seq, same_seq, i);
  if (job->is_failed && !self->is_by_seq)
    apool_index_add (self->failures, apool_history_hash_line (&line), i);
}

/**
 * apool_history_add:
 * @self: a history that was not asked for a command yet, or is to take further ones in
 * @job: (transfer none): one job more. It takes the place of one with the same key and occurrence,
 *   or, without keys, of one that failed with the same number and command; by numbers: with the
 *   same number. One that was to be tried again is known only where jobs can be run again from the
 *   history
 */
void
apool_history_add (ApoolHistory *self, const ApoolPastJob *job)
{
  gboolean uses_key = apool_history_uses_key (self, job);
  ApoolHistoryJob entry = { 0 };
  guint32 same_seq = NONE;
  guint32 i;

  /* Such a job is not done, though it has failed: that makes a difference only where nothing but
   * failed ones are run. */
  if (job->is_retried && !self->keeps_commands)
    return;
  /* So many are not in any memory. */
  if (self->jobs->len >= NONE - 1 || (job->key && (job->occurrence < 1 || job->occurrence >= NONE)))
    return;
  g_clear_pointer (&self->commands, apool_past_commands_free);
  apool_history_unquote (self, job->command ? job->command : "",
                         job->command ? job->command_length : 0);
  i = apool_history_find_same (self, job);
  if (i == NONE && !uses_key)
    same_seq = apool_history_find_seq (self, job->seq);
  if (i != NONE)
    entry = *apool_history_at (self, i);
  if (i == NONE || (self->is_by_seq && !uses_key))
    apool_history_set_what (self, &entry, job);
  entry.seq = job->seq;
  entry.place = MIN (job->place, APOOL_HISTORY_MAX_PLACE - 1);
  /* By numbers the rule is GNU parallel's: what has succeeded once has been done. */
  entry.is_failed =
      job->is_failed && !(self->is_by_seq && !uses_key && i != NONE && !entry.is_failed);
  entry.run_usec = job->run_usec;
  if (i != NONE)
    {
      *apool_history_at (self, i) = entry;
      return;
    }
  g_array_append_val (self->jobs, entry);
  apool_history_index (self, self->jobs->len - 1, same_seq);
}

/* ---- asking ---- */

static gboolean
apool_history_describe_cb (guint32 i, ApoolPastCommand *command, gpointer data)
{
  const ApoolHistory *self = data;
  const ApoolHistoryJob *job = apool_history_at (self, i);

  if (job->occurrence > 0)
    return FALSE;
  command->text = self->texts->str + job->what.command.offset;
  command->length = job->what.command.length;
  command->is_failed = job->is_failed;
  command->is_taken = job->is_taken;
  return TRUE;
}

static ApoolPastCommands *
apool_history_get_commands (ApoolHistory *self)
{
  if (!self->commands)
    self->commands = apool_past_commands_new (self->jobs->len, apool_history_describe_cb, self);
  return self->commands;
}

/* Whether the job of number @seq is one of the pattern, and still to be found. */
static guint32
apool_history_try_seq (ApoolHistory *self, const ApoolWildcard *pattern, guint64 seq)
{
  guint32 i = apool_history_find_seq (self, seq);
  ApoolPastCommand command;

  if (i == NONE || !apool_history_describe_cb (i, &command, self) || command.is_taken ||
      command.is_failed)
    return NONE;
  return apool_wildcard_matches (pattern, command.text, command.length) ? i : NONE;
}

static guint32
apool_history_find_command (ApoolHistory *self, const ApoolWildcard *pattern, guint64 seq)
{
  guint32 i = pattern->is_clear ? apool_history_try_seq (self, pattern, seq) : NONE;

  if (!pattern->is_clear)
    return NONE;
  if (i == NONE && self->last_seq > 0)
    i = apool_history_try_seq (self, pattern, self->last_seq + 1);
  if (i == NONE)
    i = apool_past_commands_find (apool_history_get_commands (self), pattern);
  return i;
}

static void
apool_history_tell (const ApoolHistory *self, guint32 i, ApoolPastJob *job)
{
  const ApoolHistoryJob *entry = apool_history_at (self, i);

  *job = (ApoolPastJob){ .seq = entry->seq,
                         .is_failed = entry->is_failed,
                         .run_usec = entry->run_usec,
                         .occurrence = entry->occurrence,
                         .place = entry->place };
  if (entry->occurrence > 0)
    job->key = apool_history_get_key (self, entry);
  if (entry->occurrence > 0 && !self->keeps_commands)
    return;
  job->command = self->texts->str + entry->what.command.offset;
  job->command_length = entry->what.command.length;
}

/* Makes the pattern of a job: a view, until the next command is unquoted. */
static void
apool_history_init_pattern (ApoolHistory *self,
                            const ApoolIdentity *identity,
                            ApoolWildcard *pattern)
{
  gsize length;
  const char *text = apool_identity_get_pattern (identity, &length);

  apool_history_unquote (self, text, length);
  apool_wildcard_init (pattern, self->unquoted->str, self->unquoted->len);
}

static guint32
apool_history_find (ApoolHistory *self, const ApoolIdentity *identity, guint64 seq)
{
  ApoolWildcard pattern;
  guint32 i;

  if (self->is_by_seq)
    return apool_history_find_seq (self, seq);
  i = apool_history_find_key (self, apool_identity_get_key (identity),
                              apool_identity_get_occurrence (identity));
  if (i != NONE || self->n_commands == 0)
    return i;
  apool_history_init_pattern (self, identity, &pattern);
  return apool_history_find_command (self, &pattern, seq);
}

/**
 * apool_history_take:
 * @self: a history
 * @identity: what the job is; its occurrence is set
 * @seq: the number it has now
 * @job: (out caller-allocates): what is known of it: a view, valid until something is added
 *
 * Finds a job. Each that is known is found once.
 *
 * Returns: whether it is known
 */
gboolean
apool_history_take (ApoolHistory *self,
                    const ApoolIdentity *identity,
                    guint64 seq,
                    ApoolPastJob *job)
{
  guint32 i = apool_history_find (self, identity, seq);
  ApoolHistoryJob *entry;

  if (i == NONE || (entry = apool_history_at (self, i))->is_taken)
    return FALSE;
  entry->is_taken = TRUE;
  if (entry->occurrence == 0)
    self->last_seq = entry->seq;
  apool_history_tell (self, i, job);
  return TRUE;
}

/**
 * apool_history_find_time:
 * @self: a history
 * @identity: what the job is
 *
 * Tells how long a job took, whether it was found before or not.
 *
 * Returns: microseconds; -1 where that is not known
 */
gint64
apool_history_find_time (ApoolHistory *self, const ApoolIdentity *identity)
{
  ApoolWildcard pattern;
  guint32 i = apool_history_find_key (self, apool_identity_get_key (identity),
                                      apool_identity_get_occurrence (identity));

  if (i == NONE && self->n_commands > 0)
    {
      apool_history_init_pattern (self, identity, &pattern);
      if (pattern.is_clear)
        i = apool_past_commands_peek (apool_history_get_commands (self), &pattern);
    }
  return i == NONE ? -1 : apool_history_at (self, i)->run_usec;
}

/**
 * apool_history_get:
 * @self: a history
 * @i: below apool_history_get_n()
 * @job: (out caller-allocates): the job: a view, valid until something is added
 *
 * Tells of any job, in the order in which they came first.
 */
void
apool_history_get (const ApoolHistory *self, guint64 i, ApoolPastJob *job)
{
  g_return_if_fail (i < self->jobs->len);
  apool_history_tell (self, (guint32) i, job);
}

/**
 * apool_history_get_n:
 * @self: a history
 *
 * Returns: how many jobs are known
 */
guint64
apool_history_get_n (const ApoolHistory *self)
{
  return self->jobs->len;
}

/**
 * apool_history_count_gone:
 * @self: a history, in which all jobs of an input were looked for
 *
 * A failure that something with the same command was found instead of is not gone: it was run
 * again, with another number.
 *
 * Returns: how many jobs were not found
 */
guint64
apool_history_count_gone (ApoolHistory *self)
{
  guint64 n = 0;

  if (self->n_commands > 0 && !self->is_by_seq)
    n = apool_past_commands_count_gone (apool_history_get_commands (self));
  for (guint32 i = 0; i < self->jobs->len; i++)
    {
      const ApoolHistoryJob *job = apool_history_at (self, i);

      n += !job->is_taken && (job->occurrence > 0 || self->is_by_seq);
    }
  return n;
}
