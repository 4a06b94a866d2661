/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/apool-quote.h"
#include "job/apool-task.h"

G_BEGIN_DECLS

GString *apool_command_line_new (const ApoolTask *task, ApoolQuoteStyle quote, char **words);

G_END_DECLS
