/* SPDX-License-Identifier: MIT */
/* A worker at the other end of a wire, played by the test, and what its factory and the pool see of
 * it. */
#pragma once

#include "factory/apool-wire-proxy.h"
#include "raw-peer.h"

/* Short, so that a test takes no time; nothing is measured by it. */
#define WIRE_SHORT_MSEC 6u
/* As good as without end. */
#define WIRE_LONG_MSEC 3000000u

typedef struct
{
  GMainContext *context; /* of the proxy and of the peer */
  ApoolWireProxy *proxy;
  GSource *peer_source; /* (nullable): of @peer, before the end of the stream */
  GByteArray *received; /* what the peer was told and has not yet taken */
  int peer;             /* what the peer speaks through; -1 after the end of the stream */
  gboolean answers;     /* whether the peer answers a PING */
  guint n_pings;        /* what the peer was told */
  guint n_closes;
  guint n_terminates;
  guint64 credit;  /* bytes, of all tasks and streams */
  guint n_asked;   /* what the factory was told */
  guint n_excuses; /* how often it may still be excused */
  guint n_killed;
  GString *log; /* the events, each as a word, and what they say */
} WireStage;

/* What is wanted of the worker. */
typedef struct
{
  const char *init;    /* (nullable) */
  const char *exit;    /* (nullable) */
  const char *termseq; /* (nullable) */
  guint timeout_msec;
} WireWishes;

void wire_stage_open_silent (WireStage *self, const WireWishes *wishes);
void wire_stage_open (WireStage *self, const WireWishes *wishes);
void wire_stage_open_started (WireStage *self, guint n);
void wire_stage_close (WireStage *self);
const ApoolWireProxyFuncs *wire_stage_get_funcs (void);

void wire_stage_run (WireStage *self);
void wire_stage_run_until (WireStage *self, const char *event);
void wire_stage_queue_task (WireStage *self, guint64 seq);
void wire_stage_end_stream (WireStage *self);

void wire_stage_check_log (WireStage *self, const char *expected);
void wire_stage_check_fault (WireStage *self, const char *words);
