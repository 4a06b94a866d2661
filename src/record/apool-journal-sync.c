/* SPDX-License-Identifier: MIT */
/* A disk takes its time, and the loop must not wait for it: a thread does. It has one thing to do
 * at a time, and waits on a condition while there is none.
 *
 * The first thing that is written after a quiet time begins a window; when that is over the thread
 * is asked, and when it is done its owner is told. What is written meanwhile begins the next
 * window. While nothing is written nothing wakes up. */

#include "record/apool-journal-sync.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"

/* What the thread is asked for, and what it says. */
typedef enum
{
  APOOL_JOURNAL_SYNC_IDLE,
  APOOL_JOURNAL_SYNC_ASKED,
  APOOL_JOURNAL_SYNC_DONE,
  APOOL_JOURNAL_SYNC_ENDED,
} ApoolJournalSyncState;

/* What went wrong. The thread cannot say it: the words come from the user's locale, which belongs
 * to the thread of the loop. */
typedef struct
{
  const char *name; /* (nullable): of the file; NULL for nothing */
  int errnum;
} ApoolJournalSyncFault;

struct _ApoolJournalSync
{
  GMainContext *context;
  int store_fd; /* not owned, as the other one */
  int log_fd;
  guint window_msec;
  ApoolJournalSyncFuncs funcs;
  gpointer data;

  GSource *window; /* (nullable): while one is open */
  gboolean is_new; /* something was written since the thread was asked last */

  GThread *thread; /* (nullable): once it was needed */
  GSource *answer; /* always there; made ready by the thread */

  GMutex lock; /* of what follows */
  GCond changed;
  ApoolJournalSyncState state;
  ApoolJournalSyncFault fault; /* why it was not done */
};

/* ---- the files ---- */

static gboolean
apool_journal_sync_file (int fd, const char *name, ApoolJournalSyncFault *fault)
{
  int is_failed;

  do
    is_failed = fdatasync (fd);
  while (is_failed && errno == EINTR);
  if (is_failed)
    *fault = (ApoolJournalSyncFault){ name, errno };
  return !is_failed;
}

/* The files one after the other, in any thread. */
static void
apool_journal_sync_try (int store_fd, int log_fd, ApoolJournalSyncFault *fault)
{
  *fault = (ApoolJournalSyncFault){ NULL };
  if (apool_journal_sync_file (store_fd, "output", fault))
    (void) apool_journal_sync_file (log_fd, "events.jsonl", fault);
}

/* Returns: whether there is none, and @error stays what it is */
static gboolean
apool_journal_sync_explain (const ApoolJournalSyncFault *fault, GError **error)
{
  if (fault->name)
    apool_error_set_errno (error, fault->errnum, "%s: fdatasync", fault->name);
  return !fault->name;
}

/**
 * apool_journal_sync_files:
 * @store_fd: has what jobs wrote
 * @log_fd: has what speaks of it
 * @error: (out) (optional): a #GIOErrorEnum, naming the file, but not the directory that it is in
 *
 * Waits for the disk, for what jobs wrote first: no record is there before what it speaks of,
 * unless the system writes it by itself.
 *
 * Returns: whether all that was written is on the disk
 */
gboolean
apool_journal_sync_files (int store_fd, int log_fd, GError **error)
{
  ApoolJournalSyncFault fault;

  apool_journal_sync_try (store_fd, log_fd, &fault);
  return apool_journal_sync_explain (&fault, error);
}

/**
 * apool_journal_sync_directory:
 * @path: a directory in which something was made
 * @error: (out) (optional): a #GIOErrorEnum, naming it
 *
 * Returns: whether its names are on the disk, as far as its file system has such a thing
 */
gboolean
apool_journal_sync_directory (const char *path, GError **error)
{
  g_auto (ApoolFd) fd = open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  /* EINVAL: one that does not know how. */
  if (fd >= 0 && (fsync (fd) == 0 || errno == EINVAL))
    return TRUE;
  apool_error_set_errno (error, errno, "%s", path);
  return FALSE;
}

/* ---- the thread ---- */

static gpointer
apool_journal_sync_thread (gpointer data)
{
  ApoolJournalSync *self = data;

  g_mutex_lock (&self->lock);
  while (self->state != APOOL_JOURNAL_SYNC_ENDED)
    {
      ApoolJournalSyncFault fault;

      if (self->state != APOOL_JOURNAL_SYNC_ASKED)
        {
          g_cond_wait (&self->changed, &self->lock);
          continue;
        }
      g_mutex_unlock (&self->lock);
      apool_journal_sync_try (self->store_fd, self->log_fd, &fault);
      g_mutex_lock (&self->lock);
      self->fault = fault;
      if (self->state == APOOL_JOURNAL_SYNC_ASKED)
        self->state = APOOL_JOURNAL_SYNC_DONE;
      g_source_set_ready_time (self->answer, 0);
    }
  g_mutex_unlock (&self->lock);
  return NULL;
}

/* ---- the loop ---- */

static void
apool_journal_sync_close_window (ApoolJournalSync *self)
{
  if (!self->window)
    return;
  g_source_destroy (self->window);
  g_clear_pointer (&self->window, g_source_unref);
}

/* There may be no more threads: the loop waits then. */
static void
apool_journal_sync_do_without_thread (ApoolJournalSync *self)
{
  apool_journal_sync_try (self->store_fd, self->log_fd, &self->fault);
  self->state = APOOL_JOURNAL_SYNC_DONE;
  g_source_set_ready_time (self->answer, 0);
}

static void
apool_journal_sync_ask (ApoolJournalSync *self)
{
  self->funcs.begin (self->data);
  /* What its owner has written meanwhile is part of this. */
  apool_journal_sync_close_window (self);
  self->is_new = FALSE;
  if (!self->thread)
    self->thread = g_thread_try_new ("journal", apool_journal_sync_thread, self, NULL);
  if (!self->thread)
    {
      apool_journal_sync_do_without_thread (self);
      return;
    }
  g_mutex_lock (&self->lock);
  self->state = APOOL_JOURNAL_SYNC_ASKED;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
}

static void
apool_journal_sync_take_fault (ApoolJournalSync *self, GError **error)
{
  (void) apool_journal_sync_explain (&self->fault, error);
  self->fault = (ApoolJournalSyncFault){ NULL };
}

/* Returns: whether there was an answer; then the thread has nothing to do */
static gboolean
apool_journal_sync_take_answer (ApoolJournalSync *self, GError **error)
{
  gboolean is_done;

  g_mutex_lock (&self->lock);
  is_done = self->state == APOOL_JOURNAL_SYNC_DONE;
  if (is_done)
    {
      self->state = APOOL_JOURNAL_SYNC_IDLE;
      apool_journal_sync_take_fault (self, error);
    }
  g_mutex_unlock (&self->lock);
  return is_done;
}

static gboolean
apool_journal_sync_is_busy (ApoolJournalSync *self)
{
  gboolean is_busy;

  g_mutex_lock (&self->lock);
  is_busy = self->state != APOOL_JOURNAL_SYNC_IDLE;
  g_mutex_unlock (&self->lock);
  return is_busy;
}

static void
apool_journal_sync_tell (ApoolJournalSync *self, const GError *error)
{
  if (error)
    self->funcs.failed (error, self->data);
  else
    self->funcs.synced (self->data);
}

static gboolean
apool_journal_sync_window_cb (gpointer data)
{
  ApoolJournalSync *self = data;

  apool_journal_sync_close_window (self);
  apool_journal_sync_ask (self);
  return G_SOURCE_REMOVE;
}

/* Begins a window, where there is something new and the thread can be asked at its end. */
static void
apool_journal_sync_open_window (ApoolJournalSync *self)
{
  if (self->window || !self->is_new || apool_journal_sync_is_busy (self))
    return;
  self->window = g_timeout_source_new (self->window_msec);
  g_source_set_callback (self->window, apool_journal_sync_window_cb, self, NULL);
  g_source_attach (self->window, self->context);
}

static gboolean
apool_journal_sync_answer_cb (gpointer data)
{
  ApoolJournalSync *self = data;
  g_autoptr (GError) error = NULL;

  g_source_set_ready_time (self->answer, -1);
  if (apool_journal_sync_take_answer (self, &error))
    apool_journal_sync_tell (self, error);
  apool_journal_sync_open_window (self);
  return G_SOURCE_CONTINUE;
}

static gboolean
apool_journal_sync_dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  return callback (data);
}

static GSourceFuncs apool_journal_sync_answer_funcs = {
  .dispatch = apool_journal_sync_dispatch,
};

/**
 * apool_journal_sync_new:
 * @context: where @funcs are called
 * @store_fd: the file that goes first; as the other one it stays open as long as the sync lives
 * @log_fd: the file that speaks of it
 * @window_msec: how long what is written may wait, milliseconds, before the disk is asked
 * @funcs: what is told; not called before this returns
 * @data: (closure): for @funcs
 *
 * Returns: (transfer full): a sync that has nothing to do
 */
ApoolJournalSync *
apool_journal_sync_new (GMainContext *context,
                        int store_fd,
                        int log_fd,
                        guint window_msec,
                        const ApoolJournalSyncFuncs *funcs,
                        gpointer data)
{
  ApoolJournalSync *self = g_new0 (ApoolJournalSync, 1);

  self->context = g_main_context_ref (context);
  self->store_fd = store_fd;
  self->log_fd = log_fd;
  self->window_msec = window_msec;
  self->funcs = *funcs;
  self->data = data;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  self->answer = g_source_new (&apool_journal_sync_answer_funcs, sizeof (GSource));
  g_source_set_callback (self->answer, apool_journal_sync_answer_cb, self, NULL);
  g_source_attach (self->answer, context);
  return self;
}

/* Waits for what the thread is doing. */
static void
apool_journal_sync_end_thread (ApoolJournalSync *self)
{
  if (!self->thread)
    return;
  g_mutex_lock (&self->lock);
  self->state = APOOL_JOURNAL_SYNC_ENDED;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
  g_thread_join (g_steal_pointer (&self->thread));
  self->state = APOOL_JOURNAL_SYNC_IDLE;
}

/**
 * apool_journal_sync_free:
 * @self: (transfer full): a sync
 *
 * Waits for what it is doing; nothing is told any more.
 */
void
apool_journal_sync_free (ApoolJournalSync *self)
{
  apool_journal_sync_close_window (self);
  apool_journal_sync_end_thread (self);
  g_source_destroy (self->answer);
  g_source_unref (self->answer);
  g_cond_clear (&self->changed);
  g_mutex_clear (&self->lock);
  g_main_context_unref (self->context);
  g_free (self);
}

/**
 * apool_journal_sync_note:
 * @self: a sync
 *
 * Something was written that is to be on the disk in a while.
 */
void
apool_journal_sync_note (ApoolJournalSync *self)
{
  self->is_new = TRUE;
  apool_journal_sync_open_window (self);
}

/**
 * apool_journal_sync_finish:
 * @self: a sync
 *
 * Waits until all that was written is on the disk, and tells so, or that it may not be. Nothing may
 * be noted after that.
 */
void
apool_journal_sync_finish (ApoolJournalSync *self)
{
  g_autoptr (GError) earlier = NULL;
  g_autoptr (GError) error = NULL;

  apool_journal_sync_close_window (self);
  apool_journal_sync_end_thread (self);
  apool_journal_sync_take_fault (self, &earlier);
  if (earlier)
    self->funcs.failed (earlier, self->data);
  self->funcs.begin (self->data);
  (void) apool_journal_sync_files (self->store_fd, self->log_fd, &error);
  apool_journal_sync_tell (self, error);
}
