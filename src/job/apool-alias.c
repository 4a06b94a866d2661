/* SPDX-License-Identifier: MIT */
/* Replacement strings that the user has named.
 *
 * The name of one of `--rpl` may hold groups of a regular expression: what they match is what $$1,
 * $$2 and so on stand for in its code. A name that begins with a brace can have a position behind
 * it. */

#include "job/apool-alias.h"

#include <string.h>

#include "base/apool-error.h"
#include "base/apool-pattern.h"
#include "job/apool-replacement.h"

struct _ApoolTag
{
  char *name;
  gsize prefix_length; /* of what stands before the groups: all of it, where there are none */
  GRegex *pattern;     /* (nullable): the groups and what follows them */
  int meaning;         /* -1 where it is a definition */
  char *code;          /* (nullable): of a definition */
};

/**
 * apool_alias_new_name:
 * @name: the name
 * @meaning: which of the usual ones it means
 *
 * Returns: (transfer full): another name
 */
ApoolAlias *
apool_alias_new_name (const char *name, int meaning)
{
  ApoolAlias *self = g_new0 (ApoolAlias, 1);

  self->name = g_strdup (name);
  self->prefix_length = strlen (name);
  self->meaning = meaning;
  return self;
}

/* Makes the pattern of a name that has groups. */
static gboolean
apool_alias_compile (ApoolAlias *self, GError **error)
{
  const char *open = strchr (self->name, '(');
  const char *close = strrchr (self->name, ')');
  g_autoptr (GString) pattern = NULL;

  if (!open || !close || close < open)
    return TRUE;
  self->prefix_length = (gsize) (open - self->name);
  pattern = g_string_new_len (open, close + 1 - open);
  for (const char *at = close + 1; *at; at++)
    {
      if (!g_ascii_isalnum (*at))
        g_string_append_c (pattern, '\\');
      g_string_append_c (pattern, *at);
    }
  self->pattern =
      apool_pattern_new (pattern->str, G_REGEX_ANCHORED | G_REGEX_DOTALL | G_REGEX_EXTENDED,
                         APOOL_ERROR_TEMPLATE, error);
  return self->pattern != NULL;
}

/**
 * apool_alias_new_definition:
 * @definition: a name, a blank, and Perl code
 * @error: (out) (optional): %APOOL_ERROR_TEMPLATE: it has no name, or the groups in the name are
 *   malformed
 *
 * Returns: (transfer full) (nullable): what it defines
 */
ApoolAlias *
apool_alias_new_definition (const char *definition, GError **error)
{
  gsize length = strcspn (definition, " \t\n\v\f\r");
  g_autoptr (ApoolAlias) self = apool_alias_new_name ("", -1);

  if (length == 0)
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_TEMPLATE,
                   "'%s': begins with no name of a replacement string", definition);
      return NULL;
    }
  g_free (self->name);
  self->name = g_strndup (definition, length);
  self->prefix_length = length;
  self->code = g_strdup (definition[length] ? definition + length + 1 : "");
  if (!apool_alias_compile (self, error))
    {
      g_prefix_error (error, "'%s': ", self->name);
      return NULL;
    }
  return g_steal_pointer (&self);
}

/**
 * apool_alias_free:
 * @self: (transfer full): an alias
 */
void
apool_alias_free (ApoolAlias *self)
{
  g_clear_pointer (&self->pattern, g_regex_unref);
  g_free (self->name);
  g_free (self->code);
  g_free (self);
}

/**
 * apool_alias_get_name_length:
 * @self: an alias
 *
 * Returns: how long its name is, groups as they are written included: longer ones go first
 */
gsize
apool_alias_get_name_length (const ApoolAlias *self)
{
  return strlen (self->name);
}

/**
 * apool_alias_get_meaning:
 * @self: an alias
 *
 * Returns: which of the usual ones it means; -1 where it stands for code
 */
int
apool_alias_get_meaning (const ApoolAlias *self)
{
  return self->meaning;
}

/* Appends bytes as a literal of Perl: between single quotes only these and the backslash have a
 * meaning. */
static void
apool_alias_append_literal (GString *code, const char *bytes, gsize length)
{
  g_string_append_c (code, '\'');
  for (gsize i = 0; i < length; i++)
    {
      if (bytes[i] == '\'' || bytes[i] == '\\')
        g_string_append_c (code, '\\');
      g_string_append_c (code, bytes[i]);
    }
  g_string_append_c (code, '\'');
}

/* Appends the code, with variables in the place of groups. */
static void
apool_alias_append_code (const ApoolAlias *self, GString *code)
{
  const char *at = self->code;

  for (const char *group = strstr (at, "$$"); group; group = strstr (at, "$$"))
    {
      gboolean is_group = g_ascii_isdigit (group[2]);

      g_string_append_len (code, at, group - at);
      g_string_append (code, is_group ? "$apool_group" : "$$");
      at = group + 2;
    }
  g_string_append (code, at);
}

/* Matches the name, from byte @skipped on. */
static gsize
apool_alias_match_name (
    const ApoolAlias *self, gsize skipped, const char *at, const char *end, GString *code)
{
  gsize prefix = self->prefix_length - skipped;
  g_autoptr (GMatchInfo) match = NULL;
  int start;
  int stop;

  if ((gsize) (end - at) < prefix || memcmp (at, self->name + skipped, prefix) != 0)
    return 0;
  if (!self->pattern)
    return prefix;
  if (!g_regex_match_full (self->pattern, at, end - at, (int) prefix, 0, &match, NULL))
    return 0;
  for (int i = 1; i < g_match_info_get_match_count (match); i++)
    {
      if (!g_match_info_fetch_pos (match, i, &start, &stop) || start < 0)
        continue;
      g_string_append_printf (code, "$apool_group%d = ", i);
      apool_alias_append_literal (code, at + start, (gsize) (stop - start));
      g_string_append_c (code, ';');
    }
  return g_match_info_fetch_pos (match, 0, &start, &stop) ? (gsize) stop : 0;
}

/**
 * apool_alias_match:
 * @self: an alias
 * @at: a place in a text
 * @end: the end of the text
 * @position: (out): the position of the value that is meant, for another name; 0 for all
 * @code: (out) (transfer full) (nullable): of a definition, what it becomes: Perl code behind the
 *   position, if there is one
 *
 * Returns: the length of the replacement string that stands there; 0 where none does
 */
gsize
apool_alias_match (
    const ApoolAlias *self, const char *at, const char *end, gint64 *position, char **code)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gsize length = apool_alias_match_name (self, 0, at, end, text);
  gsize place = 0;

  *position = 0;
  *code = NULL;
  if (length == 0 && *self->name == '{' && self->prefix_length > 0 && at < end && *at == '{')
    place = apool_replacement_skip_position (at + 1, end, position);
  if (place > 0)
    {
      const char *rest = at + 1 + place;

      g_string_append_len (text, at + 1, (gssize) place);
      while (rest < end && g_ascii_isspace (*rest))
        rest++;
      length = apool_alias_match_name (self, 1, rest, end, text);
      length = length > 0 ? (gsize) (rest - at) + length : 0;
    }
  if (length == 0 || !self->code)
    return length;
  apool_alias_append_code (self, text);
  *code = g_string_free (g_steal_pointer (&text), FALSE);
  return length;
}
