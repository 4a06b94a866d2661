/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolJournalSum:
 * @state: of the whole words of eight bytes so far
 * @rest: the bytes behind these, the first one in the lowest bits
 * @length: how many bytes there were in all
 *
 * A sum over bytes that come in pieces. All zero is that of no bytes.
 */
typedef struct
{
  guint64 state;
  guint64 rest;
  guint64 length;
} ApoolJournalSum;

void apool_journal_sum_add (ApoolJournalSum *self, gconstpointer data, gsize length);
guint64 apool_journal_sum_get (const ApoolJournalSum *streams, gsize n_streams);

G_END_DECLS
