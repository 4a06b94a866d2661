/* SPDX-License-Identifier: MIT */
#include "hold-script.h"

/**
 * hold_script_write:
 * @stage: where it is put; its gate is what the script waits at
 *
 * Returns: (transfer full): a command that runs the script
 */
char *
hold_script_write (E2eStage *stage)
{
  g_autofree char *text =
      g_strdup_printf ("echo + >>%s/log; echo $$ >%s; read x <%s; echo - >>%s/log\n", stage->dir,
                       stage->reports->path, stage->gate->path, stage->dir);

  e2e_dir_write (stage->dir, "hold.sh", text);
  e2e_dir_write (stage->dir, "log", "");
  return g_strdup_printf ("sh %s/hold.sh", stage->dir);
}

/**
 * hold_script_await:
 * @stage: where the script is
 * @n: how often it is to say that it runs
 */
void
hold_script_await (E2eStage *stage, guint n)
{
  for (guint i = 0; i < n; i++)
    (void) e2e_fifo_read_report (stage->reports, NULL);
}

/**
 * hold_script_release:
 * @stage: where the script is
 * @n: how many may go on that wait, or are to wait
 */
void
hold_script_release (E2eStage *stage, guint n)
{
  g_autofree char *lines = g_strnfill (n, '\n');

  e2e_fifo_write (stage->gate, lines);
}

/**
 * hold_script_check:
 * @stage: where the script is
 * @n: how often it is to have been run
 * @most: how many of these are to have run at the same time
 */
void
hold_script_check (E2eStage *stage, guint n, guint most)
{
  g_autofree char *log = e2e_dir_read (stage->dir, "log");
  guint n_started = 0;
  guint n_running = 0;
  guint n_most = 0;

  for (const char *at = log; *at != '\0'; at++)
    if (*at == '+')
      {
        n_started++;
        n_running++;
        n_most = MAX (n_most, n_running);
      }
    else if (*at == '-')
      n_running--;
  g_assert_cmpuint (n_started, ==, n);
  g_assert_cmpuint (n_running, ==, 0);
  g_assert_cmpuint (n_most, ==, most);
}
