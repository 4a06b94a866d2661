/* SPDX-License-Identifier: MIT */
/* What the options about what jobs find around them do: niceness, limits, the terminal, variables,
 * and what is shown of that they begin. */

#include "cli/apool-option-place.h"

#include <string.h>

#include "base/apool-error.h"
#include "base/apool-units.h"
#include "cli/apool-option-value.h"

/* What setpriority(2) takes; what is more or less is the nearest, as nice(1) has it. */
#define LEAST_NICE (-20)
#define MOST_NICE 19

gboolean
apool_option_set_nice (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  gint64 nice;

  /* g_ascii_string_to_signed() knows no plus sign. */
  if (g_ascii_string_to_signed (value + (*value == '+' ? 1 : 0), 10, G_MININT32, G_MAXINT32, &nice,
                                NULL))
    {
      options->place.surroundings.has_nice = TRUE;
      options->place.surroundings.nice = (gint32) CLAMP (nice, LEAST_NICE, MOST_NICE);
      return TRUE;
    }
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
               "%s %s: not a niceness: use a whole number from %d to %d", name,
               apool_option_show (value), LEAST_NICE, MOST_NICE);
  return FALSE;
}

/* ---- limits ---- */

/* Says what is wrong with the part of @value that begins at @at. */
static gboolean
apool_option_refuse_limit (
    const char *name, const char *value, const char *at, const char *why, GError **error)
{
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "%s %s: column %zu: %s", name,
               apool_option_show (value), (gsize) (at - value) + 1, why);
  return FALSE;
}

/* Reads what a limit is set to, from @at to before @end. */
static gboolean
apool_option_read_limit_value (const char *at, const char *end, guint64 *limit)
{
  g_autofree char *text = g_strndup (at, (gsize) (end - at));

  *limit = APOOL_LIMIT_UNLIMITED;
  return strcmp (text, "unlimited") == 0 || strcmp (text, "infinity") == 0 ||
         apool_units_parse_count (text, limit);
}

/* Reads NAME=SOFT[:HARD], from @at to before @end. */
static gboolean
apool_option_read_limit (const char *name,
                         const char *value,
                         const char *at,
                         const char *end,
                         ApoolLimit *limit,
                         GError **error)
{
  static const char what[] = "not a limit: use a whole number (also 2k, 2K) or 'unlimited'";
  const char *equals = memchr (at, '=', (gsize) (end - at));
  const char *colon = equals ? memchr (equals, ':', (gsize) (end - equals)) : NULL;
  const char *soft_end = colon ? colon : end;

  if (!equals)
    return apool_option_refuse_limit (name, value, at, "use NAME=VALUE or NAME=VALUE:HARD", error);
  if (!apool_limit_find (at, (gsize) (equals - at), &limit->kind))
    return apool_option_refuse_limit (
        name, value, at,
        "no such limit: use cpu, fsize, data, stack, core, rss, nproc, nofile, memlock, as, locks, "
        "sigpending, msgqueue, nice, rtprio or rttime",
        error);
  if (!apool_option_read_limit_value (equals + 1, soft_end, &limit->soft))
    return apool_option_refuse_limit (name, value, equals + 1, what, error);
  limit->hard = limit->soft;
  if (colon && !apool_option_read_limit_value (colon + 1, end, &limit->hard))
    return apool_option_refuse_limit (name, value, colon + 1, what, error);
  if (limit->hard < limit->soft)
    return apool_option_refuse_limit (name, value, colon + 1, "less than the limit before it",
                                      error);
  return TRUE;
}

gboolean
apool_option_set_rlimit (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  const char *at = value;

  for (;;)
    {
      const char *end = strchrnul (at, ',');
      ApoolLimit limit;

      if (!apool_option_read_limit (name, value, at, end, &limit, error))
        return FALSE;
      apool_surroundings_set_limit (&options->place.surroundings, &limit);
      if (!*end)
        return TRUE;
      at = end + 1;
    }
}

/* ---- the terminal ---- */

gboolean
apool_option_set_tty (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->place.is_tty = TRUE;
  options->place.has_terminal = TRUE;
  return TRUE;
}

gboolean
apool_option_set_open_tty (ApoolOptions *options,
                           const char *name,
                           const char *value,
                           GError **error)
{
  options->place.has_terminal = TRUE;
  return TRUE;
}

gboolean
apool_option_set_interactive (ApoolOptions *options,
                              const char *name,
                              const char *value,
                              GError **error)
{
  options->place.is_interactive = TRUE;
  return TRUE;
}

/* ---- variables ---- */

/* GNU parallel's: names with commas between them, and nothing is wrong with one that is empty. */
gboolean
apool_option_set_env (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  g_auto (GStrv) names = g_strsplit (value, ",", -1);

  for (char **each = names; *each; each++)
    if (**each)
      g_ptr_array_add (options->place.names, g_strdup (*each));
  return TRUE;
}

/* ---- what is shown ---- */

gboolean
apool_option_set_told (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->place.is_told = TRUE;
  return TRUE;
}

gboolean
apool_option_set_traced (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->place.is_shown = TRUE;
  return TRUE;
}

/* GNU parallel's: it is about -v, before or behind it, and not about -t. */
gboolean
apool_option_set_silent (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->place.is_silent = TRUE;
  return TRUE;
}

/* ---- all together ---- */

/* Of several workers each would hand the terminal to jobs of its own. */
static gboolean
apool_option_finish_terminal (ApoolOptions *options, GError **error)
{
  const char *name = options->place.is_tty ? "--tty" : "--open-tty";

  if (options->place.is_tty && options->sizes.jobs == 0)
    options->sizes.jobs = 1;
  if (options->place.is_tty && !options->output.is_grouped &&
      options->output.unit == APOOL_OUTPUT_JOBS)
    options->output.is_ungrouped = TRUE;
  if (options->sizes.workers > 1)
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
                   "%s: one worker has the terminal: cannot be combined with --workers %u", name,
                   options->sizes.workers);
      return FALSE;
    }
  if (options->place.is_interactive && options->sizes.jobs != 1)
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
                   "--interactive: asks on the terminal that a job has: with %s use -j1", name);
      return FALSE;
    }
  options->sizes.workers = 1;
  return TRUE;
}

/**
 * apool_option_finish_place:
 * @options: what all options have been written to
 * @error: (out) (optional): %APOOL_ERROR_USAGE where some contradict each other
 *
 * Finds what follows from the options here taken together.
 *
 * Returns: whether anything does
 */
gboolean
apool_option_finish_place (ApoolOptions *options, GError **error)
{
  if (options->place.is_silent)
    options->place.is_shown = FALSE;
  /* Who is asked has seen the command line. */
  if (options->place.is_interactive)
    options->place.is_told = FALSE;
  return !options->place.has_terminal || apool_option_finish_terminal (options, error);
}
