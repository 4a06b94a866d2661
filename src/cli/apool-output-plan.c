/* SPDX-License-Identifier: MIT */
/* What the options about output come to, taken together. */

#include "cli/apool-output-plan.h"

#include <unistd.h>

#include "base/apool-error.h"
#include "cli/apool-gate-plan.h"

/* Whether rows of a table are printed in the place of what jobs write. */
static gboolean
apool_output_plan_prints_table (const ApoolOutputOptions *output)
{
  return output->table != APOOL_OUTPUT_NO_TABLE && !output->table_path;
}

/* GNU parallel's: of what shows only the latest lines all has to come here. */
static gboolean
apool_output_plan_is_ungrouped (const ApoolOutputOptions *output)
{
  return output->is_ungrouped && output->unit != APOOL_OUTPUT_LATEST;
}

/* Whether jobs write themselves where we do, and not to us. What is kept has to come here, and what
 * is printed instead of being run does anyway. */
static gboolean
apool_output_plan_is_direct (const ApoolOptions *options)
{
  return apool_output_plan_is_ungrouped (&options->output) && !options->output.results &&
         options->output.table == APOOL_OUTPUT_NO_TABLE && !options->text.is_dry_run;
}

/* Whether names of files are what is printed. As in GNU parallel there are none where jobs are to
 * write where we would. */
static gboolean
apool_output_plan_prints_names (const ApoolOptions *options)
{
  return options->output.prints_names && !apool_output_plan_is_ungrouped (&options->output) &&
         !options->text.is_dry_run;
}

static ApoolOutputUnit
apool_output_plan_get_unit (const ApoolOptions *options)
{
  if (apool_output_plan_prints_table (&options->output))
    return APOOL_OUTPUT_JOBS;
  /* Names are no lines of the job; those that end in a NUL byte are no lines. */
  if (apool_output_plan_prints_names (options) &&
      (options->output.unit == APOOL_OUTPUT_LATEST || !options->output.name_end))
    return APOOL_OUTPUT_JOBS;
  if (!apool_output_plan_is_ungrouped (&options->output))
    return options->output.unit;
  /* It comes here, or else this does not matter: as it is written, so far as we can. */
  return options->text.is_dry_run ? APOOL_OUTPUT_JOBS : APOOL_OUTPUT_LINES;
}

/* Lines come as they are written, unless the inputs' order was asked for. */
static ApoolOutputOrder
apool_output_plan_get_order (const ApoolOptions *options)
{
  const ApoolOutputOptions *output = &options->output;

  if (apool_output_plan_is_ungrouped (output))
    return options->text.is_dry_run && !output->is_unordered ? APOOL_OUTPUT_INPUT_ORDER
                                                             : APOOL_OUTPUT_COMPLETION_ORDER;
  if (output->is_unordered || (output->unit != APOOL_OUTPUT_JOBS && !output->keeps_order))
    return APOOL_OUTPUT_COMPLETION_ORDER;
  return APOOL_OUTPUT_INPUT_ORDER;
}

static gboolean
apool_output_plan_refuse (const char *option, const char *other, GError **error)
{
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "%s: cannot be combined with %s", option,
               other);
  return FALSE;
}

/* What would be lost without a word. */
static gboolean
apool_output_plan_check (const ApoolOutputOptions *output, GError **error)
{
  gboolean is_ungrouped = apool_output_plan_is_ungrouped (output);

  if (output->title && is_ungrouped)
    return apool_output_plan_refuse ("--title", "--ungroup", error);
  if (output->title && output->unit == APOOL_OUTPUT_LATEST)
    return apool_output_plan_refuse ("--title", "--latest-line", error);
  if (output->show != APOOL_OUTPUT_SHOW_ALL && is_ungrouped)
    return apool_output_plan_refuse ("--show", "--ungroup", error);
  return TRUE;
}

/**
 * apool_output_plan_find:
 * @self: (out): what follows
 * @options: the command line
 * @error: (out) (optional): %APOOL_ERROR_USAGE where options contradict each other
 *
 * Returns: whether anything does
 */
gboolean
apool_output_plan_find (ApoolOutputPlan *self, const ApoolOptions *options, GError **error)
{
  const ApoolOutputOptions *output = &options->output;
  ApoolOutputUnit unit = apool_output_plan_get_unit (options);
  gboolean prints_table = apool_output_plan_prints_table (output);

  *self = (ApoolOutputPlan){
    .is_direct = apool_output_plan_is_direct (options),
    .streams = unit == APOOL_OUTPUT_LINES || (unit == APOOL_OUTPUT_LATEST && isatty (STDOUT_FILENO)),
    .config = {
      .order = apool_output_plan_get_order (options),
      .unit = unit,
      .show = output->show,
      /* What an attempt wrote that is followed by another one is not to be seen; and of what is
       * seen, the colour may depend on how the job ends. */
      .holds = options->retries > 0 || apool_gate_plan_evicts (&options->gates) || output->colours_failed || prints_table,
      .is_reordered = options->record.is_longest_first,
      .is_titled = output->title != NULL,
      .colours_failed = output->colours_failed && !prints_table,
      .spool_limit = output->tmp_limit,
      .prints_names = apool_output_plan_prints_names (options),
      .name_end = output->name_end,
    },
  };
  return apool_output_plan_check (output, error);
}
