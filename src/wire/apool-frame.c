/* SPDX-License-Identifier: MIT */
/* Bytes to frames and back, without any I/O.
 *
 * A stream begins with a magic line, which is looked for anywhere in what a login shell may print
 * before it. Then frames follow, one behind the other:
 *
 *   4 bytes  length of the body, little-endian
 *   1 byte   type
 *   1 byte   number of descriptors that travel with it
 *   2 bytes  zero
 *   n bytes  body
 *   padding  zeros, then one newline, up to a multiple of 8 bytes
 *
 * The newline gets a frame through launchers that pass whole lines on; the padding keeps every
 * body aligned as GVariant wants it. */

#include "wire/apool-frame.h"

#include <string.h>

#include "base/apool-error.h"

#define HEADER_BYTES 8u

static const char apool_frame_magic[] = "\napool-wire 1 begins\n";

/**
 * apool_frame_get_magic:
 * @length: (out): how many bytes
 *
 * Returns: (transfer none): what a stream begins with
 */
const char *
apool_frame_get_magic (gsize *length)
{
  *length = sizeof apool_frame_magic - 1;
  return apool_frame_magic;
}

/**
 * apool_frame_find_magic:
 * @data: what a peer sent so far
 * @length: how many bytes
 *
 * Returns: the offset of the first byte behind the magic line, or -1 where it has not come yet
 */
gssize
apool_frame_find_magic (const guint8 *data, gsize length)
{
  gsize magic_length = sizeof apool_frame_magic - 1;
  const guint8 *found = length ? memmem (data, length, apool_frame_magic, magic_length) : NULL;

  return found ? (gssize) (found - data) + (gssize) magic_length : -1;
}

static gsize
apool_frame_total (gsize body_length)
{
  return (HEADER_BYTES + body_length + 1 + 7) & ~(gsize) 7;
}

/**
 * apool_frame_extend:
 * @buffer: what is to be sent
 * @type: what the body is
 * @n_fds: descriptors that travel with it, at most %APOOL_FRAME_MAX_FDS
 * @length: bytes of the body, at most %APOOL_FRAME_MAX_BODY
 *
 * Appends a frame whose body is still to be written.
 *
 * Returns: (transfer none) (nullable): where in @buffer it belongs; %NULL where it may not be sent
 */
guint8 *
apool_frame_extend (GByteArray *buffer, guint8 type, guint8 n_fds, gsize length)
{
  gsize start = buffer->len;
  gsize total = apool_frame_total (length);
  guint32 sent_length = GUINT32_TO_LE ((guint32) length);
  guint8 *out;

  g_return_val_if_fail (length <= APOOL_FRAME_MAX_BODY, NULL);
  g_return_val_if_fail (n_fds <= APOOL_FRAME_MAX_FDS, NULL);

  g_byte_array_set_size (buffer, (guint) (start + total));
  out = buffer->data + start;
  memcpy (out, &sent_length, 4);
  out[4] = type;
  out[5] = n_fds;
  out[6] = 0;
  out[7] = 0;
  memset (out + HEADER_BYTES + length, 0, total - HEADER_BYTES - length - 1);
  out[total - 1] = '\n';
  return out + HEADER_BYTES;
}

/**
 * apool_frame_append:
 * @buffer: what is to be sent
 * @frame: a frame with a body of at most %APOOL_FRAME_MAX_BODY bytes
 *
 * Appends @frame as it travels.
 */
void
apool_frame_append (GByteArray *buffer, const ApoolFrame *frame)
{
  guint8 *to = apool_frame_extend (buffer, frame->type, frame->n_fds, frame->length);

  if (to && frame->length > 0)
    memcpy (to, frame->body, frame->length);
}

/**
 * apool_frame_parse:
 * @data: received bytes, beginning with a frame
 * @length: how many
 * @frame: (out): the frame; its body points into @data
 * @error: (out) (optional): %APOOL_ERROR_PROTOCOL
 *
 * Returns: how many bytes the frame takes, 0 where it is not there whole yet, -1 on error
 */
gssize
apool_frame_parse (const guint8 *data, gsize length, ApoolFrame *frame, GError **error)
{
  guint32 body_length;
  gsize total;

  if (length < HEADER_BYTES)
    return 0;
  memcpy (&body_length, data, 4);
  body_length = GUINT32_FROM_LE (body_length);
  if (body_length > APOOL_FRAME_MAX_BODY || data[5] > APOOL_FRAME_MAX_FDS || data[6] || data[7])
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL, "malformed frame header");
      return -1;
    }
  total = apool_frame_total (body_length);
  if (length < total)
    return 0;
  if (data[total - 1] != '\n')
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL, "frame without its end");
      return -1;
    }
  *frame = (ApoolFrame){
    .type = data[4],
    .n_fds = data[5],
    .body = data + HEADER_BYTES,
    .length = body_length,
  };
  return (gssize) total;
}
