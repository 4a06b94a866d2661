/* SPDX-License-Identifier: MIT */
/* What a job writes, compressed in a file.
 *
 * It comes in pieces of any size, which gather on a pad until there is a block of them. The
 * blocks stand one behind the other in the file: programs that turn one back turn such a row back.
 * Of no bytes there is no block. */

#include "sinks/apool-packed-file.h"

/* Puts a block into the file. */
static gboolean
apool_packed_file_write_block (ApoolResultFile *file,
                               ApoolCodec *codec,
                               const guint8 *data,
                               gsize length,
                               gboolean stays_open,
                               GError **error)
{
  gsize n_packed;

  return apool_codec_pack (codec, data, length, &n_packed, error) &&
         apool_result_file_write (file, apool_codec_get_packed (codec), n_packed, stays_open,
                                  error);
}

/* Puts what has gathered into the file. */
static gboolean
apool_packed_file_flush (ApoolResultFile *file,
                         ApoolPad *gathered,
                         const ApoolHeldPlace *place,
                         gboolean stays_open,
                         GError **error)
{
  gsize length = apool_pad_get_length (gathered);
  guint8 *block;

  if (length == 0)
    return TRUE;
  block = apool_codec_get_block (place->codec);
  return apool_pad_pop (gathered, place->pads, block, length, error) &&
         apool_packed_file_write_block (file, place->codec, block, length, stays_open, error);
}

/* Has bytes gather; where there is no room for that they are a block of their own. */
static gboolean
apool_packed_file_gather (ApoolResultFile *file,
                          ApoolPad *gathered,
                          const ApoolHeldPlace *place,
                          const guint8 *data,
                          gsize length,
                          gboolean stays_open,
                          GError **error)
{
  gboolean is_kept;

  if (!apool_pad_push (gathered, place->pads, data, length, &is_kept, error))
    return FALSE;
  if (is_kept && apool_pad_get_room (gathered) > 0)
    return TRUE;
  if (!apool_packed_file_flush (file, gathered, place, stays_open, error))
    return FALSE;
  if (is_kept)
    return TRUE;
  apool_pad_clear (gathered, place->pads);
  return apool_packed_file_write_block (file, place->codec, data, length, stays_open, error);
}

/**
 * apool_packed_file_write:
 * @file: a file that was begun
 * @gathered: (inout): bytes of it that are not in a block yet; all zero at first
 * @place: the spool, and a codec
 * @data: (array length=length): bytes to be added
 * @length: how many
 * @stays_open: whether more will come soon, and there is a descriptor to spare
 * @error: (out) (optional): as of apool_result_file_write(), of the spool or of apool_codec_pack()
 *
 * Returns: whether all of them are in the file, or will be
 */
gboolean
apool_packed_file_write (ApoolResultFile *file,
                         ApoolPad *gathered,
                         const ApoolHeldPlace *place,
                         gconstpointer data,
                         gsize length,
                         gboolean stays_open,
                         GError **error)
{
  const guint8 *bytes = data;

  while (length > 0)
    {
      gsize n = MIN (length, apool_pad_get_room (gathered));

      if (!apool_packed_file_gather (file, gathered, place, bytes, n, stays_open, error))
        return FALSE;
      bytes += n;
      length -= n;
    }
  return TRUE;
}

/**
 * apool_packed_file_finish:
 * @file: a file that was begun
 * @gathered: (inout): what apool_packed_file_write() has left; empty afterwards
 * @place: the spool, and a codec; none where nothing was gathered
 * @error: (out) (optional): as there
 *
 * Returns: whether all that was written is in the file
 */
gboolean
apool_packed_file_finish (ApoolResultFile *file,
                          ApoolPad *gathered,
                          const ApoolHeldPlace *place,
                          GError **error)
{
  if (!apool_packed_file_flush (file, gathered, place, FALSE, error))
    return FALSE;
  apool_pad_clear (gathered, place->pads);
  return TRUE;
}
