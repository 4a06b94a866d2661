/* SPDX-License-Identifier: MIT */
/* All rows of a source, in the order in which their jobs are to be started: those first of which
 * nobody knows how long they take, as they come, then those that took longest. Whoever starts the
 * longest jobs last waits for them with idle slots.
 *
 * All are read before the first one is yielded. They wait in a log, in an unlinked file where they
 * are many; a place and a time of each stay in memory. Each has the number that it has in the
 * input. What is skipped is an unknown one: nothing is run for it.
 *
 * An error of the source comes after all that came before it. */

#include "input/apool-source-order.h"

#include "input/apool-row-log.h"
#include "input/apool-source-turn.h"

/* Rows that are read before the context has its turn. */
#define ROWS_PER_TURN 1024u

typedef struct
{
  gint64 usec;   /* how long it took; 0: not known */
  guint64 place; /* in the log: rising as the input goes on */
} ApoolSourceOrderEntry;

struct _ApoolSourceOrder
{
  GObject parent;

  ApoolSource *source;
  ApoolIdentifier *identifier; /* not owned */
  ApoolTimes *times;           /* (nullable): until all rows are read */
  ApoolRowLog *log;
  GArray *entries;  /* ApoolSourceOrderEntry */
  guint next;       /* of these: the one that is yielded next, once all are read */
  GError *failure;  /* (nullable), owned: of the source */
  gboolean is_read; /* all are */
  gboolean has_ended;

  ApoolSourceTurn turn; /* the context has it while much is read */
};

static void apool_source_order_source_init (ApoolSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolSourceOrder,
                               apool_source_order,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_SOURCE,
                                                      apool_source_order_source_init))

/* ---- reading ---- */

/* A row of which no job can be made says so when it is its turn. Of one that comes from a log the
 * time is known. */
static void
apool_source_order_look_up (ApoolSourceOrder *self, ApoolRow *row)
{
  g_autoptr (ApoolIdentity) identity = NULL;

  if (row->is_skipped || row->fault || row->expected_usec > 0)
    return;
  identity = apool_identifier_identify (self->identifier, row, row->number, NULL);
  if (!identity)
    return;
  row->expected_usec = apool_times_find (self->times, identity);
  row->occurrence = apool_identity_get_occurrence (identity);
}

static gboolean
apool_source_order_keep (ApoolSourceOrder *self, ApoolRow *row, GError **error)
{
  ApoolSourceOrderEntry entry;

  row->number = (guint64) self->entries->len + 1;
  apool_source_order_look_up (self, row);
  entry.usec = row->expected_usec;
  if (!apool_row_log_append (self->log, row, &entry.place, error))
    return FALSE;
  g_array_append_val (self->entries, entry);
  return TRUE;
}

static int
apool_source_order_compare (gconstpointer a, gconstpointer b)
{
  const ApoolSourceOrderEntry *x = a;
  const ApoolSourceOrderEntry *y = b;

  if ((x->usec == 0) != (y->usec == 0))
    return x->usec == 0 ? -1 : 1;
  if (x->usec != y->usec)
    return x->usec > y->usec ? -1 : 1;
  return x->place < y->place ? -1 : x->place > y->place;
}

/* Returns: %APOOL_SOURCE_END once there are no more, be it for an error; %APOOL_SOURCE_ERROR where
 * a row cannot be kept */
static ApoolSourceStatus
apool_source_order_read (ApoolSourceOrder *self, GError **error)
{
  for (guint i = 0; i < ROWS_PER_TURN; i++)
    {
      ApoolRow row;
      ApoolSourceStatus status = apool_source_next (self->source, &row, &self->failure);

      if (status == APOOL_SOURCE_ERROR)
        return APOOL_SOURCE_END;
      if (status != APOOL_SOURCE_ROW)
        return status;
      if (!apool_source_order_keep (self, &row, error))
        return APOOL_SOURCE_ERROR;
    }
  apool_source_turn_want (&self->turn, TRUE);
  return APOOL_SOURCE_PENDING;
}

static void
apool_source_order_sort (ApoolSourceOrder *self)
{
  self->is_read = TRUE;
  g_array_sort (self->entries, apool_source_order_compare);
  /* What counted equal jobs is not needed any more. */
  g_clear_object (&self->times);
}

/* ---- yielding ---- */

static ApoolSourceStatus
apool_source_order_end (ApoolSourceOrder *self, GError **error)
{
  self->has_ended = TRUE;
  if (!self->failure)
    return APOOL_SOURCE_END;
  g_propagate_error (error, g_steal_pointer (&self->failure));
  return APOOL_SOURCE_ERROR;
}

static ApoolSourceStatus
apool_source_order_yield (ApoolSourceOrder *self, ApoolRow *row, GError **error)
{
  const ApoolSourceOrderEntry *entry;

  if (self->next == self->entries->len)
    return apool_source_order_end (self, error);
  entry = &g_array_index (self->entries, ApoolSourceOrderEntry, self->next);
  self->next++;
  apool_row_log_seek (self->log, entry->place);
  if (!apool_row_log_read (self->log, row, error))
    return APOOL_SOURCE_ERROR;
  row->total = self->entries->len;
  return APOOL_SOURCE_ROW;
}

static ApoolSourceStatus
apool_source_order_next (ApoolSource *source, ApoolRow *row, GError **error)
{
  ApoolSourceOrder *self = APOOL_SOURCE_ORDER (source);
  ApoolSourceStatus status = APOOL_SOURCE_END;

  if (self->has_ended)
    return APOOL_SOURCE_END;
  if (!self->is_read)
    {
      status = apool_source_order_read (self, error);
      if (status == APOOL_SOURCE_END)
        apool_source_order_sort (self);
    }
  if (self->is_read)
    status = apool_source_order_yield (self, row, error);
  if (status == APOOL_SOURCE_ERROR)
    self->has_ended = TRUE;
  return status;
}

/* ---- waiting ---- */

static void
apool_source_order_wait (ApoolSource *source,
                         GMainContext *context,
                         ApoolSourceReadyFunc ready,
                         gpointer data)
{
  ApoolSourceOrder *self = APOOL_SOURCE_ORDER (source);

  if (!apool_source_turn_wait (&self->turn, context, ready, data))
    apool_source_wait (self->source, context, ready, data);
}

/* ---- the object ---- */

static void
apool_source_order_dispose (GObject *object)
{
  apool_source_turn_clear (&APOOL_SOURCE_ORDER (object)->turn);
  G_OBJECT_CLASS (apool_source_order_parent_class)->dispose (object);
}

static void
apool_source_order_finalize (GObject *object)
{
  ApoolSourceOrder *self = APOOL_SOURCE_ORDER (object);

  g_object_unref (self->source);
  g_clear_object (&self->times);
  apool_row_log_free (self->log);
  g_array_unref (self->entries);
  g_clear_error (&self->failure);
  G_OBJECT_CLASS (apool_source_order_parent_class)->finalize (object);
}

static void
apool_source_order_class_init (ApoolSourceOrderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = apool_source_order_dispose;
  G_OBJECT_CLASS (klass)->finalize = apool_source_order_finalize;
}

static void
apool_source_order_source_init (ApoolSourceInterface *iface)
{
  iface->next = apool_source_order_next;
  iface->wait = apool_source_order_wait;
}

static void
apool_source_order_init (ApoolSourceOrder *self)
{
  self->entries = g_array_new (FALSE, FALSE, sizeof (ApoolSourceOrderEntry));
}

/**
 * apool_source_order_new:
 * @source: (transfer none): where rows come from
 * @identifier: (transfer none): what says of each one what its job is; outlives the source
 * @times: (transfer none): who knows how long these took; asked in the order of the input
 * @tmpdir: where rows are kept that are too many for memory
 *
 * Every row that it yields has its number, its occurrence and the time that its job took, and says
 * how many there are.
 *
 * Returns: (transfer full): the source: longest first
 */
ApoolSource *
apool_source_order_new (ApoolSource *source,
                        ApoolIdentifier *identifier,
                        ApoolTimes *times,
                        const char *tmpdir)
{
  ApoolSourceOrder *self = g_object_new (APOOL_TYPE_SOURCE_ORDER, NULL);

  self->source = g_object_ref (source);
  self->identifier = identifier;
  self->times = g_object_ref (times);
  self->log = apool_row_log_new_whole (tmpdir);
  return APOOL_SOURCE (self);
}
