/* SPDX-License-Identifier: MIT */
/* Jobs of shells that quote in ways of their own: what goes in is one word, and never code. A shell
 * that is not installed is skipped. */

#include <string.h>

#include "e2e.h"

/**
 * TestShell:
 * @name: of a shell
 * @last_byte: the greatest that it can read at all
 * @quoted: what `it's a b!` is for it
 */
typedef struct
{
  const char *name;
  int last_byte;
  const char *quoted;
} TestShell;

static const TestShell SHELLS[] = {
  { "bash", 255, "'it'\"'\"'s a b!'" },
  { "tcsh", 255, "it\\'s\\ a\\ b\\!" },
  { "fish", 255, "'it\\'s a b!'" },
  { "rc", 254, "'it''s a b!'" },
};

/* Runs a script in a folder of its own, which is HOME, with $1 and $2 as of e2e_shell(). fish makes
 * folders for its settings and data. */
static E2eRun *
shells_run (const TestShell *shell, const char *dir, const char *script)
{
  /* Several fishes at once fail to make their folders, so these are there before. */
  g_autofree char *quoted = g_shell_quote (dir);
  g_autofree char *whole =
      g_strdup_printf ("cd %s && mkdir -p config/fish data/fish && export HOME=$PWD APOOL_SHELL=%s "
                       "XDG_CONFIG_HOME=$PWD/config XDG_DATA_HOME=$PWD/data && set +H && %s",
                       quoted, shell->name, script);

  return e2e_shell ("", whole);
}

static gboolean
shells_have (const TestShell *shell)
{
  g_autofree char *path = g_find_program_in_path (shell->name);

  if (!path)
    g_test_skip_printf ("%s is not installed", shell->name);
  return path != NULL;
}

/* Adds an input, and what testprog shows of it. */
static void
shells_add (GString *input, GString *expected, const char *value, gsize length)
{
  g_string_append_len (input, value, (gssize) length);
  g_string_append_c (input, '\0');
  g_string_append_printf (expected, "%" G_GSIZE_MODIFIER "x:", length);
  g_string_append_len (expected, value, (gssize) length);
  g_string_append_c (expected, '\n');
}

/* Every byte, and every one before and behind each of those that mean the most. */
static void
shells_add_all (const TestShell *shell, GString *input, GString *expected)
{
  static const char SPECIAL[] = "'\\\n!$\"";

  shells_add (input, expected, "", 0);
  for (int byte = 1; byte <= shell->last_byte; byte++)
    {
      shells_add (input, expected, (const char[]){ (char) byte }, 1);
      for (const char *special = SPECIAL; *special; special++)
        {
          const char values[] = { (char) byte, *special, (char) byte };

          shells_add (input, expected, values, 2);
          shells_add (input, expected, values + 1, 2);
        }
    }
}

static void
shells_write (const char *dir, const char *name, const GString *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (dir, name, NULL);

  g_file_set_contents (path, text->str, (gssize) text->len, &error);
  g_assert_no_error (error);
}

static void
shells_check (const TestShell *shell, const char *dir, const char *script, const GString *expected)
{
  g_autoptr (E2eRun) run = shells_run (shell, dir, script);

  g_assert_cmpstr (run->err, ==, "");
  e2e_assert_ended (run, 0);
  g_assert_cmpmem (run->out, run->out_length, expected->str, expected->len);
}

/* In lines, in words that the worker joins, and in lines that are printed to be run later. */
static void
test_bytes (gconstpointer data)
{
  static const char *const SCRIPTS[] = {
    "\"$1\" -0 -N400 -a input \"$2\" args {}",
    "LC_ALL=C.UTF-8 \"$1\" -0 -N400 -a input \"$2\" args {}",
    "\"$1\" -q -0 -N400 -a input \"$2\" args {}",
    "\"$1\" --dry-run -0 -N400 -a input \"$2\" args {} >script && \"$APOOL_SHELL\" script",
  };
  const TestShell *shell = data;
  g_autoptr (GString) input = g_string_new (NULL);
  g_autoptr (GString) expected = g_string_new (NULL);
  g_auto (E2eDir) dir = e2e_dir_new ();

  if (!shells_have (shell))
    return;
  shells_add_all (shell, input, expected);
  shells_write (dir, "input", input);
  for (gsize i = 0; i < G_N_ELEMENTS (SCRIPTS); i++)
    shells_check (shell, dir, SCRIPTS[i], expected);
}

/* By the shell's own echo, which may read backslashes: only what it does not print is looked at. */
static void
test_code (gconstpointer data)
{
  static const char *const VALUES[] = {
    "x\ntouch pwned\n",      "';touch pwned;'",     "\\'\";touch pwned;#",   "\";touch pwned;\"",
    "`touch pwned`",         "$(touch pwned)",      "(touch pwned)",         "\\\ntouch pwned\n",
    "''';touch pwned;'''",   "!touch pwned\n",      "\\';touch pwned;'",     "^'\ntouch pwned\n'",
    "\xff\ntouch pwned\n\"", "\xa4'\ntouch pwned;", "\xa4\\';touch pwned;#",
  };
  const TestShell *shell = data;
  g_autoptr (GString) input = g_string_new (NULL);
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *pwned = g_build_filename (dir, "pwned", NULL);
  g_autoptr (E2eRun) run = NULL;

  if (!shells_have (shell))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (VALUES); i++)
    g_string_append_len (input, VALUES[i], (gssize) strlen (VALUES[i]) + 1);
  shells_write (dir, "input", input);
  run = shells_run (shell, dir, "\"$1\" -0 -a input echo {} x{}y {}{}");
  /* What the shell cannot read fails. */
  e2e_assert_ended (run, shell->last_byte < 255 ? 1 : 0);
  g_assert_false (g_file_test (pwned, G_FILE_TEST_EXISTS));
}

/* Values beside each other, beside the user's quotes, and what is known only when a job starts. */
static void
test_places (gconstpointer data)
{
  const TestShell *shell = data;
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autoptr (GString) ignored = g_string_new (NULL);

  if (!shells_have (shell))
    return;
  shells_add (ignored, expected, "it's!it's!", 10);
  shells_add (ignored, expected, "it's!y z", 8);
  shells_add (ignored, expected, "y zit's!", 8);
  shells_add (ignored, expected, "it's! 1", 7);
  shells_add (ignored, expected, "it's! 1z", 8);
  shells_add (ignored, expected, "it's!", 5);
  shells_check (shell, dir,
                "\"$1\" \"$2\" args {}{} \"{}'y z'\" \"'y z'{}\" '{}{%:%2d}' "
                "\"{}{= \\$_ = ' ' . slot() =}'z'\" '{= $_ = Q($_); uq() =}' ::: \"it's!\"",
                expected);
}

static void
test_printed (gconstpointer data)
{
  const TestShell *shell = data;
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (GString) expected = g_string_new (shell->quoted);
  g_autoptr (GString) line = g_string_new ("echo ");

  if (!shells_have (shell))
    return;
  g_string_append_c (expected, '\n');
  g_string_append (line, expected->str);
  shells_check (shell, dir, "\"$1\" --shell-quote ::: \"it's a b!\"", expected);
  shells_check (shell, dir, "\"$1\" --shell --shell-quote ::: \"it's a b!\"", expected);
  shells_check (shell, dir, "\"$1\" --dry-run echo {} ::: \"it's a b!\"", line);
  shells_check (shell, dir, "\"$1\" --dry-run -q echo {} ::: \"it's a b!\"", line);
}

static void
add_tests (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (SHELLS); i++)
    {
      g_autofree char *bytes = g_strdup_printf ("/shells/%s/bytes", SHELLS[i].name);
      g_autofree char *code = g_strdup_printf ("/shells/%s/code", SHELLS[i].name);
      g_autofree char *places = g_strdup_printf ("/shells/%s/places", SHELLS[i].name);
      g_autofree char *printed = g_strdup_printf ("/shells/%s/printed", SHELLS[i].name);

      g_test_add_data_func (bytes, &SHELLS[i], test_bytes);
      g_test_add_data_func (code, &SHELLS[i], test_code);
      g_test_add_data_func (places, &SHELLS[i], test_places);
      g_test_add_data_func (printed, &SHELLS[i], test_printed);
    }
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
