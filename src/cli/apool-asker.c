/* SPDX-License-Identifier: MIT */
/* Asks on the terminal, one question at a time, and waits for the answer without keeping anybody
 * else from work: the jobs that run go on.
 *
 * Both go by way of the terminal itself: standard input may be the inputs, and standard error a
 * file, where nobody would see that he is asked. Where apool is not in the terminal's foreground,
 * the kernel would stop it when it reads, as it does with any program, and again whenever it goes
 * on: then nothing else would ever come to pass. So it stops by itself, as the kernel would have
 * it, and looks whether it was told to end. A question that is not to be answered there is not to
 * be seen there either: so it reads before it asks. */

#include "cli/apool-asker.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
#include <signal.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "job/apool-command-line.h"

/* More than a terminal gives at once. */
#define LINE_BYTES 4096

struct _ApoolAsker
{
  GMainContext *context;
  ApoolQuoteStyle quote;
  ApoolPool *pool; /* not owned */
  guint n_jobs;
  int fd;
  GSource *source;   /* (nullable): while a question is written, or an answer waited for */
  GString *question; /* what of it is still to be written */
};

/**
 * apool_asker_new:
 * @context: where answers come
 * @quote: how values are quoted for the shell of the jobs
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: (transfer full) (nullable): an asker; %NULL where there is no terminal
 */
ApoolAsker *
apool_asker_new (GMainContext *context, ApoolQuoteStyle quote, GError **error)
{
  ApoolAsker *self;
  int fd = open ("/dev/tty", O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);

  if (fd < 0)
    {
      apool_error_set_errno (error, errno, "--interactive: /dev/tty");
      return NULL;
    }
  self = g_new0 (ApoolAsker, 1);
  self->context = g_main_context_ref (context);
  self->quote = quote;
  self->fd = fd;
  self->question = g_string_new (NULL);
  return self;
}

static void
apool_asker_end_wait (ApoolAsker *self)
{
  if (self->source)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
}

/**
 * apool_asker_free:
 * @self: (transfer full): an asker
 */
void
apool_asker_free (ApoolAsker *self)
{
  apool_asker_end_wait (self);
  apool_fd_clear (&self->fd);
  g_string_free (self->question, TRUE);
  g_main_context_unref (self->context);
  g_free (self);
}

static void
apool_asker_wait (ApoolAsker *self, GIOCondition condition, GUnixFDSourceFunc func)
{
  apool_asker_end_wait (self);
  self->source = g_unix_fd_source_new (self->fd, condition | G_IO_HUP | G_IO_ERR);
  g_source_set_callback (self->source, G_SOURCE_FUNC (func), self, NULL);
  g_source_attach (self->source, self->context);
}

/* GNU parallel's: what begins with a y, behind whatever blanks. */
static gboolean
apool_asker_is_yes (const char *line, gsize length)
{
  gsize i = 0;

  while (i < length && g_ascii_isspace (line[i]))
    i++;
  return i < length && g_ascii_tolower (line[i]) == 'y';
}

/* ---- the foreground ---- */

/* Those of the signals that end a run which do so here: an ignored one says nothing, though it
 * would wait while it is blocked. */
static void
apool_asker_get_ends (sigset_t *ends)
{
  static const int signums[] = { SIGHUP, SIGINT, SIGTERM };
  struct sigaction action;

  sigemptyset (ends);
  for (gsize i = 0; i < G_N_ELEMENTS (signums); i++)
    if (sigaction (signums[i], NULL, &action) == 0 && action.sa_handler != SIG_IGN)
      sigaddset (ends, signums[i]);
}

/* Whether a signal of these, which are blocked, is there. */
static gboolean
apool_asker_is_ended (const sigset_t *ends)
{
  sigset_t pending;

  if (sigpending (&pending) < 0)
    return FALSE;
  return (sigismember (ends, SIGHUP) == 1 && sigismember (&pending, SIGHUP) == 1) ||
         (sigismember (ends, SIGINT) == 1 && sigismember (&pending, SIGINT) == 1) ||
         (sigismember (ends, SIGTERM) == 1 && sigismember (&pending, SIGTERM) == 1);
}

static void
apool_asker_noted (int signum)
{
}

/* Reads nothing: that takes nothing away that was typed. In the background SIGTTIN comes for it to
 * all of this process's group, and it is interrupted by that, where it would otherwise not return
 * before it is in the foreground. From then on the signal does again what it did.
 * Returns: 0, or what it failed with: EINTR in the background, EIO where there is no terminal any
 *   more, or nobody who would have us go on */
static int
apool_asker_try_read (ApoolAsker *self)
{
  const struct sigaction noted = { .sa_handler = apool_asker_noted, .sa_flags = SA_RESETHAND };
  struct sigaction before;
  char none[1];
  int code;

  if (sigaction (SIGTTIN, NULL, &before) < 0 || before.sa_handler == SIG_IGN)
    return read (self->fd, none, 0) < 0 ? errno : 0;
  (void) sigaction (SIGTTIN, &noted, NULL); /* neither can fail: the signal is valid */
  code = read (self->fd, none, 0) < 0 ? errno : 0;
  (void) sigaction (SIGTTIN, &before, NULL);
  return code;
}

/* Waits until this process is in the foreground, stopped, unless it is told to end: the loop knows
 * what to do then.
 * Returns: as apool_asker_try_read(); EINTR where it was told to end */
static int
apool_asker_wait_for_foreground (ApoolAsker *self)
{
  sigset_t ends;
  sigset_t before;
  int code = EINTR;

  apool_asker_get_ends (&ends);
  (void) sigprocmask (SIG_BLOCK, &ends, &before); /* neither can fail: both are valid */
  while (!apool_asker_is_ended (&ends) && (code = apool_asker_try_read (self)) == EINTR)
    if (!apool_asker_is_ended (&ends))
      raise (SIGTTIN);
  (void) sigprocmask (SIG_SETMASK, &before, NULL);
  return code;
}

/* Whether it may write or read on the terminal. Else nobody waits for it any more: the run ends, is
 * about to, or does now, since there is no terminal to ask on. */
static gboolean
apool_asker_may_go_on (ApoolAsker *self)
{
  int code = apool_pool_is_asking (self->pool) ? apool_asker_wait_for_foreground (self) : EINTR;

  if (code != EINTR && code != EIO)
    return TRUE;
  apool_asker_end_wait (self);
  if (code == EIO)
    apool_pool_close (self->pool);
  return FALSE;
}

/* ---- the question and its answer ---- */

/* Who ends the input has said nothing of this job, so it is not run; where the terminal is gone,
 * nobody will say anything of the others either. */
static gboolean
apool_asker_answered_cb (int fd, GIOCondition condition, gpointer data)
{
  ApoolAsker *self = data;
  char line[LINE_BYTES];
  gssize length;
  gboolean is_gone;

  if (!apool_asker_may_go_on (self))
    return G_SOURCE_REMOVE;
  length = read (fd, line, sizeof line);
  if (length < 0 && (errno == EINTR || errno == EAGAIN))
    return G_SOURCE_CONTINUE;
  is_gone = length < 0 || (length == 0 && (condition & (G_IO_HUP | G_IO_ERR)) != 0);
  apool_asker_end_wait (self);
  if (is_gone)
    apool_pool_close (self->pool);
  else
    apool_pool_answer (self->pool, length > 0 && apool_asker_is_yes (line, (gsize) length));
  return G_SOURCE_REMOVE;
}

/* Whatever becomes of the rest of a question that cannot be written, the answer is read: so it
 * comes out that the terminal is gone. */
static gboolean
apool_asker_write_cb (int fd, GIOCondition condition, gpointer data)
{
  ApoolAsker *self = data;
  gssize written;

  if (!apool_asker_may_go_on (self))
    return G_SOURCE_REMOVE;
  written = write (fd, self->question->str, self->question->len);
  if (written < 0 && (errno == EINTR || errno == EAGAIN))
    return G_SOURCE_CONTINUE;
  g_string_erase (self->question, 0, written < 0 ? -1 : written);
  if (self->question->len == 0)
    apool_asker_wait (self, G_IO_IN, apool_asker_answered_cb);
  return G_SOURCE_CONTINUE;
}

/* Its slot is known only where there is one: else its replacement string stands for it. */
static GString *
apool_asker_make_line (ApoolAsker *self, const ApoolTask *task)
{
  g_auto (GStrv) words = NULL;
  g_autofree char *command = NULL;

  if (self->n_jobs > 1 && apool_task_get_holes (task))
    {
      command = apool_task_dup_command (task, G_MAXUINT32);
      return g_string_new (command);
    }
  words = apool_task_dup_words (task, 1, self->quote);
  return apool_command_line_new (task, self->quote, words);
}

static void
apool_asker_ask_cb (ApoolTask *task, gpointer data)
{
  ApoolAsker *self = data;
  g_autoptr (GString) line = apool_asker_make_line (self, task);

  g_string_assign (self->question, line->str);
  g_string_append (self->question, " ?...");
  apool_asker_wait (self, G_IO_OUT, apool_asker_write_cb);
}

/**
 * apool_asker_attach:
 * @self: an asker
 * @pool: whose jobs it asks for; outlives it
 * @n_jobs: how many jobs may run at once
 */
void
apool_asker_attach (ApoolAsker *self, ApoolPool *pool, guint n_jobs)
{
  self->pool = pool;
  self->n_jobs = n_jobs;
  apool_pool_set_ask (pool, apool_asker_ask_cb, self);
}
