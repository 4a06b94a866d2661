/* SPDX-License-Identifier: MIT */
/* Rows from a descriptor: one a line, or whatever ends in another delimiter.
 *
 * The descriptor may be a standard input that other processes share, so it is never made
 * non-blocking; it is asked by poll() before each read instead. (If another process takes the
 * bytes between the two, the read blocks until there are more. Nobody can tell beforehand.)
 *
 * Rows are views into one buffer, which holds what was read and not yet yielded:
 *
 *     |  yielded  |  searched, no delimiter in it  |  not searched  |  free  |
 *     0         start                           searched           end    capacity
 *
 * It grows with the longest record. One that is longer than MAX_RECORD_BYTES is not kept: its
 * bytes are counted and dropped, and the row it yields has that length and no data. */

#include "input/apool-source-lines.h"

#include <errno.h>
#include <glib-unix.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-error.h"

/* What one read asks for: as much as a pipe holds. */
#define READ_BYTES (64 * 1024)

/* Far over what the kernel takes as an argument, far under what would hurt. */
#define MAX_RECORD_BYTES (16 * 1024 * 1024)

/* Reads without a row before the main loop gets its turn. */
#define READS_PER_TURN 32

struct _ApoolSourceLines
{
  GObject parent;

  int fd; /* not owned */
  char *name;
  char delimiter;

  char *buffer;
  gsize capacity;
  gsize start;
  gsize searched;
  gsize end;

  gboolean is_dropping; /* the record that is being read is too long to be kept */
  gsize n_dropped;      /* bytes of it that are gone */
  gboolean at_end;      /* of the file; or an error was told */

  guint64 n_yielded;
  ApoolValue value; /* of the row yielded last */

  GSource *waiting; /* nullable */
  ApoolSourceReadyFunc ready;
  gpointer ready_data;
};

static void apool_source_lines_source_init (ApoolSourceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolSourceLines,
                               apool_source_lines,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_SOURCE,
                                                      apool_source_lines_source_init))

/* Yields what stands in the buffer before @stop, and what was dropped before that. */
static ApoolSourceStatus
apool_source_lines_yield (ApoolSourceLines *self, gsize stop, ApoolRow *row)
{
  self->value = (ApoolValue){ self->buffer + self->start, stop - self->start };
  if (self->is_dropping)
    self->value = (ApoolValue){ NULL, self->n_dropped + (stop - self->start) };
  self->is_dropping = FALSE;
  self->n_dropped = 0;
  self->n_yielded++;
  *row = (ApoolRow){ &self->value, 1, self->n_yielded };
  return APOOL_SOURCE_ROW;
}

/* Yields the next record if all of it is in the buffer. */
static gboolean
apool_source_lines_take_record (ApoolSourceLines *self, ApoolRow *row)
{
  const char *from = self->buffer + self->searched;
  const char *delimiter = memchr (from, self->delimiter, self->end - self->searched);
  gsize stop;

  if (!delimiter)
    {
      self->searched = self->end;
      return FALSE;
    }
  stop = (gsize) (delimiter - self->buffer);
  apool_source_lines_yield (self, stop, row);
  self->start = stop + 1;
  self->searched = self->start;
  return TRUE;
}

/* At the end of the file: what has no delimiter after it is a record too, unless it is nothing. */
static ApoolSourceStatus
apool_source_lines_take_rest (ApoolSourceLines *self, ApoolRow *row)
{
  gsize end = self->end;

  if (self->start == end && !self->is_dropping)
    return APOOL_SOURCE_END;
  apool_source_lines_yield (self, end, row);
  self->start = end;
  return APOOL_SOURCE_ROW;
}

/* Makes room for one read behind the unfinished record, which is all that is in the buffer. */
static void
apool_source_lines_make_room (ApoolSourceLines *self)
{
  gsize length = self->end - self->start;

  if (self->is_dropping || length > MAX_RECORD_BYTES)
    {
      self->is_dropping = TRUE;
      self->n_dropped += length;
      length = 0;
    }
  else if (self->start > 0)
    memmove (self->buffer, self->buffer + self->start, length);
  self->start = 0;
  self->searched = length;
  self->end = length;
  if (self->capacity - length >= READ_BYTES)
    return;
  self->capacity = MAX (self->capacity * 2, length + READ_BYTES);
  self->buffer = g_realloc (self->buffer, self->capacity);
}

static ApoolSourceStatus
apool_source_lines_fail (ApoolSourceLines *self, int errnum, GError **error)
{
  self->at_end = TRUE;
  self->start = self->end;
  self->is_dropping = FALSE;
  apool_error_set_errno (error, errnum, "%s: read", self->name);
  return APOOL_SOURCE_ERROR;
}

/* Whether a read would return at once; also where it would return an error, which it then tells. */
static gboolean
apool_source_lines_is_ready (ApoolSourceLines *self)
{
  struct pollfd pollfd = { .fd = self->fd, .events = POLLIN };
  int n;

  do
    n = poll (&pollfd, 1, 0);
  while (n < 0 && errno == EINTR);
  /* poll() fails otherwise only for want of memory: nothing is known to be there. */
  return n > 0;
}

/* Returns: %APOOL_SOURCE_ROW where it is worth looking into the buffer again */
static ApoolSourceStatus
apool_source_lines_read (ApoolSourceLines *self, GError **error)
{
  gssize n;

  if (!apool_source_lines_is_ready (self))
    return APOOL_SOURCE_PENDING;
  apool_source_lines_make_room (self);
  do
    n = read (self->fd, self->buffer + self->end, READ_BYTES);
  while (n < 0 && errno == EINTR);
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
    return APOOL_SOURCE_PENDING;
  if (n < 0)
    return apool_source_lines_fail (self, errno, error);
  self->at_end = n == 0;
  self->end += (gsize) n;
  return APOOL_SOURCE_ROW;
}

static ApoolSourceStatus
apool_source_lines_next (ApoolSource *source, ApoolRow *row, GError **error)
{
  ApoolSourceLines *self = APOOL_SOURCE_LINES (source);

  for (int i = 0; i < READS_PER_TURN; i++)
    {
      ApoolSourceStatus status;

      if (apool_source_lines_take_record (self, row))
        return APOOL_SOURCE_ROW;
      if (self->at_end)
        return apool_source_lines_take_rest (self, row);
      status = apool_source_lines_read (self, error);
      if (status != APOOL_SOURCE_ROW)
        return status;
    }
  return APOOL_SOURCE_PENDING;
}

static void
apool_source_lines_stop_waiting (ApoolSourceLines *self)
{
  if (!self->waiting)
    return;
  g_source_destroy (self->waiting);
  g_clear_pointer (&self->waiting, g_source_unref);
}

static gboolean
apool_source_lines_ready_cb (gint fd, GIOCondition condition, gpointer data)
{
  ApoolSourceLines *self = data;
  ApoolSourceReadyFunc ready = self->ready;
  gpointer ready_data = self->ready_data;

  /* Before the call, which may wait again or drop the source. */
  apool_source_lines_stop_waiting (self);
  ready (ready_data);
  return G_SOURCE_REMOVE;
}

static void
apool_source_lines_wait (ApoolSource *source,
                         GMainContext *context,
                         ApoolSourceReadyFunc ready,
                         gpointer data)
{
  ApoolSourceLines *self = APOOL_SOURCE_LINES (source);

  g_return_if_fail (self->waiting == NULL);
  self->ready = ready;
  self->ready_data = data;
  /* A context asks by poll(), for which regular files are always ready. */
  self->waiting = g_unix_fd_source_new (self->fd, G_IO_IN | G_IO_HUP | G_IO_ERR | G_IO_NVAL);
  g_source_set_static_name (self->waiting, "apool-source-lines");
  g_source_set_callback (self->waiting, G_SOURCE_FUNC (apool_source_lines_ready_cb), self, NULL);
  g_source_attach (self->waiting, context);
}

static void
apool_source_lines_dispose (GObject *object)
{
  apool_source_lines_stop_waiting (APOOL_SOURCE_LINES (object));
  G_OBJECT_CLASS (apool_source_lines_parent_class)->dispose (object);
}

static void
apool_source_lines_finalize (GObject *object)
{
  ApoolSourceLines *self = APOOL_SOURCE_LINES (object);

  g_free (self->name);
  g_free (self->buffer);
  G_OBJECT_CLASS (apool_source_lines_parent_class)->finalize (object);
}

static void
apool_source_lines_class_init (ApoolSourceLinesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = apool_source_lines_dispose;
  G_OBJECT_CLASS (klass)->finalize = apool_source_lines_finalize;
}

static void
apool_source_lines_source_init (ApoolSourceInterface *iface)
{
  iface->next = apool_source_lines_next;
  iface->wait = apool_source_lines_wait;
}

static void
apool_source_lines_init (ApoolSourceLines *self)
{
  self->capacity = READ_BYTES;
  self->buffer = g_malloc (self->capacity);
}

/**
 * apool_source_lines_new:
 * @fd: (transfer none): where to read; stays open, and is the caller's, as long as the source
 *   lives. Its flags are not changed
 * @delimiter: the byte after each record; after the last one it may be missing
 * @name: what to call it in messages: "standard input", a file name
 *
 * An empty record is an empty value. A record of more than 16 MiB yields a row whose value has its
 * length and no data. Errors are of #GIOErrorEnum.
 *
 * Returns: (transfer full): the source
 */
ApoolSource *
apool_source_lines_new (int fd, char delimiter, const char *name)
{
  ApoolSourceLines *self = g_object_new (APOOL_TYPE_SOURCE_LINES, NULL);

  self->fd = fd;
  self->delimiter = delimiter;
  self->name = g_strdup (name);
  return APOOL_SOURCE (self);
}
