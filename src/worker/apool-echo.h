/* SPDX-License-Identifier: MIT */
#pragma once

#include "worker/apool-program.h"

G_BEGIN_DECLS

/* As the first argument: this program is to write a line and execute another one in its place. */
#define APOOL_ECHO_ARGUMENT "--apool-echo"

/* Further arguments, before those of the program that is to be executed. */
#define APOOL_ECHO_N_ARGUMENTS 4

void
apool_echo_wrap (ApoolProgram *program, const char *line, gboolean to_stdout, gboolean to_stderr);
int apool_echo_main (int argc, char **argv);

G_END_DECLS
