/* SPDX-License-Identifier: MIT */
/* A journal that somebody takes away from the run that writes it. */

#include <unistd.h>

#include "e2e.h"

/* Somebody takes the journal away while it is written: one of its own jobs, once. */
static void
test_taken_away (void)
{
  static const struct
  {
    const char *command; /* with the name of the journal, and @file, behind it */
    const char *file;
    const char *said;
  } CASES[] = {
    { ": > ", "/output", "/output: was cut off while it was written\n" },
    { ": > ", "/events.jsonl", "/events.jsonl: was cut off while it was written\n" },
    { "rm -r ", "", "/events.jsonl: was removed while it was written\n" },
  };
  g_auto (E2eDir) dir = e2e_dir_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *journal = g_strdup_printf ("%s/%d", dir, (int) i);
      g_autofree char *line = g_strconcat (CASES[i].command, journal, CASES[i].file, NULL);
      g_autofree char *command = g_strdup_printf (
          "echo {}; test {} != 2 -o -e %s/done || { : > %s/done; %s; }", dir, dir, line);
      g_autofree char *done = g_build_filename (dir, "done", NULL);
      g_autofree char *said = g_strdup_printf ("apool: --journal: %s%s", journal, CASES[i].said);
      g_autoptr (E2eRun) before = e2e_run ("1\n", "--journal", journal, "-j1", command, NULL);
      g_autoptr (E2eRun) first = e2e_run ("1\n2\n3\n", "--journal", journal, "-j1", command, NULL);
      g_autoptr (E2eRun) second = NULL;

      e2e_assert_ended (before, 0);
      e2e_assert_ended (first, 255);
      g_assert_cmpstr (first->out, ==, "1\n2\n3\n");
      e2e_assert_count (first->err, said, 1);
      second = e2e_run ("1\n2\n3\n", "--journal", journal, "-j1", command, NULL);
      /* Of what it is nobody knows any more where the beginning is gone. */
      e2e_assert_ended (second, i == 1 ? 255 : 0);
      g_assert_cmpstr (second->out, ==, i == 1 ? "" : "1\n2\n3\n");
      g_assert_cmpint (unlink (done), ==, 0);
    }
}

static void
add_tests (void)
{
  g_test_add_func ("/journal-taken/away", test_taken_away);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
