/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-judge.h"
#include "record/apool-history.h"

G_BEGIN_DECLS

/**
 * ApoolResumeRule:
 * @APOOL_RESUME_ALL: all jobs are run: they are only counted
 * @APOOL_RESUME_NEW: those that are not in the history
 * @APOOL_RESUME_NOT_DONE: those, and those that have failed
 *
 * What is to be run.
 */
typedef enum
{
  APOOL_RESUME_ALL,
  APOOL_RESUME_NEW,
  APOOL_RESUME_NOT_DONE,
} ApoolResumeRule;

/**
 * ApoolResumeSayFunc:
 * @line: what the user is to know
 * @data: (closure): what was given with it
 */
typedef void (*ApoolResumeSayFunc) (const char *line, gpointer data);

#define APOOL_TYPE_RESUME (apool_resume_get_type ())
G_DECLARE_FINAL_TYPE (ApoolResume, apool_resume, APOOL, RESUME, GObject)

ApoolResume *apool_resume_new (ApoolHistory *history, ApoolResumeRule rule);
void apool_resume_set_say (ApoolResume *self, ApoolResumeSayFunc say, gpointer data);
char *apool_resume_dup_line (ApoolResume *self);

G_END_DECLS
