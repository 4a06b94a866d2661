/* SPDX-License-Identifier: MIT */
/* Finds jobs of earlier runs by what they were. */

#include <string.h>

#include "record/apool-history.h"
#include "record/apool-occurrences.h"
#include "record/apool-past-times.h"
#include "record/apool-wildcard.h"

/* Enough that what takes a step for each of them, for each of them, does not come to an end. */
#define MANY 200000u

/* @pattern: with a bar for each part that varies, as many as its #ApoolIdentityPart */
static ApoolIdentity *
test_history_identify (const char *pattern, const char *value, guint64 occurrence)
{
  g_autoptr (GString) text = g_string_new (pattern);
  ApoolValue values[] = { { .data = value, .length = strlen (value) } };
  ApoolIdentity *identity;

  for (gsize i = 0; i < text->len; i++)
    if (text->str[i] == '|')
      text->str[i] = APOOL_IDENTITY_VARYING;
  identity = apool_identity_new ("context", text, values, G_N_ELEMENTS (values), NULL);
  apool_identity_set_occurrence (identity, occurrence);
  return identity;
}

static void
test_history_add (ApoolHistory *history, guint64 seq, const char *command, gboolean is_failed)
{
  ApoolPastJob job = { .seq = seq,
                       .command = command,
                       .command_length = strlen (command),
                       .is_failed = is_failed,
                       .run_usec = (gint64) seq * 10,
                       .place = seq + 100 };

  apool_history_add (history, &job);
}

/* Returns: the number of the job that is found; 0 for none */
static guint64
test_history_take (ApoolHistory *history, const char *pattern, guint64 seq)
{
  g_autoptr (ApoolIdentity) identity = test_history_identify (pattern, "", 1);
  ApoolPastJob job;

  if (!apool_history_take (history, identity, seq, &job))
    return 0;
  g_assert_cmpuint (job.place, ==, job.seq + 100);
  g_assert_null (job.key);
  g_assert_true (job.command != NULL);
  return job.seq;
}

static void
test_history_commands (void)
{
  g_autoptr (ApoolHistory) history = apool_history_new ();

  test_history_add (history, 1, "echo a", FALSE);
  test_history_add (history, 2, "echo b", FALSE);
  test_history_add (history, 3, "false", TRUE);
  test_history_add (history, 4, "", TRUE); /* of an input that none could be made of */
  g_assert_cmpuint (apool_history_get_n (history), ==, 4);
  g_assert_cmpuint (test_history_take (history, "echo new", 1), ==, 0);
  g_assert_cmpuint (test_history_take (history, "echo a", 2), ==, 1);
  g_assert_cmpuint (test_history_take (history, "echo a", 1), ==, 0);
  g_assert_cmpuint (test_history_take (history, "echo b", 3), ==, 2);
  g_assert_cmpuint (apool_history_count_gone (history), ==, 1);
  g_assert_cmpuint (test_history_take (history, "false", 4), ==, 3);
  g_assert_cmpuint (apool_history_count_gone (history), ==, 0);
}

/* Of equal jobs the number tells which; then their order. */
static void
test_history_equal (void)
{
  g_autoptr (ApoolHistory) history = apool_history_new ();

  for (guint64 seq = 1; seq <= 5; seq++)
    test_history_add (history, seq, "true", FALSE);
  g_assert_cmpuint (test_history_take (history, "true", 3), ==, 3);
  g_assert_cmpuint (test_history_take (history, "true", 10), ==, 4);
  g_assert_cmpuint (test_history_take (history, "true", 11), ==, 5);
  g_assert_cmpuint (test_history_take (history, "true", 12), ==, 1);
  g_assert_cmpuint (test_history_take (history, "true", 13), ==, 2);
  g_assert_cmpuint (test_history_take (history, "true", 14), ==, 0);
}

/* A run of an input that was changed gives the number of one job to another one: neither is lost.
 */
static void
test_history_numbers_again (void)
{
  g_autoptr (ApoolHistory) history = apool_history_new ();
  g_autoptr (ApoolHistory) by_seq = apool_history_new_by_seq ();
  ApoolHistory *both[] = { history, by_seq };
  ApoolPastJob job;

  for (gsize i = 0; i < G_N_ELEMENTS (both); i++)
    {
      test_history_add (both[i], 1, "echo a", FALSE);
      test_history_add (both[i], 2, "false", TRUE);
      test_history_add (both[i], 1, "echo new", FALSE);
      test_history_add (both[i], 2, "false", FALSE);
      test_history_add (both[i], 2, "false", i > 0);
    }
  g_assert_cmpuint (apool_history_get_n (history), ==, 4);
  g_assert_cmpuint (test_history_take (history, "echo new", 1), ==, 1);
  g_assert_cmpuint (test_history_take (history, "echo a", 2), ==, 1);
  g_assert_cmpuint (test_history_take (history, "false", 3), ==, 2);
  g_assert_cmpuint (test_history_take (history, "false", 2), ==, 2);
  g_assert_cmpuint (test_history_take (history, "false", 2), ==, 0);
  g_assert_cmpuint (apool_history_get_n (by_seq), ==, 2);
  apool_history_get (by_seq, 1, &job);
  g_assert_false (job.is_failed);
  g_assert_cmpuint (test_history_take (by_seq, "anything", 2), ==, 2);
  g_assert_cmpuint (test_history_take (by_seq, "anything", 3), ==, 0);
  g_assert_cmpuint (apool_history_count_gone (by_seq), ==, 1);
}

/* A line takes the place of an attempt that failed, however it is quoted, and also where others had
 * the number since; never that of one that succeeded. */
static void
test_history_attempts (void)
{
  g_autoptr (ApoolHistory) found = apool_history_new ();
  g_autoptr (ApoolHistory) kept = apool_history_new_kept (FALSE);
  ApoolHistory *both[] = { found, kept };
  ApoolPastJob job;

  for (gsize i = 0; i < G_N_ELEMENTS (both); i++)
    {
      test_history_add (both[i], 1, "try 'a'", TRUE);
      test_history_add (both[i], 1, "try b", TRUE);
      test_history_add (both[i], 2, "try a", FALSE);
      g_assert_cmpuint (apool_history_get_n (both[i]), ==, 3);
      test_history_add (both[i], 1, "try a", TRUE);
      test_history_add (both[i], 1, "try \"a\"", FALSE);
      g_assert_cmpuint (apool_history_get_n (both[i]), ==, 3);
      test_history_add (both[i], 1, "try a", TRUE);
      test_history_add (both[i], 1, "try a", FALSE);
      test_history_add (both[i], 1, "try a", FALSE);
      g_assert_cmpuint (apool_history_get_n (both[i]), ==, 5);
      for (guint n = 0; n < 5; n++)
        {
          apool_history_get (both[i], n, &job);
          g_assert_cmpint (job.is_failed, ==, n == 1);
        }
    }
}

/* As many are found that succeeded as there are, whatever failed before with which number. */
static void
test_history_succeeded (void)
{
  g_autoptr (ApoolHistory) history = apool_history_new ();
  g_autoptr (ApoolIdentity) a = test_history_identify ("try a", "", 1);
  g_autoptr (ApoolIdentity) b = test_history_identify ("try |b", "", 1);
  ApoolPastJob job;

  test_history_add (history, 1, "try a", TRUE);
  test_history_add (history, 2, "try 1b", TRUE);
  test_history_add (history, 3, "try a", FALSE);
  test_history_add (history, 4, "try 2b", FALSE);
  g_assert_true (apool_history_take (history, a, 1, &job));
  g_assert_false (job.is_failed);
  g_assert_true (apool_history_take (history, b, 2, &job));
  g_assert_false (job.is_failed);
  g_assert_cmpuint (apool_history_count_gone (history), ==, 1);
  g_assert_true (apool_history_take (history, b, 2, &job));
  g_assert_true (job.is_failed);
  g_assert_cmpuint (apool_history_count_gone (history), ==, 0);
}

static void
test_history_keys (void)
{
  g_autoptr (ApoolHistory) history = apool_history_new ();
  g_autoptr (ApoolIdentity) first = test_history_identify ("echo |", "a", 1);
  g_autoptr (ApoolIdentity) second = test_history_identify ("echo |", "a", 2);
  g_autoptr (ApoolIdentity) other = test_history_identify ("echo |", "b", 1);
  ApoolPastJob job = { .seq = 7, .key = apool_identity_get_key (first), .occurrence = 2 };
  ApoolPastJob found;

  apool_history_add (history, &job);
  job.seq = 8;
  job.run_usec = 55;
  apool_history_add (history, &job);
  job.occurrence = 0; /* there is none */
  apool_history_add (history, &job);
  job.occurrence = G_MAXUINT64;
  apool_history_add (history, &job);
  g_assert_cmpuint (apool_history_get_n (history), ==, 1);
  g_assert_false (apool_history_take (history, first, 7, &found));
  g_assert_false (apool_history_take (history, other, 7, &found));
  g_assert_cmpint (apool_history_find_time (history, second), ==, 55);
  g_assert_cmpint (apool_history_find_time (history, other), ==, -1);
  g_assert_true (apool_history_take (history, second, 1, &found));
  g_assert_cmpuint (found.seq, ==, 8);
  g_assert_cmpmem (found.key, APOOL_IDENTITY_KEY_BYTES, apool_identity_get_key (first),
                   APOOL_IDENTITY_KEY_BYTES);
  g_assert_false (apool_history_take (history, second, 1, &found));
  g_assert_cmpint (apool_history_find_time (history, second), ==, 55);
  g_assert_cmpuint (apool_history_count_gone (history), ==, 0);
}

/* To be run again a job needs its command, and its key to be known again afterwards. */
static void
test_history_kept (void)
{
  g_autoptr (ApoolHistory) history = apool_history_new_kept (TRUE);
  g_autoptr (ApoolIdentity) identity = test_history_identify ("echo a", "a", 1);
  const guint8 *key = apool_identity_get_key (identity);
  ApoolPastJob job = { .seq = 3,
                       .is_failed = TRUE,
                       .key = key,
                       .occurrence = 2,
                       .command = "echo 'a'",
                       .command_length = strlen ("echo 'a'") };

  apool_history_add (history, &job);
  job.occurrence = 3;
  apool_history_add (history, &job);
  job.is_failed = FALSE;
  job.seq = 4;
  apool_history_add (history, &job);
  test_history_add (history, 4, "echo 'b'", TRUE);
  test_history_add (history, 5, "false", TRUE);
  test_history_add (history, 5, "true", FALSE);
  g_assert_cmpuint (apool_history_get_n (history), ==, 4);
  for (guint i = 0; i < 2; i++)
    {
      apool_history_get (history, i, &job);
      g_assert_cmpuint (job.seq, ==, 3 + i);
      g_assert_cmpuint (job.occurrence, ==, 2 + i);
      g_assert_cmpint (job.is_failed, ==, i == 0);
      g_assert_cmpmem (job.command, job.command_length, "echo 'a'", strlen ("echo 'a'"));
      g_assert_cmpmem (job.key, APOOL_IDENTITY_KEY_BYTES, key, APOOL_IDENTITY_KEY_BYTES);
    }
  apool_history_get (history, 2, &job);
  g_assert_cmpmem (job.command, job.command_length, "echo 'b'", strlen ("echo 'b'"));
  g_assert_null (job.key);
  apool_history_get (history, 3, &job);
  g_assert_cmpmem (job.command, job.command_length, "true", 4);
  g_assert_false (job.is_failed);
}

static void
test_history_varying (void)
{
  g_autoptr (ApoolHistory) history = apool_history_new ();
  g_autoptr (ApoolIdentity) identity = test_history_identify ("run | b |", "", 1);

  test_history_add (history, 1, "run 1 a 9", FALSE);
  test_history_add (history, 2, "run 2 b 9", FALSE);
  test_history_add (history, 3, "run 1 c 9", FALSE);
  g_assert_cmpint (apool_history_find_time (history, identity), ==, 20);
  g_assert_cmpuint (test_history_take (history, "run | new |", 1), ==, 0);
  g_assert_cmpuint (test_history_take (history, "run | a |", 2), ==, 1);
  g_assert_cmpuint (test_history_take (history, "run | b |", 3), ==, 2);
  g_assert_cmpuint (test_history_take (history, "run | b |", 3), ==, 0);
  g_assert_cmpuint (test_history_take (history, "run | c |", 4), ==, 3);
  g_assert_cmpint (apool_history_find_time (history, identity), ==, 20);
}

static void
test_history_add_many (ApoolHistory *history, const char *form)
{
  for (guint i = 1; i <= MANY; i++)
    {
      g_autofree char *command = g_strdup_printf ("%s %u %u.png", form, i % 7, i);

      test_history_add (history, i, command, i % 2 == 0);
    }
}

/* All of many, in an input that has one more in front, and in another order. */
static void
test_history_many (void)
{
  for (guint order = 0; order < 2; order++)
    {
      g_autoptr (ApoolHistory) history = apool_history_new ();

      test_history_add_many (history, "convert");
      g_assert_cmpuint (test_history_take (history, "convert | 0.png", 1), ==, 0);
      for (guint i = 1; i <= MANY; i++)
        {
          guint n = order == 0 ? i : MANY + 1 - i;
          g_autofree char *pattern = g_strdup_printf ("convert | %u.png", n);

          g_assert_cmpuint (test_history_take (history, pattern, i + 1), ==, n);
        }
      g_assert_cmpuint (apool_history_count_gone (history), ==, 0);
    }
}

static void
test_history_wildcards (void)
{
  static const struct
  {
    const char *pattern;
    const char *command;
    gboolean matches;
  } CASES[] = {
    { "", "", TRUE },
    { "", "a", FALSE },
    { "a", "a", TRUE },
    { "a", "ab", FALSE },
    { "|", "", TRUE },
    { "|", "any", TRUE },
    { "a|", "a", TRUE },
    { "a|", "ab", TRUE },
    { "a|", "b", FALSE },
    { "|b", "ab", TRUE },
    { "|b", "ba", FALSE },
    { "ab|ba", "aba", FALSE },
    { "ab|ba", "abba", TRUE },
    { "a|b|c", "aXbXc", TRUE },
    { "a|b|c", "abbc", TRUE },
    { "a|b|c", "acb", FALSE },
    { "a|bc|c", "abc", FALSE },
    { "a|bc|c", "abcc", TRUE },
    { "||", "7", TRUE },
    { "||", "", FALSE },
    { "||", "a", FALSE },
    { "a||b", "a12b", TRUE },
    { "a||b", "ab", FALSE },
    { "a||b", "a1-2b", FALSE },
    { "a||5", "a155", FALSE },
    { "5||a", "51a", FALSE },
    { "5|a", "51a", TRUE },
    { "a||b5||", "a5b555", FALSE },
    { "a||b||", "a5b555", TRUE },
    { "|||", "12", TRUE },
    { "||| y", "12 x y", FALSE },
    { "|||.5", "12.5", TRUE },
    { "|||", "1.5", FALSE },
    { "||||", "12", FALSE },
    { "||||", "0.25", TRUE },
    { "||||", ".25", FALSE },
    { "||||", "1.", FALSE },
    { "||||", "1.2.3", FALSE },
    { "||||", "1e-05", TRUE },
    { "||||", "1.5e+05", TRUE },
    { "||||", "1e5e5", FALSE },
    { "||||", "1-5", FALSE },
    { "||||", "-1.5", FALSE },
    { "||||.x", "0.25.x", TRUE },
    { "||||.x", "0.25.5.x", FALSE },
    { "|||||a", "1a", FALSE },
    { "||||||a", "1a", FALSE },
    { "||", "12345678901234567890", TRUE },
    { "||", "123456789012345678901", FALSE },
    { "|-||.", "a-b-1.", TRUE },
    { "|-||.", "a-1-b.", FALSE },
    { "||-|", "1-", TRUE },
    { "|x||y|", "xay x1y", TRUE },
    { "|a|a|", "a", FALSE },
    { "|a|a|", "aa", TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (ApoolIdentity) identity = test_history_identify (CASES[i].pattern, "", 1);
      ApoolWildcard wildcard;
      const char *text;
      gsize length;

      text = apool_identity_get_pattern (identity, &length);
      apool_wildcard_init (&wildcard, text, length);
      g_test_message ("%s %s", CASES[i].pattern, CASES[i].command);
      g_assert_cmpint (
          apool_wildcard_matches (&wildcard, CASES[i].command, strlen (CASES[i].command)), ==,
          CASES[i].matches);
    }
}

/* A pattern that could be tried in very many ways is given up. */
static void
test_history_hopeless (void)
{
  g_autoptr (GString) pattern = g_string_new (NULL);
  g_autoptr (GString) command = g_string_new (NULL);
  ApoolWildcard wildcard;

  for (guint i = 0; i < 1000; i++)
    {
      g_string_append_len (pattern, "\0a", 2);
      g_string_append (command, "aaaa");
    }
  g_string_append_len (pattern, "\0b\0\0", 4);
  apool_wildcard_init (&wildcard, pattern->str, pattern->len);
  g_assert_false (apool_wildcard_matches (&wildcard, command->str, command->len));
}

static void
test_history_quotes (void)
{
  static const struct
  {
    const char *logged;
    const char *pattern;
    gboolean is_same;
  } CASES[] = {
    { "echo 'a b'", "echo a\\ b", TRUE },
    { "echo 'a b'", "echo \"a b\"", TRUE },
    { "echo a,b=c", "'echo' 'a,b=c'", TRUE },
    { "echo pre'a b'", "echo 'prea b'", TRUE },
    { "echo 'it'\"'\"'s'", "echo it\\'s", TRUE },
    { "echo 1 'a b'", "echo '||' 'a b'", TRUE },
    { "echo '1 x'", "echo '|| x'", TRUE },
    { "echo ''", "echo ", FALSE },
    { "echo '' b", "echo  b", FALSE },
    { "echo a''", "echo a", TRUE },
    { "echo ''a", "echo a", TRUE },
    { "echo '{a b}'", "echo {a\\ b}", FALSE },
    { "echo '{a b}'", "echo \\{a\\ b\\}", TRUE },
    { "echo 'a b'", "echo a b", FALSE },
    { "echo '*'", "echo *", FALSE },
    { "echo '$x'", "echo $x", FALSE },
    { "echo \"$x\"", "echo $x", FALSE },
    { "'a=b' c", "a=b c", FALSE },
    { "x=y 'a=b' c", "x=y a=b c", FALSE },
    { "cat <<E\n'a'\nE", "cat <<E\na\nE", FALSE },
    { "echo {a','b}", "echo {a,b}", FALSE },
    { "echo $'a'", "echo $a", FALSE },
    { "echo `a 'b'`", "echo `a b`", FALSE },
    { "[[ x =~ '.' ]]", "[[ x =~ . ]]", FALSE },
    { "echo it's", "echo it's", TRUE },
    { "echo 2>&1", "echo \"2\">&1", FALSE },
    { "echo 1''2<x", "echo 12<x", FALSE },
    { "echo \\2>x", "echo 2>x", FALSE },
    { "echo 7>x", "echo '||'>x", FALSE },
    { "echo '2' >x", "echo 2 >x", TRUE },
    { "echo 'a2'>x", "echo a2>x", TRUE },
    { "if true; then :; fi", "\"if\" true; then :; fi", FALSE },
    { "time echo", "\\time echo", FALSE },
    { "time echo", "t'im'e echo", FALSE },
    { "! true", "'!' true", FALSE },
    { "true;time", "true;'time'", FALSE },
    { "times 'a'", "'times' a", TRUE },
    { "echo a\\", "echo a\\", TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (ApoolHistory) history = apool_history_new ();

      g_test_message ("%s %s", CASES[i].logged, CASES[i].pattern);
      test_history_add (history, 1, CASES[i].logged, FALSE);
      g_assert_cmpuint (test_history_take (history, CASES[i].pattern, 1), ==, CASES[i].is_same);
      if (!CASES[i].is_same)
        g_assert_cmpuint (test_history_take (history, CASES[i].logged, 1), ==, 1);
    }
}

/* Of equal jobs each has its own time; they are counted, unless somebody has done that. */
static void
test_history_times (void)
{
  g_autoptr (ApoolHistory) history = apool_history_new ();
  g_autoptr (ApoolIdentity) first = test_history_identify ("echo |", "a", 0);
  g_autoptr (ApoolIdentity) second = test_history_identify ("echo |", "a", 0);
  g_autoptr (ApoolIdentity) third = test_history_identify ("echo |", "a", 1);
  g_autoptr (ApoolIdentity) other = test_history_identify ("echo |", "b", 0);
  g_autoptr (ApoolPastTimes) times = NULL;
  ApoolPastJob job = { .seq = 1, .key = apool_identity_get_key (first), .occurrence = 1 };

  apool_history_add (history, &job); /* it took no time that was measured */
  job.occurrence = 2;
  job.run_usec = 55;
  apool_history_add (history, &job);
  times = apool_past_times_new_owned (g_steal_pointer (&history));
  g_assert_cmpint (apool_times_find (APOOL_TIMES (times), first), ==, 1);
  g_assert_cmpint (apool_times_find (APOOL_TIMES (times), second), ==, 55);
  g_assert_cmpuint (apool_identity_get_occurrence (second), ==, 2);
  g_assert_cmpint (apool_times_find (APOOL_TIMES (times), third), ==, 1);
  g_assert_cmpint (apool_times_find (APOOL_TIMES (times), other), ==, 0);
}

static void
test_history_occurrences (void)
{
  g_autoptr (ApoolOccurrences) occurrences = apool_occurrences_new ();
  guint8 key[APOOL_IDENTITY_KEY_BYTES] = { 0 };

  for (guint n = 1; n <= 3; n++)
    for (guint32 i = 0; i < 1000; i++)
      {
        /* The same beginning, which is what they are looked up by. */
        memcpy (key + 12, &i, sizeof i);
        g_assert_cmpuint (apool_occurrences_count (occurrences, key), ==, n);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/history/commands", test_history_commands);
  g_test_add_func ("/history/equal", test_history_equal);
  g_test_add_func ("/history/numbers-again", test_history_numbers_again);
  g_test_add_func ("/history/attempts", test_history_attempts);
  g_test_add_func ("/history/succeeded", test_history_succeeded);
  g_test_add_func ("/history/keys", test_history_keys);
  g_test_add_func ("/history/kept", test_history_kept);
  g_test_add_func ("/history/varying", test_history_varying);
  g_test_add_func ("/history/many", test_history_many);
  g_test_add_func ("/history/wildcards", test_history_wildcards);
  g_test_add_func ("/history/hopeless", test_history_hopeless);
  g_test_add_func ("/history/quotes", test_history_quotes);
  g_test_add_func ("/history/times", test_history_times);
  g_test_add_func ("/history/occurrences", test_history_occurrences);
  return g_test_run ();
}
