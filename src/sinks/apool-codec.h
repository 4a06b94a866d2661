/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* No more than this is compressed at a time. */
#define APOOL_CODEC_BLOCK_BYTES ((gsize) 1024 * 1024)

/**
 * ApoolCodec:
 *
 * Compresses blocks of bytes: as gzip does, or with a program of the user's. A run has one, with
 * the memory that all who use it need within a call.
 */
typedef struct _ApoolCodec ApoolCodec;

ApoolCodec *apool_codec_new (const char *shell, const char *program, const char *back);
void apool_codec_free (ApoolCodec *self);
gboolean apool_codec_check (ApoolCodec *self, gboolean in_files, GError **error);

guint8 *apool_codec_get_block (ApoolCodec *self);
guint8 *apool_codec_get_packed (ApoolCodec *self);
gboolean apool_codec_pack (
    ApoolCodec *self, const guint8 *data, gsize length, gsize *packed, GError **error);
gboolean
apool_codec_unpack (ApoolCodec *self, gsize packed, guint8 *data, gsize length, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolCodec, apool_codec_free)

G_END_DECLS
