/* SPDX-License-Identifier: MIT */
/* What is asked of all workers of a crew at once. */

#include "pool/apool-crew-private.h"

/**
 * apool_crew_count_running:
 * @self: a crew
 *
 * Returns: how many tasks its workers have started whose processes are not known to be gone
 */
guint
apool_crew_count_running (const ApoolCrew *self)
{
  guint n_running = 0;

  for (guint i = 0; i < self->members->len; i++)
    {
      ApoolWorkerProxy *proxy = ((ApoolMember *) g_ptr_array_index (self->members, i))->proxy;

      n_running += apool_worker_proxy_get_n_tasks (proxy) -
                   apool_worker_proxy_get_n_waiting (proxy) -
                   apool_worker_proxy_get_n_exited (proxy);
    }
  return n_running;
}

/**
 * apool_crew_set_paused:
 * @self: a crew
 * @seq: a task's number; 0: all
 * @is_paused: whether to stop it and, where all are meant, to start none; else it goes on
 *
 * Returns: whether there was a worker to be told
 */
gboolean
apool_crew_set_paused (ApoolCrew *self, guint64 seq, gboolean is_paused)
{
  gboolean is_told = FALSE;

  if (seq == 0)
    self->is_paused = is_paused;
  for (guint i = 0; i < self->members->len; i++)
    {
      ApoolMember *member = g_ptr_array_index (self->members, i);

      /* One that has been closed may run its exit hook. */
      if (seq != 0 && !apool_worker_proxy_has_task (member->proxy, seq))
        continue;
      apool_worker_proxy_set_paused (member->proxy, seq, is_paused);
      is_told = TRUE;
    }
  return is_told;
}

/* For the crew only. */
void
apool_crew_answered_cb (ApoolWorkerProxy *worker,
                        guint64 token,
                        const ApoolJobState *states,
                        gsize n_states,
                        gpointer data)
{
  ApoolCrew *self = ((ApoolMember *) data)->post->crew;

  for (guint i = 0; i < self->surveys->len; i++)
    apool_survey_take (g_ptr_array_index (self->surveys, i), worker, token, states, n_states);
}

/* For the crew only: @worker is gone. */
void
apool_crew_excuse (ApoolCrew *self, ApoolWorkerProxy *worker)
{
  for (guint i = 0; i < self->surveys->len; i++)
    apool_survey_excuse (g_ptr_array_index (self->surveys, i), worker);
}

static void
apool_crew_survey_done_cb (ApoolSurvey *survey, gpointer data)
{
  ApoolCrew *self = data;
  guint index;

  g_ptr_array_find (self->surveys, survey, &index);
  g_ptr_array_steal_index (self->surveys, index);
  for (guint i = 0; i < self->members->len; i++)
    {
      ApoolMember *member = g_ptr_array_index (self->members, i);

      apool_survey_add_jobs (survey, member->proxy, member->post->seat->number);
    }
  apool_survey_tell (survey);
  apool_survey_free (survey);
}

/**
 * apool_crew_ask:
 * @self: a crew
 * @func: what to tell, once, never from within this call; not at all if the crew is freed before
 * @data: (closure): for @func
 *
 * Asks all workers what they know of the jobs that they run.
 */
void
apool_crew_ask (ApoolCrew *self, ApoolSurveyFunc func, gpointer data)
{
  ApoolSurvey *survey =
      apool_survey_new (self->context, ++self->n_surveys, apool_crew_survey_done_cb, self);

  apool_survey_set_func (survey, func, data);
  g_ptr_array_add (self->surveys, survey);
  for (guint i = 0; i < self->members->len; i++)
    {
      ApoolMember *member = g_ptr_array_index (self->members, i);

      if (!member->is_closed && apool_worker_proxy_is_ready (member->proxy))
        apool_survey_ask (survey, member->proxy);
    }
}
