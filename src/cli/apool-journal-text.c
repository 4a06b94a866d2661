/* SPDX-License-Identifier: MIT */
/* How what a journal knows is written for people: a fact on a line of its own, behind its label.
 * What comes from jobs is shown, never sent to the terminal as it is. */

#include "cli/apool-journal-text.h"

#include <string.h>
#include <unistd.h>

#include "base/apool-locale.h"
#include "base/apool-quote.h"
#include "base/apool-signal.h"
#include "base/apool-terminal.h"
#include "base/apool-visible.h"

#define ESCAPE '\033'

/* Columns of a line that does not go to a terminal: as many as anybody wants. */
#define MANY_COLUMNS 1000000u

/* Narrower lines are of no use: they are as long as that. */
#define LEAST_COLUMNS 60u

/**
 * apool_journal_text_measure:
 * @fd: where a text will be written
 *
 * Returns: how many columns it may have
 */
guint
apool_journal_text_measure (int fd)
{
  g_autoptr (ApoolTerminal) terminal = apool_terminal_new (fd);

  return terminal ? MAX (terminal->n_columns, LEAST_COLUMNS) : MANY_COLUMNS;
}

/**
 * apool_journal_text_append_bytes:
 * @text: a text
 * @bytes: of a job
 * @n_columns: how many there are; what does not fit is left out
 *
 * Appends what @bytes look like. Not even colours are set: they are not ours.
 */
void
apool_journal_text_append_bytes (GString *text, const ApoolValue *bytes, guint n_columns)
{
  const char *at = bytes->data;
  gsize left = bytes->length;
  ApoolVisible line;

  apool_visible_begin (&line, text, n_columns);
  while (left > 0)
    {
      const char *escape = memchr (at, ESCAPE, left);
      gsize n = escape == at ? 1 : escape ? (gsize) (escape - at) : left;

      /* By itself it begins no sequence. */
      apool_visible_add (&line, at, n);
      at += n;
      left -= n;
    }
  apool_visible_end (&line);
}

/**
 * apool_journal_text_append_label:
 * @text: a text
 * @label: what the rest of the line is
 */
void
apool_journal_text_append_label (GString *text, const char *label)
{
  g_string_append_printf (text, "%-*s", APOOL_JOURNAL_TEXT_COLUMN, label);
}

/**
 * apool_journal_text_append_fact:
 * @text: a text
 * @label: what it is
 * @format: the fact, for printf()
 *
 * Appends a line.
 */
void
apool_journal_text_append_fact (GString *text, const char *label, const char *format, ...)
{
  va_list arguments;

  apool_journal_text_append_label (text, label);
  va_start (arguments, format);
  g_string_append_vprintf (text, format, arguments);
  va_end (arguments);
  g_string_append_c (text, '\n');
}

/**
 * apool_journal_text_append_value:
 * @text: a text
 * @label: what it is
 * @value: any bytes; where there are none there is no line
 * @n_columns: how many the line may have
 *
 * Appends a line.
 */
void
apool_journal_text_append_value (GString *text,
                                 const char *label,
                                 const ApoolValue *value,
                                 guint n_columns)
{
  if (value->length == 0)
    return;
  apool_journal_text_append_label (text, label);
  apool_journal_text_append_bytes (text, value, n_columns - APOOL_JOURNAL_TEXT_COLUMN);
  g_string_append_c (text, '\n');
}

/**
 * apool_journal_text_append_words:
 * @text: a text
 * @label: what they are
 * @words: any words; where there are none there is no line
 * @n_columns: how many the line may have
 *
 * Appends a line, on which the words stand as they would be typed.
 */
void
apool_journal_text_append_words (GString *text,
                                 const char *label,
                                 const ApoolJournalWords *words,
                                 guint n_columns)
{
  g_autoptr (GString) line = g_string_new (NULL);
  ApoolValue bytes;

  for (gsize i = 0; i < words->n && line->len < n_columns; i++)
    {
      if (i > 0)
        g_string_append_c (line, ' ');
      apool_quote_append (line, APOOL_QUOTE_POSIX, words->values[i].data, words->values[i].length);
    }
  bytes = (ApoolValue){ line->str, line->len };
  apool_journal_text_append_value (text, label, &bytes, n_columns);
}

/**
 * apool_journal_text_clean:
 * @line: (inout): a line, with or without its newline
 *
 * Puts question marks where control characters are: a directory can be called anything.
 */
void
apool_journal_text_clean (char *line)
{
  for (char *at = line; *at; at++)
    if (g_ascii_iscntrl (*at) && (*at != '\n' || at[1]))
      *at = '?';
}

/**
 * apool_journal_text_dup_time:
 * @usec: microseconds since 1970 (UTC)
 *
 * Returns: (transfer full): the time of day, here
 */
char *
apool_journal_text_dup_time (gint64 usec)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (usec / G_USEC_PER_SEC);

  /* There is none in a year that no calendar has. */
  return time ? g_date_time_format (time, "%Y-%m-%d %H:%M:%S") : g_strdup ("?");
}

/**
 * apool_journal_text_dup_seconds:
 * @usec: microseconds
 *
 * Returns: (transfer full): as seconds
 */
char *
apool_journal_text_dup_seconds (gint64 usec)
{
  usec = MAX (usec, 0);
  return g_strdup_printf ("%" G_GINT64_FORMAT ".%03d", usec / G_USEC_PER_SEC,
                          (int) (usec % G_USEC_PER_SEC / 1000));
}

/**
 * apool_journal_text_dup_size:
 * @n_bytes: a number of bytes
 *
 * Returns: (transfer full): in the largest unit of which there is at least one, a power of 1024
 */
char *
apool_journal_text_dup_size (guint64 n_bytes)
{
  static const char UNITS[] = "KMGTPE";
  guint64 unit = 1024;
  guint i = 0;

  if (n_bytes < unit)
    return g_strdup_printf ("%d", (int) n_bytes);
  while (UNITS[i + 1] && n_bytes / 1024 >= unit)
    {
      unit *= 1024;
      i++;
    }
  return g_strdup_printf ("%d.%d%c", (int) (n_bytes / unit), (int) (n_bytes % unit * 10 / unit),
                          UNITS[i]);
}

static char *
apool_journal_text_dup_signal (int signum)
{
  g_autofree char *name = apool_signal_dup_name (signum);

  return g_strdup_printf ("signal %d (%s)", signum, name);
}

/* What the code does not say. */
static void
apool_journal_text_add_message (GString *text, const ApoolJournalEvent *end)
{
  if (end->message.length == 0)
    return;
  g_string_append (text, ": ");
  apool_journal_text_append_bytes (text, &end->message, MANY_COLUMNS);
}

/**
 * apool_journal_text_dup_outcome:
 * @end: how a job has ended
 *
 * Returns: (transfer full): in a few words, how
 */
char *
apool_journal_text_dup_outcome (const ApoolJournalEvent *end)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *signal_text = end->code > 0 && end->kind != APOOL_OUTCOME_NOT_STARTED
                                     ? apool_journal_text_dup_signal (end->code)
                                     : g_strdup ("");

  switch (end->kind)
    {
    case APOOL_OUTCOME_EXITED:
      g_string_append_printf (text, "exit %d", end->code);
      break;
    case APOOL_OUTCOME_SIGNALLED:
      g_string_append (text, signal_text);
      break;
    case APOOL_OUTCOME_TIMED_OUT:
      g_string_append_printf (text, "timeout%s%s", end->code > 0 ? ", " : "", signal_text);
      break;
    case APOOL_OUTCOME_NOT_STARTED:
      g_string_append (text, "not started");
      if (end->code > 0)
        g_string_append_printf (text, ": %s", apool_locale_describe_errno (end->code));
      break;
    case APOOL_OUTCOME_LOST:
      g_string_append (text, "lost with its worker");
      break;
    case APOOL_OUTCOME_SKIPPED:
      g_string_append (text, "skipped");
      break;
    }
  if (!end->is_final && (end->kind == APOOL_OUTCOME_EXITED || end->kind == APOOL_OUTCOME_SIGNALLED))
    g_string_append (text, ", ended by the run");
  apool_journal_text_add_message (text, end);
  return g_string_free (g_steal_pointer (&text), FALSE);
}
