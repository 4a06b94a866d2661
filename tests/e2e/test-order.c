/* SPDX-License-Identifier: MIT */
/*
 * The order of output, whatever the order in which jobs end. Each job waits for a gate of its own,
 * so the test decides who ends when; it opens the next gate once the job before is gone.
 */

#include <stdio.h>
#include <string.h>

#include "e2e.h"

#define N_JOBS 4

typedef struct
{
  E2eDir dir;
  E2eFifo *gates[N_JOBS];
  E2eFifo *reports;
  E2eRun *run;
  GPid pids[N_JOBS];
} Held;

/* Starts a job per gate and waits until all of them stand at theirs. */
static Held *
held_new (const char *option)
{
  static const char *const names[N_JOBS] = { "1", "2", "3", "4" };
  Held *held = g_new0 (Held, 1);
  g_autofree char *gate = NULL;

  held->dir = e2e_dir_new ();
  held->reports = e2e_fifo_new (held->dir, "reports");
  gate = g_strdup_printf ("%s/{}", held->dir);
  for (gsize i = 0; i < N_JOBS; i++)
    held->gates[i] = e2e_fifo_new (held->dir, names[i]);
  held->run = e2e_start ("-j4", option, e2e_testprog (), "hold", gate, held->reports->path, "{}",
                         ":::", "1", "2", "3", "4", NULL);
  for (gsize i = 0; i < N_JOBS; i++)
    {
      g_autofree char *line = e2e_fifo_read_line (held->reports);
      GPid pid = 0;
      int number = 0;

      g_assert_cmpint (sscanf (line, "%d %d", &pid, &number), ==, 2);
      g_assert_cmpint (number, >=, 1);
      g_assert_cmpint (number, <=, N_JOBS);
      held->pids[number - 1] = pid;
    }
  return held;
}

static void
held_release (Held *held, guint number)
{
  e2e_fifo_close (held->gates[number - 1]);
  e2e_wait_process (held->pids[number - 1]);
}

static void
held_free (Held *held)
{
  e2e_run_free (held->run);
  for (gsize i = 0; i < N_JOBS; i++)
    e2e_fifo_free (held->gates[i]);
  e2e_fifo_free (held->reports);
  e2e_dir_free (held->dir);
  g_free (held);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Held, held_free)

static void
check_input_order (const guint *finish_order)
{
  g_autoptr (Held) held = held_new ("-k");

  for (gsize i = 0; i < N_JOBS; i++)
    {
      /* Nothing may come before job 1 has ended. */
      if (held->gates[0]->fd >= 0)
        g_assert_false (e2e_is_readable (held->run));
      held_release (held, finish_order[i]);
    }
  e2e_finish (held->run);
  e2e_assert_ended (held->run, 0);
  g_assert_cmpstr (held->run->out, ==, "1\n2\n3\n4\n");
  g_assert_cmpstr (held->run->err, ==, "");
}

static void
test_reversed (void)
{
  check_input_order ((const guint[]){ 4, 3, 2, 1 });
}

static void
test_first_last (void)
{
  check_input_order ((const guint[]){ 2, 4, 3, 1 });
}

static void
test_first_first (void)
{
  check_input_order ((const guint[]){ 1, 4, 2, 3 });
}

/* A finished job whose turn has come is not held back by the ones after it. */
static void
test_turn_is_printed (void)
{
  g_autoptr (Held) held = held_new ("-k");
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  held_release (held, 2);
  held_release (held, 1);
  first = e2e_read_line (held->run);
  second = e2e_read_line (held->run);
  g_assert_cmpstr (first, ==, "1");
  g_assert_cmpstr (second, ==, "2");
  held_release (held, 3);
  held_release (held, 4);
  e2e_finish (held->run);
  e2e_assert_ended (held->run, 0);
  g_assert_cmpstr (held->run->out, ==, "3\n4\n");
}

static void
test_unordered (void)
{
  static const guint finish_order[N_JOBS] = { 3, 1, 4, 2 };
  g_autoptr (Held) held = held_new ("--unordered");

  for (gsize i = 0; i < N_JOBS; i++)
    {
      g_autofree char *expected = g_strdup_printf ("%u", finish_order[i]);
      g_autofree char *line = NULL;

      held_release (held, finish_order[i]);
      line = e2e_read_line (held->run);
      g_assert_cmpstr (line, ==, expected);
    }
  e2e_finish (held->run);
  e2e_assert_ended (held->run, 0);
  g_assert_cmpstr (held->run->out, ==, "");
}

/* The job whose turn it is streams live: its line is there while it waits for its gate. */
static void
test_live (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eFifo) gate = e2e_fifo_new (dir, "gate");
  g_autofree char *command = g_strdup_printf ("echo live {}; read x <%s; echo over", gate->path);
  g_autoptr (E2eRun) run = e2e_start ("-j2", command, ":::", "1", NULL);
  g_autofree char *line = e2e_read_line (run);

  g_assert_cmpstr (line, ==, "live 1");
  e2e_fifo_close (gate);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
  g_assert_cmpstr (run->out, ==, "over\n");
}

/* Jobs that run at once have slots of their own, from 1 to -j. */
static void
test_slots (void)
{
  g_auto (E2eDir) dir = e2e_dir_new ();
  g_autoptr (E2eFifo) reports = e2e_fifo_new (dir, "reports");
  g_autoptr (E2eFifo) gate = e2e_fifo_new (dir, "gate");
  g_autoptr (E2eRun) run = e2e_start ("-j3", e2e_testprog (), "hold", gate->path, reports->path,
                                      "{%}", ":::", "a", "b", "c", NULL);
  gboolean seen[3] = { FALSE };

  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *line = e2e_fifo_read_line (reports);
      int slot = 0;

      g_assert_cmpint (sscanf (line, "%*d %d", &slot), ==, 1);
      g_assert_cmpint (slot, >=, 1);
      g_assert_cmpint (slot, <=, 3);
      g_assert_false (seen[slot - 1]);
      seen[slot - 1] = TRUE;
    }
  e2e_fifo_close (gate);
  e2e_finish (run);
  e2e_assert_ended (run, 0);
}

/* Nobody named a seed, and still the inputs are shuffled, otherwise in each run. */
static void
test_shuffled (void)
{
  g_autoptr (GString) inputs = g_string_new (NULL);
  g_autoptr (E2eRun) one = NULL;
  g_autoptr (E2eRun) other = NULL;

  for (int i = 10; i < 70; i++)
    g_string_append_printf (inputs, "%d\n", i);
  one = e2e_run (inputs->str, "--shuf", "-N60", "printf", "%s\\n", NULL);
  other = e2e_run (inputs->str, "--shuf", "-N60", "printf", "%s\\n", NULL);
  e2e_assert_ended (one, 0);
  e2e_assert_ended (other, 0);
  g_assert_cmpuint (one->out_length, ==, inputs->len);
  g_assert_cmpuint (other->out_length, ==, inputs->len);
  g_assert_cmpstr (one->out, !=, inputs->str);
  g_assert_cmpstr (one->out, !=, other->out);
}

static void
add_tests (void)
{
  g_test_add_func ("/order/reversed", test_reversed);
  g_test_add_func ("/order/first-last", test_first_last);
  g_test_add_func ("/order/first-first", test_first_first);
  g_test_add_func ("/order/turn-is-printed", test_turn_is_printed);
  g_test_add_func ("/order/unordered", test_unordered);
  g_test_add_func ("/order/live", test_live);
  g_test_add_func ("/order/slots", test_slots);
  g_test_add_func ("/order/shuffled", test_shuffled);
}

int
main (int argc, char **argv)
{
  return e2e_main (argc, argv, add_tests);
}
