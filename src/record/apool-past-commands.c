/* SPDX-License-Identifier: MIT */
/* Finds commands of earlier jobs.
 *
 * Equal commands form a group, found by a hash: those that succeeded in one chain, those that
 * failed in another, each in the order of the jobs. A pattern of which parts vary is looked for
 * among the commands that begin as it begins, or those that end as it ends, whichever are fewer:
 * these stand next to each other in an order of all. Both orders are made when they are needed
 * first. What was found is jumped over, so that finding all of a million takes no million steps
 * for each. */

#include "record/apool-past-commands.h"

#include <string.h>

#include "base/apool-hash.h"
#include "record/apool-index.h"

#define NONE APOOL_INDEX_NONE

/* So few commands are looked at rather than being put in another order. */
#define FEW 16u

/* So many are looked at, at most, for what is only an estimate. */
#define MAX_PEEKED 4096u

typedef struct
{
  guint32 first; /* that may not have been found yet */
  guint32 last;
} ApoolPastChain;

/* Of equal commands. */
typedef struct
{
  ApoolPastChain succeeded;
  ApoolPastChain failed;
  gboolean is_found; /* while what is gone is counted */
} ApoolPastGroup;

/* Jobs in an order of their commands. */
typedef struct
{
  gboolean is_backward; /* compared from their ends */
  guint32 n;
  guint32 *items; /* (nullable): before it was needed */
  guint32 *next;  /* of each place: itself, or a later one, those before which were found */
} ApoolPastOrder;

struct _ApoolPastCommands
{
  ApoolPastCommandFunc describe;
  gpointer data;
  guint32 n_jobs;
  guint32 n_commands;
  GArray *groups; /* ApoolPastGroup */
  ApoolIndex *index;
  guint32 *next; /* of each job: the next one of its chain */
  ApoolPastOrder forward;
  ApoolPastOrder backward;
};

/* ---- equal ones ---- */

static gboolean
apool_past_commands_is_equal (guint32 item, gconstpointer wanted, gpointer data)
{
  ApoolPastCommands *self = data;
  const ApoolPastCommand *command = wanted;
  const ApoolPastGroup *group = &g_array_index (self->groups, ApoolPastGroup, item);
  ApoolPastCommand other;

  self->describe (group->succeeded.last != NONE ? group->succeeded.last : group->failed.last,
                  &other, self->data);
  return other.length == command->length && memcmp (other.text, command->text, other.length) == 0;
}

/* Returns: (transfer none) (nullable): the group of @command */
static ApoolPastGroup *
apool_past_commands_find_group (ApoolPastCommands *self, const ApoolPastCommand *command)
{
  guint64 hash = apool_hash_bytes (command->text, command->length);
  guint32 item = apool_index_find (self->index, hash, apool_past_commands_is_equal, command, self);

  return item == NONE ? NULL : &g_array_index (self->groups, ApoolPastGroup, item);
}

static ApoolPastGroup *
apool_past_commands_make_group (ApoolPastCommands *self, const ApoolPastCommand *command)
{
  ApoolPastGroup group = { .succeeded = { NONE, NONE }, .failed = { NONE, NONE } };

  apool_index_add (self->index, apool_hash_bytes (command->text, command->length),
                   self->groups->len);
  g_array_append_val (self->groups, group);
  return &g_array_index (self->groups, ApoolPastGroup, self->groups->len - 1);
}

static void
apool_past_commands_add (ApoolPastCommands *self, guint32 i, const ApoolPastCommand *command)
{
  ApoolPastGroup *group = apool_past_commands_find_group (self, command);
  ApoolPastChain *chain;

  if (!group)
    group = apool_past_commands_make_group (self, command);
  chain = command->is_failed ? &group->failed : &group->succeeded;
  self->next[i] = NONE;
  if (chain->last == NONE)
    chain->first = i;
  else
    self->next[chain->last] = i;
  chain->last = i;
  self->n_commands++;
}

/**
 * apool_past_commands_new:
 * @n_jobs: how many jobs there are
 * @describe: gives the command of each; always the same one, but whether it was found may change
 * @data: (closure): for @describe
 *
 * Returns: (transfer full): what finds them
 */
ApoolPastCommands *
apool_past_commands_new (guint32 n_jobs, ApoolPastCommandFunc describe, gpointer data)
{
  ApoolPastCommands *self = g_new0 (ApoolPastCommands, 1);
  ApoolPastCommand command;

  self->describe = describe;
  self->data = data;
  self->n_jobs = n_jobs;
  self->groups = g_array_new (FALSE, FALSE, sizeof (ApoolPastGroup));
  self->index = apool_index_new ();
  self->next = g_new (guint32, n_jobs);
  self->backward.is_backward = TRUE;
  for (guint32 i = 0; i < n_jobs; i++)
    if (describe (i, &command, data))
      apool_past_commands_add (self, i, &command);
  return self;
}

/**
 * apool_past_commands_free:
 * @self: (transfer full): what finds commands
 */
void
apool_past_commands_free (ApoolPastCommands *self)
{
  g_array_unref (self->groups);
  apool_index_free (self->index);
  g_free (self->next);
  g_free (self->forward.items);
  g_free (self->forward.next);
  g_free (self->backward.items);
  g_free (self->backward.next);
  g_free (self);
}

static gboolean
apool_past_commands_is_taken (ApoolPastCommands *self, guint32 i)
{
  ApoolPastCommand command;

  return self->describe (i, &command, self->data) && command.is_taken;
}

/* Returns: the first one of the chain that was not found yet */
static guint32
apool_past_commands_find_first (ApoolPastCommands *self, ApoolPastChain *chain)
{
  while (chain->first != NONE && apool_past_commands_is_taken (self, chain->first))
    chain->first = self->next[chain->first];
  return chain->first;
}

static guint32
apool_past_commands_find_equal (ApoolPastCommands *self, const ApoolWildcard *pattern)
{
  ApoolPastCommand command = { .text = pattern->text, .length = pattern->length };
  ApoolPastGroup *group = apool_past_commands_find_group (self, &command);
  guint32 i;

  if (!group)
    return NONE;
  i = apool_past_commands_find_first (self, &group->succeeded);
  return i != NONE ? i : apool_past_commands_find_first (self, &group->failed);
}

/* ---- similar ones ---- */

/* Compares the bytes that both have, from the front or from the back. */
static int
apool_past_commands_compare_bytes (
    const char *a, gsize a_length, const char *b, gsize b_length, gboolean is_backward)
{
  gsize n = MIN (a_length, b_length);

  if (!is_backward)
    return memcmp (a, b, n);
  for (gsize i = 1; i <= n; i++)
    if (a[a_length - i] != b[b_length - i])
      return (guchar) a[a_length - i] < (guchar) b[b_length - i] ? -1 : 1;
  return 0;
}

typedef struct
{
  ApoolPastCommands *self;
  gboolean is_backward;
} ApoolPastSort;

static int
apool_past_commands_sort_cb (gconstpointer a, gconstpointer b, gpointer data)
{
  const ApoolPastSort *sort = data;
  guint32 i = *(const guint32 *) a;
  guint32 j = *(const guint32 *) b;
  ApoolPastCommand x;
  ApoolPastCommand y;
  int order;

  sort->self->describe (i, &x, sort->self->data);
  sort->self->describe (j, &y, sort->self->data);
  order = apool_past_commands_compare_bytes (x.text, x.length, y.text, y.length, sort->is_backward);
  if (order != 0)
    return order;
  if (x.length != y.length)
    return x.length < y.length ? -1 : 1;
  return i < j ? -1 : i > j;
}

static void
apool_past_commands_sort (ApoolPastCommands *self, ApoolPastOrder *order)
{
  ApoolPastSort sort = { .self = self, .is_backward = order->is_backward };
  ApoolPastCommand command;

  if (order->items)
    return;
  order->items = g_new (guint32, self->n_commands);
  order->next = g_new (guint32, self->n_commands);
  for (guint32 i = 0; i < self->n_jobs; i++)
    if (self->describe (i, &command, self->data))
      order->items[order->n++] = i;
  g_qsort_with_data (order->items, (int) order->n, sizeof *order->items,
                     apool_past_commands_sort_cb, &sort);
  for (guint32 at = 0; at < order->n; at++)
    order->next[at] = at;
}

/* Returns: the first place whose command is not before @text, or, with @is_after, is behind all
 * that begin (or end) with it */
static guint32
apool_past_commands_search (ApoolPastCommands *self,
                            const ApoolPastOrder *order,
                            const char *text,
                            gsize length,
                            gboolean is_after)
{
  guint32 low = 0;
  guint32 high = order->n;

  while (low < high)
    {
      guint32 middle = low + (high - low) / 2;
      ApoolPastCommand command;
      int sign;

      self->describe (order->items[middle], &command, self->data);
      sign = apool_past_commands_compare_bytes (command.text, command.length, text, length,
                                                order->is_backward);
      if (sign < 0 || (sign == 0 && (is_after || command.length < length)))
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* A part of an order. */
typedef struct
{
  ApoolPastOrder *order;
  guint32 begin;
  guint32 end;
} ApoolPastRange;

static ApoolPastRange
apool_past_commands_find_part (ApoolPastCommands *self,
                               ApoolPastOrder *order,
                               const char *text,
                               gsize length)
{
  apool_past_commands_sort (self, order);
  return (ApoolPastRange){
    .order = order,
    .begin = apool_past_commands_search (self, order, text, length, FALSE),
    .end = apool_past_commands_search (self, order, text, length, TRUE),
  };
}

static ApoolPastRange
apool_past_commands_find_range (ApoolPastCommands *self, const ApoolWildcard *pattern)
{
  ApoolPastRange range =
      apool_past_commands_find_part (self, &self->forward, pattern->text, pattern->begin);
  ApoolPastRange other;

  if (range.end - range.begin <= FEW || pattern->end == 0)
    return range;
  other = apool_past_commands_find_part (
      self, &self->backward, pattern->text + pattern->length - pattern->end, pattern->end);
  return other.end - other.begin < range.end - range.begin ? other : range;
}

/* Returns: the place of the first command from @at on that was not found yet; as many as there are
 * where there is none */
static guint32
apool_past_commands_skip_taken (ApoolPastCommands *self, ApoolPastOrder *order, guint32 at)
{
  while (at < order->n)
    if (order->next[at] == at)
      {
        if (!apool_past_commands_is_taken (self, order->items[at]))
          return at;
        order->next[at] = at + 1;
      }
    else
      {
        /* Half of the way next time. */
        if (order->next[at] < order->n)
          order->next[at] = order->next[order->next[at]];
        at = order->next[at];
      }
  return at;
}

static guint32
apool_past_commands_find_similar (ApoolPastCommands *self, const ApoolWildcard *pattern)
{
  ApoolPastRange range = apool_past_commands_find_range (self, pattern);
  guint32 failed = NONE;

  for (guint32 at = apool_past_commands_skip_taken (self, range.order, range.begin); at < range.end;
       at = apool_past_commands_skip_taken (self, range.order, at + 1))
    {
      guint32 i = range.order->items[at];
      ApoolPastCommand command;

      self->describe (i, &command, self->data);
      if ((command.is_failed && failed != NONE) ||
          !apool_wildcard_matches (pattern, command.text, command.length))
        continue;
      if (!command.is_failed)
        return i;
      failed = i;
    }
  return failed;
}

/**
 * apool_past_commands_find:
 * @self: what finds commands
 * @pattern: what the command is like
 *
 * Of several it is one that succeeded, and the first one of these that are equal.
 *
 * Returns: the number of a job that was not found yet; %APOOL_INDEX_NONE where there is none
 */
guint32
apool_past_commands_find (ApoolPastCommands *self, const ApoolWildcard *pattern)
{
  return apool_wildcard_varies (pattern) ? apool_past_commands_find_similar (self, pattern)
                                         : apool_past_commands_find_equal (self, pattern);
}

/**
 * apool_past_commands_peek:
 * @self: what finds commands
 * @pattern: what the command is like
 *
 * Returns: the number of a job like it, whether it was found before or not; %APOOL_INDEX_NONE where
 *   there is none, or too many had to be looked at
 */
guint32
apool_past_commands_peek (ApoolPastCommands *self, const ApoolWildcard *pattern)
{
  ApoolPastCommand command = { .text = pattern->text, .length = pattern->length };
  const ApoolPastGroup *group;
  ApoolPastRange range;

  if (!apool_wildcard_varies (pattern))
    {
      group = apool_past_commands_find_group (self, &command);
      if (!group)
        return NONE;
      return group->succeeded.last != NONE ? group->succeeded.last : group->failed.last;
    }
  range = apool_past_commands_find_range (self, pattern);
  for (guint32 at = range.begin; at < range.end && at - range.begin < MAX_PEEKED; at++)
    {
      self->describe (range.order->items[at], &command, self->data);
      if (apool_wildcard_matches (pattern, command.text, command.length))
        return range.order->items[at];
    }
  return NONE;
}

/**
 * apool_past_commands_count_gone:
 * @self: what finds commands
 *
 * Returns: how many jobs were not found; without failed ones where an equal one was found, and
 * those without a command: no input is known to be theirs
 */
guint64
apool_past_commands_count_gone (ApoolPastCommands *self)
{
  ApoolPastCommand command;
  ApoolPastGroup *group;
  guint64 n = 0;

  for (guint32 i = 0; i < self->n_jobs; i++)
    if (self->describe (i, &command, self->data) && command.is_taken &&
        (group = apool_past_commands_find_group (self, &command)))
      group->is_found = TRUE;
  for (guint32 i = 0; i < self->n_jobs; i++)
    if (self->describe (i, &command, self->data) && !command.is_taken)
      {
        group = apool_past_commands_find_group (self, &command);
        n += !command.is_failed || (command.length > 0 && (!group || !group->is_found));
      }
  return n;
}
