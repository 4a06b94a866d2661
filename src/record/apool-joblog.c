/* SPDX-License-Identifier: MIT */
/* A log of the jobs of a run: in columns, with a line for each job that is over, or in JSON, with a
 * line for each attempt, and one more for an attempt that another one was to follow, where none
 * did. A line is written as soon as there is something to tell, whatever comes
 * before it in the input. Of what a line needs, the place, and when it began for jobs that nobody
 * else can tell that of, are remembered from the start.
 *
 * Jobs that a journal recalls have their lines, too, as they were recorded: else the log of a run
 * that is gone on with would lose those of the part before. In a log that is added to they stand
 * already.
 *
 * In columns there are no lines of jobs that were ended with the run: as in GNU parallel's logs,
 * they are not done. What cannot be written is said once: jobs are not to suffer from it. */

#include "record/apool-joblog.h"

#include <string.h>

#include "job/apool-keeper.h"
#include "job/apool-recorded.h"
#include "record/apool-joblog-format.h"
#include "record/apool-joblog-read.h"
#include "record/apool-log-file.h"

/* What is known of an attempt before it is over. */
typedef struct
{
  guint64 seq; /* first: it is the key */
  guint attempt;
  ApoolPlace place;
  gint64 start_usec;
  guint64 lengths[APOOL_N_STREAMS];
} ApoolJoblogRunning;

struct _ApoolJoblog
{
  GObject parent_instance;

  ApoolLogFile *file;
  gboolean is_json;
  gboolean appends;
  gboolean counts_both;
  char *host;          /* (nullable): in columns */
  char *directory;     /* the same */
  GHashTable *running; /* (element-type ApoolJoblogRunning) */
  GString *line;
  ApoolJoblogSayFunc say; /* (nullable) */
  gpointer say_data;
  gboolean has_failed; /* and that was said */
};

static void apool_joblog_observer_init (ApoolObserverInterface *iface);
static void apool_joblog_keeper_init (ApoolKeeperInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolJoblog,
                               apool_joblog,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_OBSERVER,
                                                      apool_joblog_observer_init)
                                   G_IMPLEMENT_INTERFACE (APOOL_TYPE_KEEPER,
                                                          apool_joblog_keeper_init))

/* ---- writing ---- */

static void
apool_joblog_complain (ApoolJoblog *self, const ApoolJoblogEntry *entry, const GError *error)
{
  g_autofree char *words = NULL;

  if (self->has_failed)
    return;
  self->has_failed = TRUE;
  words = g_strdup_printf ("apool: %s: from job %" G_GUINT64_FORMAT " on incomplete\n",
                           error->message, apool_task_get_seq (entry->task));
  if (self->say)
    self->say (words, self->say_data);
}

static void
apool_joblog_write (ApoolJoblog *self, const ApoolJoblogEntry *entry)
{
  g_autoptr (GError) error = NULL;

  g_string_truncate (self->line, 0);
  if (self->is_json)
    apool_joblog_append_object (self->line, entry, self->host, self->directory);
  else
    apool_joblog_append_row (self->line, entry, self->counts_both);
  if (!apool_log_file_add (self->file, self->line->str, self->line->len, &error))
    apool_joblog_complain (self, entry, error);
}

/* Whether there is a line of it. What a judge has left out has one already, or is none of this
 * run's jobs; so has, in a log that is added to, what is recalled. */
static gboolean
apool_joblog_tells (const ApoolJoblog *self, const ApoolTask *task, const ApoolOutcome *outcome)
{
  if (apool_outcome_get_kind (outcome) == APOOL_OUTCOME_SKIPPED ||
      (self->appends && apool_task_get_traits (task)->recorded))
    return FALSE;
  return self->is_json ||
         (!apool_outcome_is_ended_by_pool (outcome) && !apool_outcome_is_declined (outcome));
}

/* Of one that was lost, or never started, nobody else knows: it began when we were told so, or
 * now. */
static void
apool_joblog_find_times (ApoolJoblogEntry *entry, const ApoolJoblogRunning *running)
{
  const ApoolUsage *usage = apool_outcome_get_usage (entry->outcome);
  gint64 now;

  entry->start_usec = usage->start_usec;
  entry->run_usec = usage->run_usec;
  if (usage->start_usec > 0 && apool_outcome_get_kind (entry->outcome) != APOOL_OUTCOME_LOST)
    return;
  now = g_get_real_time ();
  entry->start_usec = running->start_usec > 0 ? running->start_usec : now;
  entry->run_usec = now - entry->start_usec;
}

static void
apool_joblog_tell (ApoolJoblog *self,
                   const ApoolTask *task,
                   const ApoolOutcome *outcome,
                   const ApoolJoblogRunning *running,
                   gboolean is_retried)
{
  ApoolJoblogEntry entry = {
    .task = task,
    .outcome = outcome,
    .is_retried = is_retried,
    .place = running->place,
  };

  memcpy (entry.lengths, running->lengths, sizeof entry.lengths);
  apool_joblog_find_times (&entry, running);
  apool_joblog_write (self, &entry);
}

/* No attempt was made in this run: all that is known of it is what was recorded. */
static void
apool_joblog_recall (ApoolJoblog *self, const ApoolTask *task, const ApoolOutcome *outcome)
{
  ApoolRecorded *recorded = APOOL_RECORDED (apool_task_get_traits (task)->recorded);
  const ApoolUsage *usage = apool_outcome_get_usage (outcome);
  ApoolJoblogEntry entry = {
    .task = task,
    .outcome = outcome,
    .is_recalled = TRUE,
    .start_usec = usage->start_usec,
    .run_usec = usage->run_usec,
  };

  for (int i = 0; i < APOOL_N_STREAMS; i++)
    entry.lengths[i] = apool_recorded_get_length (recorded, (ApoolStream) i);
  apool_joblog_write (self, &entry);
}

/* ---- what it is told ---- */

/* Returns: (transfer none): what is known of this attempt, which may be nothing */
static ApoolJoblogRunning *
apool_joblog_get_running (ApoolJoblog *self, const ApoolTask *task)
{
  guint attempt = apool_task_get_traits (task)->attempt;
  guint64 seq = apool_task_get_seq (task);
  ApoolJoblogRunning *running = g_hash_table_lookup (self->running, &seq);

  if (!running)
    {
      running = g_new0 (ApoolJoblogRunning, 1);
      running->seq = seq;
      g_hash_table_add (self->running, running);
    }
  if (running->attempt != attempt)
    *running = (ApoolJoblogRunning){ .seq = seq, .attempt = attempt };
  return running;
}

static void
apool_joblog_task_started (ApoolObserver *observer, ApoolTask *task, const ApoolPlace *place)
{
  ApoolJoblogRunning *running = apool_joblog_get_running (APOOL_JOBLOG (observer), task);

  running->place = *place;
  running->start_usec = g_get_real_time ();
}

static void
apool_joblog_kept (ApoolKeeper *keeper, ApoolTask *task, const guint64 *lengths)
{
  ApoolJoblogRunning *running = apool_joblog_get_running (APOOL_JOBLOG (keeper), task);

  memcpy (running->lengths, lengths, sizeof running->lengths);
}

/* What is known of it is kept until the next attempt begins: where none does it was the last, and
 * gets one more line, which says so. */
static void
apool_joblog_task_retried (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolJoblog *self = APOOL_JOBLOG (observer);

  if (self->is_json && apool_joblog_tells (self, task, outcome))
    apool_joblog_tell (self, task, outcome, apool_joblog_get_running (self, task), TRUE);
}

static void
apool_joblog_task_finished (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolJoblog *self = APOOL_JOBLOG (observer);
  guint64 seq = apool_task_get_seq (task);

  if (apool_task_get_traits (task)->recorded)
    {
      if (apool_joblog_tells (self, task, outcome))
        apool_joblog_recall (self, task, outcome);
      return;
    }
  if (apool_joblog_tells (self, task, outcome))
    apool_joblog_tell (self, task, outcome, apool_joblog_get_running (self, task), FALSE);
  g_hash_table_remove (self->running, &seq);
}

static void
apool_joblog_observer_init (ApoolObserverInterface *iface)
{
  iface->task_started = apool_joblog_task_started;
  iface->task_retried = apool_joblog_task_retried;
  iface->task_finished = apool_joblog_task_finished;
}

static void
apool_joblog_keeper_init (ApoolKeeperInterface *iface)
{
  iface->kept = apool_joblog_kept;
}

/* ---- its life ---- */

static void
apool_joblog_finalize (GObject *object)
{
  ApoolJoblog *self = APOOL_JOBLOG (object);

  g_clear_pointer (&self->file, apool_log_file_free);
  g_free (self->host);
  g_free (self->directory);
  g_hash_table_unref (self->running);
  g_string_free (self->line, TRUE);
  G_OBJECT_CLASS (apool_joblog_parent_class)->finalize (object);
}

static void
apool_joblog_class_init (ApoolJoblogClass *class)
{
  G_OBJECT_CLASS (class)->finalize = apool_joblog_finalize;
}

static void
apool_joblog_init (ApoolJoblog *self)
{
  self->running = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->line = g_string_new (NULL);
}

/**
 * apool_joblog_is_json:
 * @path: of a log
 *
 * Returns: whether it has lines of JSON, as its name says; else they are columns
 */
gboolean
apool_joblog_is_json (const char *path)
{
  gsize length = strlen (path);

  return (length >= 6 && g_ascii_strcasecmp (path + length - 6, ".jsonl") == 0) ||
         (length >= 7 && g_ascii_strcasecmp (path + length - 7, ".ndjson") == 0);
}

/**
 * apool_joblog_new:
 * @path: of the file, made where it is missing. Its name says what lines it has
 * @appends: whether what is in it stays
 * @error: (out) (optional): a #GIOErrorEnum, naming the option and the file
 *
 * Opens it; what is in it stays as it is until apool_joblog_begin().
 *
 * Returns: (transfer full) (nullable): a log that has no job yet
 */
ApoolJoblog *
apool_joblog_new (const char *path, gboolean appends, GError **error)
{
  g_autoptr (ApoolJoblog) self = g_object_new (APOOL_TYPE_JOBLOG, NULL);

  self->is_json = apool_joblog_is_json (path);
  self->appends = appends;
  self->file = apool_log_file_open ("--joblog", path, error);
  if (!self->file)
    return NULL;
  if (self->is_json)
    {
      self->host = g_strdup (g_get_host_name ());
      self->directory = g_get_current_dir ();
    }
  return g_steal_pointer (&self);
}

/**
 * apool_joblog_begin:
 * @self: a log that was told nothing yet
 * @error: (out) (optional): a #GIOErrorEnum, naming the option and the file
 *
 * Has it be the log of this run: what is not to stay in the file goes.
 *
 * Returns: whether that was possible
 */
gboolean
apool_joblog_begin (ApoolJoblog *self, GError **error)
{
  ApoolLogOwnFunc own =
      self->is_json ? apool_joblog_begins_with_object : apool_joblog_begins_with_row;

  if (!apool_log_file_begin (self->file, self->appends, own, error))
    return FALSE;
  return self->is_json || !apool_log_file_is_empty (self->file) ||
         apool_log_file_add (self->file, APOOL_JOBLOG_HEADER, strlen (APOOL_JOBLOG_HEADER), error);
}

/**
 * apool_joblog_set_counts_both:
 * @self: a log
 *
 * Has it count what jobs write to standard error as received, too, where there are columns.
 */
void
apool_joblog_set_counts_both (ApoolJoblog *self)
{
  self->counts_both = TRUE;
}

/**
 * apool_joblog_set_say:
 * @self: a log
 * @say: told what goes wrong, while it does
 * @data: (closure): for @say
 */
void
apool_joblog_set_say (ApoolJoblog *self, ApoolJoblogSayFunc say, gpointer data)
{
  self->say = say;
  self->say_data = data;
}

/**
 * apool_joblog_finish:
 * @self: a log, not to be told anything any more
 * @words: gets a line for the user, where something went wrong that was not said yet
 *
 * Returns: whether all is in it
 */
gboolean
apool_joblog_finish (ApoolJoblog *self, GString *words)
{
  g_autoptr (GError) error = NULL;

  if (!apool_log_file_close (self->file, &error))
    {
      if (!self->has_failed)
        g_string_append_printf (words, "apool: %s\n", error->message);
      self->has_failed = TRUE;
    }
  return !self->has_failed;
}
