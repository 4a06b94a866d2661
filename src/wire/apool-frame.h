/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A body never needs more: outputs are cut into pieces, and the kernel takes no command line of
 * more than a few MiB. */
#define APOOL_FRAME_MAX_BODY (16u * 1024 * 1024)
#define APOOL_FRAME_MAX_FDS 4u

/**
 * ApoolFrame:
 * @type: what the body is; the wire gives it no meaning
 * @n_fds: descriptors that travel with it, at most %APOOL_FRAME_MAX_FDS
 * @body: its bytes, not owned; 8-byte aligned where the parsed buffer is
 * @length: how many
 */
typedef struct
{
  guint8 type;
  guint8 n_fds;
  const guint8 *body;
  gsize length;
} ApoolFrame;

guint8 *apool_frame_extend (GByteArray *buffer, guint8 type, guint8 n_fds, gsize length);
void apool_frame_append (GByteArray *buffer, const ApoolFrame *frame);
gssize apool_frame_parse (const guint8 *data, gsize length, ApoolFrame *frame, GError **error);

const char *apool_frame_get_magic (gsize *length);
gssize apool_frame_find_magic (const guint8 *data, gsize length);

G_END_DECLS
