/* SPDX-License-Identifier: MIT */
/* Jobs of several records that were recorded, and another run's records: which jobs are made of
 * these. */

#include <gio/gio.h>
#include <string.h>

#include "fake-script.h"
#include "input/apool-source-batch.h"
#include "record/apool-known-batches.h"

/* ---- runs ---- */

/* Words of one character, without blanks between them. */
static FakeScript *
test_known_make_script (const char *letters)
{
  g_autoptr (GString) script = g_string_new (NULL);

  for (const char *at = letters; *at; at++)
    g_string_append_printf (script, "%s%c", at == letters ? "" : " ", *at);
  return fake_script_new (script->str);
}

/* What is known of a run that was recorded: where its jobs began, and what they were. */
typedef struct
{
  ApoolKnownBatches *batches;
  GPtrArray *jobs; /* owned strings: those that no job was the same as yet */
} TestKnown;

static void
test_known_init (TestKnown *known)
{
  known->batches = apool_known_batches_new ();
  known->jobs = g_ptr_array_new_with_free_func (g_free);
}

static void
test_known_clear (TestKnown *known)
{
  g_object_unref (known->batches);
  g_ptr_array_unref (known->jobs);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TestKnown, test_known_clear)

/* Returns: whether @job was recorded, and more often than it was asked for */
static gboolean
test_known_take (TestKnown *known, const char *job)
{
  guint at;

  return g_ptr_array_find_with_equal_func (known->jobs, job, g_str_equal, &at) &&
         g_ptr_array_remove_index_fast (known->jobs, at);
}

/* Appends what is in @row: with "*" before it where it is a job that was recorded. */
static void
test_known_append (TestKnown *known, const ApoolRow *row, GString *jobs)
{
  g_autoptr (GString) job = g_string_new (NULL);

  for (gsize i = 0; i < row->n_values; i++)
    g_string_append_len (job, row->values[i].data, (gssize) row->values[i].length);
  g_string_append_printf (jobs, "%s%s%s", jobs->len > 0 ? " " : "",
                          test_known_take (known, job->str) ? "*" : "", job->str);
}

/* The jobs of a run, with blanks between them: "*" stands before one that was known. @batches:
 * (nullable): gets what each can be found by. */
static char *
test_known_run (const ApoolBatchRules *rules,
                const char *letters,
                TestKnown *known,
                GArray *batches)
{
  g_autoptr (FakeScript) script = test_known_make_script (letters);
  g_autoptr (ApoolSource) source = apool_source_batch_new (APOOL_SOURCE (script), rules, NULL);
  GString *jobs = g_string_new (NULL);
  ApoolSourceStatus status;
  ApoolRow row;

  apool_source_batch_set_borders (APOOL_SOURCE_BATCH (source), APOOL_BORDERS (known->batches));
  while ((status = apool_source_next (source, &row, NULL)) != APOOL_SOURCE_END)
    {
      if (status == APOOL_SOURCE_PENDING)
        continue;
      g_assert_cmpint (status, ==, APOOL_SOURCE_ROW);
      test_known_append (known, &row, jobs);
      if (batches)
        g_array_append_val (batches, row.batch);
    }
  return g_string_free (jobs, FALSE);
}

/* A run of which nothing is known. */
static char *
test_known_run_first (const ApoolBatchRules *rules, const char *letters, GArray *batches)
{
  g_auto (TestKnown) nothing;

  test_known_init (&nothing);
  return test_known_run (rules, letters, &nothing, batches);
}

/* A run of @letters of which those jobs were recorded for which @recorded, a string, has no dot. */
static void
test_known_record (TestKnown *known,
                   const ApoolBatchRules *rules,
                   const char *letters,
                   const char *recorded)
{
  g_autoptr (GArray) batches = g_array_new (FALSE, FALSE, sizeof (ApoolIdentityBatch));
  g_autofree char *text = test_known_run_first (rules, letters, batches);
  g_auto (GStrv) jobs = g_strsplit (text, " ", -1);

  test_known_init (known);
  g_assert_cmpuint (strlen (recorded), ==, batches->len);
  for (guint i = 0; i < batches->len; i++)
    if (recorded[i] != '.')
      {
        apool_known_batches_add (known->batches, &g_array_index (batches, ApoolIdentityBatch, i));
        g_ptr_array_add (known->jobs, g_strdup (jobs[i]));
      }
}

/* The same input, or another one, by other rules. */
static void
test_known_check_other (const ApoolBatchRules *rules_before,
                        const char *before,
                        const char *recorded,
                        const ApoolBatchRules *rules,
                        const char *letters,
                        const char *expected)
{
  g_auto (TestKnown) known;
  g_autofree char *jobs = NULL;

  test_known_record (&known, rules_before, before, recorded);
  jobs = test_known_run (rules, letters, &known, NULL);
  g_assert_cmpstr (jobs, ==, expected);
}

static void
test_known_check (const ApoolBatchRules *rules,
                  const char *before,
                  const char *recorded,
                  const char *letters,
                  const char *expected)
{
  test_known_check_other (rules, before, recorded, rules, letters, expected);
}

static const ApoolBatchRules three = { .max_records = 3, .has_values = TRUE };
static const ApoolBatchRules spread = { .has_values = TRUE, .n_slots = 3 };

/* ---- tests ---- */

static void
test_known_unchanged (void)
{
  test_known_check (&three, "abcdefgh", "...", "abcdefgh", "abc def gh");
  test_known_check (&three, "abcdefgh", "abc", "abcdefgh", "*abc *def *gh");
  test_known_check (&three, "abcdefgh", ".b.", "abcdefgh", "abc *def gh");
  test_known_check (&three, "abcdefgh", "a.c", "abcdefgh", "*abc def *gh");
  test_known_check (&three, "", "", "abc", "abc");
  test_known_check (&three, "abc", "a", "", "");
}

static void
test_known_inserted (void)
{
  test_known_check (&three, "abcdefgh", "abc", "Xabcdefgh", "X *abc *def *gh");
  test_known_check (&three, "abcdefgh", "abc", "XYZWabcdefgh", "XYZ W *abc *def *gh");
  test_known_check (&three, "abcdefgh", "abc", "abcdXefgh", "*abc dXe f *gh");
  test_known_check (&three, "abcdefghi", "a.c", "abcdXefghi", "*abc dXe f *ghi");
  test_known_check (&three, "abcdefghi", "a.c", "aXbcdefghi", "aXb cde f *ghi");
  test_known_check (&three, "abcdefgh", "abc", "abcXdefghYZ", "*abc X *def *gh YZ");
}

static void
test_known_appended (void)
{
  test_known_check (&three, "abcdefgh", "abc", "abcdefghijkl", "*abc *def *gh ijk l");
  test_known_check (&three, "abcdefgh", "a..", "abcdefghijkl", "*abc def ghi jkl");
}

static void
test_known_removed (void)
{
  test_known_check (&three, "abcdefgh", "abc", "bcdefgh", "bc *def *gh");
  test_known_check (&three, "abcdefgh", "abc", "abcdfgh", "*abc df *gh");
  test_known_check (&three, "abcdefgh", "abc", "defgh", "*def *gh");
  test_known_check (&three, "abcdefgh", "abc", "abc", "*abc");
  /* It is not known that anything was removed before what comes behind it was seen. */
  test_known_check (&three, "abcdefghijkl", "a.c.", "abcefghijkl", "*abc ef *ghi jkl");
  test_known_check (&three, "abcdefghijkl", "a..d", "abcefghjkl", "*abc efg h *jkl");
  test_known_check (&three, "abcdefghijkl", "...d", "jkl", "*jkl");
}

static void
test_known_moved (void)
{
  test_known_check (&three, "abcdefghi", "abc", "ghiabcdef", "*ghi *abc *def");
  test_known_check (&three, "abcdefghi", "abc", "gabcdefhi", "g *abc *def hi");
}

/* Equal ones are used as often as they were recorded. */
static void
test_known_duplicates (void)
{
  test_known_check (&three, "aaaaaaaaa", "ab.", "aaaaaaaaa", "*aaa *aaa aaa");
  test_known_check (&three, "aaaaaaaaa", "..c", "Xaaaaaaaaa", "X *aaa aaa aaa");
  test_known_check (&three, "abcabcabc", "a..", "XabcYabcZabc", "X *abc Yab cZa bc");
}

/* What also looks like a recorded job, but is not in its place, does not disturb the others as long
 * as nothing was changed. */
static void
test_known_lookalikes (void)
{
  test_known_check (&three, "xaaaaa", ".b", "xaaaaa", "xaa *aaa");
  test_known_check (&three, "xaaaayaaab", "..c.", "xaaaayaaab", "xaa aay *aaa b");
  test_known_check (&three, "aaaab", ".b", "aaaab", "aaa *ab");
  /* Where something was, it counts where it is found. */
  test_known_check (&three, "xaaaaa", "xb", "waaaaa", "w *aaa aa");
  test_known_check (&three, "xaaaaab", ".b.", "xaaaab", "xaa aab");
}

/* What the last records were spread into stays as it was, and the rest is spread anew. */
static void
test_known_spread (void)
{
  ApoolBatchRules rules = spread;

  test_known_check (&spread, "abcdefghij", "...", "abcdefghij", "abcd efgh ij");
  test_known_check (&spread, "abcdefghij", "a..", "abcdefghij", "*abcd efgh ij");
  test_known_check (&spread, "abcdefghij", ".b.", "abcdefghij", "abcd *efgh ij");
  test_known_check (&spread, "abcdefghij", "abc", "abcdefghijKL", "*abcd *efgh *ij K L");
  test_known_check (&spread, "abcdefghij", "a.c", "abcdefghijKL", "*abcd efgh *ij K L");
  test_known_check (&spread, "abcdefghij", "ab.", "Xabcdefghij", "X *abcd *efgh i j");
  rules.max_records = 5;
  test_known_check (&rules, "abcdefghijkl", "a..d", "abcdefghijkl", "*abcde fghij k *l");
}

/* The slots may be others where that is not prevented. */
static void
test_known_other_slots (void)
{
  ApoolBatchRules rules = spread;

  rules.n_slots = 2;
  test_known_check_other (&spread, "abcdefghij", ".b.", &rules, "abcdefghij", "abcd *efgh i j");
}

static void
test_known_other_number (void)
{
  ApoolBatchRules rules = three;

  rules.max_records = 2;
  test_known_check_other (&three, "abcdefgh", ".b.", &rules, "abcdefgh", "ab c *def gh");
}

static void
test_known_everything (void)
{
  const ApoolBatchRules any = { .has_values = TRUE };

  test_known_check (&any, "abcdefgh", "a", "abcdefgh", "*abcdefgh");
  test_known_check (&any, "abcdefgh", "a", "abcdefghi", "*abcdefgh i");
  test_known_check (&any, "abcdefgh", "a", "Xabcdefgh", "X *abcdefgh");
  test_known_check (&any, "abcdefgh", "a", "abcdXefgh", "abcdXefgh");
  test_known_check (&any, "abcdefgh", "a", "abcdefg", "abcdefg");
}

/* No more is waited for than is needed: "~" is waited for. */
static void
test_known_pending (void)
{
  g_auto (TestKnown) known;
  g_autoptr (FakeScript) script = fake_script_new ("a b c ~ d e ~ f X ~");
  g_autoptr (ApoolSource) source = apool_source_batch_new (APOOL_SOURCE (script), &three, NULL);
  static const ApoolSourceStatus expected[] = {
    APOOL_SOURCE_ROW, APOOL_SOURCE_PENDING, APOOL_SOURCE_PENDING,
    APOOL_SOURCE_ROW, APOOL_SOURCE_PENDING, APOOL_SOURCE_ROW,
  };
  ApoolRow row;

  test_known_record (&known, &three, "abcdefgh", "abc");
  apool_source_batch_set_borders (APOOL_SOURCE_BATCH (source), APOOL_BORDERS (known.batches));
  for (gsize i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpint (apool_source_next (source, &row, NULL), ==, expected[i]);
  g_assert_cmpuint (row.n_records, ==, 1);
}

/* What is in a file may be anything. */
static void
test_known_nonsense (void)
{
  static const ApoolIdentityBatch batches[] = {
    { 0 },
    { .n_records = G_MAXUINT64, .place = G_MAXUINT64 },
    { .n_records = G_MAXINT32, .place = 1 },
    { .n_records = 2, .place = G_MAXUINT64, .before = 17 },
    { .n_records = 2, .place = 0, .before = 17 },
    { .n_records = 2, .place = 0, .before = APOOL_BORDERS_NO_SUM },
    { .n_records = 2, .place = 1 },
  };
  g_auto (TestKnown) known;
  g_autofree char *jobs = NULL;

  test_known_record (&known, &three, "abcdef", "ab");
  for (gsize i = 0; i < G_N_ELEMENTS (batches); i++)
    apool_known_batches_add (known.batches, &batches[i]);
  jobs = test_known_run (&three, "abcdef", &known, NULL);
  g_assert_cmpstr (jobs, ==, "*abc *def");
}

/* ---- many at random ---- */

/* Few different letters make many lookalikes. */
static char *
test_known_make_letters (int n_letters, int n_kinds)
{
  GString *letters = g_string_new (NULL);

  for (int i = 0; i < n_letters; i++)
    g_string_append_c (letters, (char) ('a' + g_test_rand_int_range (0, n_kinds)));
  return g_string_free (letters, FALSE);
}

static void
test_known_make_rules (ApoolBatchRules *rules)
{
  *rules = (ApoolBatchRules){ .has_values = TRUE };
  if (g_test_rand_bit ())
    rules->n_slots = (guint) g_test_rand_int_range (1, 6);
  if (rules->n_slots == 0 || g_test_rand_bit ())
    rules->max_records = (guint64) g_test_rand_int_range (2, 8);
}

static char *
test_known_make_recorded (const char *jobs, int percentage)
{
  GString *recorded = g_string_new (NULL);

  for (const char *at = jobs; at && *at; at = strchr (at + 1, ' '))
    g_string_append_c (recorded, g_test_rand_int_range (0, 100) < percentage ? 'x' : '.');
  return g_string_free (recorded, FALSE);
}

static char *
test_known_strip (const char *jobs, const char *what)
{
  GString *stripped = g_string_new (NULL);

  for (const char *at = jobs; *at; at++)
    if (!strchr (what, *at))
      g_string_append_c (stripped, *at);
  return g_string_free (stripped, FALSE);
}

/* A run by some rules, of which some jobs are recorded. */
typedef struct
{
  ApoolBatchRules rules;
  char *whole; /* its jobs */
  char *recorded;
  TestKnown known;
} TestKnownDraw;

static void
test_known_draw (TestKnownDraw *draw, const char *letters)
{
  test_known_make_rules (&draw->rules);
  draw->whole = test_known_run_first (&draw->rules, letters, NULL);
  draw->recorded = test_known_make_recorded (draw->whole, g_test_rand_int_range (0, 101));
  test_known_record (&draw->known, &draw->rules, letters, draw->recorded);
}

static void
test_known_draw_clear (TestKnownDraw *draw)
{
  g_free (draw->whole);
  g_free (draw->recorded);
  test_known_clear (&draw->known);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TestKnownDraw, test_known_draw_clear)

static void
test_known_random_unchanged (void)
{
  g_test_summary ("Whatever was recorded of a run, the same input becomes the same jobs.");
  for (guint i = 0; i < 3000; i++)
    {
      g_auto (TestKnownDraw) draw;
      g_autofree char *letters =
          test_known_make_letters (g_test_rand_int_range (0, 60), g_test_rand_int_range (1, 5));
      g_autofree char *jobs = NULL;
      g_autofree char *stripped = NULL;

      test_known_draw (&draw, letters);
      jobs = test_known_run (&draw.rules, letters, &draw.known, NULL);
      stripped = test_known_strip (jobs, "*");
      g_assert_cmpstr (stripped, ==, draw.whole);
    }
}

/* Puts a letter in, or takes some out. */
static char *
test_known_change (const char *letters)
{
  GString *changed = g_string_new (letters);

  for (int n = g_test_rand_int_range (1, 4); n > 0; n--)
    {
      gssize at = g_test_rand_int_range (0, (gint32) changed->len + 1);

      if (g_test_rand_bit ())
        g_string_insert_c (changed, at, (char) g_test_rand_int_range ('F', 'Z'));
      else
        g_string_erase (changed, at, MIN (2, (gssize) changed->len - at));
    }
  return g_string_free (changed, FALSE);
}

/* How many of the recorded @jobs stand in @letters as they were. */
static guint
test_known_count (const char *jobs, const char *recorded, const char *letters)
{
  g_auto (GStrv) words = g_strsplit (jobs, " ", -1);
  guint n = 0;

  for (gsize i = 0; recorded[i]; i++)
    n += recorded[i] != '.' && strstr (letters, words[i]);
  return n;
}

/* Letters that are all different. */
static char *
test_known_make_alphabet (void)
{
  GString *letters = g_string_new (NULL);

  for (char c = '!'; c < 'A'; c++)
    if (c != '*' && c != ',' && c != '-' && c != '$' && c != '!')
      g_string_append_c (letters, c);
  for (char c = 'a'; c <= 'z'; c++)
    g_string_append_c (letters, c);
  return g_string_free (letters, FALSE);
}

static void
test_known_random_changed (void)
{
  g_autofree char *letters = test_known_make_alphabet ();

  g_test_summary ("No record is lost, and what was recorded and is still there is kept.");
  for (guint i = 0; i < 3000; i++)
    {
      g_auto (TestKnownDraw) draw;
      g_autofree char *changed = NULL;
      g_autofree char *jobs = NULL;
      g_autofree char *stripped = NULL;
      g_autofree char *unmarked = NULL;

      test_known_draw (&draw, letters);
      changed = test_known_change (letters);
      jobs = test_known_run (&draw.rules, changed, &draw.known, NULL);
      stripped = test_known_strip (jobs, "* ");
      unmarked = test_known_strip (jobs, "*");
      g_assert_cmpstr (stripped, ==, changed);
      g_assert_cmpuint (strlen (jobs) - strlen (unmarked), ==,
                        test_known_count (draw.whole, draw.recorded, changed));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/known-batches/unchanged", test_known_unchanged);
  g_test_add_func ("/known-batches/inserted", test_known_inserted);
  g_test_add_func ("/known-batches/appended", test_known_appended);
  g_test_add_func ("/known-batches/removed", test_known_removed);
  g_test_add_func ("/known-batches/moved", test_known_moved);
  g_test_add_func ("/known-batches/duplicates", test_known_duplicates);
  g_test_add_func ("/known-batches/lookalikes", test_known_lookalikes);
  g_test_add_func ("/known-batches/spread", test_known_spread);
  g_test_add_func ("/known-batches/other-slots", test_known_other_slots);
  g_test_add_func ("/known-batches/other-number", test_known_other_number);
  g_test_add_func ("/known-batches/everything", test_known_everything);
  g_test_add_func ("/known-batches/pending", test_known_pending);
  g_test_add_func ("/known-batches/nonsense", test_known_nonsense);
  g_test_add_func ("/known-batches/random-unchanged", test_known_random_unchanged);
  g_test_add_func ("/known-batches/random-changed", test_known_random_changed);
  return g_test_run ();
}
