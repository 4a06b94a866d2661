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

/**
 * apool_surroundings_to_variant:
 * @self: (nullable): surroundings; %NULL where nothing is said of them
 *
 * Returns: (transfer floating): of the type %APOOL_SURROUNDINGS_FORMAT
 */
GVariant *
apool_surroundings_to_variant (const ApoolSurroundings *self)
{
  static const ApoolSurroundings NONE = { 0 };
  GVariantBuilder limits;

  if (!self)
    self = &NONE;
  g_variant_builder_init (&limits, G_VARIANT_TYPE ("a(utt)"));
  for (guint i = 0; i < self->n_limits; i++)
    g_variant_builder_add (&limits, "(utt)", self->limits[i].kind, self->limits[i].soft,
                           self->limits[i].hard);
  return g_variant_new (APOOL_SURROUNDINGS_FORMAT,
                        (self->has_nice ? FLAG_NICE : 0) |
                            (self->has_terminal ? FLAG_TERMINAL : 0) |
                            (self->tells_stdout ? FLAG_TELLS_STDOUT : 0) |
                            (self->tells_stderr ? FLAG_TELLS_STDERR : 0),
                        self->nice, self->home, &limits);
}

static gboolean
apool_surroundings_take_limits (ApoolSurroundings *self, GVariant *limits, const char **why)
{
  gsize n = g_variant_n_children (limits);

  *why = "too many limits";
  if (n > APOOL_N_LIMITS)
    return FALSE;
  *why = "unknown limit";
  for (gsize i = 0; i < n; i++)
    {
      ApoolLimit limit;
      guint32 kind;

      g_variant_get_child (limits, i, "(utt)", &kind, &limit.soft, &limit.hard);
      limit.kind = kind;
      if (kind >= APOOL_N_LIMITS || limit.soft > limit.hard)
        return FALSE;
      apool_surroundings_set_limit (self, &limit);
    }
  return TRUE;
}

/**
 * apool_surroundings_from_variant:
 * @self: (out): surroundings
 * @variant: of the type %APOOL_SURROUNDINGS_FORMAT; its content may be anything
 * @why: (out): what is wrong with it, where something is
 *
 * Returns: whether it makes sense
 */
gboolean
apool_surroundings_from_variant (ApoolSurroundings *self, GVariant *variant, const char **why)
{
  g_autoptr (GVariant) limits = g_variant_get_child_value (variant, 3);
  guint32 flags;

  *self = (ApoolSurroundings){ 0 };
  g_variant_get_child (variant, 0, "u", &flags);
  g_variant_get_child (variant, 1, "i", &self->nice);
  g_variant_get_child (variant, 2, "i", &self->home);
  self->has_nice = (flags & FLAG_NICE) != 0;
  self->has_terminal = (flags & FLAG_TERMINAL) != 0;
  self->tells_stdout = (flags & FLAG_TELLS_STDOUT) != 0;
  self->tells_stderr = (flags & FLAG_TELLS_STDERR) != 0;
  *why = "a niceness that is none";
  if (self->nice < LEAST_NICE || self->nice > MOST_NICE)
    return FALSE;
  *why = "a process group that is none";
  if (self->home < 0)
    return FALSE;
  return apool_surroundings_take_limits (self, limits, why);
}
