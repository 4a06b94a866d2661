/* SPDX-License-Identifier: MIT */
/* Reads the events of a journal one after the other, in memory that does not grow with the file.
 *
 * A line counts when its newline is there. What is behind the last one is a line that is being
 * written, or one that never will be, since its writer was killed: it is looked at again when there
 * is more of it. A whole line that is no event is passed over and counted; an empty one is only
 * passed over, since a writer that could not take back what it has written of a line ends it so.
 *
 * It reads with pread(): the descriptor's own offset stays as it is. */

#include "record/apool-journal-reader.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "record/apool-journal-event-private.h"

/* What every line begins with that this program writes. */
#define TYPE_PREFIX "{\"type\":\""

/* What is read at a time: of a journal, and where only one event is wanted. */
#define CHUNK_BYTES (64u * 1024)
#define SMALL_CHUNK_BYTES (4u * 1024)

struct _ApoolJournalReader
{
  int fd;     /* not owned */
  char *path; /* for messages */
  char *buffer;
  gsize allocated;
  gsize filled;     /* bytes of the buffer */
  gsize at;         /* where the next line begins in it */
  gsize searched;   /* bytes from there on that hold no newline */
  guint64 offset;   /* of the next line in the file */
  gboolean is_long; /* it has been found to be too long: the buffer holds only a later part */
  guint64 skipped;  /* bytes of it that were in front of the buffer's @at */
  guint64 n_ignored;
  const ApoolJournalShape *only; /* (nullable): the only ones that are wanted */
};

static ApoolJournalReader *
apool_journal_reader_new_sized (int fd, const char *path, guint64 offset, gsize size)
{
  ApoolJournalReader *self = g_new0 (ApoolJournalReader, 1);

  self->fd = fd;
  self->path = g_strdup (path);
  self->offset = offset;
  self->allocated = size;
  self->buffer = g_malloc (size);
  return self;
}

/**
 * apool_journal_reader_new:
 * @fd: a file that can be read, not owned; stays open as long as the reader lives
 * @path: what it is called, for messages
 * @offset: where to begin: where a line does
 *
 * Returns: (transfer full): a reader
 */
ApoolJournalReader *
apool_journal_reader_new (int fd, const char *path, guint64 offset)
{
  return apool_journal_reader_new_sized (fd, path, offset, CHUNK_BYTES);
}

/**
 * apool_journal_reader_free:
 * @self: (transfer full): a reader
 */
void
apool_journal_reader_free (ApoolJournalReader *self)
{
  g_free (self->path);
  g_free (self->buffer);
  g_free (self);
}

/**
 * apool_journal_reader_set_only:
 * @self: a reader
 * @type: of the events that are wanted
 *
 * Has most others passed over without a look at what they hold, which is much faster. They are not
 * counted as lines that are no events.
 */
void
apool_journal_reader_set_only (ApoolJournalReader *self, ApoolJournalEventType type)
{
  self->only = apool_journal_shape_get (type);
}

/* Where in the file the line goes on that the buffer has the end of. */
static guint64
apool_journal_reader_get_position (const ApoolJournalReader *self)
{
  return self->offset + self->skipped + (self->filled - self->at);
}

/* Makes room behind what is left; of a line that is too long nothing is left. */
static void
apool_journal_reader_make_room (ApoolJournalReader *self)
{
  gsize left = self->filled - self->at;

  if (left >= APOOL_JOURNAL_MAX_LINE_BYTES || (self->is_long && left > 0))
    {
      self->is_long = TRUE;
      self->skipped += left;
      left = 0;
      self->searched = 0;
    }
  else if (self->at > 0 && left > 0)
    memmove (self->buffer, self->buffer + self->at, left);
  self->at = 0;
  self->filled = left;
  if (self->filled < self->allocated)
    return;
  self->allocated *= 2;
  self->buffer = g_realloc (self->buffer, self->allocated);
}

/* Reads some more.
 * Returns: how many bytes; 0 at the end, -1 with @error */
static gssize
apool_journal_reader_fill (ApoolJournalReader *self, GError **error)
{
  guint64 position;
  gssize n;

  apool_journal_reader_make_room (self);
  position = apool_journal_reader_get_position (self);
  if (position > G_MAXINT64)
    return 0;
  do
    n = pread (self->fd, self->buffer + self->filled, self->allocated - self->filled,
               (off_t) position);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    apool_error_set_errno (error, errno, "%s", self->path);
  else
    self->filled += (gsize) n;
  return n;
}

/* Goes on to what follows a line of that many bytes of the buffer, its newline included. */
static void
apool_journal_reader_pass (ApoolJournalReader *self, gsize length)
{
  self->at += length;
  self->offset += self->skipped + length;
  self->searched = 0;
  self->skipped = 0;
  self->is_long = FALSE;
}

/* Whether a line says at once that it is none of those that are wanted. */
static gboolean
apool_journal_reader_is_unwanted (const ApoolJournalReader *self, const char *line, gsize length)
{
  gsize n_prefix = strlen (TYPE_PREFIX);

  if (!self->only || length < n_prefix || memcmp (line, TYPE_PREFIX, n_prefix) != 0)
    return FALSE;
  return length <= n_prefix + self->only->length ||
         memcmp (line + n_prefix, self->only->name, self->only->length) != 0 ||
         line[n_prefix + self->only->length] != '"';
}

/* Looks at the line that ends at @newline.
 * Returns: whether it is an event */
static gboolean
apool_journal_reader_take_line (ApoolJournalReader *self,
                                const char *newline,
                                ApoolJournalEvent *event,
                                guint64 *offset)
{
  const char *line = self->buffer + self->at;
  gsize length = (gsize) (newline - line);
  gboolean is_empty = length == 0 && !self->is_long;
  gboolean is_unwanted = !self->is_long && apool_journal_reader_is_unwanted (self, line, length);
  gboolean is_event =
      !self->is_long && !is_unwanted && apool_journal_event_parse (event, line, length);

  if (is_event && offset)
    *offset = self->offset;
  if (!is_event && !is_empty && !is_unwanted)
    self->n_ignored++;
  apool_journal_reader_pass (self, length + 1);
  return is_event;
}

static const char *
apool_journal_reader_find_newline (ApoolJournalReader *self)
{
  gsize from = self->at + self->searched;
  const char *newline =
      from < self->filled ? memchr (self->buffer + from, '\n', self->filled - from) : NULL;

  if (!newline)
    self->searched = self->filled - self->at;
  return newline;
}

/**
 * apool_journal_reader_next:
 * @self: a reader
 * @event: (out caller-allocates): the next event, to be cleared; there is none in all other cases
 * @offset: (out) (optional): where its line begins
 * @error: (out) (optional): a #GIOErrorEnum, naming the file
 *
 * Whoever has met the end may ask again: there may be more by then.
 *
 * Returns: what there was
 */
ApoolJournalRead
apool_journal_reader_next (ApoolJournalReader *self,
                           ApoolJournalEvent *event,
                           guint64 *offset,
                           GError **error)
{
  *event = (ApoolJournalEvent){ 0 };
  while (TRUE)
    {
      const char *newline = apool_journal_reader_find_newline (self);
      gssize n;

      if (newline)
        {
          if (apool_journal_reader_take_line (self, newline, event, offset))
            return APOOL_JOURNAL_READ_EVENT;
          continue;
        }
      n = apool_journal_reader_fill (self, error);
      if (n <= 0)
        return n < 0 ? APOOL_JOURNAL_READ_ERROR : APOOL_JOURNAL_READ_END;
    }
}

/**
 * apool_journal_reader_get_offset:
 * @self: a reader that has met the end
 *
 * Returns: what is behind the last whole line: where the next one begins
 */
guint64
apool_journal_reader_get_offset (const ApoolJournalReader *self)
{
  return self->offset;
}

/**
 * apool_journal_reader_get_n_ignored:
 * @self: a reader
 *
 * Returns: how many whole lines so far were no events, and not empty
 */
guint64
apool_journal_reader_get_n_ignored (const ApoolJournalReader *self)
{
  return self->n_ignored;
}

/**
 * apool_journal_reader_read_at:
 * @fd: a file that can be read
 * @path: what it is called, for messages
 * @offset: where an event begins, as apool_journal_reader_next() has said
 * @event: (out caller-allocates): the event, to be cleared
 * @error: (out) (optional): a #GIOErrorEnum, naming the file: also where there is no event any more
 *
 * Reads one event again.
 *
 * Returns: whether it is there
 */
gboolean
apool_journal_reader_read_at (
    int fd, const char *path, guint64 offset, ApoolJournalEvent *event, GError **error)
{
  g_autoptr (ApoolJournalReader) self =
      apool_journal_reader_new_sized (fd, path, offset, SMALL_CHUNK_BYTES);
  const char *newline = NULL;
  gssize n = 1;

  *event = (ApoolJournalEvent){ 0 };
  while (!newline && n > 0 && !self->is_long)
    {
      n = apool_journal_reader_fill (self, error);
      newline = apool_journal_reader_find_newline (self);
    }
  if (n < 0)
    return FALSE;
  if (newline && apool_journal_reader_take_line (self, newline, event, NULL))
    return TRUE;
  apool_error_set_errno (error, EIO, "%s: no event at byte %" G_GUINT64_FORMAT, path, offset);
  return FALSE;
}
