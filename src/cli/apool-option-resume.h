/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"

G_BEGIN_DECLS

/* What each option about going on with an earlier run does, in the form of #ApoolOptionFunc. */
#define APOOL_OPTION_RESUME_HANDLER(what)                                                          \
  gboolean apool_option_set_##what (ApoolOptions *options, const char *name, const char *value,    \
                                    GError **error)

APOOL_OPTION_RESUME_HANDLER (resume);
APOOL_OPTION_RESUME_HANDLER (resume_failed);
APOOL_OPTION_RESUME_HANDLER (retry_failed);

#undef APOOL_OPTION_RESUME_HANDLER

gboolean apool_option_check_resume (const ApoolOptions *options, GError **error);

G_END_DECLS
