/* SPDX-License-Identifier: MIT */
/* Several gates, and those who ask them. */

#include "fake-gate.h"
#include "gates/apool-gates.h"

typedef struct
{
  ApoolGates *gates;
  FakeGate *first;
  FakeGate *second;
  GString *said;
  guint n_changed;
  guint64 paused;
  guint64 evicted;
} GatesFixture;

static void
test_gates_say_cb (const char *line, gpointer data)
{
  g_string_append (((GatesFixture *) data)->said, line);
}

static void
test_gates_changed_cb (gpointer data)
{
  ((GatesFixture *) data)->n_changed++;
}

static gboolean
test_gates_pause_cb (guint64 seq, gboolean paused, gpointer data)
{
  ((GatesFixture *) data)->paused = paused ? seq : 0;
  return paused;
}

static gboolean
test_gates_evict_cb (guint64 seq, gpointer data)
{
  ((GatesFixture *) data)->evicted = seq;
  return TRUE;
}

static const ApoolGateFuncs test_gates_funcs = {
  .changed = test_gates_changed_cb,
  .pause_task = test_gates_pause_cb,
  .evict_task = test_gates_evict_cb,
};

static void
test_gates_open (GatesFixture *self, gboolean debug)
{
  *self = (GatesFixture){
    .gates = apool_gates_new (),
    .first = fake_gate_new ("--first", 1),
    .second = fake_gate_new ("--second", 1),
    .said = g_string_new (NULL),
  };
  apool_gates_add (self->gates, APOOL_GATE (self->first));
  apool_gates_add (self->gates, APOOL_GATE (self->second));
  apool_gates_set_say (self->gates, debug, test_gates_say_cb, self);
  apool_gates_set_funcs (self->gates, &test_gates_funcs, self);
}

static void
test_gates_close (GatesFixture *self)
{
  apool_gates_free (self->gates);
  g_object_unref (self->first);
  g_object_unref (self->second);
  g_string_free (self->said, TRUE);
}

static ApoolTask *
test_gates_make_task (guint64 seq)
{
  g_autoptr (GBytes) text = g_bytes_new_static ("true", 5);

  return apool_task_new (seq, seq, APOOL_TASK_SHELL, text, NULL, NULL);
}

static void
test_gates_check_log (FakeGate *gate, const char *expected)
{
  g_autofree char *log = fake_gate_take_log (gate);

  g_assert_cmpstr (log, ==, expected);
}

static void
test_gates_order (void)
{
  GatesFixture fixture;
  g_autoptr (ApoolTask) task = test_gates_make_task (1);

  g_test_summary ("They are asked in order; those behind a closed one are let alone, and what they "
                  "hold for the asker goes back.");
  test_gates_open (&fixture, FALSE);
  g_assert_cmpuint (apool_gates_get_n_gates (fixture.gates), ==, 2);
  g_assert_true (apool_gates_are_open (fixture.gates));
  apool_gates_enter (fixture.gates, task);
  g_assert_false (apool_gates_are_open (fixture.gates));
  test_gates_check_log (fixture.first, "?+1!");
  test_gates_check_log (fixture.second, "?+1z");
  fake_gate_permit (fixture.first, 1);
  g_assert_cmpuint (fixture.n_changed, ==, 1);
  g_assert_false (apool_gates_are_open (fixture.gates));
  apool_gates_leave (fixture.gates, task, NULL);
  test_gates_check_log (fixture.first, "?~1");
  test_gates_check_log (fixture.second, "!~1");
  test_gates_close (&fixture);
}

static void
test_gates_rest (void)
{
  GatesFixture fixture;

  g_test_summary ("Who was not asked since is not told to rest again.");
  test_gates_open (&fixture, FALSE);
  apool_gates_rest (fixture.gates);
  g_assert_true (apool_gates_are_open (fixture.gates));
  apool_gates_rest (fixture.gates);
  apool_gates_rest (fixture.gates);
  test_gates_check_log (fixture.first, "?z");
  test_gates_check_log (fixture.second, "?z");
  test_gates_close (&fixture);
}

static void
test_gates_debug (void)
{
  GatesFixture fixture;
  g_autoptr (ApoolTask) task = test_gates_make_task (1);

  g_test_summary ("One line when a gate holds the run back, and one when it goes on.");
  test_gates_open (&fixture, TRUE);
  (void) apool_gates_are_open (fixture.gates);
  apool_gates_enter (fixture.gates, task);
  apool_gates_leave (fixture.gates, task, NULL);
  g_assert_cmpstr (fixture.said->str, ==, "");
  (void) apool_gates_are_open (fixture.gates);
  (void) apool_gates_are_open (fixture.gates);
  apool_gates_rest (fixture.gates);
  (void) apool_gates_are_open (fixture.gates);
  fake_gate_permit (fixture.first, 1);
  fake_gate_permit (fixture.second, 1);
  (void) apool_gates_are_open (fixture.gates);
  g_assert_cmpstr (fixture.said->str, ==,
                   "apool: debug: gate --first: waits: it is closed\n"
                   "apool: debug: gate --first: goes on\n");
  test_gates_close (&fixture);
}

static void
test_gates_quiet (void)
{
  GatesFixture fixture;

  g_test_summary ("Without --debug only what fails is said.");
  test_gates_open (&fixture, FALSE);
  fake_gate_permit (fixture.first, 1);
  (void) apool_gates_are_open (fixture.gates);
  apool_gate_tell_failed (APOOL_GATE (fixture.second), "/proc/stat: No such file");
  g_assert_cmpstr (fixture.said->str, ==, "apool: --second: /proc/stat: No such file\n");
  test_gates_close (&fixture);
}

static void
test_gates_actions (void)
{
  GatesFixture fixture;

  test_gates_open (&fixture, FALSE);
  g_assert_true (apool_gate_pause_task (APOOL_GATE (fixture.first), 7, TRUE));
  g_assert_cmpuint (fixture.paused, ==, 7);
  g_assert_false (apool_gate_pause_task (APOOL_GATE (fixture.first), 7, FALSE));
  g_assert_cmpuint (fixture.paused, ==, 0);
  g_assert_true (apool_gate_evict_task (APOOL_GATE (fixture.second), 8));
  g_assert_cmpuint (fixture.evicted, ==, 8);
  test_gates_close (&fixture);
}

static void
test_gates_nobody (void)
{
  g_autoptr (FakeGate) gate = fake_gate_new ("--gate", 0);
  ApoolGates *gates = apool_gates_new ();

  g_test_summary ("A gate that nobody listens to any more may say what it likes.");
  apool_gates_add (gates, APOOL_GATE (gate));
  fake_gate_tell (gate);
  g_assert_false (apool_gate_evict_task (APOOL_GATE (gate), 1));
  g_assert_false (apool_gate_pause_task (APOOL_GATE (gate), 1, TRUE));
  apool_gate_tell_failed (APOOL_GATE (gate), "why");
  apool_gates_free (gates);
  fake_gate_tell (gate);
  g_assert_false (apool_gate_evict_task (APOOL_GATE (gate), 1));
  g_assert_false (apool_gate_pause_task (APOOL_GATE (gate), 1, TRUE));
  apool_gate_tell_failed (APOOL_GATE (gate), "why");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/gates/order", test_gates_order);
  g_test_add_func ("/gates/rest", test_gates_rest);
  g_test_add_func ("/gates/debug", test_gates_debug);
  g_test_add_func ("/gates/quiet", test_gates_quiet);
  g_test_add_func ("/gates/actions", test_gates_actions);
  g_test_add_func ("/gates/nobody", test_gates_nobody);
  return g_test_run ();
}
