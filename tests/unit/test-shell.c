/* SPDX-License-Identifier: MIT */
/* Which shell the user means, and when none is needed. To see which one is found from below a
 * shell, the program starts itself there with one of two arguments: "--find" prints what is found,
 * "--between" starts "--find" once more and so is an ancestor that is no shell. */

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-shell.h"

static const char *const NO_VARIABLES[] = { NULL };

static const char *const SHELL_VARIABLES[] = { "APOOL_SHELL", "PARALLEL_SHELL", "SHELL" };

static int
test_shell_print_found (void)
{
  g_autofree char *shell = apool_shell_find ();

  g_print ("%s", shell);
  return 0;
}

static int
test_shell_start_find (const char *program)
{
  g_autoptr (GSubprocess) process =
      g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, NULL, program, "--find", NULL);

  return process && g_subprocess_wait_check (process, NULL, NULL) ? 0 : 1;
}

/* Returns: (transfer full): what this program prints when @shell starts it with @mode, in an
 * environment where of the variables that name shells only @variable is set, to @value */
static char *
test_shell_find_below (const char *shell, const char *mode, const char *variable, const char *value)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocessLauncher) launcher =
      g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *self = g_file_read_link ("/proc/self/exe", &error);
  char *output;

  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (SHELL_VARIABLES); i++)
    g_subprocess_launcher_unsetenv (launcher, SHELL_VARIABLES[i]);
  if (variable)
    g_subprocess_launcher_setenv (launcher, variable, value, TRUE);
  /* The second command keeps the shell from replacing itself by the first. */
  process = g_subprocess_launcher_spawn (launcher, &error, shell, "-c", "\"$0\" \"$1\"; exit $?",
                                         self, mode, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_subprocess_get_exit_status (process), ==, 0);
  return output;
}

static char *
test_shell_get_real_path (const char *program)
{
  g_autofree char *path = g_find_program_in_path (program);

  return path ? realpath (path, NULL) : NULL;
}

static void
test_shell_check_found_below (const char *shell, const char *mode)
{
  g_autofree char *expected = test_shell_get_real_path (shell);
  g_autofree char *found = NULL;

  if (!expected)
    {
      g_test_skip_printf ("%s is not installed", shell);
      return;
    }
  found = test_shell_find_below (shell, mode, "SHELL", "/bin/false");
  g_assert_cmpstr (found, ==, expected);
}

static void
test_shell_find_parent (void)
{
  test_shell_check_found_below ("sh", "--find");
  test_shell_check_found_below ("bash", "--find");
}

/* Those that quote in ways of their own. */
static void
test_shell_find_other_parent (gconstpointer data)
{
  static const char *const HOME_VARIABLES[] = { "HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME" };
  g_autoptr (GError) error = NULL;
  g_autofree char *expected = test_shell_get_real_path (data);
  g_autofree char *self = g_file_read_link ("/proc/self/exe", &error);
  g_autofree char *output = NULL;
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
      G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_autoptr (GSubprocess) process = NULL;

  g_assert_no_error (error);
  if (!expected)
    {
      g_test_skip_printf ("%s is not installed", (const char *) data);
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (SHELL_VARIABLES); i++)
    g_subprocess_launcher_unsetenv (launcher, SHELL_VARIABLES[i]);
  /* fish makes folders where it finds room for them, and says where it does not. */
  for (gsize i = 0; i < G_N_ELEMENTS (HOME_VARIABLES); i++)
    g_subprocess_launcher_setenv (launcher, HOME_VARIABLES[i], "/dev/null", TRUE);
  g_subprocess_launcher_setenv (launcher, "APOOL_TEST_SELF", self, TRUE);
  /* The second command keeps the shell from replacing itself by the first. */
  process = g_subprocess_launcher_spawn (launcher, &error, expected, "-c",
                                         "$APOOL_TEST_SELF --find; true", NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (output, ==, expected);
}

static void
test_shell_find_ancestor (void)
{
  test_shell_check_found_below ("bash", "--between");
}

static void
test_shell_find_variables (void)
{
  g_autofree char *by_apool = test_shell_find_below ("sh", "--find", "APOOL_SHELL", "/no/shell");
  g_autofree char *by_parallel =
      test_shell_find_below ("sh", "--find", "PARALLEL_SHELL", "/a/shell");
  g_autofree char *by_name = test_shell_find_below ("sh", "--find", "APOOL_SHELL", "env");
  g_autofree char *by_nothing = test_shell_find_below ("bash", "--find", "APOOL_SHELL", "");
  g_autofree char *env = g_find_program_in_path ("env");
  g_autofree char *bash = test_shell_get_real_path ("bash");

  g_assert_cmpstr (by_apool, ==, "/no/shell");
  g_assert_cmpstr (by_parallel, ==, "/a/shell");
  g_assert_cmpstr (by_name, ==, env);
  g_assert_cmpstr (by_nothing, ==, bash);
}

static void
test_shell_quote_styles (void)
{
  static const struct
  {
    const char *shell;
    ApoolQuoteStyle style;
  } CASES[] = {
    { "/no/sh", APOOL_QUOTE_POSIX },      { "/no/bash", APOOL_QUOTE_POSIX },
    { "/no/zsh", APOOL_QUOTE_POSIX },     { "/no/busybox", APOOL_QUOTE_POSIX },
    { "/no/fizsh", APOOL_QUOTE_POSIX },   { "/no/what", APOOL_QUOTE_POSIX },
    { "/no/fish/sh", APOOL_QUOTE_POSIX }, { "/no/src", APOOL_QUOTE_POSIX },
    { "/no/csh", APOOL_QUOTE_CSH },       { "/no/tcsh", APOOL_QUOTE_CSH },
    { "tcsh", APOOL_QUOTE_CSH },          { "/no/bsd-csh", APOOL_QUOTE_CSH },
    { "/no/rc", APOOL_QUOTE_RC },         { "/no/rc.byron", APOOL_QUOTE_RC },
    { "/no/es", APOOL_QUOTE_RC },         { "/no/fish", APOOL_QUOTE_FISH },
    { "/no/fish-4.0", APOOL_QUOTE_FISH }, { "", APOOL_QUOTE_POSIX },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    g_assert_cmpint (apool_shell_get_quote_style (CASES[i].shell), ==, CASES[i].style);
}

static void
test_shell_check_link (const char *directory,
                       const char *name,
                       const char *target,
                       ApoolQuoteStyle style)
{
  g_autofree char *link = g_build_filename (directory, name, NULL);
  g_autofree char *file = g_build_filename (directory, target, NULL);

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  g_assert_no_errno (symlink (target, link));
  g_assert_cmpint (apool_shell_get_quote_style (link), ==, style);
  g_assert_no_errno (unlink (link));
  g_assert_no_errno (unlink (file));
}

/* What a link leads to says more than its name, where we know that. */
static void
test_shell_quote_links (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = g_dir_make_tmp ("apool-shell-XXXXXX", &error);

  g_assert_no_error (error);
  test_shell_check_link (directory, "mine", "fish", APOOL_QUOTE_FISH);
  test_shell_check_link (directory, "sh", "tcsh", APOOL_QUOTE_CSH);
  test_shell_check_link (directory, "csh", "bash", APOOL_QUOTE_POSIX);
  test_shell_check_link (directory, "rc", "rc-1.7", APOOL_QUOTE_RC);
  test_shell_check_link (directory, "mine", "other", APOOL_QUOTE_POSIX);
  g_assert_no_errno (rmdir (directory));
}

static void
test_shell_is_plain (void)
{
  static const char *const HARMLESS[] = { "HOME=/", "ENVIRONMENT=x", "XENV=x", "BASH=x", NULL };
  static const char *const NAMES[] = { "BASH_ENV=x", "ENV=", "SHELLOPTS=x", "BASHOPTS=x" };

  g_assert_true (apool_shell_is_plain ("/bin/sh", NO_VARIABLES));
  g_assert_true (apool_shell_is_plain ("/usr/bin/dash", NO_VARIABLES));
  g_assert_true (apool_shell_is_plain ("bash", HARMLESS));
  g_assert_true (apool_shell_is_plain ("/bin/ksh", HARMLESS));
  g_assert_false (apool_shell_is_plain ("/bin/zsh", NO_VARIABLES));
  g_assert_false (apool_shell_is_plain ("/bin/fish", NO_VARIABLES));
  g_assert_false (apool_shell_is_plain ("/sh/rbash", NO_VARIABLES));
  for (gsize i = 0; i < G_N_ELEMENTS (NAMES); i++)
    {
      const char *const environment[] = { "HOME=/", NAMES[i], NULL };

      g_assert_false (apool_shell_is_plain ("/bin/bash", environment));
    }
}

static gboolean
test_shell_text (const char *text, gboolean leading_word)
{
  return apool_shell_text_is_plain (text, strlen (text), leading_word);
}

static void
test_shell_text_is_plain (void)
{
  static const char PLAIN[] = "_./:,+@-";

  for (int byte = 1; byte < 256; byte++)
    {
      char text[] = { 'x', (char) byte, '\0' };
      gboolean plain = g_ascii_isalnum (text[1]) || strchr (PLAIN, text[1]);
      gboolean not_leading = plain || text[1] == '=' || text[1] == '%';

      g_assert_cmpint (test_shell_text (text, TRUE), ==, plain);
      g_assert_cmpint (test_shell_text (text, FALSE), ==, not_leading);
    }
  g_assert_false (apool_shell_text_is_plain ("a\0b", 3, FALSE));
  g_assert_true (test_shell_text ("", TRUE));
}

/* Texts we call plain are what a shell makes of them, too. */
static void
test_shell_text_is_itself (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) line = g_string_new ("printf '%s\\n'");
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autoptr (GSubprocess) process = NULL;
  g_autofree char *output = NULL;

  for (int i = 0; i < 500; i++)
    {
      static const char BYTES[] = "ab~%:=/@+-,._0^!{}#*";
      char text[6] = { 0 };

      for (gsize j = 0; j < sizeof text - 1; j++)
        text[j] = BYTES[g_test_rand_int_range (0, sizeof BYTES - 1)];
      if (!test_shell_text (text, FALSE))
        continue;
      g_string_append_printf (line, " %s", text);
      g_string_append_printf (expected, "%s\n", text);
    }
  process =
      g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "bash", "-c", line->str, NULL);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  if (expected->len > 0)
    g_assert_cmpstr (output, ==, expected->str);
}

static gboolean
test_shell_runs (const char *command, const char *const *environment)
{
  g_auto (GStrv) words = g_strsplit (command, " ", -1);

  return apool_shell_runs_itself ((const char *const *) words, environment);
}

/* Whatever bash and sh say they run themselves, we say so as well. */
static void
test_shell_runs_builtins (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
                                                      "bash", "-c", "compgen -b; compgen -k", NULL);
  g_autofree char *output = NULL;
  g_auto (GStrv) names = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  names = g_strsplit (g_strchomp (output), "\n", -1);
  g_assert_cmpuint (g_strv_length (names), >, 50);
  for (char **name = names; *name; name++)
    {
      g_autofree char *command = g_strconcat (*name, " --help", NULL);

      g_test_message ("%s", *name);
      g_assert_true (test_shell_runs (command, NO_VARIABLES));
    }
}

static void
test_shell_runs_others (void)
{
  static const char *const OWN[] = {
    "alarm x", "[[ x", "bgr",    "chdir /", "let] x", "hist",
    "print x", "r",    "whence", "wait",    "} x",    "getconf x"
  };
  static const char *const PROGRAMS[] = { "cat x", "sleep 1", "/bin/echo -n", "./cd x", "gzip" };

  const char *const empty_word[] = { "", NULL };

  g_assert_false (apool_shell_runs_itself (empty_word, NO_VARIABLES));
  for (gsize i = 0; i < G_N_ELEMENTS (OWN); i++)
    g_assert_true (test_shell_runs (OWN[i], NO_VARIABLES));
  for (gsize i = 0; i < G_N_ELEMENTS (PROGRAMS); i++)
    g_assert_false (test_shell_runs (PROGRAMS[i], NO_VARIABLES));
}

static void
test_shell_runs_twins (void)
{
  g_assert_false (test_shell_runs ("echo", NO_VARIABLES));
  g_assert_false (test_shell_runs ("echo job -n 1", NO_VARIABLES));
  g_assert_false (test_shell_runs ("echo  x", NO_VARIABLES));
  g_assert_true (test_shell_runs ("echo -n 1", NO_VARIABLES));
  g_assert_true (test_shell_runs ("echo -", NO_VARIABLES));
  g_assert_true (test_shell_runs ("echo a b\\n", NO_VARIABLES));
  g_assert_false (test_shell_runs ("true", NO_VARIABLES));
  g_assert_false (test_shell_runs ("false x\\y -n", NO_VARIABLES));
  g_assert_true (test_shell_runs ("true --help", NO_VARIABLES));
  g_assert_true (test_shell_runs ("false --version", NO_VARIABLES));
}

static void
test_shell_runs_functions (void)
{
  static const char *const ENVIRONMENT[] = { "HOME=/",
                                             "BASH_FUNC_gzip%%=() {  :; }",
                                             "BASH_FUNC_old()=() {  :; }",
                                             "BASH_FUNC_echo%%=() {",
                                             "xz=() { :; }",
                                             NULL };

  g_assert_true (test_shell_runs ("gzip x", ENVIRONMENT));
  g_assert_true (test_shell_runs ("old", ENVIRONMENT));
  g_assert_true (test_shell_runs ("echo a", ENVIRONMENT));
  g_assert_false (test_shell_runs ("gzi", ENVIRONMENT));
  g_assert_false (test_shell_runs ("gzip2", ENVIRONMENT));
  g_assert_false (test_shell_runs ("xz", ENVIRONMENT));
}

int
main (int argc, char **argv)
{
  if (argc == 2 && strcmp (argv[1], "--find") == 0)
    return test_shell_print_found ();
  if (argc == 2 && strcmp (argv[1], "--between") == 0)
    return test_shell_start_find (argv[0]);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/shell/find/parent", test_shell_find_parent);
  g_test_add_func ("/shell/find/ancestor", test_shell_find_ancestor);
  g_test_add_func ("/shell/find/variables", test_shell_find_variables);
  g_test_add_data_func ("/shell/find/tcsh", "tcsh", test_shell_find_other_parent);
  g_test_add_data_func ("/shell/find/fish", "fish", test_shell_find_other_parent);
  g_test_add_data_func ("/shell/find/rc", "rc", test_shell_find_other_parent);
  g_test_add_func ("/shell/quote-styles", test_shell_quote_styles);
  g_test_add_func ("/shell/quote-links", test_shell_quote_links);
  g_test_add_func ("/shell/is-plain", test_shell_is_plain);
  g_test_add_func ("/shell/text-is-plain", test_shell_text_is_plain);
  g_test_add_func ("/shell/text-is-itself", test_shell_text_is_itself);
  g_test_add_func ("/shell/runs-itself/builtins", test_shell_runs_builtins);
  g_test_add_func ("/shell/runs-itself/others", test_shell_runs_others);
  g_test_add_func ("/shell/runs-itself/twins", test_shell_runs_twins);
  g_test_add_func ("/shell/runs-itself/functions", test_shell_runs_functions);
  return g_test_run ();
}
