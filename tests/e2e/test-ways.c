/* SPDX-License-Identifier: MIT */
/* The ways that what jobs write can take: both streams as one. */

#include <string.h>

#include "e2e.h"

static void
check_file (const char *dir, const char *name, const char *expected)
{
  g_autofree char *path = g_build_filename (dir, name, NULL);
  g_autofree char *contents = NULL;

  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, expected);
}

/* ---- both streams as one ---- */

/* What `testprog alternate @n` writes, each line with @tag in front. */
static char *
make_alternate (const char *tag, int n)
{
  GString *text = g_string_new (NULL);

  for (int i = 1; i <= n; i++)
    g_string_append_printf (text, "%s%s %d\n", tag, i % 2 ? "out" : "err", i);
  return g_string_free (text, FALSE);
}

/* Whether the job prints while it runs, waits for its turn, or has more than is held. */
static void
test_merge (void)
{
  g_autofree char *few = make_alternate ("", 2000);
  g_autofree char *many = make_alternate ("", 20000);
  g_autofree char *both = g_strconcat (few, many, NULL);
  g_autoptr (E2eRun) run = e2e_run ("", "-j2", "--merge", e2e_testprog (), "alternate", "{}",
                                    ":::", "2000", "20000", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, both);
  g_assert_cmpstr (run->err, ==, "");
}

static void
test_merge_kept (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autofree char *lines = make_alternate ("", 1000);
  g_autofree char *tagged = make_alternate ("1000\t", 1000);
  g_autoptr (E2eRun) run = e2e_run ("", "--merge", "--tag", "--results", dir, e2e_testprog (),
                                    "alternate", ":::", "1000", NULL);

  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, tagged);
  g_assert_cmpstr (run->err, ==, "");
  check_file (dir, "1/1000/stdout", lines);
  check_file (dir, "1/1000/stderr", "");
}

/* The commands about workers and failed jobs are no jobs: what they write goes to standard error.
 */
static void
test_merge_hooks (void)
{
  g_autoptr (E2eRun) run =
      e2e_run ("", "--merge", "--worker-init", "echo init; echo error >&2", "--on-error",
               "echo hook; echo error >&2", "echo out; echo err >&2; exit 1", ":::", "a", NULL);

  e2e_assert_ended (run, 1);
  g_assert_cmpstr (run->out, ==, "out\nerr\n");
  g_assert_cmpuint (e2e_count (run->err, "error\n"), ==, 2);
  e2e_assert_contains (run->err, "init\n");
  e2e_assert_contains (run->err, "hook\n");
}

static void
add_tests (void)
{
  g_test_add_func ("/ways/merge", test_merge);
  g_test_add_func ("/ways/merge-kept", test_merge_kept);
  g_test_add_func ("/ways/merge-hooks", test_merge_hooks);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
