/* SPDX-License-Identifier: MIT */
/* What tests need that have to know when jobs run: jobs that tell it and stand at a gate, and an
 * apool whose messages can be read while it runs. */

#include "e2e.h"

static void
e2e_stage_set_up (E2eStage *stage, gconstpointer data)
{
  stage->dir = e2e_dir_new ();
  stage->reports = e2e_fifo_new (stage->dir, "reports");
  stage->errors = e2e_fifo_new (stage->dir, "errors");
  stage->gate = e2e_fifo_new (stage->dir, "gate");
}

static void
e2e_stage_tear_down (E2eStage *stage, gconstpointer data)
{
  e2e_fifo_free (stage->gate);
  e2e_fifo_free (stage->errors);
  e2e_fifo_free (stage->reports);
  e2e_dir_free (stage->dir);
}

/**
 * e2e_stage_add_test:
 * @path: of the test
 * @test: it, with a stage of its own
 */
void
e2e_stage_add_test (const char *path, void (*test) (E2eStage *stage, gconstpointer data))
{
  e2e_stage_add_data_test (path, NULL, test);
}

/**
 * e2e_stage_add_data_test:
 * @path: of the test
 * @data: (nullable): what it is given
 * @test: it, with a stage of its own
 */
void
e2e_stage_add_data_test (const char *path,
                         gconstpointer data,
                         void (*test) (E2eStage *stage, gconstpointer data))
{
  g_test_add (path, E2eStage, data, e2e_stage_set_up, test, e2e_stage_tear_down);
}

/**
 * e2e_stage_make_hold:
 * @stage: it
 * @condition: a command of the shell
 * @report: a line, as it can stand in double quotes
 *
 * Returns: (transfer full): a command of the shell that, where @condition is true, writes @report
 *   to the reports, and waits for a line of the gate or for its end
 */
char *
e2e_stage_make_hold (E2eStage *stage, const char *condition, const char *report)
{
  return g_strdup_printf ("if %s; then exec 3<%s; echo \"%s\" >%s; read x <&3 || :; fi", condition,
                          stage->gate->path, report, stage->reports->path);
}

/**
 * e2e_stage_count_reports:
 * @stage: it
 * @n: how many to read; each begins with a process
 *
 * Returns: (transfer full): how many there are of each process, in descending order: "2 1" for
 *   three reports, two of which are of one process
 */
char *
e2e_stage_count_reports (E2eStage *stage, guint n)
{
  g_autoptr (GHashTable) counts = g_hash_table_new (NULL, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  GHashTableIter iter;
  gpointer value;

  for (guint i = 0; i < n; i++)
    {
      gpointer pid = GINT_TO_POINTER (e2e_fifo_read_report (stage->reports, NULL));
      guint count = GPOINTER_TO_UINT (g_hash_table_lookup (counts, pid));

      g_hash_table_insert (counts, pid, GUINT_TO_POINTER (count + 1));
    }
  for (guint wanted = n; wanted > 0; wanted--)
    {
      g_hash_table_iter_init (&iter, counts);
      while (g_hash_table_iter_next (&iter, NULL, &value))
        if (GPOINTER_TO_UINT (value) == wanted)
          g_string_append_printf (text, "%s%u", text->len > 0 ? " " : "", wanted);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
