/* SPDX-License-Identifier: MIT */
/* Who is held back while more is written than can leave. Time passes by itself; nothing here
 * depends on how much of it. */

#include "sinks/apool-pace.h"

#define MIB ((gsize) 1024 * 1024)

typedef struct
{
  GMainContext *context;
  ApoolPace *pace;
  ApoolPaced paced[2];
} Fixture;

static guint n_released;

static void
released_cb (ApoolPaced *paced)
{
  g_assert_false (paced->is_held);
  n_released++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  n_released = 0;
  fixture->context = g_main_context_new ();
  fixture->pace = apool_pace_new (fixture->context, released_cb);
  for (guint i = 0; i < 2; i++)
    apool_paced_init (&fixture->paced[i]);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 2; i++)
    apool_pace_release (fixture->pace, &fixture->paced[i]);
  apool_pace_free (fixture->pace);
  g_main_context_unref (fixture->context);
}

/* Says that very much comes from full pipes, until the pace knows. */
static void
go_fast (Fixture *fixture)
{
  while (!apool_pace_hold (fixture->pace, &fixture->paced[0]))
    apool_pace_note (fixture->pace, 1024 * MIB);
}

/* Where hardly anybody has to wait nobody is held back, and nobody wakes up. */
static void
test_slow (Fixture *fixture, gconstpointer data)
{
  g_assert_false (apool_pace_hold (fixture->pace, &fixture->paced[0]));
  apool_pace_note (fixture->pace, 1);
  g_assert_false (apool_pace_hold (fixture->pace, &fixture->paced[0]));
  g_assert_false (g_main_context_pending (fixture->context));
}

/* As soon as pipes are full no more all go on. */
static void
test_slower (Fixture *fixture, gconstpointer data)
{
  go_fast (fixture);
  g_assert_true (apool_pace_hold (fixture->pace, &fixture->paced[0]));
  (void) apool_pace_hold (fixture->pace, &fixture->paced[1]);
  while (fixture->paced[0].is_held || fixture->paced[1].is_held)
    g_main_context_iteration (fixture->context, TRUE);
  g_assert_cmpuint (n_released, >=, 1);
  g_assert_false (g_main_context_pending (fixture->context));
}

/* However much it is, nobody is held back for long, nor again and again. */
static void
test_patience (Fixture *fixture, gconstpointer data)
{
  while (fixture->paced[0].patience > 0)
    {
      apool_pace_note (fixture->pace, 1024 * MIB);
      if (apool_pace_hold (fixture->pace, &fixture->paced[0]))
        g_main_context_iteration (fixture->context, FALSE);
    }
  g_assert_cmpuint (n_released, >=, 1);
  g_assert_cmpint (fixture->paced[0].patience, >, -APOOL_PACE_PATIENCE_USEC * 100);
  apool_pace_note (fixture->pace, 1024 * MIB);
  g_assert_false (apool_pace_hold (fixture->pace, &fixture->paced[0]));
}

/* Who is released is not told. */
static void
test_release (Fixture *fixture, gconstpointer data)
{
  go_fast (fixture);
  apool_pace_release (fixture->pace, &fixture->paced[0]);
  g_assert_false (fixture->paced[0].is_held);
  g_assert_cmpuint (n_released, ==, 0);
}

int
main (int argc, char **argv)
{
#define ADD(name, func) g_test_add ("/pace/" name, Fixture, NULL, set_up, func, tear_down)
  g_test_init (&argc, &argv, NULL);
  ADD ("slow", test_slow);
  ADD ("slower", test_slower);
  ADD ("patience", test_patience);
  ADD ("release", test_release);
#undef ADD
  return g_test_run ();
}
