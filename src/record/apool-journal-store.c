/* SPDX-License-Identifier: MIT */
/* What jobs wrote, one file for all of them.
 *
 * Jobs write at the same time, so that each stream has pieces of the file. The first one is as long
 * as what is written, and grows as long as it is the last one of the file: most jobs have one piece
 * and waste nothing. Who has another one reserves as much again as it has, so that even a stream of
 * many gigabytes has few. What is reserved and not used in the end is given back where nothing
 * follows it; else it stays a hole, which takes no room on the disk.
 *
 * Nothing that a record speaks of is ever written again. */

#include "record/apool-journal-store.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"

/* No more than this is reserved at once, whatever a stream has already. */
#define MAX_RESERVED_BYTES ((guint64) 64 * 1024 * 1024)

/* No file is longer: off_t. */
#define MAX_END ((guint64) G_MAXINT64)

struct _ApoolJournalStore
{
  gatomicrefcount refs;
  int fd; /* owned */
  char *path;
  guint64 end;     /* where the next piece goes: at least the length of the file */
  guint64 written; /* the file is not shorter than this, unless somebody else has cut it */
  gboolean is_cut; /* somebody has */
};

/**
 * apool_journal_store_new:
 * @fd: (transfer full): a file, open for reading and writing
 * @path: what it is called, for messages
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: (transfer full) (nullable): the store; what it has stays
 */
ApoolJournalStore *
apool_journal_store_new (int fd, const char *path, GError **error)
{
  g_autoptr (ApoolJournalStore) self = g_new0 (ApoolJournalStore, 1);
  struct stat status;

  g_atomic_ref_count_init (&self->refs);
  self->fd = fd;
  self->path = g_strdup (path);
  if (fstat (fd, &status) < 0)
    {
      apool_error_set_errno (error, errno, "--journal: %s", path);
      return NULL;
    }
  self->end = (guint64) status.st_size;
  self->written = self->end;
  return g_steal_pointer (&self);
}

/**
 * apool_journal_store_ref:
 * @self: a store
 *
 * Returns: (transfer full): the same
 */
ApoolJournalStore *
apool_journal_store_ref (ApoolJournalStore *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

/**
 * apool_journal_store_unref:
 * @self: (transfer full): a store
 */
void
apool_journal_store_unref (ApoolJournalStore *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  apool_fd_clear (&self->fd);
  g_free (self->path);
  g_free (self);
}

/**
 * apool_journal_store_get_fd:
 * @self: a store
 *
 * Returns: its descriptor, still its own
 */
int
apool_journal_store_get_fd (const ApoolJournalStore *self)
{
  return self->fd;
}

/**
 * apool_journal_store_get_path:
 * @self: a store
 *
 * Returns: (transfer none): what the file is called
 */
const char *
apool_journal_store_get_path (const ApoolJournalStore *self)
{
  return self->path;
}

/**
 * apool_journal_store_get_end:
 * @self: a store
 *
 * Returns: behind its last byte; before anything is appended that is the length of the file
 */
guint64
apool_journal_store_get_end (const ApoolJournalStore *self)
{
  return self->end;
}

/**
 * apool_journal_store_empty:
 * @self: a store of which no record speaks
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: whether it has nothing any more
 */
gboolean
apool_journal_store_empty (ApoolJournalStore *self, GError **error)
{
  if (ftruncate (self->fd, 0) < 0)
    {
      apool_error_set_errno (error, errno, "--journal: %s", self->path);
      return FALSE;
    }
  self->end = 0;
  self->written = 0;
  return TRUE;
}

/* Looks whether the file has become shorter: what is written behind its end hides that. */
static void
apool_journal_store_watch (ApoolJournalStore *self)
{
  struct stat status;

  if (fstat (self->fd, &status) == 0 && (guint64) status.st_size < self->written)
    self->is_cut = TRUE;
}

/**
 * apool_journal_store_is_cut:
 * @self: a store
 *
 * Returns: whether somebody else has made the file shorter since it was opened
 */
gboolean
apool_journal_store_is_cut (ApoolJournalStore *self)
{
  apool_journal_store_watch (self);
  return self->is_cut;
}

/* ---- what streams have ---- */

static ApoolJournalExtent *
apool_journal_share_get_last (const ApoolJournalShare *self)
{
  if (!self->extents || self->extents->len == 0)
    return NULL;
  return &g_array_index (self->extents, ApoolJournalExtent, self->extents->len - 1);
}

/**
 * apool_journal_share_clear:
 * @self: what is recorded, or given up; nothing then
 */
void
apool_journal_share_clear (ApoolJournalShare *self)
{
  g_clear_pointer (&self->extents, g_array_unref);
  *self = (ApoolJournalShare){ 0 };
}

/**
 * apool_journal_share_get_pieces:
 * @self: what a stream has
 *
 * Returns: the same for a record; valid as long as @self is not changed
 */
ApoolJournalPieces
apool_journal_share_get_pieces (const ApoolJournalShare *self)
{
  ApoolJournalPieces pieces = { NULL, 0 };

  if (self->extents)
    pieces = (ApoolJournalPieces){ (const ApoolJournalExtent *) (void *) self->extents->data,
                                   self->extents->len };
  return pieces;
}

static gboolean
apool_journal_store_fail (ApoolJournalStore *self, int errnum, GError **error)
{
  apool_error_set_errno (error, errnum, "--journal: %s", self->path);
  return FALSE;
}

static gboolean
apool_journal_store_fail_scattered (ApoolJournalStore *self, GError **error)
{
  g_set_error (error, APOOL_IO_ERROR, G_IO_ERROR_FAILED,
               "--journal: %s: what one job writes lies in more than %u pieces", self->path,
               APOOL_JOURNAL_MAX_EXTENTS);
  return FALSE;
}

/* Whether the last extent ends where the file does, so that it may grow. One that others know of
 * stays as long as they were told. */
static gboolean
apool_journal_store_may_grow (const ApoolJournalStore *self, const ApoolJournalShare *share)
{
  const ApoolJournalExtent *last = apool_journal_share_get_last (share);

  return last && share->n_told < share->extents->len && last->offset + last->length == self->end;
}

/* Whether @share has so many pieces that a record could not speak of another one. */
static gboolean
apool_journal_store_is_scattered (const ApoolJournalStore *self, const ApoolJournalShare *share)
{
  return share->room == 0 && share->extents && share->extents->len >= APOOL_JOURNAL_MAX_EXTENTS &&
         !apool_journal_store_may_grow (self, share);
}

/* Has @share have room for some of @length bytes behind what is written. Returns for how many; none
 * where the file is as long as any may be. */
static gsize
apool_journal_store_reserve (ApoolJournalStore *self, ApoolJournalShare *share, gsize length)
{
  ApoolJournalExtent next = { .offset = self->end };
  guint64 wanted = length;
  gboolean may_grow;

  if (share->room > 0)
    return (gsize) MIN (share->room, length);
  may_grow = apool_journal_store_may_grow (self, share);
  if (!may_grow)
    wanted = MAX (wanted, MIN (share->length, MAX_RESERVED_BYTES));
  if (self->end > MAX_END || wanted > MAX_END - self->end)
    return 0;
  if (!may_grow)
    {
      if (!share->extents)
        share->extents = g_array_new (FALSE, FALSE, sizeof (ApoolJournalExtent));
      g_array_append_val (share->extents, next);
    }
  share->room = wanted;
  self->end += wanted;
  return length;
}

static gboolean
apool_journal_store_write (
    ApoolJournalStore *self, guint64 offset, const char *data, gsize length, GError **error)
{
  while (length > 0)
    {
      gssize n = pwrite (self->fd, data, length, (off_t) offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return apool_journal_store_fail (self, n < 0 ? errno : EIO, error);
      data += n;
      offset += (guint64) n;
      length -= (gsize) n;
      self->written = MAX (self->written, offset);
    }
  return TRUE;
}

/**
 * apool_journal_store_append:
 * @self: a store
 * @share: what the stream has so far
 * @data: (array length=length): what comes behind it
 * @length: how many bytes
 * @error: (out) (optional): a #GIOErrorEnum, naming the file
 *
 * Returns: whether all of it was written; else the pieces are to be forgotten
 */
gboolean
apool_journal_store_append (ApoolJournalStore *self,
                            ApoolJournalShare *share,
                            gconstpointer data,
                            gsize length,
                            GError **error)
{
  const char *bytes = data;

  apool_journal_store_watch (self);
  while (length > 0)
    {
      ApoolJournalExtent *last;
      gsize n;

      if (apool_journal_store_is_scattered (self, share))
        return apool_journal_store_fail_scattered (self, error);
      n = apool_journal_store_reserve (self, share, length);
      last = apool_journal_share_get_last (share);
      if (n == 0)
        return apool_journal_store_fail (self, EFBIG, error);
      if (!apool_journal_store_write (self, last->offset + last->length, bytes, n, error))
        return FALSE;
      last->length += n;
      share->room -= n;
      share->length += n;
      apool_journal_sum_add (&share->sum, bytes, n);
      bytes += n;
      length -= n;
    }
  return TRUE;
}

/**
 * apool_journal_store_tell:
 * @self: a store
 * @share: what a stream has so far
 * @extent: (out): the first piece of it that was not told yet, what is reserved for it included
 *
 * What was told stays where it is, and as long as it is, as long as the stream is written to.
 *
 * Returns: whether there was one
 */
gboolean
apool_journal_store_tell (ApoolJournalStore *self,
                          ApoolJournalShare *share,
                          ApoolJournalExtent *extent)
{
  if (!share->extents || share->n_told == share->extents->len)
    return FALSE;
  *extent = g_array_index (share->extents, ApoolJournalExtent, share->n_told);
  share->n_told++;
  if (share->n_told == share->extents->len)
    extent->length += share->room;
  return TRUE;
}

/**
 * apool_journal_store_settle:
 * @self: a store
 * @share: all that the stream will have
 *
 * Gives back what is reserved and not needed.
 */
void
apool_journal_store_settle (ApoolJournalStore *self, ApoolJournalShare *share)
{
  const ApoolJournalExtent *last = apool_journal_share_get_last (share);

  if (last && last->offset + last->length + share->room == self->end)
    self->end -= share->room;
  share->room = 0;
}

/**
 * apool_journal_store_forget:
 * @self: a store
 * @share: what no record will speak of; they are none then
 *
 * Gives back the room on the disk, as far as the file system can.
 */
void
apool_journal_store_forget (ApoolJournalStore *self, ApoolJournalShare *share)
{
  apool_journal_store_settle (self, share);
  apool_journal_store_watch (self);
  for (guint i = share->extents ? share->extents->len : 0; i > 0; i--)
    {
      const ApoolJournalExtent *extent = &g_array_index (share->extents, ApoolJournalExtent, i - 1);

      /* Where neither is possible, the bytes stay, and nobody reads them. */
      if (extent->offset + extent->length == self->end)
        {
          self->end = extent->offset;
          if (ftruncate (self->fd, (off_t) self->end) == 0)
            self->written = MIN (self->written, self->end);
        }
      else if (extent->length > 0)
        (void) !fallocate (self->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                           (off_t) extent->offset, (off_t) extent->length);
    }
  apool_journal_share_clear (share);
}

/**
 * apool_journal_store_read:
 * @self: a store
 * @offset: from where on
 * @buffer: (out caller-allocates) (array length=length): where to
 * @length: how many bytes; where there are fewer, that is an error
 * @error: (out) (optional): a #GIOErrorEnum, naming the file
 *
 * Returns: whether all of them were read
 */
gboolean
apool_journal_store_read (
    ApoolJournalStore *self, guint64 offset, gpointer buffer, gsize length, GError **error)
{
  char *at = buffer;

  while (length > 0)
    {
      gssize n = pread (self->fd, at, length, (off_t) offset);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return apool_journal_store_fail (self, errno, error);
      if (n == 0)
        {
          g_set_error (error, APOOL_IO_ERROR, G_IO_ERROR_PARTIAL_INPUT,
                       "--journal: %s: shorter than "
                       "it was when it was recorded",
                       self->path);
          return FALSE;
        }
      at += n;
      offset += (guint64) n;
      length -= (gsize) n;
    }
  return TRUE;
}
