/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "base/apool-poller.h"
#include "base/apool-termseq.h"
#include "job/apool-observer.h"
#include "job/apool-outcome.h"
#include "job/apool-surroundings.h"
#include "job/apool-task.h"
#include "worker/apool-environment.h"
#include "worker/apool-foreground.h"
#include "worker/apool-program.h"
#include "worker/apool-warm-shell.h"

G_BEGIN_DECLS

/**
 * ApoolExecution:
 *
 * One task that is being run: its process, its two pipes (one, where they are merged), its end.
 *
 * What it writes is held until it ends. When that becomes too much, or when somebody waits for it,
 * it leaves earlier: by apool_execution_pass() as the pipes themselves, or by
 * apool_execution_stream() in pieces. It is over when its process has exited; what is readable
 * then is read, and where the output is still open and its process group not empty, it is waited
 * for a little (the drain time).
 */
typedef struct _ApoolExecution ApoolExecution;

/**
 * ApoolExecutionPause:
 * @APOOL_EXECUTION_PAUSED_ALONE: it alone is meant
 * @APOOL_EXECUTION_PAUSED_WITH_ALL: everything stands still
 *
 * Why an execution is stopped: a set of bits.
 */
typedef enum
{
  APOOL_EXECUTION_PAUSED_ALONE = 1 << 0,
  APOOL_EXECUTION_PAUSED_WITH_ALL = 1 << 1,
} ApoolExecutionPause;

/**
 * ApoolExecutionFuncs:
 * @overflow: more is held than may be: has to call apool_execution_pass() or
 *   apool_execution_stream()
 * @output: a piece of a streamed output. Returns %FALSE where no more can be taken until
 *   apool_execution_resume()
 * @exited: its process is gone: the slot is free, though output may still be waited for
 * @finished: it is over; the callee may free it
 */
typedef struct
{
  void (*overflow) (ApoolExecution *self, gpointer data);
  gboolean (*output) (ApoolExecution *self,
                      ApoolStream stream,
                      const GByteArray *bytes,
                      gpointer data);
  void (*exited) (ApoolExecution *self, gpointer data);
  void (*finished) (ApoolExecution *self, gpointer data);
} ApoolExecutionFuncs;

/**
 * ApoolExecutionSetting:
 * @context: where callbacks run
 * @poller: for the pipes
 * @environment: of the jobs
 * @finder: what to execute for a task
 * @default_signals: as #ApoolChildSpec.default_signals
 * @open_files: (nullable): as #ApoolChildSpec.open_files
 * @surroundings: (nullable): what jobs find around them; hooks do not
 * @foreground: (nullable): the terminal that jobs have as their standard input; hooks do not
 * @warm_shell: (nullable): what starts jobs that a shell runs; hooks have one of their own
 * @is_for_hooks: whether what is run is no job: its environment names none
 * @pid: of this process
 * @drain_msec: how long an output left open is waited for, milliseconds
 * @termseq: by which signals jobs are ended before their time
 * @output_fds: (nullable) (array fixed-size=2): where jobs write themselves: nothing of it comes
 *   here, and none of them is waited for when it has exited. Those of hooks come here all the same
 * @merges: whether a job's standard error goes where its standard output does, so that all of it
 *   comes as that, in the order in which it was written; that of a hook does not
 * @streams: whether what a job writes goes out at once, as after apool_execution_want(); what is
 *   written by a hook does not
 * @funcs: what to call
 * @data: (closure): for @funcs
 *
 * What all executions of a worker share.
 */
typedef struct
{
  GMainContext *context;
  ApoolPoller *poller;
  ApoolEnvironment *environment;
  ApoolProgramFinder *finder;
  const struct rlimit *open_files;
  ApoolWarmShell *warm_shell;
  gboolean is_for_hooks;
  sigset_t default_signals;
  const ApoolSurroundings *surroundings;
  ApoolForeground *foreground;
  pid_t pid;
  guint drain_msec;
  ApoolTermseq termseq;
  const int *output_fds;
  gboolean merges;
  gboolean streams;
  ApoolExecutionFuncs funcs;
  gpointer data;
} ApoolExecutionSetting;

ApoolExecution *apool_execution_start (const ApoolExecutionSetting *setting,
                                       ApoolTask *task,
                                       guint slot,
                                       int stdin_fd,
                                       ApoolOutcome **outcome);
void apool_execution_free (ApoolExecution *self);
gboolean apool_execution_is_shortage (const ApoolOutcome *outcome);

guint64 *apool_execution_get_key (ApoolExecution *self);
ApoolTask *apool_execution_get_task (ApoolExecution *self);
guint apool_execution_get_slot (const ApoolExecution *self);
pid_t apool_execution_get_pid (const ApoolExecution *self);
gboolean apool_execution_has_exited (const ApoolExecution *self);
gboolean apool_execution_is_cut_short (const ApoolExecution *self);
gboolean apool_execution_is_refused (const ApoolExecution *self);
gboolean apool_execution_is_passed (const ApoolExecution *self);
gboolean apool_execution_is_paused (const ApoolExecution *self);
gint64 apool_execution_get_run_usec (const ApoolExecution *self);
GByteArray *apool_execution_get_held (ApoolExecution *self, ApoolStream stream);
ApoolOutcome *apool_execution_make_outcome (ApoolExecution *self);

void apool_execution_want (ApoolExecution *self);
gboolean apool_execution_pass (ApoolExecution *self, int fds[APOOL_N_STREAMS], GError **error);
void apool_execution_stream (ApoolExecution *self, gsize window);
void apool_execution_add_credit (ApoolExecution *self, ApoolStream stream, gsize bytes);
void apool_execution_resume (ApoolExecution *self);
void apool_execution_pump (ApoolExecution *self);

gboolean apool_execution_time_out (ApoolExecution *self);
void apool_execution_set_paused (ApoolExecution *self, ApoolExecutionPause why, gboolean is_paused);
pid_t apool_execution_hold (ApoolExecution *self);
void apool_execution_end (ApoolExecution *self, int signum);
gboolean apool_execution_stopped (ApoolExecution *self, int *signum);
void apool_execution_refuse_terminal (ApoolExecution *self);
void apool_execution_reaped (ApoolExecution *self, int status, const struct rusage *usage);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolExecution, apool_execution_free)

G_END_DECLS
