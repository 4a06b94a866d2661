/* SPDX-License-Identifier: MIT */
/* Replacement strings that change a value by a regular expression, as GNU parallel was seen to read
 * and to match them: what the user wrote goes into a greater expression as it is, so that the
 * anchor of `{##a|b}` belongs to its first branch alone; what is put in is literal. */

#include "job/apool-substitution.h"

#include <string.h>

#include "base/apool-error.h"
#include "base/apool-pattern.h"

typedef enum
{
  APOOL_CHANGE_TEXT,  /* the match becomes the text */
  APOOL_CHANGE_GROUP, /* the match becomes its first group */
  APOOL_CHANGE_UPPER,
  APOOL_CHANGE_LOWER,
} ApoolChange;

typedef struct
{
  const char *start;  /* how the form begins */
  const char *before; /* what comes before and after the user's regular expression */
  const char *after;
  ApoolChange change;
  gboolean is_global;    /* whether every match is changed, not only the first one */
  gboolean is_lazy;      /* whether quantifiers take as little as they can */
  gboolean has_text;     /* whether a slash and the text follow */
  const char *not_first; /* bytes that the regular expression cannot begin with */
  const char *not_in;    /* bytes that it cannot have */
} ApoolSubstitutionKind;

struct _ApoolSubstitution
{
  const ApoolSubstitutionKind *kind;
  GRegex *regex;
  GString *text;
};

/* Longer ones first. A slash in the first place never ends a regular expression. */
static const ApoolSubstitutionKind apool_substitution_kinds[] = {
  { "##", "^", "", APOOL_CHANGE_TEXT, FALSE, FALSE, FALSE, "#", "" },
  { "#", "^", "(.*)", APOOL_CHANGE_GROUP, FALSE, TRUE, FALSE, "#", "" },
  { "%%", "", "$", APOOL_CHANGE_TEXT, FALSE, FALSE, FALSE, "", "" },
  { "%", "(.*)", "$", APOOL_CHANGE_GROUP, FALSE, TRUE, FALSE, "", "" },
  { "//", "", "", APOOL_CHANGE_TEXT, TRUE, FALSE, TRUE, "", "" },
  { "/#", "^", "", APOOL_CHANGE_TEXT, TRUE, FALSE, TRUE, "", "" },
  { "/%", "", "$", APOOL_CHANGE_TEXT, TRUE, FALSE, TRUE, "", "" },
  { "/", "", "", APOOL_CHANGE_TEXT, FALSE, FALSE, TRUE, "/", "#%" },
  { "^^", "(", ")", APOOL_CHANGE_UPPER, TRUE, FALSE, FALSE, "", "" },
  { "^", "^(", ")", APOOL_CHANGE_UPPER, FALSE, FALSE, FALSE, "", "" },
  { ",,", "(", ")", APOOL_CHANGE_LOWER, TRUE, FALSE, FALSE, "", "" },
  { ",", "^(", ")", APOOL_CHANGE_LOWER, FALSE, FALSE, FALSE, "", "" },
};

static gboolean
apool_substitution_has_any (const char *text, gsize length, const char *bytes)
{
  for (; *bytes != '\0'; bytes++)
    if (memchr (text, *bytes, length))
      return TRUE;
  return FALSE;
}

/* Returns: the length of the regular expression in @text, which is behind the start of the form; 0
 * where the form is another one */
static gsize
apool_substitution_measure (const ApoolSubstitutionKind *kind, const char *text, gsize length)
{
  const char *slash;

  if (length == 0 || strchr (kind->not_first, text[0]))
    return 0;
  if (!kind->has_text)
    return length;
  slash = memchr (text + 1, '/', length - 1);
  if (!slash || apool_substitution_has_any (text, (gsize) (slash - text), kind->not_in))
    return 0;
  return (gsize) (slash - text);
}

static const ApoolSubstitutionKind *
apool_substitution_find_kind (const char *text, gsize length, gsize *pattern_length)
{
  for (gsize i = 0; i < G_N_ELEMENTS (apool_substitution_kinds); i++)
    {
      const ApoolSubstitutionKind *kind = &apool_substitution_kinds[i];
      gsize skipped = strlen (kind->start);

      if (length <= skipped || memcmp (text, kind->start, skipped) != 0)
        continue;
      *pattern_length = apool_substitution_measure (kind, text + skipped, length - skipped);
      if (*pattern_length > 0)
        return kind;
    }
  return NULL;
}

/* Appends @pattern with all of its `*` and `+` made lazy, the `?` left as it is: G_REGEX_UNGREEDY
 * would turn that around too, and make lazy ones greedy. */
static void
apool_substitution_append_lazy (GString *to, const char *pattern)
{
  gboolean in_class = FALSE;

  for (const char *at = pattern; *at != '\0'; at++)
    {
      g_string_append_c (to, *at);
      if (*at == '\\' && at[1] != '\0')
        g_string_append_c (to, *++at);
      else if (in_class)
        in_class = *at != ']';
      else if (*at == '[')
        in_class = TRUE;
      else if ((*at == '*' || *at == '+') && at[1] != '?')
        g_string_append_c (to, '?');
    }
}

/* The user's part is compiled alone first: what is wrong with it is then told in its own columns.
 */
static GRegex *
apool_substitution_compile (const ApoolSubstitutionKind *kind, const char *pattern, GError **error)
{
  g_autoptr (GRegex) alone = apool_pattern_new (pattern, 0, APOOL_ERROR_TEMPLATE, error);
  g_autoptr (GString) whole = NULL;

  if (!alone)
    return NULL;
  whole = g_string_new (kind->before);
  if (kind->is_lazy)
    apool_substitution_append_lazy (whole, pattern);
  else
    g_string_append (whole, pattern);
  g_string_append (whole, kind->after);
  return apool_pattern_new (whole->str, 0, APOOL_ERROR_TEMPLATE, error);
}

/**
 * apool_substitution_parse:
 * @text: (array length=length): a form without the braces, and without a NUL
 * @length: how many bytes
 * @error: (out) (optional): %APOOL_ERROR_TEMPLATE: its regular expression is none
 *
 * Returns: (transfer full) (nullable): what it does; %NULL without an error for another form
 */
ApoolSubstitution *
apool_substitution_parse (const char *text, gsize length, GError **error)
{
  gsize pattern_length;
  const ApoolSubstitutionKind *kind = apool_substitution_find_kind (text, length, &pattern_length);
  g_autofree char *pattern = NULL;
  ApoolSubstitution *self;
  GRegex *regex;
  gsize end;

  if (!kind)
    return NULL;
  pattern = g_strndup (text + strlen (kind->start), pattern_length);
  regex = apool_substitution_compile (kind, pattern, error);
  if (!regex)
    return NULL;
  end = strlen (kind->start) + pattern_length + (kind->has_text ? 1 : 0);
  self = g_new0 (ApoolSubstitution, 1);
  self->kind = kind;
  self->regex = regex;
  self->text = g_string_new_len (text + end, (gssize) (length - end));
  return self;
}

/**
 * apool_substitution_free:
 * @self: (transfer full): a substitution
 */
void
apool_substitution_free (ApoolSubstitution *self)
{
  g_regex_unref (self->regex);
  g_string_free (self->text, TRUE);
  g_free (self);
}

static void
apool_substitution_append_case (GString *to, const char *data, gsize length, gboolean is_upper)
{
  gsize start = to->len;

  g_string_append_len (to, data, (gssize) length);
  for (gsize i = start; i < to->len; i++)
    to->str[i] = is_upper ? g_ascii_toupper (to->str[i]) : g_ascii_tolower (to->str[i]);
}

/* Appends what becomes of the match from @start to @end. */
static void
apool_substitution_append_match (const ApoolSubstitution *self,
                                 const GMatchInfo *match,
                                 const char *data,
                                 int start,
                                 int end,
                                 GString *to)
{
  const char *matched = data + start;
  gsize length = (gsize) (end - start);

  switch (self->kind->change)
    {
    case APOOL_CHANGE_TEXT:
      g_string_append_len (to, self->text->str, (gssize) self->text->len);
      break;
    case APOOL_CHANGE_GROUP:
      if (g_match_info_fetch_pos (match, 1, &start, &end) && start >= 0)
        g_string_append_len (to, data + start, end - start);
      break;
    case APOOL_CHANGE_UPPER:
    case APOOL_CHANGE_LOWER:
      apool_substitution_append_case (to, matched, length,
                                      self->kind->change == APOOL_CHANGE_UPPER);
      break;
    default:
      g_assert_not_reached ();
    }
}

static void
apool_substitution_refuse (const GError *why, GError **error)
{
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT, "regular expression%s",
               apool_pattern_get_match_reason (why));
}

/* Behind an empty match the next one begins elsewhere or is not empty, as with Perl. */
static gboolean
apool_substitution_append_all (
    const ApoolSubstitution *self, const char *data, int length, GString *to, GError **error)
{
  GRegexMatchFlags flags = 0;
  int copied = 0;
  gboolean goes_on = TRUE;

  while (goes_on)
    {
      g_autoptr (GMatchInfo) match = NULL;
      g_autoptr (GError) why = NULL;
      int start;
      int end;

      (void) g_regex_match_full (self->regex, data, length, copied, flags, &match, &why);
      if (why)
        {
          apool_substitution_refuse (why, error);
          return FALSE;
        }
      /* Older versions of PCRE let \K put the start of a match before what is asked for. */
      if (!g_match_info_fetch_pos (match, 0, &start, &end) || start < copied || end < start)
        break;
      g_string_append_len (to, data + copied, start - copied);
      apool_substitution_append_match (self, match, data, start, end, to);
      copied = end;
      flags = start == end ? G_REGEX_MATCH_NOTEMPTY_ATSTART : 0;
      goes_on = self->kind->is_global;
    }
  g_string_append_len (to, data + copied, length - copied);
  return TRUE;
}

/**
 * apool_substitution_append:
 * @self: a substitution
 * @data: (array length=length) (nullable): a value
 * @length: how many bytes
 * @to: where it is appended; left as it is by an error
 * @error: (out) (optional): %APOOL_ERROR_INPUT: matching took more than it may
 *
 * Appends what becomes of the value.
 *
 * Returns: whether that could be told
 */
gboolean
apool_substitution_append (
    const ApoolSubstitution *self, const char *data, gsize length, GString *to, GError **error)
{
  gsize before = to->len;

  if (length > G_MAXINT)
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT,
                   "a value of %" G_GSIZE_FORMAT " bytes is too long for a regular expression",
                   length);
      return FALSE;
    }
  if (apool_substitution_append_all (self, data ? data : "", (int) length, to, error))
    return TRUE;
  g_string_truncate (to, before);
  return FALSE;
}
