/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolExpressionNature:
 * @APOOL_EXPRESSION_STEADY: made of the input alone, as far as can be seen
 * @APOOL_EXPRESSION_VARYING: made of what differs from run to run alone
 * @APOOL_EXPRESSION_MIXED: made of both
 *
 * Whether what a Perl expression becomes is the same in another run.
 */
typedef enum
{
  APOOL_EXPRESSION_STEADY,
  APOOL_EXPRESSION_VARYING,
  APOOL_EXPRESSION_MIXED,
} ApoolExpressionNature;

ApoolExpressionNature apool_expression_find_nature (const char *code);

G_END_DECLS
