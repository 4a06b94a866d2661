/* SPDX-License-Identifier: MIT */
/* Values of options: what many of them check, and what they say of a value that is none. */

#include "cli/apool-option-value.h"

#include <string.h>

#include "base/apool-error.h"
#include "base/apool-nearest.h"
#include "base/apool-units.h"
#include "cli/apool-options.h"

#define MSEC_PER_SECOND 1000

/**
 * apool_option_show:
 * @value: that of an option, which is wrong
 *
 * Returns: (transfer none): how it is said what it is: an empty one would not be seen
 */
const char *
apool_option_show (const char *value)
{
  return *value ? value : "''";
}

/**
 * apool_option_check:
 * @fits: whether the value could be read
 * @name: the option as it was typed
 * @value: its value
 * @error: (inout) (optional): what is wrong with the value, where it could not
 *
 * Has what is wrong with a value say of which option it is the value.
 *
 * Returns: @fits
 */
gboolean
apool_option_check (gboolean fits, const char *name, const char *value, GError **error)
{
  if (!fits)
    g_prefix_error (error, "%s %s: ", name, apool_option_show (value));
  return fits;
}

/**
 * apool_option_check_not_empty:
 * @name: the option as it was typed
 * @value: its value
 * @error: (out) (optional): %APOOL_ERROR_USAGE
 *
 * Returns: whether @value is more than nothing
 */
gboolean
apool_option_check_not_empty (const char *name, const char *value, GError **error)
{
  if (value[0])
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "%s '': the value is empty", name);
  return FALSE;
}

/**
 * apool_option_dup_nearest:
 * @value: that of an option, which is wrong
 * @choices: (array zero-terminated=1): what may be chosen
 *
 * Returns: (transfer full): the part of a message that asks whether the nearest one was meant;
 *   nothing where none is near
 */
char *
apool_option_dup_nearest (const char *value, const char *const *choices)
{
  const char *nearest = apool_nearest_find (value, choices);

  return nearest ? g_strdup_printf ("did you mean %s? ", nearest) : g_strdup ("");
}

/**
 * apool_option_read_choice:
 * @name: the option as it was typed
 * @value: its value
 * @choices: (array zero-terminated=1): what may be chosen, at least two words
 * @which: (out): the place of @value in @choices
 * @error: (out) (optional): %APOOL_ERROR_USAGE, with all choices
 *
 * Returns: whether @value is one of @choices
 */
gboolean
apool_option_read_choice (
    const char *name, const char *value, const char *const *choices, guint *which, GError **error)
{
  g_autoptr (GString) list = g_string_new (NULL);
  g_autofree char *nearest = NULL;

  for (*which = 0; choices[*which]; *which += 1)
    {
      if (strcmp (value, choices[*which]) == 0)
        return TRUE;
      if (*which > 0)
        g_string_append (list, choices[*which + 1] ? ", " : " or ");
      g_string_append (list, choices[*which]);
    }
  nearest = apool_option_dup_nearest (value, choices);
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "%s %s: not a choice: %suse %s", name,
               apool_option_show (value), nearest, list->str);
  return FALSE;
}

/**
 * apool_option_read_number:
 * @name: the option as it was typed
 * @value: its value: digits and perhaps a unit, as apool_units_parse_count() takes them
 * @what: what it is a number of
 * @min: the smallest one
 * @number: (out): the number
 * @error: (out) (optional): %APOOL_ERROR_USAGE
 *
 * Returns: whether @value is a good one
 */
gboolean
apool_option_read_number (const char *name,
                          const char *value,
                          const char *what,
                          guint64 min,
                          guint64 *number,
                          GError **error)
{
  if (apool_units_parse_count (value, number) && *number >= min)
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
               "%s %s: not a number of %s: use a whole number, %" G_GUINT64_FORMAT
               " or more (also 2k, 2K)",
               name, apool_option_show (value), what, min);
  return FALSE;
}

/* Digits, perhaps a point among them; what is not 0 does not become it. */
static gboolean
apool_option_parse_seconds (const char *text, guint *msec)
{
  gsize n_digits = strspn (text, "0123456789.");
  char *end = NULL;
  double seconds;

  if (n_digits == 0 || text[n_digits] != '\0')
    return FALSE;
  seconds = g_ascii_strtod (text, &end);
  if (*end != '\0' || seconds > APOOL_OPTIONS_MAX_SECONDS)
    return FALSE;
  *msec = (guint) (seconds * MSEC_PER_SECOND + 0.5);
  if (*msec == 0 && seconds > 0)
    *msec = 1;
  return TRUE;
}

/**
 * apool_option_read_seconds:
 * @name: the option as it was typed
 * @value: its value: digits, perhaps a point among them
 * @zero: (nullable): what 0 is used for; %NULL where it is no good value
 * @msec: (out): the time, milliseconds; what is not 0 does not become it
 * @error: (out) (optional): %APOOL_ERROR_USAGE
 *
 * Returns: whether @value is a time in seconds
 */
gboolean
apool_option_read_seconds (
    const char *name, const char *value, const char *zero, guint *msec, GError **error)
{
  guint parsed;

  if (apool_option_parse_seconds (value, &parsed) && (parsed > 0 || zero != NULL))
    {
      *msec = parsed;
      return TRUE;
    }
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
               "%s %s: not a number of seconds: use 0.001 to %d%s%s", name,
               apool_option_show (value), APOOL_OPTIONS_MAX_SECONDS, zero != NULL ? ", or 0 " : "",
               zero != NULL ? zero : "");
  return FALSE;
}
