/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-job-state.h"

G_BEGIN_DECLS

/**
 * ApoolTail:
 * @bytes: the last ones
 * @length: how many
 *
 * The end of what was written, as far as it was seen. All zero is that of nothing. Embedded by its
 * owner.
 */
typedef struct
{
  char bytes[APOOL_JOB_STATE_LINE_BYTES];
  gsize length;
} ApoolTail;

void apool_tail_push (ApoolTail *self, const char *data, gsize length);
void apool_tail_forget (ApoolTail *self);
const char *apool_tail_find_line (const ApoolTail *self, gsize *length);

G_END_DECLS
