/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "job/apool-syntax.h"
#include "job/apool-template.h"

G_BEGIN_DECLS

/**
 * ApoolTextOptions:
 * @names: by #ApoolSyntaxString (nullable each): what replacement strings are called instead
 * @parens: (nullable): `--parens`
 * @plus: `--plus`
 * @definitions: (element-type utf8): `--rpl`, in order
 * @names_value: whether `-I` or `-i` was given: `<>` then is literal
 * @angle_is_input: whether `<>` may stand for the input at all
 * @shell: whether jobs go through a shell
 * @quotes_words: `-q`
 * @is_dry_run: `--dry-run`
 * @n_shell_quotes: how often `--shell-quote` was given
 * @slot_variable: (nullable): `--process-slot-var`
 * @files: (element-type utf8): `--tmpl`, in order: FILE=TEMPLATE
 *
 * How commands are written.
 */
typedef struct
{
  const char *names[APOOL_SYNTAX_N_STRINGS];
  const char *parens;
  gboolean plus;
  GPtrArray *definitions;
  gboolean names_value;
  gboolean angle_is_input;
  ApoolTemplateShell shell;
  gboolean quotes_words;
  gboolean is_dry_run;
  guint n_shell_quotes;
  const char *slot_variable;
  GPtrArray *files;
} ApoolTextOptions;

G_END_DECLS
