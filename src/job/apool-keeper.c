/* SPDX-License-Identifier: MIT */
/* The interface of those who keep what jobs write, or count it. Each call is optional, as those of
 * observers are. */

#include "job/apool-keeper.h"

G_DEFINE_INTERFACE (ApoolKeeper, apool_keeper, G_TYPE_OBJECT)

static void
apool_keeper_default_init (ApoolKeeperInterface *iface)
{
}

/**
 * apool_keeper_wants_bytes:
 * @self: a keeper
 *
 * Returns: whether it has to see what jobs write
 */
gboolean
apool_keeper_wants_bytes (ApoolKeeper *self)
{
  return APOOL_KEEPER_GET_IFACE (self)->keep != NULL;
}

/**
 * apool_keeper_wants_ends:
 * @self: a keeper
 *
 * Returns: whether it has to see the end of what jobs write that fail
 */
gboolean
apool_keeper_wants_ends (ApoolKeeper *self)
{
  return APOOL_KEEPER_GET_IFACE (self)->failed != NULL;
}

/**
 * apool_keeper_keep:
 * @self: a keeper
 * @task: (transfer none): who wrote
 * @stream: where to
 * @data: (array length=length): what; valid during the call
 * @length: how many bytes
 */
void
apool_keeper_keep (
    ApoolKeeper *self, ApoolTask *task, ApoolStream stream, const void *data, gsize length)
{
  ApoolKeeperInterface *iface = APOOL_KEEPER_GET_IFACE (self);

  if (iface->keep)
    iface->keep (self, task, stream, data, length);
}

/**
 * apool_keeper_kept:
 * @self: a keeper
 * @task: (transfer none): an attempt that is over
 * @lengths: (array fixed-size=2): how many bytes it wrote to each stream
 */
void
apool_keeper_kept (ApoolKeeper *self, ApoolTask *task, const guint64 *lengths)
{
  ApoolKeeperInterface *iface = APOOL_KEEPER_GET_IFACE (self);

  if (iface->kept)
    iface->kept (self, task, lengths);
}

/**
 * apool_keeper_failed:
 * @self: a keeper
 * @task: (transfer none): a job that is over, and has not succeeded
 * @ends: (array fixed-size=2): what it wrote last to each stream; valid during the call
 */
void
apool_keeper_failed (ApoolKeeper *self, ApoolTask *task, const ApoolKeptEnd *ends)
{
  ApoolKeeperInterface *iface = APOOL_KEEPER_GET_IFACE (self);

  if (iface->failed)
    iface->failed (self, task, ends);
}
