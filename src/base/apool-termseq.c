/* SPDX-License-Identifier: MIT */
/* The sequence of signals and waits that ends a job: `TERM,5000,KILL`, as GNU parallel writes it.
 *
 * SIGKILL is its end whether it is written or not: whatever ignores the rest is gone then. */

#include "base/apool-termseq.h"

#include <signal.h>
#include <string.h>

#include "base/apool-error.h"
#include "base/apool-signal.h"

/* What the last signal that is written has before SIGKILL, where no wait is written behind it. */
#define LAST_WAIT_MSEC 500u

static gboolean
apool_termseq_fail (const char *text, const char *at, const char *why, GError **error)
{
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
               "column %d: %s: use signals and milliseconds by turns, such as %s",
               (int) (at - text) + 1, why, APOOL_TERMSEQ_DEFAULT);
  return FALSE;
}

static gboolean
apool_termseq_parse_wait (const char *text, gsize length, guint *msec)
{
  g_autofree char *digits = g_strndup (text, length);
  guint64 number;

  if (!g_ascii_string_to_unsigned (digits, 10, 0, APOOL_TERMSEQ_MAX_MSEC, &number, NULL))
    return FALSE;
  *msec = (guint) number;
  return TRUE;
}

/* Reads a signal at *@at of @text, and the wait behind it, where there is one. @has_wait: (out) */
static gboolean
apool_termseq_read_step (
    const char *text, const char **at, ApoolTermseqStep *step, gboolean *has_wait, GError **error)
{
  gsize length = strcspn (*at, ",");

  if (!apool_signal_parse (*at, length, &step->signum))
    return apool_termseq_fail (text, *at, "not a signal", error);
  *at += length;
  step->wait_msec = 0;
  *has_wait = **at == ',';
  if (!*has_wait)
    return TRUE;
  *at += 1;
  length = strcspn (*at, ",");
  if (!apool_termseq_parse_wait (*at, length, &step->wait_msec))
    return apool_termseq_fail (text, *at, "not a number of milliseconds, up to a day", error);
  *at += length;
  return TRUE;
}

/**
 * apool_termseq_parse:
 * @text: signals and waits in milliseconds by turns, separated by commas; the last wait may be left
 *   out. What follows SIGKILL is not looked at any more than to see whether it is well-formed, and
 *   where there is none it is added, half a second behind the last signal if that has no wait
 * @termseq: (out): what it says
 * @error: (out) (optional): %APOOL_ERROR_USAGE: the column, counted from 1, and why
 *
 * Returns: whether @text is such a sequence
 */
gboolean
apool_termseq_parse (const char *text, ApoolTermseq *termseq, GError **error)
{
  const char *at = text;
  gboolean is_killed = FALSE;
  gboolean has_wait = FALSE;

  termseq->n_steps = 0;
  for (gboolean goes_on = TRUE; goes_on; at += goes_on ? 1 : 0)
    {
      ApoolTermseqStep step;
      const char *start = at;

      if (!apool_termseq_read_step (text, &at, &step, &has_wait, error))
        return FALSE;
      goes_on = *at == ',';
      if (is_killed)
        continue;
      if (termseq->n_steps == APOOL_TERMSEQ_MAX_STEPS - 1)
        return apool_termseq_fail (text, start, "too many signals", error);
      is_killed = step.signum == SIGKILL;
      step.wait_msec = is_killed ? 0 : has_wait ? step.wait_msec : LAST_WAIT_MSEC;
      termseq->steps[termseq->n_steps++] = step;
    }
  if (!is_killed)
    termseq->steps[termseq->n_steps++] = (ApoolTermseqStep){ .signum = SIGKILL };
  return TRUE;
}

/**
 * apool_termseq_get_msec:
 * @termseq: a sequence
 *
 * Returns: how long it takes from its first step to the last, milliseconds
 */
guint
apool_termseq_get_msec (const ApoolTermseq *termseq)
{
  guint msec = 0;

  /* At most so many days: that fits. */
  for (guint i = 0; i < termseq->n_steps; i++)
    msec += termseq->steps[i].wait_msec;
  return msec;
}
