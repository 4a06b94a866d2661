/* SPDX-License-Identifier: MIT */
/* What a worker knows of the jobs that it runs, put together when it is asked. */

#include "worker/apool-answer.h"

#include "base/apool-last-line.h"

/* Tells of one job, unless there are too many, or its process is gone. */
static void
apool_answer_add_cb (gpointer data, gpointer user_data)
{
  ApoolExecution *execution = data;
  GArray *states = user_data;
  ApoolJobState state = {
    .seq = *apool_execution_get_key (execution),
    .pid = (guint) apool_execution_get_pid (execution),
    .run_usec = apool_execution_get_run_usec (execution),
    .is_paused = apool_execution_is_paused (execution),
  };

  if (states->len >= APOOL_MESSAGE_MAX_STATES || apool_execution_has_exited (execution))
    return;
  apool_execution_pump (execution); /* what it has written may not have been looked at yet */
  for (int stream = 0; stream < APOOL_N_STREAMS && state.length == 0; stream++)
    {
      const GByteArray *held = apool_execution_get_held (execution, (ApoolStream) stream);

      if (held)
        state.line = apool_last_line_find ((const char *) held->data, held->len, &state.length);
      state.length = MIN (state.length, APOOL_JOB_STATE_LINE_BYTES);
    }
  g_array_append_val (states, state);
}

/**
 * apool_answer_make:
 * @jobs: what runs
 * @token: of the question
 *
 * Returns: (transfer floating): the body of an ANSWER: for each job that runs its process, its
 * time, and the last line of what is held here: of its standard output, or else its standard error
 */
GVariant *
apool_answer_make (ApoolJobs *jobs, guint64 token)
{
  g_autoptr (GArray) states = g_array_new (FALSE, FALSE, sizeof (ApoolJobState));

  apool_jobs_foreach (jobs, apool_answer_add_cb, states);
  return apool_message_new_answer (token, (const ApoolJobState *) (gpointer) states->data,
                                   states->len);
}
