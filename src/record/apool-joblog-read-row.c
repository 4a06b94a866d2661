/* SPDX-License-Identifier: MIT */
/* A job from a line of a joblog in columns, ours or GNU parallel's. Nothing that stands there is
 * trusted: what has other columns is none. */

#include <string.h>

#include "record/apool-joblog-format.h"
#include "record/apool-joblog-read.h"

#define N_DECIMALS 6

/* What is left of a line. */
typedef struct
{
  const char *at;
  const char *end;
} ApoolJoblogRest;

/* Takes the next column off the line, and the tab behind it. */
static gboolean
apool_joblog_take (ApoolJoblogRest *rest, const char **column, gsize *length)
{
  const char *tab = memchr (rest->at, '\t', (gsize) (rest->end - rest->at));

  if (!tab)
    return FALSE;
  *column = rest->at;
  *length = (gsize) (tab - rest->at);
  rest->at = tab + 1;
  return TRUE;
}

/* Reads digits, at least one. */
static gboolean
apool_joblog_parse_digits (const char *data, gsize length, guint64 *number)
{
  *number = 0;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isdigit (data[i]) || !g_uint64_checked_mul (number, *number, 10) ||
        !g_uint64_checked_add (number, *number, (guint64) g_ascii_digit_value (data[i])))
      return FALSE;
  return length > 0;
}

static gboolean
apool_joblog_take_number (ApoolJoblogRest *rest, guint64 *number)
{
  const char *column;
  gsize length;

  return apool_joblog_take (rest, &column, &length) &&
         apool_joblog_parse_digits (column, length, number);
}

/* A number that may be negative. */
static gboolean
apool_joblog_take_status (ApoolJoblogRest *rest, gboolean *is_zero)
{
  const char *column;
  gsize length;
  guint64 number;
  gsize n_sign;

  if (!apool_joblog_take (rest, &column, &length))
    return FALSE;
  n_sign = length > 0 && column[0] == '-' ? 1 : 0;
  if (!apool_joblog_parse_digits (column + n_sign, length - n_sign, &number))
    return FALSE;
  *is_zero = number == 0;
  return TRUE;
}

/* Seconds with decimals or without, behind spaces or not. */
static gboolean
apool_joblog_take_seconds (ApoolJoblogRest *rest, gint64 *usec)
{
  const char *column;
  gsize length;
  gsize n_spaces = 0;
  const char *point;
  gsize n_part;
  guint64 whole;
  guint64 part = 0;

  if (!apool_joblog_take (rest, &column, &length))
    return FALSE;
  while (n_spaces < length && column[n_spaces] == ' ')
    n_spaces++;
  column += n_spaces;
  length -= n_spaces;
  point = memchr (column, '.', length);
  if (!apool_joblog_parse_digits (column, point ? (gsize) (point - column) : length, &whole) ||
      whole > G_MAXINT64 / G_USEC_PER_SEC - 1)
    return FALSE;
  n_part = point ? (gsize) (column + length - point) - 1 : 0;
  for (gsize i = 0; i < N_DECIMALS; i++)
    {
      char digit = i < n_part ? point[1 + i] : '0';

      if (!g_ascii_isdigit (digit))
        return FALSE;
      part = part * 10 + (guint64) g_ascii_digit_value (digit);
    }
  *usec = (gint64) (whole * G_USEC_PER_SEC + part);
  return TRUE;
}

static gboolean
apool_joblog_take_facts (ApoolJoblogRest *rest, ApoolPastJob *past)
{
  const char *host;
  gsize length;
  gint64 start_usec;
  guint64 number;
  gboolean is_exit_zero;
  gboolean is_signal_zero;

  if (!apool_joblog_take_number (rest, &past->seq) || past->seq == 0 ||
      !apool_joblog_take (rest, &host, &length) || length == 0 ||
      !apool_joblog_take_seconds (rest, &start_usec) ||
      !apool_joblog_take_seconds (rest, &past->run_usec) ||
      !apool_joblog_take_number (rest, &number) || !apool_joblog_take_number (rest, &number) ||
      !apool_joblog_take_status (rest, &is_exit_zero) ||
      !apool_joblog_take_status (rest, &is_signal_zero))
    return FALSE;
  past->is_failed = !is_exit_zero || !is_signal_zero;
  return TRUE;
}

/* Newlines stand in a line as NULs, which a command cannot have. */
static void
apool_joblog_decode_command (const ApoolJoblogRest *rest, GString *command)
{
  g_string_append_len (command, rest->at, rest->end - rest->at);
  for (gsize i = 0; i < command->len; i++)
    if (command->str[i] == '\0')
      command->str[i] = '\n';
}

/**
 * apool_joblog_read_row:
 * @line: (array length=length): a line of a joblog in columns, without its newline
 * @length: how many bytes
 * @job: (inout): gets what is known of the job
 *
 * Returns: what the line is
 */
ApoolJoblogLine
apool_joblog_read_row (const char *line, gsize length, ApoolJoblogJob *job)
{
  ApoolJoblogRest rest = { line, line + length };
  ApoolPastJob past = { 0 };

  if (length == strlen (APOOL_JOBLOG_HEADER) - 1 && memcmp (line, APOOL_JOBLOG_HEADER, length) == 0)
    return APOOL_JOBLOG_LINE_OTHER;
  if (!apool_joblog_take_facts (&rest, &past))
    return APOOL_JOBLOG_LINE_BAD;
  g_string_truncate (job->command, 0);
  apool_joblog_decode_command (&rest, job->command);
  past.command = job->command->str;
  past.command_length = job->command->len;
  job->past = past;
  return APOOL_JOBLOG_LINE_JOB;
}

/**
 * apool_joblog_begins_with_row:
 * @data: (array length=length): the first line of a file, without its newline
 * @length: how many bytes
 * @is_whole: whether it has one; else it may be the beginning of a line
 *
 * Returns: whether the file is a joblog in columns
 */
gboolean
apool_joblog_begins_with_row (const char *data, gsize length, gboolean is_whole)
{
  ApoolJoblogRest rest = { data, data + length };
  ApoolPastJob past = { 0 };
  gsize n_header = strlen (APOOL_JOBLOG_HEADER) - 1;

  return apool_joblog_take_facts (&rest, &past) ||
         ((is_whole ? length == n_header : length <= n_header) &&
          memcmp (data, APOOL_JOBLOG_HEADER, length) == 0);
}
