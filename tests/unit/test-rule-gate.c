/* SPDX-License-Identifier: MIT */
/* A gate that goes by a rule: when it is asked, and what it hears. */

#include "fake-gatekeeper.h"
#include "gates/apool-delay.h"
#include "gates/apool-rate.h"
#include "gates/apool-rule-gate.h"

#define SEC G_USEC_PER_SEC

/* A rule that says what a test wants it to. */
typedef struct
{
  gboolean is_open;
  const char *failure;
  guint n_asked;
  GString *log;
} TestRule;

static void
test_rule_ask (gpointer rule, gint64 now, ApoolRuleAnswer *answer)
{
  TestRule *self = rule;

  self->n_asked++;
  answer->is_open = self->is_open;
  answer->again_usec = 2 * SEC;
  answer->failure = g_strdup (self->failure);
  if (answer->why && !self->is_open)
    g_string_append (answer->why, "no");
}

static void
test_rule_enter (gpointer rule, guint64 seq, gint64 now)
{
  g_string_append_printf (((TestRule *) rule)->log, "+%d@%d", (int) seq, (int) (now / SEC));
}

static void
test_rule_started (gpointer rule, guint64 seq, gint64 now)
{
  g_string_append_printf (((TestRule *) rule)->log, "s%d@%d", (int) seq, (int) (now / SEC));
}

static void
test_rule_leave (gpointer rule, guint64 seq, const ApoolOutcome *outcome, gint64 now)
{
  g_string_append_printf (((TestRule *) rule)->log, "-%d@%d", (int) seq, (int) (now / SEC));
}

static void
test_rule_free (gpointer rule)
{
  g_string_free (((TestRule *) rule)->log, TRUE);
  g_free (rule);
}

static const ApoolRuleKind test_rule_kind = {
  .ask = test_rule_ask,
  .enter = test_rule_enter,
  .started = test_rule_started,
  .leave = test_rule_leave,
  .free = test_rule_free,
};

/* Returns: (transfer none): the rule of the gate that is watched then */
static TestRule *
test_rule_gate_open (FakeGatekeeper *keeper)
{
  TestRule *rule = g_new0 (TestRule, 1);

  rule->log = g_string_new (NULL);
  fake_gatekeeper_open (keeper, g_main_context_default ());
  fake_gatekeeper_watch (keeper, apool_rule_gate_new (keeper->context, &keeper->clock, "--rule",
                                                      &test_rule_kind, rule));
  return rule;
}

static void
test_rule_gate_waits (void)
{
  g_auto (FakeGatekeeper) keeper;
  TestRule *rule = test_rule_gate_open (&keeper);

  g_test_summary ("A rule that has said when is not asked before, and then it is told.");
  g_assert_cmpstr (apool_gate_get_name (keeper.gate), ==, "--rule");
  fake_gatekeeper_check_closed (&keeper, "no");
  g_assert_cmpuint (rule->n_asked, ==, 1);
  fake_gatekeeper_pass (&keeper, SEC);
  fake_gatekeeper_check_log (&keeper, "");
  fake_gatekeeper_pass (&keeper, SEC);
  fake_gatekeeper_check_log (&keeper, "*");
  g_assert_false (apool_rule_gate_is_waiting (APOOL_RULE_GATE (keeper.gate)));
  rule->is_open = TRUE;
  fake_gatekeeper_check_open (&keeper);
  fake_gatekeeper_pass (&keeper, 9 * SEC);
  fake_gatekeeper_check_log (&keeper, "");
}

static void
test_rule_gate_rests (void)
{
  g_auto (FakeGatekeeper) keeper;
  TestRule *rule = test_rule_gate_open (&keeper);

  g_test_summary ("Who rests has no timer, and asks anew.");
  fake_gatekeeper_check_closed (&keeper, "no");
  apool_gate_rest (keeper.gate);
  g_assert_false (apool_rule_gate_is_waiting (APOOL_RULE_GATE (keeper.gate)));
  fake_gatekeeper_pass (&keeper, 9 * SEC);
  fake_gatekeeper_check_log (&keeper, "");
  fake_gatekeeper_check_closed (&keeper, "no");
  g_assert_cmpuint (rule->n_asked, ==, 2);
}

static void
test_rule_gate_hears (void)
{
  g_auto (FakeGatekeeper) keeper;
  TestRule *rule = test_rule_gate_open (&keeper);

  rule->is_open = TRUE;
  fake_gatekeeper_enter (&keeper, 7);
  fake_gatekeeper_pass (&keeper, SEC);
  fake_gatekeeper_leave (&keeper, 7);
  g_assert_cmpstr (rule->log->str, ==, "+7@1s7@1-7@2");
}

static void
test_rule_gate_fails (void)
{
  g_auto (FakeGatekeeper) keeper;
  TestRule *rule = test_rule_gate_open (&keeper);

  g_test_summary ("What fails is said once, however long it lasts.");
  rule->is_open = TRUE;
  rule->failure = "gone";
  fake_gatekeeper_check_open (&keeper);
  fake_gatekeeper_check_open (&keeper);
  g_assert_cmpuint (keeper.n_failures, ==, 1);
  g_assert_cmpstr (keeper.failure, ==, "gone");
}

/* A gate that lets a job in every 10 seconds. */
static void
test_rule_gate_check_pause (const ApoolRuleKind *kind, gpointer rule)
{
  g_auto (FakeGatekeeper) keeper;

  fake_gatekeeper_open (&keeper, g_main_context_default ());
  fake_gatekeeper_watch (&keeper,
                         apool_rule_gate_new (keeper.context, &keeper.clock, "--rule", kind, rule));
  fake_gatekeeper_check_open (&keeper);
  fake_gatekeeper_enter (&keeper, 1);
  g_assert_false (apool_gate_is_open (keeper.gate, NULL));
  fake_gatekeeper_pass (&keeper, 4 * SEC);
  apool_gate_set_paused (keeper.gate, TRUE);
  fake_gatekeeper_pass (&keeper, 100 * SEC);
  apool_gate_set_paused (keeper.gate, FALSE);
  fake_gatekeeper_pass (&keeper, 5 * SEC);
  fake_gatekeeper_check_log (&keeper, "");
  /* Who asks anew is told the same. */
  apool_gate_rest (keeper.gate);
  g_assert_false (apool_gate_is_open (keeper.gate, NULL));
  fake_gatekeeper_pass (&keeper, 2 * SEC);
  fake_gatekeeper_check_log (&keeper, "*");
  fake_gatekeeper_check_open (&keeper);
}

static void
test_rule_gate_pauses (void)
{
  g_test_summary ("The time in which everything stands still is left out of delays and rates.");
  test_rule_gate_check_pause (apool_delay_get_kind (), apool_delay_new (10 * SEC, FALSE));
  test_rule_gate_check_pause (apool_rate_get_kind (), apool_rate_new (1, 10 * SEC, 1));
}

static void
test_rule_gate_goes_on (void)
{
  g_auto (FakeGatekeeper) keeper;

  g_test_summary ("What is measured elsewhere is so all the time.");
  (void) test_rule_gate_open (&keeper);
  fake_gatekeeper_check_closed (&keeper, "no");
  apool_gate_set_paused (keeper.gate, TRUE);
  fake_gatekeeper_pass (&keeper, 2 * SEC);
  fake_gatekeeper_check_log (&keeper, "*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/rule-gate/waits", test_rule_gate_waits);
  g_test_add_func ("/rule-gate/rests", test_rule_gate_rests);
  g_test_add_func ("/rule-gate/hears", test_rule_gate_hears);
  g_test_add_func ("/rule-gate/fails", test_rule_gate_fails);
  g_test_add_func ("/rule-gate/pauses", test_rule_gate_pauses);
  g_test_add_func ("/rule-gate/goes-on", test_rule_gate_goes_on);
  return g_test_run ();
}
