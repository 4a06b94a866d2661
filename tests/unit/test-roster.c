/* SPDX-License-Identifier: MIT */
#include "pool/apool-roster.h"
#include "pool/apool-seat-set.h"

/* What a seat should be, as the test has told the roster. */
typedef struct
{
  ApoolSeatState state;
  gint64 n_slots;
  gint64 load;
  gboolean is_stocked;
} ModelSeat;

/* A roster, and what it should say: found by looking at all seats. */
typedef struct
{
  ApoolRoster *roster;
  guint n_seats;
  gint64 capacity;
  gint64 prefetch;
  gboolean is_growing;
  gint64 total;
  GArray *detached;  /* guint: weights of tasks without a seat */
  GArray *weights;   /* guint: of tasks with one */
  GArray *seats_of;  /* guint: the seats of those */
  ModelSeat *models; /* number i at i */
} Fixture;

static guint
pick (guint n)
{
  return (guint) g_test_rand_int_range (0, (gint32) n);
}

static void
set_up (Fixture *fixture, guint n_seats, guint prefetch)
{
  fixture->n_seats = n_seats;
  fixture->capacity = 4 * n_seats;
  fixture->prefetch = prefetch;
  fixture->is_growing = TRUE;
  fixture->roster = apool_roster_new (n_seats, 4 * n_seats, prefetch);
  fixture->detached = g_array_new (FALSE, FALSE, sizeof (guint));
  fixture->weights = g_array_new (FALSE, FALSE, sizeof (guint));
  fixture->seats_of = g_array_new (FALSE, FALSE, sizeof (guint));
  fixture->models = g_new0 (ModelSeat, n_seats + 1);
}

static void
tear_down (Fixture *fixture)
{
  apool_roster_free (fixture->roster);
  g_array_unref (fixture->detached);
  g_array_unref (fixture->weights);
  g_array_unref (fixture->seats_of);
  g_free (fixture->models);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Fixture, tear_down)

static gint64
get_room (const ModelSeat *model)
{
  return model->n_slots - model->load;
}

static gboolean
has_worker (const ModelSeat *model)
{
  return model->state == APOOL_SEAT_STARTING || model->state == APOOL_SEAT_READY;
}

/* Once as many wait as may, no more come before half of them are gone. */
static void
note_stock (const Fixture *fixture, guint number)
{
  ModelSeat *model = &fixture->models[number];
  gint64 n_waiting = -get_room (model);

  if (n_waiting <= fixture->prefetch / 2)
    model->is_stocked = FALSE;
  else if (n_waiting >= fixture->prefetch)
    model->is_stocked = TRUE;
}

static gboolean
can_take (const Fixture *fixture, const ModelSeat *model, gboolean may_wait)
{
  gint64 least = model->is_stocked ? 0 : -fixture->prefetch;

  if (model->state == APOOL_SEAT_EMPTY)
    return fixture->is_growing && model->n_slots > 0;
  return has_worker (model) && get_room (model) > (may_wait ? least : 0);
}

/* How good a seat is for the next task, the more the better; 0 where it cannot take it. */
static gint64
rate (const Fixture *fixture, guint number, gboolean may_wait)
{
  const gint64 step = (gint64) 1 << 40;
  const ModelSeat *model = &fixture->models[number];

  if (!can_take (fixture, model, may_wait))
    return 0;
  if (model->state == APOOL_SEAT_EMPTY)
    return 4 * step - number;
  if (get_room (model) > 0)
    return (model->state == APOOL_SEAT_READY ? 6 : 5) * step + get_room (model);
  return (model->state == APOOL_SEAT_READY ? 2 : 1) * step + get_room (model);
}

static void
check_find (const Fixture *fixture, gboolean may_wait)
{
  const ApoolSeat *found = apool_roster_find (fixture->roster, may_wait);
  gint64 best = 0;

  for (guint i = 1; i <= fixture->n_seats; i++)
    best = MAX (best, rate (fixture, i, may_wait));
  g_assert_cmpint (found ? rate (fixture, found->number, may_wait) : 0, ==, best);
}

/* Returns the first seat behind @after that can take a task, or could where it may wait. */
static guint
find_next (const Fixture *fixture, guint after, gboolean may_wait)
{
  for (guint i = 0; i < fixture->n_seats; i++)
    {
      guint number = (after + i) % fixture->n_seats + 1;

      if (can_take (fixture, &fixture->models[number], may_wait))
        return number;
    }
  return 0;
}

static void
check_next (const Fixture *fixture, gboolean may_wait)
{
  guint after = pick (fixture->n_seats + 1);
  guint expected = find_next (fixture, after, FALSE);
  const ApoolSeat *found = apool_roster_find_next (fixture->roster, after, may_wait);

  if (expected == 0 && may_wait)
    expected = find_next (fixture, after, TRUE);
  g_assert_cmpuint (found ? found->number : 0, ==, expected);
}

static void
check_overfull (const Fixture *fixture)
{
  g_autoptr (GPtrArray) listed = g_ptr_array_new ();
  guint n = 0;

  apool_roster_list_overfull (fixture->roster, listed);
  for (guint i = 1; i <= fixture->n_seats; i++)
    if (has_worker (&fixture->models[i]) && get_room (&fixture->models[i]) < 0)
      {
        n++;
        g_assert_true (g_ptr_array_find (listed, apool_roster_get_seat (fixture->roster, i), NULL));
      }
  g_assert_cmpuint (listed->len, ==, n);
}

static void
check_sums (const Fixture *fixture)
{
  gint64 n_free = 0;

  for (guint i = 1; i <= fixture->n_seats; i++)
    {
      const ModelSeat *model = &fixture->models[i];

      if (has_worker (model))
        n_free += MAX (get_room (model), 0);
      else if (can_take (fixture, model, FALSE))
        n_free += model->n_slots;
    }
  g_assert_cmpuint (apool_roster_count_free (fixture->roster), ==, n_free);
  g_assert_cmpint (apool_roster_get_free_weight (fixture->roster), ==,
                   fixture->capacity - fixture->total);
}

static void
check_seat (const Fixture *fixture, guint number)
{
  const ApoolSeat *seat = apool_roster_get_seat (fixture->roster, number);
  const ModelSeat *model = &fixture->models[number];

  g_assert_cmpuint (seat->number, ==, number);
  g_assert_cmpint (seat->state, ==, model->state);
  g_assert_cmpint (apool_seat_get_room (seat), ==, get_room (model));
  for (int may_wait = FALSE; may_wait <= TRUE; may_wait++)
    g_assert_cmpint (apool_roster_can_take (fixture->roster, seat, may_wait), ==,
                     can_take (fixture, model, may_wait));
}

static void
check (const Fixture *fixture, guint number)
{
  check_seat (fixture, number);
  for (int may_wait = FALSE; may_wait <= TRUE; may_wait++)
    {
      check_find (fixture, may_wait);
      check_next (fixture, may_wait);
    }
  check_overfull (fixture);
  check_sums (fixture);
}

/* ---- random steps ---- */

static void
add_task (Fixture *fixture, guint number)
{
  guint weight = 1 + (pick (8) == 0 ? pick (6) : 0);

  apool_roster_add_task (fixture->roster, apool_roster_get_seat (fixture->roster, number), weight);
  fixture->models[number].load += weight;
  note_stock (fixture, number);
  fixture->total += weight;
  g_array_append_val (fixture->weights, weight);
  g_array_append_val (fixture->seats_of, number);
}

static void
remove_task (Fixture *fixture)
{
  guint i = fixture->weights->len > 0 ? pick (fixture->weights->len) : 0;
  guint weight;
  guint number;

  if (fixture->weights->len == 0)
    return;
  weight = g_array_index (fixture->weights, guint, i);
  number = g_array_index (fixture->seats_of, guint, i);
  apool_roster_remove_task (fixture->roster, apool_roster_get_seat (fixture->roster, number),
                            weight);
  fixture->models[number].load -= weight;
  note_stock (fixture, number);
  fixture->total -= weight;
  g_array_remove_index_fast (fixture->weights, i);
  g_array_remove_index_fast (fixture->seats_of, i);
}

static void
detach_tasks (Fixture *fixture, guint number)
{
  apool_roster_detach_tasks (fixture->roster, apool_roster_get_seat (fixture->roster, number));
  fixture->models[number].load = 0;
  note_stock (fixture, number);
  for (guint i = fixture->weights->len; i-- > 0;)
    if (g_array_index (fixture->seats_of, guint, i) == number)
      {
        g_array_append_val (fixture->detached, g_array_index (fixture->weights, guint, i));
        g_array_remove_index_fast (fixture->weights, i);
        g_array_remove_index_fast (fixture->seats_of, i);
      }
}

static void
remove_detached (Fixture *fixture)
{
  guint weight;

  if (fixture->detached->len == 0)
    return;
  weight = g_array_index (fixture->detached, guint, fixture->detached->len - 1);
  apool_roster_remove_task (fixture->roster, NULL, weight);
  fixture->total -= weight;
  g_array_set_size (fixture->detached, fixture->detached->len - 1);
}

static void
change_seat (Fixture *fixture, guint number)
{
  ApoolSeat *seat = apool_roster_get_seat (fixture->roster, number);
  ModelSeat *model = &fixture->models[number];

  if (pick (2) == 0)
    {
      model->n_slots = pick (5);
      apool_roster_set_slots (fixture->roster, seat, (guint) model->n_slots);
      note_stock (fixture, number);
      return;
    }
  model->state = pick (APOOL_N_SEAT_STATES);
  apool_roster_set_state (fixture->roster, seat, model->state);
}

static void
step (Fixture *fixture)
{
  guint number = 1 + pick (fixture->n_seats);
  guint what = pick (100);

  if (what < 40)
    add_task (fixture, number);
  else if (what < 75)
    remove_task (fixture);
  else if (what < 90)
    change_seat (fixture, number);
  else if (what < 94)
    detach_tasks (fixture, number);
  else if (what < 98)
    remove_detached (fixture);
  else
    {
      fixture->is_growing = !fixture->is_growing;
      apool_roster_set_growing (fixture->roster, fixture->is_growing);
    }
  check (fixture, number);
}

static void
test_random (void)
{
  g_test_summary ("whatever happens, it says what a look at all seats would say");
  for (guint run = 0; run < 60; run++)
    {
      g_auto (Fixture) fixture = { 0 };

      set_up (&fixture, 1 + pick (run < 50 ? 12 : 300), pick (9));
      for (guint i = 0; i < 500; i++)
        step (&fixture);
    }
}

/* ---- chosen steps ---- */

static void
test_new (void)
{
  g_auto (Fixture) fixture = { 0 };

  set_up (&fixture, 3, 1);
  for (guint i = 1; i <= 3; i++)
    check (&fixture, i);
  g_assert_cmpuint (apool_roster_get_n_seats (fixture.roster), ==, 3);
  g_assert_cmpuint (apool_roster_get_prefetch (fixture.roster), ==, 1);
  g_assert_null (apool_roster_find (fixture.roster, TRUE));
}

static void
test_spread (void)
{
  g_auto (Fixture) fixture = { 0 };
  g_autofree guint *n_tasks = NULL;

  g_test_summary ("among equals all have their turn");
  set_up (&fixture, 7, 0);
  n_tasks = g_new0 (guint, 8);
  for (guint i = 1; i <= 7; i++)
    {
      apool_roster_set_slots (fixture.roster, apool_roster_get_seat (fixture.roster, i), 3);
      apool_roster_set_state (fixture.roster, apool_roster_get_seat (fixture.roster, i),
                              APOOL_SEAT_READY);
    }
  for (guint i = 0; i < 70; i++)
    {
      ApoolSeat *seat = apool_roster_find (fixture.roster, FALSE);

      n_tasks[seat->number]++;
      apool_roster_add_task (fixture.roster, seat, 1);
      apool_roster_remove_task (fixture.roster, seat, 1);
    }
  for (guint i = 1; i <= 7; i++)
    g_assert_cmpuint (n_tasks[i], ==, 10);
}

static void
test_stock (void)
{
  g_auto (Fixture) fixture = { 0 };
  ApoolSeat *seat;

  g_test_summary ("what waits is filled up when half of it is gone, not one by one");
  set_up (&fixture, 1, 4);
  seat = apool_roster_get_seat (fixture.roster, 1);
  apool_roster_set_slots (fixture.roster, seat, 1);
  apool_roster_set_state (fixture.roster, seat, APOOL_SEAT_READY);
  apool_roster_add_task (fixture.roster, seat, 4);
  g_assert_true (apool_roster_find (fixture.roster, TRUE) == seat);
  apool_roster_add_task (fixture.roster, seat, 1);
  g_assert_null (apool_roster_find (fixture.roster, TRUE));
  apool_roster_remove_task (fixture.roster, seat, 1);
  g_assert_null (apool_roster_find (fixture.roster, TRUE));
  g_assert_null (apool_roster_find_next (fixture.roster, 0, TRUE));
  apool_roster_remove_task (fixture.roster, seat, 1);
  g_assert_true (apool_roster_find (fixture.roster, TRUE) == seat);
  g_assert_true (apool_roster_find_next (fixture.roster, 0, TRUE) == seat);
  apool_roster_add_task (fixture.roster, seat, 2);
  g_assert_null (apool_roster_find (fixture.roster, TRUE));
  apool_roster_set_capacity (fixture.roster, 4, 16);
  g_assert_true (apool_roster_find (fixture.roster, TRUE) == seat);
}

static void
count_cb (ApoolSeat *seat, gpointer data)
{
  guint *n_changes = data;

  n_changes[seat->number]++;
}

static void
test_watch (void)
{
  g_auto (Fixture) fixture = { 0 };
  guint n_changes[3] = { 0 };
  ApoolSeat *seat;

  set_up (&fixture, 2, 0);
  seat = apool_roster_get_seat (fixture.roster, 2);
  apool_roster_watch (fixture.roster, count_cb, n_changes);
  apool_roster_set_slots (fixture.roster, seat, 4);
  apool_roster_set_state (fixture.roster, seat, APOOL_SEAT_READY);
  apool_roster_set_state (fixture.roster, seat, APOOL_SEAT_READY);
  apool_roster_add_task (fixture.roster, seat, 2);
  apool_roster_remove_task (fixture.roster, seat, 1);
  apool_roster_detach_tasks (fixture.roster, seat);
  apool_roster_remove_task (fixture.roster, NULL, 1);
  apool_roster_watch (fixture.roster, NULL, NULL);
  apool_roster_set_slots (fixture.roster, seat, 1);
  g_assert_cmpuint (n_changes[1], ==, 0);
  g_assert_cmpuint (n_changes[2], ==, 5);
}

static void
test_large (void)
{
  g_autoptr (ApoolRoster) roster = apool_roster_new (2, 1000000, 0);

  g_test_summary ("a million slots are as quick as one: this would not end if they were looked at");
  for (guint i = 1; i <= 2; i++)
    {
      apool_roster_set_slots (roster, apool_roster_get_seat (roster, i), 500000);
      apool_roster_set_state (roster, apool_roster_get_seat (roster, i), APOOL_SEAT_READY);
    }
  for (guint i = 0; i < 1000000; i++)
    apool_roster_add_task (roster, apool_roster_find (roster, FALSE), 1);
  g_assert_null (apool_roster_find (roster, TRUE));
  g_assert_cmpuint (apool_roster_count_free (roster), ==, 0);
  g_assert_cmpint (apool_roster_get_free_weight (roster), ==, 0);
}

static void
test_set (void)
{
  const guint n = 70000;
  g_autoptr (ApoolSeatSet) set = apool_seat_set_new (n);

  g_test_summary ("numbers far apart are found over levels of words that are empty");
  g_assert_cmpuint (apool_seat_set_find (set, 1), ==, 0);
  apool_seat_set_put (set, n, TRUE);
  apool_seat_set_put (set, 63, TRUE);
  apool_seat_set_put (set, 4097, TRUE);
  g_assert_cmpuint (apool_seat_set_find (set, 1), ==, 63);
  g_assert_cmpuint (apool_seat_set_find (set, 63), ==, 63);
  g_assert_cmpuint (apool_seat_set_find (set, 64), ==, 4097);
  g_assert_cmpuint (apool_seat_set_find (set, 4098), ==, n);
  g_assert_cmpuint (apool_seat_set_find (set, n), ==, n);
  g_assert_true (apool_seat_set_has (set, 4097));
  apool_seat_set_put (set, 4097, FALSE);
  apool_seat_set_put (set, 4097, FALSE);
  g_assert_false (apool_seat_set_has (set, 4097));
  g_assert_cmpuint (apool_seat_set_find (set, 64), ==, n);
  apool_seat_set_put (set, n, FALSE);
  g_assert_cmpuint (apool_seat_set_find (set, 64), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/roster/new", test_new);
  g_test_add_func ("/roster/random", test_random);
  g_test_add_func ("/roster/spread", test_spread);
  g_test_add_func ("/roster/stock", test_stock);
  g_test_add_func ("/roster/watch", test_watch);
  g_test_add_func ("/roster/large", test_large);
  g_test_add_func ("/roster/set", test_set);
  return g_test_run ();
}
