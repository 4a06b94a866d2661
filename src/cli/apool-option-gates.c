/* SPDX-License-Identifier: MIT */
/*
 * What the options about the start of jobs do: check as much of their values as can be known from
 * these alone, and write them to the struct. Of several the last one counts.
 */

#include "cli/apool-option-gates.h"

#include <string.h>

#include "base/apool-duration.h"
#include "base/apool-error.h"
#include "base/apool-units.h"
#include "cli/apool-option-value.h"
#include "gates/apool-rate.h"

/* Behind a time it says that this is only the first one; alone, that there is none at first. */
#define AUTO "auto"

gboolean
apool_option_set_delay (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  gboolean is_auto = g_str_has_suffix (value, AUTO);
  g_autofree char *time = g_strndup (value, strlen (value) - (is_auto ? strlen (AUTO) : 0));
  gboolean fits;

  options->gates.delay_usec = 0;
  fits = (is_auto && !time[0]) || apool_duration_parse (time, &options->gates.delay_usec, error);
  if (!apool_option_check (fits, name, value, error))
    return FALSE;
  options->gates.has_delay = is_auto || options->gates.delay_usec > 0;
  options->gates.delay_is_auto = is_auto;
  return TRUE;
}

gboolean
apool_option_set_rate (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  ApoolRate *rate = apool_rate_parse (value, error);

  if (!apool_option_check (rate != NULL, name, value, error))
    return FALSE;
  apool_rate_get_kind ()->free (rate);
  options->gates.rate = value;
  return TRUE;
}

gboolean
apool_option_set_load (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->gates.load = value;
  return apool_option_check_not_empty (name, value, error);
}

static gboolean
apool_option_read_size (const char *name, const char *value, guint64 *size, GError **error)
{
  if (apool_units_parse_size (value, size))
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
               "%s %s: not a size: use a number of bytes, such as 1.5G or 800M", name,
               apool_option_show (value));
  return FALSE;
}

gboolean
apool_option_set_memfree (ApoolOptions *options,
                          const char *name,
                          const char *value,
                          GError **error)
{
  return apool_option_read_size (name, value, &options->gates.memory.free_bytes, error);
}

gboolean
apool_option_set_memsuspend (ApoolOptions *options,
                             const char *name,
                             const char *value,
                             GError **error)
{
  return apool_option_read_size (name, value, &options->gates.memory.suspend_bytes, error);
}

gboolean
apool_option_set_noswap (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->gates.noswap = TRUE;
  return TRUE;
}

gboolean
apool_option_set_pressure (ApoolOptions *options,
                           const char *name,
                           const char *value,
                           GError **error)
{
  options->gates.pressure = value;
  return TRUE;
}

gboolean
apool_option_set_limit (ApoolOptions *options, const char *name, const char *value, GError **error)
{
  options->gates.limit = value;
  return apool_option_check_not_empty (name, value, error);
}
