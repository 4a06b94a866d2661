/* SPDX-License-Identifier: MIT */
/* What the kernel counts up: two looks at it, a second apart, say what happened in between. Before
 * the second look nobody knows, so the first job of a run waits for it, and so does one before
 * which there were none for long. */

#include "gates/apool-activity.h"

#include <stdio.h>
#include <string.h>

#include "base/apool-error.h"
#include "gates/apool-facts.h"

/* The time between two looks, for which the result counts as well. */
#define SPAN_USEC G_USEC_PER_SEC
/* What lies further back says nothing of now. */
#define MAX_SPAN_USEC (10 * (gint64) G_USEC_PER_SEC)

typedef struct _ApoolActivityKind ApoolActivityKind;

struct _ApoolActivity
{
  char *root;
  const ApoolActivityKind *kind;
  double limit;
  GHashTable *counts; /* (nullable) (element-type utf8 guint64): of the last look */
  gint64 looked_at;   /* the last one; -1 before there was one */
  gint64 judged_at;   /* the last one that had one before it; -1 where that is not so */
  GString *verdict;   /* why no job is started; empty where one is */
};

/* What is counted: @read adds names and numbers to a table, @judge says why no job is to be started
 * where it is so. */
struct _ApoolActivityKind
{
  const char *path;
  gboolean (*read) (GHashTable *counts, const char *text);
  void (*judge) (ApoolActivity *self, GHashTable *counts, gint64 usec);
};

static void
apool_activity_add (GHashTable *counts, const char *name, guint64 count)
{
  g_hash_table_insert (counts, g_strdup (name), g_memdup2 (&count, sizeof count));
}

/* How much more there is of @name than there was; none where it was not there. */
static guint64
apool_activity_get_growth (ApoolActivity *self, GHashTable *counts, const char *name)
{
  const guint64 *before = g_hash_table_lookup (self->counts, name);
  const guint64 *after = g_hash_table_lookup (counts, name);

  return before && after && *after > *before ? *after - *before : 0;
}

static gboolean
apool_activity_read_swap (GHashTable *counts, const char *text)
{
  guint64 in;
  guint64 out;

  if (!apool_facts_find (text, "pswpin", &in) || !apool_facts_find (text, "pswpout", &out))
    return FALSE;
  apool_activity_add (counts, "in", in);
  apool_activity_add (counts, "out", out);
  return TRUE;
}

/* Pages that go one way only are no harm: they were not needed for long, or are needed at last. */
static void
apool_activity_judge_swap (ApoolActivity *self, GHashTable *counts, gint64 usec)
{
  guint64 in = apool_activity_get_growth (self, counts, "in");
  guint64 out = apool_activity_get_growth (self, counts, "out");

  if (in > 0 && out > 0)
    g_string_append_printf (self->verdict,
                            "swapped %" G_GUINT64_FORMAT " pages in and %" G_GUINT64_FORMAT
                            " out in %.1f s",
                            in, out, (double) usec / G_USEC_PER_SEC);
}

/* The third word of a line is a name, the thirteenth the milliseconds in which that disk had work.
 */
static gboolean
apool_activity_read_disk (GHashTable *counts, const char *text)
{
  for (const char *line = text; line && *line; line = strchr (line, '\n'))
    {
      char name[64];
      guint64 busy_msec;

      line += *line == '\n';
      if (sscanf (line, "%*u %*u %63s %*u %*u %*u %*u %*u %*u %*u %*u %*u %" G_GUINT64_FORMAT, name,
                  &busy_msec) == 2)
        apool_activity_add (counts, name, busy_msec);
    }
  return TRUE;
}

/* The busiest one counts. */
static void
apool_activity_judge_disk (ApoolActivity *self, GHashTable *counts, gint64 usec)
{
  GHashTableIter iter;
  gpointer name;
  const char *busiest = NULL;
  double most = self->limit;

  g_hash_table_iter_init (&iter, counts);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      guint64 msec = apool_activity_get_growth (self, counts, name);
      double percent = MIN ((double) msec * 1000 * 100 / (double) usec, 100);

      if (percent <= most)
        continue;
      most = percent;
      busiest = name;
    }
  if (busiest)
    g_string_append_printf (self->verdict, "disk %s busy %.0f%% > %g%%", busiest, most,
                            self->limit);
}

static const ApoolActivityKind apool_activity_swap = {
  .path = "proc/vmstat",
  .read = apool_activity_read_swap,
  .judge = apool_activity_judge_swap,
};

static const ApoolActivityKind apool_activity_disk = {
  .path = "proc/diskstats",
  .read = apool_activity_read_disk,
  .judge = apool_activity_judge_disk,
};

static void
apool_activity_free (gpointer rule)
{
  ApoolActivity *self = rule;

  g_clear_pointer (&self->counts, g_hash_table_unref);
  g_string_free (self->verdict, TRUE);
  g_free (self->root);
  g_free (self);
}

/* Returns: (transfer full) (nullable): what is counted up to now */
static GHashTable *
apool_activity_look (ApoolActivity *self, char **failure)
{
  g_autofree char *text = apool_facts_read (self->root, self->kind->path, failure);
  g_autoptr (GHashTable) counts = NULL;

  if (!text)
    return NULL;
  counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (self->kind->read (counts, text))
    return g_steal_pointer (&counts);
  *failure = apool_facts_fail (self->root, self->kind->path, "does not say what is asked for");
  return NULL;
}

static ApoolActivity *
apool_activity_new (const char *root, const ApoolActivityKind *kind, double limit, GError **error)
{
  ApoolActivity *self = g_new0 (ApoolActivity, 1);
  g_autofree char *failure = NULL;
  g_autoptr (GHashTable) counts = NULL;

  self->root = g_strdup (root);
  self->kind = kind;
  self->limit = limit;
  self->looked_at = -1;
  self->judged_at = -1;
  self->verdict = g_string_new (NULL);
  counts = apool_activity_look (self, &failure);
  if (counts)
    return self;
  g_set_error_literal (error, APOOL_ERROR, APOOL_ERROR_USAGE, failure);
  apool_activity_free (self);
  return NULL;
}

/**
 * apool_activity_new_swap:
 * @root: where the folders /proc and /sys are; "/" but in tests
 * @error: (out) (optional): %APOOL_ERROR_USAGE: the kernel does not tell
 *
 * Returns: (transfer full) (nullable): the rule that the machine must not swap, in and out at once
 */
ApoolActivity *
apool_activity_new_swap (const char *root, GError **error)
{
  return apool_activity_new (root, &apool_activity_swap, 0, error);
}

/**
 * apool_activity_new_disk:
 * @root: where the folders /proc and /sys are; "/" but in tests
 * @percent: how much of the time the busiest disk may have work
 * @error: (out) (optional): %APOOL_ERROR_USAGE: the kernel does not tell
 *
 * Returns: (transfer full) (nullable): the rule that no disk is busier than that
 */
ApoolActivity *
apool_activity_new_disk (const char *root, double percent, GError **error)
{
  return apool_activity_new (root, &apool_activity_disk, percent, error);
}

/* Looks for the first or for another time. */
static gboolean
apool_activity_refresh (ApoolActivity *self, gint64 now, char **failure)
{
  gboolean is_first = self->looked_at < 0 || now - self->looked_at > MAX_SPAN_USEC;
  g_autoptr (GHashTable) counts = NULL;

  if (!is_first && now - self->looked_at < SPAN_USEC)
    return TRUE;
  counts = apool_activity_look (self, failure);
  if (!counts)
    return FALSE;
  g_string_truncate (self->verdict, 0);
  if (!is_first)
    self->kind->judge (self, counts, now - self->looked_at);
  self->judged_at = is_first ? -1 : now;
  g_clear_pointer (&self->counts, g_hash_table_unref);
  self->counts = g_steal_pointer (&counts);
  self->looked_at = now;
  return TRUE;
}

static void
apool_activity_ask (gpointer rule, gint64 now, ApoolRuleAnswer *answer)
{
  ApoolActivity *self = rule;

  if (!apool_activity_refresh (self, now, &answer->failure))
    {
      answer->is_open = TRUE; /* or nothing would ever be started again */
      return;
    }
  answer->is_open = self->judged_at >= 0 && self->verdict->len == 0;
  answer->again_usec = self->looked_at + SPAN_USEC - now;
  if (!answer->is_open && answer->why)
    g_string_append (answer->why, self->judged_at < 0 ? "looking for 1 s" : self->verdict->str);
}

/**
 * apool_activity_get_kind:
 *
 * Returns: (transfer none): how to ask an #ApoolActivity
 */
const ApoolRuleKind *
apool_activity_get_kind (void)
{
  static const ApoolRuleKind kind = {
    .ask = apool_activity_ask,
    .free = apool_activity_free,
  };

  return &kind;
}
