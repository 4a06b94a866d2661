/* SPDX-License-Identifier: MIT */
/* Which command lines look like a mistake, and which do not. */

#include <glib.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "cli/apool-hint-find.h"

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
check_inputs (const char *const *command, const char *expected)
{
  g_autofree char *text = apool_hint_dup_inputs (command, ":::");

  g_assert_cmpstr (text, ==, expected);
}

/* Files are there, with these names. */
static void
enter_directory (char **name)
{
  static const char *const files[] = { "a.log", "b.log", "c d", "-x" };
  g_autoptr (GError) error = NULL;

  *name = g_dir_make_tmp ("hint-XXXXXX", &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chdir (*name), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    g_assert_true (g_file_set_contents (files[i], "", 0, NULL));
}

static void
leave_directory (const char *name)
{
  static const char *const files[] = { "a.log", "b.log", "c d", "-x" };

  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    g_assert_cmpint (g_unlink (files[i]), ==, 0);
  g_assert_cmpint (g_chdir ("/"), ==, 0);
  g_assert_cmpint (g_rmdir (name), ==, 0);
}

static void
test_hint_separator (void)
{
  g_autofree char *directory = NULL;

  enter_directory (&directory);
  check_inputs (WORDS ("gzip", "a.log"), "is \":::\" missing? apool gzip ::: a.log");
  check_inputs (WORDS ("gzip", "-9", "a.log", "b.log"),
                "is \":::\" missing? apool gzip -9 ::: a.log b.log");
  check_inputs (WORDS ("wc", "-l", "a.log", "c d", "b.log"),
                "is \":::\" missing? apool wc -l ::: a.log 'c d' ...");
  check_inputs (WORDS ("convert", "{}", "{.}.png", "a.log"),
                "is \":::\" missing? apool convert '{}' '{.}.png' ::: a.log");
  check_inputs (WORDS ("grep", "a.log", "x", "b.log"),
                "is \":::\" missing? apool grep a.log x ::: b.log");
  /* The command itself is none of its inputs, nor is an option; what is no file may be anything. */
  check_inputs (WORDS ("a.log"), NULL);
  check_inputs (WORDS ("wc", "-x"), NULL);
  check_inputs (WORDS ("wc", "a.log", "x"), NULL);
  check_inputs (WORDS ("echo"), NULL);
  check_inputs ((const char *const[]){ NULL }, NULL);
  leave_directory (directory);
}

static void
test_hint_blanks (void)
{
  g_autofree char *other = apool_hint_dup_inputs (WORDS ("echo", ":::a", ",a"), ",");
  g_autofree char *none = apool_hint_dup_inputs (WORDS ("echo", "a"), "");

  g_assert_cmpstr (other, ==, "is a blank missing behind \",\" in ,a?");
  g_assert_null (none);
  check_inputs (WORDS ("echo", ":::a", "b"), "is a blank missing behind \":::\" in :::a?");
  check_inputs (WORDS ("echo", "::::a"), "is a blank missing behind \":::\" in ::::a?");
  check_inputs (WORDS ("\u2013j4", "echo"), "is \u2013j4 an option? it begins with no -");
  check_inputs (WORDS ("echo", "a:::b"), NULL);
  check_inputs (WORDS ("echo", "::x"), NULL);
  check_inputs (WORDS ("echo", "\u2013j4"), NULL);
}

static void
test_hint_colons (void)
{
  g_autofree char *other = apool_hint_dup_inputs (WORDS ("echo", "::", "a"), ",");

  g_assert_null (other);
  check_inputs (WORDS ("echo", "::", "a", "b"), "is \":::\" meant by \"::\"? apool echo ::: a b");
  check_inputs (WORDS ("wc", "-l", ":::::", "a b", "c", "d"),
                "is \":::\" meant by \":::::\"? apool wc -l ::: 'a b' c ...");
  check_inputs (WORDS ("echo", "{}", "::+", "a"),
                "is \":::\" meant by \"::+\"? apool echo '{}' ::: a");
  check_inputs (WORDS ("::", "ls", "df"), "is \":::\" meant by \"::\"? apool ::: ls df");
  check_inputs (WORDS ("echo", "::", "a", "::", "b"),
                "is \":::\" meant by \"::\"? apool echo ::: a :: ...");
  /* A word of its own, where inputs have another place or there would be none. */
  check_inputs (WORDS ("echo", "::", "{}"), NULL);
  check_inputs (WORDS ("echo", "::", "a", "<>"), NULL);
  check_inputs (WORDS ("echo", "::"), NULL);
  check_inputs (WORDS ("echo", ":", "a"), NULL);
  check_inputs (WORDS ("echo", "::a", "std::", "a"), NULL);
}

static void
test_hint_pipe (void)
{
  check_inputs (WORDS ("cat list | gzip"), "is a pipe meant? cat list | apool gzip");
  check_inputs (WORDS ("ls *.c|wc -l {} | sort"),
                "is a pipe meant? ls *.c | apool 'wc -l {} | sort'");
  check_inputs (WORDS ("grep 'a|b' x | wc"), "is a pipe meant? grep 'a|b' x | apool wc");
  check_inputs (WORDS ("cat {} | wc"), NULL);
  check_inputs (WORDS ("cat '<>' | wc"), NULL);
  check_inputs (WORDS ("cd x || exit"), NULL);
  check_inputs (WORDS ("grep 'a|b'"), NULL);
  check_inputs (WORDS ("grep a\\|b"), NULL);
  check_inputs (WORDS ("echo \"|\""), NULL);
  check_inputs (WORDS ("| wc"), NULL);
  check_inputs (WORDS ("wc |"), NULL);
  check_inputs (WORDS ("|"), NULL);
  check_inputs (WORDS ("ls | wc", "x"), NULL);
}

static void
check_behind (const char *const *command, const char *const *inputs, const char *expected)
{
  const char *word;
  g_autofree char *text = apool_hint_dup_behind (command, ":::", inputs, &word);

  g_assert_cmpstr (text, ==, expected);
  g_assert_cmpint (word != NULL, ==, text != NULL);
}

#define ASKED(word, line)                                                                          \
  "is " word " an option? those of apool stand before the command: apool " line

static void
test_hint_behind (void)
{
  g_autofree char *directory = NULL;

  enter_directory (&directory);
  check_behind (WORDS ("gzip"), WORDS ("a.log", "b.log", "-j4"), ASKED ("-j4", "-j4 gzip ::: ..."));
  check_behind (WORDS ("ping", "-c1"), WORDS ("h1", "-kj", "2", "--eta"),
                ASKED ("-kj", "-kj 2 --eta ping -c1 ::: ..."));
  check_behind (WORDS ("echo x {}"), WORDS ("a", "b", "--dry-run"),
                ASKED ("--dry-run", "--dry-run 'echo x {}' ::: ..."));
  check_behind (WORDS ("echo"), WORDS ("-", "--joblog", "a.log", "--delay=2"),
                ASKED ("--joblog", "--joblog a.log --delay=2 echo ::: ..."));
  check_behind (WORDS ("gzip"), WORDS ("a.log", "c d", "-k"), ASKED ("-k", "-k gzip ::: ..."));
  check_behind ((const char *const[]){ NULL }, WORDS ("ls", "df", "-j2"),
                ASKED ("-j2", "-j2 ::: ..."));
  leave_directory (directory);
}

/* Inputs that begin with a dash, and are meant to. */
static void
test_hint_dashes (void)
{
  g_autofree char *directory = NULL;

  enter_directory (&directory);
  /* All of them, or among others that are none of ours. */
  check_behind (WORDS ("./prog"), WORDS ("-O0", "-O1", "-O2"), NULL);
  check_behind (WORDS ("make"), WORDS ("-j1", "-j2", "-j4"), NULL);
  check_behind (WORDS ("./prog"), WORDS ("a.log", "-O2"), NULL);
  check_behind (WORDS ("./prog"), WORDS ("x", "--no-such-option"), NULL);
  check_behind (WORDS ("./prog"), WORDS ("x", "--fast", "--dry-run"), NULL);
  check_behind (WORDS ("./prog"), WORDS ("x", "--dry-run", "y"), NULL);
  check_behind (WORDS ("./prog"), WORDS ("x", "-j4", "y", "z"), NULL);
  /* One of several ways, of which one is none. */
  check_behind (WORDS ("./prog"), WORDS ("", "--dry-run"), NULL);
  check_behind (WORDS ("./prog"), WORDS ("", "-j4"), NULL);
  check_behind (WORDS ("./prog"), WORDS ("base", "-v"), NULL);
  check_behind (WORDS ("./prog"), WORDS ("build", "--help"), NULL);
  check_behind (WORDS ("./prog"), WORDS ("build", "--version"), NULL);
  /* Not as they can be typed, or not by their whole names. */
  check_behind (WORDS ("./prog"), WORDS ("x", "--dry"), NULL);
  check_behind (WORDS ("./prog"), WORDS ("x", "--dry-run=1"), NULL);
  check_behind (WORDS ("./prog"), WORDS ("x", "-j"), NULL);
  check_behind (WORDS ("./prog"), WORDS ("x", "-jx"), NULL);
  check_behind (WORDS ("./prog"), WORDS ("x", "--joblog"), NULL);
  check_behind (WORDS ("./prog"), WORDS ("x", "--"), NULL);
  check_behind (WORDS ("./prog"), WORDS ("1", "0", "-1"), NULL);
  check_behind (WORDS ("./prog"), WORDS ("1", "-0"), NULL);
  check_behind (WORDS ("./prog"), WORDS ("x", "-"), NULL);
  /* A file, which -x is here; and no options at all. */
  check_behind (WORDS ("gzip"), WORDS ("a.log", "-x"), NULL);
  check_behind (WORDS ("gzip"), WORDS ("a.log"), NULL);
  check_behind (WORDS ("gzip"), (const char *const[]){ NULL }, NULL);
  leave_directory (directory);
}

static void
check_name (const char *word, const char *option, const char *expected)
{
  const char *const command[] = { word, "x", NULL };
  g_autofree char *text = apool_hint_dup_name (command, option);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_hint_name (void)
{
  const char *const none[] = { NULL };

  check_name ("ls -l", "-q",
              "with -q 'ls -l' is the name of one program: leave out -q, or the quotes");
  check_name ("a|b", "--no-shell",
              "with --no-shell 'a|b' is the name of one program: leave out --no-shell, or the "
              "quotes");
  check_name ("\u2014bar", NULL, "is \u2014bar an option? it begins with no -");
  check_name ("ls -l", NULL, NULL);
  check_name ("ls", "-q", NULL);
  check_name ("", "-q", NULL);
  g_assert_null (apool_hint_dup_name (none, "-q"));
}

static void
check_function_name (const char *word, const char *expected)
{
  g_autofree char *name = apool_hint_dup_function_name (WORDS (word));

  g_assert_cmpstr (name, ==, expected);
}

static void
check_function (const char *name, gboolean is_asked)
{
  static const char *const environment[] = { "BASH_FUNC_mine%%=() { :; }", "PATH=/bin", NULL };
  g_autofree char *text = apool_hint_dup_function (name, environment);

  g_assert_cmpint (text != NULL, ==, is_asked);
}

static void
test_hint_function (void)
{
  const char *const none[] = { NULL };
  g_autofree char *text = apool_hint_dup_function ("no-such", none);

  g_assert_cmpstr (text, ==,
                   "is no-such a function or an alias of yours? jobs know functions after "
                   "\"export -f no-such\", and no aliases");
  check_function_name ("f", "f");
  check_function_name ("_to.mp3 {} x", "_to.mp3");
  check_function_name ("f\n", "f");
  check_function_name ("{}", NULL);
  check_function_name ("./f", NULL);
  check_function_name ("f=1 x", NULL);
  check_function_name ("f;x", NULL);
  check_function_name ("-f", NULL);
  check_function_name ("1f", NULL);
  check_function_name ("", NULL);
  g_assert_null (apool_hint_dup_function_name (none));
  check_function ("no-such", TRUE);
  check_function ("cat", FALSE);
  check_function ("exit", FALSE);
  check_function ("mine", FALSE);
}

static void
check_unquoted (const char *const *command, ApoolHintCase expected)
{
  ApoolHintCase when;
  g_autofree char *text = apool_hint_dup_unquoted (command, &when);

  g_assert_cmpint (when, ==, expected);
  g_assert_cmpint (text != NULL, ==, expected != APOOL_HINT_NEVER);
}

static void
test_hint_unquoted (void)
{
  g_autofree char *text = NULL;
  ApoolHintCase when;

  check_unquoted (WORDS ("awk", "{print $1}"), APOOL_HINT_BROKEN);
  check_unquoted (WORDS ("/usr/bin/awk", "-F:", "$3>5"), APOOL_HINT_BROKEN);
  check_unquoted (WORDS ("sed", "s/a b/c/", "{}"), APOOL_HINT_FAILED);
  check_unquoted (WORDS ("grep", "-E", "(a|b)", "{}"), APOOL_HINT_BROKEN);
  check_unquoted (WORDS ("perl", "-ne", "print if /x/"), APOOL_HINT_BROKEN);
  text = apool_hint_dup_unquoted (WORDS ("awk", "{print $1}"), &when);
  g_assert_cmpstr (
      text, ==, "the shell of the job reads {print $1} without quotes: use -q, or quote it twice");
}

static void
test_hint_script (void)
{
  g_autofree char *text = NULL;
  ApoolHintCase when;

  check_unquoted (WORDS ("bash", "-c", "cd {} && make"), APOOL_HINT_ENDED);
  check_unquoted (WORDS ("/bin/sh", "-c", "echo \"{}\""), APOOL_HINT_ENDED);
  check_unquoted (WORDS ("sh", "-c", "'cd {} && make'"), APOOL_HINT_NEVER);
  check_unquoted (WORDS ("sh", "-c", "\"cd {}\""), APOOL_HINT_NEVER);
  check_unquoted (WORDS ("sh", "-c", "cd\\ {}"), APOOL_HINT_NEVER);
  check_unquoted (WORDS ("sh", "-c", "{}"), APOOL_HINT_NEVER);
  check_unquoted (WORDS ("sh", "-c", "make"), APOOL_HINT_NEVER);
  check_unquoted (WORDS ("sh", "-c"), APOOL_HINT_NEVER);
  check_unquoted (WORDS ("sh", "script", "a b"), APOOL_HINT_NEVER);
  check_unquoted (WORDS ("sh -c 'cd {}'"), APOOL_HINT_NEVER);
  text = apool_hint_dup_unquoted (WORDS ("bash", "-c", "cd {} && make"), &when);
  g_assert_cmpstr (text, ==,
                   "bash -c gets only 'cd': a shell runs the command anyway: leave out bash -c");
}

/* Correct uses, which are many. */
static void
test_hint_well_quoted (void)
{
  check_unquoted (WORDS ("awk", "'{print $1}'", "{}"), APOOL_HINT_NEVER);
  check_unquoted (WORDS ("awk '{print $1}' {}"), APOOL_HINT_NEVER);
  check_unquoted (WORDS ("awk", "\"{print \\$1}\""), APOOL_HINT_NEVER);
  check_unquoted (WORDS ("awk", "-f", "program", "{}"), APOOL_HINT_NEVER);
  check_unquoted (WORDS ("grep", "x", "{}", "|", "wc", "-l"), APOOL_HINT_NEVER);
  check_unquoted (WORDS ("grep", "x", "{}", "| wc -l"), APOOL_HINT_NEVER);
  check_unquoted (WORDS ("grep", "-q", "x", "{}", "&&", "echo", "{}"), APOOL_HINT_NEVER);
  check_unquoted (WORDS ("grep", "-q", "x", "{} && echo {}"), APOOL_HINT_NEVER);
  check_unquoted (WORDS ("sed", "-n", "1p", "{}", ">", "{}.out"), APOOL_HINT_NEVER);
  check_unquoted (WORDS ("sed", "-n", "1p", "{} > {}.out"), APOOL_HINT_NEVER);
  check_unquoted (WORDS ("sed", "-n", "1p", "{}", "2>/dev/null"), APOOL_HINT_NEVER);
  check_unquoted (WORDS ("sed", "s/a/b/", "{}"), APOOL_HINT_NEVER);
  check_unquoted (WORDS ("grep", "{}", "*.c"), APOOL_HINT_NEVER);
  check_unquoted (WORDS ("grep", "{}", "$HOME/x"), APOOL_HINT_NEVER);
  check_unquoted (WORDS ("grep", "^x$", "{}"), APOOL_HINT_NEVER);
  check_unquoted (WORDS ("python3", "script.py", "{}", "5"), APOOL_HINT_NEVER);
  check_unquoted (WORDS ("perl", "-pe", "1"), APOOL_HINT_NEVER);
  check_unquoted (WORDS ("echo", "a b", "(c)"), APOOL_HINT_NEVER);
  check_unquoted (WORDS ("test", "-f", "{}", "&&", "echo a b"), APOOL_HINT_NEVER);
  check_unquoted (WORDS ("echo"), APOOL_HINT_NEVER);
  check_unquoted ((const char *const[]){ NULL }, APOOL_HINT_NEVER);
}

static void
test_hint_shells (void)
{
  g_autofree char *text = apool_hint_dup_quoted (WORDS ("echo", "\"{}\""));

  g_assert_cmpstr (text, ==,
                   "inputs are quoted already: take the quotes around them out of echo \"{}\"");
  g_assert_true (apool_hint_is_for_one_shell (WORDS ("curl", "\"http://x/{}\"")));
  g_assert_true (apool_hint_is_for_one_shell (WORDS ("mkdir \"{.}\" && cp \"{}\" \"{.}\"")));
  g_assert_false (apool_hint_is_for_one_shell (WORDS ("ssh", "h", "\"ls {}\"")));
  g_assert_false (apool_hint_is_for_one_shell (WORDS ("cd x;ssh h \"ls {}\"")));
  g_assert_false (apool_hint_is_for_one_shell (WORDS ("bash -c \"ls {}\"")));
  g_assert_false (apool_hint_is_for_one_shell (WORDS ("cat x | /bin/sed \"s/a/{}/\"")));
  g_assert_false (apool_hint_is_for_one_shell (WORDS ("docker exec x mysh -c \"ls {}\"")));
  g_assert_false (apool_hint_is_for_one_shell (WORDS ("rsync", "-a", "host:\"{}\"", ".")));
  g_assert_false (apool_hint_is_for_one_shell (WORDS ("sbatch --wrap \"ls {}\"")));
  g_assert_false (apool_hint_is_for_one_shell (WORDS ("eval \"{}\"")));
}

/* Options that are called as a shell's are, of programs that are none. */
static void
test_hint_other_options (void)
{
  g_assert_true (apool_hint_is_for_one_shell (WORDS ("test", "-e", "\"{}\"")));
  g_assert_true (apool_hint_is_for_one_shell (WORDS ("if [ ! -e \"{}\" ]; then touch {}; fi")));
  g_assert_true (apool_hint_is_for_one_shell (WORDS ("cd x &&  ! /bin/test -e \"{}\"")));
  g_assert_true (apool_hint_is_for_one_shell (WORDS ("set -e; gcc -c \"{}\"")));
  g_assert_false (apool_hint_is_for_one_shell (WORDS ("mytest -e \"ls {}\"")));
  g_assert_false (apool_hint_is_for_one_shell (WORDS ("test -e x && mysh -c \"ls {}\"")));
  g_assert_false (apool_hint_is_for_one_shell (WORDS ("docker run test -c \"ls {}\"")));
  g_assert_false (apool_hint_is_for_one_shell (WORDS ("xterm", "-e", "\"ls {}\"")));
  g_assert_false (apool_hint_is_for_one_shell (WORDS ("echo -e \"{}\"", "|", "sh")));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hint/separator", test_hint_separator);
  g_test_add_func ("/hint/blanks", test_hint_blanks);
  g_test_add_func ("/hint/colons", test_hint_colons);
  g_test_add_func ("/hint/pipe", test_hint_pipe);
  g_test_add_func ("/hint/behind", test_hint_behind);
  g_test_add_func ("/hint/dashes", test_hint_dashes);
  g_test_add_func ("/hint/name", test_hint_name);
  g_test_add_func ("/hint/function", test_hint_function);
  g_test_add_func ("/hint/unquoted", test_hint_unquoted);
  g_test_add_func ("/hint/script", test_hint_script);
  g_test_add_func ("/hint/well-quoted", test_hint_well_quoted);
  g_test_add_func ("/hint/shells", test_hint_shells);
  g_test_add_func ("/hint/other-options", test_hint_other_options);
  return g_test_run ();
}
