/* SPDX-License-Identifier: MIT */
/* What stands in MAKEFLAGS.
 *
 * Words between blanks, in which a backslash takes the meaning from the byte behind it, and a
 * dollar sign stands twice. The first word may be options of one letter without a dash. Behind a
 * word "--" there are only definitions of variables. Where an option of one value stands more than
 * once, the last one counts. */

#include "base/apool-makeflags.h"

#include <string.h>

#define BLANKS " \t\n"

static const char *const apool_makeflags_auth_names[] = {
  "--jobserver-auth=", "--jobserver-fds=", /* before make 4.2 */
};

/* Cuts the next word off, as it is written. Returns: (transfer full) (nullable): %NULL at the end
 */
static char *
apool_makeflags_next_word (const char **rest)
{
  const char *begin = *rest + strspn (*rest, BLANKS);
  const char *end = begin;

  while (*end && !strchr (BLANKS, *end))
    end += end[0] == '\\' && end[1] ? 2 : 1;
  *rest = end;
  return end > begin ? g_strndup (begin, end - begin) : NULL;
}

/* Returns: (transfer full) (element-type utf8): the words of @flags; none where it is %NULL */
static GPtrArray *
apool_makeflags_split (const char *flags)
{
  GPtrArray *words = g_ptr_array_new_with_free_func (g_free);
  const char *rest = flags ? flags : "";
  char *word;

  while ((word = apool_makeflags_next_word (&rest)))
    g_ptr_array_add (words, word);
  return words;
}

/* How many words are options: all, or those before "--". */
static guint
apool_makeflags_count_options (const GPtrArray *words)
{
  guint n = 0;

  while (n < words->len && strcmp (g_ptr_array_index (words, n), "--") != 0)
    n++;
  return n;
}

static char *
apool_makeflags_unescape (const char *text)
{
  GString *plain = g_string_new (NULL);

  for (; *text; text++)
    {
      if ((text[0] == '\\' && text[1]) || (text[0] == '$' && text[1] == '$'))
        text++;
      g_string_append_c (plain, *text);
    }
  return g_string_free (plain, FALSE);
}

/* Returns: (nullable): where in @word the jobserver is; %NULL where it says nothing of one */
static const char *
apool_makeflags_find_auth (const char *word)
{
  for (gsize i = 0; i < G_N_ELEMENTS (apool_makeflags_auth_names); i++)
    if (g_str_has_prefix (word, apool_makeflags_auth_names[i]))
      return word + strlen (apool_makeflags_auth_names[i]);
  return NULL;
}

/**
 * apool_makeflags_dup_auth:
 * @flags: (nullable): what is in MAKEFLAGS
 *
 * Returns: (transfer full) (nullable): where make's jobserver is, as apool_jobserver_open() takes
 *   it; %NULL where there is none
 */
char *
apool_makeflags_dup_auth (const char *flags)
{
  g_autoptr (GPtrArray) words = apool_makeflags_split (flags);

  for (guint i = apool_makeflags_count_options (words); i > 0; i--)
    {
      const char *auth = apool_makeflags_find_auth (g_ptr_array_index (words, i - 1));

      if (auth)
        return apool_makeflags_unescape (auth);
    }
  return NULL;
}

static gboolean
apool_makeflags_is_number (const char *text)
{
  return text[0] && !text[strspn (text, "0123456789")];
}

/* Whether @word is the option -j. @value: (out): (nullable): the number that is part of it */
static gboolean
apool_makeflags_is_jobs (const char *word, const char **value)
{
  const char *number = NULL;

  *value = NULL;
  if (g_str_has_prefix (word, "--jobs="))
    number = word + strlen ("--jobs=");
  else if (g_str_has_prefix (word, "-j"))
    number = word + strlen ("-j");
  else
    return strcmp (word, "--jobs") == 0;
  if (number[0] && !apool_makeflags_is_number (number))
    return FALSE;
  *value = number[0] ? number : NULL;
  return TRUE;
}

/* How many of the words from @index on are one option -j: 0, 1, or 2 where its number is the second
 * one. @number: (out): (nullable): that number */
static guint
apool_makeflags_match_jobs (const GPtrArray *words,
                            guint n_options,
                            guint index,
                            const char **number)
{
  const char *next = index + 1 < n_options ? g_ptr_array_index (words, index + 1) : "";

  if (!apool_makeflags_is_jobs (g_ptr_array_index (words, index), number))
    return 0;
  if (*number || !apool_makeflags_is_number (next))
    return 1;
  *number = next;
  return 2;
}

/**
 * apool_makeflags_get_jobs:
 * @flags: (nullable): what is in MAKEFLAGS
 *
 * Returns: how many jobs make may run; 0 where it does not say, or says without limit
 */
guint
apool_makeflags_get_jobs (const char *flags)
{
  g_autoptr (GPtrArray) words = apool_makeflags_split (flags);
  guint n_options = apool_makeflags_count_options (words);
  guint64 n_jobs = 0;
  guint n_words;

  for (guint i = 0; i < n_options; i += MAX (n_words, 1))
    {
      const char *number;

      n_words = apool_makeflags_match_jobs (words, n_options, i, &number);
      if (n_words > 0 &&
          (!number || !g_ascii_string_to_unsigned (number, 10, 0, G_MAXINT, &n_jobs, NULL)))
        n_jobs = 0;
    }
  return (guint) n_jobs;
}

static void
apool_makeflags_add_word (GString *flags, const char *word)
{
  if (flags->len > 0)
    g_string_append_c (flags, ' ');
  g_string_append (flags, word);
}

/* A path may hold whatever MAKEFLAGS gives a meaning to. */
static void
apool_makeflags_add_auth (GString *flags, guint n_jobs, const char *auth)
{
  g_string_append_printf (flags, " -j%u %s", n_jobs, apool_makeflags_auth_names[0]);
  for (; *auth; auth++)
    {
      if (*auth == '$' || *auth == '\\' || strchr (BLANKS, *auth))
        g_string_append_c (flags, *auth == '$' ? '$' : '\\');
      g_string_append_c (flags, *auth);
    }
}

/**
 * apool_makeflags_merge:
 * @flags: (nullable): what is in MAKEFLAGS
 * @n_jobs: how many jobs there may be
 * @auth: where the jobserver is
 *
 * Returns: (transfer full): @flags with these in the place of those that it has
 */
char *
apool_makeflags_merge (const char *flags, guint n_jobs, const char *auth)
{
  g_autoptr (GPtrArray) words = apool_makeflags_split (flags);
  guint n_options = apool_makeflags_count_options (words);
  GString *merged = g_string_new (NULL);
  guint n_words;

  for (guint i = 0; i < n_options; i += MAX (n_words, 1))
    {
      const char *word = g_ptr_array_index (words, i);
      const char *number;

      n_words = apool_makeflags_match_jobs (words, n_options, i, &number);
      if (n_words == 0 && !apool_makeflags_find_auth (word))
        apool_makeflags_add_word (merged, word);
    }
  /* It begins with a blank where there are no options of one letter, as make writes it. */
  apool_makeflags_add_auth (merged, n_jobs, auth);
  for (guint i = n_options; i < words->len; i++)
    apool_makeflags_add_word (merged, g_ptr_array_index (words, i));
  return g_string_free (merged, FALSE);
}
