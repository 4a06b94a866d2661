/* SPDX-License-Identifier: MIT */
/* What terminals can do, as terminfo says it. */

#include <curses.h>
#include <string.h>
#include <term.h>

#include "base/apool-terminal.h"

/* A longer one is of no terminal that is in use, and rows would not fit our buffers. */
#define MAX_STRING_BYTES 16

/* Returns: (transfer full) (nullable): the string without its pauses, which terminals have not
 *   needed for long */
static char *
apool_terminal_dup_string (const char *name)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *at = tigetstr (name);

  if (!at || at == (const char *) -1)
    return NULL;
  for (; *at; at++)
    {
      const char *end = at[0] == '$' && at[1] == '<' ? strchr (at, '>') : NULL;

      if (end)
        at = end;
      else
        g_string_append_c (text, *at);
    }
  if (text->len == 0 || text->len > MAX_STRING_BYTES)
    return NULL;
  return g_strdup (text->str);
}

/**
 * apool_terminal_describe:
 * @self: a terminal that nothing is known about
 *
 * Finds out what it can do.
 *
 * Returns: whether that is enough
 */
gboolean
apool_terminal_describe (ApoolTerminal *self)
{
  int result;

  /* Given where to put it, the library says nothing and goes on. */
  if (setupterm (NULL, self->fd, &result) != OK)
    return FALSE;
  self->up = apool_terminal_dup_string ("cuu1");
  self->clear_line = apool_terminal_dup_string ("el");
  self->clear_below = apool_terminal_dup_string ("ed");
  (void) del_curterm (cur_term); /* fails only where there is none */
  return self->up && self->clear_line && self->clear_below;
}
