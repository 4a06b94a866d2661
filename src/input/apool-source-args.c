/* SPDX-License-Identifier: MIT */
/* Rows from the command line: `::: a b c`. The arguments are what a file would be in which each is
 * followed by a delimiter: the same rules make records of them, and a delimiter within an argument
 * makes two of it. */

#include "input/apool-source-args.h"

#include <string.h>

#include "input/apool-record-cutter.h"

struct _ApoolSourceArgs
{
  GObject parent;

  char **args;
  gsize n_cut; /* how many of them the cutter has got */
  char *delimiter;
  gsize delimiter_length;
  ApoolRecordCutter *cutter;
};

static void apool_source_args_source_init (ApoolSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolSourceArgs,
                               apool_source_args,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_SOURCE,
                                                      apool_source_args_source_init))

/* Returns: whether there was another argument */
static gboolean
apool_source_args_read (ApoolSourceArgs *self)
{
  const char *arg = self->args[self->n_cut];
  gsize length;
  char *room;

  if (!arg)
    return FALSE;
  length = strlen (arg);
  room = apool_record_cutter_make_room (self->cutter, length + self->delimiter_length);
  memcpy (room, arg, length);
  memcpy (room + length, self->delimiter, self->delimiter_length);
  apool_record_cutter_fill (self->cutter, length + self->delimiter_length);
  self->n_cut++;
  return TRUE;
}

static ApoolSourceStatus
apool_source_args_next (ApoolSource *source, ApoolRow *row, GError **error)
{
  ApoolSourceArgs *self = APOOL_SOURCE_ARGS (source);

  do
    if (apool_record_cutter_take (self->cutter, row))
      return APOOL_SOURCE_ROW;
  while (!apool_record_cutter_is_stopped (self->cutter) && apool_source_args_read (self));
  return apool_record_cutter_take_rest (self->cutter, row) ? APOOL_SOURCE_ROW : APOOL_SOURCE_END;
}

static void
apool_source_args_finalize (GObject *object)
{
  ApoolSourceArgs *self = APOOL_SOURCE_ARGS (object);

  g_clear_pointer (&self->cutter, apool_record_cutter_free);
  g_free (self->delimiter);
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
 * @args: (transfer none) (array zero-terminated=1): the arguments
 * @format: (transfer none): what records are; copied
 *
 * Returns: (transfer full): a source that is never pending and has no errors
 */
ApoolSource *
apool_source_args_new (const char *const *args, const ApoolRecordFormat *format)
{
  ApoolSourceArgs *self = g_object_new (APOOL_TYPE_SOURCE_ARGS, NULL);

  self->args = g_strdupv ((char **) args);
  self->delimiter = g_memdup2 (format->delimiter, format->delimiter_length);
  self->delimiter_length = format->delimiter_length;
  self->cutter = apool_record_cutter_new (format);
  return APOOL_SOURCE (self);
}
