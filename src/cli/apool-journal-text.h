/* SPDX-License-Identifier: MIT */
#pragma once

#include "record/apool-journal-event.h"

G_BEGIN_DECLS

/* Where what a label stands before begins. */
#define APOOL_JOURNAL_TEXT_COLUMN 12

guint apool_journal_text_measure (int fd);

void apool_journal_text_append_bytes (GString *text, const ApoolValue *bytes, guint n_columns);
void apool_journal_text_append_label (GString *text, const char *label);
void apool_journal_text_append_fact (GString *text, const char *label, const char *format, ...)
    G_GNUC_PRINTF (3, 4);
void apool_journal_text_append_value (GString *text,
                                      const char *label,
                                      const ApoolValue *value,
                                      guint n_columns);
void apool_journal_text_append_words (GString *text,
                                      const char *label,
                                      const ApoolJournalWords *words,
                                      guint n_columns);

void apool_journal_text_clean (char *line);

char *apool_journal_text_dup_time (gint64 usec);
char *apool_journal_text_dup_seconds (gint64 usec);
char *apool_journal_text_dup_size (guint64 n_bytes);
char *apool_journal_text_dup_outcome (const ApoolJournalEvent *end);

G_END_DECLS
