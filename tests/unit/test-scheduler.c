/* SPDX-License-Identifier: MIT */
#include <string.h>

#include "pool/apool-affinity.h"
#include "pool/apool-least-loaded.h"
#include "pool/apool-round-robin.h"
#include "pool/apool-scheduler-table.h"

/* As many tasks as affinity keeps, and as many keys as it remembers. */
#define MAX_KEPT 1000u
#define MAX_KEYS 65536u

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

/* Offers again what is released, which must be @seq (0 for none) and go to seat @number. */
static void
check_release (Fixture *fixture, gboolean may_wait, guint64 seq, guint number)
{
  g_autoptr (ApoolTask) task = apool_scheduler_release_task (fixture->scheduler, may_wait);

  g_assert_cmpuint (task ? apool_task_get_seq (task) : 0, ==, seq);
  if (task)
    g_assert_cmpuint (offer_task (fixture, task, may_wait), ==, number);
}

/* Has keys 1 to @n_keys have homes. */
static void
introduce_keys (Fixture *fixture, guint n_keys)
{
  for (guint64 key = 1; key <= n_keys; key++)
    {
      guint number = offer (fixture, key, key, FALSE);

      g_assert_cmpuint (number, !=, 0);
      complete (fixture, number, key, key);
    }
}

/* ---- the table ---- */

static void
test_table (void)
{
  gsize n_kinds;
  const ApoolSchedulerKind *kinds = apool_scheduler_table_get (&n_kinds);

  g_assert_cmpuint (n_kinds, ==, 3);
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
      apool_scheduler_drop_tasks (scheduler, NULL);
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

/* ---- affinity ---- */

static void
test_one_key (void)
{
  g_auto (Fixture) fixture = { 0 };
  guint home;

  set_up (&fixture, apool_affinity_new, 3, 2, 0);
  home = offer (&fixture, 1, 77, FALSE);
  g_assert_cmpuint (home, !=, 0);
  g_assert_cmpuint (offer (&fixture, 2, 77, FALSE), ==, 0);
  g_assert_cmpuint (offer (&fixture, 3, 77, FALSE), ==, 0);
  g_assert_cmpuint (apool_scheduler_get_n_kept (fixture.scheduler), ==, 2);
  check_release (&fixture, TRUE, 0, 0);
  complete (&fixture, home, 1, 77);
  g_test_message ("a newer one does not overtake");
  g_assert_cmpuint (offer (&fixture, 4, 77, FALSE), ==, 0);
  check_release (&fixture, FALSE, 2, home);
  check_release (&fixture, FALSE, 0, 0);
  g_test_message ("an earlier one that comes back is first");
  complete (&fixture, home, 2, 77);
  g_assert_cmpuint (offer (&fixture, 1, 77, FALSE), ==, home);
  complete (&fixture, home, 1, 77);
  check_release (&fixture, FALSE, 3, home);
  complete (&fixture, home, 3, 77);
  check_release (&fixture, FALSE, 4, home);
  g_assert_cmpuint (apool_scheduler_get_n_kept (fixture.scheduler), ==, 0);
}

static void
test_new_keys (void)
{
  g_auto (Fixture) fixture = { 0 };

  g_test_summary ("a new key goes to where there is room, and waits for that");
  set_up (&fixture, apool_affinity_new, 2, 1, 1);
  set_state (&fixture, 2, APOOL_SEAT_EMPTY);
  g_assert_cmpuint (offer (&fixture, 1, 1, TRUE), ==, 1);
  complete (&fixture, 1, 1, 1);
  g_assert_cmpuint (offer (&fixture, 2, 2, TRUE), ==, 1);
  g_assert_cmpuint (offer (&fixture, 3, 3, TRUE), ==, 2);
  set_state (&fixture, 2, APOOL_SEAT_STARTING);
  g_assert_cmpuint (offer (&fixture, 4, 4, TRUE), ==, 0);
  g_assert_cmpuint (offer (&fixture, 5, 5, TRUE), ==, 0);
  check_release (&fixture, TRUE, 0, 0);
  g_test_message ("one that is known can wait at its worker");
  g_assert_cmpuint (offer (&fixture, 6, 1, TRUE), ==, 1);
  complete (&fixture, 2, 3, 3);
  check_release (&fixture, TRUE, 4, 2);
  check_release (&fixture, TRUE, 0, 0);
  complete (&fixture, 1, 2, 2);
  check_release (&fixture, TRUE, 0, 0);
  complete (&fixture, 1, 6, 1);
  check_release (&fixture, TRUE, 5, 1);
  g_test_message ("without a key there is no home");
  g_assert_cmpuint (offer (&fixture, 7, 0, TRUE) + offer (&fixture, 8, 0, TRUE), ==, 1 + 2);
}

static void
test_not_made (void)
{
  g_auto (Fixture) fixture = { 0 };

  g_test_summary ("where no worker can be made, those that live do the work");
  set_up (&fixture, apool_affinity_new, 2, 1, 0);
  set_state (&fixture, 2, APOOL_SEAT_EMPTY);
  g_assert_cmpuint (offer (&fixture, 1, 1, FALSE), ==, 1);
  g_assert_cmpuint (offer (&fixture, 2, 2, FALSE), ==, 2);
  g_assert_cmpuint (offer (&fixture, 3, 2, FALSE), ==, 0);
  complete (&fixture, 2, 2, 2);
  apool_roster_set_growing (fixture.roster, FALSE);
  check_release (&fixture, FALSE, 0, 0);
  complete (&fixture, 1, 1, 1);
  check_release (&fixture, FALSE, 3, 1);
}

static void
test_oldest_first (void)
{
  g_auto (Fixture) fixture = { 0 };

  g_test_summary ("of all that could go, and of no others");
  set_up (&fixture, apool_affinity_new, 3, 1, 0);
  for (guint seq = 1; seq <= 3; seq++)
    g_assert_cmpuint (offer (&fixture, seq, seq, FALSE), ==, seq);
  for (guint seq = 4; seq <= 9; seq++)
    g_assert_cmpuint (offer (&fixture, seq, (seq - 1) % 3 + 1, FALSE), ==, 0);
  check_release (&fixture, FALSE, 0, 0);
  complete (&fixture, 3, 3, 3);
  complete (&fixture, 2, 2, 2);
  check_release (&fixture, FALSE, 5, 2);
  check_release (&fixture, FALSE, 6, 3);
  check_release (&fixture, FALSE, 0, 0);
  complete (&fixture, 2, 5, 2);
  complete (&fixture, 1, 1, 1);
  check_release (&fixture, FALSE, 4, 1);
  check_release (&fixture, FALSE, 8, 2);
}

static void
test_waits (void)
{
  g_auto (Fixture) fixture = { 0 };

  g_test_summary ("a task may wait at its home, and holds its key there");
  set_up (&fixture, apool_affinity_new, 1, 1, 1);
  introduce_keys (&fixture, 2);
  g_assert_cmpuint (offer (&fixture, 1, 1, TRUE), ==, 1);
  g_assert_cmpuint (offer (&fixture, 2, 2, FALSE), ==, 0);
  check_release (&fixture, FALSE, 0, 0);
  check_release (&fixture, TRUE, 2, 1);
  g_assert_cmpuint (offer (&fixture, 3, 2, TRUE), ==, 0);
  complete (&fixture, 1, 1, 1);
  check_release (&fixture, TRUE, 0, 0);
  complete (&fixture, 1, 2, 2);
  check_release (&fixture, TRUE, 3, 1);
}

static void
test_no_overtaking (void)
{
  const guint64 order[] = { 1, 2, 4, 3, 5, 6, 7, 8, 9 };
  g_auto (Fixture) fixture = { 0 };

  g_test_summary ("tasks that come all the time do not keep one waiting that is kept");
  set_up (&fixture, apool_affinity_new, 1, 1, 2);
  introduce_keys (&fixture, 9);
  g_assert_cmpuint (offer (&fixture, 1, 1, TRUE), ==, 1);
  g_assert_cmpuint (offer (&fixture, 2, 2, TRUE), ==, 1);
  g_assert_cmpuint (offer (&fixture, 3, 1, TRUE), ==, 0);
  g_assert_cmpuint (offer (&fixture, 4, 4, TRUE), ==, 1);
  complete (&fixture, 1, 1, 1);
  g_test_message ("nothing was released, and there is space at the worker");
  for (guint64 seq = 5; seq <= 9; seq++)
    g_assert_cmpuint (offer (&fixture, seq, seq, TRUE), ==, 0);
  check_release (&fixture, TRUE, 3, 1);
  for (guint i = 1; i + 3 < G_N_ELEMENTS (order); i++)
    {
      complete (&fixture, 1, order[i], order[i] == 3 ? 1 : order[i]);
      check_release (&fixture, TRUE, order[i + 3], 1);
    }
}

static void
test_promise (void)
{
  g_auto (Fixture) fixture = { 0 };
  g_autoptr (ApoolTask) first = NULL;
  g_autoptr (ApoolTask) second = NULL;

  g_test_summary ("no more are released for a seat than it can take, nor two of a key");
  set_up (&fixture, apool_affinity_new, 1, 3, 0);
  for (guint seq = 1; seq <= 3; seq++)
    offer (&fixture, seq, seq, FALSE);
  for (guint seq = 4; seq <= 9; seq++)
    g_assert_cmpuint (offer (&fixture, seq, (seq - 1) % 3 + 1, FALSE), ==, 0);
  complete (&fixture, 1, 1, 1);
  complete (&fixture, 1, 2, 2);
  first = apool_scheduler_release_task (fixture.scheduler, FALSE);
  second = apool_scheduler_release_task (fixture.scheduler, FALSE);
  g_assert_cmpuint (apool_task_get_seq (first), ==, 4);
  g_assert_cmpuint (apool_task_get_seq (second), ==, 5);
  g_assert_null (apool_scheduler_release_task (fixture.scheduler, FALSE));
  g_test_message ("what was promised is not given to another");
  g_assert_cmpuint (offer (&fixture, 10, 10, FALSE), ==, 0);
  g_assert_cmpuint (offer_task (&fixture, second, FALSE), ==, 1);
  g_assert_cmpuint (offer_task (&fixture, first, FALSE), ==, 1);
  g_test_message ("a promise ends with a task that is settled elsewhere");
  complete (&fixture, 1, 3, 3);
  g_clear_pointer (&first, apool_task_unref);
  first = apool_scheduler_release_task (fixture.scheduler, FALSE);
  g_assert_cmpuint (apool_task_get_seq (first), ==, 6);
  apool_scheduler_complete_task (fixture.scheduler, first);
  check_release (&fixture, FALSE, 9, 1);
}

static void
test_full (void)
{
  g_auto (Fixture) fixture = { 0 };
  g_autoptr (GPtrArray) dropped =
      g_ptr_array_new_with_free_func ((GDestroyNotify) apool_task_unref);

  set_up (&fixture, apool_affinity_new, 2, 1, 0);
  g_assert_cmpuint (offer (&fixture, 1, 1, FALSE), ==, 1);
  for (guint i = 0; i < MAX_KEPT; i++)
    {
      g_assert_true (apool_scheduler_can_take (fixture.scheduler, FALSE));
      g_assert_cmpuint (offer (&fixture, 2 + i, 1, FALSE), ==, 0);
    }
  g_assert_false (apool_scheduler_can_take (fixture.scheduler, FALSE));
  g_assert_cmpuint (apool_scheduler_get_n_kept (fixture.scheduler), ==, MAX_KEPT);
  complete (&fixture, 1, 1, 1);
  check_release (&fixture, FALSE, 2, 1);
  g_assert_true (apool_scheduler_can_take (fixture.scheduler, FALSE));
  apool_scheduler_drop_tasks (fixture.scheduler, dropped);
  g_assert_cmpuint (apool_scheduler_get_n_kept (fixture.scheduler), ==, 0);
  g_assert_cmpuint (dropped->len, ==, MAX_KEPT - 1);
  complete (&fixture, 1, 2, 1);
  check_release (&fixture, FALSE, 0, 0);
  g_assert_cmpuint (offer (&fixture, 5000, 1, FALSE), ==, 1);
}

static void
test_full_and_promised (void)
{
  g_auto (Fixture) fixture = { 0 };
  g_autoptr (ApoolTask) task = NULL;

  g_test_summary ("what was released can come back, also when another has taken its place");
  set_up (&fixture, apool_affinity_new, 2, 1, 0);
  for (guint i = 0; i <= MAX_KEPT; i++)
    offer (&fixture, 1 + i, 1, FALSE);
  complete (&fixture, 1, 1, 1);
  task = apool_scheduler_release_task (fixture.scheduler, FALSE);
  g_assert_cmpuint (offer (&fixture, 1, 1, FALSE), ==, 0);
  g_assert_true (apool_scheduler_can_take (fixture.scheduler, FALSE));
  g_assert_cmpuint (offer_task (&fixture, task, FALSE), ==, 1);
  g_assert_false (apool_scheduler_can_take (fixture.scheduler, FALSE));
  complete (&fixture, 1, 2, 1);
  check_release (&fixture, FALSE, 1, 1);
}

static void
test_no_reading_ahead (void)
{
  g_auto (Fixture) fixture = { 0 };

  g_test_summary ("while no seat could have a task, none is asked for");
  set_up (&fixture, apool_affinity_new, 1, 1, 0);
  g_assert_cmpuint (offer (&fixture, 1, 1, FALSE), ==, 1);
  g_assert_false (apool_scheduler_can_take (fixture.scheduler, TRUE));
}

static void
test_drop_promise (void)
{
  g_auto (Fixture) fixture = { 0 };
  g_autoptr (ApoolTask) task = NULL;

  set_up (&fixture, apool_affinity_new, 1, 1, 0);
  offer (&fixture, 1, 1, FALSE);
  offer (&fixture, 2, 2, FALSE);
  complete (&fixture, 1, 1, 1);
  task = apool_scheduler_release_task (fixture.scheduler, FALSE);
  apool_scheduler_drop_tasks (fixture.scheduler, NULL);
  g_assert_cmpuint (offer (&fixture, 3, 3, FALSE), ==, 1);
}

/* ---- seats that come and go ---- */

static void
test_replaced (void)
{
  g_auto (Fixture) fixture = { 0 };
  ApoolSeat *seat;
  guint home;

  g_test_summary ("a key stays where it is while the worker there is replaced");
  set_up (&fixture, apool_affinity_new, 3, 1, 0);
  home = offer (&fixture, 1, 9, FALSE);
  seat = apool_roster_get_seat (fixture.roster, home);
  g_assert_cmpuint (offer (&fixture, 2, 9, FALSE), ==, 0);
  apool_roster_detach_tasks (fixture.roster, seat);
  set_state (&fixture, home, APOOL_SEAT_SHUT);
  g_test_message ("the key is not free before its task is");
  check_release (&fixture, FALSE, 0, 0);
  apool_roster_remove_task (fixture.roster, NULL, 1);
  {
    g_autoptr (ApoolTask) task = make_task (1, 9);

    apool_scheduler_complete_task (fixture.scheduler, task);
  }
  check_release (&fixture, FALSE, 0, 0);
  set_state (&fixture, home, APOOL_SEAT_EMPTY);
  check_release (&fixture, FALSE, 2, home);
}

static void
test_unregistered_kept (void)
{
  g_auto (Fixture) fixture = { 0 };

  g_test_summary ("what is kept for a seat that is gone goes elsewhere, to where there is room");
  set_up (&fixture, apool_affinity_new, 3, 1, 0);
  for (guint seq = 1; seq <= 3; seq++)
    g_assert_cmpuint (offer (&fixture, seq, seq, FALSE), ==, seq);
  complete (&fixture, 1, 1, 1);
  g_assert_cmpuint (offer (&fixture, 4, 4, FALSE), ==, 1);
  g_assert_cmpuint (offer (&fixture, 5, 1, FALSE), ==, 0);
  g_assert_cmpuint (offer (&fixture, 6, 4, FALSE), ==, 0);
  complete (&fixture, 1, 4, 4);
  set_state (&fixture, 1, APOOL_SEAT_SHUT);
  apool_scheduler_unregister_worker (fixture.scheduler, apool_roster_get_seat (fixture.roster, 1));
  check_release (&fixture, FALSE, 0, 0);
  complete (&fixture, 3, 3, 3);
  check_release (&fixture, FALSE, 5, 3);
  check_release (&fixture, FALSE, 0, 0);
  complete (&fixture, 2, 2, 2);
  check_release (&fixture, FALSE, 6, 2);
}

static void
test_unregistered (void)
{
  g_auto (Fixture) fixture = { 0 };
  guint number;

  g_test_summary ("keys move from a seat that is gone, with what is kept and what is promised");
  set_up (&fixture, apool_affinity_new, 2, 2, 0);
  g_assert_cmpuint (offer (&fixture, 1, 1, FALSE), ==, 1);
  g_assert_cmpuint (offer (&fixture, 2, 2, FALSE), ==, 2);
  g_assert_cmpuint (offer (&fixture, 3, 1, FALSE), ==, 0);
  complete (&fixture, 1, 1, 1);
  {
    g_autoptr (ApoolTask) task = apool_scheduler_release_task (fixture.scheduler, FALSE);

    g_assert_cmpuint (offer (&fixture, 4, 1, FALSE), ==, 0);
    set_state (&fixture, 1, APOOL_SEAT_SHUT);
    apool_scheduler_unregister_worker (fixture.scheduler,
                                       apool_roster_get_seat (fixture.roster, 1));
    g_assert_cmpuint (offer_task (&fixture, task, FALSE), ==, 2);
  }
  complete (&fixture, 2, 3, 1);
  check_release (&fixture, FALSE, 4, 2);
  complete (&fixture, 2, 4, 1);
  g_test_message ("and stay when it is back, which new ones can use");
  set_state (&fixture, 1, APOOL_SEAT_READY);
  apool_scheduler_register_worker (fixture.scheduler, apool_roster_get_seat (fixture.roster, 1));
  g_assert_cmpuint (offer (&fixture, 5, 1, FALSE), ==, 2);
  number = offer (&fixture, 6, 6, FALSE);
  g_assert_cmpuint (number, ==, 1);
}

static void
test_nobody_registered (void)
{
  g_auto (Fixture) fixture = { 0 };
  ApoolSeat *seat;

  set_up (&fixture, apool_affinity_new, 1, 1, 0);
  seat = apool_roster_get_seat (fixture.roster, 1);
  g_assert_cmpuint (offer (&fixture, 1, 1, FALSE), ==, 1);
  g_assert_cmpuint (offer (&fixture, 2, 2, FALSE), ==, 0);
  complete (&fixture, 1, 1, 1);
  set_state (&fixture, 1, APOOL_SEAT_SHUT);
  apool_scheduler_unregister_worker (fixture.scheduler, seat);
  g_assert_cmpuint (offer (&fixture, 3, 3, FALSE), ==, 0);
  check_release (&fixture, FALSE, 0, 0);
  apool_scheduler_register_worker (fixture.scheduler, seat);
  set_state (&fixture, 1, APOOL_SEAT_EMPTY);
  check_release (&fixture, FALSE, 2, 1);
}

/* Has each of many keys have a task, one after the other; @seats has where each went, 0 for not
 * known yet, and those of @gone do not count. */
static void
walk_keys (Fixture *fixture, guint8 *seats, guint n_keys, guint gone)
{
  for (guint i = 0; i < n_keys; i++)
    {
      /* Spread as the hash of a value is. */
      guint64 key = (i + 1) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
      guint number = offer (fixture, i + 1, key, FALSE);

      g_assert_cmpuint (number, !=, 0);
      if (seats[i] != 0 && seats[i] != gone)
        g_assert_cmpuint (number, ==, seats[i]);
      seats[i] = (guint8) number;
      complete (fixture, number, i + 1, key);
    }
}

static void
test_many_keys (void)
{
  const guint n_keys = 3 * MAX_KEYS;
  g_auto (Fixture) fixture = { 0 };
  g_autofree guint8 *seats = g_new0 (guint8, n_keys);
  guint n_keys_of[6] = { 0 };

  g_test_summary ("more keys than are remembered have their homes all the same");
  set_up (&fixture, apool_affinity_new, 5, 2, 0);
  walk_keys (&fixture, seats, n_keys, 0);
  walk_keys (&fixture, seats, n_keys, 0);
  for (guint i = 0; i < n_keys; i++)
    n_keys_of[seats[i]]++;
  for (guint i = 1; i <= 5; i++)
    g_assert_cmpuint (n_keys_of[i], >, n_keys / 5 * 9 / 10);
  apool_scheduler_unregister_worker (fixture.scheduler, apool_roster_get_seat (fixture.roster, 3));
  set_state (&fixture, 3, APOOL_SEAT_SHUT);
  walk_keys (&fixture, seats, n_keys, 3);
  walk_keys (&fixture, seats, n_keys, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/scheduler/table", test_table);
  g_test_add_func ("/scheduler/least-loaded", test_least_loaded);
  g_test_add_func ("/scheduler/round-robin/turns", test_turns);
  g_test_add_func ("/scheduler/round-robin/not-growing", test_not_growing);
  g_test_add_func ("/scheduler/affinity/one-key", test_one_key);
  g_test_add_func ("/scheduler/affinity/new-keys", test_new_keys);
  g_test_add_func ("/scheduler/affinity/not-made", test_not_made);
  g_test_add_func ("/scheduler/affinity/oldest-first", test_oldest_first);
  g_test_add_func ("/scheduler/affinity/waits", test_waits);
  g_test_add_func ("/scheduler/affinity/no-overtaking", test_no_overtaking);
  g_test_add_func ("/scheduler/affinity/promise", test_promise);
  g_test_add_func ("/scheduler/affinity/full", test_full);
  g_test_add_func ("/scheduler/affinity/full-and-promised", test_full_and_promised);
  g_test_add_func ("/scheduler/affinity/no-reading-ahead", test_no_reading_ahead);
  g_test_add_func ("/scheduler/affinity/drop-promise", test_drop_promise);
  g_test_add_func ("/scheduler/affinity/replaced", test_replaced);
  g_test_add_func ("/scheduler/affinity/unregistered", test_unregistered);
  g_test_add_func ("/scheduler/affinity/unregistered-kept", test_unregistered_kept);
  g_test_add_func ("/scheduler/affinity/nobody-registered", test_nobody_registered);
  g_test_add_func ("/scheduler/affinity/many-keys", test_many_keys);
  return g_test_run ();
}
