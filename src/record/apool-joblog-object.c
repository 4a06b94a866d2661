/* SPDX-License-Identifier: MIT */
/* A line of a joblog in JSON: an object with everything that is known of an attempt. What is not
 * known, or is not so, has no member. */

#include <string.h>

#include "base/apool-json-text.h"
#include "base/apool-locale.h"
#include "base/apool-utf8.h"
#include "job/apool-ending.h"
#include "record/apool-joblog-format.h"

static void
apool_joblog_append_name (GString *line, const char *name)
{
  g_string_append_printf (line, "%s\"%s\":", line->str[line->len - 1] == '{' ? "" : ",", name);
}

static void
apool_joblog_append_count (GString *line, const char *name, guint64 count)
{
  apool_joblog_append_name (line, name);
  g_string_append_printf (line, "%" G_GUINT64_FORMAT, count);
}

static void
apool_joblog_append_seconds (GString *line, const char *name, gint64 usec)
{
  usec = MAX (usec, 0);
  apool_joblog_append_name (line, name);
  g_string_append_printf (line, "%" G_GINT64_FORMAT ".%06d", usec / G_USEC_PER_SEC,
                          (int) (usec % G_USEC_PER_SEC));
}

static void
apool_joblog_append_true (GString *line, const char *name, gboolean is_so)
{
  if (!is_so)
    return;
  apool_joblog_append_name (line, name);
  g_string_append (line, "true");
}

static void
apool_joblog_append_bytes (GString *line, const char *data, gsize length, gboolean is_text)
{
  if (is_text)
    apool_json_text_append_string (line, data, length);
  else
    apool_json_text_append_base64 (line, data, length);
}

/* @text: (nullable): any bytes */
static void
apool_joblog_append_text (GString *line, const char *name, const char *text)
{
  gsize length = text ? strlen (text) : 0;
  gboolean is_text = apool_utf8_is_valid (text, length);
  g_autofree char *other = is_text ? NULL : g_strconcat (name, "_base64", NULL);

  if (!text)
    return;
  apool_joblog_append_name (line, other ? other : name);
  apool_joblog_append_bytes (line, text, length, is_text);
}

static void
apool_joblog_append_usage (GString *line, const ApoolJoblogEntry *entry)
{
  const ApoolUsage *usage = apool_outcome_get_usage (entry->outcome);
  ApoolOutcomeKind kind = apool_outcome_get_kind (entry->outcome);

  apool_joblog_append_seconds (line, "start", entry->start_usec);
  apool_joblog_append_seconds (line, "seconds", entry->run_usec);
  if (kind == APOOL_OUTCOME_NOT_STARTED || kind == APOOL_OUTCOME_LOST)
    return; /* nobody knows what it used */
  apool_joblog_append_seconds (line, "user", usage->user_usec);
  apool_joblog_append_seconds (line, "system", usage->system_usec);
  apool_joblog_append_count (line, "max_rss", (guint64) MAX (usage->peak_bytes, 0));
}

static void
apool_joblog_append_end (GString *line, const ApoolJoblogEntry *entry)
{
  const ApoolOutcome *outcome = entry->outcome;
  ApoolOutcomeKind kind = apool_outcome_get_kind (outcome);
  int signum = apool_ending_get_signal (outcome);

  if (kind == APOOL_OUTCOME_EXITED)
    apool_joblog_append_count (line, "exit", (guint64) MAX (apool_outcome_get_code (outcome), 0));
  if (signum > 0)
    apool_joblog_append_count (line, "signal", (guint64) signum);
  apool_joblog_append_true (line, "timeout", kind == APOOL_OUTCOME_TIMED_OUT);
  apool_joblog_append_true (line, "lost", kind == APOOL_OUTCOME_LOST);
  apool_joblog_append_true (line, "not_started", kind == APOOL_OUTCOME_NOT_STARTED);
  if (kind == APOOL_OUTCOME_NOT_STARTED && apool_outcome_get_code (outcome))
    apool_joblog_append_text (line, "message",
                              apool_locale_describe_errno (apool_outcome_get_code (outcome)));
  else
    apool_joblog_append_text (line, "message", apool_outcome_get_message (outcome));
  apool_joblog_append_true (line, "faulty", apool_outcome_is_faulty (outcome));
  apool_joblog_append_true (line, "ended_by_apool", apool_outcome_is_ended_by_pool (outcome));
  apool_joblog_append_true (line, "output_cut", apool_outcome_is_output_cut (outcome));
}

/* Where the job is to be found, and what it wrote there. */
static void
apool_joblog_append_place (GString *line, const ApoolJoblogEntry *entry, const char *host)
{
  if (entry->place.worker > 0)
    apool_joblog_append_count (line, "worker", entry->place.worker);
  if (entry->place.slot > 0)
    apool_joblog_append_count (line, "slot", entry->place.slot);
  if (!entry->is_recalled)
    apool_joblog_append_text (line, "host", host);
  apool_joblog_append_count (line, "bytes_out", entry->lengths[APOOL_STREAM_STDOUT]);
  apool_joblog_append_count (line, "bytes_err", entry->lengths[APOOL_STREAM_STDERR]);
}

static void
apool_joblog_append_arguments (GString *line, const ApoolValues *list)
{
  gboolean is_text = TRUE;
  gsize n_values;
  const ApoolValue *values = apool_values_get (list, &n_values);

  for (gsize i = 0; i < n_values; i++)
    is_text = is_text && apool_utf8_is_valid (values[i].data, values[i].length);
  apool_joblog_append_name (line, is_text ? "arguments" : "arguments_base64");
  g_string_append_c (line, '[');
  for (gsize i = 0; i < n_values; i++)
    {
      g_string_append (line, i > 0 ? "," : "");
      apool_joblog_append_bytes (line, values[i].data, values[i].length, is_text);
    }
  g_string_append_c (line, ']');
}

static void
apool_joblog_append_identity (GString *line, const ApoolIdentity *identity)
{
  apool_joblog_append_name (line, "key");
  g_string_append_c (line, '"');
  apool_identity_append_key (apool_identity_get_key (identity), line);
  g_string_append_c (line, '"');
  apool_joblog_append_count (line, "occurrence", apool_identity_get_occurrence (identity));
}

static void
apool_joblog_append_directory (GString *line, const ApoolTaskTraits *traits, const char *directory)
{
  g_autofree char *path =
      traits->directory ? g_canonicalize_filename (traits->directory, directory) : NULL;

  apool_joblog_append_text (line, "directory", path ? path : directory);
}

/**
 * apool_joblog_append_object:
 * @line: (inout): empty; what it is appended to
 * @entry: (transfer none): an attempt
 * @host: the name of the machine
 * @directory: where apool runs
 *
 * Appends a line in JSON, with its newline.
 */
void
apool_joblog_append_object (GString *line,
                            const ApoolJoblogEntry *entry,
                            const char *host,
                            const char *directory)
{
  const ApoolTaskTraits *traits = apool_task_get_traits (entry->task);
  g_autofree char *command =
      apool_ending_dup_command (entry->task, entry->outcome, entry->place.slot);

  g_string_append_c (line, '{');
  apool_joblog_append_count (line, "seq", apool_task_get_seq (entry->task));
  if (!entry->is_recalled)
    apool_joblog_append_count (line, "attempt", traits->attempt);
  apool_joblog_append_true (line, "retried", entry->is_retried);
  apool_joblog_append_true (line, "recalled", entry->is_recalled);
  apool_joblog_append_usage (line, entry);
  apool_joblog_append_end (line, entry);
  apool_joblog_append_place (line, entry, host);
  apool_joblog_append_count (line, "line", apool_task_get_line (entry->task));
  apool_joblog_append_text (line, "command", command);
  if (traits->values)
    apool_joblog_append_arguments (line, traits->values);
  if (traits->identity)
    apool_joblog_append_identity (line, traits->identity);
  apool_joblog_append_directory (line, traits, directory);
  g_string_append (line, "}\n");
}
