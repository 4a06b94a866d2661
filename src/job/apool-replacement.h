/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "job/apool-expression.h"
#include "job/apool-fields.h"
#include "job/apool-form.h"

G_BEGIN_DECLS

/**
 * ApoolReplacementType:
 * @APOOL_REPLACEMENT_VALUE: values, in a form
 * @APOOL_REPLACEMENT_FIELD: a field of each record, in a form
 * @APOOL_REPLACEMENT_EXPRESSION: what a Perl expression makes of values
 * @APOOL_REPLACEMENT_UNIQUE: values; the job is skipped where two of its values are the same
 * @APOOL_REPLACEMENT_ASCENDING: values; the job is skipped unless each of its values is less than
 *   the next one
 * @APOOL_REPLACEMENT_SEQ: the job's number
 * @APOOL_REPLACEMENT_TOTAL: how many jobs there are
 * @APOOL_REPLACEMENT_SLOT: the job's slot
 * @APOOL_REPLACEMENT_VARIABLE: a shell's parameter expansion
 *
 * What a replacement string stands for. Those up to %APOOL_REPLACEMENT_ASCENDING are of the input.
 */
typedef enum
{
  APOOL_REPLACEMENT_VALUE,
  APOOL_REPLACEMENT_FIELD,
  APOOL_REPLACEMENT_EXPRESSION,
  APOOL_REPLACEMENT_UNIQUE,
  APOOL_REPLACEMENT_ASCENDING,
  APOOL_REPLACEMENT_SEQ,
  APOOL_REPLACEMENT_TOTAL,
  APOOL_REPLACEMENT_SLOT,
  APOOL_REPLACEMENT_VARIABLE,
} ApoolReplacementType;

/**
 * ApoolReplacement:
 * @type: what it stands for
 * @position: which value, counted from 1, or from the end where it is negative; 0 for all of them
 * @index: the number of the field or of the expression
 * @nature: of an expression
 * @delta: what is added to a number
 * @is_padded: whether a number has as many digits as the greatest one
 * @form: (nullable) (owned): the form of it; %NULL is what it is
 * @text: (nullable): of a variable
 *
 * One replacement string.
 */
typedef struct
{
  ApoolReplacementType type;
  gint64 position;
  gsize index;
  ApoolExpressionNature nature;
  gint64 delta;
  gboolean is_padded;
  ApoolForm *form;
  const char *text;
} ApoolReplacement;

/**
 * ApoolReplacementRules:
 * @plus: whether those of `--plus` are known
 * @fields: (nullable): what names mean
 * @hidden: a bit for each #ApoolSyntaxString that has another name
 *
 * Which replacement strings in braces there are.
 */
typedef struct
{
  gboolean plus;
  ApoolFields *fields;
  guint hidden;
} ApoolReplacementRules;

gsize apool_replacement_match (const ApoolReplacementRules *rules,
                               const char *at,
                               const char *end,
                               ApoolReplacement *replacement,
                               gsize *name_length,
                               GError **error);
gboolean apool_replacement_has_name (const char *at, const char *end, const char *name);
gsize apool_replacement_skip_position (const char *at, const char *end, gint64 *position);
gboolean apool_replacement_is_input (const ApoolReplacement *self);
gsize apool_replacement_find_value (gint64 position, gsize n_values);
void apool_replacement_clear (ApoolReplacement *self);

G_END_DECLS
