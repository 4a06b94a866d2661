/* SPDX-License-Identifier: MIT */
/* Any bytes as one line of a terminal: none of them moves the cursor to another place than the
 * line's next column, and it is known how many columns they take.
 *
 * UTF-8 is what terminals read. What is none is shown as question marks, a control character as a
 * caret and a letter. Of the sequences that programs send to terminals those that set colours and
 * the like stay, and are undone at the end of the line; the others are left out, since a program
 * that draws its progress sends some with every state. */

#include "base/apool-visible.h"

#include <string.h>

#define ESCAPE '\033'
#define DELETE 0x7f
#define TAB_COLUMNS 8u

/* What ends the line where not all fits. */
#define MARK '>'

/* Bytes of a line: so many for each column and some more. A line of what takes no column, marks
 * above letters and colours, has an end too. */
#define COLUMN_BYTES 16
#define EXTRA_BYTES 256

static const char visible_reset[] = "\033[m";

/**
 * apool_visible_begin:
 * @self: (out): a line that is empty
 * @text: (transfer none): what it is appended to
 * @limit: how many columns there are; 0 where the line may be as long as it likes, and tabs are
 *   left to the terminal
 */
void
apool_visible_begin (ApoolVisible *self, GString *text, guint limit)
{
  *self = (ApoolVisible){
    .text = text,
    .limit = limit,
    .start = text->len,
    .fitting = text->len,
  };
}

static void
apool_visible_cut (ApoolVisible *self)
{
  g_string_truncate (self->text, self->fitting);
  g_string_append_c (self->text, MARK);
  self->is_cut = TRUE;
}

/* Appends bytes that take so many columns; where they do not fit, the mark instead. */
static void
apool_visible_put (ApoolVisible *self, const char *bytes, gsize length, guint n_columns)
{
  gsize limit = (gsize) self->limit * COLUMN_BYTES + EXTRA_BYTES;

  if (self->limit > 0 &&
      (n_columns > self->limit - self->column || self->text->len - self->start + length > limit))
    {
      apool_visible_cut (self);
      return;
    }
  g_string_append_len (self->text, bytes, (gssize) length);
  self->column += n_columns;
  if (self->column < self->limit)
    self->fitting = self->text->len;
}

/* Adds a control sequence, if it is one that only sets colours.
 * Returns: how many bytes it has; 0 where there is none */
static gsize
apool_visible_add_sequence (ApoolVisible *self, const char *bytes, gsize length)
{
  gsize at = 2;
  gsize n_parameters;

  if (length < 3 || bytes[1] != '[')
    return 0;
  while (at < length && (g_ascii_isdigit (bytes[at]) || bytes[at] == ';' || bytes[at] == ':'))
    at++;
  n_parameters = at;
  while (at < length && bytes[at] >= 0x20 && bytes[at] <= 0x3f)
    at++;
  if (at == length || bytes[at] < 0x40 || bytes[at] > 0x7e)
    return 0;
  if (bytes[at] == 'm' && at == n_parameters)
    {
      apool_visible_put (self, bytes, at + 1, 0);
      self->is_styled = TRUE;
    }
  return at + 1;
}

/* Returns: how many bytes that was */
static gsize
apool_visible_add_control (ApoolVisible *self, const char *bytes, gsize length)
{
  static const char spaces[TAB_COLUMNS + 1] = "        ";
  char caret[] = { '^', (char) (bytes[0] ^ 0x40) };
  gsize n = bytes[0] == ESCAPE ? apool_visible_add_sequence (self, bytes, length) : 0;
  guint n_columns = TAB_COLUMNS - self->column % TAB_COLUMNS;

  if (n > 0)
    return n;
  if (bytes[0] != '\t')
    apool_visible_put (self, caret, sizeof caret, sizeof caret);
  else if (self->limit == 0)
    apool_visible_put (self, "\t", 1, n_columns);
  else
    for (guint i = 0; i < n_columns && !self->is_cut; i++)
      apool_visible_put (self, spaces, 1, 1);
  return 1;
}

/* Returns: how many bytes that was */
static gsize
apool_visible_add_character (ApoolVisible *self, const char *bytes, gsize length)
{
  gunichar c = g_utf8_get_char_validated (bytes, (gssize) length);
  gsize n;

  if (c == (gunichar) -1 || c == (gunichar) -2)
    {
      apool_visible_put (self, "?", 1, 1);
      return 1;
    }
  n = (gsize) g_unichar_to_utf8 (c, NULL);
  if (g_unichar_type (c) == G_UNICODE_FORMAT)
    return n; /* takes no column, and may turn the direction of the line */
  if (g_unichar_iszerowidth (c))
    apool_visible_put (self, bytes, n, 0);
  else if (g_unichar_isprint (c))
    apool_visible_put (self, bytes, n, g_unichar_iswide (c) ? 2 : 1);
  else
    apool_visible_put (self, "?", 1, 1);
  return n;
}

/**
 * apool_visible_add:
 * @self: a line
 * @bytes: (array length=length): any bytes
 * @length: how many
 *
 * Appends what @bytes look like, as far as that fits.
 */
void
apool_visible_add (ApoolVisible *self, const char *bytes, gsize length)
{
  gsize n;

  for (; length > 0 && !self->is_cut; bytes += n, length -= n)
    {
      guint8 byte = (guint8) bytes[0];

      n = 1;
      if (byte < ' ' || byte == DELETE)
        n = apool_visible_add_control (self, bytes, length);
      else if (byte < 0x80)
        apool_visible_put (self, bytes, 1, 1);
      else
        n = apool_visible_add_character (self, bytes, length);
    }
}

/**
 * apool_visible_end:
 * @self: a line
 *
 * Undoes what the line set. Nothing is to be added any more.
 */
void
apool_visible_end (ApoolVisible *self)
{
  if (self->is_styled)
    g_string_append (self->text, visible_reset);
}
