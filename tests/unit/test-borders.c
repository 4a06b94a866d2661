/* SPDX-License-Identifier: MIT */
/* Records to jobs where borders are given: what becomes of the rules, and what each job can be
 * found by. */

#include <gio/gio.h>
#include <string.h>

#include "fake-script.h"
#include "input/apool-source-batch.h"

/* ---- borders that a test writes down ---- */

#define TEST_TYPE_BORDERS (test_borders_get_type ())
G_DECLARE_FINAL_TYPE (TestBorders, test_borders, TEST, BORDERS, GObject)

/* "3:2 7:4": a job of two records begins behind three, and one of four behind seven. They are seen
 * whole before the job before them is told, and it ends where they begin. */
struct _TestBorders
{
  GObject parent;

  struct
  {
    guint64 place;
    gsize n_records;
  } batches[8];
  gsize n_batches;
  gboolean chooses_first; /* before the rules are asked */
  gsize n_seen;           /* records at most, at a time */
};

static void test_borders_iface_init (ApoolBordersInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestBorders,
                               test_borders,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_BORDERS, test_borders_iface_init))

static gboolean
test_borders_is_idle (ApoolBorders *borders)
{
  return TEST_BORDERS (borders)->n_batches == 0;
}

static ApoolBordersAnswer
test_borders_choose (ApoolBorders *borders, const ApoolBordersView *view, gsize *n_records)
{
  TestBorders *self = TEST_BORDERS (borders);
  guint64 place = self->batches[0].place;
  gsize n = self->batches[0].n_records;
  guint64 end = place + n - view->place;

  g_assert_cmpuint (place, >=, view->place);
  g_assert_cmpuint (view->n_records, >, 0);
  g_assert_cmpuint (view->n_natural, <=, view->n_records);
  self->n_seen = MAX (self->n_seen, view->n_records);
  if (view->n_natural == 0 && (!self->chooses_first || place > view->place))
    return APOOL_BORDERS_NATURAL;
  if (view->n_natural > 0 && place - view->place >= view->n_natural)
    {
      *n_records = view->n_natural;
      return APOOL_BORDERS_BATCH;
    }
  *n_records = end;
  if (end > view->n_records && !view->is_end)
    return APOOL_BORDERS_MORE;
  *n_records = place > view->place ? place - view->place : n;
  if (place == view->place)
    memmove (self->batches, self->batches + 1, --self->n_batches * sizeof self->batches[0]);
  return APOOL_BORDERS_BATCH;
}

static void
test_borders_iface_init (ApoolBordersInterface *iface)
{
  iface->is_idle = test_borders_is_idle;
  iface->choose = test_borders_choose;
}

static void
test_borders_class_init (TestBordersClass *klass)
{
}

static void
test_borders_init (TestBorders *self)
{
}

static TestBorders *
test_borders_new (const char *script)
{
  TestBorders *self = g_object_new (TEST_TYPE_BORDERS, NULL);
  g_auto (GStrv) words = g_strsplit (script, " ", -1);

  for (gsize i = 0; words[i] && *words[i]; i++)
    {
      char *colon = strchr (words[i], ':');

      self->batches[i].place = g_ascii_strtoull (words[i], NULL, 10);
      self->batches[i].n_records = g_ascii_strtoull (colon + 1, NULL, 10);
      self->n_batches++;
    }
  return self;
}

/* ---- what a command would measure: each byte of its values ---- */

static guint64
test_borders_measure (ApoolTemplate *command, const ApoolRow *row)
{
  guint64 measured = 0;

  for (gsize i = 0; i < row->n_values; i++)
    measured += row->values[i].length;
  return measured;
}

static guint64
test_borders_get_length (const ApoolTemplate *command, gsize n_values, guint64 measured)
{
  return measured;
}

/* ---- what comes out ---- */

/* As "line:values", of a row with a fault "line!fault", of a skipped one "line-". */
static void
test_borders_see (GString *seen, const ApoolRow *row)
{
  g_string_append_printf (seen, "%s%" G_GUINT64_FORMAT, seen->len > 0 ? " " : "", row->line);
  if (row->fault)
    g_string_append_printf (seen, "!%s", row->fault);
  else
    g_string_append_c (seen, row->is_skipped ? '-' : ':');
  for (gsize i = 0; !row->fault && i < row->n_values; i++)
    g_string_append_len (seen, row->values[i].data, (gssize) row->values[i].length);
  for (gsize i = 0; !row->fault && i < row->n_fields * row->n_records; i++)
    if (row->fields[i].data)
      g_string_append_len (seen, row->fields[i].data, (gssize) row->fields[i].length);
  g_assert_cmpuint (row->batch.n_records, ==,
                    row->fault || row->is_skipped ? 0 : MAX (row->n_records, 1));
}

static void
test_borders_check_rows (ApoolSource *source, const char *expected)
{
  g_autoptr (GString) seen = g_string_new (NULL);
  ApoolSourceStatus status;
  ApoolRow row;

  do
    {
      g_autoptr (GError) error = NULL;

      status = apool_source_next (source, &row, &error);
      if (status == APOOL_SOURCE_ROW)
        test_borders_see (seen, &row);
      if (status == APOOL_SOURCE_PENDING)
        g_string_append (seen, " ~");
      g_assert_cmpint (status == APOOL_SOURCE_ERROR, ==, error != NULL);
      if (error)
        g_string_append_printf (seen, " E(%s)", error->message);
    }
  while (status != APOOL_SOURCE_END);
  g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_END);
  g_assert_cmpstr (seen->str, ==, expected);
}

static void
test_borders_check_script (FakeScript *script,
                           const ApoolBatchRules *rules,
                           TestBorders *borders,
                           const char *expected)
{
  g_autoptr (ApoolSource) source = apool_source_batch_new (APOOL_SOURCE (script), rules, NULL);

  apool_source_batch_set_borders (APOOL_SOURCE_BATCH (source), APOOL_BORDERS (borders));
  test_borders_check_rows (source, expected);
}

/* Whether the rules were asked before makes no difference, unless the last records are spread. */
static void
test_borders_check (const ApoolBatchRules *rules,
                    const char *script,
                    const char *borders,
                    const char *expected)
{
  for (guint i = 0; i < (rules->n_slots > 0 ? 1 : 2); i++)
    {
      g_autoptr (FakeScript) fake = fake_script_new (script);
      g_autoptr (TestBorders) fake_borders = test_borders_new (borders);

      fake_borders->chooses_first = i > 0;
      test_borders_check_script (fake, rules, fake_borders, expected);
      g_assert_cmpuint (fake_borders->n_batches, ==, 0);
    }
}

static const ApoolBatchRules three = { .max_records = 3, .has_values = TRUE };

/* ---- tests ---- */

static void
test_borders_idle (void)
{
  test_borders_check (&three, "", "", "");
  test_borders_check (&three, "a b c d e f g", "", "1:abc 4:def 7:g");
  test_borders_check (&three, "a,b c d !x e", "", "1:abcd 4!x 5:e");
}

static void
test_borders_kept (void)
{
  test_borders_check (&three, "a b c d e f g h", "0:3", "1:abc 4:def 7:gh");
  test_borders_check (&three, "a b c d e f g h", "1:3", "1:a 2:bcd 5:efg 8:h");
  test_borders_check (&three, "a b c d e f g h", "0:1 1:1 5:2", "1:a 2:b 3:cde 6:fg 8:h");
  test_borders_check (&three, "a b c d e f g h", "2:6", "1:ab 3:cdefgh");
  test_borders_check (&three, "a b c d e f g h", "0:8", "1:abcdefgh");
  test_borders_check (&three, "a b c d e f g h", "4:3 7:1", "1:abc 4:d 5:efg 8:h");
}

/* A job of before may be longer than the rules allow now. */
static void
test_borders_length (void)
{
  ApoolBatchRules rules = { .has_values = TRUE,
                            .max_length = 4,
                            .measure = test_borders_measure,
                            .get_length = test_borders_get_length };

  test_borders_check (&rules, "a b c d e f g h", "", "1:abc 4:def 7:gh");
  test_borders_check (&rules, "a b c d e f g h", "1:5", "1:a 2:bcdef 7:gh");
  test_borders_check (&rules, "ab cdefg hi j k l", "2:3",
                      "1:ab 2!command line of 5 bytes: must be "
                      "below 4 3:hijk 6:l");
}

/* What the rules have made of the last records stays, as long as nobody disagrees. */
static void
test_borders_spread (void)
{
  ApoolBatchRules rules = { .has_values = TRUE, .n_slots = 3 };

  test_borders_check (&rules, "a b c d e f g h i j", "", "1:abcd 5:efgh 9:ij");
  test_borders_check (&rules, "a b c d e f g h i j", "0:4", "1:abcd 5:efgh 9:ij");
  test_borders_check (&rules, "a b c d e f g h i j", "8:2", "1:abcd 5:efgh 9:ij");
  test_borders_check (&rules, "a b c d e f g h i j", "3:4", "1:abc 4:defg 8:h 9:i 10:j");
  rules.max_records = 5;
  test_borders_check (&rules, "a b c d e f g h i j", "1:2", "1:a 2:bc 4:defgh 9:i 10:j");
}

static void
test_borders_set_slots (void)
{
  ApoolBatchRules rules = { .has_values = TRUE, .n_slots = 3 };
  g_autoptr (FakeScript) script = fake_script_new ("a b c d e f");
  g_autoptr (ApoolSource) source = apool_source_batch_new (APOOL_SOURCE (script), &rules, NULL);
  g_autoptr (ApoolSource) other = NULL;

  apool_source_batch_set_slots (APOOL_SOURCE_BATCH (source), 2);
  for (guint i = 0; i < 2; i++)
    {
      ApoolRow row;

      g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_ROW);
      g_assert_cmpuint (row.n_records, ==, 3);
    }
  rules.n_slots = 0;
  script->n_read = 0;
  other = apool_source_batch_new (APOOL_SOURCE (script), &rules, NULL);
  apool_source_batch_set_slots (APOOL_SOURCE_BATCH (other), 2);
  {
    ApoolRow row;

    g_assert_cmpint (apool_source_next (other, &row, NULL), ==, APOOL_SOURCE_ROW);
    g_assert_cmpuint (row.n_records, ==, 6);
  }
}

static void
test_borders_fields (void)
{
  g_autoptr (FakeScript) script = fake_script_new ("a,1 b,2 c,3 d,4");
  g_autoptr (TestBorders) borders = test_borders_new ("1:2");

  script->n_fields = 2;
  test_borders_check_script (script, &three, borders, "1:a1A 2:b2c3BC 4:d4D");
}

/* No more is waited for than is needed. */
static void
test_borders_pending (void)
{
  test_borders_check (&three, "a b c ~ d e ~ f g", "1:3", " ~ 1:a 2:bcd ~ 5:efg");
}

static void
test_borders_wait (void)
{
  g_autoptr (FakeScript) script = fake_script_new ("a b c ~ d ~ e f ~ g");
  g_autoptr (TestBorders) borders = test_borders_new ("1:4");

  test_borders_check_script (script, &three, borders, " ~ ~ 1:a 2:bcde ~ 6:fg");
  g_assert_cmpuint (borders->n_seen, ==, 5);
}

/* A row that no job can be made of is in none, and what was told of it is wrong. */
static void
test_borders_faults (void)
{
  test_borders_check (&three, "a b !x c d e", "1:3", "1:a 2:b 3!x 4:cde");
  test_borders_check (&three, "a b $ c d e", "1:3",
                      "1:a 2:b 3!input of 17825792 bytes: too long 4:cde");
  test_borders_check (&three, "!x a b c d", "2:2", "1!x 2:a 3:bc 5:d");
}

static void
test_borders_no_record (void)
{
  g_autoptr (FakeScript) script = fake_script_new ("!x a b c d");
  g_autoptr (TestBorders) borders = test_borders_new ("0:2");

  borders->chooses_first = TRUE;
  test_borders_check_script (script, &three, borders, "1!x 2:abc 5:d");
}

static void
test_borders_error (void)
{
  test_borders_check (&three, "a b c d E", "1:2", "1:a 2:bc 4:d E(no more)");
  test_borders_check (&three, "a b c d E", "1:7", "1:a 2:bcd E(no more)");
}

/* Rows that are skipped are nothing to a job of several records; each has its number all the same.
 */
static void
test_borders_skipped (void)
{
  ApoolBatchRules rules = three;

  test_borders_check (&rules, "a - b c - - d e f", "1:3", "1:a 3:bcd 8:ef");
  rules.keeps_numbers = TRUE;
  test_borders_check (&rules, "a - b c - - d e f", "1:3", "1:a 3- 3:bcd 8- 8- 8- 8- 8:ef");
}

/* Nothing can be put together where each job is of one record. */
static void
test_borders_single (void)
{
  const ApoolBatchRules one = { .max_records = 1,
                                .has_values = TRUE,
                                .max_length = 3,
                                .measure = test_borders_measure,
                                .get_length = test_borders_get_length };
  g_autoptr (FakeScript) script = fake_script_new ("a - b c");
  g_autoptr (TestBorders) borders = test_borders_new ("0:2");
  g_autoptr (ApoolSource) source = apool_source_batch_new (APOOL_SOURCE (script), &one, NULL);
  ApoolRow row;

  apool_source_batch_set_borders (APOOL_SOURCE_BATCH (source), APOOL_BORDERS (borders));
  for (guint i = 0; i < 4; i++)
    {
      g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_ROW);
      g_assert_cmpuint (row.n_records, <=, 1);
      g_assert_cmpuint (row.batch.n_records, ==, 0);
    }
  g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_END);
}

static void
test_borders_read_batches (const char *script, const ApoolBatchRules *rules, GArray *batches)
{
  g_autoptr (FakeScript) fake = fake_script_new (script);
  g_autoptr (TestBorders) borders = test_borders_new ("");
  g_autoptr (ApoolSource) source = apool_source_batch_new (APOOL_SOURCE (fake), rules, NULL);
  ApoolRow row;

  g_array_set_size (batches, 0);
  apool_source_batch_set_borders (APOOL_SOURCE_BATCH (source), APOOL_BORDERS (borders));
  while (apool_source_next (source, &row, NULL) == APOOL_SOURCE_ROW)
    g_array_append_val (batches, row.batch);
}

/* The numbers are on disks: they stay what they are. */
static void
test_borders_describe (void)
{
  g_autoptr (GArray) batches = g_array_new (FALSE, FALSE, sizeof (ApoolIdentityBatch));
  const ApoolIdentityBatch *batch;

  test_borders_read_batches ("a b,c d a b,c d", &three, batches);
  g_assert_cmpuint (batches->len, ==, 2);
  batch = &g_array_index (batches, ApoolIdentityBatch, 0);
  g_assert_cmphex (batch[0].first, ==, G_GUINT64_CONSTANT (0x529a4ddc8ff56bbf));
  g_assert_cmphex (batch[0].all, ==, G_GUINT64_CONSTANT (0x40b0c45ba17ac697));
  g_assert_cmphex (batch[0].before, ==, APOOL_BORDERS_NO_SUM);
  g_assert_cmphex (batch[1].first, ==, batch[0].first);
  g_assert_cmphex (batch[1].all, ==, batch[0].all);
  g_assert_cmphex (batch[1].before, ==, batch[0].all);
  g_assert_cmpuint (batch[0].place, ==, 0);
  g_assert_cmpuint (batch[1].place, ==, 3);
  g_assert_cmpuint (batch[1].n_records, ==, 3);
}

/* Other values are other records, however they are put together. */
static void
test_borders_tell_apart (void)
{
  static const char *const scripts[] = { "a b", "b a", "ab", "a,b", "a b ,", "a , b", ", a b" };
  g_autoptr (GArray) batches = g_array_new (FALSE, FALSE, sizeof (ApoolIdentityBatch));
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      test_borders_read_batches (scripts[i], &three, batches);
      g_assert_cmpuint (batches->len, ==, 1);
      g_assert_true (g_hash_table_add (
          seen, g_memdup2 (&g_array_index (batches, ApoolIdentityBatch, 0).all, 8)));
    }
}

static void
test_borders_sums (void)
{
  guint64 sums[101] = { APOOL_BORDERS_NO_SUM };

  for (gsize i = 0; i < 100; i++)
    sums[i + 1] = apool_borders_append (sums[i], i * i * 1234567);
  for (gsize from = 0; from <= 100; from++)
    {
      guint64 sum = APOOL_BORDERS_NO_SUM;

      for (gsize to = from; to <= 100; to++)
        {
          g_assert_cmphex (apool_borders_subtract (sums[to], sums[from], to - from), ==, sum);
          sum = apool_borders_append (sum, to * to * 1234567);
        }
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/borders/sums", test_borders_sums);
  g_test_add_func ("/borders/idle", test_borders_idle);
  g_test_add_func ("/borders/kept", test_borders_kept);
  g_test_add_func ("/borders/length", test_borders_length);
  g_test_add_func ("/borders/spread", test_borders_spread);
  g_test_add_func ("/borders/set-slots", test_borders_set_slots);
  g_test_add_func ("/borders/fields", test_borders_fields);
  g_test_add_func ("/borders/pending", test_borders_pending);
  g_test_add_func ("/borders/wait", test_borders_wait);
  g_test_add_func ("/borders/faults", test_borders_faults);
  g_test_add_func ("/borders/no-record", test_borders_no_record);
  g_test_add_func ("/borders/error", test_borders_error);
  g_test_add_func ("/borders/skipped", test_borders_skipped);
  g_test_add_func ("/borders/single", test_borders_single);
  g_test_add_func ("/borders/describe", test_borders_describe);
  g_test_add_func ("/borders/tell-apart", test_borders_tell_apart);
  return g_test_run ();
}
