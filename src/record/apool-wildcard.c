/* SPDX-License-Identifier: MIT */
/* Compares commands with a pattern. What stands between two parts that vary is taken where it comes
 * first, so that no command takes longer than its length. */

#include "record/apool-wildcard.h"

#include <string.h>

#include "job/apool-identity.h"

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

/**
 * apool_wildcard_matches:
 * @self: a pattern
 * @command: (array length=length): a command
 * @length: how many bytes
 *
 * Returns: whether it is one of the pattern's
 */
gboolean
apool_wildcard_matches (const ApoolWildcard *self, const char *command, gsize length)
{
  const char *at = self->text + self->begin;
  const char *stop = self->text + self->length - self->end;
  const char *rest = command + self->begin;

  if (!apool_wildcard_varies (self))
    return length == self->length && memcmp (command, self->text, length) == 0;
  if (length < self->begin + self->end || memcmp (command, self->text, self->begin) != 0 ||
      memcmp (command + length - self->end, stop, self->end) != 0)
    return FALSE;
  length -= self->begin + self->end;
  /* From one varying part to the next one, until only the end is left. */
  while (++at < stop)
    {
      const char *next = memchr (at, APOOL_IDENTITY_VARYING, (gsize) (stop - at));
      gsize n = (gsize) (next - at);
      const char *found = n > 0 ? memmem (rest, length, at, n) : rest;

      if (!found)
        return FALSE;
      length -= (gsize) (found - rest) + n;
      rest = found + n;
      at = next;
    }
  return TRUE;
}
