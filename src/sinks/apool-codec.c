/* SPDX-License-Identifier: MIT */
/* Blocks of bytes, compressed and back.
 *
 * Each block is compressed by itself, so that it can be given back by itself, and so that no job
 * has a process or a compressor of its own. What compresses well is large, and a block is large
 * enough that a program can be started for each.
 *
 * Where no program is named it is gzip's format, at its fastest, made without a process, by GIO,
 * which is loaded for it. */

#include "sinks/apool-codec.h"

#include <gio/gio.h>
#include <string.h>

#include "base/apool-error.h"
#include "base/apool-gio.h"
#include "sinks/apool-filter.h"

/* What a compressed block may need: some programs make more of what they cannot compress. */
#define PACKED_BYTES (2 * APOOL_CODEC_BLOCK_BYTES + (gsize) 64 * 1024)

/* gzip -1 */
#define LEVEL 1

struct _ApoolCodec
{
  char *shell;
  char *program;        /* (nullable): what compresses */
  char *back;           /* (nullable): what turns that back */
  guint8 *block;        /* (nullable): APOOL_CODEC_BLOCK_BYTES, once needed */
  guint8 *packed;       /* (nullable): PACKED_BYTES, once needed */
  ApoolGio gio;         /* once needed */
  GConverter *packer;   /* (nullable): the same */
  GConverter *unpacker; /* (nullable): the same */
};

/**
 * apool_codec_new:
 * @shell: what runs programs
 * @program: (nullable): a command of the shell that compresses its standard input
 * @back: (nullable): one that does the reverse; where there is only the other it is that one with
 *   -dc
 *
 * Returns: (transfer full): a codec
 */
ApoolCodec *
apool_codec_new (const char *shell, const char *program, const char *back)
{
  ApoolCodec *self = g_new0 (ApoolCodec, 1);

  self->shell = g_strdup (shell);
  self->program = g_strdup (program);
  self->back = program && !back ? g_strconcat (program, " -dc", NULL) : g_strdup (back);
  return self;
}

/**
 * apool_codec_free:
 * @self: (transfer full): a codec
 */
void
apool_codec_free (ApoolCodec *self)
{
  g_clear_object (&self->packer);
  g_clear_object (&self->unpacker);
  g_free (self->packed);
  g_free (self->block);
  g_free (self->back);
  g_free (self->program);
  g_free (self->shell);
  g_free (self);
}

/**
 * apool_codec_get_block:
 * @self: a codec
 *
 * Returns: (transfer none): %APOOL_CODEC_BLOCK_BYTES for whoever needs them within a call
 */
guint8 *
apool_codec_get_block (ApoolCodec *self)
{
  if (!self->block)
    self->block = g_malloc (APOOL_CODEC_BLOCK_BYTES);
  return self->block;
}

/**
 * apool_codec_get_packed:
 * @self: a codec
 *
 * Returns: (transfer none): where apool_codec_pack() puts what it makes and apool_codec_unpack()
 *   finds it; a little more than twice %APOOL_CODEC_BLOCK_BYTES
 */
guint8 *
apool_codec_get_packed (ApoolCodec *self)
{
  if (!self->packed)
    self->packed = g_malloc (PACKED_BYTES);
  return self->packed;
}

/* ---- without a process ---- */

/* Makes the converters, unless they are there. */
static gboolean
apool_codec_open (ApoolCodec *self, GError **error)
{
  ApoolGio *gio = &self->gio;

  if (self->packer)
    return TRUE;
  if (!apool_gio_load (gio, error))
    {
      g_prefix_error (error, "--compress: ");
      return FALSE;
    }
  /* No casts that check: they would be GIO's, too. */
  self->packer = (GConverter *) gio->zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, LEVEL);
  self->unpacker = (GConverter *) gio->zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  return TRUE;
}

/* Returns: whether all of @input was taken and all there is has been given */
static gboolean
apool_codec_convert (ApoolCodec *self,
                     GConverter *converter,
                     const guint8 *input,
                     gsize length,
                     guint8 *output,
                     gsize room,
                     gsize *n_output,
                     GError **error)
{
  GConverterResult result;

  self->gio.converter_reset (converter);
  *n_output = 0;
  do
    {
      gsize n_read = 0;
      gsize n_written = 0;

      result = self->gio.converter_convert (converter, input, length, output + *n_output,
                                            room - *n_output, G_CONVERTER_INPUT_AT_END, &n_read,
                                            &n_written, error);
      input += n_read;
      length -= n_read;
      *n_output += n_written;
    }
  while (result == G_CONVERTER_CONVERTED);
  if (result == G_CONVERTER_ERROR)
    g_prefix_error (error, "--compress: ");
  return result == G_CONVERTER_FINISHED;
}

/* ---- blocks ---- */

/**
 * apool_codec_pack:
 * @self: a codec
 * @data: (array length=length): bytes; may be apool_codec_get_block()
 * @length: how many, %APOOL_CODEC_BLOCK_BYTES at most
 * @packed: (out): how many there are in apool_codec_get_packed() then
 * @error: (out) (optional): as of apool_filter_run()
 *
 * Compresses a block. What it makes of several can be put one behind the other in a file.
 *
 * Returns: whether that went well
 */
gboolean
apool_codec_pack (ApoolCodec *self, const guint8 *data, gsize length, gsize *packed, GError **error)
{
  const ApoolFilter filter = { "--compress-program", self->shell, self->program };
  guint8 *output = apool_codec_get_packed (self);

  if (filter.command)
    return apool_filter_run (&filter, data, length, output, PACKED_BYTES, packed, error);
  return apool_codec_open (self, error) &&
         apool_codec_convert (self, self->packer, data, length, output, PACKED_BYTES, packed,
                              error);
}

/**
 * apool_codec_unpack:
 * @self: a codec
 * @packed: how many bytes there are in apool_codec_get_packed()
 * @data: (out caller-allocates) (array length=length): where what was compressed goes
 * @length: how many bytes that were
 * @error: (out) (optional): as of apool_filter_run()
 *
 * Turns a block back.
 *
 * Returns: whether that went well
 */
gboolean
apool_codec_unpack (ApoolCodec *self, gsize packed, guint8 *data, gsize length, GError **error)
{
  const ApoolFilter filter = { "--decompress-program", self->shell, self->back };
  const guint8 *input = apool_codec_get_packed (self);
  gboolean is_converted;
  gsize n;

  if (filter.command)
    is_converted = apool_filter_run (&filter, input, packed, data, length, &n, error);
  else
    is_converted =
        apool_codec_open (self, error) &&
        apool_codec_convert (self, self->unpacker, input, packed, data, length, &n, error);
  if (!is_converted || n == length)
    return is_converted;
  if (filter.command)
    g_set_error (error, APOOL_ERROR, APOOL_ERROR_OUTPUT, "%s: '%s': gives back %zu bytes of %zu",
                 filter.option, filter.command, n, length);
  else
    g_set_error (error, APOOL_ERROR, APOOL_ERROR_OUTPUT, "--compress: gives back %zu bytes of %zu",
                 n, length);
  return FALSE;
}

/* ---- a trial ---- */

/* Compresses the trial's text @n times, one behind the other. */
static gboolean
apool_codec_pack_trial (
    ApoolCodec *self, const char *text, guint n, gsize *n_packed, GError **error)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  gsize packed;

  for (guint i = 0; i < n; i++)
    {
      if (!apool_codec_pack (self, (const guint8 *) text, strlen (text), &packed, error))
        return FALSE;
      g_byte_array_append (all, self->packed, (guint) packed);
      if (all->len > PACKED_BYTES)
        break; /* of so little so much: what comes back will not be what it was */
    }
  *n_packed = MIN (all->len, PACKED_BYTES);
  memcpy (self->packed, all->data, *n_packed);
  return TRUE;
}

/**
 * apool_codec_check:
 * @self: a codec
 * @in_files: whether what is compressed goes to files, where blocks stand one behind the other
 * @error: (out) (optional): as of apool_filter_run(); or %APOOL_ERROR_USAGE
 *
 * Has the programs make a trial, so that those that are not there, or do not fit together, are
 * found before anything depends on them; or makes sure that it can do without.
 *
 * Returns: whether they give back what they were given
 */
gboolean
apool_codec_check (ApoolCodec *self, gboolean in_files, GError **error)
{
  static const char once[] = "apool\n";
  static const char twice[] = "apool\napool\n";
  const char *expected = in_files ? twice : once;
  gsize length = strlen (expected);
  guint8 given[sizeof twice];
  gsize packed;

  if (!self->program && !self->back)
    return apool_codec_open (self, error);
  if (!apool_codec_pack_trial (self, once, in_files ? 2 : 1, &packed, error))
    return FALSE;
  if (!apool_codec_unpack (self, packed, given, length, error))
    {
      if (in_files)
        g_prefix_error (error, "files are compressed in parts, one behind the other: ");
      return FALSE;
    }
  if (memcmp (given, expected, length) == 0)
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
               "--compress-program: '%s': '%s' does not give back what it got",
               self->program ? self->program : "gzip", self->back);
  return FALSE;
}
