/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

#include "job/apool-row.h"

G_BEGIN_DECLS

/**
 * ApoolSourceStatus:
 * @APOOL_SOURCE_ROW: a row was yielded
 * @APOOL_SOURCE_PENDING: none now; apool_source_wait() tells when to ask again
 * @APOOL_SOURCE_END: there are no more
 * @APOOL_SOURCE_ERROR: the input cannot be read any further
 */
typedef enum
{
  APOOL_SOURCE_ROW,
  APOOL_SOURCE_PENDING,
  APOOL_SOURCE_END,
  APOOL_SOURCE_ERROR,
} ApoolSourceStatus;

/**
 * ApoolSourceReadyFunc:
 * @data: (closure): what was given to apool_source_wait()
 *
 * The source may have a row now. Never called before apool_source_wait() returns.
 */
typedef void (*ApoolSourceReadyFunc) (gpointer data);

#define APOOL_TYPE_SOURCE (apool_source_get_type ())

/**
 * ApoolSource:
 *
 * Where rows come from. Lazy: it reads no further ahead than it must, and is never asked to
 * block.
 */
G_DECLARE_INTERFACE (ApoolSource, apool_source, APOOL, SOURCE, GObject)

/**
 * ApoolSourceInterface:
 * @next: yields the next row
 * @wait: calls back once, from the context, when @next has something to say again; needed only
 *   by sources that can be pending
 */
struct _ApoolSourceInterface
{
  GTypeInterface parent;

  ApoolSourceStatus (*next) (ApoolSource *self, ApoolRow *row, GError **error);
  void (*wait) (ApoolSource *self,
                GMainContext *context,
                ApoolSourceReadyFunc ready,
                gpointer data);
};

/**
 * ApoolSourceNextFunc:
 *
 * As apool_source_next(), of one kind of source.
 */
typedef ApoolSourceStatus (*ApoolSourceNextFunc) (ApoolSource *self, ApoolRow *row, GError **error);

ApoolSourceNextFunc apool_source_get_next (ApoolSource *self);
ApoolSourceStatus apool_source_next (ApoolSource *self, ApoolRow *row, GError **error);
void apool_source_wait (ApoolSource *self,
                        GMainContext *context,
                        ApoolSourceReadyFunc ready,
                        gpointer data);
ApoolSourceStatus apool_source_next_blocking (ApoolSource *self, ApoolRow *row, GError **error);

G_END_DECLS
