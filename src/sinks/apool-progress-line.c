/* SPDX-License-Identifier: MIT */
/* How far a run is, as one line of text.
 *
 * Where there is a bar, the line takes no more columns than there are. What there is no room for is
 * left out, in this order: the name of a job (which is cut first), the bar, the rate, how many run,
 * when the run ends, how many have failed. A bar is full, and a percentage 100, only when all is
 * done. */

#include "sinks/apool-progress-line.h"

#include <string.h>

#include "base/apool-visible.h"
#include "sinks/apool-estimate.h"

/* Cells of a bar, the part of the columns that they take, and what stands around them. */
#define MIN_CELLS 8u
#define MAX_CELLS 40u
#define CELLS_PART 6u
#define CELLS_AROUND 3u

/* A name of fewer columns tells nobody anything. */
#define MIN_NAME_COLUMNS 6u

/* What a bar is of where a cell can be filled in part. */
#define EIGHTHS 8u

#define ESCAPE '\033'

/* Pieces of the line, in the order in which they are wanted. */
enum
{
  PIECE_FAILED,
  PIECE_LEFT,
  PIECE_RUNNING,
  PIECE_RATE,
  N_PIECES,
};

static const char *const progress_line_filled[EIGHTHS] = {
  " ",
  "\xe2\x96\x8f",
  "\xe2\x96\x8e",
  "\xe2\x96\x8d",
  "\xe2\x96\x8c",
  "\xe2\x96\x8b",
  "\xe2\x96\x8a",
  "\xe2\x96\x89",
};

static const char progress_line_full[] = "\xe2\x96\x88";

/* ---- parts ---- */

/* 7 s, 2:05, 1:02:05 */
static void
apool_progress_line_append_time (GString *text, gint64 usec)
{
  gint64 seconds = MAX (usec, 0) / G_TIME_SPAN_SECOND;
  gint64 minutes = seconds / 60;

  if (minutes == 0)
    g_string_append_printf (text, "%" G_GINT64_FORMAT " s", seconds);
  else if (minutes < 60)
    g_string_append_printf (text, "%" G_GINT64_FORMAT ":%02" G_GINT64_FORMAT, minutes,
                            seconds % 60);
  else
    g_string_append_printf (text, "%" G_GINT64_FORMAT ":%02" G_GINT64_FORMAT ":%02" G_GINT64_FORMAT,
                            minutes / 60, minutes % 60, seconds % 60);
}

/* In a unit in which it is not too small to be seen. */
static void
apool_progress_line_append_rate (GString *text, double rate)
{
  if (rate >= 0.1 || rate <= 0)
    g_string_append_printf (text, "%.1f/s", MAX (rate, 0));
  else if (rate * 60 >= 0.1)
    g_string_append_printf (text, "%.1f/min", rate * 60);
  else
    g_string_append_printf (text, "%.1f/h", rate * 3600);
}

/* Where jobs still run although all should be done by now, nobody knows either. */
static void
apool_progress_line_append_left (GString *text, const ApoolProgressFacts *facts)
{
  g_string_append (text, "ETA ");
  if (facts->left_usec == APOOL_ESTIMATE_UNKNOWN || (facts->left_usec == 0 && facts->n_running > 0))
    g_string_append_c (text, '?');
  else /* to the nearest second */
    apool_progress_line_append_time (
        text, facts->left_usec + MIN (G_TIME_SPAN_SECOND / 2, G_MAXINT64 - facts->left_usec));
}

/* 57/100, 57/? */
static void
apool_progress_line_append_done (GString *text, const ApoolProgressFacts *facts)
{
  g_string_append_printf (text, "%" G_GUINT64_FORMAT "/", facts->n_done);
  if (facts->n_total > 0)
    g_string_append_printf (text, "%" G_GUINT64_FORMAT, facts->n_total);
  else
    g_string_append_c (text, '?');
}

/* Returns: which part of @n is done, as a whole number that is @n only when all is */
static guint
apool_progress_line_scale (const ApoolProgressFacts *facts, guint n)
{
  if (facts->n_done >= facts->n_total)
    return n;
  if (facts->n_done <= G_MAXUINT64 / n)
    return (guint) (facts->n_done * n / facts->n_total);
  return (guint) MIN (facts->n_done / (facts->n_total / n), n - 1);
}

/* A name's escapes are characters as any other: it may neither move the cursor nor set colours. */
static void
apool_progress_line_add_name (ApoolVisible *line, const char *name)
{
  gsize n;

  for (; *name; name += n)
    {
      n = *name == ESCAPE ? 1 : strcspn (name, "\033");
      apool_visible_add (line, name, n);
    }
}

static void
apool_progress_line_add (ApoolVisible *line, const char *text)
{
  apool_visible_add (line, text, strlen (text));
}

/* ---- without a bar ---- */

static void
apool_progress_line_append_begin (GString *text, const ApoolProgressFacts *facts)
{
  g_string_append (text, "apool: ");
  apool_progress_line_append_done (text, facts);
  g_string_append_printf (text, " done, %" G_GUINT64_FORMAT " failed, %u running", facts->n_failed,
                          facts->n_running);
  if (facts->n_retries > 0)
    g_string_append_printf (text, ", %u to be tried again", facts->n_retries);
}

/**
 * apool_progress_line_append_counts:
 * @text: what it is appended to
 * @facts: how far the run is
 * @n_columns: how many there are; 0 where the line may be as long as it likes
 *
 * Appends a line without a bar, and without what ends it.
 */
void
apool_progress_line_append_counts (GString *text, const ApoolProgressFacts *facts, guint n_columns)
{
  g_autoptr (GString) whole = g_string_new (NULL);
  ApoolVisible line;

  apool_progress_line_append_begin (whole, facts);
  g_string_append (whole, ", ");
  apool_progress_line_append_rate (whole, facts->rate);
  g_string_append (whole, ", ");
  apool_progress_line_append_time (whole, facts->run_usec);
  if (facts->has_left)
    {
      g_string_append (whole, ", ");
      apool_progress_line_append_left (whole, facts);
    }
  apool_visible_begin (&line, text, n_columns);
  apool_visible_add (&line, whole->str, whole->len);
  apool_visible_end (&line);
}

/**
 * apool_progress_line_append_quiet:
 * @text: what it is appended to
 * @facts: how far the run is
 * @quiet_usec: for how long no job has ended, microseconds
 *
 * Appends a line that says what the run waits for, without what ends it.
 */
void
apool_progress_line_append_quiet (GString *text, const ApoolProgressFacts *facts, gint64 quiet_usec)
{
  ApoolVisible line;

  apool_progress_line_append_begin (text, facts);
  g_string_append (text, ", none ended for ");
  apool_progress_line_append_time (text, quiet_usec);
  if (!facts->oldest)
    return;
  g_string_append (text, ": running for ");
  apool_progress_line_append_time (text, facts->oldest_usec);
  g_string_append (text, ": ");
  apool_visible_begin (&line, text, 0);
  apool_progress_line_add_name (&line, facts->oldest);
  apool_visible_end (&line);
  if (facts->n_running > 1)
    g_string_append_printf (text, ", and %u more", facts->n_running - 1);
}

/* ---- with one ---- */

/* Puts @n_cells of a bar between brackets. */
static void
apool_progress_line_append_cells (GString *text,
                                  const ApoolProgressFacts *facts,
                                  guint n_cells,
                                  gboolean is_utf8)
{
  guint n_full = apool_progress_line_scale (facts, n_cells);
  guint n_eighths = apool_progress_line_scale (facts, n_cells * EIGHTHS);

  n_full = is_utf8 ? n_eighths / EIGHTHS : n_full;
  g_string_append (text, " [");
  for (guint i = 0; i < n_full; i++)
    g_string_append (text, is_utf8 ? progress_line_full : "#");
  for (guint i = n_full; i < n_cells; i++)
    if (!is_utf8)
      g_string_append_c (text, '.');
    else
      g_string_append (text, progress_line_filled[i == n_full ? n_eighths % EIGHTHS : 0]);
  g_string_append_c (text, ']');
}

static void
apool_progress_line_append_piece (GString *text, const ApoolProgressFacts *facts, guint piece)
{
  switch (piece)
    {
    case PIECE_FAILED:
      g_string_append_printf (text, "%" G_GUINT64_FORMAT " failed", facts->n_failed);
      break;
    case PIECE_RUNNING:
      g_string_append_printf (text, "%u running", facts->n_running);
      break;
    case PIECE_RATE:
      apool_progress_line_append_rate (text, facts->rate);
      break;
    case PIECE_LEFT:
    default:
      apool_progress_line_append_left (text, facts);
    }
}

/* Takes @n of the columns that are left.
 * Returns: whether there are so many */
static gboolean
apool_progress_line_take (guint *n_left, gsize n)
{
  if (n > *n_left)
    return FALSE;
  *n_left -= (guint) n;
  return TRUE;
}

/* Puts the pieces that fit, with a comma between them, in the order in which they are read. */
static void
apool_progress_line_append_pieces (GString *text, const ApoolProgressFacts *facts, guint *n_left)
{
  static const guint order[] = { PIECE_FAILED, PIECE_RUNNING, PIECE_RATE, PIECE_LEFT };
  gboolean fits[N_PIECES] = { FALSE };
  g_autoptr (GString) piece = g_string_new (NULL);
  const char *before = " ";

  for (guint i = 0; i < N_PIECES; i++)
    {
      g_string_truncate (piece, 0);
      apool_progress_line_append_piece (piece, facts, i);
      /* " " before the first one, ", " before the others */
      fits[i] = (i != PIECE_LEFT || facts->has_left) &&
                apool_progress_line_take (n_left, piece->len + (i == 0 ? 1 : 2));
    }
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    if (fits[order[i]])
      {
        g_string_append (text, before);
        apool_progress_line_append_piece (text, facts, order[i]);
        before = ", ";
      }
}

/**
 * apool_progress_line_append_bar:
 * @text: what it is appended to
 * @facts: how far the run is
 * @n_columns: how many there are, at least 1
 * @is_utf8: whether what reads it knows the characters that bars are made of; else ASCII has to do
 *
 * Appends a line with a bar, where it is known how much there is to do, and without what ends it.
 */
void
apool_progress_line_append_bar (GString *text,
                                const ApoolProgressFacts *facts,
                                guint n_columns,
                                gboolean is_utf8)
{
  g_autoptr (GString) head = g_string_new (NULL);
  g_autoptr (GString) pieces = g_string_new (NULL);
  ApoolVisible line;
  guint n_left;

  apool_progress_line_append_done (head, facts);
  if (facts->n_total > 0)
    g_string_append_printf (head, " %u%%", apool_progress_line_scale (facts, 100));
  n_left = n_columns > head->len ? n_columns - (guint) head->len : 0;
  apool_progress_line_append_pieces (pieces, facts, &n_left);
  if (facts->n_total > 0 && n_left >= MIN_CELLS + CELLS_AROUND)
    {
      guint n_cells = CLAMP (n_columns / CELLS_PART, MIN_CELLS, MAX_CELLS);

      n_cells = MIN (n_cells, n_left - CELLS_AROUND);
      n_left -= n_cells + CELLS_AROUND;
      apool_progress_line_append_cells (head, facts, n_cells, is_utf8);
    }
  apool_visible_begin (&line, text, n_columns);
  apool_progress_line_add (&line, head->str);
  apool_progress_line_add (&line, pieces->str);
  g_string_assign (head, "; ");
  apool_progress_line_append_time (head, facts->oldest_usec);
  g_string_append (head, ": ");
  if (facts->oldest && n_left >= head->len + MIN_NAME_COLUMNS)
    {
      apool_progress_line_add (&line, head->str);
      apool_progress_line_add_name (&line, facts->oldest);
    }
  apool_visible_end (&line);
}
