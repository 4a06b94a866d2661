/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/apool-poller.h"
#include "job/apool-observer.h"
#include "sinks/apool-display.h"
#include "sinks/apool-feed.h"
#include "sinks/apool-held.h"
#include "sinks/apool-latest.h"
#include "sinks/apool-mixer.h"
#include "sinks/apool-outlet.h"
#include "sinks/apool-output-config.h"
#include "sinks/apool-pace.h"
#include "sinks/apool-result-file.h"
#include "sinks/apool-tagger.h"
#include "sinks/apool-tail.h"
#include "sinks/apool-trail.h"

G_BEGIN_DECLS

/* As much as a pipe holds where nobody has changed that: pipe(7). */
#define APOOL_FLOW_SCRATCH_BYTES ((gsize) 64 * 1024)

/* What one flow may keep in memory where a full spool has no room for what it must keep. */
#define APOOL_FLOW_ALLOWANCE_BYTES ((gsize) 1024 * 1024)

/**
 * ApoolFlowStalledFunc:
 * @data: (closure): of #ApoolFlowHub
 */
typedef void (*ApoolFlowStalledFunc) (gpointer data);

/**
 * ApoolFlowFailedFunc:
 * @error: (transfer full): why a pipe could not be read or its bytes not be kept
 * @data: (closure): of #ApoolFlowHub
 */
typedef void (*ApoolFlowFailedFunc) (GError *error, gpointer data);

/**
 * ApoolFlowSayFunc:
 * @line: what the user is to be told on standard error
 * @data: (closure): of #ApoolFlowHub
 */
typedef void (*ApoolFlowSayFunc) (const char *line, gpointer data);

/**
 * ApoolFlowHub:
 * @config: how all of them print
 * @spool: where bytes wait
 * @place: the same, and what compresses them
 * @poller: watches the pipes
 * @pace: holds back flows that wait while jobs write faster than it can leave
 * @scratch: APOOL_FLOW_SCRATCH_BYTES, used within a call
 * @tagged: as many, for lines with their labels
 * @mixers: (nullable each): by stream: where lines go as they come, where that is wanted
 * @stalled: told that a pipe has bytes and the spool is full, from the context
 * @failed: told what happened to a pipe while nobody was calling, from the context: the flow reads
 *   no further; and why a job's results cannot be kept, as the job begins
 * @say: told what the user has to know of what is printed
 * @data: (closure): for these
 * @display: (nullable): where latest lines are shown
 * @keeps_bytes: whether any of the keepers has to see what jobs write
 * @keeps_ends: whether any of them has to see the end of what jobs write that fail
 * @shares_outlet: whether both streams go to the same file
 *
 * What all flows of an output share. Owned by the output; outlives its flows.
 */
typedef struct
{
  const ApoolOutputConfig *config;
  ApoolSpool *spool;
  ApoolHeldPlace place;
  ApoolPoller *poller;
  ApoolPace *pace;
  guint8 *scratch;
  guint8 *tagged;
  ApoolMixer *mixers[APOOL_N_STREAMS];
  ApoolFlowStalledFunc stalled;
  ApoolFlowFailedFunc failed;
  ApoolFlowSayFunc say;
  gpointer data;
  ApoolDisplay *display;
  gboolean keeps_bytes;
  gboolean keeps_ends;
  gboolean shares_outlet;
} ApoolFlowHub;

/**
 * ApoolFlow:
 * @hub: what it shares with others
 * @kept_task: (nullable): whose bytes those who keep them are told they are; the owner's
 * @stream: which of its streams this is
 * @n_written: how many bytes the job has written
 * @is_void: whether these do not count: only those who keep them get to see them
 * @begins_line: whether its first byte is to be at the beginning of a line
 * @is_silent: whether what the job writes is not printed, only kept
 * @is_named: whether what is told of its bytes is the name of @result
 * @result: keeps its bytes, without labels; or nothing
 * @gathered: of what @result is to keep, the bytes that are not compressed yet
 * @collected: its bytes, without labels, for the row of its job; or nothing
 * @tagger: what is around its lines
 * @latest: the latest line, where only that is printed
 * @row: (nullable): what shows it, if it is the one that came last there; the owner's
 * @held: the bytes that wait, with their labels
 * @outlet: (nullable): where the bytes go; %NULL as long as it is not the flow's turn
 * @mixer: (nullable): where lines go instead, as they come, without any turn
 * @input: of @mixer
 * @feed: where bytes come from that the job wrote in an earlier run; or nothing
 * @is_ended: whether all of @feed has been taken, and it is over
 * @pipe: the pipe that more bytes come from, owned; or -1
 * @watch: on @pipe, while bytes are wanted
 * @paced: of the hub's @pace
 * @is_passed: whether it has or had a pipe; otherwise its bytes are pushed
 * @is_stalled: whether the pipe has bytes and the spool is full
 * @allowance: how many bytes it may keep while the spool is full
 * @has_printed: whether the outlet was given anything
 * @tail: the end of what the job wrote
 * @trail: more of it, where that is wanted
 *
 * What one job writes to one of its streams, on its way to an outlet. Embedded by its owner, who
 * does not move it.
 */
typedef struct
{
  const ApoolFlowHub *hub;
  ApoolTask *kept_task;
  ApoolStream stream;
  guint64 n_written;
  gboolean is_void;
  gboolean begins_line;
  gboolean is_silent;
  gboolean is_named;
  ApoolResultFile result;
  ApoolPad gathered;
  ApoolCollected collected;
  ApoolTagger tagger;
  ApoolLatest latest;
  ApoolDisplayRow *row;
  ApoolHeld held;
  ApoolOutlet *outlet;
  ApoolMixer *mixer;
  ApoolMixerInput input;
  ApoolFeed feed;
  gboolean is_ended;
  int pipe;
  ApoolWatch watch;
  ApoolPaced paced;
  gboolean is_passed;
  gboolean is_stalled;
  gsize allowance;
  gboolean has_printed;
  ApoolTail tail;
  ApoolTrail trail;
} ApoolFlow;

void apool_flow_hub_set_full_error (const ApoolFlowHub *self, GError **error);

void apool_flow_init (ApoolFlow *self, const ApoolFlowHub *hub, ApoolLabel *label);
void apool_flow_clear (ApoolFlow *self);

gboolean apool_flow_push (ApoolFlow *self, gconstpointer data, gsize length, GError **error);
gboolean apool_flow_print (ApoolFlow *self, gconstpointer data, gsize length, GError **error);
gboolean apool_flow_print_title (ApoolFlow *self, const ApoolLabel *label, GError **error);
gboolean
apool_flow_relabel (ApoolFlow *self, ApoolLabel *label, gboolean is_titled, GError **error);
gboolean apool_flow_print_first (ApoolFlow *self, gconstpointer data, gsize length, GError **error);
gboolean apool_flow_reprint (
    ApoolFlow *self, gconstpointer data, gsize length, guint64 *n_in_memory, GError **error);
void apool_flow_drop (ApoolFlow *self);
gboolean apool_flow_set_pipe (ApoolFlow *self, int fd, GError **error);
void apool_flow_set_outlet (ApoolFlow *self, ApoolOutlet *outlet);
void apool_flow_go_on (ApoolPaced *paced);
void apool_flow_set_mixer (ApoolFlow *self, ApoolMixer *mixer);
gboolean apool_flow_pump (ApoolFlow *self, GError **error);
gboolean apool_flow_resume (ApoolFlow *self, gsize allowance, GError **error);
gboolean apool_flow_close (ApoolFlow *self, GError **error);
gboolean apool_flow_void (ApoolFlow *self, GError **error);
gboolean apool_flow_finish (ApoolFlow *self, GError **error);
gboolean apool_flow_has_latest (const ApoolFlow *self);
gboolean apool_flow_print_latest (ApoolFlow *self, GError **error);
void apool_flow_tell_cut (const ApoolFlow *self, guint64 seq);

void apool_flow_set_feed (ApoolFlow *self, ApoolRecorded *recorded);
gboolean apool_flow_can_feed (const ApoolFlow *self);
gboolean apool_flow_feed (ApoolFlow *self, gsize *budget, GError **error);
gboolean apool_flow_feed_all (ApoolFlow *self, GError **error);
guint64 apool_flow_get_blocked (const ApoolFlow *self);

gboolean apool_flow_is_empty (const ApoolFlow *self);
guint64 apool_flow_get_kept (const ApoolFlow *self);
gboolean apool_flow_is_stalled (const ApoolFlow *self);

G_END_DECLS
