/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-row.h"

G_BEGIN_DECLS

/**
 * ApoolRowQueue:
 *
 * Some rows of a source, kept while it is asked for more: filled, then read, then empty again.
 */
typedef struct _ApoolRowQueue ApoolRowQueue;

ApoolRowQueue *apool_row_queue_new (void);
void apool_row_queue_free (ApoolRowQueue *self);

void apool_row_queue_clear (ApoolRowQueue *self);
void apool_row_queue_push (ApoolRowQueue *self, const ApoolRow *row);
void apool_row_queue_seal (ApoolRowQueue *self);

void apool_row_queue_spoil (ApoolRowQueue *self, gsize i, const char *fault);

gsize apool_row_queue_get_n (const ApoolRowQueue *self);
gsize apool_row_queue_get_n_bytes (const ApoolRowQueue *self);
const ApoolRow *apool_row_queue_get (const ApoolRowQueue *self, gsize i);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolRowQueue, apool_row_queue_free)

G_END_DECLS
