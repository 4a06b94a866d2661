/* SPDX-License-Identifier: MIT */
/* A task as a line for the shell: what the shell is given, and what people are shown of it
 * (--dry-run, -v, -t, -p), so that what is shown can be typed again. */

#include "job/apool-command-line.h"

#include <string.h>

#include "base/apool-shell.h"

/* Whether a word stays bare. The plain words of a template do, keywords among them; there are none
 * where the shell is no POSIX shell: its templates are lines. */
static gboolean
apool_command_line_is_bare (ApoolQuoteStyle quote, const char *word)
{
  return quote == APOOL_QUOTE_POSIX && word[0] &&
         apool_shell_text_is_plain (word, strlen (word), FALSE);
}

/**
 * apool_command_line_new:
 * @task: a task
 * @quote: how values are quoted for the shell
 * @words: (transfer none): of apool_task_dup_words() for @quote
 *
 * Returns: (transfer full): the command line that makes the shell do the same
 */
GString *
apool_command_line_new (const ApoolTask *task, ApoolQuoteStyle quote, char **words)
{
  GString *line = g_string_new (NULL);

  if (apool_task_get_kind (task) == APOOL_TASK_SHELL)
    return g_string_append (line, words[0]);
  for (char **word = words; *word; word++)
    {
      if (word != words)
        g_string_append_c (line, ' ');
      if (apool_command_line_is_bare (quote, *word))
        g_string_append (line, *word);
      else
        apool_quote_append (line, quote, *word, strlen (*word));
    }
  return line;
}
