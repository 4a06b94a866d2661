/* SPDX-License-Identifier: MIT */
/* The perl process: what it is asked and what it says; answers that are none. */

#include <gio/gio.h>
#include <string.h>

#include "base/apool-error.h"
#include "input/apool-perl-answer.h"
#include "input/apool-perl.h"

#define MIB (1024 * 1024)

static const ApoolValue VALUES[] = { { "a", 1 }, { "b", 1 }, { "c", 1 }, { "d", 1 } };

static void
test_perl_ready_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
}

/* Waits for what comes next. */
static ApoolSourceStatus
test_perl_next (ApoolPerl *perl, const char **bytes, gsize *length, GError **error)
{
  ApoolSourceStatus status;

  while ((status = apool_perl_next (perl, bytes, length, error)) == APOOL_SOURCE_PENDING)
    {
      gboolean is_ready = FALSE;

      apool_perl_wait (perl, NULL, test_perl_ready_cb, &is_ready);
      while (!is_ready)
        g_main_context_iteration (NULL, TRUE);
    }
  return status;
}

static ApoolPerl *
test_perl_start (const ApoolPerlExpression *expressions, gsize n_expressions, guint n_slots)
{
  g_autoptr (GError) error = NULL;
  ApoolPerl *perl =
      apool_perl_start (expressions, n_expressions, n_slots, APOOL_QUOTE_POSIX, &error);

  g_assert_no_error (error);
  return perl;
}

static void
test_perl_take (ApoolPerl *perl, ApoolPerlAnswer *answer, gsize n_values)
{
  g_autoptr (GError) error = NULL;
  const char *bytes = NULL;
  gsize length = 0;

  g_assert_cmpint (test_perl_next (perl, &bytes, &length, &error), ==, APOOL_SOURCE_ROW);
  g_assert_no_error (error);
  apool_perl_answer_take (answer, bytes, length, n_values, &error);
  g_assert_no_error (error);
}

/* What was computed, in words: choices are joined by '/', values by a space, those that were not
 * evaluated are "-". */
static void
test_perl_check (const ApoolPerlAnswer *answer, const char *expected)
{
  const ApoolComputed *computed = apool_perl_answer_get_computed (answer);
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_cmpint (apool_perl_answer_get_verdict (answer), ==, APOOL_PERL_COMPUTED);
  for (gsize i = 0; i < computed->n_expressions * computed->n_values; i++)
    {
      const ApoolComputedResult *result = &computed->results[i];

      if (i > 0)
        g_string_append_c (text, ' ');
      if (result->n_choices == 0)
        g_string_append_c (text, '-');
      for (gsize choice = 0; choice < result->n_choices; choice++)
        {
          const ApoolValue *value = &result->choices[choice];

          if (choice > 0)
            g_string_append_c (text, '/');
          g_string_append_len (text, value->data, (gssize) value->length);
        }
    }
  g_assert_cmpstr (text->str, ==, expected);
}

static void
test_perl_positions (void)
{
  static const gint64 FIRST_AND_LAST[] = { 1, -1 };
  static const gint64 BEYOND[] = { 5, -5 };
  const ApoolPerlExpression expressions[] = {
    { "$n++; $_ = $n", FIRST_AND_LAST, 2 },
    { "$_ = 'never'", BEYOND, 2 },
    { "$n++; $_ .= $n", NULL, 0 },
  };
  g_autoptr (ApoolPerl) perl = test_perl_start (expressions, 3, 1);
  g_autoptr (ApoolPerlAnswer) answer = apool_perl_answer_new (3);
  ApoolPerlQuestion question = { .seq = 1, .values = VALUES, .n_values = 3 };

  g_assert_true (apool_perl_ask (perl, &question));
  test_perl_take (perl, answer, 3);
  test_perl_check (answer, "1 - 2 - - - a3 b4 c5");
}

/* Record by record, and expression by expression within each. */
static void
test_perl_records (void)
{
  const ApoolPerlExpression expressions[] = {
    { "$n++; $_ .= $n", NULL, 0 },
    { "$n++; $_ .= $n . @arg", NULL, 0 },
  };
  g_autoptr (ApoolPerl) perl = test_perl_start (expressions, 2, 1);
  g_autoptr (ApoolPerlAnswer) answer = apool_perl_answer_new (2);
  ApoolPerlQuestion question = { .seq = 1, .n_records = 2, .values = VALUES, .n_values = 4 };

  g_assert_true (apool_perl_ask (perl, &question));
  test_perl_take (perl, answer, 4);
  test_perl_check (answer, "a1 b2 c5 d6 a35 b45 c75 d85");
}

static void
test_perl_slots (void)
{
  const ApoolPerlExpression expressions[] = {
    { "$_ .= slot()", NULL, 0 },
    { "$_ .= seq() == 1 ? $job->slot() : 'x'", NULL, 0 },
  };
  g_autoptr (ApoolPerl) perl = test_perl_start (expressions, 2, 3);
  g_autoptr (ApoolPerlAnswer) answer = apool_perl_answer_new (2);
  ApoolPerlQuestion question = { .seq = 1, .values = VALUES, .n_values = 1 };

  g_assert_true (apool_perl_ask (perl, &question));
  question.seq = 2;
  g_assert_true (apool_perl_ask (perl, &question));
  test_perl_take (perl, answer, 1);
  test_perl_check (answer, "a1/a2/a3 a1/a2/a3");
  test_perl_take (perl, answer, 1);
  test_perl_check (answer, "a1/a2/a3 ax");
}

/* More than the socket holds, both ways, before anything is read. */
static void
test_perl_large (void)
{
  const ApoolPerlExpression expression = { "$_ = length", NULL, 0 };
  g_autofree char *bytes = g_malloc0 (4 * MIB);
  const ApoolValue value = { bytes, 4 * MIB };
  g_autoptr (ApoolPerl) perl = test_perl_start (&expression, 1, 1);
  g_autoptr (ApoolPerlAnswer) answer = apool_perl_answer_new (1);
  ApoolPerlQuestion question = { .seq = 1, .values = &value, .n_values = 1 };

  for (int i = 0; i < 4; i++)
    g_assert_true (apool_perl_ask (perl, &question));
  for (int i = 0; i < 4; i++)
    {
      test_perl_take (perl, answer, 1);
      test_perl_check (answer, "4194304");
    }
}

static void
test_perl_too_long (void)
{
  const ApoolPerlExpression expressions[] = {
    { "$_ = '\xff' x (40 * 1024 * 1024) if $_ eq 'a'", NULL, 0 },
    { "$_ = 'x' x (40 * 1024 * 1024) if $_ eq 'a'", NULL, 0 },
  };
  const ApoolValue value = { "", 100 * MIB };
  g_autoptr (ApoolPerl) perl = test_perl_start (expressions, 2, 1);
  g_autoptr (ApoolPerlAnswer) answer = apool_perl_answer_new (2);
  ApoolPerlQuestion question = { .seq = 1, .values = &value, .n_values = 1 };

  g_assert_false (apool_perl_ask (perl, &question));
  question.values = VALUES;
  g_assert_true (apool_perl_ask (perl, &question));
  question.values = VALUES + 1;
  g_assert_true (apool_perl_ask (perl, &question));
  test_perl_take (perl, answer, 1);
  g_assert_cmpint (apool_perl_answer_get_verdict (answer), ==, APOOL_PERL_FAULT);
  g_assert_cmpstr (apool_perl_answer_get_fault (answer), ==,
                   "{= $_ = 'x' x (40 * 1024 * 1024) if $_ eq 'a' =}: its result is too long");
  test_perl_take (perl, answer, 1);
  test_perl_check (answer, "b b");
}

static void
test_perl_close (void)
{
  const ApoolPerlExpression expression = { "$_++", NULL, 0 };
  g_autoptr (ApoolPerl) perl = test_perl_start (&expression, 1, 1);
  g_autoptr (ApoolPerlAnswer) answer = apool_perl_answer_new (1);
  g_autoptr (GError) error = NULL;
  ApoolPerlQuestion question = { .seq = 1, .values = VALUES, .n_values = 1 };
  const char *bytes;
  gsize length;

  g_assert_cmpint (apool_perl_get_pid (perl), >, 0);
  g_assert_true (apool_perl_ask (perl, &question));
  test_perl_take (perl, answer, 1);
  test_perl_check (answer, "b");
  apool_perl_close (perl);
  g_assert_cmpint (test_perl_next (perl, &bytes, &length, &error), ==, APOOL_SOURCE_END);
  g_assert_no_error (error);
}

/* An expression that writes whatever it likes to the socket. */
static void
test_perl_garbage (void)
{
  static const char *const TEXTS[] = {
    "for my $fd (3 .. 50) { open(my $f, '>&=', $fd) or next; "
    "syswrite $f, \"\\xff\\xff\\xff\\xff\" }",
    "for my $fd (3 .. 50) { open(my $f, '>&=', $fd) or next; syswrite $f, \"\\0\\0\\0\\1?\" }",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (TEXTS); i++)
    {
      const ApoolPerlExpression expression = { TEXTS[i], NULL, 0 };
      g_autoptr (ApoolPerl) perl = test_perl_start (&expression, 1, 1);
      g_autoptr (ApoolPerlAnswer) answer = apool_perl_answer_new (1);
      g_autoptr (GError) error = NULL;
      ApoolPerlQuestion question = { .seq = 1, .values = VALUES, .n_values = 1 };
      const char *bytes;
      gsize length;

      g_assert_true (apool_perl_ask (perl, &question));
      if (test_perl_next (perl, &bytes, &length, &error) == APOOL_SOURCE_ROW)
        (void) apool_perl_answer_take (answer, bytes, length, 1, &error);
      g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
    }
}

static void
test_perl_check_bytes (const char *bytes, gsize length, gboolean is_answer)
{
  g_autoptr (ApoolPerlAnswer) answer = apool_perl_answer_new (1);
  g_autoptr (GError) error = NULL;
  /* Of its own, so that a byte too far is seen. */
  g_autofree char *copy = g_memdup2 (bytes, length);

  g_assert_cmpint (apool_perl_answer_take (answer, copy, length, 2, &error), ==, is_answer);
  if (is_answer)
    g_assert_no_error (error);
  else
    g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
}

static void
test_perl_malformed (void)
{
  static const char GOOD[] = "C\0\0\0\1\0\0\0\0\2\0\0\0\1x\0\0\0\0";

  test_perl_check_bytes (GOOD, sizeof GOOD - 1, TRUE);
  for (gsize length = 0; length < sizeof GOOD - 1; length++)
    test_perl_check_bytes (GOOD, length, length == 1); /* nothing was computed */
  test_perl_check_bytes ("C\0\0\0\2\0\0\0\0\1\0\0\0\0", 14,
                         FALSE);                            /* of three places there are two */
  test_perl_check_bytes ("C\0\0\0\0\0\0\0\0\0", 10, FALSE); /* no choice */
  test_perl_check_bytes ("C\0\0\0\0\0\xff\xff\xff\xff\0\0\0\0", 14, FALSE);
  test_perl_check_bytes ("C\0\0\0\0\0\0\0\0\1\xff\xff\xff\xff", 14, FALSE);
  test_perl_check_bytes ("C\0\0\0\0\0\0\0\0\1\0\0\0\0"
                         "\0\0\0\0\0\0\0\0\1\0\0\0\0",
                         27, FALSE); /* twice the same place */
  test_perl_check_bytes ("S", 1, TRUE);
  test_perl_check_bytes ("Sx", 2, FALSE);
  test_perl_check_bytes ("B", 1, TRUE);
  test_perl_check_bytes ("Boops", 5, TRUE);
  test_perl_check_bytes ("O", 1, FALSE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/perl/positions", test_perl_positions);
  g_test_add_func ("/perl/records", test_perl_records);
  g_test_add_func ("/perl/slots", test_perl_slots);
  g_test_add_func ("/perl/large", test_perl_large);
  g_test_add_func ("/perl/too-long", test_perl_too_long);
  g_test_add_func ("/perl/close", test_perl_close);
  g_test_add_func ("/perl/garbage", test_perl_garbage);
  g_test_add_func ("/perl/malformed", test_perl_malformed);
  return g_test_run ();
}
