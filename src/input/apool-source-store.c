/* SPDX-License-Identifier: MIT */
/* All rows of a source, read before the first one is yielded: to know how many there are, or to
 * yield them in another order. They wait in a log, which takes little memory.
 *
 * Reading them all may take long; now and then it says that there is nothing for the time being, so
 * that the context can serve others.
 *
 * Where it would be good to know how many there are, but nobody has to, it looks ahead: at as many
 * of the first rows as are there. No row waits for those behind it, and an input of many rows is
 * not read any sooner than it is needed. */

#include "input/apool-source-store.h"

#include "input/apool-row-log.h"
#include "input/apool-shuffle.h"
#include "input/apool-source-turn.h"

/* Rows that are read before the context has its turn. */
#define ROWS_PER_TURN 4096u

/* How many rows, and about how many bytes of them, it looks ahead. */
#define MAX_ROWS_AHEAD 65536u
#define MAX_BYTES_AHEAD ((gsize) 4 * 1024 * 1024)

struct _ApoolSourceStore
{
  GObject parent;

  ApoolSource *source;
  ApoolSourceNextFunc next; /* of the source */
  ApoolRowLog *log;
  ApoolShuffle *shuffle; /* (nullable): of the rows' places; %NULL where their order stays */
  gboolean passes;       /* rows are not kept, but yielded as they come */
  gboolean looks_ahead;  /* rows are kept as far as they are there */
  gsize n_bytes_ahead;   /* of the rows that it has looked at */
  GError *error;         /* (nullable): what comes behind these */
  gboolean is_read;
  gboolean has_failed;

  ApoolSourceTurn turn; /* the context has it while much is read */
};

static void apool_source_store_source_init (ApoolSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolSourceStore,
                               apool_source_store,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_SOURCE,
                                                      apool_source_store_source_init))

static gboolean
apool_source_store_keep (ApoolSourceStore *self, const ApoolRow *row, GError **error)
{
  guint64 offset;

  return apool_row_log_append (self->log, row, &offset, error) &&
         (!self->shuffle || apool_shuffle_put (self->shuffle, offset, error));
}

/* Reads on. %APOOL_SOURCE_END is that of the source: all is kept. */
static ApoolSourceStatus
apool_source_store_read (ApoolSourceStore *self, GError **error)
{
  for (guint i = 0; i < ROWS_PER_TURN; i++)
    {
      ApoolRow row;
      ApoolSourceStatus status = self->next (self->source, &row, error);

      if (status != APOOL_SOURCE_ROW)
        return status;
      if (!apool_source_store_keep (self, &row, error))
        return APOOL_SOURCE_ERROR;
    }
  apool_source_turn_want (&self->turn, TRUE);
  return APOOL_SOURCE_PENDING;
}

static ApoolSourceStatus
apool_source_store_replay (ApoolSourceStore *self, ApoolRow *row, GError **error)
{
  guint64 offset;

  if (self->shuffle && apool_shuffle_is_empty (self->shuffle))
    return APOOL_SOURCE_END;
  if (self->shuffle)
    {
      if (!apool_shuffle_take (self->shuffle, &offset, error))
        return APOOL_SOURCE_ERROR;
      apool_row_log_seek (self->log, offset);
    }
  if (apool_row_log_is_at_end (self->log))
    return APOOL_SOURCE_END;
  if (!apool_row_log_read (self->log, row, error))
    return APOOL_SOURCE_ERROR;
  row->total = apool_row_log_get_n_rows (self->log);
  return APOOL_SOURCE_ROW;
}

static gboolean
apool_source_store_can_look (const ApoolSourceStore *self)
{
  return !self->is_read && apool_row_log_get_n_rows (self->log) < MAX_ROWS_AHEAD &&
         self->n_bytes_ahead < MAX_BYTES_AHEAD;
}

/* Keeps the rows that are there. */
static void
apool_source_store_look (ApoolSourceStore *self)
{
  while (apool_source_store_can_look (self))
    {
      ApoolRow row;
      ApoolSourceStatus status = self->next (self->source, &row, &self->error);

      if (status == APOOL_SOURCE_PENDING)
        return;
      self->is_read =
          status != APOOL_SOURCE_ROW || !apool_source_store_keep (self, &row, &self->error);
      for (gsize i = 0; !self->is_read && i < row.n_values; i++)
        self->n_bytes_ahead += row.values[i].length;
    }
}

static ApoolSourceStatus
apool_source_store_next_ahead (ApoolSourceStore *self, ApoolRow *row, GError **error)
{
  apool_source_store_look (self);
  if (!apool_row_log_is_at_end (self->log))
    {
      if (!apool_row_log_read (self->log, row, error))
        return APOOL_SOURCE_ERROR;
      row->total = self->is_read && !self->error ? apool_row_log_get_n_rows (self->log) : 0;
      return APOOL_SOURCE_ROW;
    }
  if (self->error)
    {
      g_propagate_error (error, g_steal_pointer (&self->error));
      return APOOL_SOURCE_ERROR;
    }
  if (self->is_read)
    return APOOL_SOURCE_END;
  if (apool_source_store_can_look (self))
    return APOOL_SOURCE_PENDING;
  self->passes = TRUE; /* all that it has looked at is yielded */
  return self->next (self->source, row, error);
}

static ApoolSourceStatus
apool_source_store_next (ApoolSource *source, ApoolRow *row, GError **error)
{
  ApoolSourceStore *self = (gpointer) source; /* unchecked: this is done for each record */
  ApoolSourceStatus status = APOOL_SOURCE_END;

  if (self->passes)
    return self->next (self->source, row, error);
  if (self->has_failed)
    return APOOL_SOURCE_END;
  if (self->looks_ahead)
    status = apool_source_store_next_ahead (self, row, error);
  else if (!self->is_read)
    status = apool_source_store_read (self, error);
  if (status == APOOL_SOURCE_END && !self->looks_ahead)
    {
      self->is_read = TRUE;
      status = apool_source_store_replay (self, row, error);
    }
  self->has_failed = status == APOOL_SOURCE_ERROR;
  return status;
}

static void
apool_source_store_wait (ApoolSource *source,
                         GMainContext *context,
                         ApoolSourceReadyFunc ready,
                         gpointer data)
{
  ApoolSourceStore *self = APOOL_SOURCE_STORE (source);

  if (!apool_source_turn_wait (&self->turn, context, ready, data))
    apool_source_wait (self->source, context, ready, data);
}

static void
apool_source_store_dispose (GObject *object)
{
  apool_source_turn_clear (&APOOL_SOURCE_STORE (object)->turn);
  G_OBJECT_CLASS (apool_source_store_parent_class)->dispose (object);
}

static void
apool_source_store_finalize (GObject *object)
{
  ApoolSourceStore *self = APOOL_SOURCE_STORE (object);

  g_object_unref (self->source);
  apool_row_log_free (self->log);
  g_clear_pointer (&self->shuffle, apool_shuffle_free);
  g_clear_error (&self->error);
  G_OBJECT_CLASS (apool_source_store_parent_class)->finalize (object);
}

static void
apool_source_store_class_init (ApoolSourceStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = apool_source_store_dispose;
  G_OBJECT_CLASS (klass)->finalize = apool_source_store_finalize;
}

static void
apool_source_store_source_init (ApoolSourceInterface *iface)
{
  iface->next = apool_source_store_next;
  iface->wait = apool_source_store_wait;
}

static void
apool_source_store_init (ApoolSourceStore *self)
{
}

/**
 * apool_source_store_new:
 * @source: (transfer none): a source of rows that are nothing but values
 * @tmpdir: where rows are kept that are too many for memory
 * @seed: (nullable): has the rows come in an order that depends on it and on their number alone
 *   (`--shuf`); %NULL leaves them in theirs
 *
 * Every row it yields says how many there are. Errors are those of the source, and of what keeps
 * its rows.
 *
 * Returns: (transfer full): the source
 */
ApoolSource *
apool_source_store_new (ApoolSource *source, const char *tmpdir, const guint64 *seed)
{
  ApoolSourceStore *self = g_object_new (APOOL_TYPE_SOURCE_STORE, NULL);

  self->source = g_object_ref (source);
  self->next = apool_source_get_next (source);
  self->log = apool_row_log_new (tmpdir);
  self->shuffle = seed ? apool_shuffle_new (tmpdir, *seed) : NULL;
  return APOOL_SOURCE (self);
}

/**
 * apool_source_store_pass:
 * @self: a store that was not asked for a row yet, and does not change their order
 *
 * Has it pass rows on as they come: nobody needs to know how many there are.
 */
void
apool_source_store_pass (ApoolSourceStore *self)
{
  g_return_if_fail (!self->shuffle && apool_row_log_get_n_rows (self->log) == 0);

  self->passes = TRUE;
}

/**
 * apool_source_store_look_ahead:
 * @self: a store that was not asked for a row yet, and does not change their order
 *
 * Has it pass rows on without waiting for those behind them, and say how many there are if the end
 * of the source comes before too many of them.
 */
void
apool_source_store_look_ahead (ApoolSourceStore *self)
{
  g_return_if_fail (!self->shuffle && apool_row_log_get_n_rows (self->log) == 0);

  self->looks_ahead = TRUE;
}
