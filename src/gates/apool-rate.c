/* SPDX-License-Identifier: MIT */
/* A bucket of tokens: each start takes one out, time fills them in, and it holds only so many. It
 * is full at first. */

#include "gates/apool-rate.h"

#include <string.h>

#include "base/apool-error.h"

#define USEC_PER_MINUTE (60 * (gint64) G_USEC_PER_SEC)
/* What the sum of many parts may lack of a token. */
#define TOKEN (1 - 1e-9)

struct _ApoolRate
{
  double per_usec;
  double burst;
  double tokens;
  gint64 filled_at; /* when @tokens was right; -1 before anybody asked */
};

/**
 * apool_rate_new:
 * @starts: how many starts, more than 0
 * @usec: in what time
 * @burst: how many at once where there were none for long, at least 1
 *
 * Returns: (transfer full): the rule
 */
ApoolRate *
apool_rate_new (double starts, gint64 usec, double burst)
{
  ApoolRate *self = g_new0 (ApoolRate, 1);

  self->per_usec = starts / (double) usec;
  self->burst = burst;
  self->tokens = burst;
  self->filled_at = -1;
  return self;
}

static ApoolRate *
apool_rate_fail (const char *text, const char *at, const char *why, GError **error)
{
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
               "column %d: %s: use N/s, N/m or N/h, and perhaps ,burst=N behind it",
               (int) (at - text) + 1, why);
  return NULL;
}

/* Reads digits, and perhaps a point among them, at *@at. */
static gboolean
apool_rate_read_number (const char **at, double *number)
{
  gsize n_digits = strspn (*at, "0123456789.");
  g_autofree char *digits = g_strndup (*at, n_digits);
  char *end = NULL;

  *number = g_ascii_strtod (digits, &end);
  *at += n_digits;
  return n_digits > 0 && *end == '\0' && *number > 0 && *number <= APOOL_RATE_MAX;
}

static gint64
apool_rate_get_unit (char letter)
{
  switch (letter)
    {
    case 's':
      return G_USEC_PER_SEC;
    case 'm':
      return USEC_PER_MINUTE;
    case 'h':
      return 60 * USEC_PER_MINUTE;
    default:
      return 0;
    }
}

/**
 * apool_rate_parse:
 * @text: `N/s`, `N/m` or `N/h`, where N may have a point, and perhaps `,burst=N`
 * @error: (out) (optional): %APOOL_ERROR_USAGE: the column, counted from 1, and why
 *
 * Returns: (transfer full) (nullable): the rule; one start at once where no burst is said
 */
ApoolRate *
apool_rate_parse (const char *text, GError **error)
{
  const char *at = text;
  const char *number = text;
  double starts;
  double burst = 1;
  gint64 usec;

  if (!apool_rate_read_number (&at, &starts))
    return apool_rate_fail (text, number, "not a number of starts", error);
  usec = *at == '/' ? apool_rate_get_unit (at[1]) : 0;
  if (usec == 0)
    return apool_rate_fail (text, at, "no unit of time", error);
  at += strlen ("/s");
  if (*at == '\0')
    return apool_rate_new (starts, usec, burst);
  if (!g_str_has_prefix (at, ",burst="))
    return apool_rate_fail (text, at, "not known", error);
  at += strlen (",burst=");
  number = at;
  if (!apool_rate_read_number (&at, &burst) || burst < 1)
    return apool_rate_fail (text, number, "not a number of starts at once", error);
  if (*at != '\0')
    return apool_rate_fail (text, at, "not known", error);
  return apool_rate_new (starts, usec, burst);
}

static void
apool_rate_fill (ApoolRate *self, gint64 now)
{
  if (self->filled_at >= 0)
    self->tokens += (double) (now - self->filled_at) * self->per_usec;
  self->tokens = MIN (self->tokens, self->burst);
  self->filled_at = now;
}

static void
apool_rate_ask (gpointer rule, gint64 now, ApoolRuleAnswer *answer)
{
  ApoolRate *self = rule;

  apool_rate_fill (self, now);
  answer->is_open = self->tokens >= TOKEN;
  if (answer->is_open)
    return;
  answer->again_usec = (gint64) ((1 - self->tokens) / self->per_usec) + 1;
  if (answer->why)
    g_string_append_printf (answer->why, "%.3f s until the next start",
                            (double) answer->again_usec / G_USEC_PER_SEC);
}

static void
apool_rate_enter (gpointer rule, guint64 seq, gint64 now)
{
  ApoolRate *self = rule;

  apool_rate_fill (self, now);
  self->tokens = MAX (self->tokens - 1, 0);
}

/**
 * apool_rate_get_kind:
 *
 * Returns: (transfer none): how to ask an #ApoolRate
 */
const ApoolRuleKind *
apool_rate_get_kind (void)
{
  static const ApoolRuleKind kind = {
    .ask = apool_rate_ask,
    .enter = apool_rate_enter,
    .free = g_free,
    .skips_pauses = TRUE,
  };

  return &kind;
}
