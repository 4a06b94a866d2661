/* SPDX-License-Identifier: MIT */
/* Asks on the terminal, one question at a time, and waits for the answer without keeping anybody
 * else from work: the jobs that run go on.
 *
 * Both go by way of the terminal itself: standard input may be the inputs, and standard error a
 * file, where nobody would see that he is asked. Where apool is not in the terminal's foreground,
 * the kernel stops it when it reads, as it does with any program. A question that is not to be
 * answered there is not to be seen there either: so it reads before it asks. */

#include "cli/apool-asker.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib-unix.h>
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

/* Who ends the input has said nothing of this job, so it is not run; where the terminal is gone,
 * nobody will say anything of the others either. */
static gboolean
apool_asker_answered_cb (int fd, GIOCondition condition, gpointer data)
{
  ApoolAsker *self = data;
  char line[LINE_BYTES];
  gssize length = read (fd, line, sizeof line);
  gboolean is_gone;

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

/* Waits until this process is in the foreground: a read is what the kernel stops those for that are
 * not, and reading nothing takes nothing away that was typed. Where nobody would have us go on
 * again it fails. So will the read of the answer. */
static void
apool_asker_wait_for_foreground (ApoolAsker *self)
{
  char none[1];

  (void) read (self->fd, none, 0);
}

/* Whatever becomes of the rest of a question that cannot be written, the answer is read: so it
 * comes out that the terminal is gone. */
static gboolean
apool_asker_write_cb (int fd, GIOCondition condition, gpointer data)
{
  ApoolAsker *self = data;
  gssize written;

  apool_asker_wait_for_foreground (self);
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
