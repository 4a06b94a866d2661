/* SPDX-License-Identifier: MIT */
/* What is to be seen on the screen: the run in the first row, what keys do in the last one, what
 * came of a key above that, and between them a list of jobs, what one of them wrote, or help. */

#include <string.h>

#include "cli/apool-tui-private.h"

/* Rows that are not the page's: the head, the tabs and titles; the message and the keys. */
#define N_ROWS_ABOVE 3u
#define N_ROWS_BELOW 2u

/* What is being drawn. */
typedef struct
{
  ApoolTui *tui;
  ApoolCanvas *canvas;
  guint row;    /* the next one */
  guint n_rows; /* of the page */
  guint n_columns;
} ApoolTuiSheet;

static void
apool_tui_sheet_put (ApoolTuiSheet *self, ApoolCanvasStyle style, GString *text)
{
  apool_canvas_put (self->canvas, self->row++, style, text->str);
  g_string_truncate (text, 0);
}

static void
apool_tui_sheet_put_words (ApoolTuiSheet *self, ApoolCanvasStyle style, const char *words)
{
  g_autoptr (GString) text = g_string_new (NULL);

  apool_tui_text_append (text, words, strlen (words), self->n_columns);
  apool_tui_sheet_put (self, style, text);
}

static void
apool_tui_sheet_put_head (ApoolTuiSheet *self)
{
  ApoolTui *tui = self->tui;
  g_autoptr (GString) text = g_string_new (NULL);
  const ApoolTuiHead head = {
    .n_done = apool_tui_jobs_get_n_done (tui->jobs),
    .total = apool_tasks_get_known_total (tui->tasks),
    .n_failed = apool_tui_jobs_get_n_failed (tui->jobs),
    .n_running = apool_tui_jobs_get_running (tui->jobs)->len,
    .n_retries = apool_pool_count_retries (tui->pool),
    .n_jobs = apool_pool_get_n_slots (tui->pool),
    .elapsed_usec = g_get_monotonic_time () - tui->begun_usec,
    .is_waiting = tui->is_waiting,
    .is_ending = apool_pool_is_terminated (tui->pool),
  };

  apool_tui_text_append_head (text, &head, self->n_columns);
  apool_tui_sheet_put (self, APOOL_CANVAS_BOLD, text);
}

static void
apool_tui_sheet_put_tabs (ApoolTuiSheet *self)
{
  ApoolTui *tui = self->tui;
  gboolean is_failed = tui->page == APOOL_TUI_FAILED;
  g_autofree char *words =
      g_strdup_printf ("%s %u%s   %s %" G_GUINT64_FORMAT "%s", is_failed ? " Running" : "[Running",
                       apool_tui_jobs_get_running (tui->jobs)->len, is_failed ? " " : "]",
                       is_failed ? "[Failed" : " Failed", apool_tui_jobs_get_n_failed (tui->jobs),
                       is_failed ? "]" : "");

  apool_tui_sheet_put_words (self, APOOL_CANVAS_PLAIN, words);
}

/* ---- the lists ---- */

static const GPtrArray *
apool_tui_get_jobs (const ApoolTui *self, ApoolTuiPage page)
{
  return page == APOOL_TUI_FAILED ? apool_tui_jobs_get_failed (self->jobs)
                                  : apool_tui_jobs_get_running (self->jobs);
}

/* Jobs that run come and go: who has chosen one stays with it, or with its slot's place. */
static void
apool_tui_update_list (ApoolTui *self, ApoolTuiPage page)
{
  const GPtrArray *jobs = apool_tui_get_jobs (self, page);
  ApoolTuiList *list = &self->lists[page];

  apool_tui_list_set_n (list, jobs->len);
  for (guint i = 0; page == APOOL_TUI_RUNNING && i < jobs->len; i++)
    if (((const ApoolTuiJob *) g_ptr_array_index (jobs, i))->seq == self->chosen_seq)
      list->chosen = i;
}

/* Returns: (transfer none) (nullable): the job that keys are about */
ApoolTuiJob *
apool_tui_get_chosen (ApoolTui *self)
{
  const GPtrArray *jobs;

  if (self->page == APOOL_TUI_OUTPUT)
    return self->looked_at;
  if (self->page == APOOL_TUI_HELP)
    return NULL;
  apool_tui_update_list (self, self->page);
  jobs = apool_tui_get_jobs (self, self->page);
  return jobs->len > 0 ? g_ptr_array_index (jobs, self->lists[self->page].chosen) : NULL;
}

static const char *
apool_tui_find_state (const ApoolTuiJob *job)
{
  if (job->how)
    return job->how;
  return job->is_ending ? "ending" : job->is_stopped ? "stopped" : NULL;
}

static void
apool_tui_sheet_put_job (ApoolTuiSheet *self, const ApoolTuiJob *job, gboolean is_chosen)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *name = apool_task_dup_name (job->task);
  ApoolTuiRow row = {
    .slot = job->slot,
    .seq = job->seq,
    .usec = apool_tui_job_get_usec (job),
    .state = apool_tui_find_state (job),
    .name = name,
  };

  if (self->tui->page == APOOL_TUI_FAILED)
    apool_tui_text_append_failed (text, &row, self->n_columns);
  else
    {
      row.line = apool_tui_job_find_line (job, &row.line_length);
      apool_tui_text_append_running (text, &row, self->n_columns);
    }
  if (is_chosen)
    apool_tui_text_pad (text, 0, self->n_columns);
  apool_tui_sheet_put (self, is_chosen ? APOOL_CANVAS_REVERSE : APOOL_CANVAS_PLAIN, text);
}

static void
apool_tui_sheet_put_list (ApoolTuiSheet *self)
{
  ApoolTui *tui = self->tui;
  ApoolTuiList *list = &tui->lists[tui->page];
  const GPtrArray *jobs = apool_tui_get_jobs (tui, tui->page);
  g_autoptr (GString) text = g_string_new (NULL);

  apool_tui_sheet_put_tabs (self);
  apool_tui_text_append_titles (text, tui->page == APOOL_TUI_FAILED, self->n_columns);
  apool_tui_sheet_put (self, APOOL_CANVAS_DIM, text);
  apool_tui_update_list (tui, tui->page);
  apool_tui_list_fit (list, self->n_rows);
  for (gsize i = list->top; i < list->n && i - list->top < self->n_rows; i++)
    apool_tui_sheet_put_job (self, g_ptr_array_index (jobs, i), i == list->chosen);
  if (list->n == 0)
    apool_tui_sheet_put_words (self, APOOL_CANVAS_DIM,
                               tui->page == APOOL_TUI_FAILED ? "  no job has failed"
                                                             : "  no job runs");
}

/* ---- what a job wrote ---- */

/* A line that is written again and again, as progress is, is seen as it was left. */
static const char *
apool_tui_find_shown (const char *line, gsize *length)
{
  const char *start;

  while (*length > 0 && line[*length - 1] == '\r')
    (*length)--;
  start = memrchr (line, '\r', *length);
  if (start)
    {
      *length -= (gsize) (start + 1 - line);
      line = start + 1;
    }
  return line;
}

/* Returns: where the line begins that ends before @end */
static const char *
apool_tui_find_line_start (const char *bytes, const char *end)
{
  const char *newline = end > bytes ? memrchr (bytes, '\n', (gsize) (end - bytes)) : NULL;

  return newline ? newline + 1 : bytes;
}

/* Returns: (transfer full) (element-type utf8): the rows that are seen: the last ones but so many
 *   as the user has gone up, as far as there are any */
static GPtrArray *
apool_tui_list_lines (ApoolTuiSheet *self)
{
  ApoolTui *tui = self->tui;
  const GString *tail = tui->looked_at->tail;
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  const char *end;
  gsize n = 0;
  gsize wanted = tui->n_up + self->n_rows;

  if (!tail)
    return lines;
  end = tail->str + tail->len;
  if (tail->len > 0 && end[-1] == '\n')
    end--;
  for (;; n++)
    {
      const char *start = apool_tui_find_line_start (tail->str, end);
      gsize length = (gsize) (end - start);
      const char *shown = apool_tui_find_shown (start, &length);
      GString *text = g_string_new (NULL);

      apool_tui_text_append (text, shown, length, self->n_columns);
      g_ptr_array_add (lines, g_string_free (text, FALSE));
      if (n + 1 >= wanted || start == tail->str)
        break;
      end = start - 1;
    }
  /* Nobody goes up beyond the first one. */
  tui->n_up = MIN (tui->n_up, lines->len > self->n_rows ? lines->len - self->n_rows : 0);
  return lines;
}

static void
apool_tui_sheet_put_output (ApoolTuiSheet *self)
{
  ApoolTui *tui = self->tui;
  const ApoolTuiJob *job = tui->looked_at;
  g_autofree char *name = apool_task_dup_name (job->task);
  g_autoptr (GString) time = g_string_new (NULL);
  g_autofree char *title = NULL;
  g_autoptr (GPtrArray) lines = apool_tui_list_lines (self);
  const char *state = apool_tui_find_state (job);

  apool_tui_text_append_time (time, apool_tui_job_get_usec (job));
  title = g_strdup_printf ("job %" G_GUINT64_FORMAT ", %s, %s: %s", job->seq,
                           state ? state : "running", time->str, name);
  apool_tui_sheet_put_words (self, APOOL_CANVAS_BOLD, title);
  apool_tui_sheet_put_words (self, APOOL_CANVAS_DIM,
                             tui->n_up > 0 ? "what it wrote (G: to the end)"
                             : job->is_cut ? "the end of what it wrote"
                             : job->tail   ? "what it wrote"
                                           : "nothing has come of it so far");
  for (gsize i = MIN (lines->len, tui->n_up + self->n_rows); i > tui->n_up; i--)
    {
      apool_canvas_put (self->canvas, self->row++, APOOL_CANVAS_PLAIN,
                        g_ptr_array_index (lines, i - 1));
    }
}

/* ---- help ---- */

static void
apool_tui_sheet_put_help (ApoolTuiSheet *self)
{
  static const char *const words[] = {
    "",
    "  Up Down  j k     choose a job           PgUp PgDn  g G   go further",
    "  Tab              jobs that run, jobs that failed",
    "  Enter            look at what the job has written; q or Esc goes back",
    "  x                end the job, when that is confirmed by y",
    "  p                start no more jobs; again: go on",
    "  + -              run one job more, or one less, at once (-j)",
    "  q                leave the screen; the run goes on and prints as usual",
    "  Ctrl-C           end the run; twice: at once",
    "  Ctrl-Z           stop the run; fg goes on",
    "",
    "  What jobs print for this terminal comes when the screen is left.",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (words) && i < self->n_rows + 2; i++)
    apool_tui_sheet_put_words (self, APOOL_CANVAS_PLAIN, words[i]);
}

/* ---- all of it ---- */

static const char *
apool_tui_get_keys (const ApoolTui *self)
{
  switch (self->page)
    {
    case APOOL_TUI_OUTPUT:
      return "q back  Up Down PgUp PgDn  G end  x end job  p pause  ? help";
    case APOOL_TUI_HELP:
      return "any key: back";
    case APOOL_TUI_FAILED:
      return "q leave  Enter output  p pause  + - jobs  Tab running  ? help";
    case APOOL_TUI_RUNNING:
      break;
    }
  return "q leave  Enter output  x end job  p pause  + - jobs  Tab failed  ? help";
}

static void
apool_tui_sheet_put_foot (ApoolTuiSheet *self, guint n_rows)
{
  ApoolTui *tui = self->tui;
  g_autofree char *question = NULL;

  if (tui->victim)
    {
      g_autofree char *name = apool_task_dup_name (tui->victim->task);

      question =
          g_strdup_printf ("end job %" G_GUINT64_FORMAT "? y or n: %s", tui->victim->seq, name);
    }
  if (n_rows > 1)
    {
      self->row = n_rows - 2;
      if (question || tui->message)
        apool_tui_sheet_put_words (self, APOOL_CANVAS_BOLD, question ? question : tui->message);
    }
  self->row = n_rows - 1;
  apool_tui_sheet_put_words (self, APOOL_CANVAS_DIM, apool_tui_get_keys (tui));
}

static void
apool_tui_sheet_put_page (ApoolTuiSheet *self)
{
  switch (self->tui->page)
    {
    case APOOL_TUI_OUTPUT:
      apool_tui_sheet_put_output (self);
      break;
    case APOOL_TUI_HELP:
      apool_tui_sheet_put_help (self);
      break;
    case APOOL_TUI_RUNNING:
    case APOOL_TUI_FAILED:
      apool_tui_sheet_put_list (self);
      break;
    }
}

/* Draws what is to be seen, if the terminal is there for it. */
void
apool_tui_draw (ApoolTui *self)
{
  ApoolTuiSheet sheet = { .tui = self, .canvas = apool_screen_begin (self->screen) };
  guint n_rows;

  if (!sheet.canvas)
    return;
  apool_screen_get_size (self->screen, &n_rows, &sheet.n_columns);
  sheet.n_rows = n_rows > N_ROWS_ABOVE + N_ROWS_BELOW ? n_rows - N_ROWS_ABOVE - N_ROWS_BELOW : 0;
  self->n_rows = sheet.n_rows;
  apool_tui_sheet_put_head (&sheet);
  if (sheet.n_rows > 0)
    apool_tui_sheet_put_page (&sheet);
  if (n_rows > 1)
    apool_tui_sheet_put_foot (&sheet, n_rows);
  apool_screen_show (self->screen);
}
