/* SPDX-License-Identifier: MIT */
/* Rows from the command line: `::: a b c`. */

#include "input/apool-source-args.h"

#include <string.h>

struct _ApoolSourceArgs
{
  GObject parent;

  char **args;
  gsize n_yielded;
  ApoolValue value; /* of the row yielded last */
};

static void apool_source_args_source_init (ApoolSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolSourceArgs,
                               apool_source_args,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_SOURCE,
                                                      apool_source_args_source_init))

static ApoolSourceStatus
apool_source_args_next (ApoolSource *source, ApoolRow *row, GError **error)
{
  ApoolSourceArgs *self = APOOL_SOURCE_ARGS (source);
  const char *arg = self->args[self->n_yielded];

  if (!arg)
    return APOOL_SOURCE_END;
  self->n_yielded++;
  self->value = (ApoolValue){ arg, strlen (arg) };
  *row = (ApoolRow){ &self->value, 1, self->n_yielded };
  return APOOL_SOURCE_ROW;
}

static void
apool_source_args_finalize (GObject *object)
{
  ApoolSourceArgs *self = APOOL_SOURCE_ARGS (object);

  g_strfreev (self->args);
  G_OBJECT_CLASS (apool_source_args_parent_class)->finalize (object);
}

static void
apool_source_args_class_init (ApoolSourceArgsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_source_args_finalize;
}

static void
apool_source_args_source_init (ApoolSourceInterface *iface)
{
  iface->next = apool_source_args_next;
}

static void
apool_source_args_init (ApoolSourceArgs *self)
{
}

/**
 * apool_source_args_new:
 * @args: (transfer none) (array zero-terminated=1): the values, one a row
 *
 * Returns: (transfer full): a source that is never pending and has no errors
 */
ApoolSource *
apool_source_args_new (const char *const *args)
{
  ApoolSourceArgs *self = g_object_new (APOOL_TYPE_SOURCE_ARGS, NULL);

  self->args = g_strdupv ((char **) args);
  return APOOL_SOURCE (self);
}
