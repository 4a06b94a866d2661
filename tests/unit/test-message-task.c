/* SPDX-License-Identifier: MIT */
/* TASK there and back, and tasks made by nobody honest. */

#include <limits.h>
#include <string.h>

#include "base/apool-error.h"
#include "message-fixture.h"

static void
test_message_traits (void)
{
  static const char *const VARIABLES[] = { "A=\xff", "B=", NULL };
  ApoolTaskTraits traits = {
    .attempt = 3,
    .weight = 1,
    .variables = VARIABLES,
    .directory = "d\xff",
    .owns_directory = TRUE,
    .is_printed = TRUE,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) text = g_bytes_new_static ("x", 2);
  g_autoptr (ApoolTask) plain = apool_task_new (1, 1, APOOL_TASK_SHELL, text, NULL, &error);
  g_autoptr (ApoolTask) task = apool_task_new_variant (plain, &traits);
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GVariant) body =
      test_message_receive (APOOL_MESSAGE_TASK, wire_body_new_task (task), &bytes);
  g_autoptr (ApoolTask) got = wire_body_get_task (body, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (apool_task_get_traits (got)->attempt, ==, 3);
  g_assert_cmpstrv (apool_task_get_traits (got)->variables, VARIABLES);
  g_assert_cmpstr (apool_task_get_traits (got)->directory, ==, "d\xff");
  g_assert_true (apool_task_get_traits (got)->owns_directory);
  g_assert_true (apool_task_get_traits (got)->is_printed);
}

/* Returns: (transfer full) (nullable): the task that is read of @made, NULL unless it @fits */
static ApoolTask *
test_message_take_task (const WireTask *made, gboolean fits)
{
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GVariant) body =
      test_message_receive (APOOL_MESSAGE_TASK, wire_body_make_task (made), &bytes);
  ApoolTask *task = wire_body_get_task (body, &error);

  g_assert_cmpint (task != NULL, ==, fits);
  if (fits)
    g_assert_no_error (error);
  else
    g_assert_error (error, APOOL_ERROR, APOOL_ERROR_PROTOCOL);
  return task;
}

/* Every count that a peer can name for next to nothing has an end. */
static void
test_message_check_variables (const char *entry, gsize n, gboolean fits)
{
  g_autofree const char **entries = g_new0 (const char *, n);
  WireTask made = { .seq = 1, .line = 1, .attempt = 1, .text = "true", .text_length = 5 };
  g_autoptr (ApoolTask) task = NULL;

  for (gsize i = 0; i < n; i++)
    entries[i] = entry;
  made.variables = g_variant_new_bytestring_array (entries, (gssize) n);
  task = test_message_take_task (&made, fits);
}

static void
test_message_variables_bound (void)
{
  test_message_check_variables ("A=", 0, TRUE);
  test_message_check_variables ("A=", APOOL_MESSAGE_MAX_VARIABLES, TRUE);
  test_message_check_variables ("A=", APOOL_MESSAGE_MAX_VARIABLES + 1, FALSE);
  test_message_check_variables ("A=", 1000000, FALSE);
}

static void
test_message_bad_variables (void)
{
  test_message_check_variables ("A=b=c\n", 2, TRUE);
  test_message_check_variables ("", 1, FALSE);
  test_message_check_variables ("A", 1, FALSE);
  test_message_check_variables ("=b", 1, FALSE);
}

static void
test_message_check_task (ApoolTaskKind kind, const char *data, gsize length, ApoolHoles *holes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) text = g_bytes_new (data, length);
  g_autoptr (ApoolTask) task = NULL;
  g_autoptr (ApoolTask) got = NULL;
  g_autofree guint8 *bytes = NULL;
  g_autoptr (GVariant) body = NULL;
  g_autoptr (GVariant) sent_holes = NULL;
  g_autoptr (GVariant) got_holes = NULL;

  task = apool_task_new (G_MAXUINT64, 9, kind, text, holes, &error);
  g_assert_no_error (error);
  body = test_message_receive (APOOL_MESSAGE_TASK, wire_body_new_task (task), &bytes);
  got = wire_body_get_task (body, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (apool_task_get_seq (got), ==, G_MAXUINT64);
  g_assert_cmpuint (apool_task_get_line (got), ==, 9);
  g_assert_cmpint (apool_task_get_kind (got), ==, kind);
  g_assert_true (g_bytes_equal (apool_task_get_text (got), text));
  sent_holes = g_variant_ref_sink (apool_holes_to_variant (holes));
  got_holes = g_variant_ref_sink (apool_holes_to_variant (apool_task_get_holes (got)));
  g_assert_true (g_variant_equal (sent_holes, got_holes));
}

static void
test_message_task (void)
{
  static const ApoolValue CHOICES[] = { { "a", 1 }, { "b c", 3 } };
  g_autoptr (ApoolHoles) plain = apool_holes_new ();
  g_autoptr (ApoolHoles) special = apool_holes_new ();

  apool_holes_add_number (plain, 0, 0, NULL);
  apool_holes_add_number (plain, 2, 0, NULL);
  apool_holes_add_number (plain, 2, 0, NULL);
  apool_holes_add_choice (special, 0, CHOICES, 2);
  apool_holes_add_number (special, 0, -1, "%03d");
  test_message_check_task (APOOL_TASK_SHELL, "echo\n\xff'$", 9, NULL);
  test_message_check_task (APOOL_TASK_WORDS, "a\0\0b", 5, plain);
  test_message_check_task (APOOL_TASK_PROGRAM, "", 1, special);
}

/* A directory that no system call could take, or that would be another one than was sent. */
static void
test_message_check_directory (const char *directory, gsize length, gboolean fits)
{
  WireTask made = { .seq = 1,
                    .line = 1,
                    .attempt = 1,
                    .text = "true",
                    .text_length = 5,
                    .directory = directory,
                    .directory_length = length };
  g_autoptr (ApoolTask) task = test_message_take_task (&made, fits);

  if (task)
    g_assert_cmpuint (strlen (apool_task_get_traits (task)->directory), ==, length);
}

static void
test_message_directory (void)
{
  g_autofree char *longest = g_strnfill (PATH_MAX, 'd');

  test_message_check_directory ("/", 1, TRUE);
  test_message_check_directory (longest, PATH_MAX - 1, TRUE);
  test_message_check_directory (longest, PATH_MAX, FALSE);
  test_message_check_directory ("/a\0b", 4, FALSE);
  test_message_check_directory ("/a", 3, FALSE);
}

/* A task made by nobody honest: apool_task_new() would refuse it, and so must the reader. */
static void
test_message_check_bad_holes (guint32 kind, const char *text, gsize length, ApoolHoles *holes)
{
  WireTask made = { .seq = 1,
                    .line = 1,
                    .kind = kind,
                    .attempt = 1,
                    .text = text,
                    .text_length = length,
                    .holes = apool_holes_to_variant (holes) };

  (void) test_message_take_task (&made, FALSE);
}

/* Nobody's processes would be taken for that task's. */
static void
test_message_check_number (guint64 seq, gboolean is_one)
{
  WireTask made = {
    .seq = seq, .line = 1, .kind = APOOL_TASK_WORDS, .attempt = 1, .text = "a", .text_length = 2
  };
  g_autoptr (ApoolTask) task G_GNUC_UNUSED = test_message_take_task (&made, is_one);
}

static void
test_message_numbers (void)
{
  test_message_check_number (1, TRUE);
  test_message_check_number (1 | APOOL_TASK_HOOK_BIT, TRUE);
  test_message_check_number (0, FALSE);
  test_message_check_number (APOOL_TASK_HOOK_BIT, FALSE);
}

static void
test_message_check_bad_task (guint32 kind, const char *text, gsize length, guint32 hole)
{
  g_autoptr (ApoolHoles) holes = apool_holes_new ();

  apool_holes_add_number (holes, hole, 0, NULL);
  test_message_check_bad_holes (kind, text, length, holes);
}

static void
test_message_bad_holes (void)
{
  g_autoptr (ApoolHoles) backwards = apool_holes_new ();
  g_autoptr (ApoolHoles) with_nul = apool_holes_new ();

  apool_holes_add_number (backwards, 1, 0, NULL);
  apool_holes_add_number (backwards, 0, 0, NULL);
  test_message_check_bad_holes (APOOL_TASK_WORDS, "a", 2, backwards);
  apool_holes_add_choice (with_nul, 0, &(ApoolValue){ "\0", 1 }, 1);
  test_message_check_bad_holes (APOOL_TASK_WORDS, "a", 2, with_nul);
}

static void
test_message_bad_tasks (void)
{
  test_message_check_bad_task (APOOL_TASK_PROGRAM + 1, "a", 2, 0);
  test_message_check_bad_task (G_MAXUINT32, "a", 2, 0);
  test_message_check_bad_task (APOOL_TASK_WORDS, "a", 1, 0);    /* no NUL at the end */
  test_message_check_bad_task (APOOL_TASK_WORDS, "", 0, 0);     /* nothing to run */
  test_message_check_bad_task (APOOL_TASK_SHELL, "a\0b", 4, 0); /* two words */
  test_message_check_bad_task (APOOL_TASK_WORDS, "a", 2, 2);    /* a hole behind the end */
  test_message_check_bad_task (APOOL_TASK_WORDS, "a", 2, 1 << 30);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/message/traits", test_message_traits);
  g_test_add_func ("/message/variables-bound", test_message_variables_bound);
  g_test_add_func ("/message/task", test_message_task);
  g_test_add_func ("/message/directory", test_message_directory);
  g_test_add_func ("/message/numbers", test_message_numbers);
  g_test_add_func ("/message/bad-tasks", test_message_bad_tasks);
  g_test_add_func ("/message/bad-holes", test_message_bad_holes);
  g_test_add_func ("/message/bad-variables", test_message_bad_variables);
  return g_test_run ();
}
