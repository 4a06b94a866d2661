/* SPDX-License-Identifier: MIT */
/* Bytes are bytes: what goes in as a line comes out of the job as it was. */

#include <string.h>

#include "e2e.h"

/* Through a program that shows its arguments, with and without a shell in between. */
static void
check_passed (const char *input, gsize length, const char *option, const char *expected)
{
  const char *direct[] = { "-j2", e2e_testprog (), "args", "{}", NULL };
  const char *by_shell[] = { "-j2", ":;", e2e_testprog (), "args", "{}", NULL };
  const char *const *commands[] = { direct, by_shell };

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autoptr (GPtrArray) args = g_ptr_array_new ();
      g_autoptr (GBytes) bytes = g_bytes_new (input, length);
      g_autoptr (E2eRun) run = NULL;

      if (option != NULL)
        g_ptr_array_add (args, (gpointer) option);
      for (gsize j = 0; commands[i][j] != NULL; j++)
        g_ptr_array_add (args, (gpointer) commands[i][j]);
      g_ptr_array_add (args, NULL);
      run = e2e_run_bytes (bytes, (const char *const *) args->pdata);
      e2e_assert_ended (run, 0);
      g_assert_cmpstr (run->out, ==, expected);
    }
}

static void
test_blanks (void)
{
  const char input[] = "two  words\n leading\ntrailing \n\ttab\t\n \n";

  check_passed (input, strlen (input), NULL,
                "a:two  words\n8: leading\n9:trailing \n5:\ttab\t\n1: \n");
}

static void
test_shell_characters (void)
{
  const char input[] = "it's\n\"q\"\n$HOME `id` $(id)\nback\\slash\\\n*?[a]{b}~!#&;|<>()\n";

  check_passed (input, strlen (input), NULL,
                "4:it's\n3:\"q\"\n10:$HOME `id` $(id)\nb:back\\slash\\\n12:*?[a]{b}~!#&;|<>()\n");
}

static void
test_option_like (void)
{
  const char input[] = "-n\n--help\n:::\n=\n";

  check_passed (input, strlen (input), NULL, "2:-n\n6:--help\n3::::\n1:=\n");
}

/* A value is not read again for placeholders. */
static void
test_placeholders (void)
{
  const char input[] = "{}\n{#}\n<>\n";

  check_passed (input, strlen (input), NULL, "2:{}\n3:{#}\n2:<>\n");
}

static void
test_invalid_utf8 (void)
{
  const char input[] = "\xff\xfe\n\xc3(\ncaf\xe9\n";

  check_passed (input, strlen (input), NULL, "2:\xff\xfe\n2:\xc3(\n4:caf\xe9\n");
}

static void
test_nul_delimited (void)
{
  const char input[] = "one\nline\0two\0\n";

  check_passed (input, sizeof input - 1, "-0", "8:one\nline\n3:two\n1:\n\n");
}

/* An argument is cut as a line would be: where it holds a delimiter there are two. */
static void
test_arguments (void)
{
  g_autoptr (E2eRun) lines =
      e2e_run ("", e2e_testprog (), "args", "{}", ":::", "one\ntwo", "", "three", NULL);
  g_autoptr (E2eRun) nul =
      e2e_run ("", "-0", e2e_testprog (), "args", "{}", ":::", "one\ntwo", "", "three", NULL);

  e2e_assert_ended (lines, 0);
  g_assert_cmpstr (lines->out, ==, "3:one\n3:two\n0:\n5:three\n");
  e2e_assert_ended (nul, 0);
  g_assert_cmpstr (nul->out, ==, "7:one\ntwo\n0:\n5:three\n");
}

static void
test_empty_line (void)
{
  const char input[] = "a\n\nb\n";

  check_passed (input, strlen (input), NULL, "1:a\n0:\n1:b\n");
}

static void
test_long_line (void)
{
  const gsize length = 100 * 1000;
  g_autofree char *line = g_strnfill (length, 'q');
  g_autofree char *input = g_strconcat (line, "\nshort\n", NULL);
  g_autofree char *expected = g_strconcat ("186a0:", line, "\n5:short\n", NULL);

  check_passed (input, strlen (input), NULL, expected);
}

/* What jobs write: no newline is added, no byte is changed, NUL included. */
static void
test_output (void)
{
  g_autoptr (E2eRun) half = e2e_run ("", e2e_testprog (), "half", "{#}", ":::", "a", "b", NULL);
  g_autoptr (E2eRun) binary = e2e_run ("", "printf '\\000\\377\\r\\n%s' {}", ":::", "a", "b", NULL);

  e2e_assert_ended (half, 0);
  g_assert_cmpstr (half->out, ==, "halfhalf");
  e2e_assert_ended (binary, 0);
  g_assert_cmpmem (binary->out, binary->out_length, "\0\377\r\na\0\377\r\nb", 10);
}

static void
test_both_outputs (void)
{
  g_autoptr (E2eRun) apart = e2e_run ("", e2e_testprog (), "both", ":::", "a", "b", NULL);
  g_autoptr (E2eRun) together = e2e_shell ("", "\"$1\" \"$2\" both ::: a b 2>&1");

  e2e_assert_ended (apart, 0);
  g_assert_cmpstr (apart->out, ==, "out a\nout b\n");
  g_assert_cmpstr (apart->err, ==, "err a\nerr b\n");
  e2e_assert_ended (together, 0);
  g_assert_cmpstr (together->out, ==, "out a\nerr a\nout b\nerr b\n");
}

static void
add_tests (void)
{
  g_test_add_func ("/bytes/blanks", test_blanks);
  g_test_add_func ("/bytes/shell-characters", test_shell_characters);
  g_test_add_func ("/bytes/option-like", test_option_like);
  g_test_add_func ("/bytes/placeholders", test_placeholders);
  g_test_add_func ("/bytes/invalid-utf8", test_invalid_utf8);
  g_test_add_func ("/bytes/nul-delimited", test_nul_delimited);
  g_test_add_func ("/bytes/arguments", test_arguments);
  g_test_add_func ("/bytes/empty-line", test_empty_line);
  g_test_add_func ("/bytes/long-line", test_long_line);
  g_test_add_func ("/bytes/output", test_output);
  g_test_add_func ("/bytes/both-outputs", test_both_outputs);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
