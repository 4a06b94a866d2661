/* SPDX-License-Identifier: MIT */
/* All combinations of several sources, the last one fastest.
 *
 * Sources that are linked make a group, which goes on by one value of each and ends with the
 * shortest; a source alone is a group of one. Groups turn like the wheels of a counter. The first
 * one is only read on; each other one is read the first time round and replayed from then on, so
 * that nothing is read before its turn, and the first group may be endless.
 *
 * A source that has no values counts as one empty value, as with GNU parallel, unless all of them
 * are empty. */

#include "input/apool-source-product.h"

#include "input/apool-ring.h"

typedef struct
{
  ApoolRing **rings; /* not owned */
  ApoolValue *values;
  gsize n_rings;
  gsize n_advanced;     /* while it goes on: so many of them have */
  gboolean is_at_start; /* it stands before its first values */
} ApoolProductGroup;

struct _ApoolSourceProduct
{
  GObject parent;

  GPtrArray *rings; /* of ApoolRing, owned */
  ApoolValue *values;
  ApoolProductGroup *groups;
  gsize n_groups;
  gsize n_standing; /* so many of the groups stand at values */
  gboolean has_ended;
  guint64 n_yielded;
};

static void apool_source_product_source_init (ApoolSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolSourceProduct,
                               apool_source_product,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_SOURCE,
                                                      apool_source_product_source_init))

/* Has each source of the group go on by one value. */
static ApoolSourceStatus
apool_source_product_advance (ApoolProductGroup *group, GError **error)
{
  for (; group->n_advanced < group->n_rings; group->n_advanced++)
    {
      ApoolRing *ring = group->rings[group->n_advanced];
      ApoolSourceStatus status = apool_ring_next (ring, error);

      if (status == APOOL_SOURCE_END && group->is_at_start)
        status = APOOL_SOURCE_ROW; /* one empty value */
      if (status != APOOL_SOURCE_ROW)
        return status;
      group->values[group->n_advanced] = *apool_ring_get_value (ring);
    }
  group->n_advanced = 0;
  group->is_at_start = FALSE;
  return APOOL_SOURCE_ROW;
}

static void
apool_source_product_rewind (ApoolProductGroup *group)
{
  for (gsize i = 0; i < group->n_rings; i++)
    apool_ring_rewind (group->rings[i]);
  group->n_advanced = 0;
  group->is_at_start = TRUE;
}

static gboolean
apool_source_product_is_empty (const ApoolSourceProduct *self)
{
  for (guint i = 0; i < self->rings->len; i++)
    if (!apool_ring_is_empty (g_ptr_array_index (self->rings, i)))
      return FALSE;
  return TRUE;
}

static ApoolSourceStatus
apool_source_product_end (ApoolSourceProduct *self)
{
  self->has_ended = TRUE;
  return APOOL_SOURCE_END;
}

static ApoolSourceStatus
apool_source_product_yield (ApoolSourceProduct *self, ApoolRow *row)
{
  if (self->n_yielded == 0 && apool_source_product_is_empty (self))
    return apool_source_product_end (self);
  self->n_yielded++;
  *row =
      (ApoolRow){ .values = self->values, .n_values = self->rings->len, .line = self->n_yielded };
  return APOOL_SOURCE_ROW;
}

static ApoolSourceStatus
apool_source_product_next (ApoolSource *source, ApoolRow *row, GError **error)
{
  ApoolSourceProduct *self = APOOL_SOURCE_PRODUCT (source);

  if (self->has_ended)
    return APOOL_SOURCE_END;
  if (self->n_standing == self->n_groups)
    self->n_standing--;
  while (self->n_standing < self->n_groups)
    {
      ApoolProductGroup *group = &self->groups[self->n_standing];
      ApoolSourceStatus status = apool_source_product_advance (group, error);

      if (status == APOOL_SOURCE_ROW)
        self->n_standing++;
      else if (status != APOOL_SOURCE_END)
        return status;
      else if (self->n_standing == 0)
        return apool_source_product_end (self);
      else
        {
          apool_source_product_rewind (group);
          self->n_standing--;
        }
    }
  return apool_source_product_yield (self, row);
}

static void
apool_source_product_wait (ApoolSource *source,
                           GMainContext *context,
                           ApoolSourceReadyFunc ready,
                           gpointer data)
{
  ApoolSourceProduct *self = APOOL_SOURCE_PRODUCT (source);
  ApoolProductGroup *group;

  g_return_if_fail (self->n_standing < self->n_groups);
  group = &self->groups[self->n_standing];
  apool_ring_wait (group->rings[group->n_advanced], context, ready, data);
}

static void
apool_source_product_finalize (GObject *object)
{
  ApoolSourceProduct *self = APOOL_SOURCE_PRODUCT (object);

  g_ptr_array_unref (self->rings);
  g_free (self->values);
  g_free (self->groups);
  G_OBJECT_CLASS (apool_source_product_parent_class)->finalize (object);
}

static void
apool_source_product_class_init (ApoolSourceProductClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_source_product_finalize;
}

static void
apool_source_product_source_init (ApoolSourceInterface *iface)
{
  iface->next = apool_source_product_next;
  iface->wait = apool_source_product_wait;
}

static void
apool_source_product_init (ApoolSourceProduct *self)
{
  self->rings = g_ptr_array_new_with_free_func ((GDestroyNotify) apool_ring_free);
}

/**
 * apool_source_product_new:
 * @sources: (transfer none) (array length=n_sources): sources of rows of one value
 * @is_linked: (array length=n_sources): whether each goes along with the one before it (`:::+`)
 *   instead of being combined with it; that of the first one does not count
 * @n_sources: how many, at least 1
 * @tmpdir: where values are kept that are too many for memory
 *
 * Rows have a value of each source, and are numbered. Errors are those of the sources, and of what
 * keeps their values.
 *
 * Returns: (transfer full): the source
 */
ApoolSource *
apool_source_product_new (ApoolSource *const *sources,
                          const gboolean *is_linked,
                          gsize n_sources,
                          const char *tmpdir)
{
  ApoolSourceProduct *self = g_object_new (APOOL_TYPE_SOURCE_PRODUCT, NULL);

  self->values = g_new0 (ApoolValue, n_sources);
  self->groups = g_new0 (ApoolProductGroup, n_sources);
  for (gsize i = 0; i < n_sources; i++)
    {
      gboolean begins = i == 0 || !is_linked[i];
      gboolean keeps = self->n_groups + (begins ? 1 : 0) > 1;

      g_ptr_array_add (self->rings, apool_ring_new (sources[i], keeps, tmpdir));
      if (begins)
        self->groups[self->n_groups++] =
            (ApoolProductGroup){ .values = self->values + i, .is_at_start = TRUE };
      self->groups[self->n_groups - 1].n_rings++;
    }
  /* The array does not move any more. */
  for (gsize i = 0; i < self->n_groups; i++)
    self->groups[i].rings =
        (ApoolRing **) self->rings->pdata + (self->groups[i].values - self->values);
  return APOOL_SOURCE (self);
}
