/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolResumeMode:
 * @APOOL_RESUME_NONE: all jobs are run
 * @APOOL_RESUME_UNFINISHED: those that have not been run
 * @APOOL_RESUME_FAILED: those, and those that have failed
 * @APOOL_RESUME_RETRY: those of the log that have failed, whatever the inputs are
 */
typedef enum
{
  APOOL_RESUME_NONE,
  APOOL_RESUME_UNFINISHED,
  APOOL_RESUME_FAILED,
  APOOL_RESUME_RETRY,
} ApoolResumeMode;

/**
 * ApoolJournalRerun:
 * @APOOL_RERUN_NONE: what is recorded is not run again
 * @APOOL_RERUN_FAILED: what has failed is
 * @APOOL_RERUN_ALL: all is
 */
typedef enum
{
  APOOL_RERUN_NONE,
  APOOL_RERUN_FAILED,
  APOOL_RERUN_ALL,
} ApoolJournalRerun;

/**
 * ApoolJournalView:
 * @APOOL_JOURNAL_VIEW_NONE: there are jobs to be run
 * @APOOL_JOURNAL_VIEW_STATUS: `--status`: what there is to say of all of it
 * @APOOL_JOURNAL_VIEW_FACTS: `--status=SEQ`: what is known of one job
 * @APOOL_JOURNAL_VIEW_LOG: `--log SEQ`: what that job wrote
 *
 * What of a journal is to be printed, instead of running jobs.
 */
typedef enum
{
  APOOL_JOURNAL_VIEW_NONE,
  APOOL_JOURNAL_VIEW_STATUS,
  APOOL_JOURNAL_VIEW_FACTS,
  APOOL_JOURNAL_VIEW_LOG,
} ApoolJournalView;

/**
 * ApoolRecordOptions:
 * @joblog: (nullable): the file that has a line for each job
 * @appends_joblog: whether it is added to, instead of being begun anew
 * @resume: what is to be run of what there is a record of
 * @resumes_by_seq: whether a record is of the job that has its number
 * @journal: (nullable): the directory of the journal
 * @journal_sync_msec: what a power cut may take from the journal, milliseconds; 0 is nothing
 * @journal_rerun: what is run again although the journal has it
 * @journal_detail: (nullable): an option that is of no use without a journal
 * @is_longest_first: whether the jobs that took longest are started first
 * @words: (array length=n_words): the command line
 * @n_words: how many words it has
 * @view: what is printed of the journal instead
 * @view_name: (nullable): the option that asks for that
 * @view_other: (nullable): an option of the command line, without its dashes, that does not go
 * along with it
 * @view_seq: with %APOOL_JOURNAL_VIEW_FACTS and %APOOL_JOURNAL_VIEW_LOG, of which job
 *
 * What is kept of the run, and of earlier ones.
 */
typedef struct
{
  const char *joblog;
  gboolean appends_joblog;
  ApoolResumeMode resume;
  gboolean resumes_by_seq;
  const char *journal;
  guint journal_sync_msec;
  ApoolJournalRerun journal_rerun;
  const char *journal_detail;
  gboolean is_longest_first;
  const char *const *words;
  gsize n_words;
  ApoolJournalView view;
  const char *view_name;
  const char *view_other;
  guint64 view_seq;
} ApoolRecordOptions;

G_END_DECLS
