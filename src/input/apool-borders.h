/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* The sum of no records. */
#define APOOL_BORDERS_NO_SUM G_GUINT64_CONSTANT (0)

/**
 * ApoolBordersView:
 * @place: how many records came before the first one that is seen
 * @sums: (array length=n_records+1): the sum of the records before the first one, that of these and
 *   the first one, and so on
 * @n_records: how many are seen
 * @is_end: whether there are no more
 * @n_natural: how many of them would go into the next job by the rules alone; 0 where that is not
 *   known yet
 *
 * What is known of the records that come next in the input. The sum of records is the hash of their
 * hashes, in order: of apool_borders_append().
 */
typedef struct
{
  guint64 place;
  const guint64 *sums;
  gsize n_records;
  gboolean is_end;
  gsize n_natural;
} ApoolBordersView;

/**
 * ApoolBordersAnswer:
 * @APOOL_BORDERS_BATCH: so many records go into the next job
 * @APOOL_BORDERS_MORE: so many records have to be seen before that can be told, if there are as
 * many
 * @APOOL_BORDERS_NATURAL: how many would go there by the rules has to be known
 */
typedef enum
{
  APOOL_BORDERS_BATCH,
  APOOL_BORDERS_MORE,
  APOOL_BORDERS_NATURAL,
} ApoolBordersAnswer;

#define APOOL_TYPE_BORDERS (apool_borders_get_type ())

/**
 * ApoolBorders:
 *
 * Whoever knows how records were put together into jobs before.
 */
G_DECLARE_INTERFACE (ApoolBorders, apool_borders, APOOL, BORDERS, GObject)

/**
 * ApoolBordersInterface:
 * @is_idle: whether jobs are what they are by the rules from now on, whatever comes
 * @choose: how many records go into the next job: once that was said, they are behind us
 */
struct _ApoolBordersInterface
{
  GTypeInterface parent;

  gboolean (*is_idle) (ApoolBorders *self);
  ApoolBordersAnswer (*choose) (ApoolBorders *self, const ApoolBordersView *view, gsize *n_records);
};

gboolean apool_borders_is_idle (ApoolBorders *self);
ApoolBordersAnswer
apool_borders_choose (ApoolBorders *self, const ApoolBordersView *view, gsize *n_records);

guint64 apool_borders_append (guint64 sum, guint64 hash);
guint64 apool_borders_subtract (guint64 sum, guint64 before, guint64 n_records);

G_END_DECLS
