/* SPDX-License-Identifier: MIT */
/* Blocks that are compressed, by ourselves or by programs, and programs that are of no use. */

#include <gio/gio.h>
#include <signal.h>
#include <string.h>

#include "base/apool-error.h"
#include "sinks/apool-codec.h"

static guint8 *
make_bytes (gsize length, gboolean compressible)
{
  guint8 *bytes = g_malloc (length + 1);

  for (gsize i = 0; i < length; i++)
    bytes[i] = (guint8) (compressible ? i / 100 : (gsize) g_test_rand_int ());
  return bytes;
}

static void
check_way (ApoolCodec *codec, gsize length, gboolean compressible)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = make_bytes (length, compressible);
  g_autofree guint8 *back = g_malloc (length + 1);
  gsize packed;

  g_assert_true (apool_codec_pack (codec, bytes, length, &packed, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (packed, <, length + length / 100 + 100);
  g_assert_true (apool_codec_unpack (codec, packed, back, length, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (back, length, bytes, length);
}

static void
check_ways (ApoolCodec *codec)
{
  const gsize lengths[] = { 1, 100, 65536, APOOL_CODEC_BLOCK_BYTES };

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      check_way (codec, lengths[i], TRUE);
      check_way (codec, lengths[i], FALSE);
    }
}

static void
test_built_in (void)
{
  g_autoptr (ApoolCodec) codec = apool_codec_new ("/bin/sh", NULL, NULL);
  g_autofree guint8 *bytes = make_bytes (APOOL_CODEC_BLOCK_BYTES, TRUE);
  g_autoptr (GError) error = NULL;
  gsize packed;

  g_assert_true (apool_codec_check (codec, TRUE, &error));
  check_ways (codec);
  g_assert_true (apool_codec_pack (codec, bytes, APOOL_CODEC_BLOCK_BYTES, &packed, &error));
  g_assert_cmpuint (packed, <, APOOL_CODEC_BLOCK_BYTES / 50);
}

static void
test_program (void)
{
  g_autoptr (ApoolCodec) codec = apool_codec_new ("/bin/sh", "gzip -1", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (apool_codec_check (codec, TRUE, &error));
  g_assert_no_error (error);
  check_ways (codec);
}

/* What a program makes may be more than what it is given. */
static void
test_two_programs (void)
{
  g_autoptr (ApoolCodec) codec = apool_codec_new ("/bin/sh", "cat; printf end", "head -c -3 | cat");
  g_autoptr (GError) error = NULL;

  g_assert_true (apool_codec_check (codec, FALSE, &error));
  g_assert_no_error (error);
  check_ways (codec);
}

/* Ours is read by their program. */
static void
test_program_back (void)
{
  g_autoptr (ApoolCodec) codec = apool_codec_new ("/bin/sh", NULL, "gzip -dc");
  g_autoptr (GError) error = NULL;

  g_assert_true (apool_codec_check (codec, TRUE, &error));
  g_assert_no_error (error);
  check_ways (codec);
}

static void
check_useless (const char *program, const char *back, gboolean in_files, const char *expected)
{
  g_autoptr (ApoolCodec) codec = apool_codec_new ("/bin/sh", program, back);
  g_autoptr (GError) error = NULL;

  g_assert_false (apool_codec_check (codec, in_files, &error));
  g_assert_cmpstr (error->message, ==, expected);
}

static void
test_useless (void)
{
  check_useless ("false", NULL, FALSE, "--compress-program: 'false': ended with status 1");
  check_useless ("kill -9 $$", NULL, FALSE, "--compress-program: 'kill -9 $$': killed by signal 9");
  check_useless ("yes", NULL, FALSE, "--compress-program: 'yes': gives more than 2162688 bytes");
  check_useless ("cat", "cat; echo", FALSE,
                 "--decompress-program: 'cat; echo': gives more than 6 bytes");
  check_useless ("cat", "head -c 2", FALSE,
                 "--decompress-program: 'head -c 2': gives back 2 bytes of 6");
  check_useless ("cat", "tr a-z A-Z", FALSE,
                 "--compress-program: 'cat': 'tr a-z A-Z' does not give back what it got");
  check_useless ("cat; printf end", "head -c -3 | cat", TRUE,
                 "files are compressed in parts, one behind the other: --decompress-program: "
                 "'head -c -3 | cat': gives more than 12 bytes");
}

/* A pipe that holds nothing more is no reason to wait for somebody who does not read. */
static void
test_does_not_read (void)
{
  g_autoptr (ApoolCodec) codec = apool_codec_new ("/bin/sh", "exec <&-", "cat");
  g_autofree guint8 *bytes = make_bytes (APOOL_CODEC_BLOCK_BYTES, TRUE);
  g_autoptr (GError) error = NULL;
  gsize packed;

  g_assert_false (apool_codec_pack (codec, bytes, APOOL_CODEC_BLOCK_BYTES, &packed, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_OUTPUT);
  g_assert_cmpstr (error->message, ==,
                   "--compress-program: 'exec <&-': did not read all that it was given");
}

static void
test_no_shell (void)
{
  g_autoptr (ApoolCodec) codec = apool_codec_new ("/nonexistent/sh", "gzip", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (apool_codec_check (codec, FALSE, &error));
  g_assert_true (
      g_str_has_prefix (error->message, "--compress-program: 'gzip': cannot be started: "));
}

/* Bytes that are no block are told, not trusted. */
static void
test_corrupt (void)
{
  g_autoptr (ApoolCodec) codec = apool_codec_new ("/bin/sh", NULL, NULL);
  g_autoptr (GError) error = NULL;
  guint8 back[100];
  gsize packed;

  g_assert_true (apool_codec_pack (codec, (const guint8 *) "abc", 3, &packed, &error));
  g_assert_false (apool_codec_unpack (codec, packed, back, 100, &error));
  g_assert_cmpstr (error->message, ==, "--compress: gives back 3 bytes of 100");
  g_clear_error (&error);
  apool_codec_get_packed (codec)[0] ^= 1;
  g_assert_false (apool_codec_unpack (codec, packed, back, 3, &error));
  g_assert_true (g_str_has_prefix (error->message, "--compress: "));
}

int
main (int argc, char **argv)
{
  (void) signal (SIGPIPE, SIG_IGN);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codec/built-in", test_built_in);
  g_test_add_func ("/codec/program", test_program);
  g_test_add_func ("/codec/two-programs", test_two_programs);
  g_test_add_func ("/codec/program-back", test_program_back);
  g_test_add_func ("/codec/useless", test_useless);
  g_test_add_func ("/codec/does-not-read", test_does_not_read);
  g_test_add_func ("/codec/no-shell", test_no_shell);
  g_test_add_func ("/codec/corrupt", test_corrupt);
  return g_test_run ();
}
