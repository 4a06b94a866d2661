/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/apool-spool.h"

#define KIB ((gsize) 1024)
#define MIB (1024 * KIB)

static ApoolSpool *
make_spool (void)
{
  return apool_spool_new (g_get_tmp_dir ());
}

/* Bytes that tell where they are. */
static void
fill (guint8 *bytes, gsize length, guint32 seed)
{
  for (gsize i = 0; i < length; i++)
    bytes[i] = (guint8) (seed * 31 + i * 7 + (i >> 8));
}

static guint64
append (ApoolSpool *spool, gsize length, guint32 seed)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = g_malloc (length + 1);
  guint64 offset = 0;

  fill (bytes, length, seed);
  g_assert_true (apool_spool_append (spool, bytes, length, &offset, &error));
  g_assert_no_error (error);
  return offset;
}

static void
assert_bytes (ApoolSpool *spool, guint64 offset, gsize length, guint32 seed)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *expected = g_malloc (length + 1);
  g_autofree guint8 *bytes = g_malloc0 (length + 1);

  fill (expected, length, seed);
  g_assert_true (apool_spool_read (spool, offset, bytes, length, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (bytes, length, expected, length);
}

/* The spool's file among our descriptors: the one that has no name any more. -1: there is none. */
static int
find_file (void)
{
  for (int fd = 3; fd < 64; fd++)
    {
      struct stat status;

      if (fstat (fd, &status) == 0 && S_ISREG (status.st_mode) && status.st_nlink == 0)
        return fd;
    }
  return -1;
}

static void
test_memory (void)
{
  g_autoptr (ApoolSpool) spool = apool_spool_new ("/nonexistent");
  guint64 first = append (spool, 100, 1);
  guint64 second = append (spool, 0, 2);
  guint64 third = append (spool, 255 * KIB, 3);

  g_test_summary ("what fits memory needs no file, so the directory does not matter");
  g_assert_cmpuint (apool_spool_get_held (spool), ==, 100 + 255 * KIB);
  assert_bytes (spool, first, 100, 1);
  assert_bytes (spool, second, 0, 2);
  assert_bytes (spool, third, 255 * KIB, 3);
  apool_spool_release (spool, third, 255 * KIB);
  apool_spool_release (spool, first, 100);
  g_assert_cmpuint (append (spool, 1, 4), ==, 0);
  g_assert_cmpint (find_file (), ==, -1);
}

static void
test_missing_directory (void)
{
  g_autoptr (ApoolSpool) spool = apool_spool_new ("/nonexistent");
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = g_malloc0 (300 * KIB);
  guint64 kept = append (spool, 10, 7);
  guint64 offset;

  g_assert_false (apool_spool_append (spool, bytes, 300 * KIB, &offset, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_cmpstr (error->message, ==,
                   "spool in /nonexistent: cannot make a file: No such file or directory");
  g_clear_error (&error);
  g_assert_false (apool_spool_reserve (spool, 10, &offset, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  assert_bytes (spool, kept, 10, 7);
  g_assert_cmpuint (apool_spool_get_held (spool), ==, 10);
}

static void
test_write_error (void)
{
  g_autoptr (ApoolSpool) spool = make_spool ();
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = g_malloc0 (MIB);
  g_autofree char *message =
      g_strdup_printf ("spool in %s: write: File too large", g_get_tmp_dir ());
  struct rlimit limit;
  struct rlimit low;
  guint64 kept = append (spool, 10, 7);
  guint64 offset;

  g_test_summary ("a limit on file sizes stands in for a full disk");
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  low = limit;
  low.rlim_cur = 512 * KIB;
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &low), ==, 0);
  g_assert_false (apool_spool_append (spool, bytes, MIB, &offset, &error));
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  g_assert_cmpstr (error->message, ==, message);
  assert_bytes (spool, kept, 10, 7);
}

static void
test_reserve (void)
{
  g_autoptr (ApoolSpool) spool = make_spool ();
  g_autoptr (GError) error = NULL;
  guint64 before = append (spool, 100, 1);
  guint64 region;
  guint64 after;
  guint8 bytes[200];

  g_assert_true (apool_spool_reserve (spool, MIB, &region, &error));
  after = append (spool, 100, 2);
  g_assert_cmpuint (after, ==, region + MIB);
  fill (bytes, sizeof bytes, 3);
  g_assert_true (apool_spool_write (spool, region + 5000, bytes, 200, &error));
  assert_bytes (spool, region + 5000, 200, 3);
  assert_bytes (spool, before, 100, 1);
  assert_bytes (spool, after, 100, 2);
  fill (bytes, 100, 4);
  g_assert_true (apool_spool_write (spool, after, bytes, 100, &error));
  assert_bytes (spool, after, 100, 4);
  g_assert_no_error (error);
}

static void
test_across (void)
{
  g_autoptr (ApoolSpool) spool = make_spool ();
  g_autofree guint8 *expected = g_malloc (256 * KIB);
  g_autofree guint8 *bytes = g_malloc (256 * KIB);
  g_autoptr (GError) error = NULL;
  guint64 first = append (spool, 200 * KIB, 1);
  guint64 second = append (spool, 56 * KIB, 2);

  g_test_summary ("neighbours are read as one, also where the one is in the file already");
  append (spool, 100, 3);
  g_assert_cmpuint (second, ==, first + 200 * KIB);
  append (spool, 100, 4);
  fill (expected, 200 * KIB, 1);
  fill (expected + 200 * KIB, 56 * KIB, 2);
  g_assert_true (apool_spool_read (spool, first, bytes, 256 * KIB, &error));
  g_assert_cmpmem (bytes, 256 * KIB, expected, 256 * KIB);

  fill (expected, 56 * KIB, 2);
  fill (expected + 56 * KIB, 100, 3);
  fill (expected + 56 * KIB + 100, 100, 4);
  g_assert_true (apool_spool_read (spool, second, bytes, 56 * KIB + 200, &error));
  g_assert_cmpmem (bytes, 56 * KIB + 200, expected, 56 * KIB + 200);
}

static void
test_holes (void)
{
  g_autoptr (ApoolSpool) spool = make_spool ();
  guint64 offsets[16];
  struct stat status;
  gint64 full;
  int fd;

  for (guint i = 0; i < 16; i++)
    offsets[i] = append (spool, MIB, i);
  fd = find_file ();
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (fstat (fd, &status), ==, 0);
  full = status.st_blocks;
  g_assert_cmpint (full * 512, >=, 16 * MIB);
  for (guint i = 0; i < 12; i++)
    apool_spool_release (spool, offsets[i], MIB);
  g_assert_cmpint (fstat (fd, &status), ==, 0);
  g_assert_cmpint (status.st_blocks, <=, full / 2);
  for (guint i = 12; i < 16; i++)
    assert_bytes (spool, offsets[i], MIB, i);
}

static void
test_restart (void)
{
  g_autoptr (ApoolSpool) spool = make_spool ();
  struct stat status;
  guint64 offset = append (spool, 3 * MIB, 1);

  g_assert_cmpint (find_file (), >=, 0);
  apool_spool_release (spool, offset + MIB, 2 * MIB);
  g_assert_cmpuint (apool_spool_get_held (spool), ==, MIB);
  apool_spool_release (spool, offset, MIB);
  g_assert_cmpuint (apool_spool_get_held (spool), ==, 0);
  g_assert_cmpint (fstat (find_file (), &status), ==, 0);
  g_assert_cmpint (status.st_size, ==, 0);
  g_assert_cmpuint (append (spool, 10, 2), ==, 0);
  assert_bytes (spool, 0, 10, 2);
}

static void
test_dead_tail (void)
{
  g_autoptr (ApoolSpool) spool = make_spool ();
  guint64 held = append (spool, 300 * KIB, 1);
  struct stat status;
  gint64 size;

  g_test_summary ("what is released before it left memory is never written");
  g_assert_cmpint (fstat (find_file (), &status), ==, 0);
  size = status.st_size;
  for (guint i = 0; i < 10000; i++)
    apool_spool_release (spool, append (spool, KIB, i), KIB);
  g_assert_cmpint (fstat (find_file (), &status), ==, 0);
  g_assert_cmpint (status.st_size, ==, size);
  assert_bytes (spool, held, 300 * KIB, 1);
}

static void
test_rolling (void)
{
  g_autoptr (ApoolSpool) spool = make_spool ();
  g_autoptr (GError) error = NULL;
  guint64 previous;
  guint64 next;

  g_test_summary ("addresses far beyond any file's usual size, never quite empty");
  g_assert_true (apool_spool_reserve (spool, 3 * MIB + 1, &previous, &error));
  for (guint i = 0; i < 5000; i++)
    {
      guint8 bytes[16];

      g_assert_true (apool_spool_reserve (spool, 3 * MIB + 1, &next, &error));
      fill (bytes, sizeof bytes, i);
      g_assert_true (apool_spool_write (spool, next + MIB, bytes, sizeof bytes, &error));
      apool_spool_release (spool, previous, 3 * MIB + 1);
      assert_bytes (spool, next + MIB, sizeof bytes, i);
      previous = next;
    }
  g_assert_cmpuint (apool_spool_get_held (spool), ==, 3 * MIB + 1);
}

static void
test_rewind (void)
{
  g_autoptr (ApoolSpool) spool = make_spool ();
  g_autoptr (GError) error = NULL;
  guint64 held = append (spool, 10, 1);
  struct stat status;

  g_test_summary ("what comes and goes behind what stays does not use addresses up");
  for (guint i = 0; i < 400; i++)
    {
      guint64 first;
      guint64 second;

      g_assert_true (apool_spool_reserve (spool, 700 * KIB, &first, &error));
      second = append (spool, 300 * KIB, i);
      g_assert_cmpuint (second, <, 3 * MIB);
      apool_spool_release (spool, i % 2 ? first : second, i % 2 ? 700 * KIB : 300 * KIB);
      if (i % 2)
        assert_bytes (spool, second, 300 * KIB, i);
      apool_spool_release (spool, i % 2 ? second : first, i % 2 ? 300 * KIB : 700 * KIB);
    }
  g_assert_cmpint (fstat (find_file (), &status), ==, 0);
  g_assert_cmpint (status.st_size, <, 3 * MIB);
  assert_bytes (spool, held, 10, 1);
  g_assert_cmpuint (apool_spool_get_held (spool), ==, 10);
}

typedef struct
{
  guint64 offset;
  gsize length; /* 0: free */
  guint32 seed;
} Piece;

static void
test_model (void)
{
  g_autoptr (ApoolSpool) spool = make_spool ();
  g_autofree Piece *pieces = g_new0 (Piece, 64);
  guint64 held = 0;

  for (guint i = 0; i < 6000; i++)
    {
      Piece *piece = &pieces[g_test_rand_int_range (0, 64)];

      if (piece->length > 0)
        {
          assert_bytes (spool, piece->offset, piece->length, piece->seed);
          apool_spool_release (spool, piece->offset, piece->length);
          held -= piece->length;
          piece->length = 0;
          continue;
        }
      piece->length = (gsize) g_test_rand_int_range (1, i % 50 == 0 ? 2 * MIB : 20 * KIB);
      piece->seed = i;
      piece->offset = append (spool, piece->length, i);
      held += piece->length;
      g_assert_cmpuint (apool_spool_get_held (spool), ==, held);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/spool/memory", test_memory);
  g_test_add_func ("/spool/missing-directory", test_missing_directory);
  g_test_add_func ("/spool/write-error", test_write_error);
  g_test_add_func ("/spool/reserve", test_reserve);
  g_test_add_func ("/spool/across", test_across);
  g_test_add_func ("/spool/holes", test_holes);
  g_test_add_func ("/spool/restart", test_restart);
  g_test_add_func ("/spool/dead-tail", test_dead_tail);
  g_test_add_func ("/spool/rolling", test_rolling);
  g_test_add_func ("/spool/rewind", test_rewind);
  g_test_add_func ("/spool/model", test_model);
  return g_test_run ();
}
