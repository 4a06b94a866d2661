/* SPDX-License-Identifier: MIT */
/* Rows of a terminal that are written again. */

#include <string.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "screen.h"
#include "sinks/apool-display.h"

typedef struct
{
  GMainContext *context;
  ApoolPoller *poller;
  ApoolFd out; /* read end */
  ApoolFd fd;
  ApoolOutlet *outlet;
  ApoolTerminal *terminal; /* the display's */
  ApoolDisplay *display;
  Screen *screen;
  guint n_calls;
  gsize n_bytes; /* that came last */
} Fixture;

typedef struct
{
  ApoolDisplayRow row;
  ApoolLatest latest;
} Job;

static void
outlet_cb (const GError *error, gpointer data)
{
  g_assert_no_error (error);
}

static void
display_cb (gpointer data)
{
  ((Fixture *) data)->n_calls++;
}

static void
open_display_beside (Fixture *fixture, guint n_rows, guint n_columns, int other_fd)
{
  fixture->terminal = g_new0 (ApoolTerminal, 1);
  fixture->terminal->fd = -1;
  fixture->terminal->n_rows = n_rows;
  fixture->terminal->n_columns = n_columns;
  fixture->terminal->up = g_strdup ("\033[A");
  fixture->terminal->clear_line = g_strdup ("\033[K");
  fixture->terminal->clear_below = g_strdup ("\033[J");
  fixture->screen = screen_new (n_rows, n_columns);
  fixture->display = apool_display_new (fixture->context, fixture->outlet, fixture->terminal,
                                        other_fd, display_cb, fixture);
}

static void
open_display (Fixture *fixture, guint n_rows, guint n_columns)
{
  open_display_beside (fixture, n_rows, n_columns, -1);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  int fds[2];

  fixture->context = g_main_context_new ();
  fixture->poller = apool_poller_new (fixture->context, &error);
  g_assert_no_error (error);
  g_assert_true (apool_fd_make_pipe (fds, NULL));
  fixture->out = fds[0];
  fixture->fd = fds[1];
  g_assert_true (apool_fd_set_nonblocking (fixture->out, NULL));
  fixture->outlet = apool_outlet_new (fixture->poller, fixture->context, fixture->fd, "terminal",
                                      outlet_cb, fixture, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  apool_display_free (fixture->display);
  screen_free (fixture->screen);
  apool_outlet_free (fixture->outlet);
  apool_poller_free (fixture->poller);
  g_main_context_unref (fixture->context);
  apool_fd_clear (&fixture->fd);
  apool_fd_clear (&fixture->out);
}

static void
clear_job (Job *job)
{
  apool_latest_clear (&job->latest);
}

static void
write_line (Fixture *fixture, Job *job, const char *line)
{
  job->row.latest = &job->latest;
  apool_latest_push (&job->latest, (const guint8 *) line, strlen (line));
  apool_display_update (fixture->display, &job->row);
}

static void
print (Fixture *fixture, const char *text)
{
  apool_outlet_write (fixture->outlet, text, strlen (text));
}

/* Draws, and looks at what stands on the screen then. */
static void
check (Fixture *fixture, const char *expected)
{
  g_autofree char *text = NULL;
  char bytes[65536];
  gssize n;

  apool_display_draw (fixture->display);
  while (!apool_outlet_is_flushed (fixture->outlet))
    g_main_context_iteration (fixture->context, TRUE);
  n = read (fixture->out, bytes, sizeof bytes);
  fixture->n_bytes = (gsize) MAX (n, 0);
  screen_write (fixture->screen, bytes, fixture->n_bytes);
  text = screen_dup_text (fixture->screen);
  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpuint (fixture->screen->column, ==, 0);
}

static void
test_rows (Fixture *fixture, gconstpointer data)
{
  Job jobs[3] = { 0 };

  open_display (fixture, 10, 20);
  check (fixture, "");
  write_line (fixture, &jobs[0], "one\n");
  check (fixture, "one\n");
  write_line (fixture, &jobs[2], "three");
  write_line (fixture, &jobs[1], "two");
  check (fixture, "one\nthree\ntwo\n");
  write_line (fixture, &jobs[0], "1\n");
  check (fixture, "1\nthree\ntwo\n");
  apool_display_remove (fixture->display, &jobs[2].row);
  check (fixture, "1\ntwo\n");
  apool_display_remove (fixture->display, &jobs[0].row);
  apool_display_remove (fixture->display, &jobs[1].row);
  apool_display_remove (fixture->display, &jobs[1].row);
  check (fixture, "");
  for (guint i = 0; i < 3; i++)
    clear_job (&jobs[i]);
}

static void
compose_cb (GString *text, guint n_columns, gpointer data)
{
  g_string_append_printf (text, "%s of %u", (const char *) data, n_columns);
}

/* A row that is made when it is drawn stands above those of jobs, and is there where not all are.
 */
static void
test_composed (Fixture *fixture, gconstpointer data)
{
  Job jobs[3] = { 0 };
  ApoolDisplayRow row = { .compose = compose_cb, .compose_data = "first" };

  open_display (fixture, 4, 20);
  for (guint i = 0; i < 2; i++)
    write_line (fixture, &jobs[i], "job");
  apool_display_update (fixture->display, &row);
  check (fixture, "first of 19\njob\njob\n");
  write_line (fixture, &jobs[2], "job");
  row.compose_data = "again";
  check (fixture, "again of 19\njob\n(2 more)\n");
  fixture->terminal->n_columns = 18;
  check (fixture, "again of 17\njob\n(2 more)\n");
  apool_display_remove (fixture->display, &row);
  check (fixture, "job\njob\njob\n");
  for (guint i = 0; i < 3; i++)
    {
      apool_display_remove (fixture->display, &jobs[i].row);
      clear_job (&jobs[i]);
    }
}

/* What somebody else writes there is not erased with the row. */
static void
test_shared (Fixture *fixture, gconstpointer data)
{
  ApoolDisplayRow row = { .compose = compose_cb, .compose_data = "row" };

  open_display_beside (fixture, 4, 20, fixture->out);
  apool_display_update (fixture->display, &row);
  check (fixture, "row of 19");
  screen_write (fixture->screen, "somebody else\n", strlen ("somebody else\n"));
  row.compose_data = "new";
  check (fixture, "somebody else\nnew of 19");
  print (fixture, "above\n");
  check (fixture, "somebody else\nabove\nnew of 19");
  apool_display_remove (fixture->display, &row);
  check (fixture, "somebody else\nabove\n");
}

/* What was drawn is not drawn again. */
static void
test_unchanged (Fixture *fixture, gconstpointer data)
{
  Job job = { 0 };

  open_display (fixture, 10, 20);
  write_line (fixture, &job, "text");
  check (fixture, "text\n");
  write_line (fixture, &job, "\n");
  check (fixture, "text\n");
  g_assert_cmpuint (fixture->n_bytes, ==, 0);
  apool_display_remove (fixture->display, &job.row);
  clear_job (&job);
}

/* What is printed stays, above the rows. */
static void
test_above (Fixture *fixture, gconstpointer data)
{
  Job jobs[2] = { 0 };

  open_display (fixture, 4, 20);
  print (fixture, "first\n");
  check (fixture, "first\n");
  write_line (fixture, &jobs[0], "one");
  write_line (fixture, &jobs[1], "two");
  check (fixture, "first\none\ntwo\n");
  print (fixture, "second\n");
  print (fixture, "third\n");
  check (fixture, "first\nsecond\nthird\none\ntwo\n");
  apool_display_remove (fixture->display, &jobs[0].row);
  print (fixture, "the end of one\n");
  check (fixture, "first\nsecond\nthird\nthe end of one\ntwo\n");
  apool_display_remove (fixture->display, &jobs[1].row);
  for (guint i = 0; i < 2; i++)
    clear_job (&jobs[i]);
}

/* Rows wait for the end of a line that is being printed. */
static void
test_half_line (Fixture *fixture, gconstpointer data)
{
  Job job = { 0 };

  open_display (fixture, 4, 20);
  write_line (fixture, &job, "one");
  print (fixture, "half ");
  apool_display_draw (fixture->display);
  print (fixture, "a line\n");
  check (fixture, "half a line\none\n");
  apool_display_remove (fixture->display, &job.row);
  clear_job (&job);
}

/* The last row says how many there is no room for; the cursor needs one below. */
static void
test_too_many (Fixture *fixture, gconstpointer data)
{
  static const char *const lines[] = { "a", "b", "c", "d", "e" };
  Job jobs[5] = { 0 };

  open_display (fixture, 4, 20);
  for (guint i = 0; i < 3; i++)
    write_line (fixture, &jobs[i], lines[i]);
  check (fixture, "a\nb\nc\n");
  for (guint i = 3; i < 5; i++)
    write_line (fixture, &jobs[i], lines[i]);
  check (fixture, "a\nb\n(3 more)\n");
  print (fixture, "above\n");
  check (fixture, "above\na\nb\n(3 more)\n");
  apool_display_remove (fixture->display, &jobs[0].row);
  apool_display_remove (fixture->display, &jobs[1].row);
  check (fixture, "above\nc\nd\ne\n");
  for (guint i = 0; i < 5; i++)
    {
      apool_display_remove (fixture->display, &jobs[i].row);
      clear_job (&jobs[i]);
    }
}

/* Never as wide as the terminal: the screen fails where a row goes on below. */
static void
test_wide (Fixture *fixture, gconstpointer data)
{
  static const ApoolLabelParts parts = { .tag = "t\t", .tag_length = 2 };
  g_autoptr (ApoolLabel) label = apool_label_new (&parts);
  Job job = { .row.label = label };

  open_display (fixture, 4, 12);
  write_line (fixture, &job, "0123456789\n");
  check (fixture, "t       01>\n");
  write_line (fixture, &job, "ab\bc\n");
  check (fixture, "t       ab>\n");
  write_line (fixture, &job, "abc");
  check (fixture, "t       abc\n");
  apool_display_remove (fixture->display, &job.row);
  clear_job (&job);
}

static void
test_tiny (Fixture *fixture, gconstpointer data)
{
  Job jobs[2] = { 0 };

  open_display (fixture, 1, 1);
  fixture->screen->n_rows = 2;
  write_line (fixture, &jobs[0], "a");
  check (fixture, "a\n");
  write_line (fixture, &jobs[1], "b");
  check (fixture, ">\n");
  for (guint i = 0; i < 2; i++)
    {
      apool_display_remove (fixture->display, &jobs[i].row);
      clear_job (&jobs[i]);
    }
}

/* A huge terminal and endless lines: what is drawn fits the outlet. */
static void
test_huge (Fixture *fixture, gconstpointer data)
{
  Job jobs[100] = { 0 };
  g_autofree char *line = g_strnfill (10000, 'x');
  char bytes[65536];
  gsize n_all = 0;
  gssize n;

  open_display (fixture, 60000, 60000);
  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    write_line (fixture, &jobs[i], line);
  apool_display_draw (fixture->display);
  while (!apool_outlet_is_flushed (fixture->outlet))
    {
      g_main_context_iteration (fixture->context, FALSE);
      n = read (fixture->out, bytes, sizeof bytes);
      n_all += (gsize) MAX (n, 0);
    }
  while ((n = read (fixture->out, bytes, sizeof bytes)) > 0)
    n_all += (gsize) n;
  g_assert_cmpuint (n_all, >, 30000);
  g_assert_cmpuint (n_all, <, 65536);
  for (guint i = 0; i < G_N_ELEMENTS (jobs); i++)
    {
      apool_display_remove (fixture->display, &jobs[i].row);
      clear_job (&jobs[i]);
    }
}

/* The loop has a time to wait for only while there is something to draw, and not at once. */
static void
test_timer (Fixture *fixture, gconstpointer data)
{
  Job job = { 0 };

  open_display (fixture, 4, 20);
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
  g_assert_cmpuint (fixture->n_calls, ==, 0);
  g_assert_true (apool_display_is_due (fixture->display));
  write_line (fixture, &job, "one");
  while (fixture->n_calls == 0)
    g_main_context_iteration (fixture->context, TRUE);
  check (fixture, "one\n");
  while (g_main_context_iteration (fixture->context, FALSE))
    ;
  g_assert_cmpuint (fixture->n_calls, ==, 1);
  write_line (fixture, &job, "\ntwo");
  while (fixture->n_calls == 1)
    g_main_context_iteration (fixture->context, TRUE);
  g_assert_true (apool_display_is_due (fixture->display));
  check (fixture, "two\n");
  apool_display_remove (fixture->display, &job.row);
  clear_job (&job);
}

/* Colours are those of the label, around what the line has itself. */
static void
test_colours (Fixture *fixture, gconstpointer data)
{
  static const ApoolLabelParts parts = { .tag = "t ", .tag_length = 2, .colour = "\033[1m\033[K" };
  g_autoptr (ApoolLabel) label = apool_label_new (&parts);
  Job job = { .row.label = label };
  char bytes[100] = { 0 };

  open_display (fixture, 4, 20);
  write_line (fixture, &job, "\033[2mx");
  apool_display_draw (fixture->display);
  while (!apool_outlet_is_flushed (fixture->outlet))
    g_main_context_iteration (fixture->context, TRUE);
  g_assert_cmpint (read (fixture->out, bytes, sizeof bytes - 1), >, 0);
  g_assert_cmpstr (bytes, ==, "\033[1mt \033[2mx\033[m\033[m\n");
  apool_display_remove (fixture->display, &job.row);
  clear_job (&job);
}

/* A line that stays is whole. */
static void
test_line (void)
{
  g_autofree char *line = g_strnfill (APOOL_LATEST_MAX_BYTES, 'x');
  g_autofree char *expected = g_strconcat (line, "\n", NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  ApoolLatest latest = { 0 };

  apool_latest_push (&latest, (const guint8 *) line, APOOL_LATEST_MAX_BYTES);
  apool_display_append_line (text, &latest);
  g_assert_cmpstr (text->str, ==, expected);
  g_string_truncate (text, 0);
  apool_latest_push (&latest, (const guint8 *) "\na\033[5Ab\033[1mc", 12);
  apool_display_append_line (text, &latest);
  g_assert_cmpstr (text->str, ==, "ab\033[1mc\033[m\n");
  apool_latest_clear (&latest);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, test) g_test_add ("/display/" name, Fixture, NULL, set_up, test, tear_down)
  ADD ("rows", test_rows);
  ADD ("unchanged", test_unchanged);
  ADD ("composed", test_composed);
  ADD ("shared", test_shared);
  ADD ("above", test_above);
  ADD ("half-line", test_half_line);
  ADD ("too-many", test_too_many);
  ADD ("wide", test_wide);
  ADD ("tiny", test_tiny);
  ADD ("huge", test_huge);
  ADD ("timer", test_timer);
  ADD ("colours", test_colours);
#undef ADD
  g_test_add_func ("/display/line", test_line);
  return g_test_run ();
}
