/* SPDX-License-Identifier: MIT */
/* Columns and members of JSON values. A string is what it stands for, anything else its text as it
 * stood in the input, number by number and blank by blank. */

#include "input/apool-columns-json.h"

#include <string.h>

static gboolean
apool_columns_json_add (const ApoolJsonText *value, ApoolColumns *columns, GString *fault)
{
  gsize length = (gsize) (value->end - value->at);
  char *to;

  if (*value->at != '"')
    {
      apool_columns_add (columns, value->at, length);
      return TRUE;
    }
  if (!memchr (value->at, '\\', length))
    {
      apool_columns_add (columns, value->at + 1, length - 2);
      return TRUE;
    }
  to = apool_columns_reserve (columns, length);
  if (!apool_json_decode (value, to, &length))
    {
      g_string_assign (fault, "bad JSON: half a surrogate pair in a string");
      return FALSE;
    }
  apool_columns_add_reserved (columns, length);
  return TRUE;
}

static gboolean
apool_columns_json_add_elements (const ApoolJsonText *array, ApoolColumns *columns, GString *fault)
{
  ApoolJsonWalk walk;
  ApoolJsonText element;

  apool_json_walk_init (&walk, array);
  while (apool_json_walk_next (&walk, NULL, &element))
    if (!apool_columns_json_add (&element, columns, fault))
      return FALSE;
  return TRUE;
}

/**
 * apool_columns_json_split:
 * @value: an array or an object, as text
 * @columns: where the elements of an array are added, or an object as a whole
 * @root: (out): what is in @value, for apool_columns_json_find()
 * @fault: set to why it is neither
 *
 * Returns: whether it is one
 */
gboolean
apool_columns_json_split (const ApoolValue *value,
                          ApoolColumns *columns,
                          ApoolJsonText *root,
                          GString *fault)
{
  ApoolJsonFault where;

  if (!apool_json_check (value->data, value->length, root, &where))
    {
      g_string_printf (fault, "bad JSON: byte %zu: %s", where.offset + 1, where.why);
      return FALSE;
    }
  if (*root->at == '[')
    return apool_columns_json_add_elements (root, columns, fault);
  if (*root->at != '{')
    {
      g_string_assign (fault, "bad JSON: neither an array nor an object");
      return FALSE;
    }
  apool_columns_add (columns, root->at, (gsize) (root->end - root->at));
  return TRUE;
}

/* Of several members with one name the last one counts, as it does nearly everywhere. */
static gboolean
apool_columns_json_find_member (const ApoolJsonText *object,
                                const char *name,
                                gsize length,
                                ApoolJsonText *found)
{
  gboolean is_found = FALSE;
  ApoolJsonWalk walk;
  ApoolJsonText key;
  ApoolJsonText value;

  apool_json_walk_init (&walk, object);
  while (apool_json_walk_next (&walk, &key, &value))
    {
      if (!apool_json_is_key (&key, name, length))
        continue;
      *found = value;
      is_found = TRUE;
    }
  return is_found;
}

static gboolean
apool_columns_json_find_element (const ApoolJsonText *array,
                                 const char *number,
                                 gsize length,
                                 ApoolJsonText *found)
{
  guint64 wanted = 0;
  ApoolJsonWalk walk;

  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_isdigit (number[i]) || wanted > G_MAXUINT32)
        return FALSE;
      wanted = wanted * 10 + (guint64) g_ascii_digit_value (number[i]);
    }
  apool_json_walk_init (&walk, array);
  for (guint64 i = 1; i <= wanted; i++)
    if (!apool_json_walk_next (&walk, NULL, found))
      return FALSE;
  return wanted > 0;
}

static gboolean
apool_columns_json_follow (const ApoolJsonText *root, const char *path, ApoolJsonText *found)
{
  ApoolJsonText container = *root;

  while (TRUE)
    {
      gsize length = strcspn (path, ".");

      if (*container.at == '{')
        {
          if (!apool_columns_json_find_member (&container, path, length, found))
            return FALSE;
        }
      else if (*container.at != '[' ||
               !apool_columns_json_find_element (&container, path, length, found))
        return FALSE;
      if (path[length] == '\0')
        return TRUE;
      path += length + 1;
      container = *found;
    }
}

/**
 * apool_columns_json_find:
 * @roots: (array length=n_roots): what is in the values of a row
 * @n_roots: how many, at least one
 * @path: names of members, and numbers of elements from 1, joined by dots
 * @fields: where what is there in the first of @roots that has it is added
 * @fault: set to why it cannot be
 *
 * Returns: whether there is such a thing
 */
gboolean
apool_columns_json_find (const ApoolJsonText *roots,
                         gsize n_roots,
                         const char *path,
                         ApoolColumns *fields,
                         GString *fault)
{
  ApoolJsonText found;

  for (gsize i = 0; i < n_roots; i++)
    if (apool_columns_json_follow (&roots[i], path, &found))
      return apool_columns_json_add (&found, fields, fault);
  g_string_printf (fault, "no member '%s'", path);
  return FALSE;
}
