/* SPDX-License-Identifier: MIT */
/* What is to be seen on a terminal, drawn by ncurses.
 *
 * Of the library only that is used: it knows which bytes have the terminal show what is new. It
 * writes them to a file in memory, from which they are taken, so that it neither waits for a slow
 * terminal nor has a say in its modes, its keys, its size and our signals, which are the owner's.
 *
 * It is loaded when it is needed. It has one terminal at a time that its functions are about: so
 * there is to be one canvas. */

#define NCURSES_NOMACROS 1

#include "sinks/apool-canvas.h"

#include <curses.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <term.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-library.h"
#include "base/apool-locale.h"

/* What is used of it. */
#define APOOL_CURSES_FUNCTIONS(FUNCTION)                                                           \
  FUNCTION (newterm)                                                                               \
  FUNCTION (delscreen)                                                                             \
  FUNCTION (endwin)                                                                                \
  FUNCTION (newwin)                                                                                \
  FUNCTION (delwin)                                                                                \
  FUNCTION (resizeterm)                                                                            \
  FUNCTION (wresize)                                                                               \
  FUNCTION (typeahead)                                                                             \
  FUNCTION (curs_set)                                                                              \
  FUNCTION (werase)                                                                                \
  FUNCTION (wattrset)                                                                              \
  FUNCTION (wmove)                                                                                 \
  FUNCTION (waddnwstr)                                                                             \
  FUNCTION (wclrtoeol)                                                                             \
  FUNCTION (wrefresh)                                                                              \
  FUNCTION (setupterm)                                                                             \
  FUNCTION (set_curterm)                                                                           \
  FUNCTION (del_curterm)                                                                           \
  FUNCTION (tigetstr)

#define APOOL_CURSES_MEMBER(name) __typeof__ (name) *name;
#define APOOL_CURSES_SYMBOL(name) { #name, G_STRUCT_OFFSET (ApoolCurses, name) },

/* Its functions. */
typedef struct
{
  APOOL_CURSES_FUNCTIONS (APOOL_CURSES_MEMBER)
} ApoolCurses;

struct _ApoolCanvas
{
  ApoolCurses curses;
  FILE *out; /* where it writes: the file in memory */
  FILE *in;  /* where it does not read */
  SCREEN *screen;
  WINDOW *window;
  gboolean is_utf8; /* the terminal, by the locale */
  guint n_rows;
  guint n_columns;
  gboolean is_entered; /* the terminal shows it */
};

/* The signals that it would take where nobody else does. */
static const int apool_canvas_signums[] = { SIGINT, SIGTERM, SIGTSTP, SIGWINCH };

static gboolean
apool_canvas_load (ApoolCurses *curses, GError **error)
{
  static const char *const names[] = { "libncursesw.so.6", NULL };
  static const ApoolLibrarySymbol symbols[] = { APOOL_CURSES_FUNCTIONS (APOOL_CURSES_SYMBOL) };

  return apool_library_load (names, symbols, G_N_ELEMENTS (symbols), curses, error);
}

/* Never called: the signals come back to whom they belong before there is one. */
static void
apool_canvas_signal_cb (int signum)
{
}

/* Has the library believe that somebody takes its signals: then it leaves them alone for good. */
static void
apool_canvas_take_signals (struct sigaction *before)
{
  struct sigaction action = { .sa_handler = apool_canvas_signal_cb };

  for (gsize i = 0; i < G_N_ELEMENTS (apool_canvas_signums); i++)
    (void) sigaction (apool_canvas_signums[i], &action, &before[i]); /* cannot fail: both valid */
}

static void
apool_canvas_give_back_signals (const struct sigaction *before)
{
  for (gsize i = 0; i < G_N_ELEMENTS (apool_canvas_signums); i++)
    (void) sigaction (apool_canvas_signums[i], &before[i], NULL); /* cannot fail: both valid */
}

/* Opens what it writes to and reads from. */
static gboolean
apool_canvas_open_files (ApoolCanvas *self, GError **error)
{
  int fd = memfd_create ("apool-canvas", MFD_CLOEXEC);

  if (fd >= 0)
    {
      self->out = fdopen (fd, "we");
      if (!self->out)
        (void) close (fd);
    }
  self->in = fopen ("/dev/null", "re");
  if (self->out && self->in)
    return TRUE;
  apool_error_set_errno (error, errno, "file in memory");
  return FALSE;
}

/* Whether the cursor of the terminal can be moved. The library does not clean up behind itself
 * where it gets to know that too late. */
static gboolean
apool_canvas_check_terminal (const ApoolCurses *curses, GError **error)
{
  const char *term = g_getenv ("TERM");
  const char *move;
  int result;

  if (curses->setupterm (NULL, STDERR_FILENO, &result) == OK)
    {
      move = curses->tigetstr ("cup");
      (void) curses->del_curterm (curses->set_curterm (NULL)); /* fails only where there is none */
      if (move && move != (const char *) -1)
        return TRUE;
    }
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
               "TERM: '%s': no terminal that a screen can be drawn on", term ? term : "");
  return FALSE;
}

static gboolean
apool_canvas_open_screen (ApoolCanvas *self, GError **error)
{
  struct sigaction before[G_N_ELEMENTS (apool_canvas_signums)];

  apool_canvas_take_signals (before);
  self->screen = self->curses.newterm (NULL, self->out, self->in);
  apool_canvas_give_back_signals (before);
  if (!self->screen)
    {
      g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_USAGE, "ncurses: no screen");
      return FALSE;
    }
  (void) self->curses.typeahead (-1);
  (void) self->curses.curs_set (0); /* some cannot hide it */
  self->window = self->curses.newwin (0, 0, 0, 0);
  if (self->window)
    return TRUE;
  g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_USAGE, "no memory");
  return FALSE;
}

/* Takes what the library has written. */
static void
apool_canvas_take (ApoolCanvas *self, GByteArray *bytes)
{
  int fd = fileno (self->out);
  guint8 buffer[4096];
  gssize n;
  off_t at = 0;

  while ((n = pread (fd, buffer, sizeof buffer, at)) > 0)
    {
      if (bytes)
        g_byte_array_append (bytes, buffer, (guint) n);
      at += n;
    }
  /* It is memory, of which there is enough: neither fails. */
  (void) !ftruncate (fd, 0);
  (void) lseek (fd, 0, SEEK_SET);
}

/**
 * apool_canvas_new:
 * @error: (out) (optional): %APOOL_ERROR_USAGE: there is no ncurses, or the variable TERM names a
 *   terminal on which nothing can be drawn; a #GIOErrorEnum
 *
 * Returns: (transfer full) (nullable): an empty canvas, which is not shown; there is no other
 */
ApoolCanvas *
apool_canvas_new (GError **error)
{
  g_autoptr (ApoolCanvas) self = g_new0 (ApoolCanvas, 1);

  apool_locale_set (); /* curses reads it */
  if (!apool_canvas_load (&self->curses, error) ||
      !apool_canvas_check_terminal (&self->curses, error) ||
      !apool_canvas_open_files (self, error) || !apool_canvas_open_screen (self, error))
    return NULL;
  self->is_utf8 = apool_locale_is_utf8 ();
  /* The size is not known yet, and what depends on it is written when it is shown again. */
  (void) self->curses.endwin ();
  apool_canvas_take (self, NULL);
  return g_steal_pointer (&self);
}

/**
 * apool_canvas_free:
 * @self: (transfer full): a canvas that is not shown
 */
void
apool_canvas_free (ApoolCanvas *self)
{
  if (self->window)
    (void) self->curses.delwin (self->window);
  if (self->screen)
    self->curses.delscreen (self->screen);
  if (self->out)
    (void) fclose (self->out); /* nothing of it is needed */
  if (self->in)
    (void) fclose (self->in);
  g_free (self);
}

/**
 * apool_canvas_set_size:
 * @self: a canvas that is not shown
 * @n_rows: how many the terminal has, at least 1
 * @n_columns: the same
 */
void
apool_canvas_set_size (ApoolCanvas *self, guint n_rows, guint n_columns)
{
  g_return_if_fail (!self->is_entered && n_rows > 0 && n_columns > 0);

  self->n_rows = n_rows;
  self->n_columns = n_columns;
  /* Without memory for more the old size stays, and what does not fit is not seen. */
  (void) self->curses.resizeterm ((int) n_rows, (int) n_columns);
  (void) self->curses.wresize (self->window, (int) n_rows, (int) n_columns);
}

/**
 * apool_canvas_clear:
 * @self: a canvas
 */
void
apool_canvas_clear (ApoolCanvas *self)
{
  (void) self->curses.werase (self->window);
}

static int
apool_canvas_get_attribute (ApoolCanvasStyle style)
{
  switch (style)
    {
    case APOOL_CANVAS_BOLD:
      return (int) A_BOLD;
    case APOOL_CANVAS_DIM:
      return (int) A_DIM;
    case APOOL_CANVAS_REVERSE:
      return (int) A_REVERSE;
    case APOOL_CANVAS_PLAIN:
      break;
    }
  return (int) A_NORMAL;
}

/* Returns: (transfer full): the characters; where the terminal has others, question marks */
static wchar_t *
apool_canvas_dup_wide (const ApoolCanvas *self, const char *text)
{
  glong n;
  g_autofree gunichar *characters = g_utf8_to_ucs4_fast (text, -1, &n);
  wchar_t *wide = g_new (wchar_t, n + 1);

  for (glong i = 0; i <= n; i++)
    wide[i] = characters[i] < 0x80 || self->is_utf8 ? (wchar_t) characters[i] : L'?';
  return wide;
}

/**
 * apool_canvas_put:
 * @self: a canvas
 * @row: counted from 0; below that of the call before
 * @style: how
 * @text: UTF-8 without control characters, which takes no more columns than there are
 */
void
apool_canvas_put (ApoolCanvas *self, guint row, ApoolCanvasStyle style, const char *text)
{
  g_autofree wchar_t *wide = apool_canvas_dup_wide (self, text);

  /* Each fails only outside of it, and in its last corner. */
  (void) self->curses.wattrset (self->window, apool_canvas_get_attribute (style));
  (void) self->curses.wmove (self->window, (int) row, 0);
  (void) self->curses.waddnwstr (self->window, wide, -1);
  (void) self->curses.wattrset (self->window, (int) A_NORMAL);
}

/**
 * apool_canvas_draw:
 * @self: a canvas that has a size
 * @bytes: what has the terminal show it is appended here
 *
 * Where it was not shown all of it is drawn, on the terminal's other screen, if it has one.
 */
void
apool_canvas_draw (ApoolCanvas *self, GByteArray *bytes)
{
  self->is_entered = TRUE;
  (void) self->curses.wrefresh (self->window); /* fails only without memory */
  apool_canvas_take (self, bytes);
}

/**
 * apool_canvas_leave:
 * @self: a canvas
 * @bytes: what has the terminal show what it did before is appended here; nothing, if it does
 *
 * A terminal that has no other screen goes on showing it, but for its last row: there the cursor
 * stays, and what is printed next would be mixed with what is there.
 */
void
apool_canvas_leave (ApoolCanvas *self, GByteArray *bytes)
{
  if (!self->is_entered)
    return;
  self->is_entered = FALSE;
  (void) self->curses.wmove (self->window, (int) self->n_rows - 1, 0); /* fails only outside */
  (void) self->curses.wclrtoeol (self->window);
  (void) self->curses.wrefresh (self->window); /* fails only without memory */
  (void)
      self->curses.endwin (); /* of the modes of a terminal, which it does not have, it complains */
  apool_canvas_take (self, bytes);
}
