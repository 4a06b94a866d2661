/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "cli/apool-options.h"

G_BEGIN_DECLS

int apool_run (const ApoolOptions *options, const char *worker_argument);

G_END_DECLS
