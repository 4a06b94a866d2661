/* SPDX-License-Identifier: MIT */
/*
 * Finds what the user typed in the option table: a name, the beginning of one that no other
 * option shares, or neither, and then says which one may have been meant. Dashes and underscores
 * within a long name do not count, since GNU parallel knows most names with and without them.
 */

#include "cli/apool-option-lookup.h"

#include <string.h>

#include "base/apool-error.h"
#include "base/apool-nearest.h"

/* How many names an ambiguous beginning lists. */
#define APOOL_OPTION_MAX_CANDIDATES 8

/**
 * ApoolOptionMatch:
 * @APOOL_OPTION_MATCH_NONE: the name does not begin with what was typed
 * @APOOL_OPTION_MATCH_PREFIX: it does
 * @APOOL_OPTION_MATCH_EXACT: it is what was typed
 */
typedef enum
{
  APOOL_OPTION_MATCH_NONE,
  APOOL_OPTION_MATCH_PREFIX,
  APOOL_OPTION_MATCH_EXACT,
} ApoolOptionMatch;

static const char *
apool_option_skip_dashes (const char *text)
{
  return text + strspn (text, "-_");
}

static ApoolOptionMatch
apool_option_match (const char *name, const char *typed)
{
  name = apool_option_skip_dashes (name);
  typed = apool_option_skip_dashes (typed);
  while (*typed != '\0')
    {
      if (*name != *typed)
        return APOOL_OPTION_MATCH_NONE;
      name = apool_option_skip_dashes (name + 1);
      typed = apool_option_skip_dashes (typed + 1);
    }
  return *name == '\0' ? APOOL_OPTION_MATCH_EXACT : APOOL_OPTION_MATCH_PREFIX;
}

/* How well any long name of @option matches, and which one does. */
static ApoolOptionMatch
apool_option_match_names (const ApoolOption *option, const char *typed, const char **name)
{
  ApoolOptionMatch best = APOOL_OPTION_MATCH_NONE;

  for (const char *const *each = option->names; *each != NULL; each++)
    {
      ApoolOptionMatch match = APOOL_OPTION_MATCH_NONE;

      if (!apool_option_name_is_short (*each))
        match = apool_option_match (*each, typed);
      if (match <= best)
        continue;
      best = match;
      *name = *each;
    }
  return best;
}

/* The long name nearest to @typed, a usable option's where several are; NULL where none is near. */
static const char *
apool_option_find_nearest (const char *typed)
{
  gsize n_options;
  const ApoolOption *options = apool_option_table_get (&n_options);
  guint limit = apool_nearest_get_limit (typed);
  const ApoolOption *best = NULL;
  const char *nearest = NULL;

  for (gsize i = 0; i < n_options; i++)
    for (const char *const *name = options[i].names; *name != NULL; name++)
      {
        guint distance = apool_nearest_measure (typed, *name);

        if (apool_option_name_is_short (*name) || distance > limit)
          continue;
        if (best != NULL && distance == limit && options[i].state >= best->state)
          continue;
        limit = distance;
        best = &options[i];
        nearest = *name;
      }
  return nearest;
}

static void
apool_option_set_unknown_error (GError **error, const char *typed)
{
  const char *nearest = apool_option_find_nearest (apool_option_skip_dashes (typed));

  if (nearest != NULL)
    g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "%s: unknown option: did you mean --%s?",
                 typed, nearest);
  else
    g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "%s: unknown option: see --help", typed);
}

static void
apool_option_set_ambiguous_error (GError **error, const char *typed, const GPtrArray *names)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < MIN (names->len, APOOL_OPTION_MAX_CANDIDATES); i++)
    g_string_append_printf (list, "%s--%s", i > 0 ? ", " : "",
                            (const char *) g_ptr_array_index (names, i));
  if (names->len > APOOL_OPTION_MAX_CANDIDATES)
    g_string_append (list, ", and more");
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "%s: ambiguous option: %s", typed, list->str);
}

/**
 * apool_option_find_long:
 * @typed: what was typed, with its dashes, without a value
 * @error: (out) (optional): %APOOL_ERROR_USAGE, with the names that may have been meant
 *
 * Finds a long option by its name or by the beginning of one that no other option shares.
 *
 * Returns: (transfer none) (nullable): its row
 */
const ApoolOption *
apool_option_find_long (const char *typed, GError **error)
{
  gsize n_options;
  const ApoolOption *options = apool_option_table_get (&n_options);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const ApoolOption *found = NULL;

  if (*apool_option_skip_dashes (typed) == '\0')
    {
      apool_option_set_unknown_error (error, typed);
      return NULL;
    }
  for (gsize i = 0; i < n_options; i++)
    {
      const char *name = NULL;
      ApoolOptionMatch match = apool_option_match_names (&options[i], typed, &name);

      if (match == APOOL_OPTION_MATCH_EXACT)
        return &options[i];
      if (match == APOOL_OPTION_MATCH_NONE)
        continue;
      found = &options[i];
      g_ptr_array_add (names, (gpointer) name);
    }

  if (names->len == 1)
    return found;
  if (names->len == 0)
    apool_option_set_unknown_error (error, typed);
  else
    apool_option_set_ambiguous_error (error, typed, names);
  return NULL;
}

/**
 * apool_option_is_long_name:
 * @typed: what was typed, without dashes
 *
 * Returns: whether an option has this name behind two dashes
 */
gboolean
apool_option_is_long_name (const char *typed)
{
  gsize n_options;
  const ApoolOption *options = apool_option_table_get (&n_options);

  for (gsize i = 0; i < n_options; i++)
    for (const char *const *name = options[i].names; *name != NULL; name++)
      if (!apool_option_name_is_short (*name) && strcmp (*name, typed) == 0)
        return TRUE;
  return FALSE;
}

/**
 * apool_option_find_short:
 * @letter: what was typed behind one dash
 * @error: (out) (optional): %APOOL_ERROR_USAGE
 *
 * Returns: (transfer none) (nullable): its row
 */
const ApoolOption *
apool_option_find_short (char letter, GError **error)
{
  gsize n_options;
  const ApoolOption *options = apool_option_table_get (&n_options);

  for (gsize i = 0; i < n_options; i++)
    for (const char *const *name = options[i].names; *name != NULL; name++)
      if (apool_option_name_is_short (*name) && **name == letter)
        return &options[i];
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "-%c: unknown option: see --help", letter);
  return NULL;
}
