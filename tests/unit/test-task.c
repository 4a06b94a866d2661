/* SPDX-License-Identifier: MIT */
/* Tasks as values, also from data that a peer may have made up. */

#include <string.h>

#include "base/apool-error.h"
#include "job/apool-outcome.h"
#include "job/apool-task.h"

static ApoolHoles *
test_task_make_holes (const guint32 *offsets, guint n)
{
  ApoolHoles *holes = apool_holes_new ();

  for (guint i = 0; i < n; i++)
    apool_holes_add_number (holes, offsets[i], 0, NULL);
  return holes;
}

/* @text is a literal with its words ended by NULs, but for the last one, whose NUL is the
 * literal's own. */
#define test_task_make(kind, text, holes) test_task_make_sized (kind, text, sizeof (text), holes)

static ApoolTask *
test_task_make_sized (ApoolTaskKind kind, const char *text, gsize length, ApoolHoles *holes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (text, length);
  ApoolTask *task = apool_task_new (7, 8, kind, bytes, holes, &error);

  g_assert_no_error (error);
  return task;
}

static void
test_task_check_words (ApoolTask *task, guint slot, const char *const *expected)
{
  g_auto (GStrv) words = apool_task_dup_words (task, slot, APOOL_QUOTE_POSIX);

  g_assert_cmpstrv (words, expected);
}

static void
test_task_check_name (ApoolTask *task, const char *expected)
{
  g_autofree char *name = apool_task_dup_name (task);

  g_assert_cmpstr (name, ==, expected);
}

static void
test_task_fields (void)
{
  g_autoptr (ApoolTask) task = test_task_make (APOOL_TASK_WORDS, "echo\0\0a b", NULL);
  g_autoptr (ApoolTask) again = apool_task_ref (task);
  const char *const expected[] = { "echo", "", "a b", NULL };

  g_assert_cmpuint (apool_task_get_seq (again), ==, 7);
  g_assert_cmpuint (apool_task_get_line (again), ==, 8);
  g_assert_cmpint (apool_task_get_kind (again), ==, APOOL_TASK_WORDS);
  g_assert_cmpuint (g_bytes_get_size (apool_task_get_text (again)), ==, 10);
  g_assert_null (apool_task_get_holes (again));
  test_task_check_words (again, 3, expected);
}

/* Holes at the beginning, in the middle and at the end of words, and two in one place. */
static void
test_task_holes (void)
{
  static const guint32 OFFSETS[] = { 0, 1, 2, 2, 3, 3, 8 };
  g_autoptr (ApoolHoles) holes = test_task_make_holes (OFFSETS, G_N_ELEMENTS (OFFSETS));
  g_autoptr (ApoolTask) task = test_task_make (APOOL_TASK_WORDS, "ab\0\0c\0 d", holes);
  const char *const expected[] = { "12a12b1212", "1212", "c", " d12", NULL };

  g_assert_true (apool_task_get_holes (task) == holes);
  test_task_check_words (task, 12, expected);
  test_task_check_name (task, "{%}a{%}b{%}{%} {%}{%} c ' d'{%}");
}

static void
test_task_shell (void)
{
  static const guint32 OFFSETS[] = { 5 };
  g_autoptr (ApoolHoles) holes = test_task_make_holes (OFFSETS, G_N_ELEMENTS (OFFSETS));
  g_autoptr (ApoolTask) task = test_task_make (APOOL_TASK_SHELL, "echo  'a b'; x", holes);
  const char *const expected[] = { "echo 4294967295 'a b'; x", NULL };

  test_task_check_words (task, G_MAXUINT, expected);
  test_task_check_name (task, "echo {%} 'a b'; x");
}

/* What is not just the slot's number: shown as what stands for it; quoted where a shell reads it,
 * and only there. */
static void
test_task_special_holes (void)
{
  static const ApoolValue CHOICES[] = { { "a b", 3 }, { "'c d'", 5 } };
  g_autoptr (ApoolHoles) holes = apool_holes_new ();
  g_autoptr (ApoolTask) words = NULL;
  g_autoptr (ApoolTask) line = NULL;
  const char *const in_words[] = { "echo", "2'c d'x   3", NULL };
  const char *const in_shell[] = { "echo 1'c d'x'   2'", NULL };

  apool_holes_add_number (holes, 5, -1, NULL);
  apool_holes_add_choice (holes, 5, CHOICES, 2);
  apool_holes_add_number (holes, 6, 0, "%4d");
  words = test_task_make (APOOL_TASK_WORDS, "echo\0x", holes);
  line = test_task_make (APOOL_TASK_SHELL, "echo x", holes);
  test_task_check_words (words, 3, in_words);
  test_task_check_words (line, 2, in_shell);
  test_task_check_name (words, "echo {slot-1}{= =}x{%:%4d}");
}

static void
test_task_name_bytes (void)
{
  g_autoptr (ApoolTask) line = test_task_make (APOOL_TASK_SHELL, "a\n\x1b[1m\x7f\t\xff", NULL);
  g_autoptr (ApoolTask) words = test_task_make (APOOL_TASK_PROGRAM, "it's\0\0a\nb", NULL);

  test_task_check_name (line, "a??[1m??\xff");
  test_task_check_name (words, "'it'\"'\"'s' '' 'a?b'");
}

static void
test_task_name_long (void)
{
  g_autofree char *letters = g_strnfill (100000, 'x');
  g_autoptr (GString) accents = g_string_new ("a");
  g_autoptr (ApoolTask) of_letters =
      test_task_make_sized (APOOL_TASK_WORDS, letters, strlen (letters) + 1, NULL);
  g_autoptr (ApoolTask) of_accents = NULL;
  g_autofree char *short_letters = g_strnfill (200, 'x');
  g_autofree char *cut_letters = g_strconcat (short_letters, "…", NULL);
  g_autofree char *name = NULL;

  while (accents->len < 300)
    g_string_append (accents, "é");
  of_accents = test_task_make_sized (APOOL_TASK_SHELL, accents->str, accents->len + 1, NULL);
  test_task_check_name (of_letters, cut_letters);
  name = apool_task_dup_name (of_accents);
  g_assert_true (g_utf8_validate (name, -1, NULL));
  g_assert_cmpuint (strlen (name), ==, 199 + strlen ("…"));
}

static void
test_task_check_refused (
    ApoolTaskKind kind, const char *text, gsize length, const guint32 *offsets, guint n_holes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = g_bytes_new (text, length);
  g_autoptr (ApoolHoles) holes = test_task_make_holes (offsets, n_holes);
  g_autoptr (ApoolTask) task = apool_task_new (1, 1, kind, bytes, holes, &error);

  g_assert_null (task);
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
  g_assert_true (g_str_has_prefix (error->message, "job 1: "));
}

static void
test_task_untrusted (void)
{
  static const guint32 OUTSIDE[] = { 1, 2 };
  static const guint32 BACKWARDS[] = { 1, 0 };

  g_autoptr (ApoolHoles) with_nul = apool_holes_new ();
  g_autoptr (GBytes) text = g_bytes_new_static ("a", 2);
  g_autoptr (GError) error = NULL;

  apool_holes_add_choice (with_nul, 0, &(ApoolValue){ "b\0", 2 }, 1);
  g_assert_null (apool_task_new (1, 1, APOOL_TASK_WORDS, text, with_nul, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
  test_task_check_refused (APOOL_TASK_WORDS, "", 0, NULL, 0);
  test_task_check_refused (APOOL_TASK_WORDS, "a\0b", 3, NULL, 0);
  test_task_check_refused (APOOL_TASK_SHELL, "a\0b", 4, NULL, 0);
  test_task_check_refused (APOOL_TASK_PROGRAM, "a", 2, OUTSIDE, 2);
  test_task_check_refused (APOOL_TASK_PROGRAM, "a", 2, BACKWARDS, 2);
  test_task_check_refused ((ApoolTaskKind) 3, "a", 2, NULL, 0);
  test_task_check_refused ((ApoolTaskKind) -1, "a", 2, NULL, 0);
}

static void
test_task_outcome (void)
{
  const ApoolUsage usage = { 1, 2, 3, 4, 5 };
  g_autoptr (ApoolOutcome) good =
      apool_outcome_new (APOOL_OUTCOME_EXITED, 0, &usage, FALSE, TRUE, NULL);
  g_autoptr (ApoolOutcome) again = apool_outcome_ref (good);
  g_autoptr (ApoolOutcome) bad =
      apool_outcome_new (APOOL_OUTCOME_LOST, 0, NULL, TRUE, FALSE, "worker lost");

  g_autoptr (ApoolOutcome) skipped =
      apool_outcome_new (APOOL_OUTCOME_SKIPPED, 0, NULL, FALSE, FALSE, NULL);

  g_assert_true (apool_outcome_is_success (again));
  g_assert_false (apool_outcome_is_failure (again));
  g_assert_true (apool_outcome_is_failure (bad));
  g_assert_false (apool_outcome_is_success (skipped));
  g_assert_false (apool_outcome_is_failure (skipped));
  g_assert_true (apool_outcome_is_output_cut (again));
  g_assert_cmpmem (apool_outcome_get_usage (again), sizeof usage, &usage, sizeof usage);
  g_assert_null (apool_outcome_get_message (again));
  g_assert_false (apool_outcome_is_success (bad));
  g_assert_true (apool_outcome_is_ended_by_pool (bad));
  g_assert_cmpint (apool_outcome_get_kind (bad), ==, APOOL_OUTCOME_LOST);
  g_assert_cmpint (apool_outcome_get_code (bad), ==, 0);
  g_assert_cmpint (apool_outcome_get_usage (bad)->peak_bytes, ==, 0);
  g_assert_cmpstr (apool_outcome_get_message (bad), ==, "worker lost");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/task/fields", test_task_fields);
  g_test_add_func ("/task/holes", test_task_holes);
  g_test_add_func ("/task/shell", test_task_shell);
  g_test_add_func ("/task/special-holes", test_task_special_holes);
  g_test_add_func ("/task/name/bytes", test_task_name_bytes);
  g_test_add_func ("/task/name/long", test_task_name_long);
  g_test_add_func ("/task/untrusted", test_task_untrusted);
  g_test_add_func ("/task/outcome", test_task_outcome);
  return g_test_run ();
}
