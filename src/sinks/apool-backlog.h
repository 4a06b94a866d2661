/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/apool-spool.h"
#include "job/apool-observer.h"
#include "sinks/apool-extents.h"

G_BEGIN_DECLS

/**
 * ApoolBacklogState:
 * @APOOL_BACKLOG_MISSING: there is no job of this turn; all zero is such a record
 * @APOOL_BACKLOG_FINISHED: it ended by itself
 * @APOOL_BACKLOG_RECORDED: it did so in an earlier run; what it wrote is not in the spool
 * @APOOL_BACKLOG_ENDED: the pool ended it
 * @APOOL_BACKLOG_SKIPPED: there was nothing to run, in this turn and maybe in some after it
 */
typedef enum
{
  APOOL_BACKLOG_MISSING,
  APOOL_BACKLOG_FINISHED,
  APOOL_BACKLOG_RECORDED,
  APOOL_BACKLOG_ENDED,
  APOOL_BACKLOG_SKIPPED,
} ApoolBacklogState;

/**
 * ApoolBacklogRecord:
 * @streams: what the job wrote; where that is not in the spool only its length
 * @state: what became of the job
 * @n_skipped: how many turns it is about, where they are skipped; else 0
 *
 * A finished job whose turn has not come.
 */
typedef struct
{
  ApoolExtentsPacked streams[APOOL_N_STREAMS];
  ApoolBacklogState state;
  guint32 n_skipped;
} ApoolBacklogRecord;

/**
 * ApoolBacklog:
 *
 * Finished jobs found by their turn, millions of them in flat memory: pages of records, of which
 * the ones in use are in memory and the others in the spool.
 */
typedef struct _ApoolBacklog ApoolBacklog;

ApoolBacklog *apool_backlog_new (ApoolSpool *spool);
void apool_backlog_free (ApoolBacklog *self);

gboolean apool_backlog_put (ApoolBacklog *self,
                            guint64 turn,
                            const ApoolBacklogRecord *record,
                            GError **error);
gboolean
apool_backlog_peek (ApoolBacklog *self, guint64 turn, ApoolBacklogRecord *record, GError **error);
gboolean
apool_backlog_find (ApoolBacklog *self, guint64 *turn, ApoolBacklogRecord *record, GError **error);
gboolean apool_backlog_add_up (
    ApoolBacklog *self, guint64 *turn, guint64 *n_bytes, guint64 limit, GError **error);
guint64 apool_backlog_record_get_bytes (const ApoolBacklogRecord *record);
gboolean apool_backlog_remove (ApoolBacklog *self, guint64 turn, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolBacklog, apool_backlog_free)

G_END_DECLS
