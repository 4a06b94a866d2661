/* SPDX-License-Identifier: MIT */
/* Compares commands with a pattern. A number that touches a value or a digit is like no other: it
 * cannot be told where it ends, and a job that is not known runs again.
 * Where a part that varies ends is found by trying, so steps are
 * counted: a command that is not recognised is run again, while one that takes hours is no use. */

#include "record/apool-wildcard.h"

#include <string.h>

#include "job/apool-identity.h"

/* Of the greatest number. */
#define MAX_DIGITS 20u

/* Each part that varies takes one at least. */
#define MAX_STEPS 20000u

/* Returns: which part begins at @at, by how many bytes it has */
static ApoolIdentityPart
apool_wildcard_get_part (const char *at, const char *end)
{
  const char *begin = at;

  while (at < end && *at == APOOL_IDENTITY_VARYING)
    at++;
  return (ApoolIdentityPart) (at - begin);
}

/* Whether the part from @at to @behind can be told from what stands around it. */
static gboolean
apool_wildcard_is_clear (const ApoolWildcard *self, const char *at, const char *behind)
{
  gsize n = (gsize) (behind - at);

  if (n >= APOOL_IDENTITY_PART_TOUCHING)
    return FALSE;
  return n <= APOOL_IDENTITY_PART_ANY ||
         ((at == self->text || !g_ascii_isdigit (at[-1])) &&
          (behind == self->text + self->length || !g_ascii_isdigit (*behind)));
}

/**
 * apool_wildcard_init:
 * @self: a pattern
 * @text: (array length=length): as apool_identity_get_pattern() has it; outlives the pattern
 * @length: how many bytes
 */
void
apool_wildcard_init (ApoolWildcard *self, const char *text, gsize length)
{
  const char *first = memchr (text, APOOL_IDENTITY_VARYING, length);
  const char *last = memrchr (text, APOOL_IDENTITY_VARYING, length);
  const char *end = text + length;

  self->text = text;
  self->length = length;
  self->begin = first ? (gsize) (first - text) : length;
  self->end = last ? length - (gsize) (last - text) - 1 : 0;
  self->is_clear = TRUE;
  for (const char *at = first; at && self->is_clear;)
    {
      const char *behind = at + apool_wildcard_get_part (at, end);

      self->is_clear = apool_wildcard_is_clear (self, at, behind);
      at = memchr (behind, APOOL_IDENTITY_VARYING, (gsize) (end - behind));
    }
}

/**
 * apool_wildcard_varies:
 * @self: a pattern
 *
 * Returns: whether a part of it varies
 */
gboolean
apool_wildcard_varies (const ApoolWildcard *self)
{
  return self->begin < self->length;
}

/* A comparison that goes on. */
typedef struct
{
  const char *end;         /* of the pattern */
  const char *command_end; /* of the command */
  guint n_steps;           /* that may still be taken */
} ApoolWildcardRun;

static gboolean apool_wildcard_go_on (ApoolWildcardRun *run, const char *at, const char *command);

/* The rest of the pattern, behind a number of any length. */
static gboolean
apool_wildcard_match_number (ApoolWildcardRun *run, const char *at, const char *command)
{
  for (gsize n = 1; n <= MAX_DIGITS && command < run->command_end; n++, command++)
    {
      if (!g_ascii_isdigit (*command))
        return FALSE;
      if (apool_wildcard_go_on (run, at, command + 1))
        return TRUE;
    }
  return FALSE;
}

/* The rest of the pattern, behind a number with a point, an exponent, or both. */
static gboolean
apool_wildcard_match_real (ApoolWildcardRun *run, const char *at, const char *command)
{
  gboolean has_point = FALSE;
  gboolean has_exponent = FALSE;
  const char *begin = command;

  for (; command < run->command_end; command++)
    {
      gboolean follows_digit = command > begin && g_ascii_isdigit (command[-1]);

      if (g_ascii_isdigit (*command))
        {
          if ((has_point || has_exponent) && apool_wildcard_go_on (run, at, command + 1))
            return TRUE;
        }
      else if (*command == '.' && follows_digit && !has_point && !has_exponent)
        has_point = TRUE;
      else if (*command == 'e' && follows_digit && !has_exponent)
        has_exponent = TRUE;
      else if ((*command != '-' && *command != '+') || command == begin || command[-1] != 'e')
        return FALSE;
    }
  return FALSE;
}

/* The rest of the pattern, behind anything: only where its next text stands. */
static gboolean
apool_wildcard_match_anything (ApoolWildcardRun *run, const char *at, const char *command)
{
  const char *next = memchr (at, APOOL_IDENTITY_VARYING, (gsize) (run->end - at));
  gsize length = (gsize) ((next ? next : run->end) - at);

  if (!next)
    {
      if ((gsize) (run->command_end - command) < length)
        return FALSE;
      return memcmp (run->command_end - length, at, length) == 0;
    }
  while ((command = memmem (command, (gsize) (run->command_end - command), at, length)))
    if (apool_wildcard_go_on (run, at, command))
      return TRUE;
    else if (run->n_steps == 0 || ++command > run->command_end)
      break;
  return FALSE;
}

/* Matches what is left of both. */
static gboolean
apool_wildcard_go_on (ApoolWildcardRun *run, const char *at, const char *command)
{
  const char *next = memchr (at, APOOL_IDENTITY_VARYING, (gsize) (run->end - at));
  gsize length = (gsize) ((next ? next : run->end) - at);
  ApoolIdentityPart part;

  if (run->n_steps == 0)
    return FALSE;
  run->n_steps--;
  if ((gsize) (run->command_end - command) < length || memcmp (command, at, length) != 0)
    return FALSE;
  command += length;
  if (!next)
    return command == run->command_end;
  part = apool_wildcard_get_part (next, run->end);
  if (part == APOOL_IDENTITY_PART_ANY)
    return apool_wildcard_match_anything (run, next + part, command);
  if (part == APOOL_IDENTITY_PART_REAL)
    return apool_wildcard_match_real (run, next + part, command);
  return apool_wildcard_match_number (run, next + part, command);
}

/**
 * apool_wildcard_matches:
 * @self: a pattern
 * @command: (array length=length): a command
 * @length: how many bytes
 *
 * Returns: whether it is one of the pattern's. Where finding out takes too long, it is not
 */
gboolean
apool_wildcard_matches (const ApoolWildcard *self, const char *command, gsize length)
{
  ApoolWildcardRun run = { .end = self->text + self->length,
                           .command_end = command + length,
                           .n_steps = MAX_STEPS };

  if (!apool_wildcard_varies (self))
    return length == self->length && memcmp (command, self->text, length) == 0;
  if (!self->is_clear || length < self->begin + self->end ||
      memcmp (command + length - self->end, run.end - self->end, self->end) != 0)
    return FALSE;
  return apool_wildcard_go_on (&run, self->text, command);
}
