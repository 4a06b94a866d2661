/* SPDX-License-Identifier: MIT */
/* Bytes that wait, in one row of addresses.
 *
 * The addresses below @file_end belong to the file, those from there on to the tail in memory.
 * What is appended goes to the tail until that is full; then the tail is written out as one piece
 * and a new one begins behind it. A reservation begins behind the tail too, so the tail is written
 * out before it. The file itself is made by the first write that needs it: a run whose waiting
 * bytes fit the tail never touches the disk.
 *
 * Each MiB of addresses is a segment with a count of the bytes still held in it. A segment that
 * falls to zero is given back to the file system as a hole. The addresses behind the last segment
 * that is held are given out again, so that what comes and goes does not use them up while
 * something before it stays. When nothing is held any more, they start again at 0. */

#include "base/apool-spool.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"

#define TAIL_BYTES ((gsize) 256 * 1024)
#define SEGMENT_BYTES ((guint64) 1024 * 1024)

/* Counts of dead segments are dropped once there are this many, and as many as live ones. */
#define MIN_DEAD_SEGMENTS 1024

struct _ApoolSpool
{
  char *directory;
  int fd;            /* the unlinked file; -1 before it is needed */
  guint64 file_end;  /* first address that is not the file's */
  guint8 *tail;      /* (nullable): TAIL_BYTES of memory, once needed */
  gsize tail_length; /* how many of them are in use */
  gsize tail_held;   /* how many of these are still held */
  guint64 held;      /* bytes held altogether */
  GArray *segments;  /* guint32: held bytes of each segment, from first_segment on */
  guint64 first_segment;
  guint n_dead; /* leading segments that are empty for good */
};

/**
 * apool_spool_new:
 * @directory: where the file would be
 *
 * Returns: (transfer full): an empty spool, still without a file
 */
ApoolSpool *
apool_spool_new (const char *directory)
{
  ApoolSpool *self = g_new0 (ApoolSpool, 1);

  self->directory = g_strdup (directory);
  self->fd = -1;
  self->segments = g_array_new (FALSE, TRUE, sizeof (guint32));
  return self;
}

/**
 * apool_spool_free:
 * @self: (transfer full): a spool; what it holds is gone
 */
void
apool_spool_free (ApoolSpool *self)
{
  apool_fd_clear (&self->fd);
  g_array_unref (self->segments);
  g_free (self->tail);
  g_free (self->directory);
  g_free (self);
}

/**
 * apool_spool_get_held:
 * @self: a spool
 *
 * Returns: how many bytes were appended or reserved and not released
 */
guint64
apool_spool_get_held (const ApoolSpool *self)
{
  return self->held;
}

static void
apool_spool_set_errno (ApoolSpool *self, GError **error, int errnum, const char *what)
{
  apool_error_set_errno (error, errnum, "spool in %s: %s", self->directory, what);
}

/* For file systems without O_TMPFILE: a name that is there for a moment only. */
static int
apool_spool_open_named (ApoolSpool *self)
{
  g_autofree char *path = g_build_filename (self->directory, "apool-XXXXXX", NULL);
  int fd = mkostemp (path, O_CLOEXEC);

  if (fd >= 0)
    (void) unlink (path); /* a name that stays behind costs nothing but its entry */
  return fd;
}

static gboolean
apool_spool_ensure_file (ApoolSpool *self, GError **error)
{
  if (self->fd >= 0)
    return TRUE;
  self->fd = open (self->directory, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
  /* EISDIR is what kernels and file systems say that take the flag for a plain open. */
  if (self->fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
    self->fd = apool_spool_open_named (self);
  if (self->fd < 0)
    apool_spool_set_errno (self, error, errno, "cannot make a file");
  return self->fd >= 0;
}

static gboolean
apool_spool_write_file (
    ApoolSpool *self, guint64 offset, gconstpointer data, gsize length, GError **error)
{
  const guint8 *bytes = data;

  if (!apool_spool_ensure_file (self, error))
    return FALSE;
  while (length > 0)
    {
      gssize n = pwrite (self->fd, bytes, length, (off_t) offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        {
          apool_spool_set_errno (self, error, n < 0 ? errno : EIO, "write");
          return FALSE;
        }
      bytes += n;
      offset += (guint64) n;
      length -= (gsize) n;
    }
  return TRUE;
}

static gboolean
apool_spool_read_file (
    ApoolSpool *self, guint64 offset, gpointer buffer, gsize length, GError **error)
{
  guint8 *bytes = buffer;

  while (length > 0)
    {
      gssize n = pread (self->fd, bytes, length, (off_t) offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0) /* the end of the file: somebody else has cut it */
        {
          apool_spool_set_errno (self, error, n < 0 ? errno : EIO, "read");
          return FALSE;
        }
      bytes += n;
      offset += (guint64) n;
      length -= (gsize) n;
    }
  return TRUE;
}

static guint32 *
apool_spool_get_segment (ApoolSpool *self, guint64 segment)
{
  guint64 index = segment - self->first_segment;

  if (index >= self->segments->len)
    g_array_set_size (self->segments, (guint) index + 1);
  return &g_array_index (self->segments, guint32, index);
}

/* The part of the addresses from @offset to @end that lies in @segment. */
static guint32
apool_spool_get_share (guint64 segment, guint64 offset, guint64 end)
{
  guint64 from = MAX (offset, segment * SEGMENT_BYTES);
  guint64 to = MIN (end, (segment + 1) * SEGMENT_BYTES);

  return (guint32) (to - from);
}

static void
apool_spool_hold (ApoolSpool *self, guint64 offset, guint64 length)
{
  guint64 end = offset + length;

  self->held += length;
  for (guint64 segment = offset / SEGMENT_BYTES; segment * SEGMENT_BYTES < end; segment++)
    *apool_spool_get_segment (self, segment) += apool_spool_get_share (segment, offset, end);
}

/* Gives the space of the segments from @first to before @end back. */
static void
apool_spool_punch (ApoolSpool *self, guint64 first, guint64 end)
{
  if (self->fd < 0 || first >= end)
    return;
  /* Where it fails, most often since the file system knows no holes, the space comes back when
   * the file is emptied or closed; nothing else depends on it. */
  (void) fallocate (self->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                    (off_t) (first * SEGMENT_BYTES), (off_t) ((end - first) * SEGMENT_BYTES));
}

/* Forgets the counts of leading segments that can never be held again, so that a long run whose
 * spool is never quite empty does not gather them. */
static void
apool_spool_forget_segments (ApoolSpool *self)
{
  guint64 n_behind = self->file_end / SEGMENT_BYTES - self->first_segment;

  while (self->n_dead < self->segments->len && self->n_dead < n_behind &&
         g_array_index (self->segments, guint32, self->n_dead) == 0)
    self->n_dead++;
  if (self->n_dead < MIN_DEAD_SEGMENTS || self->n_dead < self->segments->len / 2)
    return;
  g_array_remove_range (self->segments, 0, self->n_dead);
  self->first_segment += self->n_dead;
  self->n_dead = 0;
}

/* The file's addresses end at @end now. Segments that were released while they still reached into
 * the tail are given back here. */
static void
apool_spool_move_end (ApoolSpool *self, guint64 end)
{
  guint64 segment = self->file_end / SEGMENT_BYTES;

  self->file_end = end;
  for (; (segment + 1) * SEGMENT_BYTES <= end; segment++)
    if (*apool_spool_get_segment (self, segment) == 0)
      apool_spool_punch (self, segment, segment + 1);
}

static gboolean
apool_spool_flush (ApoolSpool *self, GError **error)
{
  gsize length = self->tail_length;

  if (length == 0)
    return TRUE;
  if (!apool_spool_write_file (self, self->file_end, self->tail, length, error))
    return FALSE;
  self->tail_length = 0;
  self->tail_held = 0;
  apool_spool_move_end (self, self->file_end + length);
  return TRUE;
}

/* Checks that @length more addresses can exist in a file. */
static gboolean
apool_spool_check_length (ApoolSpool *self, gsize length, GError **error)
{
  guint64 end = self->file_end + self->tail_length;

  if (length <= (guint64) G_MAXINT64 - end)
    return TRUE;
  apool_spool_set_errno (self, error, EFBIG, "write");
  return FALSE;
}

/**
 * apool_spool_append:
 * @self: a spool
 * @data: (array length=length): bytes; they are copied
 * @length: how many
 * @offset: (out): where they are kept
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Keeps some bytes. Meant for small ones, which are gathered in memory.
 *
 * Returns: whether they are kept
 */
gboolean
apool_spool_append (
    ApoolSpool *self, gconstpointer data, gsize length, guint64 *offset, GError **error)
{
  if (!apool_spool_check_length (self, length, error))
    return FALSE;
  if (length > TAIL_BYTES - self->tail_length && !apool_spool_flush (self, error))
    return FALSE;
  *offset = self->file_end + self->tail_length;
  if (length > TAIL_BYTES)
    {
      if (!apool_spool_write_file (self, *offset, data, length, error))
        return FALSE;
      apool_spool_hold (self, *offset, length);
      apool_spool_move_end (self, *offset + length);
      return TRUE;
    }
  if (length == 0)
    return TRUE;
  if (!self->tail)
    self->tail = g_malloc (TAIL_BYTES);
  memcpy (self->tail + self->tail_length, data, length);
  self->tail_length += length;
  self->tail_held += length;
  apool_spool_hold (self, *offset, length);
  return TRUE;
}

/**
 * apool_spool_reserve:
 * @self: a spool
 * @length: how many bytes
 * @offset: (out): where they will be kept
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Sets a region of the file aside, to be filled by apool_spool_write(). It takes no disk space
 * before that. What is never written must not be read, but must be released.
 *
 * Returns: whether the region is reserved
 */
gboolean
apool_spool_reserve (ApoolSpool *self, gsize length, guint64 *offset, GError **error)
{
  if (!apool_spool_check_length (self, length, error) || !apool_spool_flush (self, error))
    return FALSE;
  *offset = self->file_end;
  apool_spool_hold (self, *offset, length);
  apool_spool_move_end (self, *offset + length);
  return TRUE;
}

/**
 * apool_spool_write:
 * @self: a spool
 * @offset: an address inside what was appended or reserved
 * @data: (array length=length): bytes
 * @length: how many; they stay inside it
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: whether the bytes are kept
 */
gboolean
apool_spool_write (
    ApoolSpool *self, guint64 offset, gconstpointer data, gsize length, GError **error)
{
  g_return_val_if_fail (offset + length <= self->file_end + self->tail_length, FALSE);

  if (length == 0)
    return TRUE;
  if (offset >= self->file_end)
    {
      memcpy (self->tail + (offset - self->file_end), data, length);
      return TRUE;
    }
  /* The tail is written out whole, so nothing that was given out as one piece is in both. */
  g_return_val_if_fail (offset + length <= self->file_end, FALSE);
  return apool_spool_write_file (self, offset, data, length, error);
}

/**
 * apool_spool_read:
 * @self: a spool
 * @offset: the address of held bytes
 * @buffer: (out caller-allocates) (array length=length): where they go
 * @length: how many; neighbouring pieces may be read as one
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: whether all of them were read
 */
gboolean
apool_spool_read (ApoolSpool *self, guint64 offset, gpointer buffer, gsize length, GError **error)
{
  gsize in_file;

  g_return_val_if_fail (offset + length <= self->file_end + self->tail_length, FALSE);

  in_file = offset < self->file_end ? (gsize) MIN (length, self->file_end - offset) : 0;
  if (in_file > 0 && !apool_spool_read_file (self, offset, buffer, in_file, error))
    return FALSE;
  if (in_file < length)
    memcpy ((guint8 *) buffer + in_file, self->tail + (offset + in_file - self->file_end),
            length - in_file);
  return TRUE;
}

/* Nothing is held: the addresses begin at 0 again. */
static void
apool_spool_restart (ApoolSpool *self)
{
  /* If it fails the old bytes take space until they are overwritten. */
  if (self->fd >= 0 && self->file_end > 0)
    (void) !ftruncate (self->fd, 0);
  self->file_end = 0;
  self->tail_length = 0;
  self->tail_held = 0;
  self->first_segment = 0;
  self->n_dead = 0;
  g_array_set_size (self->segments, 0);
}

/* Takes the addresses from @offset to @end out of the counts. Only the first and the last of their
 * segments can be shared with others, so those that become empty are neighbours. */
static void
apool_spool_drop (ApoolSpool *self, guint64 offset, guint64 end)
{
  guint64 first_empty = 0;
  guint64 end_empty = 0;

  for (guint64 segment = offset / SEGMENT_BYTES; segment * SEGMENT_BYTES < end; segment++)
    {
      guint32 *n_held = apool_spool_get_segment (self, segment);
      guint32 share = apool_spool_get_share (segment, offset, end);

      g_assert (*n_held >= share);
      *n_held -= share;
      if (*n_held > 0 || (segment + 1) * SEGMENT_BYTES > self->file_end)
        continue;
      if (end_empty == 0)
        first_empty = segment;
      end_empty = segment + 1;
    }
  if (end_empty > 0)
    {
      apool_spool_punch (self, first_empty, end_empty);
      apool_spool_forget_segments (self);
    }
}

/* Gives the addresses of the empty segments at the end out again. */
static void
apool_spool_rewind (ApoolSpool *self)
{
  guint n_segments = self->segments->len;
  guint64 end;

  while (n_segments > 0 && g_array_index (self->segments, guint32, n_segments - 1) == 0)
    n_segments--;
  end = (self->first_segment + n_segments) * SEGMENT_BYTES;
  if (end >= self->file_end)
    return;
  /* If it fails the old bytes take space until they are overwritten. */
  if (self->fd >= 0)
    (void) !ftruncate (self->fd, (off_t) end);
  self->file_end = end;
  self->n_dead = MIN (self->n_dead, n_segments);
  g_array_set_size (self->segments, n_segments);
}

/**
 * apool_spool_release:
 * @self: a spool
 * @offset: the address of held bytes
 * @length: how many are needed no longer; any part of what was appended or reserved
 */
void
apool_spool_release (ApoolSpool *self, guint64 offset, guint64 length)
{
  guint64 end = offset + length;

  if (length == 0)
    return;
  g_return_if_fail (length <= self->held && end <= self->file_end + self->tail_length);

  self->held -= length;
  if (self->held == 0)
    {
      apool_spool_restart (self);
      return;
    }
  apool_spool_drop (self, offset, end);
  if (end > self->file_end)
    self->tail_held -= (gsize) (end - MAX (offset, self->file_end));
  if (self->tail_held > 0)
    return;
  self->tail_length = 0; /* its addresses are free again, and need no writing out */
  apool_spool_rewind (self);
}
