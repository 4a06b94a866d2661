/* SPDX-License-Identifier: MIT */
/* How a single job of a crew is ended before its time. */

#include "pool/apool-crew-private.h"

/**
 * apool_crew_end_task:
 * @self: a crew
 * @seq: a task's number
 * @reason: why it is ended
 * @message: (nullable): where it has run too long: what is said of that
 *
 * Returns: whether somebody has started that task, and was told to end it
 */
gboolean
apool_crew_end_task (ApoolCrew *self, guint64 seq, ApoolEndReason reason, const char *message)
{
  for (guint i = 0; i < self->members->len; i++)
    {
      ApoolMember *member = g_ptr_array_index (self->members, i);

      if (!member->is_closed && apool_worker_proxy_end_task (member->proxy, seq, reason, message))
        return TRUE;
    }
  return FALSE;
}
