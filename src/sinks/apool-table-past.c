/* SPDX-License-Identifier: MIT */
/* What an earlier run has left in a table, for one that adds rows to it.
 *
 * A run that was killed may have left a part of a row. Where values have newlines, in quotes, only
 * who has read all before it knows what is a row and what is a line of a value. */

#include "sinks/apool-table-past.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"

/* So many bytes are read at once. */
#define BLOCK_BYTES (64 * 1024)

/* So much of a first row is enough to know it by; a line of names is not longer. */
#define MAX_FIRST_BYTES ((gsize) 1024 * 1024)

/* Finds where rows end. @is_quoted: (inout): whether what was read last is between quotes */
static void
apool_table_past_scan (ApoolTablePast *self,
                       const char *block,
                       gsize length,
                       off_t offset,
                       gboolean has_quotes,
                       gboolean *is_quoted)
{
  for (gsize i = 0; i < length; i++)
    {
      if (block[i] == '\n' && !*is_quoted)
        {
          self->first_is_whole = TRUE;
          self->end = offset + (off_t) i + 1;
          continue;
        }
      if (!self->first_is_whole && self->first->len < MAX_FIRST_BYTES)
        g_string_append_c (self->first, block[i]);
      *is_quoted ^= has_quotes && block[i] == '"';
    }
}

/**
 * apool_table_past_read:
 * @self: (out): what the file has
 * @path: of a regular file
 * @has_quotes: whether a newline between quotes ends no row
 * @error: (out) (optional): a #GIOErrorEnum, naming the option and the file
 *
 * Returns: whether it could be read; else there is nothing to be cleared
 */
gboolean
apool_table_past_read (ApoolTablePast *self, const char *path, gboolean has_quotes, GError **error)
{
  g_autofree char *block = g_malloc (BLOCK_BYTES);
  g_auto (ApoolTablePast) past = { .first = g_string_new (NULL) };
  g_auto (ApoolFd) fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  gboolean is_quoted = FALSE;
  off_t offset = 0;
  gssize n = fd; /* -1, too, where there is nothing to read */

  while (fd >= 0 && ((n = read (fd, block, BLOCK_BYTES)) > 0 || (n < 0 && errno == EINTR)))
    {
      apool_table_past_scan (&past, block, (gsize) MAX (n, 0), offset, has_quotes, &is_quoted);
      offset += MAX (n, 0);
    }
  if (n < 0)
    {
      apool_error_set_errno (error, errno, "--results: '%s'", path);
      return FALSE;
    }
  *self = past;
  past.first = NULL;
  return TRUE;
}

/**
 * apool_table_past_clear:
 * @self: what a file has, or all zero
 */
void
apool_table_past_clear (ApoolTablePast *self)
{
  if (self->first)
    g_string_free (g_steal_pointer (&self->first), TRUE);
}

/**
 * apool_table_past_begins_with:
 * @self: what a file has
 * @text: how a first row begins
 *
 * Returns: whether its first row begins so, or is a torn part of that
 */
gboolean
apool_table_past_begins_with (const ApoolTablePast *self, const char *text)
{
  gsize length = strlen (text);

  if (!self->first_is_whole)
    length = MIN (length, self->first->len);
  return self->first->len >= length && memcmp (self->first->str, text, length) == 0;
}
