/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolSummaryWhen:
 * @APOOL_SUMMARY_USUAL: as %APOOL_SUMMARY_FAILED, where standard error is a terminal
 * @APOOL_SUMMARY_NEVER: never
 * @APOOL_SUMMARY_FAILED: where a job has failed, or the run has ended before its time
 * @APOOL_SUMMARY_ALWAYS: always
 *
 * When a run is summed up at its end.
 */
typedef enum
{
  APOOL_SUMMARY_USUAL,
  APOOL_SUMMARY_NEVER,
  APOOL_SUMMARY_FAILED,
  APOOL_SUMMARY_ALWAYS,
} ApoolSummaryWhen;

/**
 * ApoolSummaryOptions:
 * @when: when the run is summed up
 * @is_quiet: whether nothing is said but what keeps apool from its work
 *
 * What is said beside what was asked for.
 */
typedef struct
{
  ApoolSummaryWhen when;
  gboolean is_quiet;
} ApoolSummaryOptions;

G_END_DECLS
