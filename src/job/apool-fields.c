/* SPDX-License-Identifier: MIT */
/* What the names in replacement strings mean.
 *
 * A name of a header is a value by another name: it has a column. Members of JSON values and groups
 * of patterns are fields: whoever parses a template asks for them by matching, and each name that
 * was asked for gets a number, under which every row then has a value. So only those are looked for
 * in an input that a command has a use for.
 *
 * Names are looked up while templates are parsed, not per row: lists do. */

#include "job/apool-fields.h"

#include <string.h>

/* Numbers of sources and groups have no more digits; more would not be one that exists. */
#define MAX_DIGITS 9

/* A field that a template has asked for. */
typedef struct
{
  gsize n_uses;
  gsize source; /* of a group, counted from 1; 0 for a member */
  gsize group;  /* counted from 1 */
} ApoolFieldsUse;

struct _ApoolFields
{
  gatomicrefcount refs;

  GPtrArray *columns; /* of GBytes: the name of each value */
  GArray *n_groups;   /* of gsize: by source */
  gboolean has_paths;

  GPtrArray *requested; /* of char, ends in %NULL: by field */
  GArray *uses;         /* of ApoolFieldsUse: by field */
};

/**
 * apool_fields_new:
 *
 * Returns: (transfer full): what has no names yet
 */
ApoolFields *
apool_fields_new (void)
{
  ApoolFields *self = g_new0 (ApoolFields, 1);

  g_atomic_ref_count_init (&self->refs);
  self->columns = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  self->n_groups = g_array_new (FALSE, FALSE, sizeof (gsize));
  self->requested = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->requested, NULL);
  self->uses = g_array_new (FALSE, FALSE, sizeof (ApoolFieldsUse));
  return self;
}

/**
 * apool_fields_ref:
 * @self: fields
 *
 * Returns: (transfer full): @self
 */
ApoolFields *
apool_fields_ref (ApoolFields *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * apool_fields_unref:
 * @self: (transfer full): fields
 */
void
apool_fields_unref (ApoolFields *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  g_ptr_array_unref (self->columns);
  g_array_unref (self->n_groups);
  g_ptr_array_unref (self->requested);
  g_array_unref (self->uses);
  g_free (self);
}

/**
 * apool_fields_add_column:
 * @self: fields
 * @name: what the next value is called, any bytes; an empty one gives it no name
 * @length: how many bytes
 *
 * The first call names the first value of a row. Of two equal names the first one counts.
 */
void
apool_fields_add_column (ApoolFields *self, const char *name, gsize length)
{
  g_ptr_array_add (self->columns, g_bytes_new (name, length));
}

/**
 * apool_fields_get_column_name:
 * @self: fields
 * @column: the number of a value, counted from 1
 * @length: (out): how many bytes
 *
 * Returns: (transfer none) (nullable) (array length=length): what it is called; %NULL where it has
 *   no name
 */
const char *
apool_fields_get_column_name (const ApoolFields *self, gsize column, gsize *length)
{
  const char *name = NULL;

  *length = 0;
  if (column <= self->columns->len)
    name = g_bytes_get_data (g_ptr_array_index (self->columns, column - 1), length);
  return *length > 0 ? name : NULL;
}

/**
 * apool_fields_set_paths:
 * @self: fields
 *
 * From now on names of letters, digits, `_` and `-`, joined by dots, are members of JSON values,
 * unless they are a number, which is a position.
 */
void
apool_fields_set_paths (ApoolFields *self)
{
  self->has_paths = TRUE;
}

/**
 * apool_fields_set_groups:
 * @self: fields
 * @n_groups: (array length=n_sources): how many groups the pattern of each source has
 * @n_sources: how many sources have patterns
 *
 * From now on `S.G` is group G of source S where both exist.
 */
void
apool_fields_set_groups (ApoolFields *self, const gsize *n_groups, gsize n_sources)
{
  g_array_set_size (self->n_groups, 0);
  if (n_sources > 0)
    g_array_append_vals (self->n_groups, n_groups, (guint) n_sources);
}

/* Whether what stands at @at can follow a name in a replacement string. */
static gboolean
apool_fields_ends_name (const char *at, const char *end)
{
  return at < end && *at != '\0' && strchr ("}./:,^%#", *at);
}

static gsize
apool_fields_match_column (const ApoolFields *self, const char *at, const char *end, gsize *column)
{
  gsize longest = 0;

  for (guint i = 0; i < self->columns->len; i++)
    {
      gsize length;
      const char *name = g_bytes_get_data (self->columns->pdata[i], &length);

      if (length <= longest || length > (gsize) (end - at) || memcmp (at, name, length) != 0 ||
          !apool_fields_ends_name (at + length, end))
        continue;
      longest = length;
      *column = i + 1;
    }
  return longest;
}

/* Returns: how many digits are at @at; 0 where they are no number from 1 on */
static gsize
apool_fields_parse_number (const char *at, const char *end, gsize *number)
{
  gsize length = 0;

  *number = 0;
  while (at + length < end && g_ascii_isdigit (at[length]) && length < MAX_DIGITS)
    *number = *number * 10 + (gsize) g_ascii_digit_value (at[length++]);
  return *number > 0 ? length : 0;
}

static gsize
apool_fields_match_group (const ApoolFields *self,
                          const char *at,
                          const char *end,
                          ApoolFieldsUse *use)
{
  gsize n_source = apool_fields_parse_number (at, end, &use->source);
  const char *dot = at + n_source;
  gsize n_group;

  if (n_source == 0 || dot == end || *dot != '.' || use->source > self->n_groups->len)
    return 0;
  n_group = apool_fields_parse_number (dot + 1, end, &use->group);
  if (n_group == 0 || use->group > g_array_index (self->n_groups, gsize, use->source - 1) ||
      !apool_fields_ends_name (dot + 1 + n_group, end))
    return 0;
  return n_source + 1 + n_group;
}

static gsize
apool_fields_count_segment (const char *at, const char *end)
{
  const char *stop = at;

  while (stop < end && (g_ascii_isalnum (*stop) || *stop == '_' || *stop == '-'))
    stop++;
  return (gsize) (stop - at);
}

static gboolean
apool_fields_is_position (const char *at, gsize length)
{
  gsize sign = at[0] == '-' ? 1 : 0;

  for (gsize i = sign; i < length; i++)
    if (!g_ascii_isdigit (at[i]))
      return FALSE;
  return length > sign;
}

static gsize
apool_fields_match_path (const ApoolFields *self, const char *at, const char *end)
{
  gsize length;
  gsize more;

  if (!self->has_paths)
    return 0;
  length = apool_fields_count_segment (at, end);
  for (more = length; more > 0 && at + length < end && at[length] == '.';)
    {
      more = apool_fields_count_segment (at + length + 1, end);
      length += more > 0 ? more + 1 : 0;
    }
  if (length == 0 || apool_fields_is_position (at, length) ||
      !apool_fields_ends_name (at + length, end))
    return 0;
  return length;
}

/* Returns: the number of the field that is called so */
static gsize
apool_fields_request (ApoolFields *self, const char *at, gsize length, const ApoolFieldsUse *use)
{
  gsize n_fields = self->uses->len;

  for (gsize i = 0; i < n_fields; i++)
    {
      const char *name = self->requested->pdata[i];

      if (strlen (name) != length || memcmp (name, at, length) != 0)
        continue;
      g_array_index (self->uses, ApoolFieldsUse, i).n_uses++;
      return i;
    }
  g_array_append_val (self->uses, *use);
  g_ptr_array_insert (self->requested, (int) n_fields, g_strndup (at, length));
  return n_fields;
}

/**
 * apool_fields_match:
 * @self: fields
 * @at: what follows the `{` of something that may be a replacement string
 * @end: the end of the text
 * @ref: (out): what the name means, where there is one
 *
 * A name is one only if something follows that can go on in a replacement string. The longest one
 * counts; of equally long ones a header's comes first, then a pattern's group, then a member. A
 * field is asked for by that, unless it is withdrawn.
 *
 * Returns: how many bytes the name has; 0 where there is none
 */
gsize
apool_fields_match (ApoolFields *self, const char *at, const char *end, ApoolFieldRef *ref)
{
  ApoolFieldsUse use = { .n_uses = 1 };
  gsize column = 0;
  gsize by_column = apool_fields_match_column (self, at, end, &column);
  gsize by_group = apool_fields_match_group (self, at, end, &use);
  gsize by_path = apool_fields_match_path (self, at, end);
  gsize length = MAX (by_column, MAX (by_group, by_path));

  if (length == 0)
    return 0;
  if (by_column == length)
    {
      *ref = (ApoolFieldRef){ .column = column };
      return length;
    }
  if (by_group < length)
    use = (ApoolFieldsUse){ .n_uses = 1 };
  *ref = (ApoolFieldRef){ .field = apool_fields_request (self, at, length, &use) };
  return length;
}

/**
 * apool_fields_withdraw:
 * @self: fields
 * @ref: what apool_fields_match() found
 *
 * Undoes one match: what follows the name has turned out to be no replacement string. A field that
 * nobody uses keeps its number, but no row needs to have it.
 */
void
apool_fields_withdraw (ApoolFields *self, const ApoolFieldRef *ref)
{
  if (ref->column > 0)
    return;
  g_return_if_fail (ref->field < self->uses->len);
  g_array_index (self->uses, ApoolFieldsUse, ref->field).n_uses--;
}

/**
 * apool_fields_get_requested:
 * @self: fields
 * @n_fields: (out) (optional): how many
 *
 * Returns: (transfer none) (array length=n_fields zero-terminated=1): the names of the fields that
 *   a row has, by number; valid until the next match
 */
const char *const *
apool_fields_get_requested (ApoolFields *self, gsize *n_fields)
{
  if (n_fields)
    *n_fields = self->uses->len;
  return (const char *const *) self->requested->pdata;
}

/**
 * apool_fields_is_used:
 * @self: fields
 * @field: the number of one that was requested
 *
 * Returns: whether it was, and not withdrawn since
 */
gboolean
apool_fields_is_used (ApoolFields *self, gsize field)
{
  g_return_val_if_fail (field < self->uses->len, FALSE);
  return g_array_index (self->uses, ApoolFieldsUse, field).n_uses > 0;
}

/**
 * apool_fields_get_group:
 * @self: fields
 * @field: the number of one that was requested
 * @source: (out): of which source the pattern is, counted from 1
 * @group: (out): which of its groups, counted from 1
 *
 * Returns: whether it is the group of a pattern; else it is a member
 */
gboolean
apool_fields_get_group (ApoolFields *self, gsize field, gsize *source, gsize *group)
{
  const ApoolFieldsUse *use;

  g_return_val_if_fail (field < self->uses->len, FALSE);
  use = &g_array_index (self->uses, ApoolFieldsUse, field);
  *source = use->source;
  *group = use->group;
  return use->source > 0;
}
