/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-observer.h"
#include "sinks/apool-output.h"

G_BEGIN_DECLS

/* The observer that says on standard error what became of jobs that did not end by themselves, of
 * workers that were lost, and of hooks. */
#define APOOL_TYPE_NOTICES (apool_notices_get_type ())
G_DECLARE_FINAL_TYPE (ApoolNotices, apool_notices, APOOL, NOTICES, GObject)

ApoolNotices *apool_notices_new (ApoolOutput *output, const char *input_name, gboolean is_quiet);
guint64 apool_notices_get_n_flaky (const ApoolNotices *self);

G_END_DECLS
