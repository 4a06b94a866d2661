/* SPDX-License-Identifier: MIT */
/* Lengths of time as users write them: seconds, or numbers with units, which add up. */

#include "base/apool-duration.h"

#include <string.h>

#include "base/apool-error.h"

#define DAY_USEC (24 * 60 * 60 * (gint64) G_USEC_PER_SEC)
#define MAX_USEC (APOOL_DURATION_MAX_DAYS * DAY_USEC)

typedef struct
{
  const char *name;
  gint64 usec;
} ApoolDurationUnit;

static const ApoolDurationUnit apool_duration_units[] = {
  { "ms", 1000 },
  { "s", G_USEC_PER_SEC },
  { "m", 60 * (gint64) G_USEC_PER_SEC },
  { "h", 60 * 60 * (gint64) G_USEC_PER_SEC },
  { "d", DAY_USEC },
};

static const ApoolDurationUnit *
apool_duration_find_unit (const char *name, gsize length)
{
  for (gsize i = 0; i < G_N_ELEMENTS (apool_duration_units); i++)
    if (strlen (apool_duration_units[i].name) == length &&
        g_ascii_strncasecmp (apool_duration_units[i].name, name, length) == 0)
      return &apool_duration_units[i];
  return NULL;
}

static gboolean
apool_duration_fail (const char *text, const char *at, const char *why, GError **error)
{
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
               "column %d: %s: use seconds, or numbers with ms, s, m, h or d, such as 1.5 or 2m30s",
               (int) (at - text) + 1, why);
  return FALSE;
}

/* Digits, and perhaps one point among them. */
static gboolean
apool_duration_read_number (const char *text, gsize length, double *value)
{
  g_autofree char *number = g_strndup (text, length);
  char *end = NULL;

  *value = g_ascii_strtod (number, &end);
  return length > 0 && *end == '\0';
}

/* Reads the number and the unit at *@at of @text, and adds them to @usec. */
static gboolean
apool_duration_read_part (const char *text, const char **at, double *usec, GError **error)
{
  gsize n_digits = strspn (*at, "0123456789.");
  const char *name = *at + n_digits;
  gsize n_letters = strspn (name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");
  gboolean is_plain = *at == text && !*name;
  const ApoolDurationUnit *unit =
      is_plain ? apool_duration_find_unit ("s", 1) : apool_duration_find_unit (name, n_letters);
  double value;

  if (!apool_duration_read_number (*at, n_digits, &value))
    return apool_duration_fail (text, *at, "not a number", error);
  if (!unit)
    return apool_duration_fail (text, name, *name ? "not a unit of time" : "no unit", error);
  *usec += value * (double) unit->usec;
  *at = name + n_letters;
  return TRUE;
}

/**
 * apool_duration_parse:
 * @text: seconds, or numbers with units that add up: `ms` `s` `m` `h` `d`, in small or capital
 *   letters; a number may have a point
 * @usec: (out): the time, microseconds; what is not 0 does not become it
 * @error: (out) (optional): %APOOL_ERROR_USAGE: the column, counted from 1, and why
 *
 * Returns: whether @text is a time, 0 included
 */
gboolean
apool_duration_parse (const char *text, gint64 *usec, GError **error)
{
  const char *at = text;
  double sum = 0;

  do
    if (!apool_duration_read_part (text, &at, &sum, error))
      return FALSE;
  while (*at);
  if (sum > (double) MAX_USEC)
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "too long: use up to %d days",
                   APOOL_DURATION_MAX_DAYS);
      return FALSE;
    }
  *usec = (gint64) (sum + 0.5);
  if (*usec == 0 && sum > 0)
    *usec = 1;
  return TRUE;
}

/**
 * apool_duration_describe:
 * @usec: a time, microseconds
 *
 * Returns: (transfer full): it in seconds, for people: "1.5 s"; thousandths are the last that count
 */
char *
apool_duration_describe (gint64 usec)
{
  char seconds[G_ASCII_DTOSTR_BUF_SIZE];

  (void) g_ascii_formatd (seconds, sizeof seconds, "%.15g", (double) ((usec + 500) / 1000) / 1000);
  return g_strdup_printf ("%s s", seconds);
}
