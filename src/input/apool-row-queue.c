/* SPDX-License-Identifier: MIT */
/* Copies of rows in three buffers that are used again and again: the rows, their values and
 * fields, the bytes of these. The buffers move as they grow; so pointers into them are set once
 * all rows are there. Until then everything is in order, and its place is the sum of the lengths
 * before it. */

#include "input/apool-row-queue.h"

#include <string.h>

struct _ApoolRowQueue
{
  GArray *rows;    /* ApoolRow */
  GArray *strings; /* ApoolValue: of each row its values, its fields, its fault if it has one */
  GString *bytes;
  GPtrArray *faults; /* (element-type utf8): that rows got here */
};

/**
 * apool_row_queue_new:
 *
 * Returns: (transfer full): a queue without rows
 */
ApoolRowQueue *
apool_row_queue_new (void)
{
  ApoolRowQueue *self = g_new0 (ApoolRowQueue, 1);

  self->rows = g_array_new (FALSE, FALSE, sizeof (ApoolRow));
  self->strings = g_array_new (FALSE, FALSE, sizeof (ApoolValue));
  self->bytes = g_string_new (NULL);
  self->faults = g_ptr_array_new_with_free_func (g_free);
  return self;
}

/**
 * apool_row_queue_free:
 * @self: (transfer full): a queue
 */
void
apool_row_queue_free (ApoolRowQueue *self)
{
  g_array_unref (self->rows);
  g_array_unref (self->strings);
  g_string_free (self->bytes, TRUE);
  g_ptr_array_unref (self->faults);
  g_free (self);
}

/**
 * apool_row_queue_clear:
 * @self: a queue
 *
 * Drops its rows.
 */
void
apool_row_queue_clear (ApoolRowQueue *self)
{
  g_array_set_size (self->rows, 0);
  g_array_set_size (self->strings, 0);
  g_string_truncate (self->bytes, 0);
  g_ptr_array_set_size (self->faults, 0);
}

static void
apool_row_queue_push_strings (ApoolRowQueue *self, const ApoolValue *strings, gsize n_strings)
{
  for (gsize i = 0; i < n_strings; i++)
    {
      g_array_append_val (self->strings, strings[i]);
      if (strings[i].data && strings[i].length > 0)
        g_string_append_len (self->bytes, strings[i].data, (gssize) strings[i].length);
    }
}

/**
 * apool_row_queue_push:
 * @self: a queue that was not sealed since it was empty
 * @row: what to append, copied; without what was computed
 */
void
apool_row_queue_push (ApoolRowQueue *self, const ApoolRow *row)
{
  ApoolRow copy = *row;

  copy.computed = NULL;
  g_array_append_val (self->rows, copy);
  apool_row_queue_push_strings (self, row->values, row->n_values);
  apool_row_queue_push_strings (self, row->fields, row->n_fields * MAX (row->n_records, 1));
  if (row->fault)
    {
      ApoolValue fault = { row->fault, strlen (row->fault) + 1 };

      apool_row_queue_push_strings (self, &fault, 1);
    }
}

/* Lets @n_strings strings know where their bytes are. Returns: the first of them */
static ApoolValue *
apool_row_queue_place (ApoolValue **string, char **bytes, gsize n_strings)
{
  ApoolValue *first = *string;

  for (gsize i = 0; i < n_strings; i++)
    if (first[i].data)
      {
        first[i].data = *bytes;
        *bytes += first[i].length;
      }
  *string += n_strings;
  return first;
}

/**
 * apool_row_queue_seal:
 * @self: a queue
 *
 * Makes its rows readable. No more can be pushed until it has been emptied.
 */
void
apool_row_queue_seal (ApoolRowQueue *self)
{
  ApoolValue *string = (ApoolValue *) (void *) self->strings->data;
  char *bytes = self->bytes->str;

  for (guint i = 0; i < self->rows->len; i++)
    {
      ApoolRow *row = &g_array_index (self->rows, ApoolRow, i);
      gsize n_fields = row->n_fields * MAX (row->n_records, 1);

      row->values = row->n_values ? apool_row_queue_place (&string, &bytes, row->n_values) : NULL;
      row->fields = n_fields ? apool_row_queue_place (&string, &bytes, n_fields) : NULL;
      if (row->fault)
        row->fault = apool_row_queue_place (&string, &bytes, 1)->data;
    }
}

/**
 * apool_row_queue_spoil:
 * @self: a queue that was sealed
 * @i: which row, counted from 0
 * @fault: why it is a bad input, copied
 */
void
apool_row_queue_spoil (ApoolRowQueue *self, gsize i, const char *fault)
{
  char *copy = g_strdup (fault);

  g_ptr_array_add (self->faults, copy);
  g_array_index (self->rows, ApoolRow, i).fault = copy;
}

/**
 * apool_row_queue_get_n:
 * @self: a queue
 *
 * Returns: how many rows it has
 */
gsize
apool_row_queue_get_n (const ApoolRowQueue *self)
{
  return self->rows->len;
}

/**
 * apool_row_queue_get_n_bytes:
 * @self: a queue
 *
 * Returns: how many bytes the values of its rows have together, and what belongs to them
 */
gsize
apool_row_queue_get_n_bytes (const ApoolRowQueue *self)
{
  return self->bytes->len;
}

/**
 * apool_row_queue_get:
 * @self: a queue that was sealed
 * @i: which row, counted from 0
 *
 * Returns: (transfer none): a row; valid until the queue is emptied
 */
const ApoolRow *
apool_row_queue_get (const ApoolRowQueue *self, gsize i)
{
  return &g_array_index (self->rows, ApoolRow, i);
}
