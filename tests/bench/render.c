/* SPDX-License-Identifier: MIT */
/* render ROWS: what it costs to render a command with eight replacement strings.
 *
 * Once where each word is an argument and nothing is quoted, once where the command is a line that
 * a shell reads. Prints a line for each: its name, and how many microseconds of processor time a
 * row takes, to the task and until that is freed. */

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/apool-units.h"
#include "job/apool-template.h"

/* Of different lengths, with folders and extensions, and now and then with what is quoted. */
#define N_VALUES 64

#define MAX_ROWS G_GUINT64_CONSTANT (1000000000)

typedef struct
{
  char *texts[N_VALUES];
  ApoolValue values[N_VALUES];
} RenderInputs;

static void
render_inputs_init (RenderInputs *self)
{
  for (int i = 0; i < N_VALUES; i++)
    {
      self->texts[i] = g_strdup_printf ("data/run-%d/%.*s%csample%d.tar.gz", i, i % 16,
                                        "0123456789abcdef", i % 8 == 0 ? ' ' : '_', i * i);
      self->values[i] = (ApoolValue){ self->texts[i], strlen (self->texts[i]) };
    }
}

static void
render_inputs_clear (RenderInputs *self)
{
  for (int i = 0; i < N_VALUES; i++)
    g_free (self->texts[i]);
}

static ApoolTemplate *
render_parse (ApoolTemplateShell shell)
{
  static const char *const WORDS[] = { "true", "{}",  "{.}", "{/}",     "{//}",
                                       "{/.}", "{#}", "{%}", "{:%40s}", NULL };
  const ApoolTemplateConfig config = { .shell = shell, .repeats_context = TRUE };
  g_autoptr (ApoolSyntax) syntax = apool_syntax_new ();
  g_autoptr (GError) error = NULL;
  ApoolTemplate *command = apool_template_new (WORDS, syntax, &config, &error);

  g_assert_no_error (error);
  return command;
}

static double
render_get_cpu_usec (void)
{
  struct timespec now;

  g_assert_cmpint (clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now), ==, 0);
  return (double) now.tv_sec * 1e6 + (double) now.tv_nsec / 1e3;
}

static ApoolTask *
render_row (ApoolTemplate *command, const ApoolValue *value, guint64 seq)
{
  const ApoolRow row = { .values = value, .n_values = 1, .line = seq };
  g_autoptr (GError) error = NULL;
  ApoolTask *task = apool_template_render (command, &row, seq, &error);

  g_assert_no_error (error);
  return task;
}

/* Of a string that is not known any more the braces would be left. */
static void
render_check (ApoolTemplate *command, const ApoolValue *value)
{
  g_autoptr (ApoolTask) task = render_row (command, value, 1);
  g_auto (GStrv) words = apool_task_dup_words (task, 1, APOOL_QUOTE_POSIX);

  for (gsize i = 0; words[i]; i++)
    g_assert_null (strchr (words[i], '{'));
}

static void
render_measure (const char *name,
                ApoolTemplateShell shell,
                const RenderInputs *inputs,
                guint64 n_rows)
{
  g_autoptr (ApoolTemplate) command = render_parse (shell);
  double start;

  render_check (command, &inputs->values[0]);
  start = render_get_cpu_usec ();
  for (guint64 seq = 1; seq <= n_rows; seq++)
    apool_task_unref (render_row (command, &inputs->values[seq % N_VALUES], seq));
  printf ("%s %.3f\n", name, (render_get_cpu_usec () - start) / (double) n_rows);
}

int
main (int argc, char **argv)
{
  RenderInputs inputs;
  guint64 n_rows;

  if (argc != 2 || !apool_units_parse_count (argv[1], &n_rows) || n_rows == 0 || n_rows > MAX_ROWS)
    {
      fprintf (stderr, "usage: render ROWS\n");
      return 1;
    }
  render_inputs_init (&inputs);
  render_measure ("arguments", APOOL_TEMPLATE_SHELL_AUTO, &inputs, n_rows);
  render_measure ("shell", APOOL_TEMPLATE_SHELL_ALWAYS, &inputs, n_rows);
  render_inputs_clear (&inputs);
  return fflush (stdout) == 0 ? 0 : 1;
}
