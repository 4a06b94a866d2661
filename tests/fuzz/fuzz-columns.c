/* SPDX-License-Identifier: MIT */
/* Values taken apart. The first byte says how, the second how long the separator or the pattern is;
 * the value follows. What was taken apart can be put together again and is then taken apart in the
 * same way. */

#include <string.h>

#include "base/apool-error.h"
#include "fuzz-input.h"
#include "input/apool-columns-csv.h"
#include "input/apool-columns-json.h"
#include "input/apool-columns-match.h"
#include "input/apool-columns-regex.h"

/* Longer ones only take longer. */
#define MAX_PATTERN_BYTES 24u
#define MAX_VALUE_BYTES 128u

static gboolean
fuzz_columns_are_equal (const ApoolColumns *columns, const ApoolColumns *others)
{
  gsize n_values;
  gsize n_others;
  const ApoolValue *values = apool_columns_get (columns, &n_values);
  const ApoolValue *other_values = apool_columns_get (others, &n_others);

  if (n_values != n_others)
    return FALSE;
  for (gsize i = 0; i < n_values; i++)
    if (values[i].length != other_values[i].length ||
        (values[i].length > 0 &&
         memcmp (values[i].data, other_values[i].data, values[i].length) != 0))
      return FALSE;
  return TRUE;
}

/* Of what could not be taken apart the reason is known. */
static void
fuzz_columns_check_fault (gboolean is_done, const GString *fault)
{
  g_assert_true (is_done == (fault->len == 0));
}

/* Columns are there, and are parts of the value: those that are not groups one after the other. */
static void
fuzz_columns_check_parts (const ApoolColumns *columns, const ApoolValue *value)
{
  gsize n_values;
  const ApoolValue *values = apool_columns_get (columns, &n_values);

  g_assert_cmpuint (n_values, >, 0);
  for (gsize i = 0; i < n_values; i++)
    g_assert_true (values[i].length == 0 ||
                   (values[i].data >= value->data &&
                    values[i].data + values[i].length <= value->data + value->length));
}

static void
fuzz_columns_split (const char *separator, const ApoolValue *value)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ApoolColumnsRegex) regex = apool_columns_regex_new (separator, &error);
  g_autoptr (ApoolColumns) columns = apool_columns_new ();
  g_autoptr (ApoolColumns) again = apool_columns_new ();
  g_autoptr (GString) fault = g_string_new (NULL);
  g_autoptr (GString) fault_again = g_string_new (NULL);
  gboolean is_done;

  g_assert_true ((regex == NULL) == (error != NULL));
  if (!regex)
    return;
  is_done = apool_columns_regex_split (regex, value, columns, fault);
  fuzz_columns_check_fault (is_done, fault);
  g_assert_true (is_done == apool_columns_regex_split (regex, value, again, fault_again));
  if (!is_done)
    return;
  fuzz_columns_check_parts (columns, value);
  g_assert_true (fuzz_columns_are_equal (columns, again));
}

/* Appends the columns as RFC 4180 has them. */
static void
fuzz_columns_write_csv (GString *to, const ApoolColumns *columns, char separator)
{
  gsize n_values;
  const ApoolValue *values = apool_columns_get (columns, &n_values);

  for (gsize i = 0; i < n_values; i++)
    {
      if (i > 0)
        g_string_append_c (to, separator);
      g_string_append_c (to, '"');
      for (gsize j = 0; j < values[i].length; j++)
        {
          if (values[i].data[j] == '"')
            g_string_append_c (to, '"');
          g_string_append_c (to, values[i].data[j]);
        }
      g_string_append_c (to, '"');
    }
}

/* The parser is used again after a fault, as it is from row to row. */
static void
fuzz_columns_split_csv (const char *separator, const ApoolValue *value)
{
  g_autoptr (ApoolColumnsCsv) csv = apool_columns_csv_new (separator, NULL);
  g_autoptr (ApoolColumns) columns = apool_columns_new ();
  g_autoptr (ApoolColumns) again = apool_columns_new ();
  g_autoptr (GString) written = g_string_new (NULL);
  g_autoptr (GString) fault = g_string_new (NULL);
  ApoolValue rewritten;
  gboolean is_done;

  if (!csv)
    return;
  is_done = apool_columns_csv_split (csv, value, columns, fault);
  fuzz_columns_check_fault (is_done, fault);
  if (!is_done)
    {
      apool_columns_clear (columns);
      apool_columns_add (columns, value->data, value->length);
      g_string_truncate (fault, 0);
    }
  /* More than one byte can only be the escape of a tab. */
  fuzz_columns_write_csv (written, columns, strlen (separator) == 1 ? separator[0] : '\t');
  rewritten = (ApoolValue){ written->str, written->len };
  g_assert_true (apool_columns_csv_split (csv, &rewritten, again, fault));
  fuzz_columns_check_fault (TRUE, fault);
  g_assert_true (fuzz_columns_are_equal (columns, again));
}

/* Walks through all of a checked text; each part of it is JSON by itself. */
static void
fuzz_columns_walk (const ApoolJsonText *text)
{
  ApoolJsonFault fault;
  ApoolJsonText root;
  gboolean is_array = *text->at == '[';
  ApoolJsonText key;
  ApoolJsonText value;
  ApoolJsonWalk walk;

  g_assert_true (apool_json_check (text->at, (gsize) (text->end - text->at), &root, &fault));
  g_assert_true (root.at == text->at && root.end == text->end);
  if (!is_array && *text->at != '{')
    return;
  apool_json_walk_init (&walk, text);
  while (apool_json_walk_next (&walk, is_array ? NULL : &key, &value))
    {
      g_assert_true (value.at > text->at && value.end < text->end);
      if (!is_array)
        fuzz_columns_walk (&key);
      fuzz_columns_walk (&value);
    }
}

static void
fuzz_columns_split_json (const char *path, const ApoolValue *value)
{
  g_autoptr (ApoolColumns) columns = apool_columns_new ();
  g_autoptr (ApoolColumns) fields = apool_columns_new ();
  g_autoptr (GString) fault = g_string_new (NULL);
  ApoolJsonText root;
  ApoolJsonFault where;
  gboolean is_json = apool_json_check (value->data, value->length, &root, &where);
  gboolean is_done = apool_columns_json_split (value, columns, &root, fault);
  gsize n_fields;

  fuzz_columns_check_fault (is_done, fault);
  g_assert_true (is_json || !is_done);
  if (!is_json)
    {
      g_assert_cmpuint (where.offset, <=, value->length);
      return;
    }
  fuzz_columns_walk (&root);
  if (!is_done)
    return;
  is_done = apool_columns_json_find (&root, 1, path, fields, fault);
  fuzz_columns_check_fault (is_done, fault);
  (void) apool_columns_get (fields, &n_fields);
  g_assert_true (!is_done || n_fields == 1);
}

static void
fuzz_columns_match (const char *pattern, const ApoolValue *value)
{
  const char *const patterns[] = { pattern, NULL };
  g_autoptr (ApoolColumnsMatch) match = apool_columns_match_new (patterns, NULL);
  g_autoptr (ApoolColumns) groups = apool_columns_new ();
  g_autoptr (GString) fault = g_string_new (NULL);
  gsize n_patterns;
  gboolean is_done;

  if (!match)
    return;
  is_done = apool_columns_match_apply (match, value, fault);
  fuzz_columns_check_fault (is_done, fault);
  if (!is_done)
    return;
  apool_columns_add (groups, "", 0);
  for (gsize i = 1; i <= apool_columns_match_get_n_groups (match, &n_patterns)[0]; i++)
    apool_columns_match_add_group (match, 1, i, groups);
  g_assert_cmpuint (n_patterns, ==, 1);
  fuzz_columns_check_parts (groups, value);
  apool_columns_trim (groups, APOOL_TRIM_LEFT | APOOL_TRIM_RIGHT);
  fuzz_columns_check_parts (groups, value);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t length)
{
  FuzzInput input = { data, length };
  guint8 kind = fuzz_input_take_byte (&input) % 4;
  gsize wanted = fuzz_input_take_byte (&input) % MAX_PATTERN_BYTES;
  gsize pattern_length;
  const guint8 *pattern_bytes = fuzz_input_take_bytes (&input, wanted, &pattern_length);
  g_autofree char *pattern =
      g_strndup (pattern_bytes ? (const char *) pattern_bytes : "", pattern_length);
  gsize value_length;
  const guint8 *value_bytes = fuzz_input_take_bytes (&input, MAX_VALUE_BYTES, &value_length);
  g_autofree char *exact = g_memdup2 (value_bytes, value_length);
  ApoolValue value = { exact ? exact : "", value_length };

  fuzz_prepare ();
  if (kind == 0)
    fuzz_columns_split (pattern, &value);
  else if (kind == 1)
    fuzz_columns_split_csv (pattern, &value);
  else if (kind == 2)
    fuzz_columns_split_json (pattern, &value);
  else
    fuzz_columns_match (pattern, &value);
  return 0;
}
