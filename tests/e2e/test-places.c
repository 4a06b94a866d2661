/* SPDX-License-Identifier: MIT */
/*
 * Where jobs run, and jobs that are only shown.
 */

#include <glib/gstdio.h>

#include "e2e.h"

/* ---- --dry-run ---- */

/* Nothing is run: no job, and nothing that is run for jobs or about them; nothing is written. */
static void
test_dry_run_runs_nothing (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *template = g_build_filename (dir, "template", NULL);
  g_autofree char *file = g_build_filename (dir, "file", NULL);
  g_autofree char *definition = g_strdup_printf ("%s=%s", template, file);
  g_autofree char *touch = g_strdup_printf ("touch %s", file);
  g_autofree char *expected = g_strdup_printf ("%s; exit 1\n", touch);
  g_autofree char *command = g_strdup_printf ("%s; exit {}", touch);
  g_autoptr (E2eRun) run = NULL;

  g_assert_true (g_file_set_contents (template, "{}", -1, NULL));
  run = e2e_run ("", "--dry-run", "--worker-init", touch, "--worker-exit", touch, "--on-error",
                 touch, "--tmpl", definition, command, ":::", "1", NULL);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, expected);
  g_assert_cmpstr (run->err, ==, "");
  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
}

/* In input order, on standard output, with the slot that the job would have. */
static void
test_dry_run_lines (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("a b\n\n$x\n", "-j1", "--dry-run", "echo  {#} {%} '{}' > f{}", NULL);
  g_autoptr (E2eRun) words = e2e_run ("", "-j1", "--dry-run", "--no-shell", "echo", "a  b", "{%}",
                                      "{}", "$y", ":::", "c'd", "e", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==,
                   "echo  1 1 ''a b'' > f'a b'\necho  2 1 '''' > f''\necho  3 1 ''$x'' > f'$x'\n");
  e2e_assert_ended (words, 0);
  g_assert_cmpstr (words->out, ==, "echo 'a  b' 1 'c'\"'\"'d' '$y'\necho 'a  b' 1 e '$y'\n");
}

/* What is printed does the same when a shell reads it. */
static void
test_dry_run_can_be_pasted (void)
{
  static const char EXPECTED[] =
      "<1><it's><xit'sy><2>< a  b><x a  by><3><><xy><4><$x;`y`><x$x;`y`y>"
      "<5><\"><x\"y><6><\\><x\\y><7><~*><x~*y>\n";
  g_autofree char *both = g_strconcat (EXPECTED, EXPECTED, NULL);
  g_autoptr (E2eRun) run = e2e_shell (
      "", "apool=$1; run () { \"$apool\" \"$@\" \"printf '<%s>' {#} {} x{}y\" ::: \"it's\" "
          "' a  b' '' '$x;`y`' '\"' '\\' '~*'; }; run; echo; run --dry-run | sh; echo");

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, both);
}

/* An input that cannot become a command is told of, as in the run itself. */
static void
test_dry_run_bad_input (void)
{
  g_autoptr (E2eRun) run = e2e_run_bytes (g_bytes_new_static ("a\nb\0c\nd\n", 8),
                                          (const char *const[]){ "--dry-run", "echo", NULL });

  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "echo a\necho d\n");
  e2e_assert_contains (run->err, "apool: job 2: cannot be started: input line 2: a NUL byte");
}

static void
test_places_add (void)
{
  g_test_add_func ("/places/dry-run/runs-nothing", test_dry_run_runs_nothing);
  g_test_add_func ("/places/dry-run/lines", test_dry_run_lines);
  g_test_add_func ("/places/dry-run/can-be-pasted", test_dry_run_can_be_pasted);
  g_test_add_func ("/places/dry-run/bad-input", test_dry_run_bad_input);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, test_places_add);
}
