/* SPDX-License-Identifier: MIT */
/* The forms of one value. The forms of a path are plain loops over its bytes; a newline is a byte
 * like any other in them. The others belong to modules of their own. */

#include "job/apool-form.h"

#include <string.h>

#include "base/apool-error.h"
#include "job/apool-printf.h"
#include "job/apool-substitution.h"

typedef enum
{
  APOOL_FORM_WHOLE,
  APOOL_FORM_BASENAME,
  APOOL_FORM_DIRNAME,
  APOOL_FORM_FOLDER,    /* what the basename leaves: all before the last slash */
  APOOL_FORM_EXTENSION, /* what is behind the last dot, or the last but one, ... */
  APOOL_FORM_DEFAULT,   /* a text in the place of a value that is nothing */
  APOOL_FORM_SUBSTRING,
  APOOL_FORM_PRINTF,
  APOOL_FORM_SUBSTITUTION,
} ApoolFormKind;

struct _ApoolForm
{
  ApoolFormKind kind;
  guint n_extensions; /* that are taken off, or of %APOOL_FORM_EXTENSION that are left */
  gsize position;     /* of a substring */
  gsize count;
  char *text; /* (nullable): of a default, of a format */
  ApoolPrintf format;
  ApoolSubstitution *substitution; /* (nullable) */
};

typedef struct
{
  const char *text;
  gboolean is_plus;
  ApoolFormKind kind;
  guint n_extensions;
} ApoolFormPath;

static const ApoolFormPath apool_form_paths[] = {
  { "", FALSE, APOOL_FORM_WHOLE, 0 },        { ".", FALSE, APOOL_FORM_WHOLE, 1 },
  { "/", FALSE, APOOL_FORM_BASENAME, 0 },    { "//", FALSE, APOOL_FORM_DIRNAME, 0 },
  { "/.", FALSE, APOOL_FORM_BASENAME, 1 },   { "..", TRUE, APOOL_FORM_WHOLE, 2 },
  { "...", TRUE, APOOL_FORM_WHOLE, 3 },      { "/..", TRUE, APOOL_FORM_BASENAME, 2 },
  { "/...", TRUE, APOOL_FORM_BASENAME, 3 },  { "+/", TRUE, APOOL_FORM_FOLDER, 0 },
  { "+.", TRUE, APOOL_FORM_EXTENSION, 1 },   { "+..", TRUE, APOOL_FORM_EXTENSION, 2 },
  { "+...", TRUE, APOOL_FORM_EXTENSION, 3 },
};

static ApoolForm *
apool_form_match_path (const char *text, gsize length, gboolean plus)
{
  ApoolForm *self;

  for (gsize i = 0; i < G_N_ELEMENTS (apool_form_paths); i++)
    {
      const ApoolFormPath *path = &apool_form_paths[i];

      if (strlen (path->text) != length || memcmp (path->text, text, length) != 0)
        continue;
      if (path->is_plus && !plus)
        return NULL;
      self = g_new0 (ApoolForm, 1);
      self->kind = path->kind;
      self->n_extensions = path->n_extensions;
      return self;
    }
  return NULL;
}

/* Returns: how many digits there are; @number is at most what a position in a value can be */
static gsize
apool_form_take_number (const char *text, gsize length, gsize *number)
{
  gsize at = 0;

  *number = 0;
  for (; at < length && g_ascii_isdigit (text[at]); at++)
    *number = MIN (*number * 10 + (gsize) (text[at] - '0'), (gsize) G_MAXINT32);
  return at;
}

/* `:2` and `:2:3`. */
static ApoolForm *
apool_form_match_substring (const char *text, gsize length)
{
  gsize position;
  gsize count = G_MAXSIZE;
  gsize at = 1 + apool_form_take_number (text + 1, length - 1, &position);
  ApoolForm *self;

  if (at == 1)
    return NULL;
  if (at < length && text[at] == ':')
    {
      gsize n_digits = apool_form_take_number (text + at + 1, length - at - 1, &count);

      if (n_digits == 0)
        return NULL;
      at += 1 + n_digits;
    }
  if (at < length)
    return NULL;
  self = g_new0 (ApoolForm, 1);
  self->kind = APOOL_FORM_SUBSTRING;
  self->position = position;
  self->count = count;
  return self;
}

static ApoolForm *
apool_form_match_printf (const char *text, gsize length, GError **error)
{
  ApoolPrintf format;
  ApoolForm *self;

  if (!apool_printf_parse (text + 1, length - 1, &format, error))
    return NULL;
  self = g_new0 (ApoolForm, 1);
  self->kind = APOOL_FORM_PRINTF;
  self->format = format;
  self->text = g_strndup (text + 1, length - 1);
  return self;
}

/* `:-text`, which is never empty: `{:-}` is no form. */
static ApoolForm *
apool_form_match_default (const char *text, gsize length)
{
  ApoolForm *self;

  if (length < 3 || text[1] != '-')
    return NULL;
  self = g_new0 (ApoolForm, 1);
  self->kind = APOOL_FORM_DEFAULT;
  self->text = g_strndup (text + 2, length - 2);
  return self;
}

/* `{#:%d}` is the number of a job in a format, not a prefix that is taken off; `{%:%d}`, `{##:%d}`
 * likewise. */
static gboolean
apool_form_is_of_number (const char *text, gsize length)
{
  static const char *const NUMBERS[] = { "#:%", "%:%", "##:%" };

  for (gsize i = 0; i < G_N_ELEMENTS (NUMBERS); i++)
    if (length >= strlen (NUMBERS[i]) && memcmp (text, NUMBERS[i], strlen (NUMBERS[i])) == 0)
      return TRUE;
  return FALSE;
}

static ApoolForm *
apool_form_match_substitution (const char *text, gsize length, GError **error)
{
  ApoolSubstitution *substitution = NULL;
  ApoolForm *self;

  if (!apool_form_is_of_number (text, length))
    substitution = apool_substitution_parse (text, length, error);
  if (!substitution)
    return NULL;
  self = g_new0 (ApoolForm, 1);
  self->kind = APOOL_FORM_SUBSTITUTION;
  self->substitution = substitution;
  return self;
}

/* Returns: (nullable): the form @text, %NULL without an error for none */
static ApoolForm *
apool_form_parse (const char *text, gsize length, gboolean plus, GError **error)
{
  ApoolForm *self = apool_form_match_path (text, length, plus);

  if (self || length == 0)
    return self;
  if (text[0] == ':' && length > 1 && text[1] == '%')
    return apool_form_match_printf (text, length, error);
  if (!plus)
    return NULL;
  if (text[0] != ':')
    return apool_form_match_substitution (text, length, error);
  self = apool_form_match_default (text, length);
  return self ? self : apool_form_match_substring (text, length);
}

/**
 * apool_form_match:
 * @at: what is behind the opening brace and what says which value is meant
 * @end: the end of the text
 * @plus: whether the forms of `--plus` are known too
 * @form: (out) (transfer full): the form
 * @error: (out) (optional): %APOOL_ERROR_TEMPLATE: a regular expression or a format is malformed;
 *   says where in it
 *
 * Reads a form up to the closing brace. None goes beyond a NUL, which ends a word.
 *
 * Returns: its length, the closing brace included; 0 with an error, or where it is no form
 */
gsize
apool_form_match (const char *at, const char *end, gboolean plus, ApoolForm **form, GError **error)
{
  const char *close = memchr (at, '}', (gsize) (end - at));
  gsize length = close ? (gsize) (close - at) : 0;

  if (!close || (length > 0 && memchr (at, '\0', length)))
    return 0;
  *form = apool_form_parse (at, length, plus, error);
  return *form ? length + 1 : 0;
}

/**
 * apool_form_free:
 * @self: (transfer full): a form
 */
void
apool_form_free (ApoolForm *self)
{
  g_clear_pointer (&self->substitution, apool_substitution_free);
  g_free (self->text);
  g_free (self);
}

/**
 * apool_form_get_format:
 * @self: a form
 *
 * Returns: (nullable): the format of printf() that it is, for a number that is not known yet; %NULL
 *   for other forms
 */
const char *
apool_form_get_format (const ApoolForm *self)
{
  return self->kind == APOOL_FORM_PRINTF ? self->text : NULL;
}

/* Returns: (nullable): the dot before the last @n_extensions extensions of the last name in a
 * path */
static const char *
apool_form_find_extension (const char *data, gsize length, guint n_extensions)
{
  for (const char *at = data + length; at > data; at--)
    {
      if (at[-1] == '/')
        return NULL;
      if (at[-1] == '.' && --n_extensions == 0)
        return at - 1;
    }
  return NULL;
}

static gsize
apool_form_skip_slashes (const char *data, gsize length)
{
  while (length > 1 && data[length - 1] == '/')
    length--;
  return length;
}

/* The folder that @data is in, as dirname(1) has it. */
static void
apool_form_append_dirname (const char *data, gsize length, GString *to)
{
  const char *slash;

  length = apool_form_skip_slashes (data, length);
  slash = memrchr (data, '/', length);
  if (slash)
    g_string_append_len (to, data,
                         (gssize) apool_form_skip_slashes (data, (gsize) (slash - data) + 1));
  else
    g_string_append_c (to, '.');
}

/* What @n_extensions extensions are: one is all behind the last dot, be it in a folder's name;
 * several are those of the last name. */
static void
apool_form_append_extension (guint n_extensions, const char *data, gsize length, GString *to)
{
  const char *dot = n_extensions == 1 ? memrchr (data, '.', length)
                                      : apool_form_find_extension (data, length, n_extensions);

  if (dot)
    g_string_append_len (to, dot + 1, data + length - dot - 1);
}

static void
apool_form_append_path (const ApoolForm *self, const char *data, gsize length, GString *to)
{
  const char *slash = self->kind == APOOL_FORM_WHOLE ? NULL : memrchr (data, '/', length);
  const char *dot = NULL;

  if (slash && self->kind == APOOL_FORM_FOLDER)
    g_string_append_len (to, data, slash - data);
  if (self->kind == APOOL_FORM_FOLDER)
    return;
  if (slash)
    {
      length -= (gsize) (slash + 1 - data);
      data = slash + 1;
    }
  if (self->n_extensions > 0)
    dot = apool_form_find_extension (data, length, self->n_extensions);
  g_string_append_len (to, data, dot ? dot - data : (gssize) length);
}

/* Perl's idea of nothing: no bytes, or the number zero in one digit. */
static void
apool_form_append_default (const char *text, const char *data, gsize length, GString *to)
{
  if (length == 0 || (length == 1 && data[0] == '0'))
    g_string_append (to, text);
  else
    g_string_append_len (to, data, (gssize) length);
}

static void
apool_form_append_substring (const ApoolForm *self, const char *data, gsize length, GString *to)
{
  gsize position = MIN (self->position, length);

  g_string_append_len (to, data + position, (gssize) MIN (self->count, length - position));
}

/**
 * apool_form_append:
 * @self: a form
 * @data: (array length=length) (nullable): a value
 * @length: how many bytes
 * @to: where it is appended; left as it is by an error
 * @error: (out) (optional): %APOOL_ERROR_INPUT: the value cannot have this form
 *
 * Appends what the form makes of a value.
 *
 * Returns: whether that could be told
 */
gboolean
apool_form_append (
    const ApoolForm *self, const char *data, gsize length, GString *to, GError **error)
{
  if (!data)
    data = "";
  switch (self->kind)
    {
    case APOOL_FORM_WHOLE:
    case APOOL_FORM_BASENAME:
    case APOOL_FORM_FOLDER:
      apool_form_append_path (self, data, length, to);
      return TRUE;
    case APOOL_FORM_DIRNAME:
      apool_form_append_dirname (data, length, to);
      return TRUE;
    case APOOL_FORM_EXTENSION:
      apool_form_append_extension (self->n_extensions, data, length, to);
      return TRUE;
    case APOOL_FORM_DEFAULT:
      apool_form_append_default (self->text, data, length, to);
      return TRUE;
    case APOOL_FORM_SUBSTRING:
      apool_form_append_substring (self, data, length, to);
      return TRUE;
    case APOOL_FORM_PRINTF:
      return apool_printf_append (&self->format, data, length, to, error);
    case APOOL_FORM_SUBSTITUTION:
      return apool_substitution_append (self->substitution, data, length, to, error);
    default:
      g_return_val_if_reached (FALSE);
    }
}
