/* SPDX-License-Identifier: MIT */
#pragma once

#include "sinks/apool-extents.h"
#include "sinks/apool-flow.h"
#include "sinks/apool-outlet.h"

G_BEGIN_DECLS

/**
 * ApoolOutputLines:
 * @spool: where the lines wait
 * @scratch: (nullable): APOOL_FLOW_SCRATCH_BYTES, owned, used within a call; once one was printed
 * @outlet: where they go
 * @held: the lines, each but the first one behind its length, a #gsize
 * @next_length: bytes in the first line; 0 where none waits
 *
 * Lines of our own on their way to an outlet that jobs print on too. One that is zeroed is empty,
 * and may be cleared. All other pointers are the owner's.
 */
typedef struct
{
  ApoolSpool *spool;
  guint8 *scratch;
  ApoolOutlet *outlet;
  ApoolExtents held;
  gsize next_length;
} ApoolOutputLines;

void apool_output_lines_init (ApoolOutputLines *self, const ApoolFlowHub *hub, ApoolOutlet *outlet);
void apool_output_lines_clear (ApoolOutputLines *self);

gboolean apool_output_lines_push_bytes (ApoolOutputLines *self,
                                        const char *bytes,
                                        gsize length,
                                        GError **error);
gboolean apool_output_lines_print (ApoolOutputLines *self, GError **error);

gboolean apool_output_lines_has_room (const ApoolOutputLines *self);
gboolean apool_output_lines_is_empty (const ApoolOutputLines *self);
guint64 apool_output_lines_get_waiting (const ApoolOutputLines *self);

G_END_DECLS
