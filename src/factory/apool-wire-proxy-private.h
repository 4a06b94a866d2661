/* SPDX-License-Identifier: MIT */
#pragma once

#include "factory/apool-patience.h"
#include "factory/apool-urgency.h"
#include "factory/apool-wire-proxy.h"
#include "wire/apool-channel.h"

G_BEGIN_DECLS

struct _ApoolWireProxy
{
  ApoolWorkerProxy parent_instance;

  ApoolChannel *channel; /* (nullable) */
  ApoolWireProxyFuncs funcs;
  gpointer data;
  ApoolPatience *patience; /* (nullable) before it is complete */
  ApoolUrgency *urgency;   /* the same: where it was told to end jobs */
  guint termseq_msec;      /* how long that may take it */
  gboolean has_init;
  gboolean has_exit;
  guint hook_timeout_msec;
  guint max_passed; /* of how many tasks at once it may pass the pipes */
  gboolean init_is_told;
  gboolean is_asked;   /* its end was asked for */
  gboolean is_leaving; /* it was told to run its exit hook, and to end */
  gboolean exit_is_told;
  gboolean has_left; /* it looks for what its tasks may have left: it is told to end, and awaited */
  gboolean is_gone;
  gboolean channel_is_closed;
  gboolean process_has_ended;
  gboolean is_congested;
  guint64 except;   /* a task that may stream all the same; 0: none */
  GHashTable *jobs; /* guint64 in the job → ApoolWireJob, owned, of tasks that sent output */
  guint n_passed;   /* of them, those that have passed their pipes */
  GError *error;    /* (nullable): what went wrong with the dialogue */
  char *how;        /* (nullable): how the process ended */
};

/* What a started task has sent. */
typedef struct
{
  guint64 seq;
  gsize owed[APOOL_N_STREAMS]; /* bytes taken and not acknowledged */
  gboolean is_passed;          /* its pipes have come: nothing else does */
} ApoolWireJob;

void apool_wire_proxy_post (ApoolWireProxy *self, const ApoolDraft *draft);
void apool_wire_proxy_send (ApoolWorkerProxy *worker, ApoolMessageType type, GVariant *body);

/* apool-wire-reports.c */
gboolean apool_wire_proxy_take (ApoolWireProxy *self, ApoolMessage *message, GError **error);
void apool_wire_proxy_give_credit (ApoolWireProxy *self, ApoolWireJob *job);

G_END_DECLS
