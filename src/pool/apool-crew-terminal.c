/* SPDX-License-Identifier: MIT */
/* What a crew has to do with the terminal: which tasks have been stopped, mostly since they want
 * it, and that those that have it may go on. */

#include "pool/apool-crew-private.h"

void
apool_crew_stopped_cb (ApoolWorkerProxy *worker, ApoolTask *task, int signum, gpointer data)
{
  ApoolCrew *self = ((ApoolMember *) data)->post->crew;

  self->funcs.stopped (task, signum, self->data);
}

/**
 * apool_crew_give_terminal:
 * @self: a crew
 * @is_back: whether the user is at the terminal; else nobody could have called
 *
 * Has the tasks go on that stopped together with this process.
 */
void
apool_crew_give_terminal (ApoolCrew *self, gboolean is_back)
{
  for (guint i = 0; i < self->members->len; i++)
    {
      ApoolMember *member = g_ptr_array_index (self->members, i);

      if (!member->is_closed)
        apool_worker_proxy_give_terminal (member->proxy, is_back);
    }
}
