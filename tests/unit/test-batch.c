/* SPDX-License-Identifier: MIT */
/* Records to jobs: how many go into each, by number, by length and over slots. */

#include <gio/gio.h>
#include <string.h>
#include <unistd.h>

#include "base/apool-argument.h"
#include "base/apool-error.h"
#include "fake-script.h"
#include "input/apool-source-batch.h"

/* ---- what a command would measure: "echo" and a blank before each value ---- */

static guint64
test_batch_measure (ApoolTemplate *command, const ApoolRow *row)
{
  guint64 measured = 0;

  g_assert_null (command);
  for (gsize i = 0; i < row->n_values; i++)
    measured += row->values[i].length;
  return measured;
}

static guint64
test_batch_get_length (const ApoolTemplate *command, gsize n_values, guint64 measured)
{
  return strlen ("echo") + n_values + measured;
}

#define MEASURED .measure = test_batch_measure, .get_length = test_batch_get_length

/* ---- tests ---- */

/* As "line*records:value,value", of a row with a fault "line!fault", of a skipped one "line-". */
static void
test_batch_see (GString *seen, const ApoolRow *row)
{
  if (seen->len > 0)
    g_string_append_c (seen, ' ');
  g_string_append_printf (seen, "%" G_GUINT64_FORMAT, row->line);
  if (row->is_skipped || row->fault)
    {
      g_string_append_printf (seen, row->fault ? "!%s" : "-", row->fault);
      return;
    }
  g_string_append_printf (seen, "*%" G_GSIZE_FORMAT, row->n_records);
  for (gsize i = 0; i < row->n_values; i++)
    {
      g_string_append_c (seen, i == 0 ? ':' : ',');
      g_string_append_len (seen, row->values[i].data, (gssize) row->values[i].length);
    }
  for (gsize i = 0; i < row->n_fields * row->n_records; i++)
    if (row->fields[i].data)
      g_string_append_printf (seen, "%.*s", (int) row->fields[i].length, row->fields[i].data);
}

/* @expected: the rows, and in their order "~" where it is pending and "E" for an error. */
static void
test_batch_check_source (FakeScript *script, const ApoolBatchRules *rules, const char *expected)
{
  g_autoptr (ApoolSource) source = apool_source_batch_new (APOOL_SOURCE (script), rules, NULL);
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  ApoolSourceStatus status;
  ApoolRow row;

  while ((status = apool_source_next (source, &row, &error)) != APOOL_SOURCE_END)
    {
      if (status == APOOL_SOURCE_ROW)
        test_batch_see (seen, &row);
      if (status == APOOL_SOURCE_PENDING)
        g_string_append (seen, " ~");
      g_assert_cmpint (status == APOOL_SOURCE_ERROR, ==, error != NULL);
      if (status == APOOL_SOURCE_ERROR)
        g_string_append_printf (seen, " E(%s)", error->message);
      g_clear_error (&error);
    }
  g_assert_no_error (error);
  g_assert_cmpint (apool_source_next (source, &row, &error), ==, APOOL_SOURCE_END);
  g_assert_cmpstr (seen->str, ==, expected);
}

static void
test_batch_check (const ApoolBatchRules *rules, const char *script, const char *expected)
{
  g_autoptr (FakeScript) source = fake_script_new (script);

  test_batch_check_source (source, rules, expected);
}

static void
test_batch_number (void)
{
  const ApoolBatchRules two = { .max_records = 2, .has_values = TRUE };
  const ApoolBatchRules five = { .max_records = 5, .has_values = TRUE };
  const ApoolBatchRules any = { .has_values = TRUE };

  test_batch_check (&two, "", "");
  test_batch_check (&two, "a b c d", "1*2:a,b 3*2:c,d");
  test_batch_check (&two, "a b c,d e,f,g h", "1*2:a,b 3*2:c,d,e,f,g 5*1:h");
  test_batch_check (&five, "a , b", "1*3:a,,,b");
  test_batch_check (&any, "a b c d e f", "1*6:a,b,c,d,e,f");
}

/* What is full is yielded before more is read. */
static void
test_batch_lazy (void)
{
  const ApoolBatchRules two = { .max_records = 2, .has_values = TRUE };

  test_batch_check (&two, "a ~ b ~ c ~", " ~ 1*2:a,b ~ ~ 3*1:c");
}

static void
test_batch_no_values (void)
{
  const ApoolBatchRules rules = { .max_records = 1 };
  g_autoptr (FakeScript) script = fake_script_new ("a ~ b,c - !x d");

  script->n_fields = 2;
  test_batch_check_source (script, &rules, "1*1 ~ 2*1 3- 4!x 5*1");
}

static void
test_batch_fields (void)
{
  const ApoolBatchRules two = { .max_records = 2, .has_values = TRUE };
  g_autoptr (FakeScript) script = fake_script_new ("a,1 b,2 c,3");

  script->n_fields = 2;
  test_batch_check_source (script, &two, "1*2:a,1,b,2AB 3*1:c,3C");
}

static void
test_batch_length (void)
{
  const ApoolBatchRules filling = { .has_values = TRUE, .max_length = 10, MEASURED };
  const ApoolBatchRules three = {
    .max_records = 3, .has_values = TRUE, .max_length = 12, MEASURED
  };

  test_batch_check (&filling, "a b c d e", "1*2:a,b 3*2:c,d 5*1:e");
  test_batch_check (&filling, "abcd e fg ,,, , ,", "1*1:abcd 2*2:e,fg 4*1:,,, 5*2:,,,");
  test_batch_check (&three, "abc b c d e f g", "1*2:abc,b 3*3:c,d,e 6*2:f,g");
}

static void
test_batch_too_long (void)
{
  const ApoolBatchRules filling = { .has_values = TRUE, .max_length = 10, MEASURED };
  const ApoolBatchRules counted = { .max_records = 2, .has_values = TRUE };
  ApoolBatchRules ending = filling;

  ending.ends_at_too_long = TRUE;
  test_batch_check (&filling, "a abcde b abcd",
                    "1*1:a 2!command line of 10 bytes: must be below 10 3*1:b 4*1:abcd");
  test_batch_check (&filling, "abcdef", "1!command line of 11 bytes: must be below 10");
  test_batch_check (&filling, "a $ b", "1*1:a 2!input of 17825792 bytes: too long 3*1:b");
  test_batch_check (&counted, "a $ b c", "1*1:a 2!input of 17825792 bytes: too long 3*2:b,c");
  test_batch_check (&ending, "a abcdef b",
                    "1*1:a E(input line 2: command line of 11 bytes: must be below 10)");
  test_batch_check (&ending, "$ b", " E(input line 1: input of 17825792 bytes: too long)");
}

/* The last job is cut into as many as there are slots, and only that one. */
static void
test_batch_spread (void)
{
  const ApoolBatchRules any = { .has_values = TRUE, .n_slots = 3 };
  const ApoolBatchRules four = { .max_records = 4, .has_values = TRUE, .n_slots = 2 };
  const ApoolBatchRules one = { .max_records = 1, .has_values = TRUE, .n_slots = 2 };
  const ApoolBatchRules filling = { .has_values = TRUE, .max_length = 10, .n_slots = 3, MEASURED };

  test_batch_check (&any, "a b c d e,f g h", "1*3:a,b,c 4*3:d,e,f,g 7*1:h");
  test_batch_check (&any, "a b", "1*1:a 2*1:b");
  test_batch_check (&four, "a b c d", "1*2:a,b 3*2:c,d");
  test_batch_check (&four, "a b c d - ~ -", " ~ 1*2:a,b 3*2:c,d");
  test_batch_check (&four, "a b c d ~ e f g", " ~ 1*4:a,b,c,d 5*2:e,f 7*1:g");
  test_batch_check (&filling, "a b c d", "1*2:a,b 3*1:c 4*1:d");
  test_batch_check (&one, "a b", "1*1:a 2*1:b");
}

static void
test_batch_spread_fields (void)
{
  const ApoolBatchRules any = { .has_values = TRUE, .n_slots = 2 };
  g_autoptr (FakeScript) script = fake_script_new ("a b c");

  script->n_fields = 1;
  test_batch_check_source (script, &any, "1*2:a,bAB 3*1:cC");
}

static void
test_batch_skipped (void)
{
  const ApoolBatchRules two = { .max_records = 2, .has_values = TRUE };
  const ApoolBatchRules any = { .has_values = TRUE };
  const ApoolBatchRules one = { .max_records = 1, .has_values = TRUE, .max_length = 9, MEASURED };

  test_batch_check (&two, "- a - b - c -", "2*2:a,b 6*1:c");
  test_batch_check (&any, "- a - b - c -", "2*3:a,b,c");
  test_batch_check (&two, "- -", "");
  test_batch_check (&one, "- a b - c", "1- 2*1:a 3*1:b 4- 5*1:c");
}

/* Jobs have the numbers of their first records, whatever is left out before them. */
static void
test_batch_keeps_numbers (void)
{
  const ApoolBatchRules two = { .max_records = 2, .has_values = TRUE, .keeps_numbers = TRUE };
  const ApoolBatchRules spread = { .has_values = TRUE, .n_slots = 2, .keeps_numbers = TRUE };
  const ApoolBatchRules none = { .max_records = 1, .keeps_numbers = TRUE };

  test_batch_check (&two, "- a - b - c -", "2- 2*2:a,b 6- 6- 6- 6*1:c");
  test_batch_check (&two, "a b c d e", "1*2:a,b 3- 3*2:c,d 5- 5*1:e");
  test_batch_check (&two, "a - !x - b", "1*1:a 3- 3!x 5- 5*1:b");
  test_batch_check (&spread, "- a b - c d", "2- 2*2:a,b 5- 5- 5*2:c,d");
  test_batch_check (&none, "- a", "1- 2*1");
}

static void
test_batch_faults (void)
{
  const ApoolBatchRules two = { .max_records = 2, .has_values = TRUE };
  const ApoolBatchRules spread = { .has_values = TRUE, .n_slots = 2 };

  test_batch_check (&two, "a !x b c !y !z d", "1*1:a 2!x 3*2:b,c 5!y 6!z 7*1:d");
  test_batch_check (&spread, "a b !x c d", "1*2:a,b 3!x 4*1:c 5*1:d");
}

static void
test_batch_error (void)
{
  const ApoolBatchRules two = { .max_records = 2, .has_values = TRUE };
  const ApoolBatchRules spread = { .has_values = TRUE, .n_slots = 2 };
  const ApoolBatchRules none = { .max_records = 1 };

  test_batch_check (&two, "a b c E", "1*2:a,b 3*1:c E(no more)");
  test_batch_check (&two, "E", " E(no more)");
  test_batch_check (&spread, "a b E", "1*1:a 2*1:b E(no more)");
  test_batch_check (&none, "a E", "1*1 E(no more)");
}

/* An error that nobody has asked for is freed. */
static void
test_batch_error_unasked (void)
{
  const ApoolBatchRules two = { .max_records = 2, .has_values = TRUE };
  g_autoptr (FakeScript) script = fake_script_new ("a E");
  g_autoptr (ApoolSource) source = apool_source_batch_new (APOOL_SOURCE (script), &two, NULL);
  ApoolRow row;

  g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_ROW);
}

static void
test_batch_check_total (const ApoolBatchRules *rules, guint64 n_records, guint64 expected)
{
  g_autoptr (FakeScript) script = fake_script_new ("a !b c");
  g_autoptr (ApoolSource) source = apool_source_batch_new (APOOL_SOURCE (script), rules, NULL);
  ApoolRow row;

  script->total = n_records;
  while (apool_source_next (source, &row, NULL) == APOOL_SOURCE_ROW)
    g_assert_cmpuint (row.total, ==, expected);
}

static void
test_batch_total (void)
{
  const ApoolBatchRules two = { .max_records = 2, .has_values = TRUE };
  const ApoolBatchRules none = { .max_records = 1 };
  const ApoolBatchRules any = { .has_values = TRUE };
  const ApoolBatchRules spread = { .max_records = 2, .has_values = TRUE, .n_slots = 2 };

  test_batch_check_total (&two, 3, 2);
  test_batch_check_total (&two, 4, 2);
  test_batch_check_total (&two, 0, 0);
  test_batch_check_total (&two, G_MAXUINT64, (guint64) 1 << 63);
  test_batch_check_total (&none, 3, 3);
  test_batch_check_total (&any, 3, 0);
  test_batch_check_total (&spread, 3, 0);
}

static void
test_batch_ready_cb (gpointer data)
{
  int *n_calls = data;

  (*n_calls)++;
}

/* It is the stage before that is waited for. */
/* What was said of how many jobs there are counts for more than what can be told. */
static void
test_batch_total_said (void)
{
  const ApoolBatchRules any = { .has_values = TRUE, .total = 77 };
  g_autoptr (FakeScript) script = fake_script_new ("a b");
  g_autoptr (ApoolSource) source = apool_source_batch_new (APOOL_SOURCE (script), &any, NULL);
  ApoolRow row;

  g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_ROW);
  g_assert_cmpuint (row.total, ==, 77);
}

static void
test_batch_wait (void)
{
  const ApoolBatchRules two = { .max_records = 2, .has_values = TRUE };
  g_autoptr (FakeScript) script = fake_script_new ("a ~ b");
  g_autoptr (ApoolSource) source = apool_source_batch_new (APOOL_SOURCE (script), &two, NULL);
  g_autoptr (GMainContext) context = g_main_context_new ();
  int n_calls = 0;
  ApoolRow row;

  g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_PENDING);
  apool_source_wait (source, context, test_batch_ready_cb, &n_calls);
  g_assert_cmpint (script->n_waits, ==, 1);
  g_assert_false (g_main_context_iteration (context, FALSE));
  g_assert_cmpint (n_calls, ==, 0);
}

/* Returns: (transfer full): @n_skipped rows that are skipped, and one that is not */
static FakeScript *
test_batch_skip_many (gsize n_skipped)
{
  FakeScript *self = fake_script_new ("");

  /* Not cut out of one text: a sanitizer looks at all that is left of it for each word. */
  g_strfreev (self->words);
  self->words = g_new0 (char *, n_skipped + 2);
  for (gsize i = 0; i < n_skipped; i++)
    self->words[i] = g_strdup ("-");
  self->words[n_skipped] = g_strdup ("a");
  return self;
}

/* Many rows that make no job do not keep the loop from its other work. */
static void
test_batch_gives_way (void)
{
  const ApoolBatchRules two = { .max_records = 2, .has_values = TRUE };
  g_autoptr (FakeScript) script = test_batch_skip_many (300000);
  ApoolSource *source = apool_source_batch_new (APOOL_SOURCE (script), &two, NULL);
  g_autoptr (GMainContext) context = g_main_context_new ();
  int n_pending = 0;
  int n_calls = 0;
  ApoolRow row;

  while (apool_source_next (source, &row, NULL) == APOOL_SOURCE_PENDING)
    {
      n_pending++;
      apool_source_wait (source, context, test_batch_ready_cb, &n_calls);
      g_assert_cmpint (n_calls, ==, n_pending - 1);
      while (n_calls < n_pending)
        g_main_context_iteration (context, TRUE);
    }
  g_assert_cmpint (n_pending, >, 1);
  g_assert_cmpint (script->n_waits, ==, 0);
  g_assert_cmpuint (row.line, ==, 300001);
  g_object_unref (source);
}

/* Nothing is called once the source has gone. */
static void
test_batch_wait_in_vain (void)
{
  const ApoolBatchRules two = { .max_records = 2, .has_values = TRUE };
  g_autoptr (FakeScript) script = test_batch_skip_many (300000);
  ApoolSource *source = apool_source_batch_new (APOOL_SOURCE (script), &two, NULL);
  g_autoptr (GMainContext) context = g_main_context_new ();
  int n_calls = 0;
  ApoolRow row;

  g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_PENDING);
  apool_source_wait (source, context, test_batch_ready_cb, &n_calls);
  g_object_unref (source);
  g_assert_false (g_main_context_iteration (context, FALSE));
  g_assert_cmpint (n_calls, ==, 0);
}

/* The kernel takes what is below the limit as an argument, and nothing that is not. */
static void
test_batch_max_length (void)
{
  guint64 max = apool_argument_get_max_bytes ();

  for (int i = 0; i < 2; i++)
    {
      g_autofree char *text = g_strnfill (max - 1 + (guint64) i, 'x');
      const char *const argv[] = { "true", text, NULL };
      g_autoptr (GError) error = NULL;
      g_autoptr (GSubprocess) child = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_NONE, &error);

      g_assert_cmpint (child != NULL, ==, i == 0);
      if (child)
        g_assert_true (g_subprocess_wait_check (child, NULL, NULL));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/batch/number", test_batch_number);
  g_test_add_func ("/batch/lazy", test_batch_lazy);
  g_test_add_func ("/batch/no-values", test_batch_no_values);
  g_test_add_func ("/batch/fields", test_batch_fields);
  g_test_add_func ("/batch/length", test_batch_length);
  g_test_add_func ("/batch/too-long", test_batch_too_long);
  g_test_add_func ("/batch/spread", test_batch_spread);
  g_test_add_func ("/batch/spread-fields", test_batch_spread_fields);
  g_test_add_func ("/batch/skipped", test_batch_skipped);
  g_test_add_func ("/batch/keeps-numbers", test_batch_keeps_numbers);
  g_test_add_func ("/batch/faults", test_batch_faults);
  g_test_add_func ("/batch/error", test_batch_error);
  g_test_add_func ("/batch/error-unasked", test_batch_error_unasked);
  g_test_add_func ("/batch/total", test_batch_total);
  g_test_add_func ("/batch/total-said", test_batch_total_said);
  g_test_add_func ("/batch/wait", test_batch_wait);
  g_test_add_func ("/batch/gives-way", test_batch_gives_way);
  g_test_add_func ("/batch/wait-in-vain", test_batch_wait_in_vain);
  g_test_add_func ("/batch/max-length", test_batch_max_length);
  return g_test_run ();
}
