/* SPDX-License-Identifier: MIT */
/* Tells what of Perl expressions is the same in another run. */

#include "job/apool-expression.h"

static void
test_expression_nature (void)
{
  static const struct
  {
    const char *code;
    ApoolExpressionNature nature;
  } CASES[] = {
    { "", APOOL_EXPRESSION_STEADY },
    { "s/a/b/", APOOL_EXPRESSION_STEADY },
    { "$_ .= seq()", APOOL_EXPRESSION_STEADY },
    { "$_ = $$ref", APOOL_EXPRESSION_STEADY },
    { "$_ = lifetime", APOOL_EXPRESSION_STEADY },
    { "$_=slot()", APOOL_EXPRESSION_VARYING },
    { " $_ = $job->slot() ", APOOL_EXPRESSION_VARYING },
    { "$_=sprintf('%03d', slot() - 1)", APOOL_EXPRESSION_VARYING },
    { "$_=total_jobs(); $_.='x'", APOOL_EXPRESSION_VARYING },
    { "$_ = time", APOOL_EXPRESSION_VARYING },
    { "$_=localtime", APOOL_EXPRESSION_VARYING },
    { "$_ = yyyymmdd()", APOOL_EXPRESSION_VARYING },
    { "$_=$$", APOOL_EXPRESSION_VARYING },
    { "$_ = $$; s/1/2/", APOOL_EXPRESSION_VARYING },
    { "$_ = $^T", APOOL_EXPRESSION_VARYING },
    { "$_ = 'run-' . time . \"-x\"", APOOL_EXPRESSION_VARYING },
    { "$_ = \"run-$_-\" . time", APOOL_EXPRESSION_MIXED },
    { "$_ = time . 'a", APOOL_EXPRESSION_MIXED },
    { "$_=rand", APOOL_EXPRESSION_VARYING },
    { "$_ .= slot()", APOOL_EXPRESSION_MIXED },
    { "$_ = \"$_-$$\"", APOOL_EXPRESSION_MIXED },
    { "$_ = time . $arg[1]", APOOL_EXPRESSION_MIXED },
    { "$_ = time; $_ .= $arg[1]", APOOL_EXPRESSION_MIXED },
    { "$_ = time; $_ .= $_[0]", APOOL_EXPRESSION_MIXED },
    { "$_ = uc . time", APOOL_EXPRESSION_MIXED },
    { "$_ = time . (/a/ ? 1 : 2)", APOOL_EXPRESSION_MIXED },
    { "$_ == time", APOOL_EXPRESSION_MIXED },
    { "$_ =~ s/a/time/e", APOOL_EXPRESSION_MIXED },
    { "s/$/time/e", APOOL_EXPRESSION_MIXED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_test_message ("%s", CASES[i].code);
      g_assert_cmpint (apool_expression_find_nature (CASES[i].code), ==, CASES[i].nature);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expression/nature", test_expression_nature);
  return g_test_run ();
}
