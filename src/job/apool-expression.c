/* SPDX-License-Identifier: MIT */
/* Looks at the words of a Perl expression, without knowing Perl: whether it may become something
 * else in another run, and whether it has then anything of its input in it.
 *
 * Taken for varying is any word that is a function of that kind, be it one or not: as a string, or
 * a key of a hash. Taken for free of the input is only what sets `$_` first, from nothing but
 * functions that are known not to read it. So either mistake has a job run again, and none has one
 * left out. */

#include "job/apool-expression.h"

#include <string.h>

/* What begins with one of these and goes on with a delimiter, is a name. */
#define NAME_CHARS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

/* Those that differ from run to run. */
static const char *const apool_expression_varying[] = {
  "time",
  "times",
  "localtime",
  "gmtime",
  "rand",
  "getppid",
  "getpid",
  "clock",
  "gettimeofday",
  "slot",
  "total_jobs",
  "PID",
  "PROCESS_ID",
  "yyyy_mm_dd_hh_mm_ss",
  "yyyy_mm_dd_hh_mm",
  "yyyy_mm_dd",
  "hh_mm_ss",
  "hh_mm",
  "yyyymmddhhmmss",
  "yyyymmddhhmm",
  "yyyymmdd",
  "hhmmss",
  "hhmm",
};

/* Others that do not read `$_` where they have no argument. */
static const char *const apool_expression_free[] = {
  "scalar", "sprintf", "join", "strftime", "POSIX", "x", "job", "seq", "uq", "q", "qq",
};

typedef struct
{
  const char *at;
  gsize length;
} ApoolExpressionWord;

static gboolean
apool_expression_is_one_of (const ApoolExpressionWord *word, const char *const *names, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (strlen (names[i]) == word->length && memcmp (names[i], word->at, word->length) == 0)
      return TRUE;
  return FALSE;
}

/* Finds the next name from *@at on. */
static gboolean
apool_expression_find_word (const char **at, ApoolExpressionWord *word)
{
  const char *start = *at + strcspn (*at, NAME_CHARS);

  word->at = start;
  word->length = strspn (start, NAME_CHARS);
  *at = start + word->length;
  return word->length > 0;
}

/* `$$`, unless it is what a reference in a variable points to. */
static gboolean
apool_expression_has_pid (const char *code)
{
  for (const char *at = strstr (code, "$$"); at; at = strstr (at + 1, "$$"))
    if (!strchr (NAME_CHARS "{$", at[2]) || at[2] == '\0')
      return TRUE;
  return strstr (code, "$^T") != NULL;
}

static gboolean
apool_expression_varies (const char *code)
{
  ApoolExpressionWord word;

  if (apool_expression_has_pid (code))
    return TRUE;
  while (apool_expression_find_word (&code, &word))
    if (apool_expression_is_one_of (&word, apool_expression_varying,
                                    G_N_ELEMENTS (apool_expression_varying)))
      return TRUE;
  return FALSE;
}

/* Whether a statement may read the input. */
static gboolean
apool_expression_reads_input (const char *statement)
{
  ApoolExpressionWord word;

  while (apool_expression_find_word (&statement, &word))
    {
      gboolean is_variable = word.at[-1] == '$' || word.at[-1] == '@';

      /* A number; $^T, when Perl was started. */
      if (g_ascii_isdigit (word.at[0]) || word.at[-1] == '^')
        continue;
      if (is_variable && word.length == 3 && memcmp (word.at, "job", 3) == 0)
        continue;
      if (is_variable || (!apool_expression_is_one_of (&word, apool_expression_varying,
                                                       G_N_ELEMENTS (apool_expression_varying)) &&
                          !apool_expression_is_one_of (&word, apool_expression_free,
                                                       G_N_ELEMENTS (apool_expression_free))))
        return TRUE;
    }
  return FALSE;
}

/* Blanks the strings of a statement that have no variables. */
static void
apool_expression_blank_strings (char *statement)
{
  char *at = statement;

  while ((at = strpbrk (at, "'\"")))
    {
      char *end = strchr (at + 1, *at);
      gsize length = end ? (gsize) (end - at) + 1 : strlen (at);

      if (!end || (*at == '"' && (memchr (at, '$', length) || memchr (at, '@', length))))
        return;
      memset (at, ' ', length);
      at = end + 1;
    }
}

/* Whether nothing is left of the input: `$_ = ...`, and no argument behind it. */
static gboolean
apool_expression_is_free (const char *code)
{
  g_autofree char *statement = NULL;

  while (g_ascii_isspace (*code))
    code++;
  if (!g_str_has_prefix (code, "$_"))
    return FALSE;
  code += 2;
  while (g_ascii_isspace (*code))
    code++;
  if (*code != '=' || code[1] == '=' || code[1] == '~')
    return FALSE;
  statement = g_strndup (code, strcspn (code, ";"));
  apool_expression_blank_strings (statement);
  return !apool_expression_reads_input (statement) && !strpbrk (statement, "/<`") &&
         !strstr (code, "arg") && !strstr (code, "$_[") && !strstr (code, "@_");
}

/**
 * apool_expression_find_nature:
 * @code: a Perl expression that makes something of `$_`
 *
 * Returns: whether that is the same in another run
 */
ApoolExpressionNature
apool_expression_find_nature (const char *code)
{
  if (!apool_expression_varies (code))
    return APOOL_EXPRESSION_STEADY;
  return apool_expression_is_free (code) ? APOOL_EXPRESSION_VARYING : APOOL_EXPRESSION_MIXED;
}
