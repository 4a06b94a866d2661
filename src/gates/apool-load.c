/* SPDX-License-Identifier: MIT */
/* How busy the machine is: the threads that run or could, and those that wait for a disk, at this
 * moment. An average over minutes would let in far too many jobs at first. The kernel counts them
 * itself, in /proc/stat; to look at every thread of the machine instead takes long where there are
 * many.
 *
 * What was started a moment ago may not be seen there yet: it counts for one all the same. */

#include "gates/apool-load.h"

#include <string.h>
#include <sys/stat.h>

#include "base/apool-error.h"
#include "gates/apool-facts.h"

/* Less than this no limit is: then a job is started where nothing at all runs. */
#define MIN_LIMIT 0.01
/* So long a job that was started counts, whether it is seen or not. */
#define FRESH_USEC (G_USEC_PER_SEC / 10)
/* When it is looked again. */
#define AGAIN_USEC (G_USEC_PER_SEC / 5)

struct _ApoolLoad
{
  char *root;
  guint n_cpus;
  double limit;
  char *path; /* (nullable): where the limit is */
  struct stat file;
  GArray *starts; /* (element-type gint64): those of the last moments, oldest first */
  guint n_inside; /* jobs that have been started and are not over */
};

static void
apool_load_free (gpointer rule)
{
  ApoolLoad *self = rule;

  g_array_unref (self->starts);
  g_free (self->path);
  g_free (self->root);
  g_free (self);
}

/* N, N%, +N or -N; the last three from @n_cpus on. Returns whether it is one of them. */
static gboolean
apool_load_parse (const char *text, guint n_cpus, double *limit)
{
  gboolean is_signed = *text == '+' || *text == '-';
  const char *digits = text + is_signed;
  gsize n_digits = strspn (digits, "0123456789.");
  gboolean is_share = !is_signed && digits[n_digits] == '%';
  g_autofree char *number = g_strndup (digits, n_digits);
  char *end = NULL;
  double value = g_ascii_strtod (number, &end);

  if (n_digits == 0 || *end || digits[n_digits + is_share] != '\0')
    return FALSE;
  if (is_share)
    value *= n_cpus / 100.0;
  else if (is_signed)
    value = *text == '+' ? n_cpus + value : n_cpus - value;
  *limit = MAX (value, MIN_LIMIT);
  return TRUE;
}

/* Reads the limit from its file. Returns (nullable) what is wrong with it. */
static char *
apool_load_read_file (ApoolLoad *self)
{
  char *failure = NULL;
  g_autofree char *text = apool_facts_read ("", self->path, &failure);

  if (!text)
    return failure;
  if (apool_load_parse (g_strstrip (text), self->n_cpus, &self->limit))
    return NULL;
  return g_strconcat (self->path, ": not a load in it: use N, N%, +N or -N", NULL);
}

/* Where the file has changed. Returns (nullable) why the limit that it had last counts on. */
static char *
apool_load_refresh (ApoolLoad *self)
{
  struct stat file;
  g_autofree char *why = NULL;

  if (!self->path)
    return NULL;
  if (stat (self->path, &file) == 0 && file.st_mtim.tv_sec == self->file.st_mtim.tv_sec &&
      file.st_mtim.tv_nsec == self->file.st_mtim.tv_nsec && file.st_ino == self->file.st_ino &&
      file.st_size == self->file.st_size)
    return NULL;
  why = apool_load_read_file (self);
  if (why)
    return g_strdup_printf ("%s; it stays at %g", why, self->limit);
  self->file = file;
  return NULL;
}

/* How many threads run or wait for a disk, beside this one. Returns whether anybody knows. */
static gboolean
apool_load_measure (ApoolLoad *self, guint64 *load, char **failure)
{
  g_autofree char *text = apool_facts_read (self->root, "proc/stat", failure);
  guint64 n_running;
  guint64 n_blocked = 0;

  if (!text)
    return FALSE;
  if (!apool_facts_find (text, "procs_running", &n_running))
    {
      *failure = apool_facts_fail (self->root, "proc/stat", "no number of running processes");
      return FALSE;
    }
  (void) apool_facts_find (text, "procs_blocked", &n_blocked); /* else there are none */
  *load = MAX (n_running, 1) - 1 + n_blocked;
  return TRUE;
}

/**
 * apool_load_new:
 * @root: where the folders /proc and /sys are; "/" but in tests
 * @text: `N`, `N%` of the CPUs, `+N` or `-N` beside their number, or the name of a file with one of
 *   these, which is read again when it changes
 * @n_cpus: how many CPUs there are
 * @error: (out) (optional): %APOOL_ERROR_USAGE: what is wrong with @text; or that nobody knows how
 *   busy the machine is
 *
 * Returns: (transfer full) (nullable): the rule
 */
ApoolLoad *
apool_load_new (const char *root, const char *text, guint n_cpus, GError **error)
{
  ApoolLoad *self = g_new0 (ApoolLoad, 1);
  g_autofree char *failure = NULL;
  guint64 load;

  self->root = g_strdup (root);
  self->n_cpus = n_cpus;
  self->starts = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (!apool_load_parse (text, n_cpus, &self->limit))
    {
      self->path = g_strdup (text);
      if (stat (text, &self->file) < 0 || !S_ISREG (self->file.st_mode))
        failure = g_strdup ("not a load, and not a file: use N, N%, +N, -N or a file with one");
      else
        failure = apool_load_read_file (self);
    }
  if (!failure && apool_load_measure (self, &load, &failure))
    return self;
  g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_USAGE, failure);
  apool_load_free (self);
  return NULL;
}

/**
 * apool_load_get_limit:
 * @self: a rule
 *
 * Returns: how many threads are too many
 */
double
apool_load_get_limit (const ApoolLoad *self)
{
  return self->limit;
}

/* How many jobs count that nobody may have seen yet. */
static guint
apool_load_count_fresh (ApoolLoad *self, gint64 now)
{
  guint n_old = 0;

  while (n_old < self->starts->len &&
         g_array_index (self->starts, gint64, n_old) + FRESH_USEC <= now)
    n_old++;
  g_array_remove_range (self->starts, 0, n_old);
  return MIN (self->starts->len, self->n_inside);
}

static void
apool_load_ask (gpointer rule, gint64 now, ApoolRuleAnswer *answer)
{
  ApoolLoad *self = rule;
  guint64 load;

  g_autofree char *file_failure = apool_load_refresh (self);

  if (!apool_load_measure (self, &load, &answer->failure))
    {
      answer->is_open = TRUE; /* or nothing would ever be started again */
      return;
    }
  answer->failure = g_steal_pointer (&file_failure);
  load += apool_load_count_fresh (self, now);
  answer->is_open = (double) load < self->limit;
  answer->again_usec = AGAIN_USEC;
  if (!answer->is_open && answer->why)
    g_string_append_printf (answer->why, "load %" G_GUINT64_FORMAT ", not below %g", load,
                            self->limit);
}

static void
apool_load_enter (gpointer rule, guint64 seq, gint64 now)
{
  ApoolLoad *self = rule;

  self->n_inside++;
  g_array_append_val (self->starts, now);
}

static void
apool_load_leave (gpointer rule, guint64 seq, const ApoolOutcome *outcome, gint64 now)
{
  ((ApoolLoad *) rule)->n_inside--;
}

/**
 * apool_load_get_kind:
 *
 * Returns: (transfer none): how to ask an #ApoolLoad
 */
const ApoolRuleKind *
apool_load_get_kind (void)
{
  static const ApoolRuleKind kind = {
    .ask = apool_load_ask,
    .enter = apool_load_enter,
    .leave = apool_load_leave,
    .free = apool_load_free,
  };

  return &kind;
}
