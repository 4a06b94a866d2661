/* SPDX-License-Identifier: MIT */
/* In place of terminfo where apool is built without it: no terminal can do anything. */

#include "base/apool-terminal.h"

gboolean
apool_terminal_describe (ApoolTerminal *self)
{
  return FALSE;
}
