/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "pool/apool-least-loaded.h"
#include "pool/apool-round-robin.h"
#include "pool/apool-scheduler-table.h"

typedef struct
{
  ApoolRoster *roster;
  ApoolScheduler *scheduler;
} Fixture;

/* Makes seats that are all ready and registered, with @n_slots each. */
static void
set_up (Fixture *fixture,
        ApoolScheduler *(*create) (ApoolRoster *),
        guint n_seats,
        guint n_slots,
        guint prefetch)
{
  fixture->roster = apool_roster_new (n_seats, n_seats * n_slots, prefetch);
  fixture->scheduler = create (fixture->roster);
  for (guint i = 1; i <= n_seats; i++)
    {
      ApoolSeat *seat = apool_roster_get_seat (fixture->roster, i);

      apool_roster_set_slots (fixture->roster, seat, n_slots);
      apool_roster_set_state (fixture->roster, seat, APOOL_SEAT_READY);
      apool_scheduler_register_worker (fixture->scheduler, seat);
    }
}

static void
tear_down (Fixture *fixture)
{
  g_object_unref (fixture->scheduler);
  apool_roster_free (fixture->roster);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fixture, tear_down)

static ApoolTask *
make_task (guint64 seq, guint64 key)
{
  const ApoolTaskTraits traits = { .attempt = 1, .weight = 1, .key = key };
  g_autoptr (GBytes) text = g_bytes_new_static ("true", 5);
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolTask) task = apool_task_new (seq, seq, APOOL_TASK_WORDS, text, NULL, &error);

  g_assert_no_error (error);
  return apool_task_new_variant (task, &traits);
}

static void
set_state (Fixture *fixture, guint number, ApoolSeatState state)
{
  apool_roster_set_state (fixture->roster, apool_roster_get_seat (fixture->roster, number), state);
}

/* Offers @task, and has the seat take it. Returns its number, 0 where the task is kept. */
static guint
offer_task (Fixture *fixture, ApoolTask *task, gboolean may_wait)
{
  ApoolSeat *seat = apool_scheduler_schedule_task (fixture->scheduler, task, may_wait);

  if (!seat)
    return 0;
  g_assert_true (apool_roster_can_take (fixture->roster, seat, may_wait));
  apool_roster_add_task (fixture->roster, seat, 1);
  return seat->number;
}

static guint
offer (Fixture *fixture, guint64 seq, guint64 key, gboolean may_wait)
{
  g_autoptr (ApoolTask) task = make_task (seq, key);

  return offer_task (fixture, task, may_wait);
}

static void
complete (Fixture *fixture, guint number, guint64 seq, guint64 key)
{
  g_autoptr (ApoolTask) task = make_task (seq, key);

  apool_roster_remove_task (fixture->roster, apool_roster_get_seat (fixture->roster, number), 1);
  apool_scheduler_complete_task (fixture->scheduler, task);
}

/* ---- the table ---- */

static void
test_table (void)
{
  gsize n_kinds;
  const ApoolSchedulerKind *kinds = apool_scheduler_table_get (&n_kinds);

  g_assert_cmpuint (n_kinds, ==, 2);
  g_assert_cmpstr (kinds[0].name, ==, "least-loaded");
  for (gsize i = 0; i < n_kinds; i++)
    {
      g_autoptr (ApoolRoster) roster = apool_roster_new (1, 1, 0);
      g_autoptr (ApoolScheduler) scheduler = kinds[i].create (roster);

      g_assert_true (apool_scheduler_table_find (kinds[i].name) == &kinds[i]);
      g_assert_cmpint (kinds[i].needs_key, ==, strcmp (kinds[i].name, "affinity") == 0);
      g_assert_cmpint (apool_scheduler_binds_tasks (scheduler), ==, kinds[i].needs_key);
      g_assert_false (apool_scheduler_can_take (scheduler, TRUE));
      g_assert_cmpuint (apool_scheduler_get_n_kept (scheduler), ==, 0);
      g_assert_null (apool_scheduler_release_task (scheduler, TRUE));
      apool_scheduler_drop_tasks (scheduler);
    }
  g_assert_null (apool_scheduler_table_find ("least"));
}

/* ---- least-loaded ---- */

static void
test_least_loaded (void)
{
  g_auto (Fixture) fixture = { 0 };

  set_up (&fixture, apool_least_loaded_new, 2, 2, 1);
  apool_roster_set_slots (fixture.roster, apool_roster_get_seat (fixture.roster, 2), 3);
  g_assert_cmpuint (offer (&fixture, 1, 0, FALSE), ==, 2);
  for (guint seq = 2; seq <= 5; seq++)
    g_assert_cmpuint (offer (&fixture, seq, 0, FALSE), !=, 0);
  g_assert_false (apool_scheduler_can_take (fixture.scheduler, FALSE));
  g_assert_true (apool_scheduler_can_take (fixture.scheduler, TRUE));
  g_assert_cmpuint (offer (&fixture, 6, 0, TRUE) + offer (&fixture, 7, 0, TRUE), ==, 1 + 2);
  g_assert_false (apool_scheduler_can_take (fixture.scheduler, TRUE));
}

/* ---- round-robin ---- */

static void
test_turns (void)
{
  g_auto (Fixture) fixture = { 0 };

  set_up (&fixture, apool_round_robin_new, 4, 2, 1);
  set_state (&fixture, 2, APOOL_SEAT_SHUT);
  set_state (&fixture, 3, APOOL_SEAT_EMPTY);
  g_assert_cmpuint (offer (&fixture, 1, 0, FALSE), ==, 1);
  g_assert_cmpuint (offer (&fixture, 2, 0, FALSE), ==, 3);
  set_state (&fixture, 3, APOOL_SEAT_STARTING);
  g_assert_cmpuint (offer (&fixture, 3, 0, FALSE), ==, 4);
  g_assert_cmpuint (offer (&fixture, 4, 0, FALSE), ==, 1);
  g_assert_cmpuint (offer (&fixture, 5, 0, FALSE), ==, 3);
  complete (&fixture, 1, 1, 0);
  g_test_message ("one that is free has its turn before another one that was free");
  g_assert_cmpuint (offer (&fixture, 6, 0, TRUE), ==, 4);
  g_assert_cmpuint (offer (&fixture, 7, 0, TRUE), ==, 1);
  g_test_message ("now all are full");
  g_assert_false (apool_scheduler_can_take (fixture.scheduler, FALSE));
  g_assert_cmpuint (offer (&fixture, 8, 0, TRUE), ==, 3);
  g_assert_cmpuint (offer (&fixture, 9, 0, TRUE), ==, 4);
  g_assert_cmpuint (offer (&fixture, 10, 0, TRUE), ==, 1);
  g_assert_false (apool_scheduler_can_take (fixture.scheduler, TRUE));
}

static void
test_not_growing (void)
{
  g_auto (Fixture) fixture = { 0 };

  set_up (&fixture, apool_round_robin_new, 2, 1, 0);
  set_state (&fixture, 1, APOOL_SEAT_EMPTY);
  apool_roster_set_growing (fixture.roster, FALSE);
  g_assert_cmpuint (offer (&fixture, 1, 0, FALSE), ==, 2);
  g_assert_false (apool_scheduler_can_take (fixture.scheduler, TRUE));
  apool_roster_set_growing (fixture.roster, TRUE);
  g_assert_cmpuint (offer (&fixture, 2, 0, FALSE), ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scheduler/table", test_table);
  g_test_add_func ("/scheduler/least-loaded", test_least_loaded);
  g_test_add_func ("/scheduler/round-robin/turns", test_turns);
  g_test_add_func ("/scheduler/round-robin/not-growing", test_not_growing);
  return g_test_run ();
}
