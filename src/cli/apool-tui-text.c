/* SPDX-License-Identifier: MIT */
/* The rows of the screen that shows a run, as text: what jobs and inputs bring is made harmless,
 * and no row takes more columns than there are. */

#include "cli/apool-tui-text.h"

#include <string.h>

#include "base/apool-visible.h"

/* Of the parts of a row: columns. */
#define NAME_COLUMNS 24u
#define STATE_COLUMNS 24u
#define GAP "  "

/* More of a name is not looked at; and in less than so many its end tells nothing. */
#define MAX_NAME_COLUMNS 4096u
#define MIN_END_COLUMNS 6u

/* Takes out what sets colours: rows have their own. */
static void
apool_tui_text_take_out_colours (GString *text, gsize start)
{
  char *to = text->str + start;

  for (const char *from = to; *from;)
    if (*from != '\033')
      *to++ = *from++;
    else
      for (from++; *from && from[-1] != 'm'; from++)
        continue; /* nothing else is left by then */
  g_string_truncate (text, (gsize) (to - text->str));
}

/* Returns: how many columns the text takes from @start on */
static guint
apool_tui_text_measure (const GString *text, gsize start)
{
  guint n_columns = 0;

  for (const char *at = text->str + start; *at; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      n_columns += g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
    }
  return n_columns;
}

/**
 * apool_tui_text_append:
 * @text: valid UTF-8
 * @bytes: (array length=length): any bytes
 * @length: how many
 * @n_columns: how many columns they may take
 *
 * Appends what they look like, as far as that fits.
 */
void
apool_tui_text_append (GString *text, const char *bytes, gsize length, guint n_columns)
{
  gsize start = text->len;
  ApoolVisible visible;

  if (n_columns == 0)
    return;
  apool_visible_begin (&visible, text, n_columns);
  apool_visible_add (&visible, bytes, length);
  apool_visible_end (&visible);
  apool_tui_text_take_out_colours (text, start);
}

/* Returns: what is left of @text when it takes no more than @n_columns, from its beginning taken
 *   away */
static const char *
apool_tui_text_find_end (const char *text, guint n_columns)
{
  const char *start = text + strlen (text);
  guint n = 0;

  while (start > text)
    {
      const char *before = g_utf8_prev_char (start);
      gunichar c = g_utf8_get_char (before);

      n += g_unichar_iszerowidth (c) ? 0 : g_unichar_iswide (c) ? 2 : 1;
      if (n > n_columns)
        break;
      start = before;
    }
  return start;
}

/**
 * apool_tui_text_append_name:
 * @text: valid UTF-8
 * @name: any bytes
 * @n_columns: how many columns it may take
 *
 * Appends the name of a job. Those of a run often begin alike, and are told by their ends: so where
 * not all fits the middle is left out.
 */
void
apool_tui_text_append_name (GString *text, const char *name, guint n_columns)
{
  g_autoptr (GString) whole = g_string_new (NULL);
  guint n_end = n_columns / 2;

  /* As long as it may be, since tabs and control characters take more columns than one. */
  apool_tui_text_append (whole, name, strlen (name), MAX_NAME_COLUMNS);
  if (apool_tui_text_measure (whole, 0) <= n_columns || n_columns < 2 * MIN_END_COLUMNS)
    {
      apool_tui_text_append (text, whole->str, whole->len, n_columns);
      return;
    }
  apool_tui_text_append (text, whole->str, whole->len, n_columns - n_end);
  g_string_append (text, apool_tui_text_find_end (whole->str, n_end));
}

/**
 * apool_tui_text_pad:
 * @text: valid UTF-8
 * @start: where in it something begins
 * @n_columns: how many columns that is to take
 *
 * Appends blanks.
 */
void
apool_tui_text_pad (GString *text, gsize start, guint n_columns)
{
  for (guint n = apool_tui_text_measure (text, start); n < n_columns; n++)
    g_string_append_c (text, ' ');
}

/**
 * apool_tui_text_append_time:
 * @text: valid UTF-8
 * @usec: microseconds
 *
 * Appends seconds, or hours and minutes with them, as people read them.
 */
void
apool_tui_text_append_time (GString *text, gint64 usec)
{
  gint64 seconds = MAX (usec, 0) / G_TIME_SPAN_SECOND;
  int s = (int) (seconds % 60);
  int m = (int) (seconds / 60 % 60);

  if (seconds < 60)
    g_string_append_printf (text, "%d s", s);
  else if (seconds < 3600)
    g_string_append_printf (text, "%d:%02d", m, s);
  else
    g_string_append_printf (text, "%" G_GINT64_FORMAT ":%02d:%02d", seconds / 3600, m, s);
}

/* Appends what is no longer than there are columns, since it is cut there. */
static void
apool_tui_text_append_cut (GString *text, const GString *whole, guint n_columns)
{
  apool_tui_text_append (text, whole->str, whole->len, n_columns);
}

/**
 * apool_tui_text_append_head:
 * @text: valid UTF-8
 * @head: what is told
 * @n_columns: how many columns there are
 *
 * Appends the first row.
 */
void
apool_tui_text_append_head (GString *text, const ApoolTuiHead *head, guint n_columns)
{
  g_autoptr (GString) whole = g_string_new ("apool: ");
  double seconds = (double) head->elapsed_usec / G_TIME_SPAN_SECOND;

  /* What does not fit is least wanted at the end. */
  if (head->is_ending)
    g_string_append (whole, "ENDING, ");
  else if (head->is_waiting)
    g_string_append (whole, "PAUSED, ");
  g_string_append_printf (whole, "%" G_GUINT64_FORMAT, head->n_done);
  if (head->total > 0)
    g_string_append_printf (whole, "/%" G_GUINT64_FORMAT, head->total);
  g_string_append_printf (whole, " done, %" G_GUINT64_FORMAT " failed, %u running, ",
                          head->n_failed, head->n_running);
  if (head->n_retries > 0)
    g_string_append_printf (whole, "%u to be tried again, ", head->n_retries);
  g_string_append_printf (whole, "-j%u, %.1f/s, ", head->n_jobs,
                          (double) head->n_done / MAX (seconds, 0.001));
  apool_tui_text_append_time (whole, head->elapsed_usec);
  apool_tui_text_append_cut (text, whole, n_columns);
}

static guint
apool_tui_text_get_rest (const GString *text, gsize start, guint n_columns)
{
  guint taken = apool_tui_text_measure (text, start);

  return taken < n_columns ? n_columns - taken : 0;
}

/* Has a row that begins at @start end where the columns do. */
static void
apool_tui_text_cut (GString *text, gsize start, guint n_columns)
{
  g_autofree char *whole = g_strdup (text->str + start);

  g_string_truncate (text, start);
  apool_tui_text_append (text, whole, strlen (whole), n_columns);
}

/**
 * apool_tui_text_append_running:
 * @text: valid UTF-8
 * @row: what is told
 * @n_columns: how many columns there are
 *
 * Appends the row of a job that runs.
 */
void
apool_tui_text_append_running (GString *text, const ApoolTuiRow *row, guint n_columns)
{
  g_autoptr (GString) time = g_string_new (NULL);
  gsize start = text->len;
  gsize name_start;
  guint rest;

  apool_tui_text_append_time (time, row->usec);
  g_string_append_printf (text, "%4u %7" G_GUINT64_FORMAT " %8s" GAP, row->slot, row->seq,
                          time->str);
  name_start = text->len;
  rest = apool_tui_text_get_rest (text, start, n_columns);
  apool_tui_text_append_name (text, row->name, MIN (rest, MAX (NAME_COLUMNS, rest * 2 / 5)));
  apool_tui_text_pad (text, name_start, MIN (rest, MAX (NAME_COLUMNS, rest * 2 / 5)));
  if (row->state)
    g_string_append_printf (text, GAP "[%s]", row->state);
  rest = apool_tui_text_get_rest (text, start, n_columns);
  if (row->line_length > 0 && rest > strlen (GAP))
    {
      g_string_append (text, GAP);
      apool_tui_text_append (text, row->line, row->line_length, rest - (guint) strlen (GAP));
    }
  apool_tui_text_cut (text, start, n_columns);
}

/**
 * apool_tui_text_append_failed:
 * @text: valid UTF-8
 * @row: what is told
 * @n_columns: how many columns there are
 *
 * Appends the row of a job that failed.
 */
void
apool_tui_text_append_failed (GString *text, const ApoolTuiRow *row, guint n_columns)
{
  g_autoptr (GString) time = g_string_new (NULL);
  const char *state = row->state ? row->state : "";
  gsize start = text->len;
  gsize state_start;

  apool_tui_text_append_time (time, row->usec);
  g_string_append_printf (text, "     %7" G_GUINT64_FORMAT " %8s" GAP, row->seq, time->str);
  state_start = text->len;
  apool_tui_text_append (text, state, strlen (state), STATE_COLUMNS);
  apool_tui_text_pad (text, state_start, STATE_COLUMNS);
  g_string_append (text, GAP);
  apool_tui_text_append_name (text, row->name, apool_tui_text_get_rest (text, start, n_columns));
  apool_tui_text_cut (text, start, n_columns);
}

/**
 * apool_tui_text_append_titles:
 * @text: valid UTF-8
 * @is_of_failed: whether of the jobs that failed; else of those that run
 * @n_columns: how many columns there are
 *
 * Appends what the columns of the rows are.
 */
void
apool_tui_text_append_titles (GString *text, gboolean is_of_failed, guint n_columns)
{
  gsize start = text->len;
  guint rest;

  g_string_append_printf (text, "%4s %7s %8s" GAP, is_of_failed ? "" : "SLOT", "JOB", "TIME");
  rest = apool_tui_text_get_rest (text, start, n_columns);
  if (is_of_failed)
    g_string_append_printf (text, "%-*s" GAP "NAME", (int) STATE_COLUMNS, "HOW IT ENDED");
  else
    g_string_append_printf (text, "%-*s" GAP "LAST LINE", (int) MAX (NAME_COLUMNS, rest * 2 / 5),
                            "NAME");
  apool_tui_text_cut (text, start, n_columns);
}
