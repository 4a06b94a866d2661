/* SPDX-License-Identifier: MIT */
/* Rows at the bottom of a terminal that are written again as jobs go on.
 *
 * The cursor stands below the rows, at the beginning of a row, so that whoever else writes there
 * (a shell after we were killed) does not spoil them. What is printed to stay takes the place of
 * the rows: the outlet is told what erases them, and writes that before the next bytes it is given.
 * Nobody else who prints has to know of the rows. Then they are drawn again, below.
 *
 * They are drawn when something has changed, and no more often than the eye can tell. To print
 * something above them takes drawing them, too; so whoever prints asks whether it is time for it,
 * and otherwise waits for @func. The source has a time to wait for only while there is something to
 * draw. While the terminal takes nothing nothing is drawn either.
 *
 * Where the reader of another stream of ours may write on the terminal as well the cursor stands in
 * the last row instead: what comes from there then covers that row, and is not erased with it.
 *
 * Where the terminal becomes narrower some break rows that do not fit any more and others cut them,
 * so it is not known where the cursor stands. Then the rows are left as they are, and begin anew.
 */

#include "sinks/apool-display.h"

#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>

#include "base/apool-visible.h"

#define FRAME_USEC (50 * G_TIME_SPAN_MILLISECOND)

/* What is drawn at a time is no more than half of an outlet's buffer, whatever the terminal. */
#define MAX_DRAWN_BYTES ((gsize) 32 * 1024)
#define MAX_ROWS 500u
#define MAX_COLUMNS 1000u

/* Of a line longer than that nothing more can be seen in a row: all of it takes no column. */
#define MAX_LINE_BYTES ((gsize) 20 * 1024)

#define NEVER (-1)

typedef struct
{
  GSource source;
  ApoolDisplay *display;
} ApoolDisplaySource;

struct _ApoolDisplay
{
  ApoolOutlet *outlet; /* not owned */
  ApoolTerminal *terminal;
  GSource *source;
  GSource *resized; /* (nullable): of the signal, where there is a terminal that sends it */
  ApoolDisplayFunc func;
  gpointer data;
  gboolean is_shared; /* the cursor stands in the last row */

  GQueue rows;         /* ApoolDisplayRow, in the order in which they came */
  GString *drawn;      /* the rows that were drawn last */
  GString *text;       /* used within a call */
  guint n_drawn;       /* rows in @drawn; they stand there as long as the outlet has a prelude */
  gboolean is_waiting; /* the outlet could not take them */
  guint n_columns;     /* of the terminal, when they were drawn */
  gint64 next;         /* when they may be drawn again; monotonic time */
};

/* ---- the lines ---- */

/**
 * apool_display_append_line:
 * @text: what it is appended to
 * @latest: a line that is not empty
 *
 * Appends a line as it is to stand on the terminal: whole, with a newline, and made harmless to the
 * rows below it.
 */
void
apool_display_append_line (GString *text, const ApoolLatest *latest)
{
  ApoolVisible visible;

  apool_visible_begin (&visible, text, 0);
  apool_visible_add (&visible, latest->text->str, latest->text->len);
  apool_visible_end (&visible);
  g_string_append_c (text, '\n');
}

/* Returns: how many columns a row has, without the last one: some terminals begin a new row behind
 * it at once */
static guint
apool_display_count_columns (const ApoolDisplay *self)
{
  return CLAMP (self->terminal->n_columns, 2, MAX_COLUMNS) - 1;
}

static void
apool_display_begin_row (ApoolDisplay *self, ApoolVisible *visible)
{
  apool_visible_begin (visible, self->text, apool_display_count_columns (self));
}

static void
apool_display_end_row (ApoolDisplay *self, ApoolVisible *visible)
{
  apool_visible_end (visible);
  g_string_append_c (self->text, '\n');
}

/* Appends a row that is not of a job. */
static void
apool_display_append_composed (ApoolDisplay *self, const ApoolDisplayRow *row)
{
  row->compose (self->text, apool_display_count_columns (self), row->compose_data);
  g_string_append_c (self->text, '\n');
}

/* Appends the row of a job. */
static void
apool_display_append_row (ApoolDisplay *self, const ApoolDisplayRow *row)
{
  const GString *line = row->latest->text;
  ApoolVisible visible;
  gsize n_before = 0;
  gsize n_behind = 0;
  const char *prefix = row->label ? apool_label_get_prefix (row->label, &n_before) : NULL;
  const char *suffix = row->label ? apool_label_get_suffix (row->label, &n_behind) : NULL;

  apool_display_begin_row (self, &visible);
  apool_visible_add (&visible, prefix, n_before);
  apool_visible_add (&visible, line->str, MIN (line->len, MAX_LINE_BYTES));
  apool_visible_add (&visible, suffix, n_behind);
  apool_display_end_row (self, &visible);
}

/* Appends the last row: how many jobs are not shown. */
static void
apool_display_append_rest (ApoolDisplay *self, guint n_rest)
{
  ApoolVisible visible;
  char line[32];

  apool_display_begin_row (self, &visible);
  apool_visible_add (&visible, line, (gsize) g_snprintf (line, sizeof line, "(%u more)", n_rest));
  apool_display_end_row (self, &visible);
}

/* ---- the rows ---- */

/* How many rows there may be, with the cursor's below them. */
static guint
apool_display_count_room (const ApoolDisplay *self)
{
  return CLAMP (self->terminal->n_rows, 2, MAX_ROWS) - 1;
}

/* Puts the rows that there is room for into the text.
 * Returns: how many they are */
static guint
apool_display_compose (ApoolDisplay *self)
{
  guint room = apool_display_count_room (self);
  guint n_all = self->rows.length;
  guint n = 0;

  g_string_truncate (self->text, 0);
  for (GList *at = self->rows.head; at; at = at->next, n++)
    {
      const ApoolDisplayRow *row = at->data;

      if ((n + 1 == room && n_all > room) || self->text->len > MAX_DRAWN_BYTES)
        {
          apool_display_append_rest (self, n_all - n);
          return n + 1;
        }
      if (row->compose)
        apool_display_append_composed (self, row);
      else
        apool_display_append_row (self, row);
    }
  return n;
}

/* Goes from behind @n_rows rows, at least one, to the first of them. */
static void
apool_display_append_up (ApoolDisplay *self, guint n_rows)
{
  for (guint i = self->is_shared ? 1 : 0; i < n_rows; i++)
    g_string_append (self->text, self->terminal->up);
  g_string_append_c (self->text, '\r');
}

/* Has the outlet erase the rows before it writes anything else. */
static void
apool_display_set_prelude (ApoolDisplay *self)
{
  g_string_truncate (self->text, 0);
  if (self->n_drawn > 0)
    {
      apool_display_append_up (self, self->n_drawn);
      g_string_append (self->text, self->terminal->clear_below);
    }
  apool_outlet_set_prelude (self->outlet, self->text->str, self->text->len);
}

/* Writes the rows that were composed, over those that stand there. */
static void
apool_display_write (ApoolDisplay *self, guint n_standing)
{
  const char *at = self->drawn->str;
  const char *end;
  GString *text = self->text;

  g_string_truncate (text, 0);
  if (n_standing > 0)
    apool_display_append_up (self, n_standing);
  for (; *at; at = end + 1)
    {
      end = strchr (at, '\n');
      if (n_standing > 0 || self->is_shared)
        g_string_append (text, self->terminal->clear_line);
      g_string_append_len (text, at, end + 1 - at);
    }
  if (self->is_shared && self->n_drawn > 0)
    text->str[text->len - 1] = '\r';
  if (n_standing > self->n_drawn)
    g_string_append (text, self->terminal->clear_below);
  apool_outlet_set_prelude (self->outlet, NULL, 0);
  apool_outlet_write_rows (self->outlet, text->str, text->len);
}

/* Whether rows can be drawn now: where something stands that is no whole line, they have to wait,
 * as they do where the terminal does not take what there is. */
static gboolean
apool_display_can_draw (const ApoolDisplay *self)
{
  return !apool_outlet_is_blocked (self->outlet) && !apool_outlet_is_in_line (self->outlet) &&
         apool_outlet_get_room (self->outlet) >= 2 * MAX_DRAWN_BYTES;
}

/**
 * apool_display_draw:
 * @self: a display
 *
 * Draws the rows, if they have changed or something was printed, and if the outlet can take them.
 * If it cannot, its function is called when it can, and whoever owns both draws them then.
 */
void
apool_display_draw (ApoolDisplay *self)
{
  guint n_standing = apool_outlet_has_prelude (self->outlet) ? self->n_drawn : 0;
  guint n_rows;
  GString *rows;

  self->is_waiting = !apool_display_can_draw (self);
  if (self->is_waiting)
    return;
  g_source_set_ready_time (self->source, NEVER);
  n_rows = apool_display_compose (self);
  if (n_rows == n_standing && g_string_equal (self->text, self->drawn))
    return;
  rows = self->text;
  self->text = self->drawn;
  self->drawn = rows;
  self->n_drawn = n_rows;
  self->n_columns = self->terminal->n_columns;
  self->next = g_get_monotonic_time () + FRAME_USEC;
  apool_display_write (self, n_standing);
  apool_display_set_prelude (self);
}

/**
 * apool_display_is_on:
 * @self: a display
 * @outlet: an outlet
 *
 * Returns: whether the rows are on the terminal that the outlet writes to
 */
gboolean
apool_display_is_on (const ApoolDisplay *self, const ApoolOutlet *outlet)
{
  return self->outlet == outlet;
}

/**
 * apool_display_is_waiting:
 * @self: a display
 *
 * Returns: whether the outlet could not take what was to be drawn
 */
gboolean
apool_display_is_waiting (const ApoolDisplay *self)
{
  return self->is_waiting;
}

/**
 * apool_display_is_due:
 * @self: a display
 *
 * Returns: whether the rows were drawn long enough ago for something to be printed above them; if
 *   not, it is to wait for @func after apool_display_schedule()
 */
gboolean
apool_display_is_due (const ApoolDisplay *self)
{
  return g_get_monotonic_time () >= self->next;
}

/**
 * apool_display_schedule:
 * @self: a display
 *
 * Has @func called, from the context, as soon as rows may be drawn.
 */
void
apool_display_schedule (ApoolDisplay *self)
{
  if (g_source_get_ready_time (self->source) == NEVER)
    g_source_set_ready_time (self->source, self->next);
}

/**
 * apool_display_update:
 * @self: a display
 * @row: a row, whose line may have changed
 */
void
apool_display_update (ApoolDisplay *self, ApoolDisplayRow *row)
{
  if (!row->compose && (!row->latest || apool_latest_is_empty (row->latest)))
    return;
  if (!row->is_listed)
    {
      row->link.data = row;
      if (row->compose)
        g_queue_push_head_link (&self->rows, &row->link);
      else
        g_queue_push_tail_link (&self->rows, &row->link);
      row->is_listed = TRUE;
    }
  apool_display_schedule (self);
}

/**
 * apool_display_remove:
 * @self: a display
 * @row: a row, which may not have been shown
 */
void
apool_display_remove (ApoolDisplay *self, ApoolDisplayRow *row)
{
  if (!row->is_listed)
    return;
  g_queue_unlink (&self->rows, &row->link);
  row->is_listed = FALSE;
  apool_display_schedule (self);
}

/**
 * apool_display_remove_now:
 * @self: a display
 * @row: a row, which may not have been shown
 *
 * Removes it and writes that, if the outlet takes it: what comes next may be somebody else's line.
 */
void
apool_display_remove_now (ApoolDisplay *self, ApoolDisplayRow *row)
{
  apool_display_remove (self, row);
  apool_display_draw (self);
  apool_outlet_flush_now (self->outlet);
}

/* ---- the display ---- */

static gboolean
apool_display_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  ApoolDisplay *self = ((ApoolDisplaySource *) source)->display;

  g_source_set_ready_time (source, NEVER);
  self->func (self->data);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs apool_display_source_funcs = {
  .dispatch = apool_display_dispatch,
};

static gboolean
apool_display_resized_cb (gpointer data)
{
  ApoolDisplay *self = data;

  apool_terminal_measure (self->terminal);
  if (self->terminal->n_columns < self->n_columns)
    apool_outlet_set_prelude (self->outlet, NULL, 0);
  apool_display_schedule (self);
  return G_SOURCE_CONTINUE;
}

/* Whether somebody else gets what we write there. */
static gboolean
apool_display_has_reader (int fd)
{
  struct stat status;

  return fd >= 0 && fstat (fd, &status) == 0 &&
         (S_ISFIFO (status.st_mode) || S_ISSOCK (status.st_mode));
}

static void
apool_display_watch_size (ApoolDisplay *self, GMainContext *context)
{
  if (self->terminal->fd < 0)
    return;
  self->resized = g_unix_signal_source_new (SIGWINCH);
  g_source_set_callback (self->resized, apool_display_resized_cb, self, NULL);
  g_source_attach (self->resized, context);
}

/**
 * apool_display_new:
 * @context: where @func is called
 * @outlet: (transfer none): of the terminal; outlives the display
 * @terminal: (transfer full) (nullable): what it can do; %NULL where there is none that can
 * @other_fd: another stream of ours, whose reader may write on the terminal; -1 for none
 * @func: told when to print and draw; it must not free the display
 * @data: (closure): for @func
 *
 * Returns: (transfer full) (nullable): a display without rows; %NULL without a terminal
 */
ApoolDisplay *
apool_display_new (GMainContext *context,
                   ApoolOutlet *outlet,
                   ApoolTerminal *terminal,
                   int other_fd,
                   ApoolDisplayFunc func,
                   gpointer data)
{
  ApoolDisplay *self = terminal ? g_new0 (ApoolDisplay, 1) : NULL;

  if (!self)
    return NULL;
  self->outlet = outlet;
  self->terminal = terminal;
  self->is_shared = apool_display_has_reader (other_fd);
  self->func = func;
  self->data = data;
  self->drawn = g_string_new (NULL);
  self->text = g_string_new (NULL);
  self->source = g_source_new (&apool_display_source_funcs, sizeof (ApoolDisplaySource));
  ((ApoolDisplaySource *) self->source)->display = self;
  g_source_set_static_name (self->source, "apool-display");
  g_source_attach (self->source, context);
  apool_display_watch_size (self, context);
  return self;
}

/**
 * apool_display_free:
 * @self: (transfer full): a display that no row is in; what stands on the terminal stays
 */
void
apool_display_free (ApoolDisplay *self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  if (self->resized)
    g_source_destroy (self->resized);
  g_clear_pointer (&self->resized, g_source_unref);
  g_string_free (self->drawn, TRUE);
  g_string_free (self->text, TRUE);
  apool_terminal_free (self->terminal);
  g_free (self);
}
