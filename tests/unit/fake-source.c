/* SPDX-License-Identifier: MIT */
/* Rows made up by a test: so many of them, now or when the test provides them, with an error
 * behind any of them, with values that cannot be rendered in places of the test's choice, and with
 * values that repeat themselves. Counts what is taken. */

#include "fake-source.h"

#include <string.h>

#include "base/apool-error.h"

struct _FakeSource
{
  GObject parent_instance;

  guint64 n_rows;             /* in all */
  guint64 n_ready;            /* of these, how many can be taken by now */
  guint64 n_taken;            /* so far */
  char *failure;              /* (nullable): the error in place of the end */
  GHashTable *spoilt;         /* guint64 line, owned → GBytes, owned */
  guint64 first_skipped;      /* these rows are skipped: from which one on */
  guint64 n_skipped;          /* and how many */
  guint64 fault_line;         /* this row is a bad input; 0 for none */
  const char *fault;          /* (nullable): why */
  ApoolSourceReadyFunc ready; /* (nullable): who waits */
  gpointer data;
  char **values; /* (array zero-terminated=1): of the rows, again and again */
  gsize n_values;
  ApoolValue value; /* of the newest row */
  gboolean has_failed;
};

static void fake_source_iface_init (ApoolSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeSource,
                               fake_source,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_SOURCE, fake_source_iface_init))

static ApoolSourceStatus
fake_source_yield (FakeSource *self, ApoolRow *row)
{
  GBytes *spoilt;

  self->n_taken++;
  spoilt = g_hash_table_lookup (self->spoilt, &self->n_taken);
  self->value.data = self->values[(self->n_taken - 1) % self->n_values];
  self->value.length = strlen (self->value.data);
  if (spoilt)
    self->value.data = g_bytes_get_data (spoilt, &self->value.length);
  *row = (ApoolRow){ &self->value, 1, self->n_taken };
  row->is_skipped =
      self->n_taken >= self->first_skipped && self->n_taken - self->first_skipped < self->n_skipped;
  row->fault = self->n_taken == self->fault_line ? self->fault : NULL;
  return APOOL_SOURCE_ROW;
}

static ApoolSourceStatus
fake_source_next (ApoolSource *source, ApoolRow *row, GError **error)
{
  FakeSource *self = FAKE_SOURCE (source);

  g_assert_null (self->ready);
  if (self->n_taken < self->n_ready)
    return fake_source_yield (self, row);
  if (self->n_taken < self->n_rows)
    return APOOL_SOURCE_PENDING;
  if (!self->failure)
    return APOOL_SOURCE_END;
  self->has_failed = TRUE;
  g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_INPUT, self->failure);
  return APOOL_SOURCE_ERROR;
}

static void
fake_source_wait (ApoolSource *source,
                  GMainContext *context,
                  ApoolSourceReadyFunc ready,
                  gpointer data)
{
  FakeSource *self = FAKE_SOURCE (source);

  g_assert_null (self->ready);
  self->ready = ready;
  self->data = data;
}

static void
fake_source_iface_init (ApoolSourceInterface *iface)
{
  iface->next = fake_source_next;
  iface->wait = fake_source_wait;
}

static void
fake_source_finalize (GObject *object)
{
  FakeSource *self = FAKE_SOURCE (object);

  g_hash_table_unref (self->spoilt);
  g_free (self->failure);
  g_strfreev (self->values);
  G_OBJECT_CLASS (fake_source_parent_class)->finalize (object);
}

static void
fake_source_class_init (FakeSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fake_source_finalize;
}

static void
fake_source_init (FakeSource *self)
{
  self->spoilt =
      g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) g_bytes_unref);
}

/**
 * fake_source_new:
 * @n_rows: how many rows there are
 *
 * Returns: (transfer full): a source; all of its rows can be taken at once
 */
FakeSource *
fake_source_new (guint64 n_rows)
{
  FakeSource *self = g_object_new (FAKE_TYPE_SOURCE, NULL);

  self->n_rows = n_rows;
  self->n_ready = n_rows;
  fake_source_repeat (self, (const char *const[]){ "x", NULL });
  return self;
}

/**
 * fake_source_hold:
 * @self: a source
 *
 * Has all rows that were not taken wait for fake_source_provide().
 */
void
fake_source_hold (FakeSource *self)
{
  self->n_ready = self->n_taken;
}

/**
 * fake_source_provide:
 * @self: a source
 * @n_rows: how many more rows can be taken
 *
 * Tells whoever waits.
 */
void
fake_source_provide (FakeSource *self, guint64 n_rows)
{
  ApoolSourceReadyFunc ready = g_steal_pointer (&self->ready);

  self->n_ready = MIN (self->n_ready + n_rows, self->n_rows);
  if (ready)
    ready (self->data);
}

/**
 * fake_source_fail_after:
 * @self: a source
 * @n_rows: how many rows can be read
 * @why: what happens behind them
 */
void
fake_source_fail_after (FakeSource *self, guint64 n_rows, const char *why)
{
  self->n_rows = MIN (self->n_rows, n_rows);
  self->n_ready = MIN (self->n_ready, n_rows);
  g_free (self->failure);
  self->failure = g_strdup (why);
}

/**
 * fake_source_spoil:
 * @self: a source
 * @line: which row, counted from 1
 * @value: what it has for a value
 * @length: of @value, bytes
 */
void
fake_source_spoil (FakeSource *self, guint64 line, const char *value, gsize length)
{
  g_hash_table_insert (self->spoilt, g_memdup2 (&line, sizeof line), g_bytes_new (value, length));
}

/**
 * fake_source_skip:
 * @self: a source
 * @first: which row, counted from 1
 * @n: how many rows, from that one on, are skipped
 */
void
fake_source_skip (FakeSource *self, guint64 first, guint64 n)
{
  self->first_skipped = first;
  self->n_skipped = n;
}

/**
 * fake_source_fault:
 * @self: a source
 * @line: which row, counted from 1, is a bad input
 * @why: (transfer none): what is bad about it
 */
void
fake_source_fault (FakeSource *self, guint64 line, const char *why)
{
  self->fault_line = line;
  self->fault = why;
}

/**
 * fake_source_repeat:
 * @self: a source
 * @values: (array zero-terminated=1): of its first rows; those after them have the same ones
 *   again, and so on
 */
void
fake_source_repeat (FakeSource *self, const char *const *values)
{
  g_strfreev (self->values);
  self->values = g_strdupv ((char **) values);
  self->n_values = g_strv_length (self->values);
}

/**
 * fake_source_get_n_taken:
 * @self: a source
 *
 * Returns: how many rows were taken
 */
guint64
fake_source_get_n_taken (FakeSource *self)
{
  return self->n_taken;
}

/**
 * fake_source_get_n_ready:
 * @self: a source
 *
 * Returns: how many rows could be taken now
 */
guint64
fake_source_get_n_ready (FakeSource *self)
{
  return self->n_ready - self->n_taken;
}

/**
 * fake_source_is_waited_for:
 * @self: a source
 *
 * Returns: whether somebody waits to be told of more rows
 */
gboolean
fake_source_is_waited_for (FakeSource *self)
{
  return self->ready != NULL;
}

/**
 * fake_source_has_failed:
 * @self: a source
 *
 * Returns: whether it has said that it cannot be read any further
 */
gboolean
fake_source_has_failed (FakeSource *self)
{
  return self->has_failed;
}
