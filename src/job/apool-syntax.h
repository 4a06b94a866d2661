/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "job/apool-fields.h"

G_BEGIN_DECLS

/**
 * ApoolSyntaxString:
 * @APOOL_SYNTAX_VALUE: `{}`, renamed by `-I`, `-i`
 * @APOOL_SYNTAX_NO_EXTENSION: `{.}`, renamed by `--extensionreplace`
 * @APOOL_SYNTAX_BASENAME: `{/}`, renamed by `--basenamereplace`
 * @APOOL_SYNTAX_DIRNAME: `{//}`, renamed by `--dirnamereplace`
 * @APOOL_SYNTAX_BASENAME_NO_EXTENSION: `{/.}`, renamed by `--basenameextensionreplace`
 * @APOOL_SYNTAX_SEQ: `{#}`, renamed by `--seqreplace`
 * @APOOL_SYNTAX_SLOT: `{%}`, renamed by `--slotreplace`
 *
 * The replacement strings that options can give other names.
 */
typedef enum
{
  APOOL_SYNTAX_VALUE,
  APOOL_SYNTAX_NO_EXTENSION,
  APOOL_SYNTAX_BASENAME,
  APOOL_SYNTAX_DIRNAME,
  APOOL_SYNTAX_BASENAME_NO_EXTENSION,
  APOOL_SYNTAX_SEQ,
  APOOL_SYNTAX_SLOT,
  APOOL_SYNTAX_N_STRINGS,
} ApoolSyntaxString;

/**
 * ApoolSyntax:
 *
 * Which strings are replacement strings in this run, for the command and for every option that has
 * them: the usual ones, their new names, those of `--plus` and `--rpl`, the names of fields. Set up
 * once, before the first template is parsed.
 */
typedef struct _ApoolSyntax ApoolSyntax;

ApoolSyntax *apool_syntax_new (void);
ApoolSyntax *apool_syntax_ref (ApoolSyntax *self);
void apool_syntax_unref (ApoolSyntax *self);

void apool_syntax_rename (ApoolSyntax *self, ApoolSyntaxString which, const char *name);
gboolean apool_syntax_set_parens (ApoolSyntax *self, const char *parens, GError **error);
void apool_syntax_set_plus (ApoolSyntax *self);
gboolean apool_syntax_add_definition (ApoolSyntax *self, const char *definition, GError **error);
void apool_syntax_set_fields (ApoolSyntax *self, ApoolFields *fields);
void apool_syntax_set_angle_is_input (ApoolSyntax *self, gboolean angle_is_input);
void apool_syntax_set_jobs (ApoolSyntax *self, guint n_jobs);

gboolean apool_syntax_get_angle_is_input (const ApoolSyntax *self);
const char *const *apool_syntax_get_expressions (const ApoolSyntax *self, gsize *n_expressions);
const gint64 *
apool_syntax_get_positions (const ApoolSyntax *self, gsize expression, gsize *n_positions);
gboolean apool_syntax_needs_total (const ApoolSyntax *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolSyntax, apool_syntax_unref)

G_END_DECLS
