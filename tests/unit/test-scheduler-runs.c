/* SPDX-License-Identifier: MIT */
/* Each scheduler through random runs on simulated workers: they start, are lost, retire, go away
 * and come back, and their tasks take as long as is worst. The clock is virtual: what happens next
 * is at the top of a heap. What must hold is checked at each step. */

#include "pool/apool-scheduler-table.h"

#define MAX_SEATS 12u
#define MAX_KEYS 2000u
#define MAX_KEPT 1000u
#define MAX_ATTEMPTS 4u

typedef enum
{
  LOAD_EQUAL,
  LOAD_ONE_HUGE,
  LOAD_HEAVY_TAIL,
  N_LOADS,
} Load;

typedef enum
{
  KEYS_NONE,
  KEYS_ONE,
  KEYS_FEW,
  KEYS_ZIPF,
  KEYS_SOME,
  N_KEYINGS,
} Keying;

typedef struct
{
  ApoolTask *task;
  guint seat;      /* 0 while no worker has it, or one that has retired */
  guint left_seat; /* of the worker that has retired, 0 for none */
  guint key;       /* 0 for none */
  guint weight;
  guint n_attempts;
  guint64 duration;
  gboolean is_out;
  gboolean is_running;
  gboolean is_done;
  ApoolHeapNode node; /* among those that run, or in the line */
} Task;

typedef struct
{
  GQueue waiting; /* Task */
  GPtrArray *running;
  guint era;          /* rises when its keys may have left */
  ApoolHeapNode node; /* among the timers */
} Seat;

typedef struct
{
  guint n_tasks;
  guint n_seats;
  gboolean is_weighted;
  gboolean is_troubled; /* workers come and go */
  ApoolRoster *roster;
  ApoolScheduler *scheduler;
  gint64 capacity;

  Task *tasks; /* number i at i */
  guint next;  /* the newest that was taken from the input */
  ApoolHeap line;
  Seat seats[MAX_SEATS + 1]; /* number i at i; the first has a timer only */
  gboolean is_growing;
  guint keys_out[MAX_KEYS + 1];  /* the task, 0 for none */
  guint keys_seat[MAX_KEYS + 1]; /* where it was last, 0 for nowhere */
  guint keys_era[MAX_KEYS + 1];  /* of that seat then */

  ApoolHeap ends;   /* Task that run, by time */
  ApoolHeap timers; /* Seat, by time */
  guint64 now;
  guint n_done;
  guint n_kept;
  gint64 running_weight;
} Run;

static guint
pick (guint n)
{
  return (guint) g_test_rand_int_range (0, (gint32) n);
}

/* ---- what there is to do ---- */

/* Returns a number of 1 to @most, that is n or more in one of n cases. */
static guint
pick_tail (guint most)
{
  double x = 1.0 / (1.0 - g_test_rand_double ());

  return x < most ? (guint) x : most;
}

static guint64
pick_duration (Load load, guint seq)
{
  switch (load)
    {
    case LOAD_ONE_HUGE:
      return seq == 1 ? 100000 : 1 + pick (10);
    case LOAD_HEAVY_TAIL:
      return 5 * pick_tail (200000);
    case LOAD_EQUAL:
    case N_LOADS:
    default:
      return 10;
    }
}

static guint
pick_key (Keying keying)
{
  switch (keying)
    {
    case KEYS_ONE:
      return 1;
    case KEYS_FEW:
      return 1 + pick (20);
    case KEYS_ZIPF:
      return pick_tail (MAX_KEYS);
    case KEYS_SOME:
      return pick (2) * (1 + pick (MAX_KEYS));
    case KEYS_NONE:
    case N_KEYINGS:
    default:
      return 0;
    }
}

static void
make_task (Run *run, guint seq)
{
  Task *self = &run->tasks[seq];
  const ApoolTaskTraits traits = {
    .attempt = 1,
    .weight = self->weight,
    .key = self->key * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15),
  };
  g_autoptr (GBytes) text = g_bytes_new_static ("true", 5);
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolTask) task = apool_task_new (seq, seq, APOOL_TASK_WORDS, text, NULL, &error);

  g_assert_no_error (error);
  self->task = apool_task_new_variant (task, &traits);
  self->node.item = self;
}

static void
make_tasks (Run *run, Load load, Keying keying)
{
  run->tasks = g_new0 (Task, run->n_tasks + 1);
  for (guint seq = 1; seq <= run->n_tasks; seq++)
    {
      run->tasks[seq].duration = pick_duration (load, seq);
      run->tasks[seq].key = pick_key (keying);
      run->tasks[seq].weight = run->is_weighted ? 1 + pick ((guint) run->capacity) : 1;
      make_task (run, seq);
    }
}

static void
make_seats (Run *run, const ApoolSchedulerKind *kind)
{
  guint n_slots[MAX_SEATS + 1];

  run->n_seats = 1 + pick (MAX_SEATS);
  for (guint i = 1; i <= run->n_seats; i++)
    {
      n_slots[i] = 1 + pick (3);
      run->capacity += n_slots[i];
    }
  run->roster =
      apool_roster_new (run->n_seats, (guint) run->capacity, run->is_weighted ? 0 : pick (3));
  run->scheduler = kind->create (run->roster);
  run->is_growing = TRUE;
  run->seats[0].node.item = &run->seats[0];
  for (guint i = 1; i <= run->n_seats; i++)
    {
      ApoolSeat *seat = apool_roster_get_seat (run->roster, i);

      run->seats[i].running = g_ptr_array_new ();
      run->seats[i].node.item = &run->seats[i];
      g_queue_init (&run->seats[i].waiting);
      apool_roster_set_slots (run->roster, seat, n_slots[i]);
      apool_roster_set_state (run->roster, seat, APOOL_SEAT_EMPTY);
      apool_scheduler_register_worker (run->scheduler, seat);
    }
}

static void
tear_down (Run *run)
{
  g_object_unref (run->scheduler);
  apool_roster_free (run->roster);
  for (guint seq = 1; seq <= run->n_tasks; seq++)
    apool_task_unref (run->tasks[seq].task);
  for (guint i = 1; i <= run->n_seats; i++)
    g_ptr_array_unref (run->seats[i].running);
  apool_heap_clear (&run->line);
  apool_heap_clear (&run->ends);
  apool_heap_clear (&run->timers);
  g_free (run->tasks);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, tear_down)

/* ---- workers ---- */

static ApoolSeat *
get_seat (Run *run, guint number)
{
  return apool_roster_get_seat (run->roster, number);
}

static void
set_timer (Run *run, guint number, guint delay)
{
  apool_heap_set (&run->timers, &run->seats[number].node, run->now + delay, number);
}

static void
put_in_line (Run *run, Task *task)
{
  apool_heap_set (&run->line, &task->node, apool_task_get_seq (task->task), 0);
}

/* Has the worker in the seat start what its slots allow. */
static void
start_tasks (Run *run, guint number)
{
  ApoolSeat *seat = get_seat (run, number);
  Seat *self = &run->seats[number];
  Task *task;

  while (seat->state == APOOL_SEAT_READY && self->running->len < seat->n_slots &&
         (task = g_queue_pop_head (&self->waiting)))
    {
      g_ptr_array_add (self->running, task);
      task->is_running = TRUE;
      task->n_attempts++;
      run->running_weight += task->weight;
      g_assert_cmpint (run->running_weight, <=, run->capacity);
      apool_heap_set (&run->ends, &task->node, run->now + task->duration,
                      apool_task_get_seq (task->task));
    }
}

/* Takes a task from whoever has it. */
static void
take_task (Run *run, Task *task)
{
  g_assert_true (task->is_out && !task->is_done);
  if (task->is_running)
    {
      run->running_weight -= task->weight;
      apool_heap_remove (&run->ends, &task->node);
    }
  if (task->is_running && task->seat > 0)
    g_ptr_array_remove_fast (run->seats[task->seat].running, task);
  apool_roster_remove_task (run->roster, task->seat > 0 ? get_seat (run, task->seat) : NULL,
                            task->weight);
  run->keys_out[task->key] = 0;
  task->is_out = FALSE;
  task->is_running = FALSE;
  task->seat = 0;
  apool_scheduler_complete_task (run->scheduler, task->task);
}

static void
finish_task (Run *run, Task *task)
{
  guint number = MAX (task->seat, task->left_seat);
  ApoolSeat *seat = get_seat (run, number);

  take_task (run, task);
  task->is_done = TRUE;
  run->n_done++;
  if (task->left_seat > 0)
    apool_roster_set_slots (run->roster, seat, seat->n_slots + 1);
  start_tasks (run, number);
}

static void
return_waiting (Run *run, guint number)
{
  Task *task;

  while ((task = g_queue_pop_head (&run->seats[number].waiting)))
    {
      take_task (run, task);
      put_in_line (run, task);
    }
}

/* What the worker has is tried again; what has been tried often enough is over. */
static void
lose_worker (Run *run, guint number)
{
  GPtrArray *running = run->seats[number].running;

  return_waiting (run, number);
  while (running->len > 0)
    {
      Task *task = g_ptr_array_index (running, running->len - 1);

      take_task (run, task);
      if (task->n_attempts < MAX_ATTEMPTS)
        put_in_line (run, task);
      else
        run->n_done++;
      task->is_done = task->n_attempts == MAX_ATTEMPTS;
    }
}

/* Another worker takes the seat while the one that had it does the rest. It has the slots of those
 * tasks until they end. */
static void
retire_worker (Run *run, guint number)
{
  GPtrArray *running = run->seats[number].running;
  ApoolSeat *seat = get_seat (run, number);

  return_waiting (run, number);
  apool_roster_detach_tasks (run->roster, seat);
  apool_roster_set_slots (run->roster, seat, seat->n_slots - running->len);
  for (guint i = 0; i < running->len; i++)
    {
      Task *task = g_ptr_array_index (running, i);

      task->seat = 0;
      task->left_seat = number;
    }
  g_ptr_array_set_size (running, 0);
}

/* No worker can be made for a while, or they can again. */
static void
set_growing (Run *run, gboolean is_growing)
{
  run->is_growing = is_growing;
  apool_roster_set_growing (run->roster, is_growing);
  if (is_growing)
    return;
  set_timer (run, 0, 1 + pick (300));
  for (guint i = 1; i <= run->n_seats; i++)
    run->seats[i].era += get_seat (run, i)->state == APOOL_SEAT_EMPTY;
}

static void
trouble_seat (Run *run, guint number)
{
  ApoolSeat *seat = get_seat (run, number);
  guint what = pick (3);

  if (pick (4) == 0)
    set_growing (run, FALSE);
  if (what == 0)
    retire_worker (run, number);
  else
    lose_worker (run, number);
  if (what < 2)
    {
      run->seats[number].era += !run->is_growing;
      apool_roster_set_state (run->roster, seat, APOOL_SEAT_EMPTY);
      return;
    }
  run->seats[number].era++;
  apool_roster_set_state (run->roster, seat, APOOL_SEAT_SHUT);
  apool_scheduler_unregister_worker (run->scheduler, seat);
  set_timer (run, number, 1 + pick (500));
}

static void
ring (Run *run, guint number)
{
  ApoolSeat *seat = number > 0 ? get_seat (run, number) : NULL;

  if (!seat)
    set_growing (run, TRUE);
  else if (seat->state == APOOL_SEAT_SHUT)
    {
      apool_scheduler_register_worker (run->scheduler, seat);
      apool_roster_set_state (run->roster, seat, APOOL_SEAT_EMPTY);
    }
  else if (seat->state == APOOL_SEAT_STARTING)
    {
      apool_roster_set_state (run->roster, seat, APOOL_SEAT_READY);
      start_tasks (run, number);
      if (run->is_troubled)
        set_timer (run, number, 1 + pick (400));
    }
  else
    trouble_seat (run, number);
}

/* ---- the pool ---- */

/* Two of one key must not be out, and a key stays where it is in the same era. */
static void
check_key (Run *run, const Task *task, guint number)
{
  guint key = task->key;
  guint last = run->keys_seat[key];

  if (!apool_scheduler_binds_tasks (run->scheduler) || key == 0)
    return;
  g_assert_cmpuint (run->keys_out[key], ==, 0);
  run->keys_out[key] = (guint) apool_task_get_seq (task->task);
  if (last > 0 && run->keys_era[key] == run->seats[last].era)
    g_assert_cmpuint (last, ==, number);
  run->keys_seat[key] = number;
  run->keys_era[key] = run->seats[number].era;
}

static void
hand_out (Run *run, Task *task, ApoolSeat *seat)
{
  g_assert_false (task->is_out || task->is_done);
  check_key (run, task, seat->number);
  task->is_out = TRUE;
  task->seat = seat->number;
  if (seat->state == APOOL_SEAT_EMPTY)
    {
      apool_roster_set_state (run->roster, seat, APOOL_SEAT_STARTING);
      set_timer (run, seat->number, 1 + pick (50));
    }
  apool_roster_add_task (run->roster, seat, task->weight);
  g_queue_push_tail (&run->seats[seat->number].waiting, task);
  start_tasks (run, seat->number);
}

static void
release_tasks (Run *run)
{
  for (;;)
    {
      g_autoptr (ApoolTask) task = apool_scheduler_release_task (run->scheduler, TRUE);

      if (!task)
        return;
      run->n_kept--;
      put_in_line (run, &run->tasks[apool_task_get_seq (task)]);
    }
}

/* Returns the next task that may go; NULL where there is none now. */
static Task *
next_task (Run *run)
{
  Task *task = apool_heap_peek (&run->line);

  if (!task && run->next < run->n_tasks)
    {
      task = &run->tasks[++run->next];
      put_in_line (run, task);
    }
  if (!task || (run->is_weighted && task->weight > apool_roster_get_free_weight (run->roster)))
    return NULL;
  apool_heap_remove (&run->line, &task->node);
  return task;
}

static gboolean
dispatch_one (Run *run)
{
  gboolean may_wait;
  ApoolSeat *seat;
  Task *task;

  release_tasks (run);
  may_wait = apool_scheduler_binds_tasks (run->scheduler) || !apool_heap_peek (&run->line);
  if (!apool_scheduler_can_take (run->scheduler, may_wait))
    return FALSE;
  task = next_task (run);
  if (!task)
    return FALSE;
  seat = apool_scheduler_schedule_task (run->scheduler, task->task, may_wait);
  if (seat)
    {
      g_assert_true (apool_roster_can_take (run->roster, seat, may_wait));
      hand_out (run, task, seat);
      return TRUE;
    }
  run->n_kept++;
  g_assert_cmpuint (run->n_kept, ==, apool_scheduler_get_n_kept (run->scheduler));
  g_assert_cmpuint (run->n_kept, <=, MAX_KEPT + (run->is_troubled ? run->capacity * 3 : 0));
  return TRUE;
}

static void
go_on (Run *run)
{
  gboolean is_timer = apool_heap_get_rank (&run->timers) < apool_heap_get_rank (&run->ends);
  const ApoolHeap *heap = is_timer ? &run->timers : &run->ends;
  Task *task = apool_heap_peek (&run->ends);
  Seat *seat = apool_heap_peek (&run->timers);

  /* With nothing that could happen, what is left would never end. */
  g_assert_nonnull (apool_heap_peek (heap));
  run->now = apool_heap_get_rank (heap);
  if (!is_timer)
    {
      finish_task (run, task);
      return;
    }
  apool_heap_remove (&run->timers, &seat->node);
  ring (run, (guint) (seat - run->seats));
}

static void
run_one (const ApoolSchedulerKind *kind, Load load, Keying keying, guint what)
{
  g_auto (Run) run = {
    .n_tasks = 1 + pick (3000),
    .is_weighted = (what & 1) != 0,
    .is_troubled = (what & 2) != 0,
  };

  make_seats (&run, kind);
  make_tasks (&run, load, keying);
  while (run.n_done < run.n_tasks)
    {
      while (dispatch_one (&run))
        continue;
      go_on (&run);
    }
  g_assert_cmpint (apool_roster_get_free_weight (run.roster), ==, run.capacity);
  g_assert_cmpuint (apool_scheduler_get_n_kept (run.scheduler), ==, 0);
  for (guint seq = 1; seq <= run.n_tasks; seq++)
    {
      g_assert_true (run.tasks[seq].is_done);
      g_assert_cmpuint (run.tasks[seq].n_attempts, <=, run.is_troubled ? MAX_ATTEMPTS : 1);
    }
}

static void
test_runs (gconstpointer data)
{
  for (Load load = 0; load < N_LOADS; load++)
    for (Keying keying = 0; keying < N_KEYINGS; keying++)
      for (guint what = 0; what < 8; what++)
        run_one (data, load, keying, what % 4);
}

int
main (int argc, char **argv)
{
  gsize n_kinds;
  const ApoolSchedulerKind *kinds = apool_scheduler_table_get (&n_kinds);

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < n_kinds; i++)
    {
      g_autofree char *path = g_strdup_printf ("/scheduler-runs/%s", kinds[i].name);

      g_test_add_data_func (path, &kinds[i], test_runs);
    }
  return g_test_run ();
}
