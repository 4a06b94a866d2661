/* SPDX-License-Identifier: MIT */
/* A journal on the disk is a directory of three files: "lock" says who writes, "events.jsonl" what
 * has happened, and "output" has what jobs wrote. The first event says what the journal is of, and
 * is on the disk before anything else is.
 *
 * A journal that was being made when its maker was killed is made again. What is no journal is left
 * as it is. */

#include "record/apool-journal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "record/apool-journal-file.h"
#include "record/apool-journal-identity.h"
#include "record/apool-journal-lock.h"
#include "record/apool-journal-log.h"
#include "record/apool-journal-sync.h"

#define LOCK "lock"
#define EVENTS "events.jsonl"
#define OUTPUT "output"

/* What the first event begins with. */
#define BEGINNING "{\"type\":\"journal\","

/* The first event is no longer than this, or there is none: bytes. */
#define MAX_FIRST_BYTES ((gsize) 16 * 1024 * 1024)

/* What is kept to put events together: bytes. */
#define MAX_KEPT_BYTES ((gsize) 256 * 1024)

struct _ApoolJournal
{
  char *directory;
  char *shell; /* as the first event has it */
  int lock_fd;
  ApoolJournalLog *log;     /* (nullable): while it is opened */
  ApoolJournalStore *store; /* (nullable): the same */
  GString *line;            /* an event as it is written, used within a call */
};

/* ---- the directory ---- */

/* Returns: (transfer full) (element-type filename): those in which a directory has to be made so
 * that there is this one */
static GPtrArray *
apool_journal_list_parents (ApoolJournal *self)
{
  GPtrArray *parents = g_ptr_array_new_with_free_func (g_free);
  const char *path = self->directory;

  while (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      char *above = g_path_get_dirname (path);
      gboolean is_top = strcmp (above, path) == 0;

      g_ptr_array_add (parents, above);
      if (is_top)
        break;
      path = above;
    }
  return parents;
}

static gboolean
apool_journal_fail_directory (ApoolJournal *self, int errnum, GError **error)
{
  if (g_file_test (self->directory, G_FILE_TEST_IS_SYMLINK) &&
      !g_file_test (self->directory, G_FILE_TEST_EXISTS))
    g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "--journal: %s: a symbolic link to nothing",
                 self->directory);
  else
    apool_error_set_errno (error, errnum, "--journal: %s", self->directory);
  return FALSE;
}

/* Makes the directory where there is none, and those above it. Returns: whether there is one */
static gboolean
apool_journal_make_directory (ApoolJournal *self, GError **error)
{
  g_autoptr (GPtrArray) parents = apool_journal_list_parents (self);

  if (g_mkdir_with_parents (self->directory, 0700) < 0)
    return apool_journal_fail_directory (self, errno, error);
  for (guint i = 0; i < parents->len; i++)
    if (!apool_journal_sync_directory (g_ptr_array_index (parents, i), error))
      {
        g_prefix_error (error, "--journal: ");
        return FALSE;
      }
  return TRUE;
}

/* Whether @name may be in a directory that is to become a journal: what was left by one who was
 * killed when making it. */
static gboolean
apool_journal_is_own (const char *name)
{
  return strcmp (name, ".") == 0 || strcmp (name, "..") == 0 || strcmp (name, LOCK) == 0 ||
         strcmp (name, OUTPUT) == 0;
}

/* Others' files are not mixed with ours. */
static gboolean
apool_journal_check_names (ApoolJournal *self, GError **error)
{
  DIR *dir = opendir (self->directory);
  const struct dirent *entry;
  gboolean has_others = FALSE;

  if (!dir)
    return apool_journal_fail_directory (self, errno, error);
  while (!has_others && (entry = readdir (dir)))
    has_others = !apool_journal_is_own (entry->d_name);
  (void) closedir (dir); /* was only read */
  if (has_others)
    g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
                 "--journal: %s: has other files and is no journal", self->directory);
  return !has_others;
}

/* Whether @name is there and has something: nobody writes to "output" before there are events. */
static gboolean
apool_journal_has_bytes (ApoolJournal *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->directory, name, NULL);
  struct stat status;

  return lstat (path, &status) == 0 && (!S_ISREG (status.st_mode) || status.st_size > 0);
}

static gboolean
apool_journal_fail_foreign (ApoolJournal *self, const char *name, GError **error)
{
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "--journal: %s/%s: is not of a journal",
               self->directory, name);
  return FALSE;
}

/* Of a directory that has no events yet: whether what is called like a file of ours is one. To be
 * asked by the one who has the lock: nobody else makes a journal of it meanwhile. */
static gboolean
apool_journal_check_unmade (ApoolJournal *self, GError **error)
{
  if (apool_journal_has_bytes (self, OUTPUT))
    return apool_journal_fail_foreign (self, OUTPUT, error);
  if (!apool_journal_lock_is_own (self->lock_fd))
    return apool_journal_fail_foreign (self, LOCK, error);
  return TRUE;
}

static gboolean
apool_journal_open_files (ApoolJournal *self, GError **error)
{
  g_autofree char *events = g_build_filename (self->directory, EVENTS, NULL);
  g_autofree char *output = g_build_filename (self->directory, OUTPUT, NULL);
  int fd;

  if (access (events, F_OK) < 0 && !apool_journal_check_unmade (self, error))
    return FALSE;
  fd = apool_journal_file_open (events, O_RDWR | O_CREAT | O_APPEND, error);

  if (fd < 0 || !(self->log = apool_journal_log_new (fd, events, error)))
    return FALSE;
  fd = apool_journal_file_open (output, O_RDWR | O_CREAT, error);
  return fd >= 0 && (self->store = apool_journal_store_new (fd, output, error));
}

/* ---- what it is of ---- */

/* Returns: (transfer full) (nullable): what the events of @fd begin with
 *
 * @length: (out): how many bytes of that are its first line
 * @has_end: (out): whether that line has an end */
static char *
apool_journal_read_first (
    ApoolJournal *self, int fd, gsize *length, gboolean *has_end, GError **error)
{
  off_t size = lseek (fd, 0, SEEK_END);
  gsize n_room = MIN ((gsize) MAX (size, 0), MAX_FIRST_BYTES);
  g_autofree char *text = g_malloc (n_room + 1);
  gsize n_read = 0;
  const char *end = NULL;

  while (n_read < n_room && !end)
    {
      gssize n = pread (fd, text + n_read, MIN (n_room - n_read, 65536), (off_t) n_read);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          apool_error_set_errno (error, errno, "--journal: %s/" EVENTS, self->directory);
          return NULL;
        }
      if (n == 0)
        break;
      end = memchr (text + n_read, '\n', (gsize) n);
      n_read += (gsize) n;
    }
  *length = end ? (gsize) (end - text) : n_read;
  *has_end = end != NULL;
  return g_steal_pointer (&text);
}

/* Begins it anew: nothing that was there counts. */
static gboolean
apool_journal_begin (ApoolJournal *self, const ApoolJournalEvent *identity, GError **error)
{
  if (!apool_journal_log_empty (self->log, error) ||
      !apool_journal_store_empty (self->store, error) ||
      !apool_journal_write (self, identity, error))
    return FALSE;
  if (!apool_journal_sync_files (apool_journal_store_get_fd (self->store),
                                 apool_journal_log_get_fd (self->log), error))
    {
      g_prefix_error (error, "--journal: %s/", self->directory);
      return FALSE;
    }
  if (apool_journal_sync_directory (self->directory, error))
    return TRUE;
  g_prefix_error (error, "--journal: ");
  return FALSE;
}

static gboolean
apool_journal_check_first (ApoolJournal *self,
                           const ApoolJournalEvent *first,
                           const ApoolJournalEvent *identity,
                           GError **error)
{
  g_autofree char *difference = NULL;

  if (first->version != APOOL_JOURNAL_VERSION)
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
                   "--journal: %s: of version %" G_GUINT64_FORMAT
                   ", which this apool does not know",
                   self->directory, first->version);
      return FALSE;
    }
  difference = apool_journal_identity_dup_difference (first, identity);
  if (!difference)
    {
      g_free (self->shell);
      self->shell = g_strndup (first->shell.data, first->shell.length);
      return TRUE;
    }
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "--journal: %s: made for another command: %s",
               self->directory, difference);
  return FALSE;
}

/* Whether all that there is was written by one who was killed in the middle of the first line, or
 * lost it to a power cut. */
static gboolean
apool_journal_is_unmade (const char *text, gsize length)
{
  gsize n_known = MIN (length, strlen (BEGINNING));

  return length == 0 || text[0] == '\0' ||
         (length < MAX_FIRST_BYTES && memcmp (text, BEGINNING, n_known) == 0);
}

/* Reads the first event of @fd.
 * @is_made: (out): whether there is one, or there will never be
 * Returns: whether it is a journal, or was becoming one */
static gboolean
apool_journal_read_identity (
    ApoolJournal *self, int fd, ApoolJournalEvent *first, gboolean *is_made, GError **error)
{
  gsize length;
  gboolean has_end;
  g_autofree char *text = apool_journal_read_first (self, fd, &length, &has_end, error);

  if (!text)
    return FALSE;
  *is_made = has_end || !apool_journal_is_unmade (text, length);
  if (!*is_made || (apool_journal_event_parse (first, text, length) &&
                    first->type == APOOL_JOURNAL_EVENT_JOURNAL))
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
               "--journal: %s/" EVENTS ": does not begin as a journal does", self->directory);
  return FALSE;
}

/* Looks at the directory before anything is written there. Others may be making a journal of it
 * meanwhile: what is refused here can be none at any time. */
static gboolean
apool_journal_check_directory (ApoolJournal *self, GError **error)
{
  g_autofree char *events = g_build_filename (self->directory, EVENTS, NULL);
  g_autofree char *lock = g_build_filename (self->directory, LOCK, NULL);
  g_autoptr (GError) why = NULL;
  g_auto (ApoolFd) fd = apool_journal_file_open (events, O_RDONLY, &why);
  g_auto (ApoolJournalEvent) first = { 0 };
  gboolean is_made;

  if (fd >= 0)
    return apool_journal_read_identity (self, fd, &first, &is_made, error);
  if (!g_error_matches (why, APOOL_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
  if (!apool_journal_check_names (self, error))
    return FALSE;
  /* Whoever makes a journal makes the lock first. */
  if (apool_journal_has_bytes (self, OUTPUT) && access (lock, F_OK) < 0)
    return apool_journal_fail_foreign (self, OUTPUT, error);
  return TRUE;
}

/* Has the journal be of @identity, or checks that it is. */
static gboolean
apool_journal_check_identity (ApoolJournal *self, const ApoolJournalEvent *identity, GError **error)
{
  g_auto (ApoolJournalEvent) first = { 0 };
  gboolean is_made;

  if (!apool_journal_read_identity (self, apool_journal_log_get_fd (self->log), &first, &is_made,
                                    error))
    return FALSE;
  if (is_made ? !apool_journal_check_first (self, &first, identity, error)
              : !apool_journal_check_unmade (self, error))
    return FALSE;
  apool_journal_lock_sign (self->lock_fd);
  return is_made || apool_journal_begin (self, identity, error);
}

/**
 * apool_journal_open:
 * @directory: of a journal, or of none yet
 * @identity: what the run is of: an event of type %APOOL_JOURNAL_EVENT_JOURNAL
 * @error: (out) (optional): %APOOL_ERROR_USAGE where it is something else, or is of something else;
 *   %APOOL_ERROR_OUTPUT where another run has it; or a #GIOErrorEnum
 *
 * Returns: (transfer full) (nullable): the journal, which nobody else writes as long as it is open
 */
ApoolJournal *
apool_journal_open (const char *directory, const ApoolJournalEvent *identity, GError **error)
{
  g_autoptr (ApoolJournal) self = g_new0 (ApoolJournal, 1);

  self->directory = g_strdup (directory);
  self->shell = g_strndup (identity->shell.data, identity->shell.length);
  self->line = g_string_new (NULL);
  self->lock_fd = -1;
  if (!apool_journal_make_directory (self, error) || !apool_journal_check_directory (self, error))
    return NULL;
  self->lock_fd = apool_journal_lock_take (directory, error);
  if (self->lock_fd < 0 || !apool_journal_open_files (self, error) ||
      !apool_journal_check_identity (self, identity, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * apool_journal_free:
 * @self: (transfer full): a journal
 *
 * What was written stays, and another run may write.
 */
void
apool_journal_free (ApoolJournal *self)
{
  g_clear_pointer (&self->log, apool_journal_log_free);
  g_clear_pointer (&self->store, apool_journal_store_unref);
  g_string_free (self->line, TRUE);
  apool_fd_clear (&self->lock_fd);
  g_free (self->shell);
  g_free (self->directory);
  g_free (self);
}

/**
 * apool_journal_get_directory:
 * @self: a journal
 *
 * Returns: (transfer none): its directory, as it was said
 */
const char *
apool_journal_get_directory (const ApoolJournal *self)
{
  return self->directory;
}

/**
 * apool_journal_get_shell:
 * @self: a journal
 *
 * Returns: (transfer none): the shell of its jobs, as the run that made it has spelled its path
 */
const char *
apool_journal_get_shell (const ApoolJournal *self)
{
  return self->shell;
}

/**
 * apool_journal_get_store:
 * @self: a journal
 *
 * Returns: (transfer none): what jobs wrote
 */
ApoolJournalStore *
apool_journal_get_store (ApoolJournal *self)
{
  return self->store;
}

/**
 * apool_journal_get_log_fd:
 * @self: a journal
 *
 * Returns: a descriptor of its events, still its own, for pread()
 */
int
apool_journal_get_log_fd (const ApoolJournal *self)
{
  return apool_journal_log_get_fd (self->log);
}

/**
 * apool_journal_get_log_length:
 * @self: a journal
 *
 * Returns: how many bytes of events it has
 */
guint64
apool_journal_get_log_length (const ApoolJournal *self)
{
  return apool_journal_log_get_length (self->log);
}

/* Whether a file still has a name, and all that was written to it. Where that cannot be asked, it
 * is not known to be otherwise. */
static gboolean
apool_journal_check_file (
    ApoolJournal *self, const char *name, int fd, guint64 length, GError **error)
{
  const char *what = NULL;
  struct stat status;

  if (fstat (fd, &status) < 0)
    return TRUE;
  if (status.st_nlink == 0)
    what = "was removed while it was written";
  else if ((guint64) status.st_size < length)
    what = "was cut off while it was written";
  if (what)
    g_set_error (error, APOOL_IO_ERROR, G_IO_ERROR_FAILED, "--journal: %s/%s: %s", self->directory,
                 name, what);
  return !what;
}

/**
 * apool_journal_check:
 * @self: a journal
 * @error: (out) (optional): a #GIOErrorEnum, naming the file
 *
 * Returns: whether its files are what was written, as far as their names and lengths can tell
 */
gboolean
apool_journal_check (ApoolJournal *self, GError **error)
{
  guint64 length = apool_journal_store_is_cut (self->store) ? G_MAXUINT64 : 0;

  return apool_journal_check_file (self, EVENTS, apool_journal_log_get_fd (self->log),
                                   apool_journal_log_get_length (self->log), error) &&
         apool_journal_check_file (self, OUTPUT, apool_journal_store_get_fd (self->store), length,
                                   error);
}

/**
 * apool_journal_write:
 * @self: a journal
 * @event: what comes after all others
 * @error: (out) (optional): a #GIOErrorEnum, naming the file
 *
 * Returns: whether it is there, and outlives this process
 */
gboolean
apool_journal_write (ApoolJournal *self, const ApoolJournalEvent *event, GError **error)
{
  gboolean is_written;

  g_string_truncate (self->line, 0);
  apool_journal_event_append (event, self->line);
  is_written = apool_journal_log_append (self->log, self->line->str, self->line->len, error);
  if (self->line->allocated_len > MAX_KEPT_BYTES)
    {
      g_string_free (self->line, TRUE);
      self->line = g_string_new (NULL);
    }
  return is_written;
}
