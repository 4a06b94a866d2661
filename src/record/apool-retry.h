/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-judge.h"
#include "input/apool-source.h"
#include "record/apool-history.h"

G_BEGIN_DECLS

/* A job with a greater number cannot be run again: all before it are counted, one by one. */
#define APOOL_RETRY_MAX_SEQ G_GUINT64_CONSTANT (100000000)

/* Jobs of earlier runs that have failed, with the numbers they had: a source, and a judge that
 * knows what they are called in a log. */
#define APOOL_TYPE_RETRY (apool_retry_get_type ())
G_DECLARE_FINAL_TYPE (ApoolRetry, apool_retry, APOOL, RETRY, GObject)

ApoolRetry *apool_retry_new (ApoolHistory *history, GError **error);

G_END_DECLS
