/* SPDX-License-Identifier: MIT */
/*
 * What the options say that end jobs and try them again: check their values and write them to the
 * struct. Of several the last one counts.
 */

#include "cli/apool-option-patience.h"

#include <string.h>

#include "base/apool-duration.h"
#include "base/apool-error.h"
#include "base/apool-termseq.h"
#include "cli/apool-option-value.h"

/* More is as good as no limit. */
#define MAX_PERCENT 1000000.0

/* Reads digits, perhaps a point among them, and the sign; 0 is no limit. */
static gboolean
apool_option_read_percent (const char *text, double *percent, GError **error)
{
  gsize n_digits = strspn (text, "0123456789.");
  char *end = NULL;

  *percent = g_ascii_strtod (text, &end);
  if (n_digits > 0 && strcmp (text + n_digits, "%") == 0 && end == text + n_digits &&
      *percent <= MAX_PERCENT)
    return TRUE;
  g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_USAGE,
                       "not a percentage: use 0% to 1000000%, such as 200%");
  return FALSE;
}

gboolean
apool_option_set_timeout (ApoolOptions *options,
                          const char *name,
                          const char *value,
                          GError **error)
{
  ApoolDeadlinesLimits *limits = &options->patience.limits;
  gboolean fits;

  limits->timeout_usec = 0;
  limits->timeout_percent = 0;
  fits = strchr (value, '%') ? apool_option_read_percent (value, &limits->timeout_percent, error)
                             : apool_duration_parse (value, &limits->timeout_usec, error);
  return apool_option_check (fits, name, value, error);
}

gboolean
apool_option_set_slow_after (ApoolOptions *options,
                             const char *name,
                             const char *value,
                             GError **error)
{
  return apool_option_check (
      apool_duration_parse (value, &options->patience.limits.slow_usec, error), name, value, error);
}

gboolean
apool_option_set_deadline (ApoolOptions *options,
                           const char *name,
                           const char *value,
                           GError **error)
{
  return apool_option_check (
      apool_duration_parse (value, &options->patience.limits.run_usec, error), name, value, error);
}

gboolean
apool_option_set_termseq (ApoolOptions *options,
                          const char *name,
                          const char *value,
                          GError **error)
{
  ApoolTermseq termseq;

  options->patience.termseq = value;
  return apool_option_check (apool_termseq_parse (value, &termseq, error), name, value, error);
}

gboolean
apool_option_set_retry_delay (ApoolOptions *options,
                              const char *name,
                              const char *value,
                              GError **error)
{
  return apool_option_check (apool_retry_delay_parse (value, &options->patience.retry.delay, error),
                             name, value, error);
}

gboolean
apool_option_set_retry_on (ApoolOptions *options,
                           const char *name,
                           const char *value,
                           GError **error)
{
  return apool_option_check (apool_retry_on_parse (value, &options->patience.retry.on, error), name,
                             value, error);
}
