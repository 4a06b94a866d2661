/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-surroundings.h"

G_BEGIN_DECLS

/**
 * ApoolPlaceOptions:
 * @surroundings: `--nice` and `--rlimit`
 * @has_terminal: whether jobs have the terminal as their standard input
 * @is_tty: whether `--tty` said so, which means one job at a time, and that it writes itself
 * @names: (element-type utf8): `--env`, each name for itself, owned
 * @is_interactive: whether each job is asked for
 * @is_told: whether each command line is said when its job begins (`-t`)
 * @is_shown: whether each command line is the first that its job writes (`-v`)
 * @is_silent: whether that is not to be
 *
 * What jobs find around them, and what is shown of that they begin.
 */
typedef struct
{
  ApoolSurroundings surroundings;
  gboolean has_terminal;
  gboolean is_tty;
  GPtrArray *names;
  gboolean is_interactive;
  gboolean is_told;
  gboolean is_shown;
  gboolean is_silent;
} ApoolPlaceOptions;

G_END_DECLS
