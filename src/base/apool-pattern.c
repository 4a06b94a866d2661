/* SPDX-License-Identifier: MIT */
/* Regular expressions that the user has written, for values of any bytes.
 *
 * GRegex lets \w, \s, [:alpha:] and their like be of Unicode's characters even where it takes bytes
 * for characters, that is, of Latin-1's: \s then finds a blank in the middle of a UTF-8 "à". So
 * these are written out as the bytes of ASCII that they are for Perl. */

#include "base/apool-pattern.h"

#include <string.h>

typedef struct
{
  char letter; /* its escape, \d; or NUL */
  const char *name;
  guint8 ranges[4][2]; /* ascending, first and last byte; one from 0 to 0 ends them */
} ApoolPatternClass;

/* Ranges that begin at byte 0 come first. */
static const ApoolPatternClass apool_pattern_classes[] = {
  { 'd', "digit", { { '0', '9' } } },
  { 's', "space", { { '\t', '\r' }, { ' ', ' ' } } },
  { 'w', "word", { { '0', '9' }, { 'A', 'Z' }, { '_', '_' }, { 'a', 'z' } } },
  { '\0', "alnum", { { '0', '9' }, { 'A', 'Z' }, { 'a', 'z' } } },
  { '\0', "alpha", { { 'A', 'Z' }, { 'a', 'z' } } },
  { '\0', "ascii", { { 0, 0x7f } } },
  { '\0', "blank", { { '\t', '\t' }, { ' ', ' ' } } },
  { '\0', "cntrl", { { 0, 0x1f }, { 0x7f, 0x7f } } },
  { '\0', "graph", { { '!', '~' } } },
  { '\0', "lower", { { 'a', 'z' } } },
  { '\0', "print", { { ' ', '~' } } },
  { '\0', "punct", { { '!', '/' }, { ':', '@' }, { '[', '`' }, { '{', '~' } } },
  { '\0', "upper", { { 'A', 'Z' } } },
  { '\0', "xdigit", { { '0', '9' }, { 'A', 'F' }, { 'a', 'f' } } },
};

/* A pattern on its way from one form into the other. */
typedef struct
{
  const char *at;
  GString *to;
  gboolean in_brackets;
  gboolean behind_hyphen; /* whether a hyphen was written last, as it stood there */
} ApoolPatternWriter;

static const ApoolPatternClass *
apool_pattern_find_escape (char letter)
{
  for (gsize i = 0; i < G_N_ELEMENTS (apool_pattern_classes); i++)
    if (apool_pattern_classes[i].letter == letter)
      return &apool_pattern_classes[i];
  return NULL;
}

/* Returns: (nullable): what the `[:name:]` at @at is; @length is all of it */
static const ApoolPatternClass *
apool_pattern_find_named (const char *at, gboolean *is_negated, gsize *length)
{
  const char *name = at + 2;

  if (!g_str_has_prefix (at, "[:"))
    return NULL;
  *is_negated = *name == '^';
  if (*is_negated)
    name++;
  for (gsize i = 0; i < G_N_ELEMENTS (apool_pattern_classes); i++)
    {
      gsize name_length = strlen (apool_pattern_classes[i].name);

      if (strncmp (name, apool_pattern_classes[i].name, name_length) != 0 ||
          !g_str_has_prefix (name + name_length, ":]"))
        continue;
      *length = (gsize) (name - at) + name_length + 2;
      return &apool_pattern_classes[i];
    }
  return NULL;
}

static void
apool_pattern_append_range (GString *to, guint first, guint last)
{
  if (first <= last)
    g_string_append_printf (to, "\\x%02x-\\x%02x", first, last);
}

/* Appends the bytes of a class, or those that it has not, as they stand between brackets. */
static void
apool_pattern_append_class (GString *to, const ApoolPatternClass *class, gboolean is_negated)
{
  guint next = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (class->ranges) && class->ranges[i][1] > 0; i++)
    {
      if (!is_negated)
        apool_pattern_append_range (to, class->ranges[i][0], class->ranges[i][1]);
      else if (class->ranges[i][0] > next)
        apool_pattern_append_range (to, next, class->ranges[i][0] - 1u);
      next = class->ranges[i][1] + 1u;
    }
  if (is_negated)
    apool_pattern_append_range (to, next, G_MAXUINT8);
}

/* A class takes no part in a range: hyphens beside it are themselves. */
static void
apool_pattern_write_class (ApoolPatternWriter *self,
                           const ApoolPatternClass *class,
                           gboolean is_negated,
                           gsize length)
{
  if (!self->in_brackets)
    g_string_append_c (self->to, '[');
  else if (self->behind_hyphen)
    g_string_insert_c (self->to, (gssize) self->to->len - 1, '\\');
  apool_pattern_append_class (self->to, class, is_negated);
  if (!self->in_brackets)
    g_string_append_c (self->to, ']');
  self->at += length;
  if (self->in_brackets && *self->at == '-')
    {
      g_string_append (self->to, "\\-");
      self->at++;
    }
}

static void
apool_pattern_copy (ApoolPatternWriter *self, gsize length)
{
  gsize there = strnlen (self->at, length);

  g_string_append_len (self->to, self->at, (gssize) there);
  self->at += there;
}

/* Copies up to and including @end. */
static void
apool_pattern_copy_until (ApoolPatternWriter *self, const char *end)
{
  const char *found = strstr (self->at, end);

  apool_pattern_copy (self, found ? (gsize) (found - self->at) + strlen (end) : G_MAXSIZE);
}

/* The end of a word, or, where @is_negated, what is none. */
static void
apool_pattern_write_boundary (ApoolPatternWriter *self, gboolean is_negated)
{
  static const char WORD[] = "[0-9A-Za-z_]";

  g_string_append_printf (self->to, "(?:(?<=%s)(?%c%s)|(?<!%s)(?%c%s))", WORD,
                          is_negated ? '=' : '!', WORD, WORD, is_negated ? '!' : '=', WORD);
  self->at += 2;
}

static void
apool_pattern_write_escape (ApoolPatternWriter *self)
{
  char letter = self->at[1];
  const ApoolPatternClass *class = NULL;

  if (g_ascii_isalpha (letter))
    class = apool_pattern_find_escape (g_ascii_tolower (letter));
  if (class)
    apool_pattern_write_class (self, class, g_ascii_isupper (letter), 2);
  else if (!self->in_brackets && (letter == 'b' || letter == 'B'))
    apool_pattern_write_boundary (self, letter == 'B');
  else if (letter == 'Q')
    apool_pattern_copy_until (self, "\\E");
  else
    apool_pattern_copy (self, letter == 'c' ? 3 : 2);
}

/* Goes into brackets: a `]` that comes first is one of their bytes. */
static void
apool_pattern_write_opening (ApoolPatternWriter *self)
{
  apool_pattern_copy (self, 1);
  if (*self->at == '^')
    apool_pattern_copy (self, 1);
  if (*self->at == ']')
    apool_pattern_copy (self, 1);
  self->in_brackets = TRUE;
}

static void
apool_pattern_write_next (ApoolPatternWriter *self)
{
  gboolean is_negated;
  gsize length;
  const ApoolPatternClass *class =
      self->in_brackets ? apool_pattern_find_named (self->at, &is_negated, &length) : NULL;
  gboolean is_hyphen = *self->at == '-';

  if (class)
    apool_pattern_write_class (self, class, is_negated, length);
  else if (*self->at == '\\')
    apool_pattern_write_escape (self);
  else if (!self->in_brackets && *self->at == '[')
    apool_pattern_write_opening (self);
  else if (!self->in_brackets && g_str_has_prefix (self->at, "(?#"))
    apool_pattern_copy_until (self, ")");
  else
    {
      self->in_brackets = self->in_brackets && *self->at != ']';
      apool_pattern_copy (self, 1);
    }
  self->behind_hyphen = is_hyphen;
}

/* Returns: (transfer full): @pattern with its classes written out */
static char *
apool_pattern_write_classes (const char *pattern)
{
  ApoolPatternWriter writer = { .at = pattern, .to = g_string_new (NULL) };

  while (*writer.at != '\0')
    apool_pattern_write_next (&writer);
  return g_string_free (writer.to, FALSE);
}

/* GRegex has the place of a fault in its message alone, behind the pattern and, in some languages,
 * some words: "... ‘a(b’ at char 3: missing closing parenthesis". */
static const char *
apool_pattern_find_reason (const char *message, const char *pattern, guint64 *offset)
{
  const char *at = strstr (message, pattern);
  char *end;

  if (!at)
    return NULL;
  at += strlen (pattern);
  while (*at != '\0' && !g_ascii_isdigit (*at))
    at++;
  if (*at == '\0')
    return NULL;
  *offset = g_ascii_strtoull (at, &end, 10);
  return g_str_has_prefix (end, ": ") ? end + 2 : NULL;
}

static GRegex *
apool_pattern_compile (const char *pattern,
                       GRegexCompileFlags flags,
                       ApoolError code,
                       GError **error)
{
  g_autoptr (GError) why = NULL;
  const char *reason;
  guint64 offset = 0;
  GRegex *regex =
      g_regex_new (pattern, flags | G_REGEX_RAW | G_REGEX_OPTIMIZE | G_REGEX_NEWLINE_LF, 0, &why);

  if (regex)
    return regex;
  reason = apool_pattern_find_reason (why->message, pattern, &offset);
  if (reason)
    g_set_error (error, APOOL_ERROR, (int) code,
                 "regular expression '%s': column %" G_GUINT64_FORMAT ": %s", pattern, offset + 1,
                 reason);
  else
    g_set_error_literal (error, APOOL_ERROR, (int) code, why->message);
  return NULL;
}

/**
 * apool_pattern_new:
 * @pattern: a regular expression as Perl has them
 * @flags: what else is said about it
 * @code: what kind of error it is if it is none
 * @error: (out) (optional): says why it is none, and where, in columns from 1
 *
 * A byte is a character, whatever the encoding: letters, digits and white space are those of ASCII.
 * Only a newline ends a line.
 *
 * Returns: (transfer full) (nullable): it, prepared for many matches
 */
GRegex *
apool_pattern_new (const char *pattern, GRegexCompileFlags flags, ApoolError code, GError **error)
{
  g_autofree char *written = apool_pattern_write_classes (pattern);
  GRegex *regex = apool_pattern_compile (written, flags, code, NULL);

  if (regex)
    return regex;
  /* What is wrong is told in the columns of what the user wrote. */
  regex = apool_pattern_compile (pattern, flags, code, error);
  if (!regex)
    return NULL;
  g_regex_unref (regex);
  return apool_pattern_compile (written, flags, code, error);
}

/**
 * apool_pattern_get_match_reason:
 * @error: why a match was given up, as GRegex says it
 *
 * Leaves out the expression, which is not the user's any more: what is before the last colon.
 *
 * Returns: (transfer none): the reason, with a colon and a blank before it
 */
const char *
apool_pattern_get_match_reason (const GError *error)
{
  const char *colon = strrchr (error->message, ':');

  return colon ? colon : ": cannot be matched";
}
