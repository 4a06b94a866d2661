/* SPDX-License-Identifier: MIT */
/* Replacement strings in braces: which value is meant, or which number, and in which form.
 *
 * What is none stays text, so nothing here fails but what can only have been meant as one. */

#include "job/apool-replacement.h"

#include <string.h>

#include "job/apool-syntax.h"

/* A difference has no more digits, so that no sum overflows. */
#define MAX_DELTA_DIGITS 15

/* How a number is written. */
typedef struct
{
  const char *name;
  ApoolReplacementType type;
  gboolean is_padded;
  gboolean is_plus;
} ApoolReplacementNumber;

static const ApoolReplacementNumber apool_replacement_numbers[] = {
  { "##", APOOL_REPLACEMENT_TOTAL, FALSE, TRUE }, { "0#", APOOL_REPLACEMENT_SEQ, TRUE, FALSE },
  { "0%", APOOL_REPLACEMENT_SLOT, TRUE, FALSE },  { "#", APOOL_REPLACEMENT_SEQ, FALSE, FALSE },
  { "%", APOOL_REPLACEMENT_SLOT, FALSE, FALSE },
};

typedef struct
{
  const char *text;
  ApoolReplacement replacement;
} ApoolReplacementWord;

/* Those of `--plus` that have no forms. */
static const ApoolReplacementWord apool_replacement_words[] = {
  { "{uniq}", { .type = APOOL_REPLACEMENT_UNIQUE } },
  { "{choose_k}", { .type = APOOL_REPLACEMENT_ASCENDING } },
  { "{slot}", { .type = APOOL_REPLACEMENT_VARIABLE, .text = "${PARALLEL_JOBSLOT}" } },
  { "{host}", { .type = APOOL_REPLACEMENT_VARIABLE, .text = "${PARALLEL_SSHHOST}" } },
  { "{sshlogin}", { .type = APOOL_REPLACEMENT_VARIABLE, .text = "${PARALLEL_SSHLOGIN}" } },
  { "{hgrp}", { .type = APOOL_REPLACEMENT_VARIABLE, .text = "${PARALLEL_HOSTGROUPS}" } },
  { "{agrp}", { .type = APOOL_REPLACEMENT_VARIABLE, .text = "${PARALLEL_ARGHOSTGROUPS}" } },
};

/* The forms that options can give other names. */
static const char *const apool_replacement_forms[] = {
  [APOOL_SYNTAX_VALUE] = "}",
  [APOOL_SYNTAX_NO_EXTENSION] = ".}",
  [APOOL_SYNTAX_BASENAME] = "/}",
  [APOOL_SYNTAX_DIRNAME] = "//}",
  [APOOL_SYNTAX_BASENAME_NO_EXTENSION] = "/.}",
};

/**
 * apool_replacement_has_name:
 * @at: a place in a text
 * @end: the end of the text
 * @name: what may stand there
 *
 * Returns: whether it does
 */
gboolean
apool_replacement_has_name (const char *at, const char *end, const char *name)
{
  gsize length = strlen (name);

  return (gsize) (end - at) >= length && memcmp (at, name, length) == 0;
}

/**
 * apool_replacement_skip_position:
 * @at: a place in a text
 * @end: the end of the text
 * @position: (out): the number that stands there; a greater one than any value has, where it is
 *   too great
 *
 * Returns: how many bytes the number has, a minus included; 0 where there is none
 */
gsize
apool_replacement_skip_position (const char *at, const char *end, gint64 *position)
{
  const char *digit = at < end && *at == '-' ? at + 1 : at;
  const char *stop = digit;
  gint64 number = 0;

  for (; stop < end && g_ascii_isdigit (*stop); stop++)
    number = MIN (number * 10 + (*stop - '0'), G_MAXINT32);
  if (stop == digit)
    return 0;
  *position = *at == '-' ? -number : number;
  return (gsize) (stop - at);
}

static gboolean
apool_replacement_is_hidden (const ApoolReplacementRules *rules, const char *at, gsize length)
{
  for (gsize i = 0; i < G_N_ELEMENTS (apool_replacement_forms); i++)
    if ((rules->hidden & (1u << i)) && strlen (apool_replacement_forms[i]) == length &&
        memcmp (at, apool_replacement_forms[i], length) == 0)
      return TRUE;
  return FALSE;
}

/* Reads a form; the one that changes nothing is none. */
static gsize
apool_replacement_match_form (const ApoolReplacementRules *rules,
                              const char *at,
                              const char *end,
                              ApoolReplacement *replacement,
                              GError **error)
{
  if (at < end && *at == '}')
    return 1;
  return apool_form_match (at, end, rules->plus, &replacement->form, error);
}

static gsize
apool_replacement_match_field (const ApoolReplacementRules *rules,
                               const char *at,
                               const char *end,
                               ApoolReplacement *replacement,
                               GError **error)
{
  ApoolFieldRef ref;
  gsize name = rules->fields ? apool_fields_match (rules->fields, at + 1, end, &ref) : 0;
  gsize form;

  if (name == 0)
    return 0;
  form = apool_replacement_match_form (rules, at + 1 + name, end, replacement, error);
  if (form == 0)
    {
      apool_fields_withdraw (rules->fields, &ref);
      return 0;
    }
  replacement->type = ref.column > 0 ? APOOL_REPLACEMENT_VALUE : APOOL_REPLACEMENT_FIELD;
  replacement->position = (gint64) ref.column;
  replacement->index = ref.field;
  return 1 + name + form;
}

/* Reads what may follow a number: a brace, or a format of printf(). */
static gsize
apool_replacement_match_format (const ApoolReplacementRules *rules,
                                const char *at,
                                const char *end,
                                ApoolReplacement *replacement,
                                GError **error)
{
  if (!apool_replacement_has_name (at, end, "}") && !apool_replacement_has_name (at, end, ":%"))
    return 0;
  return apool_replacement_match_form (rules, at, end, replacement, error);
}

/* `seq-1`, `slot+2`. */
static gsize
apool_replacement_match_sum (const char *at, const char *end, ApoolReplacement *replacement)
{
  gboolean is_seq = apool_replacement_has_name (at, end, "seq");
  const char *digit;
  gint64 delta = 0;

  if (!is_seq && !apool_replacement_has_name (at, end, "slot"))
    return 0;
  digit = at + (is_seq ? 3 : 4);
  if (digit >= end || (*digit != '-' && *digit != '+'))
    return 0;
  replacement->type = is_seq ? APOOL_REPLACEMENT_SEQ : APOOL_REPLACEMENT_SLOT;
  for (const char *sign = digit++; digit < end && g_ascii_isdigit (*digit); digit++)
    {
      delta = delta * 10 + (*digit - '0');
      replacement->delta = *sign == '-' ? -delta : delta;
      if (digit - sign > MAX_DELTA_DIGITS)
        return 0;
    }
  return g_ascii_isdigit (digit[-1]) ? (gsize) (digit - at) : 0;
}

static gsize
apool_replacement_match_name (const ApoolReplacementRules *rules,
                              const char *at,
                              const char *end,
                              ApoolReplacement *replacement)
{
  for (gsize i = 0; i < G_N_ELEMENTS (apool_replacement_numbers); i++)
    {
      const ApoolReplacementNumber *number = &apool_replacement_numbers[i];
      gsize length = strlen (number->name);
      guint which = number->type == APOOL_REPLACEMENT_SLOT ? APOOL_SYNTAX_SLOT : APOOL_SYNTAX_SEQ;

      if (!apool_replacement_has_name (at, end, number->name) || (number->is_plus && !rules->plus))
        continue;
      if (length == 1 && (rules->hidden & (1u << which)) &&
          apool_replacement_has_name (at + 1, end, "}"))
        continue;
      replacement->type = number->type;
      replacement->is_padded = number->is_padded && rules->plus;
      return length;
    }
  return apool_replacement_match_sum (at, end, replacement);
}

static gsize
apool_replacement_match_number (const ApoolReplacementRules *rules,
                                const char *at,
                                const char *end,
                                ApoolReplacement *replacement,
                                GError **error)
{
  gsize name = apool_replacement_match_name (rules, at + 1, end, replacement);
  gsize format;

  if (name == 0)
    return 0;
  format = apool_replacement_match_format (rules, at + 1 + name, end, replacement, error);
  return format > 0 ? 1 + name + format : 0;
}

static gsize
apool_replacement_match_word (const char *at, const char *end, ApoolReplacement *replacement)
{
  for (gsize i = 0; i < G_N_ELEMENTS (apool_replacement_words); i++)
    {
      const ApoolReplacementWord *word = &apool_replacement_words[i];

      if (!apool_replacement_has_name (at, end, word->text))
        continue;
      *replacement = word->replacement;
      return strlen (word->text);
    }
  return 0;
}

static gsize
apool_replacement_match_value (const ApoolReplacementRules *rules,
                               const char *at,
                               const char *end,
                               ApoolReplacement *replacement,
                               gsize *name_length,
                               GError **error)
{
  gsize place = 1 + apool_replacement_skip_position (at + 1, end, &replacement->position);
  gsize form;

  while (place > 1 && at + place < end && g_ascii_isspace (at[place]))
    place++;
  form = apool_replacement_match_form (rules, at + place, end, replacement, error);
  *name_length = 1 + form;
  if (form == 0 || !apool_replacement_is_hidden (rules, at + place, form))
    return form > 0 ? place + form : 0;
  apool_replacement_clear (replacement);
  return 0;
}

/**
 * apool_replacement_match:
 * @rules: what there is
 * @at: an opening brace
 * @end: the end of the text
 * @replacement: (out): what it is
 * @name_length: (out): how long its name is: the replacement string without a position
 * @error: (out) (optional): %APOOL_ERROR_TEMPLATE: it has a malformed format or regular expression
 *
 * Returns: the length of the replacement string that starts there; 0 with an error, or where there
 *   is none
 */
gsize
apool_replacement_match (const ApoolReplacementRules *rules,
                         const char *at,
                         const char *end,
                         ApoolReplacement *replacement,
                         gsize *name_length,
                         GError **error)
{
  GError *local = NULL;
  gsize length;

  *replacement = (ApoolReplacement){ 0 };
  length = apool_replacement_match_field (rules, at, end, replacement, &local);
  if (length == 0 && !local)
    {
      *replacement = (ApoolReplacement){ 0 };
      length = apool_replacement_match_number (rules, at, end, replacement, &local);
    }
  if (length == 0 && !local && rules->plus)
    length = apool_replacement_match_word (at, end, replacement);
  *name_length = length;
  if (length == 0 && !local)
    {
      *replacement = (ApoolReplacement){ 0 };
      length = apool_replacement_match_value (rules, at, end, replacement, name_length, &local);
    }
  if (local)
    g_propagate_error (error, local);
  return length;
}

/**
 * apool_replacement_is_input:
 * @self: a replacement string
 *
 * Returns: whether it stands for something of the input, and not just for a number
 */
gboolean
apool_replacement_is_input (const ApoolReplacement *self)
{
  return self->type <= APOOL_REPLACEMENT_ASCENDING;
}

/**
 * apool_replacement_find_value:
 * @position: counted from 1, or from the end where it is negative; not 0
 * @n_values: how many values there are
 *
 * As in GNU parallel one may count past the first value, once: of two values, -3 is the second one
 * again.
 *
 * Returns: the number of the value counted from 0; @n_values or more where there is none
 */
gsize
apool_replacement_find_value (gint64 position, gsize n_values)
{
  gsize distance = position < 0 ? (gsize) -position : 0;

  if (position > 0)
    return (gsize) position - 1;
  if (distance <= n_values)
    return n_values - distance;
  return distance <= 2 * n_values ? 2 * n_values - distance : G_MAXSIZE;
}

/**
 * apool_replacement_clear:
 * @self: a replacement string
 *
 * Frees what it owns.
 */
void
apool_replacement_clear (ApoolReplacement *self)
{
  g_clear_pointer (&self->form, apool_form_free);
}
