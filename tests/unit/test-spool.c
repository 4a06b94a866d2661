/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/apool-spool.h"
#include "limit-files.h"

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

static guint64
reserve (ApoolSpool *spool, gsize length)
{
  g_autoptr (GError) error = NULL;
  gsize reserved = length;
  guint64 offset = 0;

  g_assert_true (apool_spool_reserve (spool, &reserved, &offset, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (reserved, ==, length);
  return offset;
}

static void
write_bytes (ApoolSpool *spool, guint64 offset, gconstpointer bytes, gsize length)
{
  g_autoptr (GError) error = NULL;
  gboolean is_written;

  g_assert_true (apool_spool_write (spool, offset, bytes, length, &is_written, &error));
  g_assert_no_error (error);
  g_assert_true (is_written);
}

/* Nothing is held where the addresses begin again. */
static void
assert_empty (ApoolSpool *spool)
{
  g_assert_cmpuint (apool_spool_get_used (spool), ==, 0);
  g_assert_cmpuint (append (spool, 1, 0), ==, 0);
  apool_spool_release (spool, 0, 1);
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
                   "--tmpdir: '/nonexistent': cannot make a file: No such file or directory");
  g_clear_error (&error);
  g_assert_false (apool_spool_reserve (spool, &(gsize){ 10 }, &offset, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  assert_bytes (spool, kept, 10, 7);
}

static void
test_write_error (void)
{
  g_autoptr (ApoolSpool) spool = make_spool ();
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = g_malloc0 (MIB);
  g_autofree char *message =
      g_strdup_printf ("--tmpdir: '%s': write: File too large", g_get_tmp_dir ());
  guint64 kept = append (spool, 10, 7);
  guint64 offset;

  g_test_summary ("a limit on file sizes stands in for a full disk");
  limit_files (512 * KIB);
  g_assert_false (apool_spool_append (spool, bytes, MIB, &offset, &error));
  limit_files (RLIM_INFINITY);
  g_assert_cmpstr (error->message, ==, message);
  assert_bytes (spool, kept, 10, 7);
}

static void
test_reserve (void)
{
  g_autoptr (ApoolSpool) spool = make_spool ();
  guint64 before = append (spool, 100, 1);
  guint64 region = reserve (spool, MIB);
  guint64 after = append (spool, 100, 2);
  guint8 bytes[200];

  g_assert_cmpuint (after, ==, region + MIB);
  fill (bytes, sizeof bytes, 3);
  write_bytes (spool, region + 5000, bytes, 200);
  assert_bytes (spool, region + 5000, 200, 3);
  assert_bytes (spool, before, 100, 1);
  assert_bytes (spool, after, 100, 2);
  fill (bytes, 100, 4);
  write_bytes (spool, after, bytes, 100);
  assert_bytes (spool, after, 100, 4);
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
  assert_bytes (spool, offset, 10, 1);
  apool_spool_release (spool, offset, MIB);
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
  guint64 previous = reserve (spool, 3 * MIB + 1);

  g_test_summary ("addresses far beyond any file's usual size, never quite empty");
  for (guint i = 0; i < 5000; i++)
    {
      guint64 next = reserve (spool, 3 * MIB + 1);
      guint8 bytes[16];

      fill (bytes, sizeof bytes, i);
      write_bytes (spool, next + MIB, bytes, sizeof bytes);
      apool_spool_release (spool, previous, 3 * MIB + 1);
      assert_bytes (spool, next + MIB, sizeof bytes, i);
      previous = next;
    }
  apool_spool_release (spool, previous, 3 * MIB + 1);
  assert_empty (spool);
}

static void
test_rewind (void)
{
  g_autoptr (ApoolSpool) spool = make_spool ();
  guint64 held = append (spool, 10, 1);
  struct stat status;

  g_test_summary ("what comes and goes behind what stays does not use addresses up");
  for (guint i = 0; i < 400; i++)
    {
      guint64 first = reserve (spool, 700 * KIB);
      guint64 second = append (spool, 300 * KIB, i);

      g_assert_cmpuint (second, <, 3 * MIB);
      apool_spool_release (spool, i % 2 ? first : second, i % 2 ? 700 * KIB : 300 * KIB);
      if (i % 2)
        assert_bytes (spool, second, 300 * KIB, i);
      apool_spool_release (spool, i % 2 ? second : first, i % 2 ? 300 * KIB : 700 * KIB);
    }
  g_assert_cmpint (fstat (find_file (), &status), ==, 0);
  g_assert_cmpint (status.st_size, <, 3 * MIB);
  assert_bytes (spool, held, 10, 1);
  apool_spool_release (spool, held, 10);
  assert_empty (spool);
}

typedef struct
{
  guint64 offset;
  gsize length; /* 0: free */
  guint32 seed;
} Piece;

/* Puts a piece into the spool, or takes it out. */
static void
toggle (ApoolSpool *spool, Piece *piece, guint i)
{
  if (piece->length > 0)
    {
      assert_bytes (spool, piece->offset, piece->length, piece->seed);
      apool_spool_release (spool, piece->offset, piece->length);
      piece->length = 0;
      return;
    }
  piece->length = (gsize) g_test_rand_int_range (1, i % 50 == 0 ? 2 * MIB : 20 * KIB);
  piece->seed = i;
  piece->offset = append (spool, piece->length, i);
}

static void
empty (ApoolSpool *spool, Piece *pieces, guint n_pieces)
{
  for (guint i = 0; i < n_pieces; i++)
    if (pieces[i].length > 0)
      toggle (spool, &pieces[i], 0);
  assert_empty (spool);
}

static void
test_model (void)
{
  g_autoptr (ApoolSpool) spool = make_spool ();
  Piece pieces[64] = { 0 };

  for (guint i = 0; i < 6000; i++)
    toggle (spool, &pieces[g_test_rand_int_range (0, 64)], i);
  empty (spool, pieces, 64);
}

/* ---- bounded ---- */

static guint64
get_disk_bytes (void)
{
  struct stat status;

  g_assert_cmpint (fstat (find_file (), &status), ==, 0);
  return (guint64) status.st_blocks * 512;
}

static void
test_limit (void)
{
  g_autoptr (ApoolSpool) spool = apool_spool_new_bounded (g_get_tmp_dir (), MIB);
  guint64 offsets[40];

  g_test_summary ("what is too much for the limit stays in memory");
  for (guint i = 0; i < 16; i++)
    offsets[i] = append (spool, 64 * KIB, i);
  g_assert_false (apool_spool_is_full (spool));
  for (guint i = 16; i < 40; i++)
    offsets[i] = append (spool, 64 * KIB, i);
  g_assert_true (apool_spool_is_full (spool));
  g_assert_cmpint (apool_spool_get_full_errno (spool), ==, 0);
  g_assert_cmpuint (apool_spool_get_used (spool), ==, MIB);
  g_assert_cmpuint (get_disk_bytes (), <=, MIB + 64 * KIB);
  for (guint i = 0; i < 40; i++)
    assert_bytes (spool, offsets[i], 64 * KIB, i);

  for (guint i = 0; i < 15; i++)
    apool_spool_release (spool, offsets[i], 64 * KIB);
  g_assert_true (apool_spool_is_full (spool));
  apool_spool_release (spool, offsets[15], 64 * KIB);
  g_assert_true (apool_spool_is_full (spool)); /* what is in memory would fill it again */
  for (guint i = 16; i < 39; i++)
    apool_spool_release (spool, offsets[i], 64 * KIB);
  assert_bytes (spool, offsets[39], 64 * KIB, 39);
  apool_spool_release (spool, offsets[39], 64 * KIB);
  g_assert_false (apool_spool_is_full (spool));
  assert_empty (spool);
}

static void
test_room (void)
{
  g_autoptr (ApoolSpool) spool = apool_spool_new_bounded (g_get_tmp_dir (), 3 * MIB);
  guint64 big = append (spool, 2 * MIB, 1);
  guint64 rest = append (spool, MIB, 2);
  guint64 first = append (spool, 200 * KIB, 3);
  guint64 second = append (spool, 200 * KIB, 4);

  g_test_summary ("when there is space again, what waits in memory takes it");
  g_assert_true (apool_spool_is_full (spool));
  apool_spool_release (spool, big, 2 * MIB);
  g_assert_false (apool_spool_is_full (spool));
  g_assert_cmpuint (apool_spool_get_used (spool), ==, MIB + 400 * KIB);
  assert_bytes (spool, rest, MIB, 2);
  assert_bytes (spool, first, 200 * KIB, 3);
  assert_bytes (spool, second, 200 * KIB, 4);
}

static void
test_full_region (void)
{
  g_autoptr (ApoolSpool) spool = apool_spool_new_bounded (g_get_tmp_dir (), MIB);
  g_autoptr (GError) error = NULL;
  guint64 region = reserve (spool, 8 * MIB);
  g_autofree guint8 *bytes = g_malloc0 (MIB);
  gsize length = MIB;
  gboolean is_written;
  guint64 offset;

  g_test_summary ("a region takes no space before it is written; a full spool has small ones");
  g_assert_cmpuint (apool_spool_get_used (spool), ==, 0);
  fill (bytes, MIB, 1);
  write_bytes (spool, region, bytes, MIB);
  g_assert_false (apool_spool_is_full (spool));
  g_assert_true (apool_spool_write (spool, region + MIB, bytes, 10, &is_written, &error));
  g_assert_no_error (error);
  g_assert_false (is_written);
  g_assert_true (apool_spool_is_full (spool));
  g_assert_true (apool_spool_reserve (spool, &length, &offset, &error));
  g_assert_cmpuint (length, >, 0);
  g_assert_cmpuint (length, <, MIB);
  fill (bytes, length, 2);
  write_bytes (spool, offset, bytes, length);
  assert_bytes (spool, offset, length, 2);
  assert_bytes (spool, region, MIB, 1);
}

static void
test_default_limit (void)
{
  g_autoptr (ApoolSpool) spool = apool_spool_new_bounded (g_get_tmp_dir (), 0);
  guint64 offset = append (spool, 2 * MIB, 1);

  g_assert_false (apool_spool_is_full (spool));
  g_assert_cmpuint (apool_spool_get_used (spool), ==, 2 * MIB);
  assert_bytes (spool, offset, 2 * MIB, 1);
}

static void
test_full_disk (void)
{
  g_autoptr (ApoolSpool) spool = apool_spool_new_bounded (g_get_tmp_dir (), 0);
  guint64 first;
  guint64 second;
  guint64 third;

  g_test_summary ("a disk that ends in the middle loses nothing, and is tried again");
  limit_files (600 * KIB);
  first = append (spool, 500 * KIB, 1);
  second = append (spool, 500 * KIB, 2);
  g_assert_true (apool_spool_is_full (spool));
  g_assert_cmpint (apool_spool_get_full_errno (spool), ==, EFBIG);
  third = append (spool, 10, 3);
  assert_bytes (spool, first, 500 * KIB, 1);
  assert_bytes (spool, second, 500 * KIB, 2);
  apool_spool_release (spool, second, 500 * KIB);
  g_assert_true (apool_spool_is_full (spool)); /* that was memory only */
  limit_files (RLIM_INFINITY);
  assert_bytes (spool, third, 10, 3);
  apool_spool_release (spool, third, 10);
  g_assert_false (apool_spool_is_full (spool));
  second = append (spool, 500 * KIB, 4);
  assert_bytes (spool, first, 500 * KIB, 1);
  assert_bytes (spool, second, 500 * KIB, 4);
  g_assert_cmpuint (apool_spool_get_used (spool), >=, 1000 * KIB);
}

static void
test_no_disk (void)
{
  g_autoptr (ApoolSpool) spool = apool_spool_new_bounded (g_get_tmp_dir (), 0);
  guint64 first;

  limit_files (0);
  first = append (spool, MIB, 1);
  g_assert_true (apool_spool_is_full (spool));
  g_assert_cmpuint (apool_spool_get_used (spool), ==, 0);
  assert_bytes (spool, first, MIB, 1);
  apool_spool_release (spool, first, MIB);
  g_assert_false (apool_spool_is_full (spool));
  limit_files (RLIM_INFINITY);
}

static void
test_bounded_missing_directory (void)
{
  g_autoptr (ApoolSpool) spool = apool_spool_new_bounded ("/nonexistent", MIB);
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = g_malloc0 (300 * KIB);
  guint64 offset;

  g_test_summary ("only want of space makes it full");
  g_assert_false (apool_spool_append (spool, bytes, 300 * KIB, &offset, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_false (apool_spool_is_full (spool));
}

static void
test_bounded_model (void)
{
  const guint64 limit = 4 * MIB;
  g_autoptr (ApoolSpool) spool = apool_spool_new_bounded (g_get_tmp_dir (), limit);
  Piece pieces[64] = { 0 };
  guint n_full = 0;

  g_test_summary ("writes fail now and then, and nothing is lost");
  for (guint i = 0; i < 6000; i++)
    {
      gboolean was_full = apool_spool_is_full (spool);
      Piece *piece = &pieces[g_test_rand_int_range (0, 64)];

      if (i % 20 == 0)
        limit_files (g_test_rand_bit () ? RLIM_INFINITY
                                        : (rlim_t) g_test_rand_int_range (0, 8 * MIB));
      if (piece->length > 0 || !was_full || i % 8 == 0) /* little comes while it is full */
        toggle (spool, piece, i);
      g_assert_cmpuint (apool_spool_get_used (spool), <=, limit);
      n_full += apool_spool_is_full (spool) && !was_full ? 1 : 0;
    }
  limit_files (RLIM_INFINITY);
  g_assert_cmpuint (n_full, >, 0);
  g_assert_cmpuint (get_disk_bytes (), <=, limit + MIB);
  empty (spool, pieces, 64);
  g_assert_false (apool_spool_is_full (spool));
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
  g_test_add_func ("/spool/limit", test_limit);
  g_test_add_func ("/spool/room", test_room);
  g_test_add_func ("/spool/full-region", test_full_region);
  g_test_add_func ("/spool/default-limit", test_default_limit);
  g_test_add_func ("/spool/full-disk", test_full_disk);
  g_test_add_func ("/spool/no-disk", test_no_disk);
  g_test_add_func ("/spool/bounded-missing-directory", test_bounded_missing_directory);
  g_test_add_func ("/spool/bounded-model", test_bounded_model);
  return g_test_run ();
}
