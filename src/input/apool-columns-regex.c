/* SPDX-License-Identifier: MIT */
/* Columns between matches of a regular expression, as Perl's split has them with all columns kept:
 *
 * - an empty value is one empty column;
 * - a match is never empty where the column begins, so that an empty separator takes a value apart
 *   into its bytes, and one at its very end leaves an empty column behind;
 * - groups of the separator are columns too; those that took no part are empty ones;
 * - `^` alone means the beginning of each line.
 *
 * A separator that stands for itself, as nearly all do, is looked for without the machinery. */

#include "input/apool-columns-regex.h"

#include <string.h>

#include "base/apool-pattern.h"

struct _ApoolColumnsRegex
{
  GString *text; /* (nullable): the separator, if it is nothing but itself */
  GRegex *regex; /* (nullable): else */
};

/* Returns: (transfer full) (nullable): the bytes that are all that @separator matches */
static GString *
apool_columns_regex_parse_text (const char *separator)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (const char *at = separator; *at; at++)
    {
      if (*at == '\\' && at[1] == 't')
        g_string_append_c (text, '\t');
      else if (*at == '\\' && g_ascii_ispunct (at[1]))
        g_string_append_c (text, at[1]);
      else if (*at == '\\' || strchr (".^$*+?()[]{}|", *at))
        return NULL;
      else
        {
          g_string_append_c (text, *at);
          continue;
        }
      at++;
    }
  /* The empty one has its own rules. */
  return text->len > 0 ? g_string_new_len (text->str, (gssize) text->len) : NULL;
}

/**
 * apool_columns_regex_new:
 * @separator: the regular expression between two columns
 * @error: (out) (optional): %APOOL_ERROR_USAGE: it is none
 *
 * Returns: (transfer full) (nullable): what splits by it
 */
ApoolColumnsRegex *
apool_columns_regex_new (const char *separator, GError **error)
{
  g_autoptr (ApoolColumnsRegex) self = g_new0 (ApoolColumnsRegex, 1);
  gboolean is_line_start = strcmp (separator, "^") == 0;

  self->text = apool_columns_regex_parse_text (separator);
  if (self->text)
    return g_steal_pointer (&self);
  self->regex = apool_pattern_new (separator, is_line_start ? G_REGEX_MULTILINE : 0,
                                   APOOL_ERROR_USAGE, error);
  if (!self->regex)
    g_prefix_error (error, "--colsep: ");
  return self->regex ? g_steal_pointer (&self) : NULL;
}

/**
 * apool_columns_regex_free:
 * @self: (transfer full): what splits
 */
void
apool_columns_regex_free (ApoolColumnsRegex *self)
{
  if (self->text)
    g_string_free (self->text, TRUE);
  g_clear_pointer (&self->regex, g_regex_unref);
  g_free (self);
}

static const char *
apool_columns_regex_find_text (const GString *text, const char *at, const char *end)
{
  if (text->len == 1)
    return memchr (at, text->str[0], (gsize) (end - at));
  return memmem (at, (gsize) (end - at), text->str, text->len);
}

static void
apool_columns_regex_split_by_text (const GString *text,
                                   const ApoolValue *value,
                                   ApoolColumns *columns)
{
  const char *at = value->data;
  const char *end = value->data + value->length;
  const char *separator;

  while (at < end && (separator = apool_columns_regex_find_text (text, at, end)))
    {
      apool_columns_add (columns, at, (gsize) (separator - at));
      at = separator + text->len;
    }
  apool_columns_add (columns, at, (gsize) (end - at));
}

/* Adds what is before the match, from @start on, and the groups of the match. */
static void
apool_columns_regex_add_match (
    GMatchInfo *match, const char *data, int *start, int n_groups, ApoolColumns *columns)
{
  int from = 0;
  int to = 0;

  g_match_info_fetch_pos (match, 0, &from, &to);
  /* Only a separator with \K could begin behind its own end. */
  apool_columns_add (columns, data + *start, (gsize) (MAX (from, *start) - *start));
  *start = MAX (to, *start);
  for (int i = 1; i <= n_groups; i++)
    {
      if (!g_match_info_fetch_pos (match, i, &from, &to) || from < 0)
        from = to = 0;
      apool_columns_add (columns, data + from, (gsize) (to - from));
    }
}

/**
 * apool_columns_regex_split:
 * @self: what splits
 * @value: what is taken apart
 * @columns: where its columns are added, as views into it
 * @fault: set to why it cannot be
 *
 * Returns: whether it could be
 */
gboolean
apool_columns_regex_split (ApoolColumnsRegex *self,
                           const ApoolValue *value,
                           ApoolColumns *columns,
                           GString *fault)
{
  g_autoptr (GMatchInfo) match = NULL;
  g_autoptr (GError) error = NULL;
  int length = (int) value->length;
  int start = 0;
  int n_groups;

  if (self->text || value->length == 0)
    {
      if (value->length == 0)
        apool_columns_add (columns, "", 0);
      else
        apool_columns_regex_split_by_text (self->text, value, columns);
      return TRUE;
    }
  if (value->length > G_MAXINT)
    {
      g_string_assign (fault, "--colsep: too long for a regular expression");
      return FALSE;
    }
  n_groups = g_regex_get_capture_count (self->regex);
  g_regex_match_full (self->regex, value->data, length, 0, G_REGEX_MATCH_NOTEMPTY_ATSTART, &match,
                      &error);
  while (!error && start < length && g_match_info_matches (match))
    {
      apool_columns_regex_add_match (match, value->data, &start, n_groups, columns);
      g_match_info_next (match, &error);
    }
  if (error)
    {
      g_string_printf (fault, "--colsep%s", apool_pattern_get_match_reason (error));
      return FALSE;
    }
  apool_columns_add (columns, value->data + start, (gsize) (length - start));
  return TRUE;
}
