/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-keeper.h"
#include "sinks/apool-codec.h"
#include "sinks/apool-diversion.h"
#include "sinks/apool-result-table.h"

G_BEGIN_DECLS

/**
 * ApoolOutputOrder:
 * @APOOL_OUTPUT_INPUT_ORDER: a job's output comes after that of all jobs before it; the job whose
 *   turn it is streams live, unless the output holds jobs
 * @APOOL_OUTPUT_COMPLETION_ORDER: a job's output comes when it has finished
 */
typedef enum
{
  APOOL_OUTPUT_INPUT_ORDER,
  APOOL_OUTPUT_COMPLETION_ORDER,
} ApoolOutputOrder;

/**
 * ApoolOutputUnit:
 * @APOOL_OUTPUT_JOBS: what a job writes stays together
 * @APOOL_OUTPUT_LINES: a line that a job writes does; in completion order those of several jobs
 *   come among each other, as they are written (`--line-buffer`)
 * @APOOL_OUTPUT_LATEST: only the latest line that a job writes is printed, when the job has ended;
 *   on a terminal it also stands in a row of the job's own until then (`--latest-line`)
 */
typedef enum
{
  APOOL_OUTPUT_JOBS,
  APOOL_OUTPUT_LINES,
  APOOL_OUTPUT_LATEST,
} ApoolOutputUnit;

/**
 * ApoolOutputShow:
 * @APOOL_OUTPUT_SHOW_ALL: the output of every job is printed
 * @APOOL_OUTPUT_SHOW_FAILED: that of jobs that failed
 * @APOOL_OUTPUT_SHOW_NONE: that of none
 */
typedef enum
{
  APOOL_OUTPUT_SHOW_ALL,
  APOOL_OUTPUT_SHOW_FAILED,
  APOOL_OUTPUT_SHOW_NONE,
} ApoolOutputShow;

/**
 * ApoolOutputConfig:
 * @order: what decides a job's turn
 * @unit: what is never mixed with what another job writes
 * @show: whose output is printed
 * @holds: whether a job prints only when it has finished, and @stream_task is not called: for jobs
 *   that may be retried; without it what an attempt has printed live stays
 * @is_titled: whether what a job writes begins with a line of ours: then it does not begin within
 *   another one's last line
 * @is_reordered: whether jobs are not started in the order of the input: then the one whose turn it
 *   is may have to be started yet, which it is not while the file that holds what waits is full
 * @colours_failed: whether lines of jobs that failed are printed in %APOOL_COLOUR_FAILED: all get
 *   their labels only when their job has finished; for an output that holds
 * @stdout_fd: open as long as the output lives
 * @stderr_fd: the same; where it leads to the same file, a job's standard error follows its
 *   standard output, unless lines are what is kept together
 * @table: (nullable): gets a row of each job that is over. What jobs write is not printed then,
 *   unless lines are what is kept together and the table is not what is printed
 * @keepers: (nullable) (element-type ApoolKeeper): told of what jobs write, or of how much
 * @spool_directory: for the file that holds what waits and is too much for memory
 * @spool_limit: how many bytes that file may take; 0: half of what is free there
 * @prints_names: whether standard output is kept in a file for each job, and the file's name is
 *   printed instead: that of the job's results, or of a new one in @spool_directory
 * @name_end: what is printed behind such a name
 * @diversion: (nullable): what keeps back what goes to our terminal
 * @codec: (nullable): what compresses outputs that wait, and those that are kept in files
 *
 * How an output prints. All zero but the descriptors and the directory is what it does where nobody
 * asks for anything. What is pointed to outlives the output.
 */
typedef struct
{
  ApoolOutputOrder order;
  ApoolOutputUnit unit;
  ApoolOutputShow show;
  gboolean holds;
  gboolean is_titled;
  gboolean is_reordered;
  gboolean colours_failed;
  int stdout_fd;
  int stderr_fd;
  ApoolResultTable *table;
  GPtrArray *keepers;
  const char *spool_directory;
  guint64 spool_limit;
  gboolean prints_names;
  char name_end;
  ApoolDiversion *diversion;
  ApoolCodec *codec;
} ApoolOutputConfig;

gboolean apool_output_config_is_live (const ApoolOutputConfig *self);
gboolean apool_output_config_is_mixed (const ApoolOutputConfig *self);

G_END_DECLS
