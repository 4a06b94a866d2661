/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "job/apool-replacement.h"
#include "job/apool-syntax.h"

G_BEGIN_DECLS

typedef enum
{
  APOOL_PIECE_TEXT,        /* text as it is */
  APOOL_PIECE_REPLACEMENT, /* what a replacement string becomes */
  APOOL_PIECE_END,         /* the end of a word */
} ApoolPieceType;

/**
 * ApoolPiece:
 * @type: what it is
 * @text: (array length=length): of a text, a part of the template's words
 * @length: how many bytes; none is a word without any
 * @replacement: of a replacement string, the template's
 * @is_plain: whether the replacement string is the value as it is, where there is only one
 * @n_repeated: this and the following pieces, so many in all, stand once for each value; 0 for none
 * @is_by_record: whether they stand once for each record instead
 *
 * One step of rendering.
 */
typedef struct
{
  ApoolPieceType type;
  const char *text;
  gsize length;
  const ApoolReplacement *replacement;
  gboolean is_plain;
  guint n_repeated;
  gboolean is_by_record;
} ApoolPiece;

/**
 * ApoolPiecesLengths:
 * @n_words: how many words there are
 * @n_replacements: how many replacement strings
 * @n_contexts: how many words, between any white space, have replacement strings
 * @context: how many bytes these have beside them
 * @rest: how many bytes there are otherwise
 *
 * What lengths of command lines are reckoned from.
 */
typedef struct
{
  gsize n_words;
  gsize n_replacements;
  gsize n_contexts;
  gsize context;
  gsize rest;
} ApoolPiecesLengths;

/**
 * ApoolPieces:
 *
 * The words of a template taken apart, once, into texts and replacement strings.
 */
typedef struct _ApoolPieces ApoolPieces;

ApoolPieces *
apool_pieces_new (const char *const *words, gboolean appends, ApoolSyntax *syntax, GError **error);
void apool_pieces_free (ApoolPieces *self);

gsize apool_pieces_count_inputs (const ApoolPieces *self);
gsize apool_pieces_count_type (const ApoolPieces *self, ApoolReplacementType type);
const ApoolReplacement *apool_pieces_get_replacement (const ApoolPieces *self, gsize i);
gboolean apool_pieces_is_command_input (const ApoolPieces *self);
void apool_pieces_get_lengths (const ApoolPieces *self, ApoolPiecesLengths *lengths);

GArray *apool_pieces_make_line (const ApoolPieces *self, gboolean repeats);
GArray *apool_pieces_make_words (const ApoolPieces *self, gboolean repeats);
GArray *apool_pieces_split (const ApoolPieces *self, gboolean repeats);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolPieces, apool_pieces_free)

G_END_DECLS
