/* SPDX-License-Identifier: MIT */
#pragma once

#include "record/apool-journal-event.h"

G_BEGIN_DECLS

/**
 * ApoolJournalJob:
 * @seq: its number
 * @is_known: whether there is anything of it
 * @has_ended: whether it is settled: @end is known
 * @is_running: whether an attempt at it was started, and nothing is known of its end
 * @is_newest: whether it is of the newest run
 * @n_retried: attempts at it, in that run, that do not count
 * @pid: of the process of the newest run
 * @start: how the last attempt began, where one did
 * @end: how the job ended
 * @pieces: (element-type ApoolJournalExtent): where in the store a job that runs writes to
 * @first: the lowest number of all jobs of the journal; 0 where there is none
 * @last: the highest one
 *
 * What a journal has of the job with one number, in the newest run that has it. Is told of all
 * events, one after the other.
 */
typedef struct
{
  guint64 seq;
  gboolean is_known;
  gboolean has_ended;
  gboolean is_running;
  gboolean is_newest;
  guint n_retried;
  guint64 pid;
  GString *start;
  GString *end;
  GArray *pieces[APOOL_N_STREAMS];
  guint64 first;
  guint64 last;
} ApoolJournalJob;

void apool_journal_job_init (ApoolJournalJob *self, guint64 seq);
void apool_journal_job_clear (ApoolJournalJob *self);
void apool_journal_job_tell (ApoolJournalJob *self, const ApoolJournalEvent *event);
gboolean apool_journal_job_get_end (const ApoolJournalJob *self, ApoolJournalEvent *event);
gboolean apool_journal_job_get_start (const ApoolJournalJob *self, ApoolJournalEvent *event);
ApoolJournalPieces apool_journal_job_get_pieces (const ApoolJournalJob *self, ApoolStream stream);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ApoolJournalJob, apool_journal_job_clear)

G_END_DECLS
