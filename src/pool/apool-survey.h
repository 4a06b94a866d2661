/* SPDX-License-Identifier: MIT */
#pragma once

#include "factory/apool-worker-proxy.h"

G_BEGIN_DECLS

/**
 * ApoolSurveyJob:
 * @task: what runs
 * @worker: the number of its worker
 * @slot: where it runs
 * @state: what its worker has said of it; %NULL where it has not answered
 *
 * A running job, as the pool and its worker know it together.
 */
typedef struct
{
  ApoolTask *task;
  guint worker;
  guint slot;
  const ApoolJobState *state;
} ApoolSurveyJob;

/**
 * ApoolSurveyFunc:
 * @jobs: (array length=n_jobs): the jobs that run, by their numbers; valid during the call
 * @n_jobs: how many
 * @data: (closure): of apool_crew_ask()
 *
 * All workers have answered, or have had the time to.
 */
typedef void (*ApoolSurveyFunc) (const ApoolSurveyJob *jobs, gsize n_jobs, gpointer data);

/**
 * ApoolSurvey:
 *
 * A question to all workers, and the answers that have come.
 */
typedef struct _ApoolSurvey ApoolSurvey;

/**
 * ApoolSurveyDoneFunc:
 * @survey: has all the answers that it will get
 * @data: (closure): of apool_survey_new()
 */
typedef void (*ApoolSurveyDoneFunc) (ApoolSurvey *survey, gpointer data);

ApoolSurvey *
apool_survey_new (GMainContext *context, guint64 token, ApoolSurveyDoneFunc done, gpointer data);
void apool_survey_free (ApoolSurvey *self);
void apool_survey_set_func (ApoolSurvey *self, ApoolSurveyFunc func, gpointer data);

void apool_survey_ask (ApoolSurvey *self, ApoolWorkerProxy *worker);
void apool_survey_take (ApoolSurvey *self,
                        ApoolWorkerProxy *worker,
                        guint64 token,
                        const ApoolJobState *states,
                        gsize n_states);
void apool_survey_excuse (ApoolSurvey *self, ApoolWorkerProxy *worker);
void apool_survey_add_jobs (ApoolSurvey *self, ApoolWorkerProxy *worker, guint number);
void apool_survey_tell (ApoolSurvey *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolSurvey, apool_survey_free)

G_END_DECLS
