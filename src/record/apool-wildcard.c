/* SPDX-License-Identifier: MIT */
/* Compares commands with a pattern. Where a part that varies ends is found by trying, so steps are
 * counted: a command that is not recognised is run again, while one that takes hours is no use. */

#include "record/apool-wildcard.h"

#include <string.h>

#include "job/apool-identity.h"

/* Of the greatest number. */
#define MAX_DIGITS 20u

/* Each part that varies takes one at least. */
#define MAX_STEPS 20000u

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

  self->text = text;
  self->length = length;
  self->begin = first ? (gsize) (first - text) : length;
  self->end = last ? length - (gsize) (last - text) - 1 : 0;
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

  if (run->n_steps == 0)
    return FALSE;
  run->n_steps--;
  if ((gsize) (run->command_end - command) < length || memcmp (command, at, length) != 0)
    return FALSE;
  command += length;
  if (!next)
    return command == run->command_end;
  if (next + 1 < run->end && next[1] == APOOL_IDENTITY_VARYING)
    return apool_wildcard_match_number (run, next + 2, command);
  return apool_wildcard_match_anything (run, next + 1, command);
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
  if (length < self->begin + self->end ||
      memcmp (command + length - self->end, run.end - self->end, self->end) != 0)
    return FALSE;
  return apool_wildcard_go_on (&run, self->text, command);
}
