/* SPDX-License-Identifier: MIT */
#pragma once

#include "record/apool-journal.h"

G_BEGIN_DECLS

/**
 * ApoolJournalWriterFuncs:
 * @say: a line for the user, with its newline: something could not be recorded. Not called again
 *   for the same kind of trouble
 * @tell: the window is over: what is to be known of jobs that still run is to be written now
 *
 * What a writer tells its owner. Neither is called by the functions that are about starting it.
 */
typedef struct
{
  void (*say) (const char *line, gpointer data);
  void (*tell) (gpointer data);
} ApoolJournalWriterFuncs;

/**
 * ApoolJournalWriter:
 *
 * What one run writes to a journal, and brings to the disk.
 */
typedef struct _ApoolJournalWriter ApoolJournalWriter;

ApoolJournalWriter *apool_journal_writer_new (GMainContext *context,
                                              ApoolJournal *journal,
                                              guint sync_msec,
                                              const ApoolJournalWriterFuncs *funcs,
                                              gpointer data);
void apool_journal_writer_free (ApoolJournalWriter *self);

ApoolJournalStore *apool_journal_writer_get_store (ApoolJournalWriter *self);
gboolean apool_journal_writer_begin (ApoolJournalWriter *self,
                                     const char *const *words,
                                     gsize n_words,
                                     guint n_jobs,
                                     GError **error);
gboolean
apool_journal_writer_disown (ApoolJournalWriter *self, ApoolJournalEvent *event, GError **error);
gboolean apool_journal_writer_put (ApoolJournalWriter *self, ApoolJournalEvent *event);
gboolean apool_journal_writer_put_end (ApoolJournalWriter *self, ApoolJournalEvent *event);
void apool_journal_writer_fail (ApoolJournalWriter *self, const GError *error, guint64 seq);
gboolean apool_journal_writer_finish (ApoolJournalWriter *self,
                                      ApoolJournalEvent *finish,
                                      guint32 lost_status);
guint64 apool_journal_writer_get_n_lost (const ApoolJournalWriter *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolJournalWriter, apool_journal_writer_free)

G_END_DECLS
