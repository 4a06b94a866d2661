/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-keeper.h"
#include "sinks/apool-summary-text.h"

G_BEGIN_DECLS

/* The observer that collects what is said of a run at its end; also a keeper, to which it is told
 * how the output of jobs that failed ends. */
#define APOOL_TYPE_SUMMARY (apool_summary_get_type ())
G_DECLARE_FINAL_TYPE (ApoolSummary, apool_summary, APOOL, SUMMARY, GObject)

ApoolSummary *apool_summary_new (void);
const ApoolSummaryFacts *apool_summary_get_facts (ApoolSummary *self);

G_END_DECLS
