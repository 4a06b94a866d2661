/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "job/apool-computed.h"

G_BEGIN_DECLS

/**
 * ApoolPerlVerdict:
 * @APOOL_PERL_COMPUTED: the row is run, with what was computed
 * @APOOL_PERL_SKIPPED: skip() was called, or a filter was false
 * @APOOL_PERL_FAULT: an expression or a filter has died
 *
 * What becomes of a row.
 */
typedef enum
{
  APOOL_PERL_COMPUTED,
  APOOL_PERL_SKIPPED,
  APOOL_PERL_FAULT,
} ApoolPerlVerdict;

/**
 * ApoolPerlAnswer:
 *
 * What perl has made of one row; taken from its bytes again and again, row by row.
 */
typedef struct _ApoolPerlAnswer ApoolPerlAnswer;

ApoolPerlAnswer *apool_perl_answer_new (gsize n_expressions);
void apool_perl_answer_free (ApoolPerlAnswer *self);

gboolean apool_perl_answer_take (
    ApoolPerlAnswer *self, const char *bytes, gsize length, gsize n_values, GError **error);

ApoolPerlVerdict apool_perl_answer_get_verdict (const ApoolPerlAnswer *self);
const ApoolComputed *apool_perl_answer_get_computed (const ApoolPerlAnswer *self);
const char *apool_perl_answer_get_fault (const ApoolPerlAnswer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolPerlAnswer, apool_perl_answer_free)

G_END_DECLS
