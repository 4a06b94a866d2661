/* SPDX-License-Identifier: MIT */
#include <gio/gio.h>

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

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  apool_extents_clear (&fixture->extents, fixture->spool);
  g_assert_cmpuint (apool_spool_get_held (fixture->spool), ==, 0);
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
  g_assert_cmpuint (apool_spool_get_held (fixture->spool), ==, 0);
  push (fixture, 10);
  push (fixture, 20);
  g_assert_cmpuint (apool_spool_get_held (fixture->spool), ==, 30);
  g_assert_cmpuint (fixture->extents.n_items, ==, 1);
  pack_and_unpack (fixture);
  g_assert_cmpuint (apool_spool_get_held (fixture->spool), ==, 30);
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
  g_assert_cmpuint (apool_spool_get_held (fixture->spool), >, length);
  pack_and_unpack (fixture);
  g_assert_cmpuint (apool_spool_get_held (fixture->spool), ==, length);
  while (fixture->popped < length)
    pop (fixture, MIB);
  g_assert_cmpuint (apool_spool_get_held (fixture->spool), ==, 0);
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
  g_assert_cmpuint (apool_spool_get_held (fixture->spool), ==, 0);
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
  g_assert_cmpuint (apool_spool_get_held (fixture->spool), ==, 1000);
  for (guint i = 0; i < 1000; i++)
    apool_spool_release (fixture->spool, offsets[i], 1);
}

static void
test_clear (Fixture *fixture, gconstpointer data)
{
  push (fixture, 10);
  push (fixture, 100 * KIB);
  pop (fixture, 5);
  apool_extents_clear (&fixture->extents, fixture->spool);
  g_assert_cmpuint (apool_spool_get_held (fixture->spool), ==, 0);
  g_assert_cmpuint (fixture->extents.length, ==, 0);
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
  ADD ("/extents/clear", test_clear);
#undef ADD
  return g_test_run ();
}
