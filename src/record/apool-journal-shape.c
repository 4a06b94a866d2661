/* SPDX-License-Identifier: MIT */
/* Which members the events of a journal have. */

#include "record/apool-journal-event-private.h"

#define MEMBER(name, KIND, is_required, field)                                                     \
  {                                                                                                \
    name, sizeof name - 1, APOOL_JOURNAL_MEMBER_##KIND, is_required,                               \
        G_STRUCT_OFFSET (ApoolJournalEvent, field)                                                 \
  }

static const ApoolJournalMember apool_journal_of_journal[] = {
  MEMBER ("version", NUMBER, TRUE, version),   MEMBER ("template", WORDS, FALSE, words),
  MEMBER ("options", OPTIONS, FALSE, options), MEMBER ("directory", TEXT, FALSE, directory),
  MEMBER ("shell", TEXT, FALSE, shell),        MEMBER ("apool", TEXT, FALSE, apool),
};

static const ApoolJournalMember apool_journal_of_run[] = {
  MEMBER ("run", TEXT, TRUE, run),
  MEMBER ("start", TIME, TRUE, usage.start_usec),
  MEMBER ("pid", NUMBER, FALSE, pid),
  MEMBER ("jobs", NUMBER, FALSE, n_jobs),
  MEMBER ("command_line", WORDS, FALSE, words),
};

static const ApoolJournalMember apool_journal_of_start[] = {
  MEMBER ("run", TEXT, TRUE, run),          MEMBER ("seq", NUMBER, TRUE, seq),
  MEMBER ("attempt", SMALL, TRUE, attempt), MEMBER ("worker", SMALL, FALSE, worker),
  MEMBER ("slot", SMALL, FALSE, slot),      MEMBER ("start", TIME, TRUE, usage.start_usec),
  MEMBER ("name", TEXT, FALSE, name),
};

static const ApoolJournalMember apool_journal_of_piece[] = {
  MEMBER ("run", TEXT, TRUE, run),
  MEMBER ("seq", NUMBER, TRUE, seq),
  MEMBER ("attempt", SMALL, TRUE, attempt),
  MEMBER ("out", PIECES, FALSE, pieces[APOOL_STREAM_STDOUT]),
  MEMBER ("err", PIECES, FALSE, pieces[APOOL_STREAM_STDERR]),
};

static const ApoolJournalMember apool_journal_of_end[] = {
  MEMBER ("run", TEXT, TRUE, run),
  MEMBER ("seq", NUMBER, TRUE, seq),
  MEMBER ("attempt", SMALL, TRUE, attempt),
  MEMBER ("key", KEY, TRUE, key),
  MEMBER ("occurrence", NUMBER, TRUE, occurrence),
  MEMBER ("batch", BATCH, FALSE, batch),
  MEMBER ("worker", SMALL, FALSE, worker),
  MEMBER ("slot", SMALL, FALSE, slot),
  MEMBER ("start", TIME, TRUE, usage.start_usec),
  MEMBER ("seconds", TIME, TRUE, usage.run_usec),
  MEMBER ("user", TIME, FALSE, usage.user_usec),
  MEMBER ("system", TIME, FALSE, usage.system_usec),
  MEMBER ("max_rss", BYTES, FALSE, usage.peak_bytes),
  MEMBER ("faulty", FLAG, FALSE, is_faulty),
  MEMBER ("message", TEXT, FALSE, message),
  MEMBER ("cut", FLAG, FALSE, is_cut),
  MEMBER ("final", FLAG, TRUE, is_final),
  MEMBER ("recorded", FLAG, TRUE, is_recorded),
  MEMBER ("out", PIECES, FALSE, pieces[APOOL_STREAM_STDOUT]),
  MEMBER ("err", PIECES, FALSE, pieces[APOOL_STREAM_STDERR]),
  MEMBER ("sum", HASH, TRUE, sum),
  MEMBER ("command", TEXT, FALSE, command),
  MEMBER ("arguments", WORDS, FALSE, words),
};

static const ApoolJournalMember apool_journal_of_sync[] = {
  MEMBER ("run", TEXT, TRUE, run),
  MEMBER ("events", NUMBER, FALSE, events_length),
  MEMBER ("store", NUMBER, TRUE, store_length),
  MEMBER ("at", TIME, TRUE, at_usec),
};

static const ApoolJournalMember apool_journal_of_trouble[] = {
  MEMBER ("run", TEXT, TRUE, run),
  MEMBER ("what", TEXT, TRUE, message),
};

static const ApoolJournalMember apool_journal_of_finish[] = {
  MEMBER ("run", TEXT, TRUE, run),           MEMBER ("at", TIME, TRUE, at_usec),
  MEMBER ("status", SMALL, TRUE, status),    MEMBER ("done", NUMBER, TRUE, n_done),
  MEMBER ("failed", NUMBER, TRUE, n_failed), MEMBER ("recalled", NUMBER, TRUE, n_recalled),
};

#define SHAPE(name, members, has_outcome)                                                          \
  {                                                                                                \
    name, sizeof name - 1, members, G_N_ELEMENTS (members), has_outcome                            \
  }

static const ApoolJournalShape apool_journal_shapes[] = {
  [APOOL_JOURNAL_EVENT_JOURNAL] = SHAPE ("journal", apool_journal_of_journal, FALSE),
  [APOOL_JOURNAL_EVENT_RUN] = SHAPE ("run", apool_journal_of_run, FALSE),
  [APOOL_JOURNAL_EVENT_START] = SHAPE ("start", apool_journal_of_start, FALSE),
  [APOOL_JOURNAL_EVENT_PIECE] = SHAPE ("piece", apool_journal_of_piece, FALSE),
  [APOOL_JOURNAL_EVENT_RETRY] = SHAPE ("retry", apool_journal_of_end, TRUE),
  [APOOL_JOURNAL_EVENT_END] = SHAPE ("end", apool_journal_of_end, TRUE),
  [APOOL_JOURNAL_EVENT_SYNC] = SHAPE ("sync", apool_journal_of_sync, FALSE),
  [APOOL_JOURNAL_EVENT_TROUBLE] = SHAPE ("trouble", apool_journal_of_trouble, FALSE),
  [APOOL_JOURNAL_EVENT_FINISH] = SHAPE ("finish", apool_journal_of_finish, FALSE),
};
G_STATIC_ASSERT (G_N_ELEMENTS (apool_journal_shapes) == APOOL_N_JOURNAL_EVENTS);

/* Found as bits of a number. */
G_STATIC_ASSERT (G_N_ELEMENTS (apool_journal_of_end) <= 32);

/**
 * apool_journal_shape_get:
 * @type: of an event
 *
 * Returns: what it has
 */
const ApoolJournalShape *
apool_journal_shape_get (ApoolJournalEventType type)
{
  g_return_val_if_fail (type < APOOL_N_JOURNAL_EVENTS, NULL);

  return &apool_journal_shapes[type];
}
