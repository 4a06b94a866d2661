/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"

G_BEGIN_DECLS

/* What each option about inputs does, in the form of #ApoolOptionFunc. */
#define APOOL_OPTION_INPUT_HANDLER(what)                                                           \
  gboolean apool_option_set_##what (ApoolOptions *options, const char *name, const char *value,    \
                                    GError **error)

APOOL_OPTION_INPUT_HANDLER (arg_file);
APOOL_OPTION_INPUT_HANDLER (arg_sep);
APOOL_OPTION_INPUT_HANDLER (arg_file_sep);
APOOL_OPTION_INPUT_HANDLER (link);
APOOL_OPTION_INPUT_HANDLER (null);
APOOL_OPTION_INPUT_HANDLER (delimiter);
APOOL_OPTION_INPUT_HANDLER (eof);
APOOL_OPTION_INPUT_HANDLER (no_run_if_empty);
APOOL_OPTION_INPUT_HANDLER (skip_first_line);
APOOL_OPTION_INPUT_HANDLER (trim);
APOOL_OPTION_INPUT_HANDLER (colsep);
APOOL_OPTION_INPUT_HANDLER (csv);
APOOL_OPTION_INPUT_HANDLER (jsonl);
APOOL_OPTION_INPUT_HANDLER (header);
APOOL_OPTION_INPUT_HANDLER (match);
APOOL_OPTION_INPUT_HANDLER (bad_input);
APOOL_OPTION_INPUT_HANDLER (shuf);
APOOL_OPTION_INPUT_HANDLER (seed);
APOOL_OPTION_INPUT_HANDLER (skip_inputs);
APOOL_OPTION_INPUT_HANDLER (max_inputs);
APOOL_OPTION_INPUT_HANDLER (partition);
APOOL_OPTION_INPUT_HANDLER (total_jobs);
APOOL_OPTION_INPUT_HANDLER (filter);

#undef APOOL_OPTION_INPUT_HANDLER

G_END_DECLS
