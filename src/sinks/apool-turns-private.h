/* SPDX-License-Identifier: MIT */
#pragma once

#include "sinks/apool-aside.h"
#include "sinks/apool-recalls.h"
#include "sinks/apool-turns.h"

G_BEGIN_DECLS

/**
 * ApoolTurnsPhase:
 * @APOOL_TURNS_RUNNING: jobs may come
 * @APOOL_TURNS_PRINTING_FINISHED: none come; those that ended by themselves are printed
 * @APOOL_TURNS_PRINTING_ENDED: then those that the pool ended
 * @APOOL_TURNS_PRINTED: the outlets have been given everything
 */
typedef enum
{
  APOOL_TURNS_RUNNING,
  APOOL_TURNS_PRINTING_FINISHED,
  APOOL_TURNS_PRINTING_ENDED,
  APOOL_TURNS_PRINTED,
} ApoolTurnsPhase;

struct _ApoolTurns
{
  const ApoolFlowHub *hub; /* not owned */
  ApoolOutlet
      *outlets[APOOL_N_STREAMS]; /* not owned; stderr's is NULL where stdout's serves both */
  ApoolBacklog *backlog;
  ApoolRecalls *recalls;   /* those in the backlog that are in their records still */
  ApoolAside *aside;       /* attempts at jobs that are to be tried again */
  GHashTable *running;     /* seq → ApoolOutputJob, owned; the current one too while it runs */
  ApoolOutputJob *current; /* (nullable): the one that prints; owned unless it is running */
  GQueue ending;           /* ApoolOutputJob, owned: finished, with lines that wait for a mixer */
  gboolean is_ending;      /* no job gets the turn before it is over */
  ApoolTurnsPhase phase;
  guint64 turn;        /* the current job's, or the one waited for */
  guint64 n_finished;  /* jobs so far */
  guint64 n_turns;     /* numbers of completion that have been given out */
  guint64 n_printed;   /* jobs whose output is with the outlets */
  gint64 ask_deadline; /* when the current job is to be asked to stream; monotonic time */

  guint64 printable_end;   /* turns before it are finished without a gap */
  guint64 printable_bytes; /* what those of them that are in the backlog wrote */
};

void apool_turns_set_current (ApoolTurns *self, ApoolOutputJob *job);

G_END_DECLS
