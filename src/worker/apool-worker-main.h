/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The argument that makes the program a worker: it speaks the wire on descriptors 0 and 1. */
#define APOOL_WORKER_ARGUMENT "--apool-worker"

int apool_worker_main (int argc, char **argv);

G_END_DECLS
