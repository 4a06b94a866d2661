/* SPDX-License-Identifier: MIT */
/* A task that a worker has, as the worker tells of it. */
#pragma once

#include <glib.h>

#include "job/apool-observer.h"

typedef struct
{
  guint64 seq;
  guint slot;                       /* 0 before STARTED */
  gboolean has_exited;              /* EXITED came */
  int stopped_signum;               /* what STOPPED said last; 0 before */
  guint n_stopped;                  /* how often it came */
  ApoolOutcome *outcome;            /* (nullable): before FINISHED */
  GString *output[APOOL_N_STREAMS]; /* of any bytes */
  gsize received[APOOL_N_STREAMS];  /* bytes, also where they are dropped */
  gsize allowed[APOOL_N_STREAMS];   /* bytes that may come in OUTPUT */
  gboolean is_passed;               /* its pipes came */
  int fds[APOOL_N_STREAMS];         /* of its pipes; -1 after their end */
  GSource *sources[APOOL_N_STREAMS];
  gboolean drops_output;
} TestJob;

TestJob *test_job_new (guint64 seq);
void test_job_free (gpointer data);
void test_job_add_output (TestJob *job, ApoolStream stream, const char *data, gsize length);
void test_job_take_pipes (TestJob *job, int *fds);
void test_job_check (TestJob *job, ApoolOutcomeKind kind, int code);
void test_job_check_output (TestJob *job, const char *out, const char *err);
