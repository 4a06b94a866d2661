/* SPDX-License-Identifier: MIT */
/* What a worker and its warm shell say to each other: one packet each, on a pair of sockets. This
 * header is part of a library that is loaded into the shell, so it knows nothing of GLib. */
#pragma once

#include <stdint.h>
#include <sys/types.h>

/* In a call, after the header: the mark, the preparation and the text, each ended by a NUL that its
 * length does not count. With it come the job's three standard streams. */
typedef struct
{
  uint32_t mark_length;    /* the value of APOOL_JOB, as the process shows it to others */
  uint32_t prepare_length; /* commands that give the shell what is the job's own */
  uint32_t text_length;    /* the job's command line */
} ApoolWarmCall;

/* The first answer says that the shell is ready; each other one is that to a call, and comes from
 * the job's own process where there is one. */
typedef struct
{
  int32_t pid;    /* the job's process, or -1 */
  int32_t errnum; /* 0, or why it does not run the call; then it has ended, or will at once */
} ApoolWarmAnswer;

/* No call has more bytes in each of its parts. Each part has to fit into a pipe. */
#define APOOL_WARM_MAX_MARK 127u
#define APOOL_WARM_MAX_PREPARE (16u * 1024)
#define APOOL_WARM_MAX_TEXT (32u * 1024)
#define APOOL_WARM_MAX_CALL                                                                        \
  (sizeof (ApoolWarmCall) + APOOL_WARM_MAX_MARK + APOOL_WARM_MAX_PREPARE + APOOL_WARM_MAX_TEXT + 3)

#define APOOL_WARM_N_FDS 3

/* The variable whose value the library overwrites: when it is loaded, so that the shell knows; and
 * in each job with the mark, as far as it has room. */
#define APOOL_WARM_MARK_NAME "APOOL_JOB="
#define APOOL_WARM_MARK_LOADED "-"
