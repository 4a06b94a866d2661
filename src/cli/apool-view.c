/* SPDX-License-Identifier: MIT */
/* The pool as people see it when they ask: what it is doing, worker by worker, and how large it is.
 * The man page has the formats. */

#include "cli/apool-view.h"

#include <string.h>

#include "base/apool-visible.h"

/* More jobs that are to be tried again are not listed. */
#define MAX_RETRIES 20u

static void
apool_view_append_counts (GString *text, const ApoolWorkerState *state)
{
  g_string_append_printf (
      text, "%u running, %u waiting, %" G_GUINT64_FORMAT " done, %" G_GUINT64_FORMAT " lost",
      state->n_running, state->n_waiting, state->n_done, state->n_lost);
}

static void
apool_view_append_worker (GString *text, const ApoolWorkerState *state)
{
  g_string_append_printf (text, "apool: worker %u: ", state->number);
  if (state->pid > 0)
    g_string_append_printf (text, "pid %u, ", state->pid);
  if (state->host != NULL)
    g_string_append_printf (text, "host %s, ", state->host);
  apool_view_append_counts (text, state);
  if (state->is_absent)
    g_string_append (text, ", gone");
  else if (!state->is_ready)
    g_string_append (text, ", starting");
  if (state->is_retiring)
    g_string_append (text, ", retiring");
  g_string_append_c (text, '\n');
}

/**
 * apool_view_dup_workers:
 * @states: (array length=n_states): the workers that there are, and the places of those that are
 *   gone, by number
 * @n_states: how many
 *
 * Returns: (transfer full): a line that adds them up, and one for each of them
 */
char *
apool_view_dup_workers (const ApoolWorkerState *states, guint n_states)
{
  ApoolWorkerState sum = { 0 };
  guint n_workers = 0;
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < n_states; i++)
    {
      n_workers += !states[i].is_absent;
      sum.n_running += states[i].n_running;
      sum.n_waiting += states[i].n_waiting;
      /* Those that have worked in one place tell the same of it. */
      if (i > 0 && states[i].number == states[i - 1].number)
        continue;
      sum.n_done += states[i].n_done;
      sum.n_lost += states[i].n_lost;
    }
  g_string_append_printf (text, "apool: workers: %u, ", n_workers);
  apool_view_append_counts (text, &sum);
  g_string_append_c (text, '\n');
  for (guint i = 0; i < n_states; i++)
    apool_view_append_worker (text, &states[i]);
  return g_string_free (text, FALSE);
}

/* What was asked for, with ": " behind each; whether that alone makes the number of jobs. */
static gboolean
apool_view_append_wishes (GString *text, const ApoolOptions *options)
{
  const ApoolSizes *sizes = &options->sizes;
  const char *jobs = options->jobs_file != NULL ? options->jobs_text : options->jobs;

  if (options->jobs != NULL)
    g_string_append_printf (text, "--jobs %s: ", options->jobs);
  if (options->jobs_file != NULL)
    g_string_append_printf (text, "%s: ", jobs);
  if (options->jobs != NULL && !options->takes_any_jobs)
    return g_ascii_isdigit (jobs[0]) && strchr (jobs, '%') == NULL;
  if (sizes->workers > 0)
    g_string_append_printf (text, "--workers %u: ", sizes->workers);
  if (sizes->jobs_per_worker > 0)
    g_string_append_printf (text, "--jobs-per-worker %u: ", sizes->jobs_per_worker);
  return options->takes_any_jobs || (sizes->workers > 0 && sizes->jobs_per_worker > 0);
}

/**
 * apool_view_dup_jobs:
 * @n_jobs: how many jobs may run at once
 * @options: what was asked for
 *
 * Returns: (transfer full): the first line of `--debug`: why it is so many
 */
char *
apool_view_dup_jobs (guint n_jobs, const ApoolOptions *options)
{
  GString *text = g_string_new (NULL);

  g_string_printf (text, "apool: debug: -j%u: ", n_jobs);
  if (apool_view_append_wishes (text, options))
    g_string_truncate (text, text->len - strlen (": "));
  else
    {
      g_autofree char *usable = apool_usable_dup_text (&options->usable);

      g_string_append (text, usable);
    }
  g_string_append_c (text, '\n');
  return g_string_free (text, FALSE);
}

/**
 * apool_view_append_job:
 * @text: what it is appended to
 * @job: a job that runs
 * @line: (nullable) (array length=length): the last line that it wrote, as far as that is known
 * @length: how many bytes
 *
 * Appends a line about the job, and one with that line, made harmless to a terminal.
 */
void
apool_view_append_job (GString *text, const ApoolSurveyJob *job, const char *line, gsize length)
{
  guint64 seq = apool_task_get_seq (job->task);
  g_autofree char *name = apool_task_dup_name (job->task);
  ApoolVisible visible;

  g_string_append_printf (text, "apool: job %" G_GUINT64_FORMAT ": ", seq);
  if (job->state)
    g_string_append_printf (text, "pid %u, %.1f s, ", job->state->pid,
                            (double) job->state->run_usec / G_USEC_PER_SEC);
  g_string_append_printf (text, "worker %u, slot %u%s: %s\n", job->worker, job->slot,
                          job->state && job->state->is_paused ? ", stopped" : "", name);
  if (length == 0)
    return;
  g_string_append_printf (text, "apool: job %" G_GUINT64_FORMAT ": wrote: ", seq);
  apool_visible_begin (&visible, text, 0);
  apool_visible_add (&visible, line, length);
  apool_visible_end (&visible);
  g_string_append_c (text, '\n');
}

/* Attempts that were ended to make room are not counted. */
static void
apool_view_append_retry (GString *text, const ApoolWaitingTask *waiting)
{
  const ApoolTaskTraits *traits = apool_task_get_traits (waiting->task);
  g_autofree char *name = apool_task_dup_name (waiting->task);

  g_string_append_printf (text, "apool: job %" G_GUINT64_FORMAT ": attempt %u",
                          apool_task_get_seq (waiting->task),
                          traits->attempt - traits->n_evictions);
  if (waiting->left_usec > 0)
    g_string_append_printf (text, " in %.1f s", (double) waiting->left_usec / G_USEC_PER_SEC);
  g_string_append_printf (text, ": %s\n", name);
}

/**
 * apool_view_append_retries:
 * @text: what it is appended to
 * @n: how many jobs are to be tried again
 * @tasks: (array length=n_tasks): the next attempts at them, as far as they are known
 * @n_tasks: how many
 *
 * Appends a line that says how many, where there are any, and one for each of the first ones.
 */
void
apool_view_append_retries (GString *text, guint n, const ApoolWaitingTask *tasks, guint n_tasks)
{
  if (n == 0)
    return;
  g_string_append_printf (text, "apool: %u to be tried again\n", n);
  for (guint i = 0; i < MIN (n_tasks, MAX_RETRIES); i++)
    apool_view_append_retry (text, &tasks[i]);
}

static void
apool_view_append_outcome (GString *text, const ApoolOutcome *outcome)
{
  int code = apool_outcome_get_code (outcome);

  switch (apool_outcome_get_kind (outcome))
    {
    case APOOL_OUTCOME_EXITED:
      g_string_append_printf (text, "exit %d", code);
      if (apool_outcome_is_faulty (outcome))
        g_string_append (text, ", processes left behind");
      break;
    case APOOL_OUTCOME_SIGNALLED:
      g_string_append_printf (text, "signal %d", code);
      break;
    case APOOL_OUTCOME_TIMED_OUT:
      g_string_append (text, "timed out");
      break;
    case APOOL_OUTCOME_LOST:
      g_string_append (text, "lost");
      break;
    case APOOL_OUTCOME_NOT_STARTED:
    case APOOL_OUTCOME_SKIPPED:
    default:
      g_string_append (text, "not started");
    }
}

/* How many it were, where the last one alone did not decide. */
static void
apool_view_append_enough (GString *text, const ApoolHaltRule *rule, guint64 n)
{
  static const char *const words[] = {
    [APOOL_HALT_ON_FAIL] = "failed",
    [APOOL_HALT_ON_SUCCESS] = "succeeded",
    [APOOL_HALT_ON_DONE] = "done",
  };

  if (rule->is_percentage || rule->n > 1)
    g_string_append_printf (text, ": %" G_GUINT64_FORMAT " %s", n, words[rule->on]);
}

/**
 * apool_view_dup_halt:
 * @rule: when a run is halted
 * @verdict: why it is now
 *
 * Returns: (transfer full): a line that says why, and what is done
 */
char *
apool_view_dup_halt (const ApoolHaltRule *rule, const ApoolHaltVerdict *verdict)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (text, "apool: halt: job %" G_GUINT64_FORMAT ": ", verdict->seq);
  apool_view_append_outcome (text, verdict->outcome);
  apool_view_append_enough (text, rule, verdict->n_counted);
  if (rule->when == APOOL_HALT_SOON)
    g_string_append (text, ": starting no more jobs\n");
  else
    g_string_append_printf (text, ": ending %u job%s\n", verdict->n_running,
                            verdict->n_running == 1 ? "" : "s");
  return g_string_free (text, FALSE);
}

/**
 * apool_view_dup_sizes:
 * @sizes: how large the pool is
 * @prefetch: how many jobs may wait at each worker
 * @options: what else was asked for
 *
 * Returns: (transfer full): the second line of `--debug`
 */
char *
apool_view_dup_sizes (const ApoolSizes *sizes, guint prefetch, const ApoolOptions *options)
{
  const char *key = options->key != NULL ? options->key : "";

  return g_strdup_printf ("apool: debug: -j%u: %u workers of %u slots, prefetch %u, %s%s%s\n",
                          sizes->jobs, sizes->workers, sizes->jobs_per_worker, prefetch,
                          options->scheduler->name, options->key != NULL ? "=" : "", key);
}
