/* SPDX-License-Identifier: MIT */
#include "base/apool-spool.h"
#include "sinks/apool-backlog.h"

typedef struct
{
  ApoolSpool *spool;
  ApoolBacklog *backlog;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->spool = apool_spool_new (g_get_tmp_dir ());
  fixture->backlog = apool_backlog_new (fixture->spool);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  apool_backlog_free (fixture->backlog);
  apool_spool_free (fixture->spool);
}

/* Nothing is held where the addresses begin again. */
static void
assert_empty (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  guint64 offset;

  g_assert_true (apool_spool_append (fixture->spool, "x", 1, &offset, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (offset, ==, 0);
  apool_spool_release (fixture->spool, offset, 1);
}

static void
put (Fixture *fixture, guint64 turn, ApoolBacklogState state)
{
  g_autoptr (GError) error = NULL;
  ApoolBacklogRecord record = { .state = state };

  record.streams[0].location = turn * 3;
  record.streams[0].length = turn + 5;
  record.streams[1].n_items = turn % 1000;
  g_assert_true (apool_backlog_put (fixture->backlog, turn, &record, &error));
  g_assert_no_error (error);
}

static void
assert_record (const ApoolBacklogRecord *record, guint64 turn, ApoolBacklogState state)
{
  g_assert_cmpint (record->state, ==, state);
  if (state == APOOL_BACKLOG_MISSING)
    return;
  g_assert_cmpuint (record->streams[0].location, ==, turn * 3);
  g_assert_cmpuint (record->streams[0].length, ==, turn + 5);
  g_assert_cmpuint (record->streams[1].n_items, ==, turn % 1000);
}

static void
assert_peek (Fixture *fixture, guint64 turn, ApoolBacklogState state)
{
  g_autoptr (GError) error = NULL;
  ApoolBacklogRecord record;

  g_assert_true (apool_backlog_peek (fixture->backlog, turn, &record, &error));
  g_assert_no_error (error);
  assert_record (&record, turn, state);
}

static void
take (Fixture *fixture, guint64 turn, ApoolBacklogState state)
{
  g_autoptr (GError) error = NULL;

  assert_peek (fixture, turn, state);
  g_assert_true (apool_backlog_remove (fixture->backlog, turn, &error));
  g_assert_no_error (error);
  assert_peek (fixture, turn, APOOL_BACKLOG_MISSING);
}

static void
assert_find (Fixture *fixture, guint64 from, guint64 turn, ApoolBacklogState state)
{
  g_autoptr (GError) error = NULL;
  ApoolBacklogRecord record;
  guint64 found = from;

  g_assert_true (apool_backlog_find (fixture->backlog, &found, &record, &error));
  g_assert_no_error (error);
  if (state != APOOL_BACKLOG_MISSING)
    g_assert_cmpuint (found, ==, turn);
  assert_record (&record, turn, state);
}

static guint64 *
make_permutation (guint n)
{
  guint64 *turns = g_new (guint64, n);

  for (guint i = 0; i < n; i++)
    {
      guint j = (guint) g_test_rand_int_range (0, (gint32) i + 1);

      turns[i] = turns[j];
      turns[j] = i + 1;
    }
  return turns;
}

static void
test_missing (Fixture *fixture, gconstpointer data)
{
  assert_peek (fixture, 0, APOOL_BACKLOG_MISSING);
  assert_peek (fixture, G_MAXUINT64, APOOL_BACKLOG_MISSING);
  assert_find (fixture, 0, 0, APOOL_BACKLOG_MISSING);
  put (fixture, 700, APOOL_BACKLOG_FINISHED);
  assert_peek (fixture, 699, APOOL_BACKLOG_MISSING);
  put (fixture, 3, APOOL_BACKLOG_FINISHED);
  assert_peek (fixture, 700, APOOL_BACKLOG_FINISHED);
  assert_peek (fixture, 3, APOOL_BACKLOG_FINISHED);
}

static void
test_random (Fixture *fixture, gconstpointer data)
{
  const guint n = 20000;
  g_autofree guint64 *turns = make_permutation (n);

  g_test_summary ("several times as many pages as have room in memory, in any order");
  for (guint i = 0; i < n; i++)
    put (fixture, turns[i], APOOL_BACKLOG_FINISHED);
  for (guint64 turn = 1; turn <= n; turn++)
    take (fixture, turn, APOOL_BACKLOG_FINISHED);
  assert_find (fixture, 0, 0, APOOL_BACKLOG_MISSING);
  assert_empty (fixture);
}

static void
test_full (Fixture *fixture, gconstpointer data)
{
  const guint n = 40000;
  g_autofree guint64 *turns = make_permutation (n);

  g_test_summary ("no page is lost where the disk has no room for it, nor for what changed in it");
  apool_backlog_free (fixture->backlog);
  apool_spool_free (fixture->spool);
  fixture->spool = apool_spool_new_bounded (g_get_tmp_dir (), 600 * 1024);
  fixture->backlog = apool_backlog_new (fixture->spool);
  for (guint i = 0; i < n; i++)
    put (fixture, turns[i], APOOL_BACKLOG_FINISHED);
  g_assert_true (apool_spool_is_full (fixture->spool));
  g_assert_cmpuint (apool_spool_get_used (fixture->spool), <=, 600 * 1024);
  for (guint64 turn = 1; turn <= n; turn++)
    take (fixture, turn, APOOL_BACKLOG_FINISHED);
  g_assert_false (apool_spool_is_full (fixture->spool));
  assert_empty (fixture);
}

static void
test_late (Fixture *fixture, gconstpointer data)
{
  g_test_summary ("pages that become empty and are needed again, and a directory cut at its front");
  for (guint64 turn = 1; turn < 300000; turn += 2)
    {
      put (fixture, turn + 1, APOOL_BACKLOG_FINISHED);
      put (fixture, turn, APOOL_BACKLOG_FINISHED);
      take (fixture, turn, APOOL_BACKLOG_FINISHED);
      take (fixture, turn + 1, APOOL_BACKLOG_FINISHED);
    }
  put (fixture, 500000, APOOL_BACKLOG_FINISHED);
  assert_find (fixture, 0, 500000, APOOL_BACKLOG_FINISHED);
  put (fixture, 300002, APOOL_BACKLOG_ENDED);
  assert_find (fixture, 0, 300002, APOOL_BACKLOG_ENDED);
  assert_peek (fixture, 5, APOOL_BACKLOG_MISSING);
  assert_empty (fixture);
}

static void
test_find (Fixture *fixture, gconstpointer data)
{
  const guint64 turns[] = { 1, 127, 128, 129, 5000, 100000, 2000000 };

  for (guint i = G_N_ELEMENTS (turns); i > 0; i--)
    put (fixture, turns[i - 1], i % 2 ? APOOL_BACKLOG_FINISHED : APOOL_BACKLOG_ENDED);
  for (guint i = 0; i + 1 < G_N_ELEMENTS (turns); i++)
    {
      ApoolBacklogState state = i % 2 ? APOOL_BACKLOG_ENDED : APOOL_BACKLOG_FINISHED;

      assert_find (fixture, turns[i], turns[i], state);
      assert_find (fixture, turns[i] + 1, turns[i + 1],
                   i % 2 ? APOOL_BACKLOG_FINISHED : APOOL_BACKLOG_ENDED);
    }
  assert_find (fixture, 2000001, 0, APOOL_BACKLOG_MISSING);
}

static void
test_spool_error (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ApoolSpool) spool = apool_spool_new ("/nonexistent");
  g_autoptr (ApoolBacklog) backlog = apool_backlog_new (spool);
  g_autoptr (GError) error = NULL;
  ApoolBacklogRecord record = { .state = APOOL_BACKLOG_FINISHED };
  guint64 turn = 0;

  while (apool_backlog_put (backlog, turn, &record, &error))
    g_assert_cmpuint (++turn, <, 100000);
  g_assert_nonnull (error);
  /* As much as fits memory is still there. */
  g_assert_cmpuint (turn, >, 8192);
  g_clear_error (&error);
  g_assert_true (apool_backlog_peek (backlog, turn - 1, &record, &error));
  g_assert_cmpint (record.state, ==, APOOL_BACKLOG_FINISHED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
  ADD ("/backlog/missing", test_missing);
  ADD ("/backlog/random", test_random);
  ADD ("/backlog/full", test_full);
  ADD ("/backlog/late", test_late);
  ADD ("/backlog/find", test_find);
  ADD ("/backlog/spool-error", test_spool_error);
#undef ADD
  return g_test_run ();
}
