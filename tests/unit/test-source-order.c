/* SPDX-License-Identifier: MIT */
/* Rows in the order in which their jobs are to be started, and with all that they had. */

#include <string.h>

#include "base/apool-error.h"
#include "fake-rows.h"
#include "fake-source.h"
#include "input/apool-row-log.h"
#include "input/apool-source-order.h"
#include "input/apool-tasks.h"

/* ---- times that stand in the values ---- */

/* The first word of a value is how long its job took; one that begins with none is not known. */
#define FAKE_TYPE_TIMES (fake_times_get_type ())
G_DECLARE_FINAL_TYPE (FakeTimes, fake_times, FAKE, TIMES, GObject)

struct _FakeTimes
{
  GObject parent_instance;
  guint64 n_asked;
};

static void fake_times_iface_init (ApoolTimesInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FakeTimes,
                               fake_times,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_TIMES, fake_times_iface_init))

static gint64
fake_times_find (ApoolTimes *times, ApoolIdentity *identity)
{
  gsize length;
  const char *pattern = apool_identity_get_pattern (identity, &length);

  /* As which one it was asked for: in the order of the input. */
  apool_identity_set_occurrence (identity, ++FAKE_TIMES (times)->n_asked);
  return (gint64) g_ascii_strtoull (strrchr (pattern, ' ') + 1, NULL, 10);
}

static void
fake_times_iface_init (ApoolTimesInterface *iface)
{
  iface->find = fake_times_find;
}

static void
fake_times_class_init (FakeTimesClass *klass)
{
}

static void
fake_times_init (FakeTimes *self)
{
}

/* ---- the stage ---- */

typedef struct
{
  ApoolTemplate *command;
  ApoolIdentifier *identifier;
  FakeTimes *times;
} Fixture;

static void
test_source_order_set_up (Fixture *fixture, gconstpointer data)
{
  const char *const words[] = { "echo", "{}", NULL };
  const ApoolTemplateConfig config = { .shell = APOOL_TEMPLATE_SHELL_AUTO };
  g_autoptr (ApoolSyntax) syntax = apool_syntax_new ();
  g_autoptr (GError) error = NULL;

  fixture->command = apool_template_new (words, syntax, &config, &error);
  g_assert_no_error (error);
  fixture->identifier = apool_identifier_new (fixture->command, "");
  fixture->times = g_object_new (FAKE_TYPE_TIMES, NULL);
}

static void
test_source_order_tear_down (Fixture *fixture, gconstpointer data)
{
  g_object_unref (fixture->times);
  apool_identifier_free (fixture->identifier);
  apool_template_free (fixture->command);
}

static ApoolSource *
test_source_order_new (Fixture *fixture, gpointer source)
{
  return apool_source_order_new (source, fixture->identifier, APOOL_TIMES (fixture->times),
                                 g_get_tmp_dir ());
}

/* Returns: what comes until the end: the numbers, each with a blank behind it */
static char *
test_source_order_drain (ApoolSource *source, ApoolSourceStatus end)
{
  g_autoptr (GError) error = NULL;
  GString *numbers = g_string_new (NULL);
  ApoolSourceStatus status;
  ApoolRow row;

  while ((status = apool_source_next_blocking (source, &row, &error)) == APOOL_SOURCE_ROW)
    g_string_append_printf (numbers, "%" G_GUINT64_FORMAT " ", row.number);
  g_assert_cmpint (status, ==, end);
  g_assert_cmpint (error != NULL, ==, end == APOOL_SOURCE_ERROR);
  g_assert_cmpint (apool_source_next (source, &row, NULL), ==, APOOL_SOURCE_END);
  return g_string_free (numbers, FALSE);
}

static void
test_source_order_falling (Fixture *fixture, gconstpointer data)
{
  g_autoptr (FakeSource) source = fake_source_new (8);
  g_autoptr (ApoolSource) order = NULL;
  g_autofree char *numbers = NULL;

  fake_source_repeat (source,
                      (const char *const[]){ "5", "x", "70", "5", "y", "300", "x", "6", NULL });
  order = test_source_order_new (fixture, source);
  numbers = test_source_order_drain (order, APOOL_SOURCE_END);
  g_assert_cmpstr (numbers, ==, "2 5 7 6 3 8 1 4 ");
  g_assert_cmpuint (fixture->times->n_asked, ==, 8);
}

static void
test_source_order_empty (Fixture *fixture, gconstpointer data)
{
  g_autoptr (FakeSource) source = fake_source_new (0);
  g_autoptr (ApoolSource) order = test_source_order_new (fixture, source);
  g_autofree char *numbers = test_source_order_drain (order, APOOL_SOURCE_END);

  g_assert_cmpstr (numbers, ==, "");
}

/* What was read before an error comes before it. */
static void
test_source_order_error (Fixture *fixture, gconstpointer data)
{
  g_autoptr (FakeSource) source = fake_source_new (5);
  g_autoptr (ApoolSource) order = test_source_order_new (fixture, source);
  g_autofree char *numbers = NULL;

  fake_source_repeat (source, (const char *const[]){ "1", "2", "3", NULL });
  fake_source_fail_after (source, 4, "broken");
  numbers = test_source_order_drain (order, APOOL_SOURCE_ERROR);
  g_assert_cmpstr (numbers, ==, "3 2 1 4 ");
}

static void
test_source_order_ready_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
}

/* Nothing comes before the end of the input is there, and nobody is held up meanwhile. */
static void
test_source_order_pending (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (FakeSource) source = fake_source_new (3);
  g_autoptr (ApoolSource) order = test_source_order_new (fixture, source);
  g_autofree char *numbers = NULL;
  gboolean is_ready = FALSE;
  ApoolRow row;

  fake_source_repeat (source, (const char *const[]){ "1", "2", "3", NULL });
  fake_source_hold (source);
  fake_source_provide (source, 2);
  g_assert_cmpint (apool_source_next (order, &row, NULL), ==, APOOL_SOURCE_PENDING);
  g_assert_cmpuint (fake_source_get_n_taken (source), ==, 2);
  apool_source_wait (order, context, test_source_order_ready_cb, &is_ready);
  g_assert_true (fake_source_is_waited_for (source));
  fake_source_provide (source, 1);
  while (!is_ready)
    g_main_context_iteration (context, TRUE);
  numbers = test_source_order_drain (order, APOOL_SOURCE_END);
  g_assert_cmpstr (numbers, ==, "3 2 1 ");
}

/* A long input lets the context have its turn, and can be dropped while it does. */
static void
test_source_order_turns (Fixture *fixture, gconstpointer data)
{
  const guint n = 5000;
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (FakeSource) source = fake_source_new (n);
  g_autoptr (ApoolSource) order = test_source_order_new (fixture, source);
  gboolean is_ready = FALSE;
  guint64 last = 0;
  ApoolRow row;

  g_assert_cmpint (apool_source_next (order, &row, NULL), ==, APOOL_SOURCE_PENDING);
  g_assert_cmpuint (fake_source_get_n_taken (source), <, n);
  apool_source_wait (order, context, test_source_order_ready_cb, &is_ready);
  g_assert_false (is_ready);
  while (!is_ready)
    g_main_context_iteration (context, TRUE);
  for (guint i = 0; i < n; i++)
    {
      g_assert_cmpint (apool_source_next_blocking (order, &row, NULL), ==, APOOL_SOURCE_ROW);
      g_assert_cmpuint (row.number, ==, ++last);
      g_assert_cmpuint (row.total, ==, n);
    }
  g_clear_object (&order);
  order = test_source_order_new (fixture, source);
  g_assert_cmpint (apool_source_next (order, &row, NULL), ==, APOOL_SOURCE_END);
}

/* ---- whole rows ---- */

static const ApoolValue test_source_order_values[] = { { "30", 2 }, { NULL, 7 }, { "", 0 } };
static const ApoolValue test_source_order_fields[] = {
  { "f", 1 }, { "\0\n", 2 }, { "g", 1 }, { NULL, 0 }
};
static const ApoolValue test_source_order_choices[] = { { "one", 3 }, { "two", 3 }, { "\0", 1 } };
static const ApoolComputedResult test_source_order_results[] = {
  { 2, test_source_order_choices, TRUE },
  { 0, NULL, FALSE },
  { 1, test_source_order_choices + 2, FALSE },
  { 0, NULL, FALSE },
  { 0, NULL, FALSE },
  { 1, test_source_order_choices + 1, FALSE },
};
static const ApoolComputed test_source_order_computed = { test_source_order_results, 2, 3 };

static const ApoolRow test_source_order_row = {
  .values = test_source_order_values,
  .n_values = 3,
  .line = 300,
  .n_records = 2,
  .fields = test_source_order_fields,
  .n_fields = 2,
  .computed = &test_source_order_computed,
  .total = 9,
  .batch = { 2, G_MAXUINT64, 3, 4, 5 },
  .number = 12,
  .occurrence = 130,
  .expected_usec = G_MAXINT64,
};

static void
test_source_order_check_values (const ApoolValue *values, const ApoolValue *expected, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      g_assert_cmpint (values[i].data != NULL, ==, expected[i].data != NULL);
      g_assert_cmpuint (values[i].length, ==, expected[i].length);
      if (expected[i].data)
        g_assert_cmpmem (values[i].data, values[i].length, expected[i].data, expected[i].length);
    }
}

static void
test_source_order_check_computed (const ApoolComputed *computed)
{
  g_assert_nonnull (computed);
  g_assert_cmpuint (computed->n_expressions, ==, 2);
  g_assert_cmpuint (computed->n_values, ==, 3);
  for (guint i = 0; i < G_N_ELEMENTS (test_source_order_results); i++)
    {
      const ApoolComputedResult *expected = &test_source_order_results[i];

      g_assert_cmpuint (computed->results[i].n_choices, ==, expected->n_choices);
      g_assert_cmpint (computed->results[i].is_unquoted, ==, expected->is_unquoted);
      test_source_order_check_values (computed->results[i].choices, expected->choices,
                                      expected->n_choices);
    }
}

static void
test_source_order_check_row (const ApoolRow *row)
{
  g_assert_cmpuint (row->line, ==, 300);
  g_assert_cmpuint (row->n_values, ==, 3);
  g_assert_cmpuint (row->n_records, ==, 2);
  g_assert_cmpuint (row->n_fields, ==, 2);
  g_assert_cmpuint (row->total, ==, 9);
  g_assert_cmpuint (row->number, ==, 12);
  g_assert_cmpuint (row->occurrence, ==, 130);
  g_assert_cmpint (row->expected_usec, ==, G_MAXINT64);
  g_assert_cmpmem (&row->batch, sizeof row->batch, &test_source_order_row.batch, sizeof row->batch);
  g_assert_false (row->is_skipped);
  g_assert_null (row->fault);
  test_source_order_check_values (row->values, test_source_order_values, 3);
  test_source_order_check_values (row->fields, test_source_order_fields, 4);
  test_source_order_check_computed (row->computed);
}

/* All that a row has comes back, between others that have less. */
static void
test_source_order_whole (void)
{
  g_autoptr (ApoolRowLog) log = apool_row_log_new_whole (g_get_tmp_dir ());
  g_autofree char *fault = g_strnfill (100000, 'f');
  const ApoolRow bad = { .values = test_source_order_values, .n_values = 3, .fault = fault };
  const ApoolRow skipped = { .line = 4, .is_skipped = TRUE, .number = 5 };
  ApoolRow row;

  for (guint i = 0; i < 3; i++)
    {
      g_assert_true (apool_row_log_append (log, &test_source_order_row, NULL, NULL));
      g_assert_true (apool_row_log_append (log, &bad, NULL, NULL));
      g_assert_true (apool_row_log_append (log, &skipped, NULL, NULL));
    }
  for (guint i = 0; i < 3; i++)
    {
      g_assert_true (apool_row_log_read (log, &row, NULL));
      test_source_order_check_row (&row);
      g_assert_true (apool_row_log_read (log, &row, NULL));
      g_assert_cmpstr (row.fault, ==, fault);
      g_assert_null (row.computed);
      g_assert_true (apool_row_log_read (log, &row, NULL));
      g_assert_true (row.is_skipped);
      g_assert_cmpuint (row.number, ==, 5);
      g_assert_null (row.fault);
    }
  g_assert_true (apool_row_log_is_at_end (log));
}

/* ---- tasks ---- */

static ApoolTask *
test_source_order_take (ApoolTasks *tasks, guint64 seq, gboolean is_bad)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *fault = NULL;
  ApoolTask *task = NULL;

  g_assert_cmpint (apool_tasks_next (tasks, &task, &fault, &error), ==, APOOL_SOURCE_ROW);
  g_assert_no_error (error);
  g_assert_cmpuint (apool_task_get_seq (task), ==, seq);
  g_assert_cmpint (fault != NULL, ==, is_bad);
  return task;
}

static void
test_source_order_check_task (ApoolTasks *tasks, guint64 seq, guint64 occurrence, gint64 usec)
{
  g_autoptr (ApoolTask) task = test_source_order_take (tasks, seq, FALSE);
  const ApoolTaskTraits *traits = apool_task_get_traits (task);

  g_assert_cmpint (traits->expected_usec, ==, usec);
  g_assert_cmpuint (apool_identity_get_occurrence (traits->identity), ==, occurrence);
}

static void
test_source_order_check_skipped (ApoolTasks *tasks, guint64 seq, guint n)
{
  g_autoptr (ApoolTask) task = test_source_order_take (tasks, seq, FALSE);

  g_assert_true (apool_task_get_traits (task)->is_skipped);
  g_assert_cmpuint (apool_task_get_traits (task)->n_skipped, ==, n);
}

#define ROW(text)                                                                                  \
  {                                                                                                \
    .values = &(const ApoolValue){ text, sizeof text - 1 }, .n_values = 1                          \
  }

/* Tasks have their numbers of the input; what is skipped becomes one task only where it stands
 * side by side there. */
static void
test_source_order_tasks (Fixture *fixture, gconstpointer data)
{
  const ApoolRow rows[] = { ROW ("4"),
                            { .is_skipped = TRUE },
                            { .is_skipped = TRUE },
                            ROW ("9"),
                            { .is_skipped = TRUE },
                            ROW ("4"),
                            { .fault = "bad" },
                            ROW ("80"),
                            ROW ("y") };
  g_autoptr (ApoolSource) source = fake_rows_new (rows, G_N_ELEMENTS (rows));
  g_autoptr (ApoolTasks) tasks = apool_tasks_new (source, fixture->command);
  g_autoptr (ApoolTask) bad = NULL;
  ApoolTask *none;
  char *fault;

  apool_tasks_set_times (tasks, APOOL_TIMES (fixture->times));
  apool_tasks_set_longest_first (tasks, g_get_tmp_dir ());
  test_source_order_check_skipped (tasks, 2, 2);
  g_assert_cmpuint (apool_tasks_get_known_total (tasks), ==, 9);
  test_source_order_check_skipped (tasks, 5, 1);
  bad = test_source_order_take (tasks, 7, TRUE);
  test_source_order_check_task (tasks, 9, 5, 0);
  test_source_order_check_task (tasks, 8, 4, 80);
  test_source_order_check_task (tasks, 4, 2, 9);
  test_source_order_check_task (tasks, 1, 1, 4);
  test_source_order_check_task (tasks, 6, 3, 4);
  g_assert_cmpint (apool_tasks_next (tasks, &none, &fault, NULL), ==, APOOL_SOURCE_END);
}

/* Times are known without an order, too, and how many tasks there are once they are over. */
static void
test_source_order_times (Fixture *fixture, gconstpointer data)
{
  g_autoptr (FakeSource) source = fake_source_new (2);
  g_autoptr (ApoolTasks) tasks = apool_tasks_new (APOOL_SOURCE (source), fixture->command);
  ApoolTask *none;
  char *fault;

  fake_source_repeat (source, (const char *const[]){ "4", "x", NULL });
  apool_tasks_set_times (tasks, APOOL_TIMES (fixture->times));
  test_source_order_check_task (tasks, 1, 1, 4);
  test_source_order_check_task (tasks, 2, 2, 0);
  g_assert_cmpuint (apool_tasks_get_known_total (tasks), ==, 0);
  g_assert_cmpint (apool_tasks_next (tasks, &none, &fault, NULL), ==, APOOL_SOURCE_END);
  g_assert_cmpuint (apool_tasks_get_known_total (tasks), ==, 2);
}

static void
test_source_order_add (const char *path, void (*test) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, test_source_order_set_up, test, test_source_order_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  test_source_order_add ("/source-order/falling", test_source_order_falling);
  test_source_order_add ("/source-order/empty", test_source_order_empty);
  test_source_order_add ("/source-order/error", test_source_order_error);
  test_source_order_add ("/source-order/pending", test_source_order_pending);
  test_source_order_add ("/source-order/turns", test_source_order_turns);
  g_test_add_func ("/source-order/whole", test_source_order_whole);
  test_source_order_add ("/source-order/tasks", test_source_order_tasks);
  test_source_order_add ("/source-order/times", test_source_order_times);
  return g_test_run ();
}
