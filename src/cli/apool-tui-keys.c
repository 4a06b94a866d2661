/* SPDX-License-Identifier: MIT */
/* What keys do on the screen that shows a run. */

#include "cli/apool-tui-private.h"

/* What is said of a job that the user has had ended, as of others that were ended. */
#define ENDED_MESSAGE "ended by the user"

static void
apool_tui_tell (ApoolTui *self, char *message)
{
  g_free (self->message);
  self->message = message;
}

/* ---- what they do ---- */

static void
apool_tui_toggle_waiting (ApoolTui *self)
{
  self->is_waiting = !self->is_waiting;
  apool_pool_set_waiting (self->pool, self->is_waiting);
  apool_tui_tell (self, g_strdup (self->is_waiting ? "paused: no more jobs are started; p goes on"
                                                   : "jobs are started again"));
}

static void
apool_tui_change_jobs (ApoolTui *self, gboolean is_more)
{
  g_autoptr (GError) error = NULL;
  guint n_jobs = apool_pool_get_n_slots (self->pool);

  if (apool_many_set_jobs (self->many, is_more ? n_jobs + 1 : n_jobs - 1, &error))
    apool_tui_tell (self, g_strdup_printf ("-j%u", apool_pool_get_n_slots (self->pool)));
  else
    apool_tui_tell (self, g_strdup (error->message));
}

static void
apool_tui_look_at (ApoolTui *self, ApoolTuiJob *job)
{
  if (!job)
    return;
  g_clear_pointer (&self->looked_at, apool_tui_job_unref);
  self->looked_at = apool_tui_job_ref (job);
  self->list_page = self->page;
  self->page = APOOL_TUI_OUTPUT;
  self->n_up = 0;
  /* Else it comes when the job's turn does. */
  if (!job->how)
    apool_pool_stream_task (self->pool, job->seq);
}

static void
apool_tui_go_back (ApoolTui *self)
{
  g_clear_pointer (&self->looked_at, apool_tui_job_unref);
  self->page = self->list_page;
}

static void
apool_tui_want_end (ApoolTui *self)
{
  ApoolTuiJob *job = apool_tui_get_chosen (self);

  if (job && !job->how)
    self->victim = apool_tui_job_ref (job);
  else if (job)
    apool_tui_tell (self, g_strdup ("it has ended"));
}

static void
apool_tui_answer (ApoolTui *self, gboolean is_wanted)
{
  g_autoptr (ApoolTuiJob) job = g_steal_pointer (&self->victim);

  if (!is_wanted)
    return;
  if (job->how)
    {
      apool_tui_tell (self, g_strdup ("it has ended"));
      return;
    }
  job->is_ending = TRUE;
  apool_pool_end_job (self->pool, job->seq, APOOL_END_TIMED_OUT, ENDED_MESSAGE);
  apool_tui_tell (self, g_strdup_printf ("job %" G_GUINT64_FORMAT " is being ended", job->seq));
}

/* ---- moving ---- */

/* Returns: how far the key goes down, up where that is negative; 0 where it is none of these */
static gssize
apool_tui_find_step (const ApoolTui *self, int key)
{
  gssize page = (gssize) MAX (self->n_rows, 2) - 1;

  switch (key)
    {
    case 'j':
    case APOOL_KEY_DOWN:
      return 1;
    case 'k':
    case APOOL_KEY_UP:
      return -1;
    case ' ':
    case APOOL_KEY_PAGE_DOWN:
      return page;
    case 'b':
    case APOOL_KEY_PAGE_UP:
      return -page;
    case 'G':
    case APOOL_KEY_END:
      return G_MAXSSIZE;
    case 'g':
    case APOOL_KEY_HOME:
      return G_MINSSIZE;
    default:
      return 0;
    }
}

static void
apool_tui_move (ApoolTui *self, gssize step)
{
  if (self->page == APOOL_TUI_OUTPUT)
    {
      gsize n = step < 0 ? (gsize) - (step + 1) + 1 : (gsize) step;

      /* How far up is known when it is drawn. */
      if (step < 0)
        self->n_up = MIN (self->n_up + n, G_MAXUINT32);
      else
        self->n_up -= MIN (self->n_up, n);
      return;
    }
  (void) apool_tui_get_chosen (self); /* the list as it is now */
  self->chosen_seq = 0;
  apool_tui_list_move (&self->lists[self->page], step);
  if (self->page == APOOL_TUI_RUNNING && self->lists[self->page].n > 0)
    self->chosen_seq = apool_tui_get_chosen (self)->seq;
}

/* ---- which of them ---- */

/* Returns: whether the key does the same on all pages */
static gboolean
apool_tui_take_common_key (ApoolTui *self, int key)
{
  gssize step = apool_tui_find_step (self, key);

  if (step != 0)
    apool_tui_move (self, step);
  else if (key == 'p')
    apool_tui_toggle_waiting (self);
  else if (key == '+' || key == '=' || key == '-')
    apool_tui_change_jobs (self, key != '-');
  else if (key == 'x' || key == 'K')
    apool_tui_want_end (self);
  else if (key == '?' || key == 'h')
    {
      self->list_page = self->page == APOOL_TUI_OUTPUT ? self->list_page : self->page;
      self->page = APOOL_TUI_HELP;
    }
  else
    return FALSE;
  return TRUE;
}

static void
apool_tui_take_list_key (ApoolTui *self, int key)
{
  switch (key)
    {
    case 'q':
      apool_tui_close (self);
      break;
    case APOOL_KEY_ENTER:
      apool_tui_look_at (self, apool_tui_get_chosen (self));
      break;
    case APOOL_KEY_TAB:
    case APOOL_KEY_LEFT:
    case APOOL_KEY_RIGHT:
      self->page = self->page == APOOL_TUI_FAILED ? APOOL_TUI_RUNNING : APOOL_TUI_FAILED;
      break;
    default:
      break;
    }
}

/* A key was typed. The screen may be left then. */
void
apool_tui_take_key (ApoolTui *self, int key)
{
  if (self->is_done)
    return;
  g_clear_pointer (&self->message, g_free);
  if (self->victim)
    apool_tui_answer (self, key == 'y' || key == 'Y');
  else if (self->page == APOOL_TUI_HELP)
    apool_tui_go_back (self);
  else if (apool_tui_take_common_key (self, key))
    return;
  else if (self->page != APOOL_TUI_OUTPUT)
    apool_tui_take_list_key (self, key);
  else if (key == 'q' || key == APOOL_KEY_ESCAPE || key == APOOL_KEY_LEFT)
    apool_tui_go_back (self);
}
