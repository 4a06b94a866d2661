/* SPDX-License-Identifier: MIT */
/* What `--halt` means: WHEN,WHAT=N, or one of the short forms that GNU parallel had before. */

#include "cli/apool-option-halt.h"

#include <string.h>

#include "base/apool-error.h"
#include "cli/apool-option-value.h"

/* More percent than there can be. */
#define MAX_PERCENT 100u

/* What the old forms stand for. */
static const struct
{
  const char *old;
  ApoolHaltRule rule;
} apool_option_old_halts[] = {
  { "0", { APOOL_HALT_NEVER, APOOL_HALT_ON_FAIL, 0, FALSE } },
  { "1", { APOOL_HALT_SOON, APOOL_HALT_ON_FAIL, 1, FALSE } },
  { "2", { APOOL_HALT_NOW, APOOL_HALT_ON_FAIL, 1, FALSE } },
  { "-1", { APOOL_HALT_SOON, APOOL_HALT_ON_SUCCESS, 1, FALSE } },
  { "-2", { APOOL_HALT_NOW, APOOL_HALT_ON_SUCCESS, 1, FALSE } },
};

static const char *const apool_option_halt_times[] = { "never", "soon", "now", NULL };
static const char *const apool_option_halt_reasons[] = { "fail", "success", "done", NULL };

/* A value that is being read. */
typedef struct
{
  const char *name; /* of the option */
  const char *value;
  const char *at; /* what is not read yet */
} ApoolOptionHaltText;

static gboolean
apool_option_fail_halt (const ApoolOptionHaltText *text, const char *why, GError **error)
{
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "%s %s: column %zu: %s", text->name,
               apool_option_show (text->value), (gsize) (text->at - text->value) + 1, why);
  return FALSE;
}

/* Reads one of @words, up to a comma, an equals sign or the end. */
static gboolean
apool_option_read_halt_word (ApoolOptionHaltText *text, const char *const *words, guint *which)
{
  gsize length = strcspn (text->at, ",=");

  for (*which = 0; words[*which]; *which += 1)
    if (strlen (words[*which]) == length && memcmp (words[*which], text->at, length) == 0)
      {
        text->at += length;
        return TRUE;
      }
  return FALSE;
}

/* Says what the word is not, and which of @words may have been meant. */
static gboolean
apool_option_fail_halt_word (const ApoolOptionHaltText *text,
                             const char *const *words,
                             const char *what,
                             const char *use,
                             GError **error)
{
  g_autofree char *word = g_strndup (text->at, strcspn (text->at, ",="));
  g_autofree char *nearest = apool_option_dup_nearest (word, words);
  g_autofree char *why = g_strdup_printf ("not a %s: %suse %s", what, nearest, use);

  return apool_option_fail_halt (text, why, error);
}

/* Reads N or N%, to the end. */
static gboolean
apool_option_read_halt_number (ApoolOptionHaltText *text, ApoolHaltRule *rule, GError **error)
{
  gsize n_digits = strspn (text->at, "0123456789");
  g_autofree char *digits = g_strndup (text->at, n_digits);
  const char *rest = text->at + n_digits;
  guint64 most = G_MAXINT64;

  rule->is_percentage = strcmp (rest, "%") == 0;
  if (rule->is_percentage)
    most = MAX_PERCENT;
  if ((rest[0] == '\0' || rule->is_percentage) &&
      g_ascii_string_to_unsigned (digits, 10, 1, most, &rule->n, NULL))
    return TRUE;
  return apool_option_fail_halt (
      text, "not a number of jobs: use a whole number, 1 or more, or 1% to 100%", error);
}

/* Reads the reason and the number behind it, which is 1 where there is none. */
static gboolean
apool_option_read_halt_reason (ApoolOptionHaltText *text, ApoolHaltRule *rule, GError **error)
{
  guint which;

  if (*text->at != ',')
    return apool_option_fail_halt (text, "no reason: use ,fail=N ,success=N or ,done=N", error);
  text->at++;
  if (!apool_option_read_halt_word (text, apool_option_halt_reasons, &which))
    return apool_option_fail_halt_word (text, apool_option_halt_reasons, "reason",
                                        "fail, success or done", error);
  rule->on = (ApoolHaltOn) which;
  rule->n = 1;
  if (*text->at == '\0')
    return TRUE;
  if (*text->at != '=')
    return apool_option_fail_halt (text, "use = and how many", error);
  text->at++;
  return apool_option_read_halt_number (text, rule, error);
}

static gboolean
apool_option_read_halt (ApoolOptionHaltText *text, ApoolHaltRule *rule, GError **error)
{
  guint which;

  if (g_ascii_isdigit (text->at[0]) && g_str_has_suffix (text->at, "%"))
    {
      *rule = (ApoolHaltRule){ .when = APOOL_HALT_SOON };
      return apool_option_read_halt_number (text, rule, error);
    }
  if (!apool_option_read_halt_word (text, apool_option_halt_times, &which))
    return apool_option_fail_halt_word (text, apool_option_halt_times, "time", "never, soon or now",
                                        error);
  rule->when = (ApoolHaltWhen) which;
  if (rule->when != APOOL_HALT_NEVER)
    return apool_option_read_halt_reason (text, rule, error);
  return *text->at == '\0' || apool_option_fail_halt (text, "never takes no reason", error);
}

gboolean
apool_option_set_halt (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  ApoolOptionHaltText text = { .name = name, .value = value, .at = value };
  ApoolHaltRule rule = { .when = APOOL_HALT_NEVER };

  for (gsize i = 0; i < G_N_ELEMENTS (apool_option_old_halts); i++)
    if (strcmp (value, apool_option_old_halts[i].old) == 0)
      {
        options->halt = apool_option_old_halts[i].rule;
        return TRUE;
      }
  if (!apool_option_read_halt (&text, &rule, error))
    return FALSE;
  options->halt = rule;
  return TRUE;
}
