/* SPDX-License-Identifier: MIT */
#include <gio/gio.h>

#include "limit-files.h"
#include "sinks/apool-extents.h"

#define KIB ((gsize) 1024)
#define MIB (1024 * KIB)

typedef struct
{
  ApoolSpool *spool;
  ApoolExtents extents;
  guint64 pushed; /* bytes so far; each one's value follows from its number */
  guint64 popped;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  *fixture = (Fixture){ .spool = apool_spool_new (g_get_tmp_dir ()) };
}

/* Returns: the address behind all that is held */
static guint64
find_end (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  guint64 offset;

  g_assert_true (apool_spool_append (fixture->spool, "x", 1, &offset, &error));
  g_assert_no_error (error);
  apool_spool_release (fixture->spool, offset, 1);
  return offset;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  apool_extents_clear (&fixture->extents, fixture->spool);
  g_assert_cmpuint (find_end (fixture), ==, 0);
  apool_spool_free (fixture->spool);
}

static guint8
get_value (guint64 number)
{
  return (guint8) (number + (number >> 8) * 3);
}

static void
push (Fixture *fixture, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = g_malloc (length + 1);

  for (gsize i = 0; i < length; i++)
    bytes[i] = get_value (fixture->pushed++);
  g_assert_true (apool_extents_push (&fixture->extents, fixture->spool, bytes, length, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->extents.length, ==, fixture->pushed - fixture->popped);
}

static void
pop (Fixture *fixture, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = g_malloc (length + 1);

  g_assert_true (apool_extents_pop (&fixture->extents, fixture->spool, bytes, length, &error));
  g_assert_no_error (error);
  for (gsize i = 0; i < length; i++)
    if (bytes[i] != get_value (fixture->popped++))
      g_error ("byte %" G_GUINT64_FORMAT " is another one", fixture->popped - 1);
  g_assert_cmpuint (fixture->extents.length, ==, fixture->pushed - fixture->popped);
}

static void
pack_and_unpack (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  ApoolExtentsPacked packed;

  g_assert_true (apool_extents_pack (&fixture->extents, fixture->spool, &packed, &error));
  g_assert_cmpuint (packed.length, ==, fixture->pushed - fixture->popped);
  g_assert_cmpuint (fixture->extents.length, ==, 0);
  g_assert_true (apool_extents_unpack (&fixture->extents, fixture->spool, &packed, &error));
  g_assert_no_error (error);
}

static void
test_small (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("a small output takes its own size and no more");
  push (fixture, 0);
  g_assert_cmpuint (find_end (fixture), ==, 0);
  push (fixture, 10);
  push (fixture, 20);
  g_assert_cmpuint (fixture->extents.n_items, ==, 1);
  pack_and_unpack (fixture);
  g_assert_cmpuint (find_end (fixture), ==, 30);
  pop (fixture, 30);
}

static void
test_stream (Fixture *fixture, gconstpointer data)
{
  const gsize length = 40 * MIB;

  g_test_summary ("the list of a long stream is short, and packed nothing is reserved");
  while (fixture->pushed < length)
    push (fixture, 64 * KIB);
  g_assert_cmpuint (fixture->extents.n_items, <, 10);
  g_assert_cmpuint (find_end (fixture), >, length);
  pack_and_unpack (fixture);
  g_assert_cmpuint (find_end (fixture), ==, length);
  while (fixture->popped < length)
    pop (fixture, MIB);
  g_assert_cmpuint (find_end (fixture), ==, 0);
}

static void
test_random (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 3000; i++)
    {
      gint32 most = i % 16 == 0 ? 300000 : 2000;
      gsize length = (gsize) g_test_rand_int_range (0, most);

      if (i % 100 == 0)
        pack_and_unpack (fixture);
      else if (g_test_rand_bit ())
        push (fixture, length);
      else
        pop (fixture, MIN (2 * length, fixture->extents.length));
    }
  pop (fixture, fixture->extents.length);
  g_assert_cmpuint (find_end (fixture), ==, 0);
}

static void
test_neighbours (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint64 offsets[1000];

  g_test_summary ("many small pieces, each with somebody else's behind it");
  for (guint i = 0; i < 1000; i++)
    {
      push (fixture, 100);
      g_assert_true (apool_spool_append (fixture->spool, "x", 1, &offsets[i], &error));
    }
  g_assert_cmpuint (fixture->extents.n_items, <, 20);
  pop (fixture, fixture->extents.length);
  for (guint i = 0; i < 1000; i++)
    apool_spool_release (fixture->spool, offsets[i], 1);
}

/* The order is that of the bytes, whatever waits and however much room it has. */
static void
test_prepend (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  char bytes[8] = { 0 };

  for (gsize length = 0; length <= 100 * KIB; length += 50 * KIB)
    {
      push (fixture, length);
      g_assert_true (apool_extents_prepend (&fixture->extents, fixture->spool, "", 0, &error));
      g_assert_true (apool_extents_prepend (&fixture->extents, fixture->spool, "head", 4, &error));
      g_assert_cmpuint (fixture->extents.length, ==, length + 4);
      g_assert_true (apool_extents_pop (&fixture->extents, fixture->spool, bytes, 4, &error));
      g_assert_cmpstr (bytes, ==, "head");
      push (fixture, length);
      pop (fixture, 2 * length);
    }
  g_assert_no_error (error);
  g_assert_cmpuint (apool_spool_get_used (fixture->spool), ==, 0);
}

static void
test_clear (Fixture *fixture, gconstpointer data)
{
  push (fixture, 10);
  push (fixture, 100 * KIB);
  pop (fixture, 5);
  apool_extents_clear (&fixture->extents, fixture->spool);
  g_assert_cmpuint (find_end (fixture), ==, 0);
  g_assert_cmpuint (fixture->extents.length, ==, 0);
}

/* Has the fixture's spool be one with so much on the disk at most. */
static void
bound (Fixture *fixture, guint64 limit)
{
  apool_spool_free (fixture->spool);
  fixture->spool = apool_spool_new_bounded (g_get_tmp_dir (), limit);
}

static void
test_full (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("a queue goes on in memory, where one byte at a time makes no long list either");
  bound (fixture, MIB);
  while (fixture->pushed < 2 * MIB)
    push (fixture, 64 * KIB);
  g_assert_true (apool_spool_is_full (fixture->spool));
  for (guint i = 0; i < 50000; i++)
    push (fixture, 1);
  g_assert_cmpuint (fixture->extents.n_items, <, 20);
  pack_and_unpack (fixture);
  while (fixture->extents.length > 0)
    pop (fixture, MIN (100 * KIB, fixture->extents.length));
  g_assert_false (apool_spool_is_full (fixture->spool));
}

static void
test_full_neighbours (Fixture *fixture, gconstpointer data)
{
  ApoolExtents other = { 0 };
  g_autoptr (GError) error = NULL;

  g_test_summary ("two queues in the same memory have short lists");
  bound (fixture, MIB);
  while (!apool_spool_is_full (fixture->spool))
    push (fixture, 64 * KIB);
  for (guint i = 0; i < 100000; i++)
    {
      push (fixture, 1);
      g_assert_true (apool_extents_push (&other, fixture->spool, "x", 1, &error));
    }
  g_assert_cmpuint (fixture->extents.n_items, <, 30);
  g_assert_cmpuint (other.n_items, <, 30);
  pop (fixture, fixture->extents.length);
  apool_extents_clear (&other, fixture->spool);
}

static void
test_full_disk (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("the disk ends in the middle of a region, and has space again later");
  bound (fixture, 0);
  limit_files (1000 * KIB);
  while (fixture->pushed < 2 * MIB)
    push (fixture, 50 * KIB);
  g_assert_true (apool_spool_is_full (fixture->spool));
  pop (fixture, 900 * KIB);
  limit_files (RLIM_INFINITY);
  pop (fixture, 200 * KIB);
  while (fixture->pushed < 4 * MIB)
    push (fixture, 50 * KIB);
  g_assert_false (apool_spool_is_full (fixture->spool));
  pop (fixture, fixture->extents.length);
}

static void
test_full_random (Fixture *fixture, gconstpointer data)
{
  bound (fixture, 2 * MIB);
  for (guint i = 0; i < 6000; i++)
    {
      gint32 most = i % 8 == 0 ? 300000 : 2000;
      gsize length = (gsize) g_test_rand_int_range (0, most);

      if (i % 10 == 0)
        limit_files (g_test_rand_bit () ? RLIM_INFINITY
                                        : (rlim_t) g_test_rand_int_range (0, 4 * MIB));
      if (i % 100 == 0)
        pack_and_unpack (fixture);
      else if (g_test_rand_bit () && fixture->extents.length < 4 * MIB)
        push (fixture, length);
      else
        pop (fixture, MIN (2 * length, fixture->extents.length));
      g_assert_cmpuint (apool_spool_get_used (fixture->spool), <=, 2 * MIB);
    }
  limit_files (RLIM_INFINITY);
  pop (fixture, fixture->extents.length);
  g_assert_false (apool_spool_is_full (fixture->spool));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/extents/small", test_small);
  ADD ("/extents/stream", test_stream);
  ADD ("/extents/random", test_random);
  ADD ("/extents/neighbours", test_neighbours);
  ADD ("/extents/prepend", test_prepend);
  ADD ("/extents/clear", test_clear);
  ADD ("/extents/full", test_full);
  ADD ("/extents/full-neighbours", test_full_neighbours);
  ADD ("/extents/full-disk", test_full_disk);
  ADD ("/extents/full-random", test_full_random);
#undef ADD
  return g_test_run ();
}
