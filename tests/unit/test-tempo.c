/* SPDX-License-Identifier: MIT */
#include "pool/apool-tempo.h"

/* Has @n tasks end that took @usec each. Returns how often that changed what is said. */
static guint
test_tempo_note (ApoolTempo *tempo, gint64 usec, guint n, guint n_at_once)
{
  guint n_changes = 0;

  for (guint i = 0; i < n; i++)
    n_changes += apool_tempo_note (tempo, usec, n_at_once) ? 1 : 0;
  return n_changes;
}

static void
test_tempo_limits (void)
{
  ApoolTempo tempo = { 0 };

  g_test_summary ("short below one limit, long above the other, as before between them");
  g_assert_cmpuint (test_tempo_note (&tempo, APOOL_TEMPO_SHORT_USEC, 160, 4), ==, 0);
  g_assert_false (tempo.is_short);
  g_assert_cmpuint (test_tempo_note (&tempo, APOOL_TEMPO_SHORT_USEC - 1, 15, 4), ==, 0);
  g_assert_cmpuint (test_tempo_note (&tempo, APOOL_TEMPO_SHORT_USEC - 1, 1, 4), ==, 1);
  g_assert_true (tempo.is_short);
  g_assert_cmpuint (test_tempo_note (&tempo, APOOL_TEMPO_LONG_USEC, 160, 4), ==, 0);
  g_assert_true (tempo.is_short);
  g_assert_cmpuint (test_tempo_note (&tempo, APOOL_TEMPO_LONG_USEC + 1, 16, 4), ==, 1);
  g_assert_false (tempo.is_short);
}

static void
test_tempo_one_long (void)
{
  ApoolTempo tempo = { 0 };

  g_test_summary ("one long task among short ones counts for all of them");
  g_assert_cmpuint (test_tempo_note (&tempo, 0, 16, 1), ==, 1);
  (void) test_tempo_note (&tempo, 0, 15, 1);
  g_assert_cmpuint (test_tempo_note (&tempo, G_TIME_SPAN_SECOND, 1, 1), ==, 1);
  g_assert_false (tempo.is_short);
}

static void
test_tempo_many_at_once (void)
{
  ApoolTempo tempo = { 0 };

  g_test_summary ("where many run at once, the short ones that end first are not all");
  g_assert_cmpuint (test_tempo_note (&tempo, 0, 999, 1000), ==, 0);
  g_assert_cmpuint (test_tempo_note (&tempo, 0, 1, 1000), ==, 1);
}

static void
test_tempo_any_number (void)
{
  ApoolTempo tempo = { 0 };

  g_test_summary ("whatever a worker says is added up without harm");
  g_assert_cmpuint (test_tempo_note (&tempo, G_MININT64, 16, 1), ==, 1);
  g_assert_cmpuint (test_tempo_note (&tempo, G_MAXINT64, 16, 1), ==, 1);
  g_assert_false (tempo.is_short);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tempo/limits", test_tempo_limits);
  g_test_add_func ("/tempo/one-long", test_tempo_one_long);
  g_test_add_func ("/tempo/many-at-once", test_tempo_many_at_once);
  g_test_add_func ("/tempo/any-number", test_tempo_any_number);
  return g_test_run ();
}
