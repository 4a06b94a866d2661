/* SPDX-License-Identifier: MIT */
/* Jobs of several records that are taken up again: with a journal the same jobs are made of them,
 * and of those that were put in meanwhile only new ones; a log only has whole commands. */

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

#include "e2e.h"

#define N_RECORDS 32

/* The job prints its records, and notes that it ran. As long as there is a file "hold", those of
 * the records 7 and 32 wait, and say so. */
static const char job_script[] =
    "#!/bin/sh\n"
    "echo \"$*\"\n"
    "echo \"$*\" >>ran\n"
    "[ -e hold ] || exit 0\n"
    "case \" $* \" in *\" 7 \"*|*\" 32 \"*) echo \"$$ held\" >reports; read line <gate;; esac\n";

static void
write_files (E2eStage *stage)
{
  g_autofree char *job = g_build_filename (stage->dir, "job", NULL);
  g_autoptr (GString) input = g_string_new (NULL);

  e2e_dir_write (stage->dir, "job", job_script);
  g_assert_no_errno (g_chmod (job, 0755));
  for (int i = 1; i <= N_RECORDS; i++)
    g_string_append_printf (input, "%d\n", i);
  e2e_dir_write (stage->dir, "input", input->str);
}

/* Returns: (transfer full): for bash: apool over the input, in the folder */
static char *
make_script (E2eStage *stage, const char *options, const char *redirection)
{
  return g_strdup_printf ("cd '%s' && exec \"$1\" %s -a input ./job %s", stage->dir, options,
                          redirection);
}

static char *
run_whole (E2eStage *stage, const char *options)
{
  g_autofree char *script = make_script (stage, options, "");
  g_autoptr (E2eRun) run = e2e_shell ("", script);

  e2e_assert_ended (run, 0);
  return g_steal_pointer (&run->out);
}

/* Returns: (transfer full): how often each job has run */
static GHashTable *
take_ran (E2eStage *stage)
{
  GHashTable *ran = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *path = g_build_filename (stage->dir, "ran", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpint (g_remove (path), ==, 0);
  lines = g_strsplit (text, "\n", -1);
  for (gsize i = 0; lines[i] && *lines[i]; i++)
    g_hash_table_insert (
        ran, g_strdup (lines[i]),
        GINT_TO_POINTER (GPOINTER_TO_INT (g_hash_table_lookup (ran, lines[i])) + 1));
  return ran;
}

/* Kills a run on two slots of one worker while the jobs of the records 7 and 32 are all that runs:
 * the others went one after the other, and are recorded, all @n_jobs but these two. */
static void
kill_in_the_middle (E2eStage *stage, const char *options, guint n_jobs)
{
  g_autofree char *script = make_script (stage, options, "2>errors");
  g_autofree char *path = g_build_filename (stage->dir, "hold", NULL);
  g_autofree char *wanted = g_strdup_printf ("2 running, 0 waiting, %u done, 0 lost", n_jobs - 2);
  g_autoptr (E2eRun) run = NULL;

  e2e_dir_write (stage->dir, "hold", "");
  run = e2e_start_shell (script);
  (void) e2e_fifo_read_report (stage->reports, "held");
  (void) e2e_fifo_read_report (stage->reports, "held");
  g_strfreev (e2e_read_view (run, stage->errors, wanted));
  e2e_kill (run, SIGKILL);
  e2e_finish (run);
  e2e_wait_gone (run, E2E_DEADLINE_MSEC);
  g_assert_cmpint (g_remove (path), ==, 0);
}

static gboolean
is_held (const char *job)
{
  g_autofree char *padded = g_strdup_printf (" %s ", job);

  return strstr (padded, " 7 ") || strstr (padded, " 32 ");
}

/* @data: the options that make the jobs. */
static void
test_unchanged (E2eStage *stage, gconstpointer data)
{
  const char *options = data;
  g_autofree char *alone = g_strdup_printf ("-j2 %s", options);
  g_autofree char *first = g_strdup_printf ("-j2 --workers 1 --journal journal %s", options);
  g_autofree char *second = g_strdup_printf ("-j3 --journal journal %s", options);
  g_autofree char *expected = NULL;
  g_autoptr (GHashTable) ran_alone = NULL;
  g_autoptr (GHashTable) ran = NULL;
  g_autofree char *out = NULL;
  g_autofree char *again = NULL;
  GHashTableIter iter;
  gpointer job;

  write_files (stage);
  expected = run_whole (stage, alone);
  ran_alone = take_ran (stage);
  g_assert_cmpuint (g_hash_table_size (ran_alone), >, 3);
  kill_in_the_middle (stage, first, g_hash_table_size (ran_alone));
  out = run_whole (stage, second);
  g_assert_cmpstr (out, ==, expected);
  ran = take_ran (stage);
  g_assert_cmpuint (g_hash_table_size (ran), ==, g_hash_table_size (ran_alone));
  g_hash_table_iter_init (&iter, ran_alone);
  while (g_hash_table_iter_next (&iter, &job, NULL))
    g_assert_cmpint (GPOINTER_TO_INT (g_hash_table_lookup (ran, job)), ==, is_held (job) ? 2 : 1);
  e2e_dir_write (stage->dir, "ran", "");
  again = run_whole (stage, second);
  g_assert_cmpstr (again, ==, expected);
  g_clear_pointer (&ran, g_hash_table_unref);
  ran = take_ran (stage);
  g_assert_cmpuint (g_hash_table_size (ran), ==, 0);
}

/* New lines are jobs of their own, and leave those alone that were recorded. */
static void
test_changed (E2eStage *stage, gconstpointer data)
{
  g_autofree char *out = NULL;
  g_autoptr (GHashTable) ran = NULL;
  static const char *const NEW[] = { "new", "7 8", "20 21", "31 32", "last" };

  write_files (stage);
  kill_in_the_middle (stage, "-j2 --workers 1 --journal journal -N3", 11);
  ran = take_ran (stage);
  g_assert_cmpuint (g_hash_table_size (ran), ==, 11);
  e2e_dir_write (stage->dir, "input",
                 "new\n1\n2\n3\n4\n5\n6\n7\n8\n10\n11\n12\n13\n14\n15\n16\n17\n18\n20\n21\n"
                 "22\n23\n24\n28\n29\n30\n31\n32\n25\n26\n27\nlast\n");
  out = run_whole (stage, "-j3 --journal journal -N3");
  g_assert_cmpstr (out, ==,
                   "new\n1 2 3\n4 5 6\n7 8\n10 11 12\n13 14 15\n16 17 18\n20 21\n22 23 24\n"
                   "28 29 30\n31 32\n25 26 27\nlast\n");
  g_hash_table_unref (ran);
  ran = take_ran (stage);
  for (gsize i = 0; i < G_N_ELEMENTS (NEW); i++)
    g_hash_table_remove (ran, NEW[i]);
  g_assert_cmpuint (g_hash_table_size (ran), ==, 0);
}

static char *
resume_with (E2eStage *stage, const char *options, const char *input)
{
  g_autofree char *script = make_script (stage, options, "");
  g_autoptr (E2eRun) run = NULL;

  e2e_dir_write (stage->dir, "input", input);
  run = e2e_shell ("", script);
  e2e_assert_ended (run, 0);
  return g_steal_pointer (&run->out);
}

/* A log does not say of which records a job was: a line that is put in moves all that follow. */
static void
test_joblog (E2eStage *stage, gconstpointer data)
{
  static const char *const JOBLOGS[] = { "log", "log.jsonl" };

  write_files (stage);
  for (gsize i = 0; i < G_N_ELEMENTS (JOBLOGS); i++)
    {
      static const char *const INPUTS[][2] = {
        { "1\n2\n3\n4\n5\n", "1 2\n3 4\n5\n" },
        { "1\n2\n3\n4\n5\n", "" },
        { "1\n2\n3\n4\n5\n6\n7\n", "5 6\n7\n" },
        { "new\n1\n2\n3\n4\n", "new 1\n2 3\n4\n" },
      };
      g_autofree char *options = g_strdup_printf ("-j1 --joblog %s --resume -N2", JOBLOGS[i]);

      for (gsize k = 0; k < G_N_ELEMENTS (INPUTS); k++)
        {
          g_autofree char *out = resume_with (stage, options, INPUTS[k][0]);

          g_assert_cmpstr (out, ==, INPUTS[k][1]);
        }
    }
}

static void
add_tests (void)
{
  static const struct
  {
    const char *path;
    const char *options;
  } UNCHANGED[] = {
    { "/batches/number", "-N3" },         { "/batches/lines", "-L2" },
    { "/batches/context", "-X -s20" },    { "/batches/words", "-m -s20" },
    { "/batches/xargs", "--xargs -s20" }, { "/batches/spread", "-X -n9" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (UNCHANGED); i++)
    e2e_stage_add_data_test (UNCHANGED[i].path, UNCHANGED[i].options, test_unchanged);
  e2e_stage_add_test ("/batches/changed", test_changed);
  e2e_stage_add_test ("/batches/joblog", test_joblog);
}

int
main (int argc, char **argv)
{
  e2e_forgo_leaks (); /* managers are killed here */
  return e2e_main (argc, argv, add_tests);
}
