/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "base/apool-quote.h"

G_BEGIN_DECLS

char *apool_shell_find (void);
ApoolQuoteStyle apool_shell_get_quote_style (const char *shell);
gboolean apool_shell_is_plain (const char *shell, const char *const *environment);
gboolean apool_shell_text_is_plain (const char *text, gsize length, gboolean leading_word);
gboolean apool_shell_runs_itself (const char *const *words, const char *const *environment);
gboolean apool_shell_names_program (const char *name, const char *const *environment);

G_END_DECLS
