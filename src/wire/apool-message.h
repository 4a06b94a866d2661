/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "job/apool-hook.h"
#include "job/apool-job-state.h"
#include "job/apool-leak.h"
#include "job/apool-observer.h"
#include "job/apool-outcome.h"
#include "job/apool-surroundings.h"
#include "job/apool-task.h"
#include "wire/apool-draft.h"

G_BEGIN_DECLS

#define APOOL_MESSAGE_VERSION 2u

/* A peer's features, bits of HELLO. */
#define APOOL_FEATURE_PASSES_FDS 1u

/* What may be under way, per stream of a job, before the manager gives credit again: bytes. */
#define APOOL_MESSAGE_WINDOW (256u * 1024)

/* What a worker has open, beside what belongs to jobs, and for each job; and what it would like to
 * have to spare. */
#define APOOL_MESSAGE_WORKER_FILES 16u
#define APOOL_MESSAGE_JOB_FILES 2u
#define APOOL_MESSAGE_SPARE_FILES 48u

/* Variables that one task may bring. */
#define APOOL_MESSAGE_MAX_VARIABLES 1024u

/* Of how many running tasks an ANSWER tells at most. */
#define APOOL_MESSAGE_MAX_STATES 10000u

/**
 * ApoolMessageType:
 * @APOOL_MESSAGE_HELLO: both ways, first of all: version, features, cores, process, host
 * @APOOL_MESSAGE_ABORT: both ways, last of all: why the sender ends the dialogue
 * @APOOL_MESSAGE_PING: both ways: asks for a PONG with the same token
 * @APOOL_MESSAGE_PONG: both ways: the answer
 * @APOOL_MESSAGE_SETUP: to the worker: its slots and what its jobs need to know; two descriptors
 * with it are their standard output and standard error
 * @APOOL_MESSAGE_TASK: to the worker: a task; a descriptor with it is the job's standard input
 * @APOOL_MESSAGE_STREAM: to the worker: send this task's output as it is written
 * @APOOL_MESSAGE_CREDIT: to the worker: that much more output of a stream may be sent
 * @APOOL_MESSAGE_RECALL: to the worker: give back so many tasks that have not been started
 * @APOOL_MESSAGE_TERMINATE: to the worker: end what runs, give the rest back, start nothing more;
 *   after CLOSE that means the exit hook too
 * @APOOL_MESSAGE_GRANT: to the worker: slots that it may use beside those that it has
 * @APOOL_MESSAGE_CLOSE: to the worker: no more tasks will come; it runs its exit hook and ends
 * @APOOL_MESSAGE_STARTED: to the manager: this task is about to be started
 * @APOOL_MESSAGE_OUTPUT: to the manager: bytes that a task wrote
 * @APOOL_MESSAGE_PIPES: to the manager: the read ends of a task's two streams, as descriptors
 * @APOOL_MESSAGE_FINISHED: to the manager: what became of a task, with what it wrote and was not
 *   sent before
 * @APOOL_MESSAGE_RECALLED: to the manager: these tasks will not be started here
 * @APOOL_MESSAGE_HOOK: to the manager: how its init or exit hook ended
 * @APOOL_MESSAGE_PAUSE: to the worker: stop a task, or let it go on; 0 means all, those too that
 * come later: none is started meanwhile
 * @APOOL_MESSAGE_ASK: to the worker: asks for an ANSWER with the same token
 * @APOOL_MESSAGE_ANSWER: to the manager: what the worker knows of the tasks that it runs
 * @APOOL_MESSAGE_EXITED: to the manager: this task's process is gone and its slot free, though its
 *   output is still waited for; not sent where FINISHED follows at once
 * @APOOL_MESSAGE_END: to the worker: end this task before its time, where it runs
 * @APOOL_MESSAGE_REVOKE: to the worker: give up the slots above this number as they become free,
 *   and start nothing in them; the last one counts
 * @APOOL_MESSAGE_REVOKED: to the manager: these slots are given up
 * @APOOL_MESSAGE_LEFT: to the manager: what a task has left behind, or that something is looked
 *   for: then the worker is not to be let go without CLOSE, which it answers for when it has looked
 * @APOOL_MESSAGE_STOPPED: to the manager: this task's process has been stopped by that signal:
 *   SIGTTIN or SIGTTOU: it wants the terminal, and is ended; SIGTSTP where it has that: it waits
 * for TERMINAL
 * @APOOL_MESSAGE_TERMINAL: to the worker: what waits for it goes on; whether the user is there
 */
typedef enum
{
  APOOL_MESSAGE_HELLO = 1,
  APOOL_MESSAGE_ABORT,
  APOOL_MESSAGE_PING,
  APOOL_MESSAGE_PONG,
  APOOL_MESSAGE_SETUP,
  APOOL_MESSAGE_TASK,
  APOOL_MESSAGE_STREAM,
  APOOL_MESSAGE_CREDIT,
  APOOL_MESSAGE_RECALL,
  APOOL_MESSAGE_TERMINATE,
  APOOL_MESSAGE_GRANT,
  APOOL_MESSAGE_CLOSE,
  APOOL_MESSAGE_STARTED,
  APOOL_MESSAGE_OUTPUT,
  APOOL_MESSAGE_PIPES,
  APOOL_MESSAGE_FINISHED,
  APOOL_MESSAGE_RECALLED,
  APOOL_MESSAGE_HOOK,
  APOOL_MESSAGE_EXITED,
  APOOL_MESSAGE_END,
  APOOL_MESSAGE_REVOKE,
  APOOL_MESSAGE_REVOKED,
  APOOL_MESSAGE_LEFT,
  APOOL_MESSAGE_STOPPED,
  APOOL_MESSAGE_TERMINAL,
  APOOL_MESSAGE_PAUSE,
  APOOL_MESSAGE_ASK,
  APOOL_MESSAGE_ANSWER,
  APOOL_N_MESSAGES,
} ApoolMessageType;

/**
 * ApoolMessage:
 * @type: which
 * @frame: (transfer none): of the type's format and in normal form
 * @body: (transfer none) (nullable): the same as a GVariant; %NULL for HELLO, TASK, STREAM, CREDIT,
 *   STARTED, OUTPUT, PIPES, FINISHED and EXITED, which are read from @frame
 * @fds: descriptors that came with it; whoever takes one sets its place to -1
 * @n_fds: how many
 */
typedef struct
{
  ApoolMessageType type;
  const ApoolFrame *frame;
  GVariant *body;
  int fds[APOOL_FRAME_MAX_FDS];
  guint n_fds;
} ApoolMessage;

/**
 * ApoolHello:
 * @version: of the wire
 * @features: a set of APOOL_FEATURE_…
 * @cores: usable ones
 * @pid: the sender's process
 * @host: its name
 */
typedef struct
{
  guint32 version;
  guint32 features;
  guint32 cores;
  guint32 pid;
  const char *host;
} ApoolHello;

/**
 * ApoolSetup:
 * @number: the worker's place in the pool, counted from 1
 * @slots: (array length=n_slots): the slot numbers that the worker may use, one job in each
 * @n_slots: how many; 0 for a worker that gets them by GRANT
 * @shell: the shell's path; empty for the worker's own choice
 * @run: the name of the run, first part of APOOL_JOB
 * @manager_pid: for PARALLEL_PID
 * @drain_msec: how long an output that a job left open is waited for, milliseconds
 * @ignored_signals: as apool_process_get_ignored_signals() of the manager
 * @max_passed: of how many jobs at once the manager takes the pipes; the output of more comes in
 *   pieces
 * @init: (nullable): a command to be run before the first job; none where it is empty
 * @exit: (nullable): a command to be run before the worker ends; none where it is empty
 * @hook_timeout_msec: how long each of these may run, milliseconds; 0 without limit
 * @slot_variable: (nullable): the name of a variable that holds each job's slot, counted from 0;
 *   none where it is empty
 * @open_files: how many files a job may have open: the soft limit; 0 for what the worker finds
 * @streams: whether the output of every job is to be sent as it is written, without STREAM
 * @merges: whether what a job writes to standard error is to be part of its standard output
 * @is_direct: whether jobs write to the descriptors that come with the message, and none of it
 * comes back; where there are none on the way the dialogue is over
 * @is_warm: whether jobs that a shell runs are forks of one that runs already
 * @termseq: (nullable): as apool_termseq_parse() takes it: how jobs are ended; as
 *   %APOOL_TERMSEQ_DEFAULT where it is empty
 * @leaks: what becomes of processes that jobs leave behind
 * @surroundings: what jobs find around them
 */
typedef struct
{
  guint32 number;
  const guint32 *slots;
  gsize n_slots;
  const char *shell;
  const char *run;
  guint32 manager_pid;
  guint32 drain_msec;
  guint32 ignored_signals;
  guint32 max_passed;
  const char *init;
  const char *exit;
  guint32 hook_timeout_msec;
  const char *slot_variable;
  guint32 open_files;
  gboolean streams;
  gboolean merges;
  gboolean is_direct;
  gboolean is_warm;
  const char *termseq;
  ApoolLeakPolicy leaks;
  ApoolSurroundings surroundings;
} ApoolSetup;

/**
 * ApoolFinished:
 * @seq: the task
 * @outcome: (transfer full): what became of it
 * @data: per stream, the bytes not sent before
 * @length: per stream, how many
 */
typedef struct
{
  guint64 seq;
  ApoolOutcome *outcome;
  const char *data[APOOL_N_STREAMS];
  gsize length[APOOL_N_STREAMS];
} ApoolFinished;

const GVariantType *apool_message_get_format (guint type);
gboolean apool_message_read (const ApoolFrame *frame, GVariant **body, GError **error);

void apool_message_draft_hello (ApoolDraft *draft, const ApoolHello *hello);
void apool_message_get_hello (const ApoolFrame *frame, ApoolHello *hello);
GVariant *apool_message_new_setup (const ApoolSetup *setup);
gboolean apool_message_get_setup (GVariant *body, ApoolSetup *setup, GError **error);
void apool_message_draft_task (ApoolDraft *draft, const ApoolTask *task);
ApoolTask *apool_message_get_task (const ApoolFrame *frame, GError **error);
void apool_message_draft_seq (ApoolDraft *draft, ApoolMessageType type, guint64 seq);
guint64 apool_message_get_seq (const ApoolFrame *frame);
void apool_message_draft_started (ApoolDraft *draft, guint64 seq, guint32 slot);
void apool_message_get_started (const ApoolFrame *frame, guint64 *seq, guint32 *slot);
void apool_message_draft_credit (ApoolDraft *draft, guint64 seq, ApoolStream stream, guint32 bytes);
void
apool_message_get_credit (const ApoolFrame *frame, guint64 *seq, guint32 *stream, guint32 *bytes);
void apool_message_draft_output (
    ApoolDraft *draft, guint64 seq, ApoolStream stream, const char *data, gsize length);
gboolean apool_message_get_output (const ApoolFrame *frame,
                                   guint64 *seq,
                                   ApoolStream *stream,
                                   const char **data,
                                   gsize *length,
                                   GError **error);
void apool_message_draft_finished (ApoolDraft *draft, const ApoolFinished *finished);
gboolean
apool_message_get_finished (const ApoolFrame *frame, ApoolFinished *finished, GError **error);
GVariant *apool_message_new_end (guint64 seq, ApoolEndReason reason);
gboolean
apool_message_get_end (GVariant *body, guint64 *seq, ApoolEndReason *reason, GError **error);
GVariant *apool_message_new_slots (const GArray *slots);
GArray *apool_message_dup_slots (GVariant *body);
GVariant *apool_message_new_hook (const ApoolHookReport *report);
gboolean apool_message_get_hook (GVariant *body, ApoolHookReport *report, GError **error);
GVariant *apool_message_new_left (const ApoolLeak *leak);
gboolean apool_message_get_left (GVariant *body, ApoolLeak *leak, GError **error);
GVariant *apool_message_new_pause (guint64 seq, gboolean is_paused);
void apool_message_get_pause (GVariant *body, guint64 *seq, gboolean *is_paused);
GVariant *apool_message_new_answer (guint64 token, const ApoolJobState *states, gsize n_states);
GArray *apool_message_dup_answer (GVariant *body, guint64 *token, GError **error);
GVariant *apool_message_new_text (const char *text);
char *apool_message_dup_text (GVariant *body);
char *apool_message_dup_printable (const char *text, gsize max_bytes);

G_END_DECLS
