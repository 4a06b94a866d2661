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
 * @APOOL_BACKLOG_ENDED: the pool ended it
 */
typedef enum
{
  APOOL_BACKLOG_MISSING,
  APOOL_BACKLOG_FINISHED,
  APOOL_BACKLOG_ENDED,
} ApoolBacklogState;

/**
 * ApoolBacklogRecord:
 * @streams: what the job wrote
 * @state: what became of the job
 * @reserved: 0; where padding would stand, which would reach the disk uninitialised
 *
 * A finished job whose turn has not come.
 */
typedef struct
{
  ApoolExtentsPacked streams[APOOL_N_STREAMS];
  ApoolBacklogState state;
  guint32 reserved;
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
gboolean apool_backlog_remove (ApoolBacklog *self, guint64 turn, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolBacklog, apool_backlog_free)

G_END_DECLS
