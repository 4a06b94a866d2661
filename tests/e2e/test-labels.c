/* SPDX-License-Identifier: MIT */
/* What says whose a line is: tags, colours, titles. */

#include <string.h>

#include "e2e.h"

#define RED "\033[48;5;196;38;5;231m\033[K"

static void
test_tag (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "-j2", "--tag", "echo {}; echo err >&2; printf %s half-{}",
                                    ":::", "a", "b c", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a\ta\na\thalf-ab c\tb c\nb c\thalf-b c");
  g_assert_cmpstr (run->err, ==, "a\terr\nb c\terr\n");
}

static void
test_template (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("x/one.txt\nx/two.txt\n", "-j2", "--tagstring", "{#}\\t{/.}", "echo", "{/}", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "1\tone\tone.txt\n2\ttwo\ttwo.txt\n");
}

static void
test_unordered (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j1", "--unordered", "--tag", "seq", "{}", ":::", "2", "1", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "2\t1\n2\t2\n1\t1\n");
}

static void
test_failing (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--tag", "echo it {}; false", ":::", "is", NULL);

  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "is\tit is\n");
}

/* The job whose turn it is prints while it runs, and only once has a line its tag. */
static void
test_live (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eFifo) gate = e2e_fifo_new (dir, "gate");
  g_autofree char *script =
      g_strdup_printf (": {}; echo first; printf ha; read line < %s; echo lf", gate->path);
  g_autoptr (E2eRun) run = e2e_start ("--tag", script, ":::", "a", NULL);
  g_autofree char *first = e2e_read_line (run);
  g_autofree char *second = NULL;

  g_assert_cmpstr (first, ==, "a\tfirst");
  e2e_fifo_write (gate, "go\n");
  second = e2e_read_line (run);
  g_assert_cmpstr (second, ==, "a\thalf");
  e2e_finish (run);
  e2e_assert_ended (run, 0);
}

/* More than any buffer holds, of two jobs at once. */
static void
test_large (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j2", "--tag", "seq", "{}", "300000", ":::", "1", "2", NULL);
  const char *at = run->out;

  e2e_assert_ended (run, 0);
  for (guint job = 1; job <= 2; job++)
    for (guint i = job; i <= 300000; i++)
      {
        char line[32];
        gsize length = (gsize) g_snprintf (line, sizeof line, "%u\t%u\n", job, i);

        g_assert_cmpint (strncmp (at, line, length), ==, 0);
        at += length;
      }
  g_assert_cmpint (*at, ==, '\0');
}

/* The colour of job @n is chosen by its number, the same on both streams, and ends before each
 * newline and behind a half line. */
static void
test_colour (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j2", "--color", "echo {}; echo err >&2; printf half", ":::", "a", "b", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==,
                   "\033[48;5;137;38;5;016m\033[Ka\033[m\n\033[48;5;137;38;5;016m\033[Khalf\033[m"
                   "\033[48;5;042;38;5;016m\033[Kb\033[m\n\033[48;5;042;38;5;016m\033[Khalf\033[m");
  g_assert_cmpstr (run->err, ==,
                   "\033[48;5;137;38;5;016m\033[Kerr\033[m\n"
                   "\033[48;5;042;38;5;016m\033[Kerr\033[m\n");
}

static void
test_coloured_tag (void)
{
  g_autoptr (E2eRun) tag = e2e_run ("", "--ctag", "echo {}; echo", ":::", "a", NULL);
  g_autoptr (E2eRun) template = e2e_run ("", "--ctagstring", "<{#}>", "echo", ":::", "a", NULL);

  e2e_assert_ended (tag, 0);
  g_assert_cmpstr (tag->out, ==,
                   "\033[48;5;137;38;5;016m\033[Ka\ta\033[m\n"
                   "\033[48;5;137;38;5;016m\033[Ka\t\033[m\n");
  e2e_assert_ended (template, 0);
  g_assert_cmpstr (template->out, ==, "\033[48;5;137;38;5;016m\033[K<1>\ta\033[m\n");
}

static void
test_failed (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "--color-failed", "--tag", "echo it; exit {}", ":::", "0", "1", "2", NULL);
  g_autoptr (E2eRun) killed = e2e_run ("", "--cf", "printf it; kill $$", ":::", "a", NULL);

  e2e_assert_ended (run, 2);
  g_assert_cmpstr (run->out, ==, "0\tit\n" RED "1\tit\033[m\n" RED "2\tit\033[m\n");
  e2e_assert_ended (killed, 1);
  g_assert_cmpstr (killed->out, ==, RED "it\033[m");
}

/* Nothing of a job is printed before it is known whether it fails. */
static void
test_failed_later (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eFifo) gate = e2e_fifo_new (dir, "gate");
  g_autofree char *script =
      g_strdup_printf ("echo {}; [ {} = a ] || exit 0; read line < %s; exit 1", gate->path);
  g_autoptr (E2eRun) run =
      e2e_start ("-j2", "--unordered", "--color-failed", script, ":::", "a", "b", NULL);
  g_autofree char *first = e2e_read_line (run);
  g_autofree char *second = NULL;

  g_assert_cmpstr (first, ==, "b");
  e2e_fifo_write (gate, "go\n");
  second = e2e_read_line (run);
  g_assert_cmpstr (second, ==, RED "a\033[m");
  e2e_finish (run);
  e2e_assert_ended (run, 1);
}

/* A line before each job's, whatever these have around them and wherever else they are kept. */
static void
test_title (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *results = g_build_filename (dir, "r-{}", NULL);
  g_autoptr (E2eRun) run =
      e2e_run ("", "-j2", "--title", "== {#}\\t{}", "--tag", "--results", results,
               "test {} = a || { echo out; echo err >&2; }", ":::", "a", "b", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "== 1\ta\n== 2\tb\nb\tout\n");
  g_assert_cmpstr (run->err, ==, "b\terr\n");
  e2e_dir_check (dir, "r-b", "out\n");
}

static void
test_title_behind_half (void)
{
  g_autoptr (E2eRun) run = e2e_run ("", "--title", "{}:", "printf half", ":::", "a", "b", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "a:\nhalf\nb:\nhalf");
}

/* A job's title tells that it has begun. */
static void
test_title_live (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eFifo) gate = e2e_fifo_new (dir, "gate");
  g_autofree char *script = g_strdup_printf ("read line < %s; echo {}", gate->path);
  g_autoptr (E2eRun) run = e2e_start ("--title", "{}:", script, ":::", "a", NULL);
  g_autofree char *first = e2e_read_line (run);
  g_autofree char *second = NULL;

  g_assert_cmpstr (first, ==, "a:");
  e2e_fifo_write (gate, "go\n");
  second = e2e_read_line (run);
  g_assert_cmpstr (second, ==, "a");
  e2e_finish (run);
  e2e_assert_ended (run, 0);
}

static void
test_refused (void)
{
  g_autoptr (E2eRun) slot = e2e_run ("", "--tagstring", "{%}", "echo", ":::", "a", NULL);
  g_autoptr (E2eRun) coloured = e2e_run ("", "--ctagstring", "{%}", "echo", ":::", "a", NULL);
  g_autoptr (E2eRun) title = e2e_run ("", "--title", "{%}", "echo", ":::", "a", NULL);
  g_autoptr (E2eRun) bad = e2e_run ("x\n7\n", "--tagstring", "{:%02d}", "echo", NULL);

  e2e_assert_ended (slot, 255);
  g_assert_cmpstr (slot->err, ==,
                   "apool: --tagstring: {%}: the slot is not known before the job is started\n");
  e2e_assert_ended (coloured, 255);
  g_assert_cmpstr (coloured->err, ==,
                   "apool: --ctagstring: {%}: the slot is not known before the job is started\n");
  e2e_assert_ended (title, 255);
  g_assert_cmpstr (title->err, ==,
                   "apool: --title: {%}: the slot is not known before the job is started\n");
  e2e_assert_ended (bad, 1);
  g_assert_cmpstr (bad->out, ==, "07\t7\n");
  e2e_assert_contains (bad->err, "input line 1: --tagstring: ");
}

static void
add_tests (void)
{
  g_test_add_func ("/labels/tag", test_tag);
  g_test_add_func ("/labels/template", test_template);
  g_test_add_func ("/labels/unordered", test_unordered);
  g_test_add_func ("/labels/failing", test_failing);
  g_test_add_func ("/labels/live", test_live);
  g_test_add_func ("/labels/large", test_large);
  g_test_add_func ("/labels/colour", test_colour);
  g_test_add_func ("/labels/coloured-tag", test_coloured_tag);
  g_test_add_func ("/labels/failed", test_failed);
  g_test_add_func ("/labels/failed-later", test_failed_later);
  g_test_add_func ("/labels/title", test_title);
  g_test_add_func ("/labels/title-behind-half", test_title_behind_half);
  g_test_add_func ("/labels/title-live", test_title_live);
  g_test_add_func ("/labels/refused", test_refused);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
