/* SPDX-License-Identifier: MIT */
/* The scheduler that sends the tasks of one key to one seat, one at a time.
 *
 * The home of a key is a seat. A key that is new gets one when a seat has a free slot: to have its
 * task wait somewhere for the end of a job of unknown length would bind it to the wrong place. So
 * many homes are remembered. What comes beyond those is spread by its value, so that memory does
 * not grow with the number of keys and a key still has the same home each time. Where a home is
 * unregistered, or has no worker and none can be made, the key is as good as new.
 *
 * A key that has a task out or kept has an ApoolAffinityKey for that time. Its kept tasks stand in
 * a heap by number. When the key is free, it stands in the heap of its home, or of those that have
 * none, by its oldest task; and each home that has such keys stands in the heap of what it can do
 * now: start a task, get a worker for one, have one wait. The roster tells of each change of a
 * seat. So the task to be released is at the top of one of four heaps, whatever is kept and where.
 *
 * A task that was released is promised its key and its room until it is offered again. */

#include "pool/apool-affinity.h"

#include "pool/apool-seat-set.h"

#define MAX_REMEMBERED_KEYS 65536u
#define MAX_KEPT_TASKS 1000u

/* What can be done with a task for a seat. */
typedef enum
{
  APOOL_AFFINITY_NOTHING,
  APOOL_AFFINITY_WAIT,  /* where that is allowed */
  APOOL_AFFINITY_GROW,  /* while the roster grows */
  APOOL_AFFINITY_START, /* at once */
  APOOL_AFFINITY_N_CHANCES,
} ApoolAffinityChance;

/* A seat. */
typedef struct
{
  ApoolSeat *seat;
  gboolean is_registered;
  guint64 promised;      /* the weight of tasks that were released for it */
  ApoolHeap keys;        /* ApoolAffinityKey that are free and have tasks, by the oldest one */
  ApoolHeapNode by_task; /* in the heap of its chance, while it has such keys */
  ApoolAffinityChance chance;
} ApoolAffinityHome;

/* A key that has tasks out or kept. */
typedef struct
{
  guint64 key;
  ApoolAffinityHome *home; /* (nullable): it is not known yet */
  guint64 out_seq;         /* its task that a worker has; 0 for none */
  guint64 promised_seq;    /* its task that was released; 0 for none */
  guint promised_weight;
  ApoolHeap tasks;    /* ApoolAffinityTask, by number */
  ApoolHeapNode node; /* in the keys of its home, or ApoolAffinity.homeless */
} ApoolAffinityKey;

/* A task that is kept. */
typedef struct
{
  ApoolTask *task;
  ApoolHeapNode node; /* in ApoolAffinityKey.tasks */
} ApoolAffinityTask;

/* A key that is remembered. */
typedef struct
{
  guint64 key;
  guint number; /* of its home's seat */
} ApoolAffinityMemory;

#define APOOL_TYPE_AFFINITY (apool_affinity_get_type ())
G_DECLARE_FINAL_TYPE (ApoolAffinity, apool_affinity, APOOL, AFFINITY, GObject)

struct _ApoolAffinity
{
  GObject parent_instance;

  ApoolRoster *roster;      /* not owned */
  ApoolAffinityHome *homes; /* one per seat, number i + 1 at i */
  ApoolSeatSet *numbers;    /* of those that are registered */
  ApoolHeap homeless;       /* ApoolAffinityKey that are free and have tasks, but no home */
  GHashTable *memories;     /* key of the value → ApoolAffinityMemory, owned */
  GHashTable *keys;         /* key of the value → ApoolAffinityKey, owned */
  guint n_kept;
  guint n_promised;
  ApoolHeap chances[APOOL_AFFINITY_N_CHANCES]; /* homes with keys, by their oldest task */
};

static void apool_affinity_iface_init (ApoolSchedulerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolAffinity,
                               apool_affinity,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_SCHEDULER,
                                                      apool_affinity_iface_init))

/* ---- tasks that are kept ---- */

/* Takes the oldest kept task out of @key. */
static ApoolTask *
apool_affinity_pop_task (ApoolAffinity *self, ApoolAffinityKey *key)
{
  ApoolAffinityTask *kept = apool_heap_peek (&key->tasks);
  ApoolTask *task;

  if (!kept)
    return NULL;
  task = kept->task;
  apool_heap_remove (&key->tasks, &kept->node);
  g_free (kept);
  self->n_kept--;
  return task;
}

static void
apool_affinity_push_task (ApoolAffinity *self, ApoolAffinityKey *key, ApoolTask *task)
{
  ApoolAffinityTask *kept = g_new0 (ApoolAffinityTask, 1);

  kept->task = apool_task_ref (task);
  kept->node.item = kept;
  apool_heap_set (&key->tasks, &kept->node, apool_task_get_seq (task), 0);
  self->n_kept++;
}

static void
apool_affinity_drop_key_tasks (ApoolAffinity *self, ApoolAffinityKey *key, GPtrArray *dropped)
{
  ApoolTask *task;

  while ((task = apool_affinity_pop_task (self, key)))
    if (dropped)
      g_ptr_array_add (dropped, task);
    else
      apool_task_unref (task);
}

static void
apool_affinity_free_key (gpointer data)
{
  ApoolAffinityKey *key = data;

  apool_heap_clear (&key->tasks);
  g_free (key);
}

/* ---- homes ---- */

static ApoolAffinityHome *
apool_affinity_get_home (ApoolAffinity *self, const ApoolSeat *seat)
{
  return &self->homes[seat->number - 1];
}

/* Returns what @home could do with one more task, beyond what it is promised. */
static ApoolAffinityChance
apool_affinity_rate_home (ApoolAffinity *self, const ApoolAffinityHome *home)
{
  gint64 room = apool_seat_get_room (home->seat) - (gint64) home->promised;

  switch (home->seat->state)
    {
    case APOOL_SEAT_EMPTY:
      return room > 0 ? APOOL_AFFINITY_GROW : APOOL_AFFINITY_NOTHING;
    case APOOL_SEAT_STARTING:
    case APOOL_SEAT_READY:
      if (room > 0)
        return APOOL_AFFINITY_START;
      return room > -(gint64) apool_roster_get_prefetch (self->roster) &&
                     apool_roster_can_take (self->roster, home->seat, TRUE)
                 ? APOOL_AFFINITY_WAIT
                 : APOOL_AFFINITY_NOTHING;
    case APOOL_SEAT_SHUT:
    case APOOL_N_SEAT_STATES:
    default:
      return APOOL_AFFINITY_NOTHING;
    }
}

/* Whether a task can go to @home now. */
static gboolean
apool_affinity_is_open (ApoolAffinity *self, const ApoolAffinityHome *home, gboolean may_wait)
{
  return apool_roster_can_take (self->roster, home->seat, may_wait) &&
         apool_affinity_rate_home (self, home) >=
             (may_wait ? APOOL_AFFINITY_WAIT : APOOL_AFFINITY_GROW);
}

/* Puts @home where it belongs, after anything about it has changed. */
static void
apool_affinity_sort_home (ApoolAffinity *self, ApoolAffinityHome *home)
{
  guint64 seq = apool_heap_get_rank (&home->keys);
  ApoolAffinityChance chance =
      seq == G_MAXUINT64 ? APOOL_AFFINITY_NOTHING : apool_affinity_rate_home (self, home);

  if (home->chance != chance)
    apool_heap_remove (&self->chances[home->chance], &home->by_task);
  home->chance = chance;
  if (chance != APOOL_AFFINITY_NOTHING)
    apool_heap_set (&self->chances[chance], &home->by_task, seq, 0);
}

static void
apool_affinity_seat_changed_cb (ApoolSeat *seat, gpointer data)
{
  apool_affinity_sort_home (data, apool_affinity_get_home (data, seat));
}

/* Whether the keys that have this home need to wait for nothing but its worker. */
static gboolean
apool_affinity_is_usable (ApoolAffinity *self, const ApoolAffinityHome *home)
{
  return home->is_registered &&
         (home->seat->state != APOOL_SEAT_EMPTY || home->seat->n_slots == 0 ||
          apool_roster_can_take (self->roster, home->seat, FALSE));
}

/* Returns the home that has most room; NULL where none has a free slot. */
static ApoolAffinityHome *
apool_affinity_choose_home (ApoolAffinity *self)
{
  const ApoolSeat *seat = apool_roster_find (self->roster, FALSE);
  ApoolAffinityHome *home = seat ? apool_affinity_get_home (self, seat) : NULL;

  return home && home->is_registered && apool_affinity_is_open (self, home, FALSE) ? home : NULL;
}

/* Returns the registered home that the value of @key says. */
static ApoolAffinityHome *
apool_affinity_derive_home (ApoolAffinity *self, guint64 key)
{
  guint n_seats = apool_roster_get_n_seats (self->roster);
  guint number = (guint) (key % n_seats) + 1;

  if (!apool_seat_set_has (self->numbers, number))
    {
      /* From other digits of it, so that not all keys of a seat go to one neighbour. */
      guint start = (guint) (key / n_seats % n_seats) + 1;

      number = apool_seat_set_find (self->numbers, start);
      if (number == 0)
        number = apool_seat_set_find (self->numbers, 1);
    }
  return number > 0 ? &self->homes[number - 1] : NULL;
}

static void
apool_affinity_remember (ApoolAffinity *self, guint64 key, const ApoolAffinityHome *home)
{
  ApoolAffinityMemory *memory = g_new (ApoolAffinityMemory, 1);

  *memory = (ApoolAffinityMemory){ key, home->seat->number };
  g_hash_table_insert (self->memories, &memory->key, memory);
}

/* Returns the home of @key; NULL where it has none as yet. */
static ApoolAffinityHome *
apool_affinity_find_home (ApoolAffinity *self, guint64 key)
{
  ApoolAffinityMemory *memory = g_hash_table_lookup (self->memories, &key);
  gboolean is_full = g_hash_table_size (self->memories) >= MAX_REMEMBERED_KEYS;
  ApoolAffinityHome *home = NULL;

  if (memory)
    home = &self->homes[memory->number - 1];
  else if (is_full)
    home = apool_affinity_derive_home (self, key);
  if (home && apool_affinity_is_usable (self, home))
    return home;
  home = apool_affinity_choose_home (self);
  if (home && memory)
    memory->number = home->seat->number;
  else if (home && !is_full)
    apool_affinity_remember (self, key, home);
  return home;
}

/* ---- keys ---- */

/* Puts @key where it belongs, after anything about it has changed. */
static void
apool_affinity_sort_key (ApoolAffinity *self, ApoolAffinityKey *key)
{
  guint64 seq = apool_heap_get_rank (&key->tasks);
  ApoolHeap *heap = key->home ? &key->home->keys : &self->homeless;

  if (seq != G_MAXUINT64 && key->out_seq == 0 && key->promised_seq == 0)
    apool_heap_set (heap, &key->node, seq, 0);
  else
    apool_heap_remove (heap, &key->node);
  if (key->home)
    apool_affinity_sort_home (self, key->home);
}

static void
apool_affinity_move_key (ApoolAffinity *self, ApoolAffinityKey *key, ApoolAffinityHome *home)
{
  apool_heap_remove (key->home ? &key->home->keys : &self->homeless, &key->node);
  if (key->home)
    {
      key->home->promised -= key->promised_weight;
      apool_affinity_sort_home (self, key->home);
    }
  key->home = home;
  if (home)
    home->promised += key->promised_weight;
  apool_affinity_sort_key (self, key);
}

/* Sees to it that @key has a home where one can be had. */
static void
apool_affinity_settle_key (ApoolAffinity *self, ApoolAffinityKey *key)
{
  if (!key->home || !apool_affinity_is_usable (self, key->home))
    apool_affinity_move_key (self, key, apool_affinity_find_home (self, key->key));
}

static ApoolAffinityKey *
apool_affinity_ensure_key (ApoolAffinity *self, guint64 value)
{
  ApoolAffinityKey *key = g_hash_table_lookup (self->keys, &value);

  if (!key)
    {
      key = g_new0 (ApoolAffinityKey, 1);
      key->key = value;
      key->node.item = key;
      g_hash_table_insert (self->keys, &key->key, key);
    }
  apool_affinity_settle_key (self, key);
  return key;
}

static gboolean
apool_affinity_is_idle (const ApoolAffinityKey *key)
{
  return key->out_seq == 0 && key->promised_seq == 0 && !apool_heap_peek (&key->tasks);
}

static void
apool_affinity_promise (ApoolAffinity *self, ApoolAffinityKey *key, const ApoolTask *task)
{
  self->n_promised++;
  key->promised_seq = apool_task_get_seq (task);
  key->promised_weight = apool_task_get_traits (task)->weight;
  key->home->promised += key->promised_weight;
}

static void
apool_affinity_end_promise (ApoolAffinity *self, ApoolAffinityKey *key)
{
  if (key->promised_seq == 0)
    return;
  self->n_promised--;
  if (key->home)
    key->home->promised -= key->promised_weight;
  key->promised_seq = 0;
  key->promised_weight = 0;
}

/* Whether nothing older than task @seq stands before it: those of its key, and those that its home
 * could have instead. */
static gboolean
apool_affinity_is_next (const ApoolAffinityKey *key, guint64 seq)
{
  return key->promised_seq == 0 && seq < apool_heap_get_rank (&key->tasks) &&
         seq < apool_heap_get_rank (&key->home->keys);
}

/* ---- the interface ---- */

static void
apool_affinity_register_worker (ApoolScheduler *scheduler, ApoolSeat *seat)
{
  ApoolAffinity *self = APOOL_AFFINITY (scheduler);

  apool_affinity_get_home (self, seat)->is_registered = TRUE;
  apool_seat_set_put (self->numbers, seat->number, TRUE);
}

/* Its keys get other homes one by one, when there is room for their tasks: now they would all go to
 * the same place. */
static void
apool_affinity_unregister_worker (ApoolScheduler *scheduler, ApoolSeat *seat)
{
  ApoolAffinity *self = APOOL_AFFINITY (scheduler);
  ApoolAffinityHome *home = apool_affinity_get_home (self, seat);
  GHashTableIter iter;
  gpointer value;

  home->is_registered = FALSE;
  apool_seat_set_put (self->numbers, seat->number, FALSE);
  g_hash_table_iter_init (&iter, self->keys);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (((ApoolAffinityKey *) value)->home == home)
      apool_affinity_move_key (self, value, NULL);
}

/* Where no worker could have a task, none is looked at either. One that was released is on its way
 * back: it is awaited also if another has taken its place meanwhile, or nothing would ever go. */
static gboolean
apool_affinity_can_take (ApoolScheduler *scheduler, gboolean may_wait)
{
  ApoolAffinity *self = APOOL_AFFINITY (scheduler);

  return (self->n_kept < MAX_KEPT_TASKS || self->n_promised > 0) &&
         apool_roster_find (self->roster, may_wait) != NULL;
}

static ApoolSeat *
apool_affinity_schedule_task (ApoolScheduler *scheduler, ApoolTask *task, gboolean may_wait)
{
  ApoolAffinity *self = APOOL_AFFINITY (scheduler);
  guint64 seq = apool_task_get_seq (task);
  ApoolAffinityKey *key;
  gboolean was_promised;
  gboolean goes;

  if (apool_task_get_traits (task)->key == 0)
    return apool_roster_find (self->roster, may_wait);
  key = apool_affinity_ensure_key (self, apool_task_get_traits (task)->key);
  was_promised = key->promised_seq == seq;
  if (was_promised)
    apool_affinity_end_promise (self, key);
  goes = key->home && key->out_seq == 0 && (was_promised || apool_affinity_is_next (key, seq)) &&
         apool_affinity_is_open (self, key->home, may_wait);
  if (goes)
    key->out_seq = seq;
  else
    apool_affinity_push_task (self, key, task);
  apool_affinity_sort_key (self, key);
  return goes ? key->home->seat : NULL;
}

static void
apool_affinity_complete_task (ApoolScheduler *scheduler, ApoolTask *task)
{
  ApoolAffinity *self = APOOL_AFFINITY (scheduler);
  guint64 seq = apool_task_get_seq (task);
  ApoolAffinityKey *key = g_hash_table_lookup (self->keys, &apool_task_get_traits (task)->key);

  if (!key)
    return;
  if (key->out_seq == seq)
    key->out_seq = 0;
  if (key->promised_seq == seq)
    apool_affinity_end_promise (self, key);
  apool_affinity_sort_key (self, key);
  if (apool_affinity_is_idle (key))
    g_hash_table_remove (self->keys, &key->key);
}

/* Takes the keys from homes for which no worker can be made. */
static void
apool_affinity_leave_empty_homes (ApoolAffinity *self)
{
  const ApoolAffinityHome *home;

  while ((home = apool_heap_peek (&self->chances[APOOL_AFFINITY_GROW])) &&
         !apool_affinity_is_usable (self, home))
    apool_affinity_move_key (self, apool_heap_peek (&home->keys), NULL);
}

/* Returns the heap of the home with the oldest task of all that can go to their homes now. */
static const ApoolHeap *
apool_affinity_find_oldest (ApoolAffinity *self, gboolean may_wait)
{
  const ApoolHeap *best = &self->chances[APOOL_AFFINITY_START];
  const ApoolHeap *grow = &self->chances[APOOL_AFFINITY_GROW];
  const ApoolHeap *wait = &self->chances[APOOL_AFFINITY_WAIT];

  if (apool_heap_get_rank (grow) < apool_heap_get_rank (best))
    best = grow;
  if (may_wait && apool_heap_get_rank (wait) < apool_heap_get_rank (best))
    best = wait;
  return best;
}

/* Finds homes for keys with older tasks than all that have one, until there is a place for one. */
static void
apool_affinity_house_oldest (ApoolAffinity *self, gboolean may_wait)
{
  ApoolAffinityKey *key;

  while ((key = apool_heap_peek (&self->homeless)) &&
         apool_heap_get_rank (&self->homeless) <
             apool_heap_get_rank (apool_affinity_find_oldest (self, may_wait)))
    {
      apool_affinity_settle_key (self, key);
      if (!key->home)
        return;
    }
}

static ApoolTask *
apool_affinity_release_task (ApoolScheduler *scheduler, gboolean may_wait)
{
  ApoolAffinity *self = APOOL_AFFINITY (scheduler);
  const ApoolAffinityHome *home;
  ApoolAffinityKey *key;
  ApoolTask *task;

  apool_affinity_leave_empty_homes (self);
  apool_affinity_house_oldest (self, may_wait);
  home = apool_heap_peek (apool_affinity_find_oldest (self, may_wait));
  if (!home)
    return NULL;
  key = apool_heap_peek (&home->keys);
  task = apool_affinity_pop_task (self, key);
  apool_affinity_promise (self, key, task);
  apool_affinity_sort_key (self, key);
  return task;
}

static void
apool_affinity_drop_tasks (ApoolScheduler *scheduler, GPtrArray *dropped)
{
  ApoolAffinity *self = APOOL_AFFINITY (scheduler);
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->keys);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      ApoolAffinityKey *key = value;

      apool_affinity_drop_key_tasks (self, key, dropped);
      apool_affinity_end_promise (self, key);
      apool_affinity_sort_key (self, key);
      if (apool_affinity_is_idle (key))
        g_hash_table_iter_remove (&iter);
    }
}

static guint
apool_affinity_get_n_kept (ApoolScheduler *scheduler)
{
  return APOOL_AFFINITY (scheduler)->n_kept;
}

static void
apool_affinity_iface_init (ApoolSchedulerInterface *iface)
{
  iface->register_worker = apool_affinity_register_worker;
  iface->unregister_worker = apool_affinity_unregister_worker;
  iface->can_take = apool_affinity_can_take;
  iface->schedule_task = apool_affinity_schedule_task;
  iface->complete_task = apool_affinity_complete_task;
  iface->release_task = apool_affinity_release_task;
  iface->drop_tasks = apool_affinity_drop_tasks;
  iface->get_n_kept = apool_affinity_get_n_kept;
  iface->binds_tasks = TRUE;
}

/* ---- life ---- */

static void
apool_affinity_finalize (GObject *object)
{
  ApoolAffinity *self = APOOL_AFFINITY (object);

  apool_roster_watch (self->roster, NULL, NULL);
  apool_affinity_drop_tasks (APOOL_SCHEDULER (self), NULL);
  g_hash_table_unref (self->keys);
  g_hash_table_unref (self->memories);
  for (guint i = 0; i < apool_roster_get_n_seats (self->roster); i++)
    apool_heap_clear (&self->homes[i].keys);
  for (guint i = 0; i < APOOL_AFFINITY_N_CHANCES; i++)
    apool_heap_clear (&self->chances[i]);
  apool_heap_clear (&self->homeless);
  apool_seat_set_free (self->numbers);
  g_free (self->homes);
  G_OBJECT_CLASS (apool_affinity_parent_class)->finalize (object);
}

static void
apool_affinity_class_init (ApoolAffinityClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_affinity_finalize;
}

static void
apool_affinity_init (ApoolAffinity *self)
{
  self->memories = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  self->keys = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, apool_affinity_free_key);
}

/**
 * apool_affinity_new:
 * @roster: the seats; outlives the scheduler, and is watched by nobody else
 *
 * Returns: (transfer full): a scheduler
 */
ApoolScheduler *
apool_affinity_new (ApoolRoster *roster)
{
  ApoolAffinity *self = g_object_new (APOOL_TYPE_AFFINITY, NULL);
  guint n_seats = apool_roster_get_n_seats (roster);

  self->roster = roster;
  self->numbers = apool_seat_set_new (n_seats);
  self->homes = g_new0 (ApoolAffinityHome, n_seats);
  for (guint i = 0; i < n_seats; i++)
    {
      ApoolAffinityHome *home = &self->homes[i];

      home->seat = apool_roster_get_seat (roster, i + 1);
      home->by_task.item = home;
    }
  apool_roster_watch (roster, apool_affinity_seat_changed_cb, self);
  return APOOL_SCHEDULER (self);
}
