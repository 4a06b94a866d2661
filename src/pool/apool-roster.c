/* SPDX-License-Identifier: MIT */
/* The seats, sorted in the ways in which they are asked for.
 *
 * Those that have a worker, ready or on its way, stand in a heap by their room, one for each of the
 * two states; among equals the one whose load has not changed for longest is first, so that tasks
 * spread. Sets of numbers find the next seat of a kind. Sums are kept up to date, since they are
 * asked for after each task. So nothing here goes through all seats. */

#include "pool/apool-roster.h"

#include "pool/apool-seat-set.h"

/* A rank that is lower the more room there is; of room nothing comes near this. */
#define RANK_OF_NO_ROOM ((gint64) 1 << 62)

struct _ApoolRoster
{
  ApoolSeat *seats; /* (array length=n_seats), owned; number i + 1 at i */
  guint n_seats;
  guint capacity;
  guint prefetch;
  gboolean is_growing;

  guint64 total;         /* the weights of all tasks that are out */
  guint64 n_free_slots;  /* of seats with a worker */
  guint64 n_empty_slots; /* of seats that could have one */
  guint64 n_changes;     /* so far: breaks ties in the heaps */

  ApoolHeap starting;       /* seats, by room */
  ApoolHeap ready;          /* seats, by room */
  ApoolSeatSet *free_seats; /* with a worker that has a free slot */
  ApoolSeatSet *wait_seats; /* with a worker at which a task may at least wait */
  ApoolSeatSet *empty_seats;
  GQueue overfull; /* links of the seats */

  ApoolRosterChangedFunc changed; /* (nullable) */
  gpointer data;
};

/**
 * apool_roster_new:
 * @n_seats: how many seats there are
 * @capacity: how much weight may be handed out at once, over all of them
 * @prefetch: how much may wait at a worker whose slots are full
 *
 * Returns: (transfer full): a roster that may grow, with seats that are all shut and have no slots
 */
ApoolRoster *
apool_roster_new (guint n_seats, guint capacity, guint prefetch)
{
  ApoolRoster *self = g_new0 (ApoolRoster, 1);

  self->seats = g_new0 (ApoolSeat, n_seats);
  self->n_seats = n_seats;
  self->capacity = capacity;
  self->prefetch = prefetch;
  self->is_growing = TRUE;
  self->free_seats = apool_seat_set_new (n_seats);
  self->wait_seats = apool_seat_set_new (n_seats);
  self->empty_seats = apool_seat_set_new (n_seats);
  g_queue_init (&self->overfull);
  for (guint i = 0; i < n_seats; i++)
    {
      self->seats[i].number = i + 1;
      self->seats[i].node.item = &self->seats[i];
    }
  return self;
}

/**
 * apool_roster_free:
 * @self: (transfer full): a roster
 */
void
apool_roster_free (ApoolRoster *self)
{
  apool_heap_clear (&self->starting);
  apool_heap_clear (&self->ready);
  apool_seat_set_free (self->free_seats);
  apool_seat_set_free (self->wait_seats);
  apool_seat_set_free (self->empty_seats);
  g_free (self->seats);
  g_free (self);
}

/* ---- order ---- */

static gboolean
apool_roster_has_worker (const ApoolSeat *seat)
{
  return seat->state == APOOL_SEAT_STARTING || seat->state == APOOL_SEAT_READY;
}

static gboolean
apool_roster_is_usable_empty (const ApoolSeat *seat)
{
  return seat->state == APOOL_SEAT_EMPTY && seat->n_slots > 0;
}

static gboolean
apool_roster_has_free_slot (const ApoolSeat *seat)
{
  return apool_roster_has_worker (seat) && apool_seat_get_room (seat) > 0;
}

/* Returns how much room there is where tasks may wait. What waits is filled up when half of it is
 * used, so that tasks go there several at a time: it wakes a worker as much to be told of one. */
static gint64
apool_roster_get_space (const ApoolRoster *self, const ApoolSeat *seat)
{
  return seat->is_stocked ? -(gint64) self->prefetch : apool_seat_get_room (seat);
}

static gboolean
apool_roster_has_space (const ApoolRoster *self, const ApoolSeat *seat)
{
  return apool_roster_has_worker (seat) &&
         apool_roster_get_space (self, seat) > -(gint64) self->prefetch;
}

/* Takes what @seat contributes out of all sums, before it changes. */
static void
apool_roster_begin_change (ApoolRoster *self, ApoolSeat *seat)
{
  if (apool_roster_has_free_slot (seat))
    self->n_free_slots -= (guint64) apool_seat_get_room (seat);
  if (apool_roster_is_usable_empty (seat))
    self->n_empty_slots -= seat->n_slots;
}

static void
apool_roster_sort_overfull (ApoolRoster *self, ApoolSeat *seat)
{
  gboolean is_overfull = apool_roster_has_worker (seat) && apool_seat_get_room (seat) < 0;
  gboolean was_overfull = seat->link.data != NULL;

  if (is_overfull == was_overfull)
    return;
  seat->link.data = is_overfull ? seat : NULL;
  if (is_overfull)
    g_queue_push_tail_link (&self->overfull, &seat->link);
  else
    g_queue_unlink (&self->overfull, &seat->link);
}

static void
apool_roster_note_stock (const ApoolRoster *self, ApoolSeat *seat, gint64 room)
{
  if (room >= -(gint64) (self->prefetch / 2))
    seat->is_stocked = FALSE;
  else if (room <= -(gint64) self->prefetch)
    seat->is_stocked = TRUE;
}

/* Adds it again, as it is now, and puts it in its places. */
static void
apool_roster_end_change (ApoolRoster *self, ApoolSeat *seat)
{
  gint64 room = apool_seat_get_room (seat);

  apool_roster_note_stock (self, seat, room);
  if (apool_roster_has_free_slot (seat))
    self->n_free_slots += (guint64) room;
  if (apool_roster_is_usable_empty (seat))
    self->n_empty_slots += seat->n_slots;
  if (apool_roster_has_worker (seat))
    apool_heap_set (seat->state == APOOL_SEAT_READY ? &self->ready : &self->starting, &seat->node,
                    (guint64) (RANK_OF_NO_ROOM - apool_roster_get_space (self, seat)),
                    ++self->n_changes);
  apool_seat_set_put (self->free_seats, seat->number, apool_roster_has_free_slot (seat));
  apool_seat_set_put (self->wait_seats, seat->number, apool_roster_has_space (self, seat));
  apool_seat_set_put (self->empty_seats, seat->number, apool_roster_is_usable_empty (seat));
  apool_roster_sort_overfull (self, seat);
  if (self->changed)
    self->changed (seat, self->data);
}

/* ---- what the pool tells it ---- */

/**
 * apool_roster_set_state:
 * @self: a roster
 * @seat: one of its seats
 * @state: what can be done with it from now on
 */
void
apool_roster_set_state (ApoolRoster *self, ApoolSeat *seat, ApoolSeatState state)
{
  if (seat->state == state)
    return;
  apool_roster_begin_change (self, seat);
  if (apool_roster_has_worker (seat))
    apool_heap_remove (seat->state == APOOL_SEAT_READY ? &self->ready : &self->starting,
                       &seat->node);
  seat->state = state;
  apool_roster_end_change (self, seat);
}

/**
 * apool_roster_set_slots:
 * @self: a roster
 * @seat: one of its seats
 * @n_slots: how many tasks its worker can run at once, or could if it were made now
 */
void
apool_roster_set_slots (ApoolRoster *self, ApoolSeat *seat, guint n_slots)
{
  apool_roster_begin_change (self, seat);
  seat->n_slots = n_slots;
  apool_roster_end_change (self, seat);
}

/**
 * apool_roster_set_capacity:
 * @self: a roster
 * @capacity: how much weight may be handed out at once, over all seats
 * @prefetch: how much may wait at a worker whose slots are full
 *
 * Has other limits count from now on; more may be out than they allow.
 */
void
apool_roster_set_capacity (ApoolRoster *self, guint capacity, guint prefetch)
{
  self->capacity = capacity;
  if (self->prefetch == prefetch)
    return;
  self->prefetch = prefetch;
  for (guint i = 0; i < self->n_seats; i++)
    {
      apool_roster_begin_change (self, &self->seats[i]);
      apool_roster_end_change (self, &self->seats[i]);
    }
}

/**
 * apool_roster_set_growing:
 * @self: a roster
 * @is_growing: whether workers may be made for empty seats
 */
void
apool_roster_set_growing (ApoolRoster *self, gboolean is_growing)
{
  self->is_growing = is_growing;
}

/**
 * apool_roster_add_task:
 * @self: a roster
 * @seat: one of its seats
 * @weight: of a task that its worker gets
 */
void
apool_roster_add_task (ApoolRoster *self, ApoolSeat *seat, guint weight)
{
  apool_roster_begin_change (self, seat);
  seat->load += weight;
  self->total += weight;
  apool_roster_end_change (self, seat);
}

/**
 * apool_roster_remove_task:
 * @self: a roster
 * @seat: (nullable): the seat to which it was added; %NULL where it has been detached from it
 * @weight: of a task that is no longer out
 */
void
apool_roster_remove_task (ApoolRoster *self, ApoolSeat *seat, guint weight)
{
  g_return_if_fail (self->total >= weight && (!seat || seat->load >= weight));

  self->total -= weight;
  if (!seat)
    return;
  apool_roster_begin_change (self, seat);
  seat->load -= weight;
  apool_roster_end_change (self, seat);
}

/**
 * apool_roster_detach_tasks:
 * @self: a roster
 * @seat: one of its seats, whose worker takes no more tasks
 *
 * Has the seat be free for another worker. The tasks stay out, and are removed without a seat.
 */
void
apool_roster_detach_tasks (ApoolRoster *self, ApoolSeat *seat)
{
  apool_roster_begin_change (self, seat);
  seat->load = 0;
  apool_roster_end_change (self, seat);
}

/* ---- what can be asked ---- */

/**
 * apool_roster_get_n_seats:
 * @self: a roster
 *
 * Returns: how many seats there are
 */
guint
apool_roster_get_n_seats (const ApoolRoster *self)
{
  return self->n_seats;
}

/**
 * apool_roster_get_prefetch:
 * @self: a roster
 *
 * Returns: how much may wait at a worker whose slots are full
 */
guint
apool_roster_get_prefetch (const ApoolRoster *self)
{
  return self->prefetch;
}

/**
 * apool_roster_get_seat:
 * @self: a roster
 * @number: a seat's, counted from 1
 *
 * Returns: (transfer none): that seat; it stays where it is for as long as the roster
 */
ApoolSeat *
apool_roster_get_seat (ApoolRoster *self, guint number)
{
  g_return_val_if_fail (number >= 1 && number <= self->n_seats, NULL);
  return &self->seats[number - 1];
}

/**
 * apool_roster_can_take:
 * @self: a roster
 * @seat: one of its seats
 * @may_wait: whether the task may wait there until a slot is free
 *
 * Returns: whether the seat can be given a task
 */
gboolean
apool_roster_can_take (ApoolRoster *self, const ApoolSeat *seat, gboolean may_wait)
{
  if (apool_roster_is_usable_empty (seat))
    return self->is_growing;
  return may_wait ? apool_roster_has_space (self, seat) : apool_roster_has_free_slot (seat);
}

/* Returns the one with most room among @seats, where that is more than @least. */
static ApoolSeat *
apool_roster_find_roomy (const ApoolRoster *self, const ApoolHeap *seats, gint64 least)
{
  ApoolSeat *seat = apool_heap_peek (seats);

  return seat && apool_roster_get_space (self, seat) > least ? seat : NULL;
}

/* Returns the first seat of @set after number @after, in turn. */
static ApoolSeat *
apool_roster_find_in_turn (ApoolRoster *self, const ApoolSeatSet *set, guint after)
{
  guint number = after < self->n_seats ? apool_seat_set_find (set, after + 1) : 0;

  if (number == 0)
    number = apool_seat_set_find (set, 1);
  return number > 0 ? apool_roster_get_seat (self, number) : NULL;
}

/**
 * apool_roster_find:
 * @self: a roster
 * @may_wait: whether the task may wait at a worker until a slot is free
 *
 * Looks for the best place for a task: the most free slots of a worker that is there, then of one
 * that is on its way, then a new worker in the empty seat of lowest number, then the shortest wait.
 *
 * Returns: (transfer none) (nullable): that seat; %NULL where there is none
 */
ApoolSeat *
apool_roster_find (ApoolRoster *self, gboolean may_wait)
{
  ApoolSeat *seat = apool_roster_find_roomy (self, &self->ready, 0);

  if (!seat)
    seat = apool_roster_find_roomy (self, &self->starting, 0);
  if (!seat && self->is_growing)
    seat = apool_roster_find_in_turn (self, self->empty_seats, 0);
  if (!seat && may_wait)
    seat = apool_roster_find_roomy (self, &self->ready, -(gint64) self->prefetch);
  if (!seat && may_wait)
    seat = apool_roster_find_roomy (self, &self->starting, -(gint64) self->prefetch);
  return seat;
}

/* Returns how many steps it is from number @after to @seat, in turn. */
static guint
apool_roster_get_distance (const ApoolRoster *self, guint after, const ApoolSeat *seat)
{
  return seat->number > after ? seat->number - after : seat->number + (self->n_seats - after);
}

/**
 * apool_roster_find_next:
 * @self: a roster
 * @after: a seat's number, or 0
 * @may_wait: whether the task may wait at a worker until a slot is free
 *
 * Looks for a place for a task in turn, beginning behind @after: for one that has a free slot or
 * could have a new worker, and only where there is none for one where the task can wait.
 *
 * Returns: (transfer none) (nullable): that seat; %NULL where there is none
 */
ApoolSeat *
apool_roster_find_next (ApoolRoster *self, guint after, gboolean may_wait)
{
  ApoolSeat *seat = apool_roster_find_in_turn (self, self->free_seats, after);
  ApoolSeat *empty =
      self->is_growing ? apool_roster_find_in_turn (self, self->empty_seats, after) : NULL;

  if (!seat || (empty && apool_roster_get_distance (self, after, empty) <
                             apool_roster_get_distance (self, after, seat)))
    seat = empty;
  if (!seat && may_wait)
    seat = apool_roster_find_in_turn (self, self->wait_seats, after);
  return seat;
}

/**
 * apool_roster_get_free_weight:
 * @self: a roster
 *
 * Returns: how much more weight may be handed out; below 0 where more is out than may run at once
 */
gint64
apool_roster_get_free_weight (const ApoolRoster *self)
{
  return (gint64) self->capacity - (gint64) self->total;
}

/**
 * apool_roster_count_free:
 * @self: a roster
 *
 * Returns: how many slots are free, those of workers that could be made included
 */
guint
apool_roster_count_free (const ApoolRoster *self)
{
  guint64 n = self->n_free_slots + (self->is_growing ? self->n_empty_slots : 0);

  return (guint) MIN (n, G_MAXUINT);
}

/**
 * apool_roster_list_overfull:
 * @self: a roster
 * @seats: (element-type ApoolSeat): gets all seats at whose workers tasks wait for a slot, in no
 *   particular order; references are not taken
 */
void
apool_roster_list_overfull (ApoolRoster *self, GPtrArray *seats)
{
  for (const GList *link = self->overfull.head; link; link = link->next)
    g_ptr_array_add (seats, link->data);
}

/**
 * apool_roster_watch:
 * @self: a roster
 * @changed: (nullable): what to call when a seat has changed, instead of what was called before
 * @data: (closure): for @changed
 */
void
apool_roster_watch (ApoolRoster *self, ApoolRosterChangedFunc changed, gpointer data)
{
  self->changed = changed;
  self->data = data;
}
