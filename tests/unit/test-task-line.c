/* SPDX-License-Identifier: MIT */
/* The line of tasks: who is next, and when there is nobody. */

#include <glib.h>

#include "base/apool-error.h"
#include "fake-source.h"
#include "pool/apool-task-line.h"

typedef struct
{
  GMainContext *context;
  FakeSource *source;
  ApoolTemplate *command;
  ApoolTasks *tasks;
  ApoolTaskLine *line;
  guint n_asked;
  guint64 last_asked;
  guint n_ready; /* how often it said that it is worth asking again */
} Fixture;

static void
fixture_ready_cb (gpointer data)
{
  ((Fixture *) data)->n_ready++;
}

/* @data is how many inputs there are. */
static void
fixture_set_up (Fixture *self, gconstpointer data)
{
  const char *const words[] = { "true", NULL };
  const ApoolTemplateConfig config = { .shell = APOOL_TEMPLATE_SHELL_AUTO };
  g_autoptr (ApoolSyntax) syntax = apool_syntax_new ();
  g_autoptr (GError) error = NULL;

  self->context = g_main_context_new ();
  self->source = fake_source_new (GPOINTER_TO_UINT (data));
  self->command = apool_template_new (words, syntax, &config, &error);
  g_assert_no_error (error);
  self->tasks = apool_tasks_new (APOOL_SOURCE (self->source), self->command);
  self->line = apool_task_line_new (self->context, self->tasks, fixture_ready_cb, self);
}

static void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  apool_task_line_free (self->line);
  apool_tasks_free (self->tasks);
  apool_template_free (self->command);
  g_object_unref (self->source);
  g_main_context_unref (self->context);
}

/* Returns the next task, which can be run, or NULL. */
static ApoolTask *
fixture_next (Fixture *self, gboolean may_read)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *fault = NULL;
  ApoolTask *task = apool_task_line_next (self->line, may_read, &fault, &error);

  g_assert_no_error (error);
  g_assert_null (fault);
  return task;
}

/* @seq is 0 where there must be no next task. */
static void
fixture_check_next (Fixture *self, gboolean may_read, guint64 seq)
{
  g_autoptr (ApoolTask) task = fixture_next (self, may_read);

  g_assert_cmpuint (task ? apool_task_get_seq (task) : 0, ==, seq);
}

/* Takes three tasks, and puts them back as @order says. */
static void
fixture_put_back (Fixture *self, const guint order[3])
{
  ApoolTask *tasks[3];

  for (guint i = 0; i < 3; i++)
    tasks[i] = fixture_next (self, TRUE);
  for (guint i = 0; i < 3; i++)
    apool_task_line_put_back (self->line, tasks[order[i]]);
  for (guint i = 0; i < 3; i++)
    apool_task_unref (tasks[i]);
}

static void
test_task_line_order (Fixture *self, gconstpointer data)
{
  fixture_put_back (self, (const guint[]){ 1, 2, 0 });
  g_assert_nonnull (apool_task_line_peek_returned (self->line));
  for (guint64 seq = 1; seq <= 3; seq++)
    fixture_check_next (self, FALSE, seq);
  g_assert_null (apool_task_line_peek_returned (self->line));
  fixture_check_next (self, FALSE, 0);
  g_assert_false (apool_task_line_is_over (self->line));
  fixture_check_next (self, TRUE, 4);
  fixture_check_next (self, TRUE, 0);
  g_assert_true (apool_task_line_is_over (self->line));
}

static void
fixture_ask_cb (ApoolTask *task, gpointer data)
{
  Fixture *self = data;

  self->n_asked++;
  self->last_asked = apool_task_get_seq (task);
}

/* Nobody is next before somebody was asked, and that once. */
static void
test_task_line_ask (Fixture *self, gconstpointer data)
{
  g_autoptr (ApoolTask) task = NULL;

  apool_task_line_set_ask (self->line, fixture_ask_cb, self);
  fixture_check_next (self, TRUE, 0);
  fixture_check_next (self, TRUE, 0);
  g_assert_cmpuint (self->n_asked, ==, 1);
  g_assert_true (apool_task_line_has_next (self->line, FALSE));
  g_assert_false (apool_task_line_is_over (self->line));
  task = apool_task_line_take_asked (self->line);
  g_assert_cmpuint (apool_task_get_seq (task), ==, 1);
  apool_task_line_put_back (self->line, task);
  fixture_check_next (self, TRUE, 1);
  g_assert_cmpuint (self->n_asked, ==, 1);
  /* One that was looked at before is asked for when it is next. */
  g_assert_true (apool_task_line_has_next (self->line, TRUE));
  g_assert_cmpuint (self->n_asked, ==, 1);
  fixture_check_next (self, TRUE, 0);
  g_assert_cmpuint (self->last_asked, ==, 2);
  apool_task_line_close (self->line);
  g_assert_null (apool_task_line_take_asked (self->line));
  g_assert_true (apool_task_line_is_over (self->line));
}

static void
test_task_line_pending (Fixture *self, gconstpointer data)
{
  fake_source_hold (self->source);
  fixture_check_next (self, TRUE, 0);
  fixture_check_next (self, TRUE, 0); /* the source would complain of a second wait */
  g_assert_false (apool_task_line_is_over (self->line));
  g_assert_cmpuint (self->n_ready, ==, 0);
  fake_source_provide (self->source, 1);
  g_assert_cmpuint (self->n_ready, ==, 1);
  fixture_check_next (self, TRUE, 1);
}

static void
test_task_line_error (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *fault = NULL;

  fake_source_fail_after (self->source, 0, "unreadable");
  g_assert_null (apool_task_line_next (self->line, TRUE, &fault, &error));
  g_assert_error (error, APOOL_ERROR, APOOL_ERROR_INPUT);
  g_assert_true (apool_task_line_is_over (self->line));
}

static void
test_task_line_fault (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *fault = NULL;
  g_autoptr (ApoolTask) task = NULL;

  fake_source_spoil (self->source, 1, "\0", 1);
  task = apool_task_line_next (self->line, TRUE, &fault, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (apool_task_get_seq (task), ==, 1);
  g_assert_true (g_str_has_prefix (fault, "input line 1: "));
  fixture_check_next (self, TRUE, 2);
}

/* Takes the next task, which cannot be run; returns %FALSE where there is none. */
static gboolean
fixture_take_fault (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *fault = NULL;
  g_autoptr (ApoolTask) task = apool_task_line_next (self->line, TRUE, &fault, &error);

  g_assert_no_error (error);
  g_assert_true (!task == !fault);
  return task != NULL;
}

static void
test_task_line_pause (Fixture *self, gconstpointer data)
{
  guint64 n_taken;

  g_test_summary ("Inputs that cannot be run leave time for others, and go on after that.");
  for (guint64 line = 1; line <= GPOINTER_TO_UINT (data); line++)
    fake_source_spoil (self->source, line, "\0", 1);
  while (fixture_take_fault (self))
    continue;
  n_taken = fake_source_get_n_taken (self->source);
  g_assert_cmpuint (n_taken, >, 0);
  g_assert_cmpuint (n_taken, <, 500);
  fixture_check_next (self, TRUE, 0);
  g_assert_false (apool_task_line_is_over (self->line));
  g_assert_cmpuint (self->n_ready, ==, 0);
  while (self->n_ready == 0)
    g_main_context_iteration (self->context, TRUE);
  g_assert_true (fixture_take_fault (self));
  while (fixture_take_fault (self))
    continue;
  apool_task_line_close (self->line);
  g_assert_false (g_main_context_pending (self->context));
}

static void
test_task_line_pause_skipped (Fixture *self, gconstpointer data)
{
  guint64 n_taken;

  g_test_summary ("Inputs that are skipped leave time for others too, but go by fast.");
  fake_source_skip (self->source, 1, GPOINTER_TO_UINT (data));
  for (;;)
    {
      g_autoptr (ApoolTask) task = fixture_next (self, TRUE);

      if (!task)
        break;
      g_assert_true (apool_task_get_traits (task)->is_skipped);
    }
  n_taken = fake_source_get_n_taken (self->source);
  g_assert_cmpuint (n_taken, >, 1000);
  g_assert_cmpuint (n_taken, <, 50000);
  g_assert_false (apool_task_line_is_over (self->line));
  while (self->n_ready == 0)
    g_main_context_iteration (self->context, TRUE);
}

static void
test_task_line_close (Fixture *self, gconstpointer data)
{
  g_autoptr (ApoolTask) late = fixture_next (self, TRUE);

  fixture_put_back (self, (const guint[]){ 0, 1, 2 });
  apool_task_line_close (self->line);
  g_assert_true (apool_task_line_is_over (self->line));
  apool_task_line_put_back (self->line, late);
  g_assert_true (apool_task_line_is_over (self->line));
  fixture_check_next (self, TRUE, 0);
}

/* Puts task 1 and task 2 off, which have begun. */
static void
fixture_put_off (Fixture *self, gint64 first_usec, gint64 second_usec)
{
  const ApoolTaskTraits traits = { .attempt = 2, .weight = 1 };
  const gint64 delays[] = { first_usec, second_usec };

  for (guint i = 0; i < G_N_ELEMENTS (delays); i++)
    {
      g_autoptr (ApoolTask) first = fixture_next (self, TRUE);
      g_autoptr (ApoolTask) again = apool_task_new_variant (first, &traits);

      apool_task_line_put_off (self->line, again, delays[i]);
    }
}

#define AN_HOUR (3600 * (gint64) G_USEC_PER_SEC)

static void
test_task_line_delay (Fixture *self, gconstpointer data)
{
  g_test_summary ("Who has to wait is overtaken, and neither first nor forgotten.");
  fixture_put_off (self, 1000, AN_HOUR);
  fixture_check_next (self, TRUE, 3);
  fixture_check_next (self, TRUE, 0);
  g_assert_false (apool_task_line_has_next (self->line, TRUE));
  g_assert_false (apool_task_line_is_over (self->line));
  while (self->n_ready == 0)
    g_main_context_iteration (self->context, TRUE);
  g_assert_cmpuint (self->n_ready, ==, 1);
  g_assert_true (apool_task_line_has_next (self->line, TRUE));
  fixture_check_next (self, TRUE, 1);
  fixture_check_next (self, TRUE, 0);
  g_assert_false (apool_task_line_is_over (self->line));
}

static gboolean
fixture_count_cb (gpointer data)
{
  (*(guint *) data)++;
  return G_SOURCE_CONTINUE;
}

static void
test_task_line_delay_paused (Fixture *self, gconstpointer data)
{
  GSource *timer = g_timeout_source_new (2);
  guint n_ticks = 0;

  g_test_summary ("In a pause nobody's delay ends.");
  g_source_set_callback (timer, fixture_count_cb, &n_ticks, NULL);
  g_source_attach (timer, self->context);
  apool_task_line_set_paused (self->line, TRUE);
  fixture_put_off (self, 1000, AN_HOUR);
  while (n_ticks < 3)
    g_main_context_iteration (self->context, TRUE);
  g_assert_cmpuint (self->n_ready, ==, 0);
  apool_task_line_set_paused (self->line, FALSE);
  while (self->n_ready == 0)
    g_main_context_iteration (self->context, TRUE);
  g_source_destroy (timer);
  g_source_unref (timer);
}

static void
test_task_line_no_delay (Fixture *self, gconstpointer data)
{
  fixture_put_off (self, AN_HOUR, 0);
  fixture_check_next (self, TRUE, 2);
}

static void
test_task_line_delay_closed (Fixture *self, gconstpointer data)
{
  g_test_summary ("A line that is closed does not wait.");
  fixture_put_off (self, 2 * AN_HOUR, AN_HOUR);
  apool_task_line_close (self->line);
  fixture_check_next (self, TRUE, 1);
  fixture_check_next (self, TRUE, 2);
  g_assert_true (apool_task_line_is_over (self->line));
}

static void
test_task_line_delay_cleared (Fixture *self, gconstpointer data)
{
  g_autoptr (GPtrArray) tasks = g_ptr_array_new_with_free_func ((GDestroyNotify) apool_task_unref);

  fixture_put_off (self, AN_HOUR, AN_HOUR);
  apool_task_line_clear (self->line, tasks);
  g_assert_cmpuint (tasks->len, ==, 2);
  fixture_check_next (self, TRUE, 0);
  g_assert_true (apool_task_line_is_over (self->line));
}

static void
test_task_line_add (const char *path, guint n_rows, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, GUINT_TO_POINTER (n_rows), fixture_set_up, test, fixture_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  test_task_line_add ("/task-line/order", 4, test_task_line_order);
  test_task_line_add ("/task-line/ask", 4, test_task_line_ask);
  test_task_line_add ("/task-line/pending", 1, test_task_line_pending);
  test_task_line_add ("/task-line/error", 1, test_task_line_error);
  test_task_line_add ("/task-line/fault", 2, test_task_line_fault);
  test_task_line_add ("/task-line/pause", 1000, test_task_line_pause);
  test_task_line_add ("/task-line/pause-skipped", 100000, test_task_line_pause_skipped);
  test_task_line_add ("/task-line/close", 5, test_task_line_close);
  test_task_line_add ("/task-line/delay", 3, test_task_line_delay);
  test_task_line_add ("/task-line/no-delay", 3, test_task_line_no_delay);
  test_task_line_add ("/task-line/delay-paused", 3, test_task_line_delay_paused);
  test_task_line_add ("/task-line/delay-closed", 3, test_task_line_delay_closed);
  test_task_line_add ("/task-line/delay-cleared", 2, test_task_line_delay_cleared);
  return g_test_run ();
}
