/* SPDX-License-Identifier: MIT */
/* What jobs find around them: niceness, limits, the terminal. It travels to the worker once, and
 * is applied by each job itself before it executes anything. On the way a limit goes by its place
 * in the table here: the numbers that the kernel has for it are not the same everywhere. */

#include "job/apool-surroundings.h"

#include <string.h>
#include <sys/resource.h>

/* Bits of the flags on the wire. */
#define FLAG_NICE 1u
#define FLAG_TERMINAL 2u
#define FLAG_TELLS_STDOUT 4u
#define FLAG_TELLS_STDERR 8u

/* How many numbers tell of anything but limits, and of each of these: which one, and two numbers,
 * the lower half first. */
#define HEAD_WORDS 4u
#define LIMIT_WORDS 5u

/* What setpriority(2) takes. */
#define LEAST_NICE (-20)
#define MOST_NICE 19

typedef struct
{
  const char *name;
  int resource;
} ApoolLimitKind;

static const ApoolLimitKind apool_limit_kinds[APOOL_N_LIMITS] = {
  { "cpu", RLIMIT_CPU },           { "fsize", RLIMIT_FSIZE },
  { "data", RLIMIT_DATA },         { "stack", RLIMIT_STACK },
  { "core", RLIMIT_CORE },         { "rss", RLIMIT_RSS },
  { "nproc", RLIMIT_NPROC },       { "nofile", RLIMIT_NOFILE },
  { "memlock", RLIMIT_MEMLOCK },   { "as", RLIMIT_AS },
  { "locks", RLIMIT_LOCKS },       { "sigpending", RLIMIT_SIGPENDING },
  { "msgqueue", RLIMIT_MSGQUEUE }, { "nice", RLIMIT_NICE },
  { "rtprio", RLIMIT_RTPRIO },     { "rttime", RLIMIT_RTTIME },
};

/**
 * apool_limit_find:
 * @name: (array length=length): the name of a limit, as prlimit(1) has it
 * @length: how many bytes
 * @kind: (out): which one it is
 *
 * Returns: whether there is such a limit
 */
gboolean
apool_limit_find (const char *name, gsize length, guint *kind)
{
  for (*kind = 0; *kind < APOOL_N_LIMITS; (*kind)++)
    {
      const char *known = apool_limit_kinds[*kind].name;

      if (strlen (known) == length && strncmp (known, name, length) == 0)
        return TRUE;
    }
  return FALSE;
}

/**
 * apool_limit_get_name:
 * @kind: of a limit
 *
 * Returns: (transfer none): its name
 */
const char *
apool_limit_get_name (guint kind)
{
  return apool_limit_kinds[kind].name;
}

/**
 * apool_limit_get_resource:
 * @kind: of a limit
 *
 * Returns: what setrlimit() calls it. May be called between vfork() and execve()
 */
int
apool_limit_get_resource (guint kind)
{
  return apool_limit_kinds[kind].resource;
}

/**
 * apool_surroundings_set_limit:
 * @self: surroundings
 * @limit: one more limit, or another one of a kind that is there
 */
void
apool_surroundings_set_limit (ApoolSurroundings *self, const ApoolLimit *limit)
{
  guint place = 0;

  while (place < self->n_limits && self->limits[place].kind != limit->kind)
    place++;
  g_return_if_fail (place < APOOL_N_LIMITS);
  self->limits[place] = *limit;
  self->n_limits = MAX (self->n_limits, place + 1);
}

static void
apool_surroundings_add_limit (const ApoolLimit *limit, GArray *words)
{
  const guint32 parts[LIMIT_WORDS] = { limit->kind, (guint32) limit->soft,
                                       (guint32) (limit->soft >> 32), (guint32) limit->hard,
                                       (guint32) (limit->hard >> 32) };

  g_array_append_vals (words, parts, LIMIT_WORDS);
}

/**
 * apool_surroundings_add_words:
 * @self: surroundings
 * @words: (element-type guint32): where they are appended, as they travel
 */
void
apool_surroundings_add_words (const ApoolSurroundings *self, GArray *words)
{
  const guint32 head[HEAD_WORDS] = {
    (self->has_nice ? FLAG_NICE : 0) | (self->has_terminal ? FLAG_TERMINAL : 0) |
        (self->tells_stdout ? FLAG_TELLS_STDOUT : 0) | (self->tells_stderr ? FLAG_TELLS_STDERR : 0),
    (guint32) self->nice,
    (guint32) self->home,
    self->n_limits,
  };

  g_array_append_vals (words, head, HEAD_WORDS);
  for (guint i = 0; i < self->n_limits; i++)
    apool_surroundings_add_limit (&self->limits[i], words);
}

static gboolean
apool_surroundings_take_limits (ApoolSurroundings *self,
                                const guint32 *words,
                                gsize n,
                                const char **why)
{
  *why = "unknown limit";
  for (; n > 0; n--, words += LIMIT_WORDS)
    {
      ApoolLimit limit = { .kind = words[0],
                           .soft = words[1] | (guint64) words[2] << 32,
                           .hard = words[3] | (guint64) words[4] << 32 };

      if (limit.kind >= APOOL_N_LIMITS || limit.soft > limit.hard)
        return FALSE;
      apool_surroundings_set_limit (self, &limit);
    }
  return TRUE;
}

/**
 * apool_surroundings_take_words:
 * @self: (out): surroundings
 * @words: (inout) (array length=n_words): what came, which may be anything; what stands behind them
 *   afterwards, where they make sense
 * @n_words: (inout): how many
 * @why: (out): what is wrong with them, where something is
 *
 * Returns: whether they make sense
 */
gboolean
apool_surroundings_take_words (ApoolSurroundings *self,
                               const guint32 **words,
                               gsize *n_words,
                               const char **why)
{
  const guint32 *head = *words;
  gsize n_limits;

  *self = (ApoolSurroundings){ 0 };
  *why = "too few numbers";
  if (*n_words < HEAD_WORDS)
    return FALSE;
  self->has_nice = (head[0] & FLAG_NICE) != 0;
  self->has_terminal = (head[0] & FLAG_TERMINAL) != 0;
  self->tells_stdout = (head[0] & FLAG_TELLS_STDOUT) != 0;
  self->tells_stderr = (head[0] & FLAG_TELLS_STDERR) != 0;
  self->nice = (gint32) head[1];
  self->home = (gint32) head[2];
  n_limits = head[3];
  *why = "a niceness that is none";
  if (self->nice < LEAST_NICE || self->nice > MOST_NICE)
    return FALSE;
  *why = "a process group that is none";
  if (self->home < 0)
    return FALSE;
  *why = "too many limits";
  if (n_limits > APOOL_N_LIMITS || n_limits * LIMIT_WORDS > *n_words - HEAD_WORDS)
    return FALSE;
  *words += HEAD_WORDS + n_limits * LIMIT_WORDS;
  *n_words -= HEAD_WORDS + n_limits * LIMIT_WORDS;
  return apool_surroundings_take_limits (self, head + HEAD_WORDS, n_limits, why);
}
