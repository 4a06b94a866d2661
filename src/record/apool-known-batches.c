/* SPDX-License-Identifier: MIT */
/* Recorded jobs of several records, looked up by the records that come next.
 *
 * They are sorted by their first record, how many they have, and all of them; equal ones by their
 * places. A table finds the first one of those that begin with a record. Each is used once: a used
 * one points to the next one that may be unused, so that many equal ones cost nothing.
 *
 * Where the input is what it was, the rules make the jobs that they made before, and nothing here
 * is needed. It must not do harm either: where records come more than once, those that a recorded
 * job was made of may also be found at a place where they are parts of two jobs that were not run.
 * So each one has its place, and the sum of all records before that: where both are as recorded,
 * it is there without doubt, and the records before it are the same, too. Only where that is not
 * so, the input was changed, and a recorded job counts wherever its records are found. */

#include "record/apool-known-batches.h"

/* To find out whether the input was changed, not more records are read ahead than this. */
#define MAX_AHEAD 65536u

/* Sorted by all but the last one. */
typedef struct
{
  guint64 first; /* what the table looks at */
  guint64 n_records;
  guint64 all;
  guint64 place;
  guint64 before;
  guint32 next; /* its own index, or of a used one, where to look for the next one */
} ApoolKnownBatch;

struct _ApoolKnownBatches
{
  GObject parent;

  GArray *batches;   /* of ApoolKnownBatch: sorted once the first question was asked */
  GHashTable *heads; /* (nullable): the first one of each first record; %NULL before that */
  GArray *by_place;  /* of guint32: indices */
  guint cursor;      /* of @by_place: those before it are used, or their place is behind us */
  guint64 n_left;    /* that are not used */

  gboolean is_changed; /* the input is not what it was */
  guint64 verified;    /* how many records are known to be what they were */
  guint64 scanned;     /* no recorded job begins before this place, but where we are */
};

static void apool_known_batches_borders_init (ApoolBordersInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolKnownBatches,
                               apool_known_batches,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_BORDERS,
                                                      apool_known_batches_borders_init))

/* ---- the batches ---- */

static ApoolKnownBatch *
apool_known_batches_get (const ApoolKnownBatches *self, guint i)
{
  return &g_array_index (self->batches, ApoolKnownBatch, i);
}

static int
apool_known_batches_order (guint64 a, guint64 b)
{
  return a < b ? -1 : a > b;
}

/* Of two that have the same records: 0. */
static int
apool_known_batches_compare_records (const ApoolKnownBatch *a, const ApoolKnownBatch *b)
{
  if (a->first != b->first)
    return apool_known_batches_order (a->first, b->first);
  if (a->n_records != b->n_records)
    return apool_known_batches_order (a->n_records, b->n_records);
  return apool_known_batches_order (a->all, b->all);
}

static int
apool_known_batches_compare_cb (gconstpointer left, gconstpointer right)
{
  const ApoolKnownBatch *a = left;
  const ApoolKnownBatch *b = right;
  int order = apool_known_batches_compare_records (a, b);

  if (order == 0)
    order = apool_known_batches_order (a->place, b->place);
  return order != 0 ? order : apool_known_batches_order (a->before, b->before);
}

static int
apool_known_batches_compare_place_cb (gconstpointer left, gconstpointer right, gpointer data)
{
  const guint32 *a = left;
  const guint32 *b = right;
  guint64 place_a = apool_known_batches_get (data, *a)->place;
  guint64 place_b = apool_known_batches_get (data, *b)->place;

  return apool_known_batches_order (place_a, place_b);
}

static void
apool_known_batches_sort (ApoolKnownBatches *self)
{
  g_array_sort (self->batches, apool_known_batches_compare_cb);
  self->heads = g_hash_table_new (g_int64_hash, g_int64_equal);
  for (guint32 i = 0; i < self->batches->len; i++)
    {
      ApoolKnownBatch *batch = apool_known_batches_get (self, i);

      batch->next = i;
      if (i == 0 || apool_known_batches_get (self, i - 1)->first != batch->first)
        g_hash_table_add (self->heads, &batch->first);
      g_array_append_val (self->by_place, i);
    }
  g_array_sort_with_data (self->by_place, apool_known_batches_compare_place_cb, self);
}

/* Returns: the index of the first one from @from on that does not stand before @key, by its
 * records. Near ones are found fast */
static guint
apool_known_batches_seek (const ApoolKnownBatches *self, guint from, const ApoolKnownBatch *key)
{
  guint low = from;
  guint step = 1;
  guint high = from;

  while (high < self->batches->len &&
         apool_known_batches_compare_records (apool_known_batches_get (self, high), key) < 0)
    {
      low = high + 1;
      high = self->batches->len - high > step ? high + step : self->batches->len;
      step *= 2;
    }
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (apool_known_batches_compare_records (apool_known_batches_get (self, middle), key) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

/* Returns: the index of the first one from @i on that is not used; their number where there is none
 */
static guint
apool_known_batches_find_unused (ApoolKnownBatches *self, guint i)
{
  guint end = self->batches->len;
  guint unused = i;

  while (unused < end && apool_known_batches_get (self, unused)->next != unused)
    unused = apool_known_batches_get (self, unused)->next;
  while (i < unused)
    {
      ApoolKnownBatch *batch = apool_known_batches_get (self, i);

      i = batch->next;
      batch->next = unused;
    }
  return unused;
}

static gboolean
apool_known_batches_is_used (const ApoolKnownBatches *self, guint i)
{
  return apool_known_batches_get (self, i)->next != i;
}

/* Returns: how many records it has */
static gsize
apool_known_batches_use (ApoolKnownBatches *self, guint i)
{
  ApoolKnownBatch *batch = apool_known_batches_get (self, i);

  batch->next = i + 1;
  self->n_left--;
  return (gsize) batch->n_records;
}

/* ---- where they are ---- */

/* What the records have in all that begin at @from. */
static guint64
apool_known_batches_sum (const ApoolBordersView *view, gsize from, gsize n_records)
{
  return apool_borders_subtract (view->sums[from + n_records], view->sums[from], n_records);
}

/* Looks for the longest unused one whose records are those from @from on: @found gets its index.
 *
 * Returns: %APOOL_BORDERS_BATCH where there is one, %APOOL_BORDERS_NATURAL where there is none;
 *   %APOOL_BORDERS_MORE where @n_needed records have to be seen to tell that */
static ApoolBordersAnswer
apool_known_batches_match (ApoolKnownBatches *self,
                           const ApoolBordersView *view,
                           gsize from,
                           guint *found,
                           gsize *n_needed)
{
  ApoolBordersAnswer answer = APOOL_BORDERS_NATURAL;
  ApoolKnownBatch key = { .first = apool_known_batches_sum (view, from, 1) };
  const ApoolKnownBatch *head = g_hash_table_lookup (self->heads, &key.first);
  guint i = head ? (guint) (head - apool_known_batches_get (self, 0)) : self->batches->len;

  for (;;)
    {
      i = apool_known_batches_find_unused (self, i);
      if (i == self->batches->len || apool_known_batches_get (self, i)->first != key.first)
        return answer;
      key.n_records = apool_known_batches_get (self, i)->n_records;
      if (key.n_records > view->n_records - from)
        break;
      key.all = apool_known_batches_sum (view, from, (gsize) key.n_records);
      i = apool_known_batches_find_unused (self, apool_known_batches_seek (self, i, &key));
      if (i < self->batches->len &&
          apool_known_batches_compare_records (apool_known_batches_get (self, i), &key) == 0)
        {
          *found = i;
          answer = APOOL_BORDERS_BATCH;
        }
      key.n_records++;
      key.all = 0;
      i = apool_known_batches_seek (self, i, &key);
    }
  if (view->is_end)
    return answer;
  *n_needed = from + (gsize) key.n_records;
  return APOOL_BORDERS_MORE;
}

/* Looks for the unused one that was recorded at this very place, behind the same records: as
 * apool_known_batches_match(). */
static ApoolBordersAnswer
apool_known_batches_match_place (ApoolKnownBatches *self,
                                 const ApoolBordersView *view,
                                 guint *found,
                                 gsize *n_needed)
{
  ApoolBordersAnswer answer = APOOL_BORDERS_NATURAL;
  gboolean was_other = FALSE;

  for (guint c = self->cursor; c < self->by_place->len; c++)
    {
      guint i = g_array_index (self->by_place, guint32, c);
      const ApoolKnownBatch *batch = apool_known_batches_get (self, i);
      gboolean is_here = batch->before == view->sums[0];

      if (batch->place != view->place)
        break;
      if (apool_known_batches_is_used (self, i))
        continue;
      if (is_here && batch->n_records > view->n_records && !view->is_end)
        {
          *n_needed = (gsize) batch->n_records;
          return APOOL_BORDERS_MORE;
        }
      if (!is_here || batch->n_records > view->n_records ||
          apool_known_batches_sum (view, 0, (gsize) batch->n_records) != batch->all)
        was_other = TRUE;
      else if (answer == APOOL_BORDERS_NATURAL ||
               batch->n_records > apool_known_batches_get (self, *found)->n_records)
        {
          *found = i;
          answer = APOOL_BORDERS_BATCH;
        }
    }
  self->is_changed |= was_other && answer == APOOL_BORDERS_NATURAL;
  return answer;
}

/* Leaves places behind us. One that was not used there is elsewhere now. */
static void
apool_known_batches_advance (ApoolKnownBatches *self, guint64 place)
{
  for (; self->cursor < self->by_place->len; self->cursor++)
    {
      guint i = g_array_index (self->by_place, guint32, self->cursor);
      gboolean is_used = apool_known_batches_is_used (self, i);

      if (!is_used && apool_known_batches_get (self, i)->place >= place)
        return;
      self->is_changed |= !is_used;
    }
}

/* Looks for the first record, but the very first one, with which a recorded job begins: @from gets
 * which one. Else as apool_known_batches_match(). */
static ApoolBordersAnswer
apool_known_batches_scan (ApoolKnownBatches *self,
                          const ApoolBordersView *view,
                          gsize *from,
                          gsize *n_needed)
{
  guint64 start = MAX (self->scanned, view->place + 1) - view->place;

  for (gsize at = (gsize) MIN (start, view->n_natural); at < view->n_natural; at++)
    {
      guint found;
      ApoolBordersAnswer answer = apool_known_batches_match (self, view, at, &found, n_needed);

      self->scanned = view->place + at;
      *from = at;
      if (answer != APOOL_BORDERS_NATURAL)
        return answer;
    }
  self->scanned = MAX (self->scanned, view->place + view->n_natural);
  return APOOL_BORDERS_NATURAL;
}

/* Finds out whether the records that come next are what they were, by the next place that was
 * recorded: what comes before that, so many @n_records are.
 *
 * Returns: %APOOL_BORDERS_NATURAL where they are, %APOOL_BORDERS_BATCH where not, or nobody knows;
 *   %APOOL_BORDERS_MORE where @n_records have to be seen to tell that */
static ApoolBordersAnswer
apool_known_batches_compare (ApoolKnownBatches *self,
                             const ApoolBordersView *view,
                             gsize *n_records)
{
  const ApoolKnownBatch *next = NULL;
  guint64 distance;

  for (guint c = self->cursor; c < self->by_place->len && !next; c++)
    {
      guint i = g_array_index (self->by_place, guint32, c);

      if (!apool_known_batches_is_used (self, i) &&
          apool_known_batches_get (self, i)->place > view->place)
        next = apool_known_batches_get (self, i);
    }
  if (self->is_changed || !next)
    return APOOL_BORDERS_BATCH;
  distance = next->place - view->place;
  *n_records = (gsize) MIN (distance, G_MAXSIZE);
  if (self->verified >= next->place)
    return APOOL_BORDERS_NATURAL;
  if (distance > view->n_records && !view->is_end)
    return distance > MAX_AHEAD ? APOOL_BORDERS_BATCH : APOOL_BORDERS_MORE;
  self->is_changed = distance > view->n_records || view->sums[distance] != next->before;
  if (self->is_changed)
    return APOOL_BORDERS_BATCH;
  self->verified = next->place;
  return APOOL_BORDERS_NATURAL;
}

/* ---- the interface ---- */

static gboolean
apool_known_batches_is_idle (ApoolBorders *borders)
{
  return APOOL_KNOWN_BATCHES (borders)->n_left == 0;
}

/* Before the rules were asked: sure is only what is found in an input that was changed. What is in
 * its place is left to the rules, which may go on behind it with the same batch. */
static ApoolBordersAnswer
apool_known_batches_choose_first (ApoolKnownBatches *self,
                                  const ApoolBordersView *view,
                                  gsize *n_records)
{
  guint found;
  ApoolBordersAnswer answer = apool_known_batches_match_place (self, view, &found, n_records);

  if (answer == APOOL_BORDERS_BATCH || !self->is_changed)
    return answer == APOOL_BORDERS_MORE ? answer : APOOL_BORDERS_NATURAL;
  answer = apool_known_batches_match (self, view, 0, &found, n_records);
  if (answer == APOOL_BORDERS_BATCH)
    *n_records = apool_known_batches_use (self, found);
  return answer;
}

/* The rules disagree with what was recorded: with the one that was @found here, or with one that
 * begins at the record @from. */
static ApoolBordersAnswer
apool_known_batches_decide (ApoolKnownBatches *self,
                            const ApoolBordersView *view,
                            const guint *found,
                            gsize from,
                            gsize *n_records)
{
  gsize n_same;
  ApoolBordersAnswer answer = apool_known_batches_compare (self, view, &n_same);

  if (answer == APOOL_BORDERS_MORE)
    *n_records = n_same;
  else if (answer == APOOL_BORDERS_NATURAL)
    *n_records = MIN (view->n_natural, n_same);
  else
    *n_records = found ? apool_known_batches_use (self, *found) : from;
  return answer == APOOL_BORDERS_MORE ? answer : APOOL_BORDERS_BATCH;
}

static ApoolBordersAnswer
apool_known_batches_choose (ApoolBorders *borders, const ApoolBordersView *view, gsize *n_records)
{
  ApoolKnownBatches *self = APOOL_KNOWN_BATCHES (borders);
  ApoolBordersAnswer answer;
  guint found;
  gsize from = 0;

  if (!self->heads)
    apool_known_batches_sort (self);
  apool_known_batches_advance (self, view->place);
  if (view->n_natural == 0)
    return apool_known_batches_choose_first (self, view, n_records);
  answer = apool_known_batches_match_place (self, view, &found, n_records);
  if (answer == APOOL_BORDERS_BATCH)
    *n_records = apool_known_batches_use (self, found);
  if (answer != APOOL_BORDERS_NATURAL)
    return answer;
  answer = apool_known_batches_match (self, view, 0, &found, n_records);
  if (answer == APOOL_BORDERS_BATCH &&
      apool_known_batches_get (self, found)->n_records != view->n_natural)
    return apool_known_batches_decide (self, view, &found, 0, n_records);
  if (answer == APOOL_BORDERS_BATCH)
    *n_records = apool_known_batches_use (self, found);
  if (answer != APOOL_BORDERS_NATURAL)
    return answer;
  answer = apool_known_batches_scan (self, view, &from, n_records);
  if (answer == APOOL_BORDERS_BATCH)
    return apool_known_batches_decide (self, view, NULL, from, n_records);
  if (answer == APOOL_BORDERS_NATURAL)
    *n_records = view->n_natural;
  return answer == APOOL_BORDERS_MORE ? answer : APOOL_BORDERS_BATCH;
}

static void
apool_known_batches_borders_init (ApoolBordersInterface *iface)
{
  iface->is_idle = apool_known_batches_is_idle;
  iface->choose = apool_known_batches_choose;
}

static void
apool_known_batches_finalize (GObject *object)
{
  ApoolKnownBatches *self = APOOL_KNOWN_BATCHES (object);

  g_clear_pointer (&self->heads, g_hash_table_unref);
  g_array_unref (self->by_place);
  g_array_unref (self->batches);
  G_OBJECT_CLASS (apool_known_batches_parent_class)->finalize (object);
}

static void
apool_known_batches_class_init (ApoolKnownBatchesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_known_batches_finalize;
}

static void
apool_known_batches_init (ApoolKnownBatches *self)
{
  self->batches = g_array_new (FALSE, FALSE, sizeof (ApoolKnownBatch));
  self->by_place = g_array_new (FALSE, FALSE, sizeof (guint32));
}

/**
 * apool_known_batches_new:
 *
 * Returns: (transfer full): borders, idle as long as nothing was added
 */
ApoolKnownBatches *
apool_known_batches_new (void)
{
  return g_object_new (APOOL_TYPE_KNOWN_BATCHES, NULL);
}

/**
 * apool_known_batches_add:
 * @self: borders that were asked nothing yet
 * @batch: the records of a job that was recorded; any numbers, where they come from a file
 *
 * Has a job of the same records be made where they come: once for each time that it was added.
 */
void
apool_known_batches_add (ApoolKnownBatches *self, const ApoolIdentityBatch *batch)
{
  ApoolKnownBatch known = { .first = batch->first,
                            .n_records = batch->n_records,
                            .all = batch->all,
                            .place = batch->place,
                            .before = batch->before };

  g_return_if_fail (self->heads == NULL);
  /* What no job can be of, and what numbers do not reach: that is grouped by the rules. */
  if (batch->n_records == 0 || batch->n_records > G_MAXINT32 ||
      self->batches->len == G_MAXUINT32 / sizeof known)
    return;
  g_array_append_val (self->batches, known);
  self->n_left++;
}
