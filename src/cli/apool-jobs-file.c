/* SPDX-License-Identifier: MIT */
/* A file that says how many jobs may run.
 *
 * The kernel tells of changes, of the file itself and of those in its folder, where another one may
 * take its name. Where it does not tell, as on a network file system when another machine writes,
 * the file is looked at when a job ends, as GNU parallel does.
 *
 * Who writes a file makes it empty first, and who replaces one may remove it first; so one that
 * cannot be read, or says nothing that can be used, is looked at again after a while, and only then
 * said to be so, once. The number that it had last goes on to count.
 *
 * Nobody is called from within a call of the pool's: what is seen at the end of a job is read by a
 * source of its own. */

#include "cli/apool-jobs-file.h"

#include <glib-unix.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/apool-fd.h"
#include "cli/apool-option-many.h"

/* What may be another file of that name. */
#define FOLDER_EVENTS (IN_CREATE | IN_MOVED_TO | IN_ONLYDIR)
/* What may be other contents, or the end of the file. */
#define FILE_EVENTS (IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF)

struct _ApoolJobsFile
{
  GObject parent_instance;

  GMainContext *context;
  char *path;
  ApoolUsable usable;
  ApoolJobsFileConfig config;
  guint n_jobs;
  struct stat seen; /* when it was read last; all zero where it was not there */
  char *complaint;  /* (nullable): the last one, since it was fit */
  int fd;           /* of inotify; -1 where there is none */
  int file_watch;   /* -1 while it is not there */
  GSource *events;  /* (nullable) */
  GSource *reading; /* (nullable): it is read when that has its turn */
  GSource *grace;   /* (nullable): it was unfit, and is read again */
};

static void apool_jobs_file_iface_init (ApoolObserverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolJobsFile,
                               apool_jobs_file,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_OBSERVER,
                                                      apool_jobs_file_iface_init))

static void
apool_jobs_file_clear_source (GSource **source)
{
  if (*source)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
apool_jobs_file_attach (ApoolJobsFile *self, GSource **place, GSource *source, GSourceFunc func)
{
  *place = source;
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, self, NULL);
  g_source_attach (source, self->context);
}

/* ---- reading ---- */

/* Remembers which file this is, and in what state. Returns whether it was another one before. */
static gboolean
apool_jobs_file_look (ApoolJobsFile *self)
{
  struct stat info;
  gboolean is_same;

  if (stat (self->path, &info) < 0)
    memset (&info, 0, sizeof info);
  is_same = info.st_dev == self->seen.st_dev && info.st_ino == self->seen.st_ino &&
            info.st_size == self->seen.st_size &&
            info.st_mtim.tv_sec == self->seen.st_mtim.tv_sec &&
            info.st_mtim.tv_nsec == self->seen.st_mtim.tv_nsec &&
            info.st_ctim.tv_sec == self->seen.st_ctim.tv_sec &&
            info.st_ctim.tv_nsec == self->seen.st_ctim.tv_nsec;
  self->seen = info;
  return !is_same;
}

/* Returns whether what stands there counts now. */
static gboolean
apool_jobs_file_take (ApoolJobsFile *self, GError **error)
{
  guint n_jobs;

  if (!apool_option_read_jobs_file (self->path, &self->usable, NULL, &n_jobs, error))
    return FALSE;
  if (n_jobs != self->n_jobs && !self->config.changed (n_jobs, self->config.data, error))
    return FALSE;
  self->n_jobs = n_jobs;
  return TRUE;
}

static void
apool_jobs_file_complain (ApoolJobsFile *self, const GError *error)
{
  g_autofree char *why = NULL;

  if (g_strcmp0 (self->complaint, error->message) == 0)
    return;
  g_free (self->complaint);
  self->complaint = g_strdup (error->message);
  why = g_strdup_printf ("%s: going on with %u", error->message, self->n_jobs);
  self->config.failed (why, self->config.data);
}

/* It was unfit a while ago. */
static gboolean
apool_jobs_file_grace_cb (gpointer data)
{
  ApoolJobsFile *self = data;
  g_autoptr (GError) error = NULL;

  apool_jobs_file_clear_source (&self->grace);
  (void) apool_jobs_file_look (self);
  if (apool_jobs_file_take (self, &error))
    g_clear_pointer (&self->complaint, g_free);
  else
    apool_jobs_file_complain (self, error);
  return G_SOURCE_REMOVE;
}

static void
apool_jobs_file_read (ApoolJobsFile *self)
{
  (void) apool_jobs_file_look (self);
  if (apool_jobs_file_take (self, NULL))
    {
      apool_jobs_file_clear_source (&self->grace);
      g_clear_pointer (&self->complaint, g_free);
    }
  else if (!self->grace)
    apool_jobs_file_attach (self, &self->grace, g_timeout_source_new (self->config.grace_msec),
                            apool_jobs_file_grace_cb);
}

static gboolean
apool_jobs_file_read_cb (gpointer data)
{
  ApoolJobsFile *self = data;

  apool_jobs_file_clear_source (&self->reading);
  apool_jobs_file_read (self);
  return G_SOURCE_REMOVE;
}

/* ---- being told ---- */

/* What has its name now is watched: that may be the file that already is. */
static void
apool_jobs_file_watch (ApoolJobsFile *self)
{
  int watch = inotify_add_watch (self->fd, self->path, FILE_EVENTS);

  if (self->file_watch >= 0 && self->file_watch != watch)
    (void) inotify_rm_watch (self->fd, self->file_watch); /* the file may be gone, and it with it */
  self->file_watch = watch;
}

/* Takes all that is to be told. Returns whether some of it was of the file itself. */
static gboolean
apool_jobs_file_drain (ApoolJobsFile *self)
{
  char buffer[4096] __attribute__ ((aligned (__alignof__(struct inotify_event))));
  gboolean is_of_file = FALSE;
  gssize length;

  while ((length = read (self->fd, buffer, sizeof buffer)) > 0)
    for (gssize at = 0; at < length;)
      {
        const struct inotify_event *event = (const struct inotify_event *) (gpointer) (buffer + at);

        /* Those that did not fit may have been anything. */
        is_of_file |= event->wd == self->file_watch || (event->mask & IN_Q_OVERFLOW);
        at += (gssize) (sizeof *event + event->len);
      }
  return is_of_file;
}

static gboolean
apool_jobs_file_event_cb (int fd, GIOCondition condition, gpointer data)
{
  ApoolJobsFile *self = data;
  gboolean is_of_file = apool_jobs_file_drain (self);

  if (!is_of_file && !apool_jobs_file_look (self))
    return G_SOURCE_CONTINUE;
  apool_jobs_file_watch (self);
  apool_jobs_file_read (self);
  return G_SOURCE_CONTINUE;
}

static void
apool_jobs_file_open_watch (ApoolJobsFile *self)
{
  g_autofree char *folder = g_path_get_dirname (self->path);

  self->fd = inotify_init1 (IN_NONBLOCK | IN_CLOEXEC);
  if (self->fd < 0)
    return; /* there are too many of them: it is looked at when jobs end */
  (void) inotify_add_watch (self->fd, folder, FOLDER_EVENTS); /* the same */
  apool_jobs_file_watch (self);
  apool_jobs_file_attach (self, &self->events, g_unix_fd_source_new (self->fd, G_IO_IN),
                          G_SOURCE_FUNC (apool_jobs_file_event_cb));
}

static void
apool_jobs_file_task_finished (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolJobsFile *self = APOOL_JOBS_FILE (observer);

  if (self->context && !self->reading && apool_jobs_file_look (self))
    apool_jobs_file_attach (self, &self->reading, g_idle_source_new (), apool_jobs_file_read_cb);
}

static void
apool_jobs_file_pool_done (ApoolObserver *observer)
{
  apool_jobs_file_stop (APOOL_JOBS_FILE (observer));
}

/* ---- life ---- */

static void
apool_jobs_file_iface_init (ApoolObserverInterface *iface)
{
  iface->task_finished = apool_jobs_file_task_finished;
  iface->pool_done = apool_jobs_file_pool_done;
}

static void
apool_jobs_file_finalize (GObject *object)
{
  ApoolJobsFile *self = APOOL_JOBS_FILE (object);

  apool_jobs_file_stop (self);
  g_free (self->complaint);
  g_free (self->path);
  G_OBJECT_CLASS (apool_jobs_file_parent_class)->finalize (object);
}

static void
apool_jobs_file_class_init (ApoolJobsFileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_jobs_file_finalize;
}

static void
apool_jobs_file_init (ApoolJobsFile *self)
{
  self->fd = -1;
  self->file_watch = -1;
}

/**
 * apool_jobs_file_new:
 * @context: where changes are told
 * @config: what it needs to know, copied
 *
 * Returns: (transfer full): a file that is watched; what has changed since it was read before is
 *   told soon
 */
ApoolJobsFile *
apool_jobs_file_new (GMainContext *context, const ApoolJobsFileConfig *config)
{
  ApoolJobsFile *self = g_object_new (APOOL_TYPE_JOBS_FILE, NULL);

  self->context = g_main_context_ref (context);
  self->path = g_strdup (config->path);
  self->usable = *config->usable;
  self->config = *config;
  self->n_jobs = config->n_jobs;
  apool_jobs_file_open_watch (self);
  apool_jobs_file_attach (self, &self->reading, g_idle_source_new (), apool_jobs_file_read_cb);
  return self;
}

/**
 * apool_jobs_file_ignore_events:
 * @self: a file
 *
 * As where the kernel does not tell of changes; for tests.
 */
void
apool_jobs_file_ignore_events (ApoolJobsFile *self)
{
  apool_jobs_file_clear_source (&self->events);
}

/**
 * apool_jobs_file_stop:
 * @self: a file
 *
 * Nothing is told any more.
 */
void
apool_jobs_file_stop (ApoolJobsFile *self)
{
  apool_jobs_file_clear_source (&self->events);
  apool_jobs_file_clear_source (&self->reading);
  apool_jobs_file_clear_source (&self->grace);
  apool_fd_clear (&self->fd);
  g_clear_pointer (&self->context, g_main_context_unref);
}
