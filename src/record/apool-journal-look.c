/* SPDX-License-Identifier: MIT */
/* Looks at a journal. Its end is taken once, when all of it is read for the first time: whoever
 * reads it twice sees the same, though a run goes on writing meanwhile.
 *
 * Whether a run still writes is asked without the lock: to try it would be to hold it for a moment,
 * in which a run that begins would be refused. The run has said which process it is, and as long as
 * it lives that process has the file of the lock open. */

#include "record/apool-journal-look.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "record/apool-journal-file.h"
#include "record/apool-journal-reader.h"

struct _ApoolJournalLook
{
  char *directory;
  char *path; /* of the events */
  ApoolFd fd; /* likewise */
  ApoolJournalEvent identity;
  guint64 end; /* where reading ends; 0 where that is not known yet */
  guint64 n_ignored;
};

static gboolean
apool_journal_look_open_events (ApoolJournalLook *self, GError **error)
{
  g_autoptr (GError) why = NULL;

  self->fd = apool_journal_file_open (self->path, O_RDONLY, &why);
  if (self->fd >= 0)
    return TRUE;
  if (g_error_matches (why, APOOL_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT, "--journal: %s: no journal is there",
                 self->directory);
  else
    g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

/* Reads what the journal is of: its first event. */
static gboolean
apool_journal_look_read_identity (ApoolJournalLook *self, GError **error)
{
  g_autoptr (ApoolJournalReader) reader = apool_journal_reader_new (self->fd, self->path, 0);
  ApoolJournalRead read = apool_journal_reader_next (reader, &self->identity, NULL, error);

  if (read == APOOL_JOURNAL_READ_ERROR)
    {
      g_prefix_error (error, "--journal: ");
      return FALSE;
    }
  if (read == APOOL_JOURNAL_READ_END || self->identity.type != APOOL_JOURNAL_EVENT_JOURNAL)
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT, "--journal: %s: %s", self->directory,
                   read == APOOL_JOURNAL_READ_END ? "nothing is recorded there"
                                                  : "no journal is there");
      return FALSE;
    }
  if (self->identity.version == APOOL_JOURNAL_VERSION)
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT,
               "--journal: %s: version %" G_GUINT64_FORMAT ": only version %d is known",
               self->directory, self->identity.version, APOOL_JOURNAL_VERSION);
  return FALSE;
}

/**
 * apool_journal_look_open:
 * @directory: of a journal
 * @error: (out) (optional): %APOOL_ERROR_INPUT where there is none that can be understood, or a
 *   #GIOErrorEnum
 *
 * Returns: (transfer full) (nullable): the journal
 */
ApoolJournalLook *
apool_journal_look_open (const char *directory, GError **error)
{
  g_autoptr (ApoolJournalLook) self = g_new0 (ApoolJournalLook, 1);

  self->fd = -1;
  self->directory = g_strdup (directory);
  self->path = g_build_filename (directory, "events.jsonl", NULL);
  if (!apool_journal_look_open_events (self, error) ||
      !apool_journal_look_read_identity (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * apool_journal_look_free:
 * @self: (transfer full): a journal
 */
void
apool_journal_look_free (ApoolJournalLook *self)
{
  g_free (self->directory);
  g_free (self->path);
  apool_fd_clear (&self->fd);
  apool_journal_event_clear (&self->identity);
  g_free (self);
}

/**
 * apool_journal_look_get_identity:
 * @self: a journal
 *
 * Returns: (transfer none): what it is of
 */
const ApoolJournalEvent *
apool_journal_look_get_identity (const ApoolJournalLook *self)
{
  return &self->identity;
}

/**
 * apool_journal_look_get_directory:
 * @self: a journal
 *
 * Returns: (transfer none): where it is, as it was named
 */
const char *
apool_journal_look_get_directory (const ApoolJournalLook *self)
{
  return self->directory;
}

/* Reads up to what was the end at the first time. */
static gboolean
apool_journal_look_go_through (ApoolJournalLook *self,
                               ApoolJournalReader *reader,
                               ApoolJournalLookFunc func,
                               gpointer data,
                               GError **error)
{
  guint64 end = self->end > 0 ? self->end : G_MAXUINT64;
  guint64 offset = 0;
  ApoolJournalRead read = APOOL_JOURNAL_READ_EVENT;
  ApoolJournalEvent event;

  while (read == APOOL_JOURNAL_READ_EVENT && apool_journal_reader_get_offset (reader) < end)
    {
      read = apool_journal_reader_next (reader, &event, &offset, error);
      if (read == APOOL_JOURNAL_READ_EVENT && offset < end)
        func (&event, data);
      apool_journal_event_clear (&event);
    }
  if (read == APOOL_JOURNAL_READ_ERROR)
    {
      g_prefix_error (error, "--journal: ");
      return FALSE;
    }
  if (self->end == 0)
    self->end = apool_journal_reader_get_offset (reader);
  return TRUE;
}

/**
 * apool_journal_look_read:
 * @self: a journal
 * @func: called for each event, in order
 * @data: (closure): for @func
 * @error: (out) (optional): a #GIOErrorEnum, naming the file
 *
 * Reads all of it, up to what was its end at the first time.
 *
 * Returns: whether it could be read
 */
gboolean
apool_journal_look_read (ApoolJournalLook *self,
                         ApoolJournalLookFunc func,
                         gpointer data,
                         GError **error)
{
  g_autoptr (ApoolJournalReader) reader = apool_journal_reader_new (self->fd, self->path, 0);
  gboolean is_done = apool_journal_look_go_through (self, reader, func, data, error);

  self->n_ignored = apool_journal_reader_get_n_ignored (reader);
  return is_done;
}

/**
 * apool_journal_look_read_ends:
 * @self: a journal
 * @func: called for each end of a job, in order
 * @data: (closure): for @func
 * @error: (out) (optional): a #GIOErrorEnum, naming the file
 *
 * Reads it like apool_journal_look_read(), but only what has become of jobs.
 *
 * Returns: whether it could be read
 */
gboolean
apool_journal_look_read_ends (ApoolJournalLook *self,
                              ApoolJournalLookFunc func,
                              gpointer data,
                              GError **error)
{
  g_autoptr (ApoolJournalReader) reader = apool_journal_reader_new (self->fd, self->path, 0);

  apool_journal_reader_set_only (reader, APOOL_JOURNAL_EVENT_END);
  return apool_journal_look_go_through (self, reader, func, data, error);
}

/**
 * apool_journal_look_get_n_ignored:
 * @self: a journal that was read
 *
 * Returns: how many whole lines of it were no events
 */
guint64
apool_journal_look_get_n_ignored (const ApoolJournalLook *self)
{
  return self->n_ignored;
}

/* Whether one of the descriptors in @descriptors, a folder of /proc, is of that file. */
static gboolean
apool_journal_look_has_open (DIR *descriptors, const struct stat *wanted)
{
  const struct dirent *entry;
  struct stat info;

  while ((entry = readdir (descriptors)))
    if (fstatat (dirfd (descriptors), entry->d_name, &info, 0) == 0 &&
        info.st_ino == wanted->st_ino && info.st_dev == wanted->st_dev)
      return TRUE;
  return FALSE;
}

/**
 * apool_journal_look_is_written_by:
 * @self: a journal
 * @pid: of the process that a run has named
 *
 * Returns: whether that process lives and is still that run. Where it belongs to somebody else, and
 *   cannot be asked, it is taken for the run
 */
gboolean
apool_journal_look_is_written_by (const ApoolJournalLook *self, guint64 pid)
{
  g_autofree char *lock = g_build_filename (self->directory, "lock", NULL);
  g_autofree char *path = g_strdup_printf ("/proc/%" G_GUINT64_FORMAT "/fd", pid);
  gboolean is_open;
  struct stat wanted;
  DIR *descriptors;

  if (pid == 0 || pid > G_MAXINT || stat (lock, &wanted) < 0)
    return FALSE;
  if (kill ((pid_t) pid, 0) < 0 && errno == ESRCH)
    return FALSE;
  descriptors = opendir (path);
  if (!descriptors)
    return errno == EACCES || errno == EPERM;
  is_open = apool_journal_look_has_open (descriptors, &wanted);
  (void) closedir (descriptors); /* was only read */
  return is_open;
}

/**
 * apool_journal_look_open_store:
 * @self: a journal
 * @error: (out) (optional): of apool_journal_file_open()
 *
 * Returns: (transfer full): a descriptor of what jobs wrote; -1 on error
 */
int
apool_journal_look_open_store (const ApoolJournalLook *self, GError **error)
{
  g_autofree char *path = g_build_filename (self->directory, "output", NULL);

  return apool_journal_file_open (path, O_RDONLY, error);
}
