/* SPDX-License-Identifier: MIT */
/* A perl process at the other end of a socket pair, which is its standard input until it has put
 * it away. What it runs is apool-perl.pl, which says what goes over the socket.
 *
 * Nothing here blocks: questions wait in a buffer for room in the socket, answers are read as they
 * come. The process stands in a group of its own, so that the terminal's signals do not reach it,
 * and ends with us, whatever its expressions are doing. Its end is told by the process itself:
 * what an expression has forked may hold the socket open for longer. */

#include "input/apool-perl.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"
#include "base/apool-process.h"
#include "base/apool-subprocess.h"
#include "input/apool-perl-program.h"

/* What one read asks for. */
#define READ_BYTES (64 * 1024)

/* No question is longer; and no answer: the program bounds them a little lower. */
#define MAX_FRAME_BYTES (80u * 1024 * 1024)

#define LENGTH_BYTES sizeof (guint32)

struct _ApoolPerl
{
  ApoolSubprocess *process;
  ApoolFd fd; /* our end */

  GString *output; /* questions, from the first that was not sent whole */
  gsize n_sent;    /* bytes of it */
  GString *input;  /* answers, from the first that was not taken */
  gsize n_taken;   /* bytes of it */

  gboolean is_set_up;  /* it has compiled the expressions */
  gboolean is_closed;  /* it was told that there is no more */
  gboolean at_end;     /* there is no more to be read */
  gboolean is_watched; /* its end is waited for */
  gboolean has_ended;

  GSource *waiting; /* (nullable): for the socket */
  ApoolSourceReadyFunc ready;
  gpointer ready_data;
};

/* Between fork and exec. */
static void
apool_perl_child_setup (gpointer data)
{
  /* None of them fails, and perl could do without any. Where our process ended before the second
   * line, the socket tells perl so. */
  (void) setpgid (0, 0);
  (void) prctl (PR_SET_PDEATHSIG, SIGKILL);
  (void) signal (SIGPIPE, SIG_DFL);
  (void) signal (SIGXFSZ, SIG_DFL);
}

static gboolean
apool_perl_spawn (ApoolPerl *self, int their_fd, GError **error)
{
  g_autofree char *path = g_find_program_in_path ("perl");
  const char *const argv[] = { path, "-e", apool_perl_program, NULL };
  const ApoolSubprocessConfig config = {
    .argv = argv,
    .stdin_fd = their_fd,
    .stdout_fd = -1,
    .inherits_fds = TRUE,
    .child_setup = apool_perl_child_setup,
  };
  g_autoptr (GError) why = NULL;

  if (!path)
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_SPAWN,
                           "{= =}: perl: not found: install the package perl");
      return FALSE;
    }
  self->process = apool_subprocess_start (&config, &why);
  if (!self->process)
    g_set_error (error, APOOL_ERROR, APOOL_ERROR_SPAWN, "{= =}: perl: cannot be started: %s",
                 why->message);
  return self->process != NULL;
}

static gboolean
apool_perl_open (ApoolPerl *self, GError **error)
{
  int fds[2];
  g_auto (ApoolFd) their_fd = -1;

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
    {
      apool_error_set_errno (error, errno, "{= =}: perl");
      return FALSE;
    }
  self->fd = fds[0];
  their_fd = fds[1];
  return apool_fd_check_spawn (their_fd, "{= =}: perl", error) &&
         apool_perl_spawn (self, their_fd, error);
}

static void
apool_perl_append_length (GString *text, gsize length)
{
  guint32 raw = GUINT32_TO_BE ((guint32) length);

  g_string_append_len (text, (const char *) &raw, sizeof raw);
}

static void
apool_perl_append_string (GString *text, const char *data, gsize length)
{
  apool_perl_append_length (text, length);
  if (length > 0)
    g_string_append_len (text, data, (gssize) length);
}

static void
apool_perl_append_number (GString *text, guint64 number)
{
  char digits[24];
  int length = g_snprintf (digits, sizeof digits, "%" G_GUINT64_FORMAT, number);

  apool_perl_append_string (text, digits, (gsize) length);
}

/* Returns: where the frame begins */
static gsize
apool_perl_begin_frame (ApoolPerl *self)
{
  gsize start = self->output->len;

  apool_perl_append_length (self->output, 0);
  return start;
}

static void
apool_perl_end_frame (ApoolPerl *self, gsize start)
{
  guint32 raw = GUINT32_TO_BE ((guint32) (self->output->len - start - LENGTH_BYTES));

  memcpy (self->output->str + start, &raw, sizeof raw);
}

static void
apool_perl_append_expression (ApoolPerl *self, const ApoolPerlExpression *expression)
{
  g_autoptr (GString) positions = g_string_new (NULL);

  for (gsize i = 0; i < expression->n_positions; i++)
    g_string_append_printf (positions, "%" G_GINT64_FORMAT " ", expression->positions[i]);
  apool_perl_append_string (self->output, expression->text, strlen (expression->text));
  apool_perl_append_string (self->output, positions->str, positions->len);
}

static void
apool_perl_set_up (ApoolPerl *self,
                   const ApoolPerlExpression *expressions,
                   gsize n_expressions,
                   guint n_slots,
                   ApoolQuoteStyle quote)
{
  gsize start = apool_perl_begin_frame (self);
  const char *name = apool_quote_get_name (quote);

  apool_perl_append_number (self->output, n_slots);
  apool_perl_append_string (self->output, name, strlen (name));
  apool_perl_append_number (self->output, n_expressions);
  for (gsize i = 0; i < n_expressions; i++)
    apool_perl_append_expression (self, &expressions[i]);
  apool_perl_end_frame (self, start);
}

/**
 * apool_perl_start:
 * @expressions: (array length=n_expressions): what is evaluated; not needed after this
 * @n_expressions: how many
 * @n_slots: how many job slots there are
 * @quote: for which shell Q() quotes
 * @error: (out) (optional): %APOOL_ERROR_SPAWN, or a #GIOErrorEnum
 *
 * Returns: (transfer full) (nullable): a perl that has been started; what is wrong with
 *   @expressions is told by apool_perl_next()
 */
ApoolPerl *
apool_perl_start (const ApoolPerlExpression *expressions,
                  gsize n_expressions,
                  guint n_slots,
                  ApoolQuoteStyle quote,
                  GError **error)
{
  g_autoptr (ApoolPerl) self = g_new0 (ApoolPerl, 1);

  self->fd = -1;
  self->output = g_string_new (NULL);
  self->input = g_string_new (NULL);
  if (!apool_perl_open (self, error))
    return NULL;
  apool_perl_set_up (self, expressions, n_expressions, n_slots, quote);
  return g_steal_pointer (&self);
}

static void
apool_perl_stop_waiting (ApoolPerl *self)
{
  if (!self->waiting)
    return;
  g_source_destroy (self->waiting);
  g_clear_pointer (&self->waiting, g_source_unref);
}

/* With what its expressions have started. */
static void
apool_perl_kill (ApoolPerl *self)
{
  apool_process_kill_group (apool_subprocess_get_pid (self->process));
  apool_subprocess_kill (self->process);
}

/**
 * apool_perl_free:
 * @self: (transfer full): a perl
 *
 * Kills it where it has not ended.
 */
void
apool_perl_free (ApoolPerl *self)
{
  apool_perl_stop_waiting (self);
  if (self->process && !self->has_ended)
    apool_perl_kill (self);
  g_clear_pointer (&self->process, apool_subprocess_free);
  apool_fd_clear (&self->fd);
  g_string_free (self->output, TRUE);
  g_string_free (self->input, TRUE);
  g_free (self);
}

/**
 * apool_perl_get_pid:
 * @self: a perl
 *
 * Returns: its process; 0 where that has ended
 */
pid_t
apool_perl_get_pid (const ApoolPerl *self)
{
  return apool_subprocess_get_pid (self->process);
}

static gboolean
apool_perl_append_values (ApoolPerl *self, gsize start, const ApoolValue *values, gsize n_values)
{
  GString *output = self->output;

  for (gsize i = 0; i < n_values; i++)
    {
      gsize length = values[i].length;

      if (length > MAX_FRAME_BYTES || output->len - start > MAX_FRAME_BYTES - length)
        return FALSE;
      apool_perl_append_string (output, values[i].data, length);
    }
  return TRUE;
}

/**
 * apool_perl_ask:
 * @self: a perl that was not closed
 * @question: what to ask; not needed after this
 *
 * Each question has one answer, in order.
 *
 * Returns: whether it was asked: it is not where it is too long
 */
gboolean
apool_perl_ask (ApoolPerl *self, const ApoolPerlQuestion *question)
{
  GString *output = self->output;
  gsize start = apool_perl_begin_frame (self);

  apool_perl_append_string (output, question->only_filters ? "F" : "E", 1);
  apool_perl_append_number (output, question->seq);
  apool_perl_append_number (output, question->total);
  apool_perl_append_number (output, question->n_records);
  apool_perl_append_number (output, question->n_filters);
  if (!apool_perl_append_values (self, start, question->filters, question->n_filters) ||
      !apool_perl_append_values (self, start, question->values, question->n_values))
    {
      g_string_truncate (output, start);
      return FALSE;
    }
  apool_perl_end_frame (self, start);
  return TRUE;
}

/* Sends what the socket takes. */
static void
apool_perl_flush (ApoolPerl *self)
{
  while (self->n_sent < self->output->len)
    {
      gssize n = send (self->fd, self->output->str + self->n_sent, self->output->len - self->n_sent,
                       MSG_DONTWAIT | MSG_NOSIGNAL);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
        return;
      /* Nobody reads any more: that it has ended is told when its answers have been read. */
      self->n_sent = n < 0 ? self->output->len : self->n_sent + (gsize) n;
    }
  g_string_truncate (self->output, 0);
  self->n_sent = 0;
}

/**
 * apool_perl_close:
 * @self: a perl that has answered everything
 *
 * Tells it that there are no more questions: it ends in order.
 */
void
apool_perl_close (ApoolPerl *self)
{
  apool_perl_flush (self);
  self->is_closed = TRUE;
  (void) shutdown (self->fd, SHUT_WR); /* fails only where the other end has gone */
}

/* Returns: whether something has come */
static gboolean
apool_perl_receive (ApoolPerl *self)
{
  gsize length = self->input->len - self->n_taken;
  gssize n;

  g_string_erase (self->input, 0, (gssize) self->n_taken);
  self->n_taken = 0;
  g_string_set_size (self->input, length + READ_BYTES);
  do
    n = recv (self->fd, self->input->str + length, READ_BYTES, MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);
  g_string_set_size (self->input, length + (n > 0 ? (gsize) n : 0));
  /* A reset, or any other error, is an end as well. */
  self->at_end =
      n == 0 || (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK) || (n < 0 && self->has_ended);
  return n > 0;
}

/* Returns: %APOOL_SOURCE_PENDING where the next frame is not there as a whole */
static ApoolSourceStatus
apool_perl_take_frame (ApoolPerl *self, const char **bytes, gsize *length, GError **error)
{
  const char *at = self->input->str + self->n_taken;
  gsize n_there = self->input->len - self->n_taken;
  guint32 raw;

  if (n_there < LENGTH_BYTES)
    return APOOL_SOURCE_PENDING;
  memcpy (&raw, at, sizeof raw);
  *length = GUINT32_FROM_BE (raw);
  if (*length > MAX_FRAME_BYTES)
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL,
                           "{= ... =}: perl: sent what cannot be understood");
      return APOOL_SOURCE_ERROR;
    }
  if (n_there - LENGTH_BYTES < *length)
    return APOOL_SOURCE_PENDING;
  *bytes = at + LENGTH_BYTES;
  self->n_taken += LENGTH_BYTES + *length;
  return APOOL_SOURCE_ROW;
}

/* The first frame says whether all expressions could be compiled. */
static ApoolSourceStatus
apool_perl_check_set_up (ApoolPerl *self, const char *bytes, gsize length, GError **error)
{
  g_autofree char *why = NULL;

  self->is_set_up = length == 1 && bytes[0] == 'O';
  if (self->is_set_up)
    return APOOL_SOURCE_PENDING;
  if (length > 0 && bytes[0] == 'X')
    why = g_strndup (bytes + 1, length - 1);
  g_set_error_literal (error, APOOL_ERROR, why ? APOOL_ERROR_TEMPLATE : APOOL_ERROR_PROTOCOL,
                       why ? why : "{= ... =}: perl: sent what cannot be understood");
  return APOOL_SOURCE_ERROR;
}

/* There is nothing more to be read. */
static ApoolSourceStatus
apool_perl_tell_end (ApoolPerl *self, GError **error)
{
  /* Perl closes what it has open before it ends. */
  if (!self->has_ended)
    return APOOL_SOURCE_PENDING;
  if (self->is_closed)
    return APOOL_SOURCE_END;
  if (apool_subprocess_get_signal (self->process))
    g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT,
                 "{= ... =}: perl ended: killed by signal %d",
                 apool_subprocess_get_signal (self->process));
  else
    g_set_error (error, APOOL_ERROR, APOOL_ERROR_INPUT, "{= ... =}: perl ended: exit status %d",
                 apool_subprocess_get_status (self->process));
  return APOOL_SOURCE_ERROR;
}

/**
 * apool_perl_next:
 * @self: a perl
 * @bytes: (out) (transfer none): the next answer, for apool_perl_answer_take(); valid until the
 *   next call
 * @length: (out): how many bytes
 * @error: (out) (optional): set with %APOOL_SOURCE_ERROR: %APOOL_ERROR_TEMPLATE where an
 *   expression cannot be compiled, %APOOL_ERROR_INPUT where perl has ended, or
 *   %APOOL_ERROR_PROTOCOL
 *
 * Never blocks.
 *
 * Returns: what there is; %APOOL_SOURCE_END once it has ended after apool_perl_close()
 */
ApoolSourceStatus
apool_perl_next (ApoolPerl *self, const char **bytes, gsize *length, GError **error)
{
  ApoolSourceStatus status;

  apool_perl_flush (self);
  do
    {
      status = apool_perl_take_frame (self, bytes, length, error);
      if (status == APOOL_SOURCE_ROW && !self->is_set_up)
        {
          status = apool_perl_check_set_up (self, *bytes, *length, error);
          if (status == APOOL_SOURCE_PENDING)
            status = apool_perl_take_frame (self, bytes, length, error);
        }
      if (status != APOOL_SOURCE_PENDING)
        return status;
    }
  while (!self->at_end && apool_perl_receive (self));
  return self->at_end ? apool_perl_tell_end (self, error) : APOOL_SOURCE_PENDING;
}

static void
apool_perl_tell_ready (ApoolPerl *self)
{
  ApoolSourceReadyFunc ready = g_steal_pointer (&self->ready);

  apool_perl_stop_waiting (self);
  if (ready)
    ready (self->ready_data);
}

static gboolean
apool_perl_socket_cb (gint fd, GIOCondition condition, gpointer data)
{
  ApoolPerl *self = data;

  apool_perl_flush (self);
  /* Room for questions is nothing to be told of. */
  if (condition == G_IO_OUT && self->output->len > 0)
    return G_SOURCE_CONTINUE;
  apool_perl_tell_ready (self);
  return G_SOURCE_REMOVE;
}

static void
apool_perl_ended_cb (gpointer data)
{
  ApoolPerl *self = data;

  self->has_ended = TRUE;
  apool_perl_tell_ready (self);
}

static void
apool_perl_watch (ApoolPerl *self, GMainContext *context)
{
  if (self->is_watched)
    return;
  self->is_watched = TRUE;
  apool_subprocess_watch (self->process, context, apool_perl_ended_cb, self);
}

/**
 * apool_perl_wait:
 * @self: a perl that said %APOOL_SOURCE_PENDING, and is not waited for already
 * @context: where @ready runs; always the same one
 * @ready: called once, after this returned, when it is worth asking again; not called any more
 *   once @self is gone
 * @data: (closure): for @ready
 */
void
apool_perl_wait (ApoolPerl *self, GMainContext *context, ApoolSourceReadyFunc ready, gpointer data)
{
  GIOCondition condition = G_IO_IN;

  g_return_if_fail (self->ready == NULL);
  self->ready = ready;
  self->ready_data = data;
  apool_perl_watch (self, context);
  if (self->at_end)
    return;
  if (self->output->len > 0)
    condition |= G_IO_OUT;
  self->waiting = g_unix_fd_source_new (self->fd, condition);
  g_source_set_static_name (self->waiting, "apool-perl");
  g_source_set_callback (self->waiting, G_SOURCE_FUNC (apool_perl_socket_cb), self, NULL);
  g_source_attach (self->waiting, context);
}
