/* SPDX-License-Identifier: MIT */
/* A terminal's screen, made of what is written to it: what scrolls off the top is kept, too. Knows
 * no more than what apool uses, and fails at anything else. For the programs that test it. */
#pragma once

#include <glib.h>

#define SCREEN_MAX_COLUMNS 200u

typedef struct
{
  guint n_rows;
  guint n_columns;
  GPtrArray *lines; /* GString: all that was ever on the screen */
  guint row;        /* of the cursor, in lines */
  guint column;
} Screen;

static inline void
screen_free_line (gpointer line)
{
  g_string_free (line, TRUE);
}

static inline Screen *
screen_new (guint n_rows, guint n_columns)
{
  Screen *screen = g_new0 (Screen, 1);

  screen->n_rows = n_rows;
  screen->n_columns = n_columns;
  screen->lines = g_ptr_array_new_with_free_func (screen_free_line);
  g_ptr_array_add (screen->lines, g_string_new (NULL));
  return screen;
}

static inline void
screen_free (Screen *screen)
{
  g_ptr_array_unref (screen->lines);
  g_free (screen);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Screen, screen_free)

static inline GString *
screen_get_line (Screen *screen)
{
  return g_ptr_array_index (screen->lines, screen->row);
}

/* Returns: the topmost line that is still on the screen */
static inline guint
screen_get_top (const Screen *screen)
{
  return screen->lines->len > screen->n_rows ? screen->lines->len - screen->n_rows : 0;
}

static inline void
screen_put (Screen *screen, char c)
{
  GString *line = screen_get_line (screen);

  g_assert_cmpuint (screen->column, <, screen->n_columns);
  while (line->len < screen->column)
    g_string_append_c (line, ' ');
  if (screen->column < line->len)
    line->str[screen->column] = c;
  else
    g_string_append_c (line, c);
  screen->column++;
}

static inline void
screen_feed_line (Screen *screen)
{
  screen->row++;
  if (screen->row == screen->lines->len)
    g_ptr_array_add (screen->lines, g_string_new (NULL));
}

/* Returns: how many bytes the sequence has, which begins behind an escape character */
static inline gsize
screen_obey (Screen *screen, const char *text)
{
  GString *line = screen_get_line (screen);
  gsize n = 1;

  g_assert_true (text[0] == '[');
  while (g_ascii_isdigit (text[n]) || text[n] == ';')
    n++;
  switch (text[n])
    {
    case 'A':
      g_assert_cmpuint (n, ==, 1);
      if (screen->row > screen_get_top (screen))
        screen->row--;
      break;
    case 'J':
      g_assert_cmpuint (n, ==, 1);
      while (screen->lines->len > screen->row + 1)
        g_ptr_array_remove_index (screen->lines, screen->lines->len - 1);
      G_GNUC_FALLTHROUGH;
    case 'K':
      g_assert_cmpuint (n, ==, 1);
      g_string_truncate (line, MIN (line->len, screen->column));
      break;
    default:
      g_assert_cmpint (text[n], ==, 'm');
      break;
    }
  return n + 1;
}

/* As if the program wrote @text; a newline moves to the beginning of the next row, as terminals
 * have it done for programs. */
static inline void
screen_write (Screen *screen, const char *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    switch (text[i])
      {
      case '\n':
        screen_feed_line (screen);
        screen->column = 0;
        break;
      case '\r':
        screen->column = 0;
        break;
      case '\033':
        i += screen_obey (screen, text + i + 1);
        break;
      default:
        screen_put (screen, text[i]);
        break;
      }
}

/* Returns: (transfer full): all lines, those that scrolled off too */
static inline char *
screen_dup_text (const Screen *screen)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < screen->lines->len; i++)
    {
      const GString *line = g_ptr_array_index (screen->lines, i);

      g_string_append_len (text, line->str, (gssize) line->len);
      if (i + 1 < screen->lines->len)
        g_string_append_c (text, '\n');
    }
  return g_string_free (text, FALSE);
}
