/* SPDX-License-Identifier: MIT */
/* What terminals can do, as terminfo says it.
 *
 * Its library is loaded when it is needed: alone where it was built so, else with the windows. */

#include <curses.h>
#include <string.h>
#include <term.h>

#include "base/apool-library.h"
#include "base/apool-terminal.h"

/* A longer one is of no terminal that is in use, and rows would not fit our buffers. */
#define MAX_STRING_BYTES 16

/* What is used of it. */
#define APOOL_TERMINFO_FUNCTIONS(FUNCTION)                                                         \
  FUNCTION (setupterm)                                                                             \
  FUNCTION (tigetstr)                                                                              \
  FUNCTION (set_curterm)                                                                           \
  FUNCTION (del_curterm)

#define APOOL_TERMINFO_MEMBER(name) __typeof__ (name) *name;
#define APOOL_TERMINFO_SYMBOL(name) { #name, G_STRUCT_OFFSET (ApoolTerminfo, name) },

/* Its functions. */
typedef struct
{
  APOOL_TERMINFO_FUNCTIONS (APOOL_TERMINFO_MEMBER)
} ApoolTerminfo;

static gboolean
apool_terminal_load (ApoolTerminfo *terminfo)
{
  static const char *const names[] = { "libtinfo.so.6", "libncursesw.so.6", "libncurses.so.6",
                                       NULL };
  static const ApoolLibrarySymbol symbols[] = { APOOL_TERMINFO_FUNCTIONS (APOOL_TERMINFO_SYMBOL) };

  /* Without it no terminal can do anything, which is said where it matters. */
  return apool_library_load (names, symbols, G_N_ELEMENTS (symbols), terminfo, NULL);
}

/* Returns: (transfer full) (nullable): the string without its pauses, which terminals have not
 *   needed for long */
static char *
apool_terminal_dup_string (const ApoolTerminfo *terminfo, const char *name)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *at = terminfo->tigetstr (name);

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
  ApoolTerminfo library;
  int result;

  if (!apool_terminal_load (&library))
    return FALSE;
  /* Given where to put it, the library says nothing and goes on. */
  if (library.setupterm (NULL, self->fd, &result) != OK)
    return FALSE;
  self->up = apool_terminal_dup_string (&library, "cuu1");
  self->clear_line = apool_terminal_dup_string (&library, "el");
  self->clear_below = apool_terminal_dup_string (&library, "ed");
  /* Fails only where there is none. */
  (void) library.del_curterm (library.set_curterm (NULL));
  return self->up && self->clear_line && self->clear_below;
}
