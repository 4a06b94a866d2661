/* SPDX-License-Identifier: MIT */
/* Groups of patterns. Where they are is kept by pattern and group until the next values come. */

#include "input/apool-columns-match.h"

#include <string.h>

#include "base/apool-pattern.h"

struct _ApoolColumnsMatch
{
  gsize n_patterns;
  GRegex **regexes;
  char **patterns;     /* as they were given */
  gsize *n_groups;     /* of each */
  ApoolValue **groups; /* of each, from its first group on */
};

/**
 * apool_columns_match_new:
 * @patterns: (array zero-terminated=1): regular expressions, one a value, in order
 * @error: (out) (optional): %APOOL_ERROR_USAGE: one of them is none
 *
 * Returns: (transfer full) (nullable): what matches them
 */
ApoolColumnsMatch *
apool_columns_match_new (const char *const *patterns, GError **error)
{
  g_autoptr (ApoolColumnsMatch) self = g_new0 (ApoolColumnsMatch, 1);
  gsize n_patterns = g_strv_length ((char **) patterns);

  self->regexes = g_new0 (GRegex *, n_patterns);
  self->patterns = g_strdupv ((char **) patterns);
  self->n_groups = g_new0 (gsize, n_patterns);
  self->groups = g_new0 (ApoolValue *, n_patterns);
  for (; self->n_patterns < n_patterns; self->n_patterns++)
    {
      gsize i = self->n_patterns;

      self->regexes[i] = apool_pattern_new (patterns[i], 0, APOOL_ERROR_USAGE, error);
      if (!self->regexes[i])
        {
          g_prefix_error (error, "--match: ");
          return NULL;
        }
      self->n_groups[i] = (gsize) g_regex_get_capture_count (self->regexes[i]);
      self->groups[i] = g_new0 (ApoolValue, self->n_groups[i]);
    }
  return g_steal_pointer (&self);
}

/**
 * apool_columns_match_free:
 * @self: (transfer full): what matches
 */
void
apool_columns_match_free (ApoolColumnsMatch *self)
{
  for (gsize i = 0; i < self->n_patterns; i++)
    {
      g_regex_unref (self->regexes[i]);
      g_free (self->groups[i]);
    }
  g_free (self->regexes);
  g_strfreev (self->patterns);
  g_free (self->n_groups);
  g_free (self->groups);
  g_free (self);
}

/**
 * apool_columns_match_get_n_groups:
 * @self: what matches
 * @n_patterns: (out): how many patterns there are
 *
 * Returns: (transfer none) (array length=n_patterns): how many groups each of them has
 */
const gsize *
apool_columns_match_get_n_groups (const ApoolColumnsMatch *self, gsize *n_patterns)
{
  *n_patterns = self->n_patterns;
  return self->n_groups;
}

static void
apool_columns_match_note (ApoolColumnsMatch *self, gsize i, const char *data, GMatchInfo *match)
{
  for (gsize j = 0; j < self->n_groups[i]; j++)
    {
      int from = 0;
      int to = 0;

      if (!g_match_info_fetch_pos (match, (int) j + 1, &from, &to) || from < 0)
        from = to = 0;
      self->groups[i][j] = (ApoolValue){ data + from, (gsize) (to - from) };
    }
}

static gboolean
apool_columns_match_apply_one (ApoolColumnsMatch *self,
                               gsize i,
                               const ApoolValue *value,
                               GString *fault)
{
  g_autoptr (GMatchInfo) match = NULL;
  g_autoptr (GError) error = NULL;
  /* GRegex takes no %NULL for an empty value. */
  const char *data = value->length > 0 ? value->data : "";

  if (value->length > G_MAXINT)
    g_string_assign (fault, "--match: too long for a regular expression");
  else if (g_regex_match_full (self->regexes[i], data, (gssize) value->length, 0, 0, &match,
                               &error))
    apool_columns_match_note (self, i, data, match);
  else if (error)
    g_string_printf (fault, "--match: '%s'%s", self->patterns[i],
                     apool_pattern_get_match_reason (error));
  else
    g_string_printf (fault, "does not match '%s'", self->patterns[i]);
  return fault->len == 0;
}

/**
 * apool_columns_match_apply:
 * @self: what matches
 * @values: at least as many as there are patterns; outlive what is made of them
 * @fault: empty; set to why they do not match
 *
 * A pattern matches where it does anywhere in its value.
 *
 * Returns: whether all patterns match
 */
gboolean
apool_columns_match_apply (ApoolColumnsMatch *self, const ApoolValue *values, GString *fault)
{
  for (gsize i = 0; i < self->n_patterns; i++)
    if (!apool_columns_match_apply_one (self, i, &values[i], fault))
      return FALSE;
  return TRUE;
}

/**
 * apool_columns_match_add_group:
 * @self: what has matched
 * @source: which pattern, counted from 1
 * @group: which of its groups, counted from 1
 * @fields: where the group is added; it is empty where it took no part
 */
void
apool_columns_match_add_group (const ApoolColumnsMatch *self,
                               gsize source,
                               gsize group,
                               ApoolColumns *fields)
{
  const ApoolValue *found;

  g_return_if_fail (source - 1 < self->n_patterns);
  g_return_if_fail (group - 1 < self->n_groups[source - 1]);
  found = &self->groups[source - 1][group - 1];
  apool_columns_add (fields, found->data, found->length);
}
