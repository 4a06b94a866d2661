/* SPDX-License-Identifier: MIT */
/* What apool says about itself, as it is seen from outside. */

#include <string.h>

#include "e2e.h"

/* Where `--help=replacement` has its examples, and what they are of. */
#define RESULT_COLUMN 19
#define RESULT_WIDTH 15
#define INPUT "logs/day.1.gz"

static void
check_said (E2eRun *run, const char *start)
{
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->err, ==, "");
  g_assert_true (g_str_has_prefix (run->out, start));
}

static void
test_topics (void)
{
  g_autoptr (E2eRun) all = e2e_run ("", "--help=all", NULL);
  g_autoptr (E2eRun) group = e2e_run ("", "--help=output", NULL);
  g_autoptr (E2eRun) option = e2e_run ("", "--help=--timeout", NULL);
  g_autoptr (E2eRun) letter = e2e_run ("", "-hj", NULL);
  g_autoptr (E2eRun) none = e2e_run ("", "--help=", NULL);
  g_autoptr (E2eRun) others = e2e_run ("", "--help", "--jbos", NULL);

  check_said (all, "Usage: ");
  e2e_assert_contains (all->out, "--number-of-sockets");
  check_said (group, "Output:\n");
  check_said (option, "  --timeout TIME\n");
  check_said (letter, "  -j, ");
  check_said (none, "Usage: ");
  g_assert_cmpstr (none->out, ==, others->out);
}

static void
test_unknown_topic (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--help=outptu", NULL);

  e2e_assert_ended (run, 255);
  g_assert_cmpstr (run->out, ==, "");
  g_assert_cmpstr (run->err, ==, "apool: --help=outptu: no topic: did you mean output?\n");
}

static void
test_version (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--version", NULL);

  check_said (run, "apool ");
  e2e_assert_contains (run->out, "\nFeatures: ");
}

/* Each example is true. */
static void
test_examples (void)
{
  g_autoptr (E2eRun) help = e2e_run ("", "--help=replacement", NULL);
  g_auto (GStrv) lines = g_strsplit (help->out, "\n", -1);
  g_autoptr (GPtrArray) args = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  g_autoptr (E2eRun) run = NULL;
  static const char *const first[] = { "--plus", "-q", "printf", "%s\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (first); i++)
    g_ptr_array_add (args, g_strdup (first[i]));
  for (char **line = lines; *line; line++)
    {
      g_autofree char *result = NULL;

      if (!g_str_has_prefix (*line, "  {"))
        continue;
      g_assert_cmpuint (strlen (*line), >, RESULT_COLUMN + RESULT_WIDTH);
      result = g_strchomp (g_strndup (*line + RESULT_COLUMN, RESULT_WIDTH));
      if (!result[0])
        continue;
      g_ptr_array_add (args, g_strchomp (g_strndup (*line + 2, RESULT_COLUMN - 2)));
      g_string_append_printf (expected, "%s\n", result);
    }
  g_assert_cmpuint (args->len, >, 20);
  g_ptr_array_add (args, g_strdup (":::"));
  g_ptr_array_add (args, g_strdup (INPUT));
  g_ptr_array_add (args, NULL);
  run = e2e_run_bytes (nothing, (const char *const *) args->pdata);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, expected->str);
}

static void
add_tests (void)
{
  g_test_add_func ("/help/topics", test_topics);
  g_test_add_func ("/help/unknown-topic", test_unknown_topic);
  g_test_add_func ("/help/version", test_version);
  g_test_add_func ("/help/examples", test_examples);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
