/* SPDX-License-Identifier: MIT */
#pragma once

#include "pool/apool-heap.h"

G_BEGIN_DECLS

/**
 * ApoolSeatState:
 * @APOOL_SEAT_SHUT: no worker can be had here for the time being
 * @APOOL_SEAT_EMPTY: has no worker; one is made when a task is given to this seat
 * @APOOL_SEAT_STARTING: its worker is on its way, and can be given tasks
 * @APOOL_SEAT_READY: its worker is there
 */
typedef enum
{
  APOOL_SEAT_SHUT,
  APOOL_SEAT_EMPTY,
  APOOL_SEAT_STARTING,
  APOOL_SEAT_READY,
  APOOL_N_SEAT_STATES,
} ApoolSeatState;

/**
 * ApoolSeat:
 * @number: counted from 1
 * @state: what can be done with it
 * @n_slots: how many tasks its worker can run at once, or could if it were made now
 * @load: the weights of the tasks that its worker has, waiting and running, added up
 * @is_stocked: as many tasks wait there as may, or did, and more than half as many still do
 * @node: for the roster
 * @link: for the roster
 *
 * The place of a worker in a pool. It stays while workers come and go: the worker that replaces a
 * lost one, or one that has had its share of tasks, takes its seat. To be read by all, changed
 * by the roster only.
 */
typedef struct
{
  guint number;
  ApoolSeatState state;
  guint n_slots;
  guint64 load;
  gboolean is_stocked;
  ApoolHeapNode node;
  GList link;
} ApoolSeat;

/**
 * apool_seat_get_room:
 * @seat: a seat
 *
 * Returns: how much more weight its slots can take; below 0 where tasks wait
 */
static inline gint64
apool_seat_get_room (const ApoolSeat *seat)
{
  return (gint64) seat->n_slots - (gint64) seat->load;
}

G_END_DECLS
