/* SPDX-License-Identifier: MIT */
/* The whole of our terminal.
 *
 * It is opened once more, so that it can be non-blocking without anybody else seeing that: a
 * terminal that is stopped, or at the end of a slow line, holds up nobody. What it does not take at
 * once goes out when it does, and until then nothing more is drawn.
 *
 * States: left (the terminal is as it was), entered (it has our modes and shows our canvas). It is
 * left when somebody else gets it: when this process is stopped, or ends. Who is not in its
 * foreground neither draws nor changes it. Ctrl-C and Ctrl-Z stay signals, which are for others to
 * take; a change of its size is one, too, and taken here. */

#include "sinks/apool-screen.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-fd.h"

/* How long a terminal that takes nothing is waited for when it is left: milliseconds. */
#define PATIENCE_MSEC 500

/* A larger one is none, and would only take memory. */
#define MAX_CELLS 1000u

#define DEFAULT_ROWS 24u
#define DEFAULT_COLUMNS 80u

struct _ApoolScreen
{
  GMainContext *context;
  ApoolScreenFuncs funcs;
  gpointer data;
  ApoolCanvas *canvas;
  int fd;
  struct termios modes; /* of the terminal, before it was entered */
  gboolean is_entered;
  guint n_rows;
  guint n_columns;
  GByteArray *pending; /* what the terminal has not taken yet */
  gboolean is_missed;  /* something was to be drawn meanwhile */
  GSource *keys;       /* (nullable): while it is entered */
  GSource *room;       /* (nullable): while something is pending */
  GSource *resized;    /* (nullable): while it is entered */
};

static void
apool_screen_clear_source (GSource **source)
{
  if (*source)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
apool_screen_attach (ApoolScreen *self, GSource **place, GSource *source, GSourceFunc func)
{
  *place = source;
  g_source_set_callback (source, func, self, NULL);
  g_source_set_static_name (source, "apool-screen");
  g_source_attach (source, self->context);
}

static gboolean
apool_screen_is_in_front (const ApoolScreen *self)
{
  return tcgetpgrp (self->fd) == getpgrp ();
}

/* ---- writing ---- */

/* Writes what the terminal takes. Returns: whether it is still there */
static gboolean
apool_screen_write (ApoolScreen *self)
{
  gsize done = 0;

  while (done < self->pending->len)
    {
      gssize n = write (self->fd, self->pending->data + done, self->pending->len - done);

      if (n > 0)
        done += (gsize) n;
      else if (n < 0 && errno == EAGAIN)
        break;
      else if (n == 0 || errno != EINTR)
        {
          g_byte_array_set_size (self->pending, 0);
          return FALSE;
        }
    }
  g_byte_array_remove_range (self->pending, 0, (guint) done);
  return TRUE;
}

static void
apool_screen_lose (ApoolScreen *self)
{
  apool_screen_clear_source (&self->room);
  self->funcs.gone (self->data);
}

static gboolean
apool_screen_room_cb (int fd, GIOCondition condition, gpointer data)
{
  ApoolScreen *self = data;

  if (!apool_screen_write (self))
    {
      apool_screen_lose (self);
      return G_SOURCE_REMOVE;
    }
  if (self->pending->len > 0)
    return G_SOURCE_CONTINUE;
  apool_screen_clear_source (&self->room);
  if (self->is_missed)
    self->funcs.changed (self->data);
  return G_SOURCE_REMOVE;
}

/* Writes now, or when there is room. A terminal that is gone says so where keys are read. */
static void
apool_screen_send (ApoolScreen *self)
{
  if (apool_screen_write (self) && self->pending->len > 0 && !self->room)
    apool_screen_attach (self, &self->room, g_unix_fd_source_new (self->fd, G_IO_OUT),
                         G_SOURCE_FUNC (apool_screen_room_cb));
}

/* Writes all, since the terminal is somebody else's afterwards; one that takes nothing is not
 * waited for for long. */
static void
apool_screen_send_last (ApoolScreen *self)
{
  struct pollfd room = { .fd = self->fd, .events = POLLOUT };

  while (apool_screen_write (self) && self->pending->len > 0)
    if (poll (&room, 1, PATIENCE_MSEC) <= 0)
      break;
  g_byte_array_set_size (self->pending, 0);
}

/* ---- keys and size ---- */

static void apool_screen_renew (ApoolScreen *self);

static void
apool_screen_take_keys (ApoolScreen *self, const char *bytes, gsize length)
{
  gsize n;

  for (gsize at = 0; at < length && self->is_entered; at += n)
    {
      int key;

      n = apool_keys_take (bytes + at, length - at, &key);
      if (key == APOOL_KEY_RENEW)
        apool_screen_renew (self);
      else if (key != APOOL_KEY_NONE)
        self->funcs.key (key, self->data);
    }
}

static gboolean
apool_screen_keys_cb (int fd, GIOCondition condition, gpointer data)
{
  ApoolScreen *self = data;
  char bytes[256];
  gssize n;

  if (!apool_screen_is_in_front (self) && !(condition & G_IO_HUP))
    {
      apool_screen_leave (self); /* else reading would stop us */
      return G_SOURCE_REMOVE;
    }
  n = read (fd, bytes, sizeof bytes);
  if (n > 0)
    apool_screen_take_keys (self, bytes, (gsize) n);
  else if (n == 0 || (errno != EAGAIN && errno != EINTR))
    {
      self->funcs.gone (self->data);
      return G_SOURCE_REMOVE;
    }
  return G_SOURCE_CONTINUE;
}

static void
apool_screen_measure (ApoolScreen *self)
{
  struct winsize size = { 0 };

  if (ioctl (self->fd, TIOCGWINSZ, &size) < 0)
    size = (struct winsize){ 0 }; /* a size that is not known is no fault */
  self->n_rows = size.ws_row > 0 ? MIN (size.ws_row, MAX_CELLS) : DEFAULT_ROWS;
  self->n_columns = size.ws_col > 0 ? MIN (size.ws_col, MAX_CELLS) : DEFAULT_COLUMNS;
  apool_canvas_set_size (self->canvas, self->n_rows, self->n_columns);
}

/* Has all of it drawn anew, as large as it is now. */
static void
apool_screen_renew (ApoolScreen *self)
{
  apool_canvas_leave (self->canvas, self->pending);
  apool_screen_send (self);
  apool_screen_measure (self);
  self->funcs.changed (self->data);
}

static gboolean
apool_screen_resized_cb (gpointer data)
{
  apool_screen_renew (data);
  return G_SOURCE_CONTINUE;
}

/* ---- the terminal's modes ---- */

/* Who is in the background would be stopped when it changes them, unless it does not take that
 * signal. */
static gboolean
apool_screen_set_modes (ApoolScreen *self, const struct termios *modes)
{
  sigset_t signals;
  sigset_t before;
  gboolean is_set;

  sigemptyset (&signals);
  sigaddset (&signals, SIGTTOU);
  (void) pthread_sigmask (SIG_BLOCK, &signals, &before); /* cannot fail: SIG_BLOCK is valid */
  is_set = tcsetattr (self->fd, TCSANOW, modes) == 0;
  (void) pthread_sigmask (SIG_SETMASK, &before, NULL);
  return is_set;
}

/* Keys come one by one and are not shown; Ctrl-S stops nothing. */
static gboolean
apool_screen_take_modes (ApoolScreen *self)
{
  struct termios modes;

  if (tcgetattr (self->fd, &self->modes) < 0)
    return FALSE;
  modes = self->modes;
  modes.c_iflag &= ~(tcflag_t) (ICRNL | INLCR | IGNCR | IXON);
  modes.c_oflag &= ~(tcflag_t) OPOST;
  modes.c_lflag &= ~(tcflag_t) (ICANON | ECHO | ECHONL | IEXTEN);
  modes.c_cc[VMIN] = 1;
  modes.c_cc[VTIME] = 0;
  return apool_screen_set_modes (self, &modes);
}

/* ---- life ---- */

static gboolean
apool_screen_open (ApoolScreen *self, GError **error)
{
  self->fd = open ("/dev/tty", O_RDWR | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
  if (self->fd < 0)
    {
      apool_error_set_errno (error, errno, "needs a terminal: /dev/tty");
      return FALSE;
    }
  if (apool_screen_is_in_front (self))
    return TRUE;
  g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_USAGE,
                       "needs the terminal, which a command in the background does not have");
  return FALSE;
}

/**
 * apool_screen_new:
 * @context: where @funcs are called
 * @funcs: what it tells, copied; all are given
 * @data: (closure): for @funcs
 * @error: (out) (optional): %APOOL_ERROR_USAGE, a #GIOErrorEnum: there is no terminal, it is not
 *   ours now, or nothing can be drawn there
 *
 * Returns: (transfer full) (nullable): the terminal that controls this process, not entered
 */
ApoolScreen *
apool_screen_new (GMainContext *context,
                  const ApoolScreenFuncs *funcs,
                  gpointer data,
                  GError **error)
{
  g_autoptr (ApoolScreen) self = g_new0 (ApoolScreen, 1);

  self->context = g_main_context_ref (context);
  self->funcs = *funcs;
  self->data = data;
  self->fd = -1;
  self->pending = g_byte_array_new ();
  if (!apool_screen_open (self, error))
    return NULL;
  self->canvas = apool_canvas_new (error);
  return self->canvas ? g_steal_pointer (&self) : NULL;
}

/**
 * apool_screen_free:
 * @self: (transfer full): a screen; left, if it is not
 */
void
apool_screen_free (ApoolScreen *self)
{
  apool_screen_leave (self);
  g_clear_pointer (&self->canvas, apool_canvas_free);
  apool_fd_clear (&self->fd);
  g_byte_array_unref (self->pending);
  g_main_context_unref (self->context);
  g_free (self);
}

/**
 * apool_screen_enter:
 * @self: a screen
 *
 * Takes the terminal, if this process is in its foreground. Then something is to be drawn.
 *
 * Returns: whether it is entered
 */
gboolean
apool_screen_enter (ApoolScreen *self)
{
  if (self->is_entered)
    return TRUE;
  if (!apool_screen_is_in_front (self) || !apool_screen_take_modes (self))
    return FALSE;
  self->is_entered = TRUE;
  self->is_missed = FALSE;
  apool_screen_measure (self);
  apool_screen_attach (self, &self->keys, g_unix_fd_source_new (self->fd, G_IO_IN),
                       G_SOURCE_FUNC (apool_screen_keys_cb));
  apool_screen_attach (self, &self->resized, g_unix_signal_source_new (SIGWINCH),
                       apool_screen_resized_cb);
  return TRUE;
}

/**
 * apool_screen_leave:
 * @self: a screen
 *
 * Gives the terminal back as it was, if it is entered.
 */
void
apool_screen_leave (ApoolScreen *self)
{
  if (!self->is_entered)
    return;
  self->is_entered = FALSE;
  apool_screen_clear_source (&self->keys);
  apool_screen_clear_source (&self->room);
  apool_screen_clear_source (&self->resized);
  apool_canvas_leave (self->canvas, self->pending);
  apool_screen_send_last (self);
  (void) apool_screen_set_modes (self, &self->modes); /* fails where the terminal is gone */
}

/**
 * apool_screen_is_entered:
 * @self: a screen
 *
 * Returns: whether the terminal is ours
 */
gboolean
apool_screen_is_entered (const ApoolScreen *self)
{
  return self->is_entered;
}

/**
 * apool_screen_get_size:
 * @self: a screen that is entered
 * @n_rows: (out): at least 1
 * @n_columns: (out): the same
 */
void
apool_screen_get_size (const ApoolScreen *self, guint *n_rows, guint *n_columns)
{
  *n_rows = self->n_rows;
  *n_columns = self->n_columns;
}

/**
 * apool_screen_begin:
 * @self: a screen
 *
 * Returns: (transfer none) (nullable): the canvas, empty, to be filled before apool_screen_show();
 *   %NULL where it cannot be shown: it is not entered, or the terminal has not taken what was drawn
 *   before, and #ApoolScreenFuncs.changed is called when it has
 */
ApoolCanvas *
apool_screen_begin (ApoolScreen *self)
{
  self->is_missed = self->pending->len > 0 && self->is_entered;
  if (!self->is_entered || self->is_missed)
    return NULL;
  apool_canvas_clear (self->canvas);
  return self->canvas;
}

/**
 * apool_screen_show:
 * @self: a screen whose canvas was filled
 *
 * Has it seen.
 */
void
apool_screen_show (ApoolScreen *self)
{
  apool_canvas_draw (self->canvas, self->pending);
  apool_screen_send (self);
}
