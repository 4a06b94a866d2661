/* SPDX-License-Identifier: MIT */
/* Some rows of all. Those that are not chosen are yielded too, as rows that are skipped, so that
 * the others keep their numbers: `{#}` says the same in each part of a run.
 *
 * Which part a row belongs to depends on its bytes alone: not on where it stands, nor on the other
 * rows, nor on the machine. */

#include "input/apool-source-select.h"

#include <string.h>

#include "base/apool-hash.h"

struct _ApoolSourceSelect
{
  GObject parent;

  ApoolSource *source;
  ApoolSelection selection;
  guint64 n_rows; /* yielded so far */
};

static void apool_source_select_source_init (ApoolSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolSourceSelect,
                               apool_source_select,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_SOURCE,
                                                      apool_source_select_source_init))

/**
 * apool_source_select_get_part:
 * @values: (array length=n_values): the values of a row as they were read
 * @n_values: how many
 * @n_parts: how many parts there are, at least 1
 *
 * The bytes of a row are those of its value; of several values they are, for each, its length in
 * decimal, a colon and its bytes, so that "ab" and "c" are not "a" and "bc". Their 64-bit FNV-1a
 * hash modulo @n_parts, and one, is the part. Of a value that was too long to be read only the
 * length counts.
 *
 * Returns: the part that the row belongs to, counted from 1
 */
guint64
apool_source_select_get_part (const ApoolValue *values, gsize n_values, guint64 n_parts)
{
  guint64 hash = APOOL_HASH_EMPTY;

  for (gsize i = 0; i < n_values; i++)
    {
      char length[32];

      if (n_values > 1 || !values[i].data)
        {
          g_snprintf (length, sizeof length, "%" G_GSIZE_FORMAT ":", values[i].length);
          hash = apool_hash_append (hash, length, strlen (length));
        }
      if (values[i].data)
        hash = apool_hash_append (hash, values[i].data, values[i].length);
    }
  return hash % n_parts + 1;
}

static gboolean
apool_source_select_is_chosen (const ApoolSourceSelect *self, const ApoolRow *row)
{
  const ApoolSelection *selection = &self->selection;

  if (self->n_rows <= selection->n_skipped)
    return FALSE;
  return selection->n_parts == 1 ||
         apool_source_select_get_part (row->values, row->n_values, selection->n_parts) ==
             selection->part;
}

static gboolean
apool_source_select_is_at_end (const ApoolSourceSelect *self)
{
  const ApoolSelection *selection = &self->selection;

  return selection->max_rows > 0 && self->n_rows >= selection->n_skipped &&
         self->n_rows - selection->n_skipped >= selection->max_rows;
}

static ApoolSourceStatus
apool_source_select_next (ApoolSource *source, ApoolRow *row, GError **error)
{
  ApoolSourceSelect *self = APOOL_SOURCE_SELECT (source);
  ApoolSourceStatus status;

  if (apool_source_select_is_at_end (self))
    return APOOL_SOURCE_END;
  status = apool_source_next (self->source, row, error);
  if (status != APOOL_SOURCE_ROW)
    return status;
  self->n_rows++;
  if (self->selection.total > 0)
    row->total = self->selection.total;
  if (!apool_source_select_is_chosen (self, row))
    row->is_skipped = TRUE;
  return status;
}

static void
apool_source_select_wait (ApoolSource *source,
                          GMainContext *context,
                          ApoolSourceReadyFunc ready,
                          gpointer data)
{
  apool_source_wait (APOOL_SOURCE_SELECT (source)->source, context, ready, data);
}

static void
apool_source_select_finalize (GObject *object)
{
  g_object_unref (APOOL_SOURCE_SELECT (object)->source);
  G_OBJECT_CLASS (apool_source_select_parent_class)->finalize (object);
}

static void
apool_source_select_class_init (ApoolSourceSelectClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_source_select_finalize;
}

static void
apool_source_select_source_init (ApoolSourceInterface *iface)
{
  iface->next = apool_source_select_next;
  iface->wait = apool_source_select_wait;
}

static void
apool_source_select_init (ApoolSourceSelect *self)
{
}

/**
 * apool_source_select_new:
 * @source: (transfer none): where the rows come from
 * @selection: which of them are run
 *
 * Returns: (transfer full): a source of all rows, up to the last one that may be chosen
 */
ApoolSource *
apool_source_select_new (ApoolSource *source, const ApoolSelection *selection)
{
  ApoolSourceSelect *self = g_object_new (APOOL_TYPE_SOURCE_SELECT, NULL);

  self->source = g_object_ref (source);
  self->selection = *selection;
  return APOOL_SOURCE (self);
}
