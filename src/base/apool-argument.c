/* SPDX-License-Identifier: MIT */
/* What the kernel takes as an argument of a program. */

#include "base/apool-argument.h"

#include <unistd.h>

/* On Linux, whatever the limit of the stack (execve(2)). */
#define PAGES_PER_ARGUMENT 32

/**
 * apool_argument_get_max_bytes:
 *
 * Returns: how many bytes one argument may have, its NUL included
 */
gsize
apool_argument_get_max_bytes (void)
{
  return PAGES_PER_ARGUMENT * (gsize) sysconf (_SC_PAGESIZE); /* cannot fail: there are pages */
}
