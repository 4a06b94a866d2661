/* SPDX-License-Identifier: MIT */
/* A queue whose bytes are compressed where there are many: it is held against an array. */

#include <gio/gio.h>
#include <signal.h>
#include <string.h>

#include "base/apool-error.h"
#include "sinks/apool-held.h"

#define KIB ((gsize) 1024)
#define MIB (1024 * KIB)

typedef struct
{
  ApoolHeldPlace place;
  ApoolHeld held;
  GByteArray *expected;
} Fixture;

/* @data: (nullable): the program, "" for our own, %NULL for no compression */
static void
set_up (Fixture *fixture, gconstpointer data)
{
  const char *program = data;

  fixture->place.spool = apool_spool_new (g_get_tmp_dir ());
  if (program)
    {
      fixture->place.codec = apool_codec_new ("/bin/sh", *program ? program : NULL, NULL);
      fixture->place.pads = apool_pads_new (fixture->place.spool);
    }
  fixture->expected = g_byte_array_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  apool_held_clear (&fixture->held, &fixture->place);
  g_clear_pointer (&fixture->place.pads, apool_pads_free);
  g_assert_cmpuint (apool_spool_get_used (fixture->place.spool), ==, 0);
  g_clear_pointer (&fixture->place.codec, apool_codec_free);
  apool_spool_free (fixture->place.spool);
  g_byte_array_unref (fixture->expected);
}

/* Half of what is pushed can be compressed, the other half cannot. */
static void
push (Fixture *fixture, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = g_malloc (length + 1);
  guint32 step = g_test_rand_bit () ? 1664525 : 1 << 18;
  guint32 value = (guint32) g_test_rand_int ();

  for (gsize i = 0; i < length; i++, value = value * (step | 1) + step)
    bytes[i] = (guint8) (value >> 24);
  g_byte_array_append (fixture->expected, bytes, (guint) length);
  g_assert_true (apool_held_push (&fixture->held, &fixture->place, bytes, length, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->held.length, ==, fixture->expected->len);
}

static void
push_plain (Fixture *fixture, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = g_malloc0 (length);

  g_byte_array_append (fixture->expected, bytes, (guint) length);
  g_assert_true (apool_held_push (&fixture->held, &fixture->place, bytes, length, &error));
  g_assert_no_error (error);
}

static void
pop (Fixture *fixture, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = g_malloc (length + 1);

  g_assert_true (apool_held_pop (&fixture->held, &fixture->place, bytes, length, &error));
  g_assert_no_error (error);
  g_assert_true (length == 0 || memcmp (bytes, fixture->expected->data, length) == 0);
  g_byte_array_remove_range (fixture->expected, 0, (guint) length);
  g_assert_cmpuint (fixture->held.length, ==, fixture->expected->len);
}

static void
pack_and_unpack (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  ApoolExtentsPacked packed;

  g_assert_true (apool_held_pack (&fixture->held, &fixture->place, &packed, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (packed.length, ==, fixture->expected->len);
  g_assert_cmpuint (fixture->held.length, ==, 0);
  g_assert_true (apool_held_unpack (&fixture->held, &fixture->place, &packed, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->held.length, ==, fixture->expected->len);
}

static void
prepend (Fixture *fixture, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_byte_array_prepend (fixture->expected, (const guint8 *) text, (guint) strlen (text));
  g_assert_true (apool_held_prepend (&fixture->held, &fixture->place, text, strlen (text), &error));
  g_assert_cmpuint (fixture->held.length, ==, fixture->expected->len);
}

/* The spool is full, or nearly, so that there is no room for a pad most of the time. */
static void
test_refused_pads (Fixture *fixture, gconstpointer data)
{
  g_autofree guint8 *others = g_malloc0 (400 * KIB);
  ApoolExtents filling = { 0 };
  const gsize lengths[] = { 16, 3000, 5000, 70 * KIB };

  apool_pads_free (fixture->place.pads);
  apool_spool_free (fixture->place.spool);
  fixture->place.spool = apool_spool_new_bounded (g_get_tmp_dir (), 300 * KIB);
  fixture->place.pads = apool_pads_new (fixture->place.spool);
  for (int i = 0; i < 300; i++)
    {
      g_autoptr (GError) error = NULL;

      if (i % 60 == 0)
        g_assert_true (
            apool_extents_push (&filling, fixture->place.spool, others, 400 * KIB, &error));
      else if (i % 60 == 45)
        apool_extents_clear (&filling, fixture->place.spool);
      g_assert_no_error (error);
      push (fixture, lengths[g_test_rand_int_range (0, G_N_ELEMENTS (lengths))]);
      if (i % 7 == 0)
        pop (fixture, (gsize) g_test_rand_int_range (0, (gint32) fixture->expected->len + 1));
      if (i % 5 == 0)
        pack_and_unpack (fixture);
    }
  pop (fixture, fixture->expected->len);
  apool_extents_clear (&filling, fixture->place.spool);
}

static gsize
choose_length (void)
{
  const gsize most[] = { 100, 5 * KIB, 70 * KIB, 2 * MIB };

  return (gsize) g_test_rand_int_range (0, (gint32) most[g_test_rand_int_range (0, 4)]);
}

static void
do_anything (Fixture *fixture, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      gsize length = choose_length ();

      if (i % 10 == 0)
        pack_and_unpack (fixture);
      else if (g_test_rand_bit ())
        push (fixture, length);
      else
        pop (fixture, (gsize) MIN (2 * length, fixture->held.length));
    }
  pop (fixture, (gsize) fixture->held.length);
}

static void
test_random (Fixture *fixture, gconstpointer data)
{
  do_anything (fixture, 120);
}

/* Each of these starts a process for each block. */
static void
test_random_program (Fixture *fixture, gconstpointer data)
{
  do_anything (fixture, 12);
}

/* Without compression it is the queue in the spool. */
static void
test_plain (Fixture *fixture, gconstpointer data)
{
  push_plain (fixture, 5 * MIB);
  pack_and_unpack (fixture);
  g_assert_cmpuint (apool_spool_get_used (fixture->place.spool), ==, 5 * MIB);
  do_anything (fixture, 60);
}

static void
test_small (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("a few bytes stay as they are, and in memory");
  push (fixture, 10);
  push (fixture, 20);
  pack_and_unpack (fixture);
  g_assert_cmpuint (apool_spool_get_used (fixture->place.spool), ==, 0);
  g_assert_cmpuint (fixture->held.raw.length, ==, 30);
  pop (fixture, 30);
}

static void
test_room (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GArray) parked = g_array_new (FALSE, FALSE, sizeof (ApoolExtentsPacked));
  g_autoptr (GError) error = NULL;

  g_test_summary ("many outputs of any size take one pad and what they are compressed to");
  for (guint i = 0; i < 64; i++)
    {
      ApoolExtentsPacked packed;

      push_plain (fixture, i % 4 ? 20 * KIB : 3 * MIB + i);
      g_assert_true (apool_held_pack (&fixture->held, &fixture->place, &packed, &error));
      g_array_append_val (parked, packed);
    }
  g_assert_cmpuint (apool_spool_get_used (fixture->place.spool), <, MIB + 512 * KIB);
  for (guint i = 0; i < parked->len; i++)
    {
      const ApoolExtentsPacked *packed = &g_array_index (parked, ApoolExtentsPacked, i);

      g_assert_true (apool_held_unpack (&fixture->held, &fixture->place, packed, &error));
      apool_held_clear (&fixture->held, &fixture->place);
    }
}

/* One that has been printed in part can be laid to rest. */
static void
test_open (Fixture *fixture, gconstpointer data)
{
  push (fixture, 4 * MIB);
  pop (fixture, 100);
  pack_and_unpack (fixture);
  pop (fixture, MIB + 100);
  push (fixture, 300);
  pack_and_unpack (fixture);
  pop (fixture, (gsize) fixture->held.length);
  push (fixture, 300 * KIB);
  pop (fixture, 100 * KIB);
  push (fixture, 900 * KIB);
  pack_and_unpack (fixture);
  pop (fixture, (gsize) fixture->held.length);
}

/* What comes first after all, before nothing, a few bytes, a pad and blocks. */
static void
test_prepend (Fixture *fixture, gconstpointer data)
{
  const gsize lengths[] = { 0, 10, 100 * KIB, 3 * MIB };
  g_autofree char *long_text = g_strnfill (20 * KIB, 'x');

  for (gsize i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      push (fixture, lengths[i]);
      prepend (fixture, "");
      prepend (fixture, "header\n");
      prepend (fixture, long_text);
      push (fixture, 5 * KIB);
      pack_and_unpack (fixture);
      prepend (fixture, "title\n");
      pop (fixture, (gsize) fixture->held.length);
      apool_held_clear (&fixture->held, &fixture->place);
    }
}

static void
test_clear (Fixture *fixture, gconstpointer data)
{
  push (fixture, 3 * MIB + 1000);
  pop (fixture, 5);
  apool_held_clear (&fixture->held, &fixture->place);
  g_assert_cmpuint (fixture->held.length, ==, 0);
}

/* A spool of MIB bytes, which is full all the time. */
static void
test_full (Fixture *fixture, gconstpointer data)
{
  apool_pads_free (fixture->place.pads);
  apool_spool_free (fixture->place.spool);
  fixture->place.spool = apool_spool_new_bounded (g_get_tmp_dir (), MIB);
  fixture->place.pads = apool_pads_new (fixture->place.spool);
  for (guint i = 0; i < 6; i++)
    {
      push (fixture, 300 * KIB);
      push (fixture, 3 * MIB);
      pop (fixture, (gsize) fixture->held.length - 100);
      pack_and_unpack (fixture);
    }
  g_assert_cmpuint (apool_spool_get_used (fixture->place.spool), <=, MIB);
}

/* A program that gives out in the middle is told. */
static void
test_gives_out (Fixture *fixture, gconstpointer data)
{
  g_autofree guint8 *bytes = g_malloc0 (2 * MIB);
  g_autoptr (GError) error = NULL;

  g_assert_false (apool_held_push (&fixture->held, &fixture->place, bytes, 2 * MIB, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_OUTPUT);
}

int
main (int argc, char **argv)
{
  (void) signal (SIGPIPE, SIG_IGN);
  g_test_init (&argc, &argv, NULL);
#define ADD(path, program, func)                                                                   \
  g_test_add ("/held/" path, Fixture, program, set_up, func, tear_down)
  ADD ("random", "", test_random);
  ADD ("random-program", "gzip -1", test_random_program);
  ADD ("plain", NULL, test_plain);
  ADD ("small", "", test_small);
  ADD ("room", "", test_room);
  ADD ("open", "", test_open);
  ADD ("prepend", "", test_prepend);
  ADD ("clear", "", test_clear);
  ADD ("full", "", test_full);
  ADD ("refused-pads", "", test_refused_pads);
  ADD ("gives-out", "false", test_gives_out);
#undef ADD
  return g_test_run ();
}
