/* SPDX-License-Identifier: MIT */
/* Rows from a descriptor: one a line, or whatever ends in another delimiter.
 *
 * The descriptor may be a standard input that other processes share, so it is never made
 * non-blocking; it is asked by poll() before each read instead. (If another process takes the
 * bytes between the two, the read blocks until there are more. Nobody can tell beforehand.)
 *
 * What is a record, and where it is kept, is the cutter's to know. */

#include "input/apool-source-lines.h"

#include <errno.h>
#include <glib-unix.h>
#include <poll.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "input/apool-record-cutter.h"

/* What one read asks for: as much as a pipe holds. */
#define READ_BYTES (64 * 1024)

/* Reads without a row before the main loop gets its turn. */
#define READS_PER_TURN 32

struct _ApoolSourceLines
{
  GObject parent;

  int fd; /* not owned */
  char *name;
  ApoolRecordCutter *cutter;
  gboolean at_end;    /* of the file */
  gboolean is_failed; /* an error was told */

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

static ApoolSourceStatus
apool_source_lines_fail (ApoolSourceLines *self, int errnum, GError **error)
{
  self->is_failed = TRUE;
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
  char *room;
  gssize n;

  if (!apool_source_lines_is_ready (self))
    return APOOL_SOURCE_PENDING;
  room = apool_record_cutter_make_room (self->cutter, READ_BYTES);
  do
    n = read (self->fd, room, READ_BYTES);
  while (n < 0 && errno == EINTR);
  if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
    return APOOL_SOURCE_PENDING;
  if (n < 0)
    return apool_source_lines_fail (self, errno, error);
  self->at_end = n == 0;
  apool_record_cutter_fill (self->cutter, (gsize) n);
  return APOOL_SOURCE_ROW;
}

static ApoolSourceStatus
apool_source_lines_take_rest (ApoolSourceLines *self, ApoolRow *row)
{
  if (self->is_failed || !apool_record_cutter_take_rest (self->cutter, row))
    return APOOL_SOURCE_END;
  return APOOL_SOURCE_ROW;
}

static ApoolSourceStatus
apool_source_lines_next (ApoolSource *source, ApoolRow *row, GError **error)
{
  ApoolSourceLines *self = (gpointer) source; /* unchecked: this is done for each record */

  for (int i = 0; i < READS_PER_TURN; i++)
    {
      ApoolSourceStatus status;

      if (apool_record_cutter_take (self->cutter, row))
        return APOOL_SOURCE_ROW;
      if (self->at_end || self->is_failed || apool_record_cutter_is_stopped (self->cutter))
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
  g_clear_pointer (&self->cutter, apool_record_cutter_free);
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
}

/**
 * apool_source_lines_new:
 * @fd: (transfer none): where to read; stays open, and is the caller's, as long as the source
 *   lives. Its flags are not changed
 * @format: (transfer none): what records are; copied
 * @name: what to call it in messages: "standard input", a file name
 *
 * An empty record is an empty value. A record of more than %APOOL_RECORD_MAX_BYTES yields a row
 * whose value has its length and no data. A record that is the end of the input is that of this
 * source alone, and nothing is read after it. Errors are of #GIOErrorEnum.
 *
 * Returns: (transfer full): the source
 */
ApoolSource *
apool_source_lines_new (int fd, const ApoolRecordFormat *format, const char *name)
{
  ApoolSourceLines *self = g_object_new (APOOL_TYPE_SOURCE_LINES, NULL);

  self->fd = fd;
  self->cutter = apool_record_cutter_new (format);
  self->name = g_strdup (name);
  return APOOL_SOURCE (self);
}
