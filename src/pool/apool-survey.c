/* SPDX-License-Identifier: MIT */
/* A question to all workers: what they know of the jobs that they run.
 *
 * One that does not answer is not waited for any longer than people like to wait: its jobs are told
 * without what only it knows. The end comes from a source of the survey's own, never from within
 * something else. */

#include "pool/apool-survey.h"

/* How long answers are waited for. */
#define PATIENCE_USEC (1 * G_TIME_SPAN_SECOND)

typedef struct
{
  GSource source;
  ApoolSurvey *survey; /* not owned */
} ApoolSurveySource;

struct _ApoolSurvey
{
  guint64 token;
  GSource *source;    /* rings when nobody is waited for any more */
  GHashTable *asked;  /* ApoolWorkerProxy that have not answered, not owned */
  GHashTable *states; /* guint64 in the state → ApoolJobState, owned with its line */
  GArray *jobs;       /* ApoolSurveyJob; their tasks are owned */
  ApoolSurveyDoneFunc done;
  gpointer done_data;
  ApoolSurveyFunc func;
  gpointer data;
};

static gboolean
apool_survey_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  ApoolSurvey *self = ((ApoolSurveySource *) source)->survey;

  g_source_set_ready_time (source, -1);
  self->done (self, self->done_data);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs apool_survey_source_funcs = {
  .dispatch = apool_survey_dispatch,
};

static void
apool_survey_state_free (gpointer data)
{
  ApoolJobState *state = data;

  g_free ((char *) state->line);
  g_free (state);
}

static void
apool_survey_clear_job (gpointer data)
{
  apool_task_unref (((ApoolSurveyJob *) data)->task);
}

/**
 * apool_survey_new:
 * @context: where @done is called
 * @token: what tells it from others
 * @done: what to call once
 * @data: (closure): for @done
 *
 * Returns: (transfer full): a survey that has asked nobody, and is done unless it does so before
 *   the context has its turn
 */
ApoolSurvey *
apool_survey_new (GMainContext *context, guint64 token, ApoolSurveyDoneFunc done, gpointer data)
{
  ApoolSurvey *self = g_new0 (ApoolSurvey, 1);

  self->token = token;
  self->asked = g_hash_table_new (NULL, NULL);
  self->states = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, apool_survey_state_free);
  self->jobs = g_array_new (FALSE, FALSE, sizeof (ApoolSurveyJob));
  g_array_set_clear_func (self->jobs, apool_survey_clear_job);
  self->done = done;
  self->done_data = data;
  self->source = g_source_new (&apool_survey_source_funcs, sizeof (ApoolSurveySource));
  ((ApoolSurveySource *) self->source)->survey = self;
  g_source_set_static_name (self->source, "apool-survey");
  g_source_set_ready_time (self->source, 0);
  g_source_attach (self->source, context);
  return self;
}

/**
 * apool_survey_free:
 * @self: (transfer full): a survey
 */
void
apool_survey_free (ApoolSurvey *self)
{
  g_source_destroy (self->source);
  g_source_unref (self->source);
  g_hash_table_unref (self->asked);
  g_hash_table_unref (self->states);
  g_array_unref (self->jobs);
  g_free (self);
}

/**
 * apool_survey_set_func:
 * @self: a survey
 * @func: what apool_survey_tell() calls
 * @data: (closure): for @func
 */
void
apool_survey_set_func (ApoolSurvey *self, ApoolSurveyFunc func, gpointer data)
{
  self->func = func;
  self->data = data;
}

/**
 * apool_survey_ask:
 * @self: a survey
 * @worker: a worker that is ready
 */
void
apool_survey_ask (ApoolSurvey *self, ApoolWorkerProxy *worker)
{
  g_hash_table_add (self->asked, worker);
  g_source_set_ready_time (self->source, g_get_monotonic_time () + PATIENCE_USEC);
  apool_worker_proxy_ask (worker, self->token);
}

/**
 * apool_survey_excuse:
 * @self: a survey
 * @worker: a worker that is gone, or need not answer
 */
void
apool_survey_excuse (ApoolSurvey *self, ApoolWorkerProxy *worker)
{
  if (g_hash_table_remove (self->asked, worker) && g_hash_table_size (self->asked) == 0)
    g_source_set_ready_time (self->source, 0);
}

/**
 * apool_survey_take:
 * @self: a survey
 * @worker: a worker
 * @token: which survey it has answered
 * @states: (array length=n_states): what it says
 * @n_states: how many
 */
void
apool_survey_take (ApoolSurvey *self,
                   ApoolWorkerProxy *worker,
                   guint64 token,
                   const ApoolJobState *states,
                   gsize n_states)
{
  if (token != self->token || !g_hash_table_contains (self->asked, worker))
    return;
  for (gsize i = 0; i < n_states; i++)
    {
      ApoolJobState *state = g_memdup2 (&states[i], sizeof states[i]);

      state->line = g_memdup2 (state->line, state->length);
      g_hash_table_replace (self->states, &state->seq, state);
    }
  apool_survey_excuse (self, worker);
}

/**
 * apool_survey_add_jobs:
 * @self: a survey that is done
 * @worker: a worker
 * @number: its number
 *
 * Adds the jobs that the worker runs.
 */
void
apool_survey_add_jobs (ApoolSurvey *self, ApoolWorkerProxy *worker, guint number)
{
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func ((GDestroyNotify) apool_task_unref);

  apool_worker_proxy_list_running (worker, tasks);
  for (guint i = 0; i < tasks->len; i++)
    {
      ApoolTask *task = g_ptr_array_index (tasks, i);
      guint64 seq = apool_task_get_seq (task);
      ApoolSurveyJob job = {
        .worker = number,
        .slot = apool_worker_proxy_get_slot (worker, seq),
        .state = g_hash_table_lookup (self->states, &seq),
      };

      if (apool_task_is_hook (task))
        continue;
      job.task = apool_task_ref (task);
      g_array_append_val (self->jobs, job);
    }
}

static int
apool_survey_compare (gconstpointer a, gconstpointer b)
{
  guint64 seq_a = apool_task_get_seq (((const ApoolSurveyJob *) a)->task);
  guint64 seq_b = apool_task_get_seq (((const ApoolSurveyJob *) b)->task);

  return (seq_a > seq_b) - (seq_a < seq_b);
}

/**
 * apool_survey_tell:
 * @self: a survey that has all jobs
 *
 * Tells whoever wanted to know.
 */
void
apool_survey_tell (ApoolSurvey *self)
{
  g_array_sort (self->jobs, apool_survey_compare);
  self->func ((const ApoolSurveyJob *) (gpointer) self->jobs->data, self->jobs->len, self->data);
}
