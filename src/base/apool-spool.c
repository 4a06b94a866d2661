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
 * something before it stays. When nothing is held any more, they start again at 0.
 *
 * A bounded spool knows how much it may have on the disk, and takes no space left there for the
 * same: it is full then, and what comes goes to the tail, which grows beyond its size. Whoever
 * feeds it is to stop that; only what is under way already still comes. Nothing is reserved in the
 * file meanwhile, for that would begin behind the tail. As bytes are released it is tried to write
 * the tail out, and where that succeeds, or the tail is small again, the spool is full no longer.
 * What counts as on the disk is what was written to a segment, at most all of it, until the segment
 * is given back: bytes written twice count twice, but never more than they can take. */

#include "base/apool-spool.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"

#define TAIL_BYTES ((gsize) 256 * 1024)
#define SEGMENT_BYTES ((guint64) 1024 * 1024)

/* While the spool is full, so many bytes at most are set aside in the tail at once. */
#define FULL_RESERVED_BYTES ((gsize) 16 * 1024)

/* While it is full, the disk is tried again each time so much has been released. */
#define RETRY_BYTES ((guint64) 64 * 1024)

/* Where nobody says how much may be on the disk: half of what is free there, and no less. */
#define MIN_DEFAULT_LIMIT ((guint64) 1024 * 1024)

/* Counts of dead segments are dropped once there are this many, and as many as live ones. */
#define MIN_DEAD_SEGMENTS 1024

/* What is known of a MiB of addresses. */
typedef struct
{
  guint32 held;    /* bytes that are needed still */
  guint32 written; /* bytes of it that are on the disk, at most */
} ApoolSpoolSegment;

struct _ApoolSpool
{
  char *directory;
  int fd;            /* the unlinked file; -1 before it is needed */
  guint64 file_end;  /* first address that is not the file's */
  guint8 *tail;      /* (nullable): memory, once needed */
  gsize tail_size;   /* how much: TAIL_BYTES, more only while the spool is full */
  gsize tail_length; /* how many bytes of it are in use */
  gsize tail_held;   /* how many of these are still held */
  guint64 held;      /* bytes held altogether */
  GArray *segments;  /* ApoolSpoolSegment, from first_segment on */
  guint64 first_segment;
  guint n_dead; /* leading segments that are empty for good */

  gboolean is_bounded;
  guint64 limit; /* for used; G_MAXUINT64 where there is none, or none yet */
  guint64 used;  /* bytes on the disk: what all segments have */
  gboolean is_full;
  int full_errno;     /* why: what the system said, or 0: the limit */
  guint64 n_released; /* bytes since it was last tried to write the tail out */
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
  self->limit = G_MAXUINT64;
  self->segments = g_array_new (FALSE, TRUE, sizeof (ApoolSpoolSegment));
  return self;
}

/**
 * apool_spool_new_bounded:
 * @directory: where the file would be
 * @limit: how many bytes the file may take; 0: half of what is free when it is made
 *
 * Such a spool never fails for want of space on the disk. It is full instead, and keeps in memory
 * what still comes.
 *
 * Returns: (transfer full): an empty spool, still without a file
 */
ApoolSpool *
apool_spool_new_bounded (const char *directory, guint64 limit)
{
  ApoolSpool *self = apool_spool_new (directory);

  self->is_bounded = TRUE;
  if (limit > 0)
    self->limit = limit;
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
 * apool_spool_is_full:
 * @self: a spool
 *
 * Returns: whether what is appended now stays in memory, so that nobody should
 */
gboolean
apool_spool_is_full (const ApoolSpool *self)
{
  return self->is_full;
}

/**
 * apool_spool_get_full_errno:
 * @self: a spool that is full
 *
 * Returns: what the system said; 0 where it is the limit that was met
 */
int
apool_spool_get_full_errno (const ApoolSpool *self)
{
  return self->full_errno;
}

/**
 * apool_spool_get_used:
 * @self: a spool
 *
 * Returns: how many bytes it has on the disk, at most
 */
guint64
apool_spool_get_used (const ApoolSpool *self)
{
  return self->used;
}

static void
apool_spool_set_errno (ApoolSpool *self, GError **error, int errnum, const char *what)
{
  apool_error_set_errno (error, errnum, "--tmpdir: '%s': %s", self->directory, what);
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

/* Half of what is free, where a file system says what it has. */
static void
apool_spool_find_limit (ApoolSpool *self)
{
  struct statvfs info;

  if (!self->is_bounded || self->limit < G_MAXUINT64)
    return;
  /* Where it cannot be told, the disk's own end is the limit. */
  if (fstatvfs (self->fd, &info) == 0 && info.f_blocks > 0)
    self->limit = MAX ((guint64) info.f_bavail * info.f_frsize / 2, MIN_DEFAULT_LIMIT);
}

/* Returns: 0, or what the system said */
static int
apool_spool_ensure_file (ApoolSpool *self)
{
  if (self->fd >= 0)
    return 0;
  self->fd = open (self->directory, O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
  /* EISDIR is what kernels and file systems say that take the flag for a plain open. */
  if (self->fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL))
    self->fd = apool_spool_open_named (self);
  if (self->fd < 0)
    return errno;
  apool_spool_find_limit (self);
  return 0;
}

static ApoolSpoolSegment *
apool_spool_get_segment (ApoolSpool *self, guint64 segment)
{
  guint64 index = segment - self->first_segment;

  if (index >= self->segments->len)
    g_array_set_size (self->segments, (guint) index + 1);
  return &g_array_index (self->segments, ApoolSpoolSegment, index);
}

/* The part of the addresses from @offset to @end that lies in @segment. */
static guint32
apool_spool_get_share (guint64 segment, guint64 offset, guint64 end)
{
  guint64 from = MAX (offset, segment * SEGMENT_BYTES);
  guint64 to = MIN (end, (segment + 1) * SEGMENT_BYTES);

  return (guint32) (to - from);
}

/* The addresses from @offset to @end were written to the file. */
static void
apool_spool_count_written (ApoolSpool *self, guint64 offset, guint64 end)
{
  for (guint64 segment = offset / SEGMENT_BYTES; segment * SEGMENT_BYTES < end; segment++)
    {
      guint32 *written = &apool_spool_get_segment (self, segment)->written;
      guint32 share = MIN (apool_spool_get_share (segment, offset, end), SEGMENT_BYTES - *written);

      *written += share;
      self->used += share;
    }
}

/* @segment takes no space any more. */
static void
apool_spool_count_freed (ApoolSpool *self, ApoolSpoolSegment *segment)
{
  self->used -= segment->written;
  segment->written = 0;
}

static gboolean
apool_spool_is_no_space (int errnum)
{
  return errnum == ENOSPC || errnum == EDQUOT || errnum == EFBIG;
}

/* Bytes could not be written: @errnum is what the system said, 0 that there is a limit.
 * Returns: whether that is merely a full spool */
static gboolean
apool_spool_refuse (ApoolSpool *self, int errnum, const char *what, GError **error)
{
  if (self->is_bounded && (errnum == 0 || apool_spool_is_no_space (errnum)))
    {
      self->is_full = TRUE;
      self->full_errno = errnum;
      self->n_released = 0;
      return TRUE;
    }
  apool_spool_set_errno (self, error, errnum, what);
  return FALSE;
}

/* Writes what it can.
 * Returns: 0, or what the system said */
static int
apool_spool_write_bytes (ApoolSpool *self, guint64 offset, const guint8 *bytes, gsize length)
{
  while (length > 0)
    {
      gssize n = pwrite (self->fd, bytes, length, (off_t) offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return n < 0 ? errno : EIO;
      apool_spool_count_written (self, offset, offset + (guint64) n);
      bytes += n;
      offset += (guint64) n;
      length -= (gsize) n;
    }
  return 0;
}

/* Writes all, or as good as nothing.
 * Returns: whether all is written, or the spool is full and @is_written says that it is not */
static gboolean
apool_spool_write_file (ApoolSpool *self,
                        guint64 offset,
                        gconstpointer data,
                        gsize length,
                        gboolean *is_written,
                        GError **error)
{
  int errnum = apool_spool_ensure_file (self);

  *is_written = FALSE;
  if (errnum)
    return apool_spool_refuse (self, errnum, "cannot make a file", error);
  if (self->used > self->limit || length > self->limit - self->used)
    return apool_spool_refuse (self, 0, "write", error);
  errnum = apool_spool_write_bytes (self, offset, data, length);
  if (errnum)
    return apool_spool_refuse (self, errnum, "write", error);
  *is_written = TRUE;
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

static void
apool_spool_hold (ApoolSpool *self, guint64 offset, guint64 length)
{
  guint64 end = offset + length;

  self->held += length;
  for (guint64 segment = offset / SEGMENT_BYTES; segment * SEGMENT_BYTES < end; segment++)
    apool_spool_get_segment (self, segment)->held += apool_spool_get_share (segment, offset, end);
}

/* Gives the space of the segments from @first to before @end back. */
static void
apool_spool_punch (ApoolSpool *self, guint64 first, guint64 end)
{
  if (self->fd < 0 || first >= end)
    return;
  /* Where it fails, most often since the file system knows no holes, the space comes back when
   * the file is emptied or closed; nothing else depends on it. */
  if (fallocate (self->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                 (off_t) (first * SEGMENT_BYTES), (off_t) ((end - first) * SEGMENT_BYTES)) < 0)
    return;
  for (guint64 segment = first; segment < end; segment++)
    apool_spool_count_freed (self, apool_spool_get_segment (self, segment));
}

/* Forgets the counts of leading segments that can never be held again, so that a long run whose
 * spool is never quite empty does not gather them. */
static void
apool_spool_forget_segments (ApoolSpool *self)
{
  guint64 n_behind = self->file_end / SEGMENT_BYTES - self->first_segment;

  while (self->n_dead < self->segments->len && self->n_dead < n_behind &&
         g_array_index (self->segments, ApoolSpoolSegment, self->n_dead).held == 0)
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
    if (apool_spool_get_segment (self, segment)->held == 0)
      apool_spool_punch (self, segment, segment + 1);
}

/* Cuts the file off behind @end, and the counts with it. */
static void
apool_spool_cut (ApoolSpool *self, guint64 end)
{
  guint64 first = end / SEGMENT_BYTES + (end % SEGMENT_BYTES ? 1 : 0);

  /* If it fails the old bytes take space until they are overwritten. */
  if (self->fd >= 0)
    (void) !ftruncate (self->fd, (off_t) end);
  for (guint64 i = MAX (first, self->first_segment) - self->first_segment; i < self->segments->len;
       i++)
    apool_spool_count_freed (self, &g_array_index (self->segments, ApoolSpoolSegment, i));
}

/* Writes bytes behind the file's end, which stays where it is; or the spool is full.
 * Returns: whether nothing else went wrong */
static gboolean
apool_spool_extend_file (
    ApoolSpool *self, gconstpointer data, gsize length, gboolean *is_written, GError **error)
{
  if (!apool_spool_write_file (self, self->file_end, data, length, is_written, error))
    return FALSE;
  if (!*is_written)
    apool_spool_cut (self, self->file_end); /* some of them may have found space */
  return TRUE;
}

/* The tail is empty, and has its own size again. */
static void
apool_spool_reset_tail (ApoolSpool *self)
{
  self->tail_length = 0;
  self->tail_held = 0;
  if (self->tail_size <= TAIL_BYTES)
    return;
  self->tail = g_realloc (self->tail, TAIL_BYTES);
  self->tail_size = TAIL_BYTES;
}

/* Writes the tail out. Where the spool is full it stays. */
static gboolean
apool_spool_flush (ApoolSpool *self, GError **error)
{
  gsize length = self->tail_length;
  gboolean is_written;

  if (length == 0)
    return TRUE;
  if (!apool_spool_extend_file (self, self->tail, length, &is_written, error))
    return FALSE;
  if (is_written)
    {
      apool_spool_reset_tail (self);
      apool_spool_move_end (self, self->file_end + length);
    }
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

/* Returns: (transfer none): @length more bytes at the end of the tail, which are held */
static guint8 *
apool_spool_grow_tail (ApoolSpool *self, gsize length, guint64 *offset)
{
  gsize end = self->tail_length + length;
  guint8 *place;

  if (end > self->tail_size)
    {
      self->tail_size = (end + TAIL_BYTES - 1) / TAIL_BYTES * TAIL_BYTES;
      self->tail = g_realloc (self->tail, self->tail_size);
    }
  place = self->tail + self->tail_length;
  *offset = self->file_end + self->tail_length;
  self->tail_length = end;
  self->tail_held += length;
  apool_spool_hold (self, *offset, length);
  return place;
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
  gboolean is_written = FALSE;

  if (!apool_spool_check_length (self, length, error))
    return FALSE;
  if (self->tail_length + length > TAIL_BYTES && !self->is_full && !apool_spool_flush (self, error))
    return FALSE;
  *offset = self->file_end + self->tail_length;
  if (length > TAIL_BYTES && !self->is_full)
    {
      if (!apool_spool_extend_file (self, data, length, &is_written, error))
        return FALSE;
      if (is_written)
        {
          apool_spool_hold (self, *offset, length);
          apool_spool_move_end (self, *offset + length);
        }
    }
  if (length > 0 && !is_written)
    memcpy (apool_spool_grow_tail (self, length, offset), data, length);
  return TRUE;
}

/**
 * apool_spool_reserve:
 * @self: a spool
 * @length: (inout): how many bytes at most; how many they are: fewer where the spool is full
 * @offset: (out): where they will be kept
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Sets a region of the file aside, to be filled by apool_spool_write(). It takes no disk space
 * before that. What is never written must not be read, but must be released.
 *
 * Returns: whether the region is reserved
 */
gboolean
apool_spool_reserve (ApoolSpool *self, gsize *length, guint64 *offset, GError **error)
{
  if (!apool_spool_check_length (self, *length, error) ||
      (!self->is_full && !apool_spool_flush (self, error)))
    return FALSE;
  if (self->is_full)
    {
      *length = MIN (*length, FULL_RESERVED_BYTES);
      memset (apool_spool_grow_tail (self, *length, offset), 0, *length);
      return TRUE;
    }
  *offset = self->file_end;
  apool_spool_hold (self, *offset, *length);
  apool_spool_move_end (self, *offset + *length);
  return TRUE;
}

/**
 * apool_spool_write:
 * @self: a spool
 * @offset: an address inside what was appended or reserved
 * @data: (array length=length): bytes
 * @length: how many; they stay inside it
 * @is_written: (out): whether they are kept; %FALSE where the spool turned out to be full. Then
 *   nothing says what is there now
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: whether nothing else went wrong
 */
gboolean
apool_spool_write (ApoolSpool *self,
                   guint64 offset,
                   gconstpointer data,
                   gsize length,
                   gboolean *is_written,
                   GError **error)
{
  g_assert (offset + length <= self->file_end + self->tail_length);

  *is_written = TRUE;
  if (length == 0)
    return TRUE;
  if (offset >= self->file_end)
    {
      memcpy (self->tail + (offset - self->file_end), data, length);
      return TRUE;
    }
  /* The tail is written out whole, so nothing that was given out as one piece is in both. */
  g_assert (offset + length <= self->file_end);
  return apool_spool_write_file (self, offset, data, length, is_written, error);
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

  g_assert (offset + length <= self->file_end + self->tail_length);

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
  if (self->file_end > 0)
    apool_spool_cut (self, 0);
  self->file_end = 0;
  self->first_segment = 0;
  self->n_dead = 0;
  self->used = 0; /* what could not be given back is gone with the file's bytes */
  g_array_set_size (self->segments, 0);
  apool_spool_reset_tail (self);
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
      guint32 *n_held = &apool_spool_get_segment (self, segment)->held;
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

  while (n_segments > 0 &&
         g_array_index (self->segments, ApoolSpoolSegment, n_segments - 1).held == 0)
    n_segments--;
  end = (self->first_segment + n_segments) * SEGMENT_BYTES;
  if (end >= self->file_end)
    return;
  apool_spool_cut (self, end);
  self->file_end = end;
  self->n_dead = MIN (self->n_dead, n_segments);
  g_array_set_size (self->segments, n_segments);
}

/* Looks whether the spool is full no longer, where enough has been released. */
static void
apool_spool_find_room (ApoolSpool *self)
{
  guint64 slack = MIN (self->limit / 4, SEGMENT_BYTES); /* so that it is not full again at once */

  if (!self->is_full || self->used > self->limit - slack ||
      (self->n_released < RETRY_BYTES && self->tail_length > 0))
    return;
  self->is_full = FALSE;
  /* What no longer fits its memory has to go first. Any other failure is met again, and told, by
   * whoever keeps something next. */
  if (self->tail_length > TAIL_BYTES && !apool_spool_flush (self, NULL))
    self->is_full = TRUE;
  self->n_released = 0;
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
  self->n_released += length;
  if (self->held == 0)
    {
      apool_spool_restart (self);
      apool_spool_find_room (self);
      return;
    }
  apool_spool_drop (self, offset, end);
  if (end > self->file_end)
    self->tail_held -= (gsize) (end - MAX (offset, self->file_end));
  if (self->tail_held == 0)
    {
      apool_spool_reset_tail (self); /* its addresses are free again, and need no writing out */
      apool_spool_rewind (self);
    }
  apool_spool_find_room (self);
}
