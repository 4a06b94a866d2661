/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-identity.h"
#include "job/apool-observer.h"

G_BEGIN_DECLS

/* The version of the journal that this program writes, and the only one that it reads. */
#define APOOL_JOURNAL_VERSION 1

/* Pieces of one stream of one job, and words of one list: more are no event. */
#define APOOL_JOURNAL_MAX_EXTENTS 100000u
#define APOOL_JOURNAL_MAX_WORDS (4u * 1024 * 1024)

/**
 * ApoolJournalEventType:
 * @APOOL_JOURNAL_EVENT_JOURNAL: what the journal is of: the first one
 * @APOOL_JOURNAL_EVENT_RUN: a run has begun to write
 * @APOOL_JOURNAL_EVENT_START: an attempt at a job was started
 * @APOOL_JOURNAL_EVENT_PIECE: a job that runs has got a piece of the output store; what it has not
 *   written of it reads as zeros
 * @APOOL_JOURNAL_EVENT_RETRY: an attempt is over and does not count
 * @APOOL_JOURNAL_EVENT_END: a job is settled
 * @APOOL_JOURNAL_EVENT_SYNC: what is before it, and so much of the store, is on the disk
 * @APOOL_JOURNAL_EVENT_TROUBLE: something could not be recorded
 * @APOOL_JOURNAL_EVENT_FINISH: a run has come to its end
 */
typedef enum
{
  APOOL_JOURNAL_EVENT_JOURNAL,
  APOOL_JOURNAL_EVENT_RUN,
  APOOL_JOURNAL_EVENT_START,
  APOOL_JOURNAL_EVENT_PIECE,
  APOOL_JOURNAL_EVENT_RETRY,
  APOOL_JOURNAL_EVENT_END,
  APOOL_JOURNAL_EVENT_SYNC,
  APOOL_JOURNAL_EVENT_TROUBLE,
  APOOL_JOURNAL_EVENT_FINISH,
  APOOL_N_JOURNAL_EVENTS,
} ApoolJournalEventType;

/**
 * ApoolJournalExtent:
 * @offset: where in the store it begins
 * @length: how many bytes it has
 */
typedef struct
{
  guint64 offset;
  guint64 length;
} ApoolJournalExtent;

/**
 * ApoolJournalPieces:
 * @extents: (array length=n): in the order in which they were written to
 * @n: how many
 *
 * Where a stream of a job is in the store.
 */
typedef struct
{
  const ApoolJournalExtent *extents;
  gsize n;
} ApoolJournalPieces;

/**
 * ApoolJournalWords:
 * @values: (array length=n): each of any bytes
 * @n: how many
 */
typedef struct
{
  const ApoolValue *values;
  gsize n;
} ApoolJournalWords;

/**
 * ApoolJournalOption:
 * @name: ASCII
 * @value: any bytes
 */
typedef struct
{
  ApoolValue name;
  ApoolValue value;
} ApoolJournalOption;

/**
 * ApoolJournalOptions:
 * @pairs: (array length=n): each name once
 * @n: how many
 */
typedef struct
{
  const ApoolJournalOption *pairs;
  gsize n;
} ApoolJournalOptions;

/**
 * ApoolJournalEvent:
 * @type: what has happened; below, in brackets, which of them have a member. The others are nothing
 * @run: which run it happened in, as text [all but JOURNAL]
 * @version: of the journal [JOURNAL]
 * @words: of the template [JOURNAL], of the command line [RUN], the arguments [RETRY, END]
 * @options: those that shape jobs [JOURNAL]
 * @directory: where jobs run [JOURNAL]
 * @shell: of the jobs [JOURNAL]
 * @apool: the version of the program [JOURNAL]
 * @pid: of the process that writes [RUN]
 * @n_jobs: how many run at a time [RUN]
 * @seq: the job's number in that run, from 1 [START, PIECE, RETRY, END]
 * @attempt: from 1 [START, PIECE, RETRY, END]
 * @worker: which worker ran it, 0 where none did [START, RETRY, END]
 * @slot: in which slot, 0 where in none [START, RETRY, END]
 * @name: (optional): what the job is called [START]
 * @usage: @start_usec [RUN, START, RETRY, END]; the others [RETRY, END]. None is negative
 * @key: what the job is [RETRY, END]
 * @occurrence: as which one of those with that key it comes in the input [RETRY, END]
 * @has_batch: whether @batch is known [RETRY, END]
 * @batch: of which records it is [RETRY, END]
 * @kind: what became of it [RETRY, END]
 * @code: as an outcome has it: 0-255 of an exit, 0-127 of a signal [RETRY, END]
 * @is_faulty: whether it failed although it exited with 0 [RETRY, END]
 * @message: (optional): why it could not be started and the like [RETRY, END]; what could not be
 *   recorded [TROUBLE]
 * @is_cut: whether not all of its output was read [RETRY, END]
 * @is_final: whether it ended by itself: then it is not run again [RETRY, END]
 * @is_recorded: whether all that it wrote is in the store [RETRY, END]
 * @pieces: where what it wrote is in the store [RETRY, END]; just one extent of one stream [PIECE]
 * @sum: apool_journal_sum_get() of what it wrote to stdout and stderr [RETRY, END]
 * @command: (optional): what was run [RETRY, END]
 * @events_length: how many bytes of the events are on the disk; 0 where that was not said [SYNC]
 * @store_length: how much of the store is on the disk [SYNC]
 * @at_usec: when, microseconds since 1970 (UTC) [SYNC, FINISH]
 * @status: the exit status of the run [FINISH]
 * @n_done: jobs that were run to their end [FINISH]
 * @n_failed: those of all jobs that failed [FINISH]
 * @n_recalled: jobs that were not run, because the journal had them [FINISH]
 * @memory: (nullable): what an event that was read owns
 *
 * One event. Whoever writes one fills it with what is owned elsewhere, and needs not clear it.
 */
typedef struct
{
  ApoolJournalEventType type;
  ApoolValue run;
  guint64 version;
  ApoolJournalWords words;
  ApoolJournalOptions options;
  ApoolValue directory;
  ApoolValue shell;
  ApoolValue apool;
  guint64 pid;
  guint64 n_jobs;
  guint64 seq;
  guint32 attempt;
  guint32 worker;
  guint32 slot;
  ApoolValue name;
  ApoolUsage usage;
  guint8 key[APOOL_IDENTITY_KEY_BYTES];
  guint64 occurrence;
  gboolean has_batch;
  ApoolIdentityBatch batch;
  ApoolOutcomeKind kind;
  int code;
  gboolean is_faulty;
  ApoolValue message;
  gboolean is_cut;
  gboolean is_final;
  gboolean is_recorded;
  ApoolJournalPieces pieces[APOOL_N_STREAMS];
  guint64 sum;
  ApoolValue command;
  guint64 events_length;
  guint64 store_length;
  gint64 at_usec;
  guint32 status;
  guint64 n_done;
  guint64 n_failed;
  guint64 n_recalled;
  gpointer memory;
} ApoolJournalEvent;

void apool_journal_event_init (ApoolJournalEvent *event, ApoolJournalEventType type);
void apool_journal_event_clear (ApoolJournalEvent *event);

void apool_journal_event_append (const ApoolJournalEvent *event, GString *line);
gboolean apool_journal_event_parse (ApoolJournalEvent *event, const char *line, gsize length);

gboolean apool_journal_event_is_failure (const ApoolJournalEvent *event);
guint64 apool_journal_pieces_get_length (const ApoolJournalPieces *pieces);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ApoolJournalEvent, apool_journal_event_clear)

G_END_DECLS
