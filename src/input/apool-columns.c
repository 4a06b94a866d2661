/* SPDX-License-Identifier: MIT */
/* A list of values. Most are views into the row that they are taken from; what had to be decoded is
 * kept here, in one buffer, which moves as it grows: the values in it move along. */

#include "input/apool-columns.h"

#include <string.h>

#define FIRST_CAPACITY 1024

struct _ApoolColumns
{
  GArray *values; /* of ApoolValue */

  char *bytes; /* of values that were decoded */
  gsize n_bytes;
  gsize capacity;
};

/**
 * apool_columns_new:
 *
 * Returns: (transfer full): an empty list
 */
ApoolColumns *
apool_columns_new (void)
{
  ApoolColumns *self = g_new0 (ApoolColumns, 1);

  self->values = g_array_new (FALSE, FALSE, sizeof (ApoolValue));
  self->capacity = FIRST_CAPACITY;
  self->bytes = g_malloc (self->capacity);
  return self;
}

/**
 * apool_columns_free:
 * @self: (transfer full): a list
 */
void
apool_columns_free (ApoolColumns *self)
{
  g_array_unref (self->values);
  g_free (self->bytes);
  g_free (self);
}

/**
 * apool_columns_clear:
 * @self: a list; becomes empty
 */
void
apool_columns_clear (ApoolColumns *self)
{
  g_array_set_size (self->values, 0);
  self->n_bytes = 0;
}

/**
 * apool_columns_add:
 * @self: a list
 * @data: (transfer none): the bytes of another value; outlive its place in the list
 * @length: how many
 */
void
apool_columns_add (ApoolColumns *self, const char *data, gsize length)
{
  ApoolValue value = { data, length };

  g_array_append_val (self->values, value);
}

/* The values whose bytes are in the old buffer are those of the new one. */
static void
apool_columns_move (ApoolColumns *self, char *bytes)
{
  for (guint i = 0; i < self->values->len; i++)
    {
      ApoolValue *value = &g_array_index (self->values, ApoolValue, i);

      if (value->data >= self->bytes && value->data < self->bytes + self->n_bytes)
        value->data = bytes + (value->data - self->bytes);
    }
}

/**
 * apool_columns_reserve:
 * @self: a list
 * @n_bytes: how many there may come to be in the next value
 *
 * Returns: (transfer none): where they are to be written, for apool_columns_add_reserved()
 */
char *
apool_columns_reserve (ApoolColumns *self, gsize n_bytes)
{
  if (self->capacity - self->n_bytes < n_bytes)
    {
      gsize capacity = MAX (self->capacity * 2, self->n_bytes + n_bytes);
      char *bytes = g_malloc (capacity);

      memcpy (bytes, self->bytes, self->n_bytes);
      apool_columns_move (self, bytes);
      g_free (self->bytes);
      self->bytes = bytes;
      self->capacity = capacity;
    }
  return self->bytes + self->n_bytes;
}

/**
 * apool_columns_add_reserved:
 * @self: a list that has bytes reserved
 * @length: how many of them the value has
 */
void
apool_columns_add_reserved (ApoolColumns *self, gsize length)
{
  apool_columns_add (self, self->bytes + self->n_bytes, length);
  self->n_bytes += length;
}

/**
 * apool_columns_add_copy:
 * @self: a list
 * @data: the bytes of another value, which need not last
 * @length: how many
 */
void
apool_columns_add_copy (ApoolColumns *self, const char *data, gsize length)
{
  char *to = apool_columns_reserve (self, length);

  if (length > 0)
    memcpy (to, data, length);
  apool_columns_add_reserved (self, length);
}

/**
 * apool_columns_trim:
 * @self: a list
 * @trim: at which ends white space is taken off each value
 */
void
apool_columns_trim (ApoolColumns *self, ApoolTrim trim)
{
  if (trim == APOOL_TRIM_NONE)
    return;
  for (guint i = 0; i < self->values->len; i++)
    {
      ApoolValue *value = &g_array_index (self->values, ApoolValue, i);

      if (!value->data)
        continue;
      while (trim & APOOL_TRIM_LEFT && value->length > 0 && apool_value_is_space (*value->data))
        {
          value->data++;
          value->length--;
        }
      while (trim & APOOL_TRIM_RIGHT && value->length > 0 &&
             apool_value_is_space (value->data[value->length - 1]))
        value->length--;
    }
}

/**
 * apool_columns_get:
 * @self: a list
 * @n_values: (out): how many
 *
 * Returns: (transfer none) (array length=n_values): the values; valid until the list changes
 */
const ApoolValue *
apool_columns_get (const ApoolColumns *self, gsize *n_values)
{
  *n_values = self->values->len;
  return (const ApoolValue *) self->values->data;
}
