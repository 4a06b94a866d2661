/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolQuoteStyle:
 * @APOOL_QUOTE_POSIX: sh and what descends from it
 * @APOOL_QUOTE_CSH: csh, tcsh
 * @APOOL_QUOTE_RC: rc, es
 * @APOOL_QUOTE_FISH: fish
 * @APOOL_QUOTE_NONE: as it is: no shell reads it, or it is one's code already
 *
 * For which shell something is quoted.
 */
typedef enum
{
  APOOL_QUOTE_POSIX,
  APOOL_QUOTE_CSH,
  APOOL_QUOTE_RC,
  APOOL_QUOTE_FISH,
  APOOL_QUOTE_NONE,
} ApoolQuoteStyle;

const char *apool_quote_get_name (ApoolQuoteStyle style);
gboolean apool_quote_is_bare (const char *value, gsize length);
void apool_quote_append (GString *line, ApoolQuoteStyle style, const char *value, gsize length);
void apool_quote_append_code (GString *line, ApoolQuoteStyle style, const char *code, gsize length);
gsize apool_quote_find (ApoolQuoteStyle style, const char *value, gsize length, gsize offset);

G_END_DECLS
