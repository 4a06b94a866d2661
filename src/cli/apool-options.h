/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "job/apool-template.h"

G_BEGIN_DECLS

/* What `-j0` asks for, "as many as possible": more than one machine runs at a time. */
#define APOOL_OPTIONS_JOBS_UNLIMITED 10000

/* The largest number of jobs that can be asked for. */
#define APOOL_OPTIONS_MAX_JOBS 1000000

/**
 * ApoolOptions:
 * @jobs: how many jobs may run at once; 0 where it was not said
 * @unordered: whether outputs come in the order in which jobs finish, not in that of the inputs
 * @delimiter: the byte that ends each input on standard input
 * @tmpdir: (nullable): where outputs that wait are kept; %NULL where it was not said
 * @shell: whether jobs go through a shell
 * @angle_is_input: whether `<>` may stand for the input
 * @command: (array zero-terminated=1): the command's words; empty where each input is a command
 * @args: (array zero-terminated=1) (nullable): the inputs; %NULL means standard input
 * @show_help: whether `--help` was given; what followed it was not looked at
 * @show_version: the same for `--version`
 *
 * The command line, understood. All strings belong to the argument vector it was made from.
 */
typedef struct
{
  guint jobs;
  gboolean unordered;
  char delimiter;
  const char *tmpdir;
  ApoolTemplateShell shell;
  gboolean angle_is_input;
  const char *const *command;
  const char *const *args;
  gboolean show_help;
  gboolean show_version;
} ApoolOptions;

ApoolOptions *apool_options_parse (int argc, char **argv, GError **error);
void apool_options_free (ApoolOptions *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolOptions, apool_options_free)

G_END_DECLS
