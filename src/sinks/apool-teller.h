/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/apool-quote.h"
#include "sinks/apool-output.h"

G_BEGIN_DECLS

/* An observer that shows the command line of each job that begins: as a message of ours (`-t`), or
 * as the first line that the job writes (`-v`). */
#define APOOL_TYPE_TELLER (apool_teller_get_type ())
G_DECLARE_FINAL_TYPE (ApoolTeller, apool_teller, APOOL, TELLER, GObject)

ApoolTeller *apool_teller_new (ApoolOutput *output,
                               ApoolQuoteStyle quote,
                               gboolean is_message,
                               gboolean is_output);

G_END_DECLS
