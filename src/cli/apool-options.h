/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "cli/apool-about.h"
#include "cli/apool-gate-options.h"
#include "cli/apool-input-options.h"
#include "cli/apool-make-options.h"
#include "cli/apool-output-options.h"
#include "cli/apool-patience-options.h"
#include "cli/apool-place-options.h"
#include "cli/apool-profile.h"
#include "cli/apool-progress-options.h"
#include "cli/apool-record-options.h"
#include "cli/apool-sizes.h"
#include "cli/apool-summary-options.h"
#include "cli/apool-text-options.h"
#include "cli/apool-usable.h"
#include "job/apool-leak.h"
#include "pool/apool-halt.h"
#include "pool/apool-scheduler-table.h"

G_BEGIN_DECLS

/* What `-j0` asks for, "as many as possible": more than one machine runs at a time. */
#define APOOL_OPTIONS_JOBS_UNLIMITED APOOL_SIZES_MANY_JOBS

/* The largest number of jobs, and of anything that is counted like them. */
#define APOOL_OPTIONS_MAX_JOBS APOOL_SIZES_MAX_JOBS

/* The longest time that can be asked for, in seconds. */
#define APOOL_OPTIONS_MAX_SECONDS 1000000

/* Where a number was not said, and 0 is one that may be. */
#define APOOL_OPTIONS_NOT_SAID (-1)

/**
 * ApoolShow:
 * @APOOL_SHOW_NOTHING: there are jobs to be run
 * @APOOL_SHOW_HELP: `--help`
 * @APOOL_SHOW_VERSION: `--version`
 * @APOOL_SHOW_PARALLEL_VERSION: `--minversion`
 * @APOOL_SHOW_MAX_LENGTH: `--max-line-length-allowed`
 * @APOOL_SHOW_COUNT: `--number-of-threads` and its like
 *
 * What is to be printed instead of running jobs.
 */
typedef enum
{
  APOOL_SHOW_NOTHING,
  APOOL_SHOW_HELP,
  APOOL_SHOW_VERSION,
  APOOL_SHOW_PARALLEL_VERSION,
  APOOL_SHOW_MAX_LENGTH,
  APOOL_SHOW_COUNT,
} ApoolShow;

/**
 * ApoolOptions:
 * @is_parallel: whether this program was called as `parallel`, and does as that one does where it
 *   can
 * @plain: whether nothing but the command line is looked at
 * @profile_names: (element-type utf8): the profiles that were asked for, in order
 * @profiles: (element-type ApoolProfile) (nullable): what their options point into
 * @prefix: (element-type utf8): the words of profiles that are no options: the first ones of
 *   @command, where there is any
 * @said: (element-type ApoolOptionSaid): what was said that another run of the same jobs may need,
 *   in order
 * @n_profile_said: how many of these profiles have said, which are the first ones
 * @sizes: what was said of jobs and workers
 * @jobs: (nullable): what `-j` said, which @sizes already has
 * @jobs_file: (nullable): the file that @jobs was read from, and that may change
 * @jobs_text: (nullable): what stood there at first, owned
 * @usable: what `-j N%` and the like count from, and the number of jobs where none was said
 * @takes_any_jobs: whether "as many jobs as possible" was said
 * @prefetch: how many jobs may wait at each worker, or %APOOL_OPTIONS_NOT_SAID
 * @max_tasks: after how many jobs a worker is replaced; 0 is never
 * @worker_init: (nullable): what is run in each worker before its jobs
 * @worker_exit: (nullable): what is run in each worker that ends in order
 * @worker_init_timeout_msec: how long each of these may run, milliseconds; 0 without limit
 * @is_warm: whether each worker keeps a shell that its jobs are forks of
 * @worker_timeout_msec: after what time a worker that does not answer is lost, milliseconds, at
 *   least 1
 * @scheduler: which one
 * @key: (nullable): the template that the scheduler needs, where it needs one
 * @weight: (nullable): the template of a job's weight
 * @retries: how many more attempts a job may have; %G_MAXUINT without limit
 * @crash_limit: with how many workers lost a job is given up; 0 is never
 * @patience: when jobs have had enough
 * @halt: when the run has had enough
 * @on_error: (nullable): what is run for each job that failed
 * @leaks: what becomes of processes that jobs leave behind
 * @directory: (nullable): the template of the directory that a job runs in; %NULL is its worker's
 * @owns_directory: whether each job gets a new directory instead
 * @make: how jobs share their number with make's
 * @debug: whether to tell what happens to workers
 * @shows_tui: whether a screen shows the run
 * @input: where inputs come from, and how they become jobs
 * @gates: what jobs wait for before they are started
 * @text: how commands are written
 * @output: what becomes of what jobs write
 * @place: what jobs find around them
 * @progress: what is shown of how far the run is
 * @record: what is kept of the run, and of earlier ones
 * @summary: what is said beside what was asked for
 * @command: (array zero-terminated=1): the command's words; empty where each input is a command
 * @unit: in what @usable is counted
 * @show: what is to be printed; what followed the option was not looked at
 * @show_topic: (nullable): with %APOOL_SHOW_HELP, of what
 * @show_unit: with %APOOL_SHOW_COUNT, of what
 * @min_version: with %APOOL_SHOW_PARALLEL_VERSION, which one is needed
 * @show_limits: whether to tell how long commands can be, and go on
 *
 * The command line, understood. All strings belong to the argument vector it was made from or to
 * @profiles, or are there for good.
 */
typedef struct
{
  gboolean is_parallel;
  gboolean plain;
  GPtrArray *profile_names;
  GPtrArray *profiles;
  GPtrArray *prefix;
  GArray *said;
  guint n_profile_said;
  ApoolSizes sizes;
  const char *jobs;
  const char *jobs_file;
  char *jobs_text;
  ApoolUsable usable;
  gboolean takes_any_jobs;
  int prefetch;
  guint max_tasks;
  const char *worker_init;
  const char *worker_exit;
  guint worker_init_timeout_msec;
  gboolean is_warm;
  guint worker_timeout_msec;
  const ApoolSchedulerKind *scheduler;
  const char *key;
  const char *weight;
  guint retries;
  guint crash_limit;
  ApoolPatienceOptions patience;
  ApoolHaltRule halt;
  const char *on_error;
  ApoolLeakPolicy leaks;
  const char *directory;
  gboolean owns_directory;
  ApoolMakeOptions make;
  gboolean debug;
  gboolean shows_tui;
  ApoolInputOptions input;
  ApoolGateOptions gates;
  ApoolTextOptions text;
  ApoolOutputOptions output;
  ApoolPlaceOptions place;
  ApoolProgressOptions progress;
  ApoolRecordOptions record;
  ApoolSummaryOptions summary;
  const char *const *command;
  ApoolAboutUnit unit;
  ApoolShow show;
  const char *show_topic;
  ApoolAboutUnit show_unit;
  guint64 min_version;
  gboolean show_limits;
} ApoolOptions;

ApoolOptions *apool_options_parse (int argc, char **argv, GError **error);
ApoolOptions *apool_options_parse_with_profiles (int argc,
                                                 char **argv,
                                                 const ApoolProfilePlaces *places,
                                                 GError **error);
gboolean apool_options_show_progress (const ApoolOptions *options);
gboolean apool_options_is_parallel (int argc, char **argv);
void apool_options_free (ApoolOptions *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolOptions, apool_options_free)

G_END_DECLS
