/* SPDX-License-Identifier: MIT */
/* All those who keep what jobs write, as one. */

#include "sinks/apool-keepers.h"

/**
 * apool_keepers_want_bytes:
 * @keepers: (nullable) (element-type ApoolKeeper): keepers
 *
 * Returns: whether any of them has to see what jobs write
 */
gboolean
apool_keepers_want_bytes (const GPtrArray *keepers)
{
  for (guint i = 0; keepers && i < keepers->len; i++)
    if (apool_keeper_wants_bytes (g_ptr_array_index (keepers, i)))
      return TRUE;
  return FALSE;
}

/**
 * apool_keepers_want_ends:
 * @keepers: (nullable) (element-type ApoolKeeper): keepers
 *
 * Returns: whether any of them has to see the end of what jobs write that fail
 */
gboolean
apool_keepers_want_ends (const GPtrArray *keepers)
{
  for (guint i = 0; keepers && i < keepers->len; i++)
    if (apool_keeper_wants_ends (g_ptr_array_index (keepers, i)))
      return TRUE;
  return FALSE;
}

/**
 * apool_keepers_keep:
 * @keepers: (nullable) (element-type ApoolKeeper): keepers
 * @task: (transfer none): who wrote
 * @stream: where to
 * @data: (array length=length): what
 * @length: how many bytes
 */
void
apool_keepers_keep (
    const GPtrArray *keepers, ApoolTask *task, ApoolStream stream, gconstpointer data, gsize length)
{
  for (guint i = 0; keepers && i < keepers->len; i++)
    apool_keeper_keep (g_ptr_array_index (keepers, i), task, stream, data, length);
}

/**
 * apool_keepers_tell_kept:
 * @keepers: (nullable) (element-type ApoolKeeper): keepers
 * @task: (transfer none): an attempt that is over
 * @lengths: (array fixed-size=2): how many bytes it wrote to each stream
 */
void
apool_keepers_tell_kept (const GPtrArray *keepers, ApoolTask *task, const guint64 *lengths)
{
  for (guint i = 0; keepers && i < keepers->len; i++)
    apool_keeper_kept (g_ptr_array_index (keepers, i), task, lengths);
}

/**
 * apool_keepers_tell_failed:
 * @keepers: (nullable) (element-type ApoolKeeper): keepers
 * @task: (transfer none): a job that is over, and has not succeeded
 * @ends: (array fixed-size=2): what it wrote last to each stream
 */
void
apool_keepers_tell_failed (const GPtrArray *keepers, ApoolTask *task, const ApoolKeptEnd *ends)
{
  for (guint i = 0; keepers && i < keepers->len; i++)
    apool_keeper_failed (g_ptr_array_index (keepers, i), task, ends);
}
