/* SPDX-License-Identifier: MIT */
#pragma once

#include <sys/resource.h>

#include "base/apool-poller.h"
#include "wire/apool-channel.h"
#include "worker/apool-execution.h"
#include "worker/apool-hook-run.h"
#include "worker/apool-jobs.h"
#include "worker/apool-leaks.h"
#include "worker/apool-reaper.h"
#include "worker/apool-worker.h"

G_BEGIN_DECLS

typedef enum
{
  APOOL_STAGE_NEW,       /* no SETUP yet */
  APOOL_STAGE_PREPARING, /* its init runs; tasks wait */
  APOOL_STAGE_READY,
  APOOL_STAGE_UNFIT,   /* its init failed; tasks wait */
  APOOL_STAGE_CLOSING, /* CLOSE has come; what runs is waited for */
  APOOL_STAGE_LEAVING, /* nothing runs; what was said is being written */
} ApoolStage;

struct _ApoolWorker
{
  GMainContext *context;
  ApoolPoller *poller;
  ApoolReaper *reaper;
  ApoolChannel *channel;
  ApoolExecutionSetting setting; /* complete after SETUP, but for what is called */
  ApoolSlots *slots;
  ApoolJobs *jobs;
  ApoolLeftovers *leftovers; /* (nullable): before SETUP */
  ApoolLeaks *leaks;         /* (nullable): before SETUP */
  ApoolStage stage;
  GVariant *setup_body; /* (nullable): before SETUP */
  ApoolSetup setup;     /* points into setup_body; all zero before */
  char *shell;
  ApoolWarmShell *warm_shell;           /* (nullable): what starts jobs for that shell */
  struct rlimit open_files;             /* of jobs: what we had before we raised our own */
  int output_fds[APOOL_N_STREAMS];      /* where jobs write themselves; -1 where they do not */
  int state_fd;                         /* what init's shell leaves; -1 without */
  ApoolHookRun *runs[APOOL_HOOK_ERROR]; /* (nullable): of init and exit */
  gboolean is_prepared;                 /* init has succeeded, or there is none */
  gboolean is_terminating;
  gboolean is_paused;  /* nothing is started, and what runs is stopped */
  gboolean is_hurried; /* TERMINATE has come after CLOSE */
  gboolean is_closed;
  int status;
};

gboolean apool_worker_fail (GError **error, const char *what);
void apool_worker_go_on (ApoolWorker *self);
void apool_worker_start_init (ApoolWorker *self);
void apool_worker_get_ready (ApoolWorker *self);

/* apool-worker-setup.c */
gboolean apool_worker_take_setup (ApoolWorker *self, ApoolMessage *message, GError **error);
void apool_worker_raise_open_files (ApoolWorker *self);

G_END_DECLS
