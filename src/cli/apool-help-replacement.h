/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the examples are of. */
#define APOOL_HELP_REPLACEMENT_INPUT "logs/day.1.gz"

/**
 * ApoolHelpReplacement:
 * @string: the replacement string, as it is typed
 * @result: (nullable): what becomes of it for %APOOL_HELP_REPLACEMENT_INPUT
 * @what: what it stands for
 * @is_more: whether it needs `--plus`
 */
typedef struct
{
  const char *string;
  const char *result;
  const char *what;
  gboolean is_more;
} ApoolHelpReplacement;

const ApoolHelpReplacement *apool_help_replacement_get (gsize *n_replacements);
void apool_help_append_replacements (GString *text);

G_END_DECLS
