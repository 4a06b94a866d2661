/* SPDX-License-Identifier: MIT */
/* The jobserver of make, from both sides.
 *
 * Whoever takes part has one slot of its own, the one in which it was started, and takes a byte out
 * of the pipe for each further job; when that job has ended the same byte goes back. The bytes mean
 * nothing, but are not to be exchanged.
 *
 * All who take part share the descriptions of make's pipe, so that none of them may change their
 * flags, and another one may take the byte for which we were woken up. So the pipe is opened once
 * more, through /proc, for a description of our own that does not block.
 *
 * What was taken is on an account that is kept even where we are killed (apool-token-ledger.h). */

#include "base/apool-jobserver.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "base/apool-token-ledger.h"

#define FIFO_PREFIX "fifo:"

/* What make fills its own with. */
#define TOKEN '+'

/* Descriptors for those who take part have such numbers at least: smaller ones are what people use
 * in their scripts. */
#define MIN_SHARED_FD 10

/* More than one name is tried for a named pipe: somebody may have just that one. */
#define MAX_NAMES 100

struct _ApoolJobserver
{
  char *auth;
  int read_fd;       /* of a description of our own, which does not block */
  int write_fd;      /* the same */
  int shared_fds[2]; /* what those who take part inherit; -1 where it is not for us to close */
  char *path;        /* (nullable): the name of a pipe that is to be removed */
  guint n_tokens;    /* how many are in it when nothing runs; only where it is ours */
  guint n_surplus;   /* how many of those that come back are not put in, as there are too many */
  gboolean is_own;
  ApoolTokenLedger *ledger;
};

static ApoolJobserver *
apool_jobserver_make (const char *auth)
{
  ApoolJobserver *self = g_new0 (ApoolJobserver, 1);

  self->auth = g_strdup (auth);
  self->read_fd = -1;
  self->write_fd = -1;
  self->shared_fds[0] = -1;
  self->shared_fds[1] = -1;
  return self;
}

/**
 * apool_jobserver_free:
 * @self: (transfer full): a jobserver; what was taken of it and not given back is given back
 */
void
apool_jobserver_free (ApoolJobserver *self)
{
  while (self->ledger && apool_jobserver_get_n_taken (self) > 0)
    apool_jobserver_give_back (self);
  if (self->path)
    (void) unlink (self->path); /* where somebody has removed it, it is gone */
  g_clear_pointer (&self->ledger, apool_token_ledger_free);
  apool_fd_clear (&self->read_fd);
  apool_fd_clear (&self->write_fd);
  apool_fd_clear (&self->shared_fds[0]);
  apool_fd_clear (&self->shared_fds[1]);
  g_free (self->path);
  g_free (self->auth);
  g_free (self);
}

/* Descriptors are short, or /proc is not there: nobody's mistake. */
static int
apool_jobserver_reopen (int fd, int flags, GError **error)
{
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  int own_fd = open (path, flags | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

  if (own_fd < 0)
    apool_error_set_errno (error, errno, "cannot open descriptor %d again", fd);
  return own_fd;
}

static gboolean
apool_jobserver_is_pipe (int fd)
{
  struct stat info;

  return fstat (fd, &info) == 0 && S_ISFIFO (info.st_mode);
}

/* ---- make's ---- */

static gboolean
apool_jobserver_parse_fd (const char *text, char end, int *fd, const char **rest)
{
  char *stop;
  guint64 number = g_ascii_isdigit (text[0]) ? g_ascii_strtoull (text, &stop, 10) : G_MAXUINT64;

  if (number > G_MAXINT || *stop != end)
    return FALSE;
  *fd = (int) number;
  *rest = stop + 1;
  return TRUE;
}

/* What we have opened ourselves is closed when another program is executed: such a descriptor is
 * not make's, which handed its own down. @mode: how it has to be open */
static gboolean
apool_jobserver_check_fd (int fd, int mode, GError **error)
{
  int fd_flags = fcntl (fd, F_GETFD);
  int flags = fcntl (fd, F_GETFL);

  if (fd_flags < 0 || flags < 0 || (fd_flags & FD_CLOEXEC))
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT, "descriptor %d is not open", fd);
      return FALSE;
    }
  if (!apool_jobserver_is_pipe (fd) ||
      ((flags & O_ACCMODE) != mode && (flags & O_ACCMODE) != O_RDWR))
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT, "descriptor %d is no pipe to be %s", fd,
                   mode == O_RDONLY ? "read" : "written to");
      return FALSE;
    }
  return TRUE;
}

static gboolean
apool_jobserver_open_pipe (ApoolJobserver *self, GError **error)
{
  int read_fd = -1;
  int write_fd = -1;
  const char *rest;

  if (!apool_jobserver_parse_fd (self->auth, ',', &read_fd, &rest) ||
      !apool_jobserver_parse_fd (rest, '\0', &write_fd, &rest))
    {
      /* From make 4.4 on this is what it says where it hands nothing down. */
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT, "'%s' are no two descriptors",
                   self->auth);
      return FALSE;
    }
  if (!apool_jobserver_check_fd (read_fd, O_RDONLY, error) ||
      !apool_jobserver_check_fd (write_fd, O_WRONLY, error))
    return FALSE;
  if (!apool_fd_same_file (read_fd, write_fd))
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT,
                   "descriptors %d and %d are not of one pipe", read_fd, write_fd);
      return FALSE;
    }
  self->read_fd = apool_jobserver_reopen (read_fd, O_RDONLY, error);
  if (self->read_fd >= 0)
    self->write_fd = apool_jobserver_reopen (write_fd, O_WRONLY, error);
  return self->write_fd >= 0;
}

/* Both ends: neither waits for the other, and there is always somebody who could write. */
static gboolean
apool_jobserver_open_fifo (ApoolJobserver *self, const char *path, GError **error)
{
  static const int modes[] = { O_RDONLY, O_WRONLY };
  int *fds[] = { &self->read_fd, &self->write_fd };

  for (gsize i = 0; i < G_N_ELEMENTS (modes); i++)
    {
      *fds[i] = open (path, modes[i] | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
      if (*fds[i] < 0)
        {
          apool_error_set_errno (error, errno, "'%s'", path);
          return FALSE;
        }
    }
  if (apool_jobserver_is_pipe (self->read_fd))
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT, "'%s': no named pipe", path);
  return FALSE;
}

static gboolean
apool_jobserver_guard (ApoolJobserver *self, const char *path, GError **error)
{
  self->ledger = apool_token_ledger_new (error);
  return self->ledger && apool_token_ledger_guard (self->ledger, self->write_fd, path, error);
}

/**
 * apool_jobserver_open:
 * @auth: where it is: the numbers of two descriptors, with a comma between them, or `fifo:` and a
 *   path
 * @error: (out) (optional): %APOOL_ERROR_INPUT, or a #GIOErrorEnum
 *
 * Takes part in a jobserver that another process has made. To be called before this process has
 * opened much, or threads run.
 *
 * Returns: (transfer full) (nullable): it; %NULL where it was not handed down to us
 */
ApoolJobserver *
apool_jobserver_open (const char *auth, GError **error)
{
  g_autoptr (ApoolJobserver) self = apool_jobserver_make (auth);
  gboolean is_fifo = g_str_has_prefix (auth, FIFO_PREFIX);

  if (is_fifo ? !apool_jobserver_open_fifo (self, auth + strlen (FIFO_PREFIX), error)
              : !apool_jobserver_open_pipe (self, error))
    return NULL;
  if (!apool_jobserver_guard (self, NULL, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* ---- our own ---- */

static gboolean
apool_jobserver_make_pipe (ApoolJobserver *self, GError **error)
{
  int fds[2];

  if (pipe2 (fds, O_CLOEXEC) < 0)
    {
      apool_error_set_errno (error, errno, "cannot make a pipe");
      return FALSE;
    }
  /* These are for all who take part: they stay open in what is executed. */
  for (int i = 0; i < 2; i++)
    {
      self->shared_fds[i] = fcntl (fds[i], F_DUPFD, MIN_SHARED_FD);
      if (self->shared_fds[i] < 0)
        apool_error_set_errno (error, errno, "cannot make a pipe");
      if (self->shared_fds[i] < 0)
        break;
    }
  apool_fd_clear (&fds[0]);
  apool_fd_clear (&fds[1]);
  if (self->shared_fds[0] < 0 || self->shared_fds[1] < 0)
    return FALSE;
  self->auth = g_strdup_printf ("%d,%d", self->shared_fds[0], self->shared_fds[1]);
  self->read_fd = apool_jobserver_reopen (self->shared_fds[0], O_RDONLY, error);
  if (self->read_fd >= 0)
    self->write_fd = apool_jobserver_reopen (self->shared_fds[1], O_WRONLY, error);
  return self->write_fd >= 0;
}

/* Makes a named pipe of a name that nobody has. */
static char *
apool_jobserver_make_path (const char *directory, GError **error)
{
  g_autofree char *parent = g_canonicalize_filename (directory, NULL);

  for (int i = 0; i < MAX_NAMES; i++)
    {
      g_autofree char *name = g_strdup_printf ("apool-jobserver-%08x", g_random_int ());
      g_autofree char *path = g_build_filename (parent, name, NULL);

      if (mkfifo (path, S_IRUSR | S_IWUSR) == 0)
        return g_steal_pointer (&path);
      if (errno != EEXIST)
        break;
    }
  apool_error_set_errno (error, errno, "cannot make a named pipe in '%s'", parent);
  return NULL;
}

static gboolean
apool_jobserver_make_fifo (ApoolJobserver *self, const char *directory, GError **error)
{
  self->path = apool_jobserver_make_path (directory, error);
  if (!self->path)
    return FALSE;
  self->auth = g_strconcat (FIFO_PREFIX, self->path, NULL);
  return apool_jobserver_open_fifo (self, self->path, error) &&
         apool_jobserver_guard (self, self->path, error);
}

/* Puts @n new bytes in. Returns how many there was room for. */
static guint
apool_jobserver_fill (ApoolJobserver *self, guint n)
{
  const char token = TOKEN;
  guint n_done = 0;

  while (n_done < n)
    {
      if (write (self->write_fd, &token, 1) == 1)
        n_done++;
      else if (errno != EINTR)
        break;
    }
  return n_done;
}

static gboolean
apool_jobserver_fill_all (ApoolJobserver *self, GError **error)
{
  int n_bytes = fcntl (self->write_fd, F_GETPIPE_SZ);
  guint n;

  /* Where it may not be made larger, what it holds is said below. */
  if (n_bytes >= 0 && (guint) n_bytes < self->n_tokens)
    (void) fcntl (self->write_fd, F_SETPIPE_SZ, (int) self->n_tokens);
  n = apool_jobserver_fill (self, self->n_tokens);
  if (n == self->n_tokens)
    return TRUE;
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE, "a pipe holds %u slots at most", n + 1);
  return FALSE;
}

/**
 * apool_jobserver_new:
 * @style: how others take part
 * @n_slots: how many jobs there may be, ours and theirs, at least 1: one of them is the caller's
 *   own, and is not in the pipe
 * @directory: where a named pipe is made
 * @error: (out) (optional): a #GIOErrorEnum, or %APOOL_ERROR_USAGE: there are too many
 *
 * Makes a jobserver for those who are started from here. To be called before threads run.
 *
 * Returns: (transfer full) (nullable): it
 */
ApoolJobserver *
apool_jobserver_new (ApoolJobserverStyle style,
                     guint n_slots,
                     const char *directory,
                     GError **error)
{
  g_autoptr (ApoolJobserver) self = apool_jobserver_make (NULL);

  g_return_val_if_fail (n_slots > 0, NULL);
  self->is_own = TRUE;
  self->n_tokens = n_slots - 1;
  if (style == APOOL_JOBSERVER_FIFO ? !apool_jobserver_make_fifo (self, directory, error)
                                    : !apool_jobserver_make_pipe (self, error))
    return NULL;
  /* A pipe is gone with us: there is nothing to be kept. */
  if (!self->ledger)
    self->ledger = apool_token_ledger_new (error);
  if (!self->ledger || !apool_jobserver_fill_all (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* ---- taking part ---- */

/**
 * apool_jobserver_get_auth:
 * @self: a jobserver
 *
 * Returns: (transfer none): where it is, for MAKEFLAGS
 */
const char *
apool_jobserver_get_auth (const ApoolJobserver *self)
{
  return self->auth;
}

/**
 * apool_jobserver_is_own:
 * @self: a jobserver
 *
 * Returns: whether we have made it
 */
gboolean
apool_jobserver_is_own (const ApoolJobserver *self)
{
  return self->is_own;
}

/**
 * apool_jobserver_get_fd:
 * @self: a jobserver
 *
 * Returns: a descriptor that is readable while there is something to take
 */
int
apool_jobserver_get_fd (const ApoolJobserver *self)
{
  return self->read_fd;
}

/**
 * apool_jobserver_get_n_taken:
 * @self: a jobserver
 *
 * Returns: how many further jobs we may have now
 */
guint
apool_jobserver_get_n_taken (const ApoolJobserver *self)
{
  return apool_token_ledger_get_n_tokens (self->ledger);
}

/* Returns 1, 0 where there is none to be had, or -1 for errno. */
static int
apool_jobserver_read_token (ApoolJobserver *self, char *token)
{
  ssize_t n;

  do
    n = read (self->read_fd, token, 1);
  while (n < 0 && errno == EINTR);
  if (n == 0) /* nobody could write: our own end is gone */
    errno = EPIPE;
  if (n > 0)
    return 1;
  return n < 0 && errno == EAGAIN ? 0 : -1;
}

/**
 * apool_jobserver_take:
 * @self: a jobserver
 * @error: (out) (optional): a #GIOErrorEnum; not set where there is just nothing to take
 *
 * Takes what one further job may run on, without waiting for it.
 *
 * Returns: whether there was one
 */
gboolean
apool_jobserver_take (ApoolJobserver *self, GError **error)
{
  char token;
  int got = apool_jobserver_read_token (self, &token);

  if (got < 0)
    apool_error_set_errno (error, errno, "cannot take a slot");
  if (got <= 0)
    return FALSE;
  if (apool_token_ledger_add (self->ledger, token))
    return TRUE;
  (void) !write (self->write_fd, &token, 1); /* nobody has taken so many ever */
  return FALSE;
}

/**
 * apool_jobserver_give_back:
 * @self: a jobserver of which something was taken
 *
 * Gives back what was taken last.
 */
void
apool_jobserver_give_back (ApoolJobserver *self)
{
  char token = apool_token_ledger_remove (self->ledger);

  if (self->n_surplus > 0)
    {
      self->n_surplus--;
      return;
    }
  /* There is room: nobody puts in more than was taken out. */
  while (write (self->write_fd, &token, 1) < 0 && errno == EINTR)
    continue;
}

/**
 * apool_jobserver_restore:
 * @self: a jobserver that is ours, of which nothing is taken, and nobody else takes part
 *
 * Puts in what others have taken and did not give back, and takes out what they gave back too late.
 *
 * Returns: how many were missing
 */
guint
apool_jobserver_restore (ApoolJobserver *self)
{
  int n_bytes = 0;
  char token;

  g_return_val_if_fail (self->is_own, 0);
  self->n_surplus = 0; /* what is in it is counted */
  if (ioctl (self->read_fd, FIONREAD, &n_bytes) < 0)
    return 0; /* cannot be: it is a pipe */
  for (; (guint) n_bytes > self->n_tokens; n_bytes--)
    if (apool_jobserver_read_token (self, &token) <= 0)
      break;
  if ((guint) n_bytes >= self->n_tokens)
    return 0;
  return apool_jobserver_fill (self, self->n_tokens - (guint) n_bytes);
}

/* Takes out what is too much and is not in use, now or when we give it back. What others have they
 * put in again: then it is there until nothing runs. */
static void
apool_jobserver_shrink (ApoolJobserver *self, guint n)
{
  char token;

  while (n > 0 && apool_jobserver_read_token (self, &token) > 0)
    n--;
  self->n_surplus += n;
}

/**
 * apool_jobserver_set_n_slots:
 * @self: a jobserver that is ours
 * @n_slots: how many jobs there may be from now on, at least 1; of more than a pipe holds, so many
 */
void
apool_jobserver_set_n_slots (ApoolJobserver *self, guint n_slots)
{
  guint n_tokens = n_slots - 1;
  guint n_more = n_tokens > self->n_tokens ? n_tokens - self->n_tokens : 0;
  guint n_kept = MIN (n_more, self->n_surplus);

  g_return_if_fail (self->is_own && n_slots > 0);
  if (n_tokens < self->n_tokens)
    apool_jobserver_shrink (self, self->n_tokens - n_tokens);
  self->n_surplus -= n_kept;
  n_tokens -= n_more - n_kept - apool_jobserver_fill (self, n_more - n_kept);
  self->n_tokens = n_tokens;
}
