/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"

G_BEGIN_DECLS

/* What each option about what jobs write does, in the form of #ApoolOptionFunc. */
#define APOOL_OPTION_OUTPUT_HANDLER(what)                                                          \
  gboolean apool_option_set_##what (ApoolOptions *options, const char *name, const char *value,    \
                                    GError **error)

APOOL_OPTION_OUTPUT_HANDLER (group);
APOOL_OPTION_OUTPUT_HANDLER (line_buffer);
APOOL_OPTION_OUTPUT_HANDLER (latest_line);
APOOL_OPTION_OUTPUT_HANDLER (shown);
APOOL_OPTION_OUTPUT_HANDLER (ungroup);
APOOL_OPTION_OUTPUT_HANDLER (merge);
APOOL_OPTION_OUTPUT_HANDLER (drain_timeout);
APOOL_OPTION_OUTPUT_HANDLER (tag);
APOOL_OPTION_OUTPUT_HANDLER (tagstring);
APOOL_OPTION_OUTPUT_HANDLER (coloured);
APOOL_OPTION_OUTPUT_HANDLER (colours_failed);
APOOL_OPTION_OUTPUT_HANDLER (ctag);
APOOL_OPTION_OUTPUT_HANDLER (ctagstring);
APOOL_OPTION_OUTPUT_HANDLER (title);
APOOL_OPTION_OUTPUT_HANDLER (results);
APOOL_OPTION_OUTPUT_HANDLER (files);
APOOL_OPTION_OUTPUT_HANDLER (files0);
APOOL_OPTION_OUTPUT_HANDLER (compress);
APOOL_OPTION_OUTPUT_HANDLER (compress_program);
APOOL_OPTION_OUTPUT_HANDLER (decompress_program);
APOOL_OPTION_OUTPUT_HANDLER (tmp_limit);

#undef APOOL_OPTION_OUTPUT_HANDLER

char *apool_option_dup_tag (const ApoolOptions *options, const char **option);
char *apool_option_dup_title (const ApoolOptions *options);

G_END_DECLS
