/* SPDX-License-Identifier: MIT */
/* Sources side by side: one value of each a row. One that has ended begins again, as long as
 * another one has not been through yet. */

#include "input/apool-source-link.h"

#include "input/apool-ring.h"

struct _ApoolSourceLink
{
  GObject parent;

  GPtrArray *rings; /* of ApoolRing, owned */
  ApoolValue *values;
  guint n_advanced; /* while the row is made: so many rings stand at their value */
  gboolean is_new;  /* one of them has a value that was not there before */
  gboolean has_ended;
  guint64 n_yielded;
};

static void apool_source_link_source_init (ApoolSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolSourceLink,
                               apool_source_link,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_SOURCE,
                                                      apool_source_link_source_init))

/* Goes on to the next value of the ring, or to its first one again. */
static ApoolSourceStatus
apool_source_link_advance (ApoolSourceLink *self, ApoolRing *ring, GError **error)
{
  ApoolSourceStatus status = apool_ring_next (ring, error);

  if (self->rings->len == 1)
    {
      self->is_new = TRUE;
      return status;
    }
  if (status == APOOL_SOURCE_END && apool_ring_is_empty (ring))
    return APOOL_SOURCE_ROW; /* one empty value */
  if (status == APOOL_SOURCE_END)
    {
      apool_ring_rewind (ring);
      status = apool_ring_next (ring, error);
    }
  if (status == APOOL_SOURCE_ROW && !apool_ring_is_replayed (ring))
    self->is_new = TRUE;
  return status;
}

static ApoolSourceStatus
apool_source_link_next (ApoolSource *source, ApoolRow *row, GError **error)
{
  ApoolSourceLink *self = APOOL_SOURCE_LINK (source);

  if (self->has_ended)
    return APOOL_SOURCE_END;
  for (; self->n_advanced < self->rings->len; self->n_advanced++)
    {
      ApoolRing *ring = g_ptr_array_index (self->rings, self->n_advanced);
      ApoolSourceStatus status = apool_source_link_advance (self, ring, error);

      if (status != APOOL_SOURCE_ROW)
        return status;
      self->values[self->n_advanced] = *apool_ring_get_value (ring);
    }
  self->has_ended = !self->is_new;
  if (self->has_ended)
    return APOOL_SOURCE_END;
  self->n_advanced = 0;
  self->is_new = FALSE;
  self->n_yielded++;
  *row =
      (ApoolRow){ .values = self->values, .n_values = self->rings->len, .line = self->n_yielded };
  return APOOL_SOURCE_ROW;
}

static void
apool_source_link_wait (ApoolSource *source,
                        GMainContext *context,
                        ApoolSourceReadyFunc ready,
                        gpointer data)
{
  ApoolSourceLink *self = APOOL_SOURCE_LINK (source);

  g_return_if_fail (self->n_advanced < self->rings->len);
  apool_ring_wait (g_ptr_array_index (self->rings, self->n_advanced), context, ready, data);
}

static void
apool_source_link_finalize (GObject *object)
{
  ApoolSourceLink *self = APOOL_SOURCE_LINK (object);

  g_ptr_array_unref (self->rings);
  g_free (self->values);
  G_OBJECT_CLASS (apool_source_link_parent_class)->finalize (object);
}

static void
apool_source_link_class_init (ApoolSourceLinkClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_source_link_finalize;
}

static void
apool_source_link_source_init (ApoolSourceInterface *iface)
{
  iface->next = apool_source_link_next;
  iface->wait = apool_source_link_wait;
}

static void
apool_source_link_init (ApoolSourceLink *self)
{
  self->rings = g_ptr_array_new_with_free_func ((GDestroyNotify) apool_ring_free);
}

/**
 * apool_source_link_new:
 * @sources: (transfer none) (array length=n_sources): sources of rows of one value
 * @n_sources: how many, at least 1
 * @tmpdir: where values are kept that are too many for memory
 *
 * Rows have a value of each source (`--link`), and are numbered. One that ends before the others
 * begins again; one without values counts as one empty value, unless all are empty.
 *
 * Returns: (transfer full): the source
 */
ApoolSource *
apool_source_link_new (ApoolSource *const *sources, gsize n_sources, const char *tmpdir)
{
  ApoolSourceLink *self = g_object_new (APOOL_TYPE_SOURCE_LINK, NULL);

  self->values = g_new0 (ApoolValue, n_sources);
  for (gsize i = 0; i < n_sources; i++)
    g_ptr_array_add (self->rings, apool_ring_new (sources[i], n_sources > 1, tmpdir));
  return APOOL_SOURCE (self);
}
