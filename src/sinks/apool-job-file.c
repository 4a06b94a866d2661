/* SPDX-License-Identifier: MIT */
/* A job's standard output in a file of its own, whose name is printed in its place.
 *
 * The file is the one that keeps the job's results, where there is one, or a new one, which is
 * removed again as long as nobody has been told of it: when an attempt does not count, when the
 * job's output is not to be shown, when the run comes to a bad end. */

#include "sinks/apool-job-file.h"

#include <string.h>

/**
 * apool_job_file_begin:
 * @flow: standard output of a job that has written nothing; its results, if any, have begun
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Begins the file, where names of files are what is printed.
 *
 * Returns: whether there is one, or none is needed
 */
gboolean
apool_job_file_begin (ApoolFlow *flow, GError **error)
{
  const ApoolOutputConfig *config = flow->hub->config;

  if (!config->prints_names)
    return TRUE;
  flow->is_silent = TRUE;
  flow->is_named = TRUE;
  return flow->result.path ||
         apool_result_file_begin_new (&flow->result, config->spool_directory, error);
}

/* Tells the table of it, where there is one. */
static gboolean
apool_job_file_collect (ApoolFlow *flow, GError **error)
{
  ApoolResultTable *table = flow->hub->config->table;
  const char *path = flow->result.path;

  if (!table)
    return TRUE;
  apool_result_file_keep (&flow->result);
  return apool_result_table_collect (table, &flow->collected, flow->hub->spool, path, strlen (path),
                                     error);
}

/**
 * apool_job_file_announce:
 * @flow: standard output of a job that is over
 * @is_shown: whether what the job wrote is to be printed
 * @error: (out) (optional): a #GIOErrorEnum of the spool
 *
 * Prints the file's name, and has the file stay, where names of files are what is printed. In a
 * table the name is what the job wrote.
 *
 * Returns: whether that went well
 */
gboolean
apool_job_file_announce (ApoolFlow *flow, gboolean is_shown, GError **error)
{
  const ApoolOutputConfig *config = flow->hub->config;
  const char *path = flow->result.path;

  /* There is no file where one could not be made, of which the user has heard. */
  if (!flow->is_named || !path)
    return TRUE;
  if (!apool_job_file_collect (flow, error))
    return FALSE;
  if (!is_shown || (config->table && apool_result_table_is_printed (config->table)))
    return TRUE;
  apool_result_file_keep (&flow->result);
  return apool_flow_print (flow, path, strlen (path), error) &&
         apool_flow_print (flow, &config->name_end, 1, error);
}
