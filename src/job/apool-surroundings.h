/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* How many kinds of limits there are. */
#define APOOL_N_LIMITS 16u

/* A limit that is none. */
#define APOOL_LIMIT_UNLIMITED G_MAXUINT64

/**
 * ApoolLimit:
 * @kind: which one, below %APOOL_N_LIMITS
 * @soft: what holds, or %APOOL_LIMIT_UNLIMITED
 * @hard: up to what the job may raise it; at least @soft
 *
 * What a job may use, as setrlimit(2) knows it.
 */
typedef struct
{
  guint kind;
  guint64 soft;
  guint64 hard;
} ApoolLimit;

/**
 * ApoolSurroundings:
 * @has_nice: whether jobs run at the niceness that follows
 * @nice: it
 * @limits: (array length=n_limits): each kind at most once
 * @n_limits: how many
 * @has_terminal: whether jobs have the terminal as their standard input, and one of them at a time
 *   is in its foreground
 * @home: the process group in whose place that one is there
 * @tells_stdout: whether a job writes its command line to its standard output before it begins
 * @tells_stderr: the same, to its standard error
 *
 * What jobs find around them, the same for all of them.
 */
typedef struct
{
  gboolean has_nice;
  gint32 nice;
  ApoolLimit limits[APOOL_N_LIMITS];
  guint n_limits;
  gboolean has_terminal;
  gint32 home;
  gboolean tells_stdout;
  gboolean tells_stderr;
} ApoolSurroundings;

gboolean apool_limit_find (const char *name, gsize length, guint *kind);
const char *apool_limit_get_name (guint kind);
int apool_limit_get_resource (guint kind);

void apool_surroundings_set_limit (ApoolSurroundings *self, const ApoolLimit *limit);
void apool_surroundings_add_words (const ApoolSurroundings *self, GArray *words);
gboolean apool_surroundings_take_words (ApoolSurroundings *self,
                                        const guint32 **words,
                                        gsize *n_words,
                                        const char **why);

G_END_DECLS
