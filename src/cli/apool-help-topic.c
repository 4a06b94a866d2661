/* SPDX-License-Identifier: MIT */
/* `--help=TOPIC`: a group of options, the replacement strings, all options, or one of them.
 *
 * A topic that begins with a dash is an option. Else a group comes first, by its whole name, then
 * an option by its whole name, then what begins so. */

#include "cli/apool-help-topic.h"

#include <string.h>

#include "base/apool-error.h"
#include "base/apool-nearest.h"
#include "cli/apool-help-group.h"
#include "cli/apool-help-replacement.h"
#include "cli/apool-help.h"
#include "cli/apool-option-lookup.h"

/* What is no group, and stands behind them. */
static const char *const apool_help_topics[] = { "replacement", "all" };

#define N_TOPICS (APOOL_OPTION_N_GROUPS + G_N_ELEMENTS (apool_help_topics))

static const char *
apool_help_topic_get_name (gsize i)
{
  return i < APOOL_OPTION_N_GROUPS ? apool_help_group_get ((ApoolOptionGroup) i)->name
                                   : apool_help_topics[i - APOOL_OPTION_N_GROUPS];
}

/* ---- one option ---- */

static void
apool_help_topic_append_state (GString *text, const ApoolOption *option)
{
  switch (option->state)
    {
    case APOOL_OPTION_BUILT:
      g_string_append_printf (text, "      %s\n", option->help);
      break;
    case APOOL_OPTION_ACCEPTED:
      g_string_append (text, "      GNU parallel's option, accepted: it changes nothing here.\n");
      break;
    case APOOL_OPTION_NOT_BUILT:
    case APOOL_OPTION_REFUSED:
      g_string_append_printf (text, "      GNU parallel's option, not in apool%s.\n",
                              option->state == APOOL_OPTION_NOT_BUILT ? " yet" : "");
      if (option->help != NULL)
        g_string_append_printf (text, "      Use %s.\n", option->help);
      break;
    }
}

static char *
apool_help_topic_dup_option (const ApoolOption *option)
{
  GString *text = g_string_new ("  ");

  apool_help_append_names (text, option);
  g_string_append_c (text, '\n');
  apool_help_topic_append_state (text, option);
  if (option->state == APOOL_OPTION_BUILT)
    g_string_append_printf (text, "\nMore of its kind: apool --help=%s. All about it: man apool.\n",
                            apool_help_group_get (option->group)->name);
  return g_string_free (text, FALSE);
}

/* ---- which topic ---- */

static char *
apool_help_topic_dup (gsize i)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *name = apool_help_topic_get_name (i);

  if (strcmp (name, "all") == 0)
    return apool_help_dup_all ();
  if (strcmp (name, "replacement") == 0)
    apool_help_append_replacements (text);
  else
    apool_help_append_group (text, (ApoolOptionGroup) i);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Returns: the number of the topic of this name; N_TOPICS where there is none */
static gsize
apool_help_topic_find (const char *name)
{
  gsize i = 0;

  while (i < N_TOPICS && strcmp (apool_help_topic_get_name (i), name) != 0)
    i++;
  return i;
}

/* Returns: the number of the only topic that begins with @prefix; N_TOPICS where there is none */
static gsize
apool_help_topic_find_prefix (const char *prefix)
{
  gsize found = N_TOPICS;

  for (gsize i = 0; i < N_TOPICS; i++)
    {
      if (!g_str_has_prefix (apool_help_topic_get_name (i), prefix))
        continue;
      if (found < N_TOPICS)
        return N_TOPICS;
      found = i;
    }
  return found;
}

/* Says what may have been meant: a long option that lacks a dash, `-halt`; a topic; or what the
 * search for an option said. */
static void
apool_help_topic_set_error (GError **error, const char *topic, const GError *option_error)
{
  const char *names[N_TOPICS + 1] = { NULL };
  g_autofree char *joined = g_strconcat ("h", topic, NULL);
  const char *nearest;

  for (gsize i = 0; i < N_TOPICS; i++)
    names[i] = apool_help_topic_get_name (i);
  nearest = apool_nearest_find (topic, names);
  if (apool_option_is_long_name (joined))
    g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "--help=%s: no topic: did you mean --%s?",
                 topic, joined);
  else if (nearest != NULL)
    g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "--help=%s: no topic: did you mean %s?",
                 topic, nearest);
  else
    g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "--help=%s", option_error->message);
}

static char *
apool_help_topic_dup_found_option (const char *typed, GError **error)
{
  const char *name = typed + strspn (typed, "-");
  const ApoolOption *option = strlen (name) == 1 ? apool_option_find_short (name[0], error)
                                                 : apool_option_find_long (typed, error);

  return option != NULL ? apool_help_topic_dup_option (option) : NULL;
}

/**
 * apool_help_topic_dup_text:
 * @topic: what was asked for: the name of a group or of an option, or the beginning of one
 * @error: (out) (optional): %APOOL_ERROR_USAGE, with what may have been meant
 *
 * Returns: (transfer full) (nullable): what there is to say of it, at most 80 columns wide
 */
char *
apool_help_topic_dup_text (const char *topic, GError **error)
{
  g_autofree char *lower = g_ascii_strdown (topic, -1);
  g_autoptr (GError) option_error = NULL;
  char *text;
  gsize which;

  /* Who types one of them wants to see them all. */
  if (topic[0] == '{' || topic[0] == '<')
    return apool_help_topic_dup (apool_help_topic_find ("replacement"));
  if (topic[0] == '-')
    {
      text = apool_help_topic_dup_found_option (topic, error);
      if (text == NULL)
        g_prefix_error (error, "--help=");
      return text;
    }
  which = apool_help_topic_find (lower);
  if (which == N_TOPICS && strlen (topic) > 1 && !apool_option_is_long_name (lower))
    which = apool_help_topic_find_prefix (lower);
  if (which < N_TOPICS)
    return apool_help_topic_dup (which);
  text = apool_help_topic_dup_found_option (strlen (topic) > 1 ? lower : topic, &option_error);
  if (text == NULL)
    apool_help_topic_set_error (error, lower, option_error);
  return text;
}
