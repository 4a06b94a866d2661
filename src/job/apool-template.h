/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "base/apool-quote.h"
#include "job/apool-quoted-places.h"
#include "job/apool-row.h"
#include "job/apool-syntax.h"
#include "job/apool-task.h"

G_BEGIN_DECLS

/**
 * ApoolTemplateShell:
 * @APOOL_TEMPLATE_SHELL_AUTO: direct execution where the template cannot be told apart from it
 * @APOOL_TEMPLATE_SHELL_ALWAYS: every job goes through the shell (`--shell`)
 * @APOOL_TEMPLATE_SHELL_NEVER: no job does (`--no-shell`)
 */
typedef enum
{
  APOOL_TEMPLATE_SHELL_AUTO,
  APOOL_TEMPLATE_SHELL_ALWAYS,
  APOOL_TEMPLATE_SHELL_NEVER,
} ApoolTemplateShell;

/**
 * ApoolTemplateConfig:
 * @shell: whether jobs go through a shell
 * @quote: how values are quoted for the shell
 * @quotes_words: whether each word of the command means itself (`-q`)
 * @repeats_context: of several values, whether the word that holds a replacement string stands once
 *   for each (`-X`, `-N`, `-L`) or holds all of them with blanks between (`-m`, `--xargs`)
 * @n_shell_quotes: how many times the command is quoted and printed instead of run; 0 runs it
 *   (`--shell-quote`)
 *
 * What a command does with its values, beside its replacement strings.
 */
typedef struct
{
  ApoolTemplateShell shell;
  ApoolQuoteStyle quote;
  gboolean quotes_words;
  gboolean repeats_context;
  guint n_shell_quotes;
} ApoolTemplateConfig;

/**
 * ApoolTemplate:
 *
 * The command, or the text of an option, with its replacement strings: parsed once and rendered for
 * each task.
 */
typedef struct _ApoolTemplate ApoolTemplate;

ApoolTemplate *apool_template_new (const char *const *words,
                                   ApoolSyntax *syntax,
                                   const ApoolTemplateConfig *config,
                                   GError **error);
ApoolTemplate *apool_template_new_text (const char *text, ApoolSyntax *syntax, GError **error);
void apool_template_free (ApoolTemplate *self);
gboolean apool_template_has_replacements (const ApoolTemplate *self);
void apool_template_find_quoted_places (const ApoolTemplate *self, ApoolQuotedPlaces *places);

ApoolTask *
apool_template_render (ApoolTemplate *self, const ApoolRow *row, guint64 seq, GError **error);
gboolean apool_template_render_pattern (
    ApoolTemplate *self, const ApoolRow *row, guint64 seq, GString *pattern, GError **error);
gboolean apool_template_is_mixed (const ApoolTemplate *self);
gboolean apool_template_render_text (
    const ApoolTemplate *self, const ApoolRow *row, guint64 seq, GString *text, GError **error);

guint64 apool_template_measure (ApoolTemplate *self, const ApoolRow *row);
guint64 apool_template_get_length (const ApoolTemplate *self, gsize n_values, guint64 measured);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolTemplate, apool_template_free)

G_END_DECLS
