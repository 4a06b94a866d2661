/* SPDX-License-Identifier: MIT */
/* What is kept of a run, as the options have it. A dry run keeps nothing: what is on the disk stays
 * as it is. */

#include "cli/apool-records.h"

struct _ApoolRecords
{
  const ApoolOptions *options;
  GPtrArray *keepers; /* ApoolKeeper, owned */
};

/**
 * apool_records_new:
 * @options: (transfer none): what was asked for; outlives the records
 * @inputs: what the run is of; nothing was read of its tasks
 * @shell: that of the jobs
 * @error: (out) (optional): a file that cannot be read or written, or is of another run
 *
 * Reads what earlier runs have left, and opens what this one leaves.
 *
 * Returns: (transfer full) (nullable): the records
 */
ApoolRecords *
apool_records_new (const ApoolOptions *options,
                   ApoolInputs *inputs,
                   const char *shell,
                   GError **error)
{
  ApoolRecords *self = g_new0 (ApoolRecords, 1);

  self->options = options;
  self->keepers = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

/**
 * apool_records_free:
 * @self: (transfer full): records
 */
void
apool_records_free (ApoolRecords *self)
{
  g_ptr_array_unref (self->keepers);
  g_free (self);
}

/**
 * apool_records_get_keepers:
 * @self: records
 *
 * Returns: (transfer none) (element-type ApoolKeeper): those that have to do with what jobs write
 */
GPtrArray *
apool_records_get_keepers (ApoolRecords *self)
{
  return self->keepers;
}

/**
 * apool_records_attach:
 * @self: records
 * @pool: (transfer none): whose jobs are recorded; gets observers, behind its output
 * @output: (transfer none): where what goes wrong meanwhile is said; both outlive the records
 */
void
apool_records_attach (ApoolRecords *self, ApoolPool *pool, ApoolOutput *output)
{
}

/**
 * apool_records_finish:
 * @self: records of a run that is over
 * @words: gets lines of what the user has to know
 *
 * Returns: whether all that happened was recorded
 */
gboolean
apool_records_finish (ApoolRecords *self, GString *words)
{
  return TRUE;
}
