/* SPDX-License-Identifier: MIT */
/* A line of a joblog in columns, which GNU parallel and those who read its logs understand. */

#include <string.h>

#include "job/apool-ending.h"
#include "job/apool-identity.h"
#include "record/apool-joblog-format.h"

/* As GNU parallel writes them, so that a line stays a line. */
#define NEWLINE_IN_COMMAND '\0'
/* That of jobs without one. */
#define FAULTY_STATUS (-1)
/* Characters of the column, its decimals included. */
#define RUNTIME_WIDTH 10

/* @width: how many characters it has at least */
static void
apool_joblog_append_msec (GString *line, gint64 usec, int width)
{
  gint64 msec = MAX (usec, 0) / 1000 + (MAX (usec, 0) % 1000 >= 500 ? 1 : 0);

  g_string_append_printf (line, "%*" G_GINT64_FORMAT ".%03d\t", MAX (width - 4, 0), msec / 1000,
                          (int) (msec % 1000));
}

static void
apool_joblog_append_typed (GString *line, const ApoolJoblogEntry *entry)
{
  g_autofree char *command =
      apool_ending_dup_command (entry->task, entry->outcome, entry->place.slot);
  gsize at = line->len;

  g_string_append (line, command);
  for (; at < line->len; at++)
    if (line->str[at] == '\n')
      line->str[at] = NEWLINE_IN_COMMAND;
}

/* What has failed although it ended well must not look as if it had not: it would be left out where
 * failed jobs are run again. */
static int
apool_joblog_find_status (const ApoolOutcome *outcome)
{
  int status = apool_ending_get_status (outcome);

  return status == 0 && apool_outcome_is_faulty (outcome) ? FAULTY_STATUS : status;
}

/**
 * apool_joblog_append_row:
 * @line: what it is appended to
 * @entry: (transfer none): a job's last attempt
 * @counts_both: whether what it wrote to standard error is counted, too
 *
 * Appends a line in columns, with its newline.
 */
void
apool_joblog_append_row (GString *line, const ApoolJoblogEntry *entry, gboolean counts_both)
{
  const ApoolIdentity *identity = apool_task_get_traits (entry->task)->identity;
  guint64 seq = identity ? apool_identity_get_past_seq (identity) : 0;
  guint64 received = entry->lengths[APOOL_STREAM_STDOUT];

  if (counts_both)
    received += entry->lengths[APOOL_STREAM_STDERR];
  g_string_append_printf (line, "%" G_GUINT64_FORMAT "\t:\t",
                          seq > 0 ? seq : apool_task_get_seq (entry->task));
  apool_joblog_append_msec (line, entry->start_usec, 0);
  apool_joblog_append_msec (line, entry->run_usec, RUNTIME_WIDTH);
  g_string_append_printf (line, "0\t%" G_GUINT64_FORMAT "\t%d\t%d\t", received,
                          apool_joblog_find_status (entry->outcome),
                          apool_ending_get_signal (entry->outcome));
  apool_joblog_append_typed (line, entry);
  g_string_append_c (line, '\n');
}
