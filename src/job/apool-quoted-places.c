/* SPDX-License-Identifier: MIT */
/* Values that are quoted twice. In `echo "{}"` a value that needs no quotes is what it should be;
 * one that has blanks gets single quotes from us, which are a part of it within the double ones.
 * That is as GNU parallel has it and is meant where a shell reads the text once more, but is mostly
 * a habit from scripts, of which people can be told.
 *
 * Only what is surely understood is: where the shell would begin anew within quotes, as in
 * `"$(basename {})"`, nothing is found. */

#include "job/apool-quoted-places.h"

#include <string.h>

#include "job/apool-pieces.h"

/* Where in a shell's text a scan stands. */
typedef struct
{
  char quote; /* that it is in; 0 for none */
  gboolean is_escaped;
  char last;
  gboolean is_strange;
  guint n_marks;
  guint n_inner_marks;
} ApoolQuotedScan;

/* Whether @byte, behind the last one, begins something in which quotes are others. */
static gboolean
apool_quoted_scan_is_strange (const ApoolQuotedScan *self, char byte)
{
  if (byte == '`' || (self->last == '$' && strchr ("({'\"", byte)))
    return TRUE;
  return !self->quote && ((byte == '#' && self->last == ' ') || (byte == '<' && self->last == '<'));
}

static void
apool_quoted_scan_add (ApoolQuotedScan *self, char byte)
{
  gboolean was_escaped = self->is_escaped;

  self->is_escaped = FALSE;
  if (byte == '\'')
    self->n_marks++;
  if (byte == '\'' && self->quote == '"')
    self->n_inner_marks++;
  if (self->quote == '\'')
    {
      if (byte == '\'')
        self->quote = 0;
    }
  else if (was_escaped)
    byte = '\\'; /* whatever it is, it is only itself */
  else if (byte == '\\')
    self->is_escaped = TRUE;
  else
    {
      self->is_strange |= apool_quoted_scan_is_strange (self, byte);
      if (byte == self->quote)
        self->quote = 0;
      else if (!self->quote && (byte == '"' || byte == '\''))
        self->quote = byte;
    }
  self->last = byte;
}

/* What an expression makes may be quoted or not; what is repeated has no places of its own. */
static gboolean
apool_quoted_places_know (const ApoolPiece *piece)
{
  return piece->n_repeated == 0 && (piece->type != APOOL_PIECE_REPLACEMENT ||
                                    (piece->replacement->type != APOOL_REPLACEMENT_EXPRESSION &&
                                     piece->replacement->type != APOOL_REPLACEMENT_VARIABLE));
}

/**
 * apool_quoted_places_find:
 * @self: (out): what was found
 * @pieces: (element-type ApoolPiece): the line of a command, for a POSIX shell
 *
 * Finds places for values in the quotes of a command. There are none where the command is not one
 * of which that can be said.
 */
void
apool_quoted_places_find (ApoolQuotedPlaces *self, const GArray *pieces)
{
  ApoolQuotedScan scan = { .last = ' ' };

  *self = (ApoolQuotedPlaces){ 0 };
  for (guint i = 0; i < pieces->len; i++)
    {
      const ApoolPiece *piece = &g_array_index (pieces, ApoolPiece, i);

      scan.is_strange |= !apool_quoted_places_know (piece);
      if (scan.is_strange)
        {
          *self = (ApoolQuotedPlaces){ 0 };
          return;
        }
      if (piece->type == APOOL_PIECE_TEXT)
        for (gsize at = 0; at < piece->length; at++)
          apool_quoted_scan_add (&scan, piece->text[at]);
      else if (piece->type == APOOL_PIECE_REPLACEMENT)
        {
          if (apool_replacement_is_input (piece->replacement))
            *(scan.quote ? &self->n_quoted : &self->n_others) += 1;
          scan.is_escaped = FALSE;
          scan.last = 'x';
        }
    }
  self->n_marks = scan.n_marks;
  self->n_inner_marks = scan.n_inner_marks;
}

/**
 * apool_quoted_places_are_filled:
 * @self: the places of a command
 * @line: what the command has become
 *
 * Returns: whether a value that needs quotes surely stands in one of the places
 */
gboolean
apool_quoted_places_are_filled (const ApoolQuotedPlaces *self, const char *line)
{
  ApoolQuotedScan scan = { .last = ' ' };

  if (self->n_quoted == 0)
    return FALSE;
  for (const char *at = line; *at; at++)
    apool_quoted_scan_add (&scan, *at);
  return scan.n_inner_marks > self->n_inner_marks ||
         (self->n_others == 0 && scan.n_marks > self->n_marks);
}
