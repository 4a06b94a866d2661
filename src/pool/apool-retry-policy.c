/* SPDX-License-Identifier: MIT */
/* Which jobs that failed are tried again, and after what time. */

#include "pool/apool-retry-policy.h"

#include <string.h>

#include "base/apool-duration.h"
#include "base/apool-error.h"
#include "base/apool-signal.h"

/* A wait that has no limit has this one: days, in microseconds. */
#define LONGEST_USEC (APOOL_DURATION_MAX_DAYS * 86400.0 * 1000000.0)

#define MAX_EXIT 255u
#define MAX_FACTOR 1000.0
#define MAX_JITTER 100u

/* The words that are no codes and no signals. */
#define TIMED_OUT "timeout"
#define LOST "lost"

/* Wraps what is wrong with a list in where that is. */
static gboolean
apool_retry_fail (
    const char *text, const char *at, const char *why, const char *use, GError **error)
{
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "column %d: %s: use %s",
               (int) (at - text) + 1, why, use);
  return FALSE;
}

/* ---- what is tried again ---- */

static gboolean
apool_retry_on_is_word (const char *at, gsize length, const char *word)
{
  return strlen (word) == length && g_ascii_strncasecmp (at, word, length) == 0;
}

/* Reads an exit status that fills @text. */
static gboolean
apool_retry_on_parse_exit (const char *text, guint *status)
{
  guint64 number;

  if (!g_ascii_string_to_unsigned (text, 10, 1, MAX_EXIT, &number, NULL))
    return FALSE;
  *status = (guint) number;
  return TRUE;
}

/* Reads one status, or two with a dash between them. */
static gboolean
apool_retry_on_read_exits (const char *at, gsize length, ApoolRetryOn *on)
{
  g_autofree char *first = g_strndup (at, length);
  char *dash = strchr (first, '-');
  guint low;
  guint high;

  if (dash)
    *dash = '\0';
  if (!apool_retry_on_parse_exit (first, &low) ||
      !apool_retry_on_parse_exit (dash ? dash + 1 : first, &high) || low > high)
    return FALSE;
  for (guint status = low; status <= high; status++)
    on->exits[status / 8] |= (guint8) (1u << status % 8);
  return TRUE;
}

static gboolean
apool_retry_on_read (const char *at, gsize length, ApoolRetryOn *on)
{
  int signum;

  if (apool_retry_on_is_word (at, length, TIMED_OUT))
    on->timed_out = TRUE;
  else if (apool_retry_on_is_word (at, length, LOST))
    on->lost = TRUE;
  else if (g_ascii_isdigit (*at))
    return apool_retry_on_read_exits (at, length, on);
  else if (apool_signal_parse (at, length, &signum))
    on->signals |= G_GUINT64_CONSTANT (1) << (signum - 1);
  else
    return FALSE;
  return TRUE;
}

/**
 * apool_retry_on_parse:
 * @text: exit statuses and ranges of them, signals by name, `timeout` and `lost`, separated by
 *   commas
 * @on: (out): what it says
 * @error: (out) (optional): %APOOL_ERROR_USAGE: the column, counted from 1, and why
 *
 * Returns: whether @text is such a list
 */
gboolean
apool_retry_on_parse (const char *text, ApoolRetryOn *on, GError **error)
{
  const char *at = text;

  *on = (ApoolRetryOn){ .is_selective = TRUE };
  for (;;)
    {
      gsize length = strcspn (at, ",");

      if (!apool_retry_on_read (at, length, on))
        return apool_retry_fail (text, at, "neither an exit status nor a signal",
                                 "1 to 255, ranges, names of signals, " TIMED_OUT " or " LOST
                                 ", such as 1,75-79,SIGKILL," TIMED_OUT,
                                 error);
      at += length;
      if (!*at)
        return TRUE;
      at++;
    }
}

static gboolean
apool_retry_on_has_signal (const ApoolRetryOn *self, int signum)
{
  return signum > 0 && signum <= 64 && (self->signals >> (signum - 1) & 1);
}

static gboolean
apool_retry_policy_wants (const ApoolRetryPolicy *self, const ApoolOutcome *outcome)
{
  const ApoolRetryOn *on = &self->on;
  int code = apool_outcome_get_code (outcome);

  if (!on->is_selective)
    return TRUE;
  switch (apool_outcome_get_kind (outcome))
    {
    case APOOL_OUTCOME_EXITED:
      return code >= 0 && code <= (int) MAX_EXIT && (on->exits[code / 8] >> code % 8 & 1);
    case APOOL_OUTCOME_SIGNALLED:
      return apool_retry_on_has_signal (on, code);
    case APOOL_OUTCOME_TIMED_OUT:
      return on->timed_out;
    case APOOL_OUTCOME_LOST:
      return on->lost;
    case APOOL_OUTCOME_NOT_STARTED:
    case APOOL_OUTCOME_SKIPPED:
    default:
      return FALSE;
    }
}

/**
 * apool_retry_policy_allows:
 * @self: a policy
 * @retries: how many further attempts there are; %G_MAXUINT without limit
 * @crash_limit: with how many lost workers a job is given up; 0 without limit
 * @traits: those of a job that failed, with all workers that were lost
 * @outcome: what became of it
 *
 * Returns: whether another attempt may be made for it
 */
gboolean
apool_retry_policy_allows (const ApoolRetryPolicy *self,
                           guint retries,
                           guint crash_limit,
                           const ApoolTaskTraits *traits,
                           const ApoolOutcome *outcome)
{
  if (retries < G_MAXUINT && traits->attempt - traits->n_evictions > retries)
    return FALSE;
  return (crash_limit == 0 || traits->n_crashes < crash_limit) &&
         apool_retry_policy_wants (self, outcome);
}

/**
 * apool_retry_policy_dup_loss:
 * @n_crashes: how many workers were lost with a job by now
 * @crash_limit: with how many it is given up; 0 without limit
 * @worker: the number of the last one
 * @why: why that was lost
 *
 * Returns: (transfer full): what became of the job, for people
 */
char *
apool_retry_policy_dup_loss (guint n_crashes, guint crash_limit, guint worker, const char *why)
{
  if (n_crashes != crash_limit)
    return g_strdup_printf ("worker %u: %s", worker, why);
  return g_strdup_printf ("worker %u: %s; it is the last of %u workers lost with this job", worker,
                          why, n_crashes);
}

/* ---- after what time ---- */

static gboolean
apool_retry_delay_read_factor (const char *text, ApoolRetryDelay *delay)
{
  char *end = NULL;

  if (strspn (text, "0123456789.") != strlen (text))
    return FALSE;
  delay->factor = g_ascii_strtod (text, &end);
  return end > text && !*end && delay->factor >= 1 && delay->factor <= MAX_FACTOR;
}

static gboolean
apool_retry_delay_read_jitter (const char *text, ApoolRetryDelay *delay)
{
  g_autofree char *digits = g_strndup (text, strspn (text, "0123456789"));
  guint64 number;

  if (strcmp (text + strlen (digits), "") != 0 && strcmp (text + strlen (digits), "%") != 0)
    return FALSE;
  if (!g_ascii_string_to_unsigned (digits, 10, 0, MAX_JITTER, &number, NULL))
    return FALSE;
  delay->jitter = (guint) number;
  return TRUE;
}

/* Reads one of what follows the first time. */
static gboolean
apool_retry_delay_read (const char *part, ApoolRetryDelay *delay)
{
  if (g_ascii_tolower (*part) == 'x')
    return apool_retry_delay_read_factor (part + 1, delay);
  if (g_str_has_prefix (part, "jitter="))
    return apool_retry_delay_read_jitter (part + strlen ("jitter="), delay);
  return g_str_has_prefix (part, "max=") &&
         apool_duration_parse (part + strlen ("max="), &delay->max_usec, NULL) &&
         delay->max_usec > 0;
}

/**
 * apool_retry_delay_parse:
 * @text: a time, and perhaps `xFACTOR`, `max=TIME` and `jitter=PERCENT`, separated by commas
 * @delay: (out): what it says
 * @error: (out) (optional): %APOOL_ERROR_USAGE: the column, counted from 1, and why
 *
 * Returns: whether @text is such a delay
 */
gboolean
apool_retry_delay_parse (const char *text, ApoolRetryDelay *delay, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  const char *at = text;

  *delay = (ApoolRetryDelay){ .factor = 1, .jitter = APOOL_RETRY_JITTER };
  if (!apool_duration_parse (parts[0] ? parts[0] : "", &delay->base_usec, error))
    return FALSE;
  for (char **part = parts + 1; *part; part++)
    {
      at += strlen (part[-1]) + 1;
      if (!apool_retry_delay_read (*part, delay))
        return apool_retry_fail (text, at, "neither a factor nor a limit",
                                 "xFACTOR (1 to 1000), max=TIME or jitter=PERCENT (0 to 100), "
                                 "such as 1s,x2,max=60s",
                                 error);
    }
  return TRUE;
}

/**
 * apool_retry_policy_get_delay:
 * @self: a policy
 * @n_failed: how many attempts have failed, this one included
 * @chance: a number by chance, from 0 to 1
 *
 * Returns: how long the next one waits, microseconds
 */
gint64
apool_retry_policy_get_delay (const ApoolRetryPolicy *self, guint n_failed, double chance)
{
  const ApoolRetryDelay *delay = &self->delay;
  double usec = (double) delay->base_usec;
  double longest = delay->max_usec > 0 ? (double) delay->max_usec : LONGEST_USEC;

  for (guint i = 1; i < n_failed && delay->factor > 1 && usec > 0 && usec < longest; i++)
    usec *= delay->factor;
  /* With what is added by chance it is the longest at most: many that failed together do not come
   * back together when they have reached that. */
  usec = MIN (usec, longest / (1 + delay->jitter / 100.0));
  return (gint64) (usec * (1 + chance * delay->jitter / 100.0));
}
