/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "wire/apool-frame.h"

G_BEGIN_DECLS

#define APOOL_DRAFT_MAX_HEAD 72u
#define APOOL_DRAFT_MAX_PIECES 3u

/**
 * ApoolDraft:
 * @type: of the frame
 * @n_head: bytes of @head
 * @alignment: of its widest number
 * @head: the numbers, as they travel
 * @pieces: bytes behind them, not owned
 * @n_pieces: how many
 * @variant: (nullable): owned: its bytes are one of the pieces
 *
 * A message's body while it is put together: numbers first, then bytes, which are copied once, into
 * what is sent. These are the bytes of a GVariant tuple of the numbers and one `ay`: such a tuple
 * is laid out as a struct in C is, and what stands last in it needs no word of where it ends.
 */
typedef struct
{
  guint8 type;
  gsize n_head;
  gsize alignment;
  guint8 head[APOOL_DRAFT_MAX_HEAD];
  struct
  {
    gconstpointer data;
    gsize length;
  } pieces[APOOL_DRAFT_MAX_PIECES];
  guint n_pieces;
  GVariant *variant;
} ApoolDraft;

void apool_draft_init (ApoolDraft *self, guint8 type);
void apool_draft_clear (ApoolDraft *self);
void apool_draft_add_uint32 (ApoolDraft *self, guint32 number);
void apool_draft_add_uint64 (ApoolDraft *self, guint64 number);
void apool_draft_add_bytes (ApoolDraft *self, gconstpointer data, gsize length);
void apool_draft_add_variant (ApoolDraft *self, GVariant *variant);
gsize apool_draft_get_length (const ApoolDraft *self);
void apool_draft_append (const ApoolDraft *self, guint8 n_fds, GByteArray *buffer);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ApoolDraft, apool_draft_clear)

G_END_DECLS
