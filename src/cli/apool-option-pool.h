/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-options.h"

G_BEGIN_DECLS

/* What each option of the pool does, in the form of #ApoolOptionFunc. */
#define APOOL_OPTION_POOL_HANDLER(what)                                                            \
  gboolean apool_option_set_##what (ApoolOptions *options, const char *name, const char *value,    \
                                    GError **error)

APOOL_OPTION_POOL_HANDLER (workers);
APOOL_OPTION_POOL_HANDLER (jobs_per_worker);
APOOL_OPTION_POOL_HANDLER (max_tasks);
APOOL_OPTION_POOL_HANDLER (prefetch);
APOOL_OPTION_POOL_HANDLER (crash_limit);
APOOL_OPTION_POOL_HANDLER (retries);
APOOL_OPTION_POOL_HANDLER (worker_init);
APOOL_OPTION_POOL_HANDLER (worker_exit);
APOOL_OPTION_POOL_HANDLER (worker_init_timeout);
APOOL_OPTION_POOL_HANDLER (worker_timeout);
APOOL_OPTION_POOL_HANDLER (on_error);
APOOL_OPTION_POOL_HANDLER (scheduler);
APOOL_OPTION_POOL_HANDLER (weight);
APOOL_OPTION_POOL_HANDLER (debug);

#undef APOOL_OPTION_POOL_HANDLER

G_END_DECLS
