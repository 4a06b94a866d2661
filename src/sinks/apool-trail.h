/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-keeper.h"

G_BEGIN_DECLS

/* A few lines are in it. */
#define APOOL_TRAIL_BYTES ((gsize) 1024)

/**
 * ApoolTrail:
 * @bytes: (nullable): room for %APOOL_TRAIL_BYTES, owned; %NULL before the first one comes
 * @length: how many are in it
 * @is_cut: whether others came before them
 *
 * The end of what a job has written to one of its streams, to be told if the job fails. All zero is
 * that of nothing. Embedded by its owner.
 */
typedef struct
{
  char *bytes;
  gsize length;
  gboolean is_cut;
} ApoolTrail;

void apool_trail_push (ApoolTrail *self, const char *data, gsize length);
void apool_trail_forget (ApoolTrail *self);
void apool_trail_clear (ApoolTrail *self);
void apool_trail_get_end (const ApoolTrail *self, ApoolKeptEnd *end);

G_END_DECLS
