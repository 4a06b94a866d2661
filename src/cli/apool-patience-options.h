/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "pool/apool-deadlines.h"
#include "pool/apool-retry-policy.h"

G_BEGIN_DECLS

/**
 * ApoolPatienceOptions:
 * @limits: how long jobs and the run may take
 * @termseq: (nullable): by which signals jobs are ended, as apool_termseq_parse() takes it
 * @retry: which failed jobs are tried again, and when
 *
 * When jobs have had enough.
 */
typedef struct
{
  ApoolDeadlinesLimits limits;
  const char *termseq;
  ApoolRetryPolicy retry;
} ApoolPatienceOptions;

G_END_DECLS
