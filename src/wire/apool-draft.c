/* SPDX-License-Identifier: MIT */
/* Bodies are put together here without a GVariant, which would cost a tree of them for each: a task
 * costs starting its process, and little more. */

#include "wire/apool-draft.h"

#include <string.h>

/**
 * apool_draft_init:
 * @self: (out caller-allocates): a draft
 * @type: of the frame
 *
 * Begins an empty body.
 */
void
apool_draft_init (ApoolDraft *self, guint8 type)
{
  self->type = type;
  self->n_head = 0;
  self->alignment = 1;
  self->n_pieces = 0;
  self->variant = NULL;
}

/**
 * apool_draft_clear:
 * @self: a draft
 *
 * Lets go of what it owns.
 */
void
apool_draft_clear (ApoolDraft *self)
{
  g_clear_pointer (&self->variant, g_variant_unref);
}

static gsize
apool_draft_align (gsize length, gsize alignment)
{
  return (length + alignment - 1) & ~(alignment - 1);
}

/* Numbers stand at multiples of their size. Inline, since what is copied is then one word. */
static inline void
apool_draft_add_number (ApoolDraft *self, gconstpointer number, gsize bytes)
{
  gsize at = apool_draft_align (self->n_head, bytes);

  g_return_if_fail (self->n_pieces == 0 && at + bytes <= sizeof self->head);

  if (at > self->n_head)
    memset (self->head + self->n_head, 0, at - self->n_head);
  memcpy (self->head + at, number, bytes);
  self->n_head = at + bytes;
  self->alignment = MAX (self->alignment, bytes);
}

/**
 * apool_draft_add_uint32:
 * @self: a draft that has no bytes yet
 * @number: what comes next
 */
void
apool_draft_add_uint32 (ApoolDraft *self, guint32 number)
{
  guint32 sent = GUINT32_TO_LE (number);

  apool_draft_add_number (self, &sent, sizeof sent);
}

/**
 * apool_draft_add_uint64:
 * @self: a draft that has no bytes yet
 * @number: what comes next
 */
void
apool_draft_add_uint64 (ApoolDraft *self, guint64 number)
{
  guint64 sent = GUINT64_TO_LE (number);

  apool_draft_add_number (self, &sent, sizeof sent);
}

/**
 * apool_draft_add_bytes:
 * @self: a draft that has less than %APOOL_DRAFT_MAX_PIECES pieces
 * @data: (nullable): bytes that follow; they must stay until it has been sent
 * @length: how many; a piece without any counts too
 */
void
apool_draft_add_bytes (ApoolDraft *self, gconstpointer data, gsize length)
{
  g_return_if_fail (self->n_pieces < APOOL_DRAFT_MAX_PIECES);

  self->pieces[self->n_pieces].data = data;
  self->pieces[self->n_pieces].length = length;
  self->n_pieces++;
}

/**
 * apool_draft_add_variant:
 * @self: a draft that has none yet, with less than %APOOL_DRAFT_MAX_PIECES pieces
 * @variant: what follows; a floating reference is taken
 */
void
apool_draft_add_variant (ApoolDraft *self, GVariant *variant)
{
  g_return_if_fail (!self->variant);

  self->variant = g_variant_ref_sink (variant);
#if G_BYTE_ORDER == G_BIG_ENDIAN
  self->variant = g_variant_byteswap (variant);
  g_variant_unref (variant);
#endif
  apool_draft_add_bytes (self, g_variant_get_data (self->variant),
                         g_variant_get_size (self->variant));
}

/* A tuple that holds only numbers is as long as in an array. */
static gsize
apool_draft_get_head_length (const ApoolDraft *self)
{
  return self->n_pieces > 0 ? self->n_head : apool_draft_align (self->n_head, self->alignment);
}

/**
 * apool_draft_get_length:
 * @self: a draft
 *
 * Returns: how many bytes the body has
 */
gsize
apool_draft_get_length (const ApoolDraft *self)
{
  gsize length = apool_draft_get_head_length (self);

  for (guint i = 0; i < self->n_pieces; i++)
    length += self->pieces[i].length;
  return length;
}

/**
 * apool_draft_append:
 * @self: a draft of at most %APOOL_FRAME_MAX_BODY bytes
 * @n_fds: descriptors that travel with it
 * @buffer: what is to be sent
 *
 * Appends it to @buffer as a frame.
 */
void
apool_draft_append (const ApoolDraft *self, guint8 n_fds, GByteArray *buffer)
{
  gsize n_head = apool_draft_get_head_length (self);
  guint8 *to = apool_frame_extend (buffer, self->type, n_fds, apool_draft_get_length (self));

  if (!to)
    return;
  memcpy (to, self->head, self->n_head);
  memset (to + self->n_head, 0, n_head - self->n_head);
  to += n_head;
  for (guint i = 0; i < self->n_pieces; i++)
    {
      if (self->pieces[i].length > 0)
        memcpy (to, self->pieces[i].data, self->pieces[i].length);
      to += self->pieces[i].length;
    }
}
