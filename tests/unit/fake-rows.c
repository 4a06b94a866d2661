/* SPDX-License-Identifier: MIT */
/* The rows of an array, one after the other. Held, the source is pending until somebody waits. */

#include "fake-rows.h"

struct _FakeRows
{
  GObject parent_instance;

  const ApoolRow *rows; /* not owned */
  gsize n_rows;
  gsize n_yielded;
  gboolean is_held;
  ApoolSourceReadyFunc ready; /* (nullable): who waits */
  gpointer data;
};

static void fake_rows_iface_init (ApoolSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeRows,
                               fake_rows,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_SOURCE, fake_rows_iface_init))

static ApoolSourceStatus
fake_rows_next (ApoolSource *source, ApoolRow *row, GError **error)
{
  FakeRows *self = FAKE_ROWS (source);

  if (self->is_held)
    return APOOL_SOURCE_PENDING;
  if (self->n_yielded == self->n_rows)
    return APOOL_SOURCE_END;
  *row = self->rows[self->n_yielded++];
  return APOOL_SOURCE_ROW;
}

static gboolean
fake_rows_release_cb (gpointer data)
{
  FakeRows *self = data;
  ApoolSourceReadyFunc ready = self->ready;

  self->is_held = FALSE;
  self->ready = NULL;
  ready (self->data);
  return G_SOURCE_REMOVE;
}

static void
fake_rows_wait (ApoolSource *source,
                GMainContext *context,
                ApoolSourceReadyFunc ready,
                gpointer data)
{
  FakeRows *self = FAKE_ROWS (source);
  g_autoptr (GSource) idle = g_idle_source_new ();

  g_assert_null (self->ready);
  self->ready = ready;
  self->data = data;
  g_source_set_callback (idle, fake_rows_release_cb, self, NULL);
  g_source_attach (idle, context);
}

static void
fake_rows_class_init (FakeRowsClass *klass)
{
}

static void
fake_rows_iface_init (ApoolSourceInterface *iface)
{
  iface->next = fake_rows_next;
  iface->wait = fake_rows_wait;
}

static void
fake_rows_init (FakeRows *self)
{
}

/* @rows outlive the source. */
ApoolSource *
fake_rows_new (const ApoolRow *rows, gsize n_rows)
{
  FakeRows *self = g_object_new (FAKE_TYPE_ROWS, NULL);

  self->rows = rows;
  self->n_rows = n_rows;
  return APOOL_SOURCE (self);
}

/* Makes the source pending until it is waited for. */
void
fake_rows_hold (FakeRows *self)
{
  self->is_held = TRUE;
}
