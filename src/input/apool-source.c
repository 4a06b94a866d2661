/* SPDX-License-Identifier: MIT */
/* The interface of where rows come from. */

#include "input/apool-source.h"

G_DEFINE_INTERFACE (ApoolSource, apool_source, G_TYPE_OBJECT)

static void
apool_source_default_init (ApoolSourceInterface *iface)
{
}

/**
 * apool_source_get_next:
 * @self: a source
 *
 * For whoever asks for each of many rows: to look for this each time costs more than some sources
 * take to answer.
 *
 * Returns: what apool_source_next() calls for @self, always
 */
ApoolSourceNextFunc
apool_source_get_next (ApoolSource *self)
{
  return APOOL_SOURCE_GET_IFACE (self)->next;
}

/**
 * apool_source_next:
 * @self: a source
 * @row: (out): the next row, if there is one; valid until the next call
 * @error: (out) (optional): set with %APOOL_SOURCE_ERROR; which one depends on the source
 *
 * Never blocks.
 *
 * Returns: what there is. After %APOOL_SOURCE_END and %APOOL_SOURCE_ERROR there is nothing more
 */
ApoolSourceStatus
apool_source_next (ApoolSource *self, ApoolRow *row, GError **error)
{
  return APOOL_SOURCE_GET_IFACE (self)->next (self, row, error);
}

/**
 * apool_source_wait:
 * @self: a source that said %APOOL_SOURCE_PENDING, and is not waited for already
 * @context: where @ready runs
 * @ready: called once, after this returned, when it is worth asking again; not called any more
 *   once the source has been disposed of
 * @data: (closure): for @ready
 */
void
apool_source_wait (ApoolSource *self,
                   GMainContext *context,
                   ApoolSourceReadyFunc ready,
                   gpointer data)
{
  ApoolSourceInterface *iface = APOOL_SOURCE_GET_IFACE (self);

  g_return_if_fail (iface->wait != NULL);
  iface->wait (self, context, ready, data);
}

static void
apool_source_ready_cb (gpointer data)
{
  gboolean *is_ready = data;

  *is_ready = TRUE;
}

/**
 * apool_source_next_blocking:
 * @self: a source that nobody waits for
 * @row: (out): the next row, if there is one; valid until the next call
 * @error: (out) (optional): set with %APOOL_SOURCE_ERROR
 *
 * Like apool_source_next(), but blocks until there is something to say. For what has to be known
 * before a main loop runs. Callbacks of other contexts are not called meanwhile.
 *
 * Returns: what there is, never %APOOL_SOURCE_PENDING
 */
ApoolSourceStatus
apool_source_next_blocking (ApoolSource *self, ApoolRow *row, GError **error)
{
  g_autoptr (GMainContext) context = NULL;
  ApoolSourceStatus status;

  while ((status = apool_source_next (self, row, error)) == APOOL_SOURCE_PENDING)
    {
      gboolean is_ready = FALSE;

      if (!context)
        context = g_main_context_new ();
      apool_source_wait (self, context, apool_source_ready_cb, &is_ready);
      while (!is_ready)
        g_main_context_iteration (context, TRUE);
    }
  return status;
}
