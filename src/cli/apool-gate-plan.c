/* SPDX-License-Identifier: MIT */
/* The gates that the options ask for. Those that only look at the clock come first, the user's
 * command, which takes most, comes last. */

#include "cli/apool-gate-plan.h"

#include <string.h>

#include "base/apool-error.h"
#include "base/apool-units.h"
#include "cli/apool-option-value.h"
#include "gates/apool-activity.h"
#include "gates/apool-command-gate.h"
#include "gates/apool-delay.h"
#include "gates/apool-load.h"
#include "gates/apool-pressure.h"
#include "gates/apool-rate.h"
#include "gates/apool-rule-gate.h"

static void
apool_gate_plan_take (ApoolGates *gates, ApoolGate *gate)
{
  apool_gates_add (gates, gate);
  g_object_unref (gate);
}

/* Adds the gate of a rule; there is none where its option was bad. */
static gboolean
apool_gate_plan_take_rule (const ApoolGatePlaces *places,
                           ApoolGates *gates,
                           const char *name,
                           const ApoolRuleKind *kind,
                           gpointer rule)
{
  if (!rule)
    return FALSE;
  apool_gate_plan_take (gates, apool_rule_gate_new (places->context, NULL, name, kind, rule));
  return TRUE;
}

static gboolean
apool_gate_plan_add_times (const ApoolGateOptions *options,
                           const ApoolGatePlaces *places,
                           ApoolGates *gates,
                           GError **error)
{
  if (options->has_delay)
    apool_gate_plan_take_rule (places, gates, "--delay", apool_delay_get_kind (),
                               apool_delay_new (options->delay_usec, options->delay_is_auto));
  return !options->rate ||
         apool_gate_plan_take_rule (places, gates, "--rate", apool_rate_get_kind (),
                                    apool_rate_parse (options->rate, error));
}

static gboolean
apool_gate_plan_add_load (const char *name,
                          const char *load,
                          const ApoolGatePlaces *places,
                          ApoolGates *gates,
                          GError **error)
{
  if (apool_gate_plan_take_rule (places, gates, name, apool_load_get_kind (),
                                 apool_load_new (places->root, load, places->n_cpus, error)))
    return TRUE;
  g_prefix_error (error, "%s %s: ", name, apool_option_show (load));
  return FALSE;
}

static gboolean
apool_gate_plan_add_memory (const char *name,
                            const ApoolMemoryLimits *limits,
                            const ApoolGatePlaces *places,
                            ApoolGates *gates,
                            GError **error)
{
  ApoolGate *gate =
      apool_memory_gate_new (places->context, NULL, places->root, name, limits, error);

  if (gate)
    apool_gate_plan_take (gates, gate);
  else
    g_prefix_error (error, "%s: ", name);
  return gate != NULL;
}

static gboolean
apool_gate_plan_add_machine (const ApoolGateOptions *options,
                             const ApoolGatePlaces *places,
                             ApoolGates *gates,
                             GError **error)
{
  const ApoolMemoryLimits *memory = &options->memory;
  const char *memory_name = memory->free_bytes > 0 ? "--memfree" : "--memsuspend";

  if (options->noswap &&
      !apool_gate_plan_take_rule (places, gates, "--noswap", apool_activity_get_kind (),
                                  apool_activity_new_swap (places->root, error)))
    {
      g_prefix_error (error, "--noswap: ");
      return FALSE;
    }
  if (options->pressure &&
      !apool_gate_plan_take_rule (places, gates, "--pressure", apool_pressure_get_kind (),
                                  apool_pressure_new (places->root, options->pressure, error)))
    {
      g_prefix_error (error, "--pressure %s: ", apool_option_show (options->pressure));
      return FALSE;
    }
  if (options->load && !apool_gate_plan_add_load ("--load", options->load, places, gates, error))
    return FALSE;
  return (memory->free_bytes == 0 && memory->suspend_bytes == 0) ||
         apool_gate_plan_add_memory (memory_name, memory, places, gates, error);
}

/* ---- limits that need no command ---- */

static gboolean
apool_gate_plan_add_io (const char *value,
                        const ApoolGatePlaces *places,
                        ApoolGates *gates,
                        GError **error)
{
  char *end = NULL;
  double percent = g_ascii_strtod (value, &end);

  if (!g_ascii_isdigit (value[0]) || *end || percent > 100)
    {
      g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
                   "--limit io%s%s: not a percentage: use a number from 0 to 100",
                   value[0] ? " " : "", value);
      return FALSE;
    }
  if (apool_gate_plan_take_rule (places, gates, "--limit io", apool_activity_get_kind (),
                                 apool_activity_new_disk (places->root, percent, error)))
    return TRUE;
  g_prefix_error (error, "--limit io: ");
  return FALSE;
}

static gboolean
apool_gate_plan_add_load_limit (const char *value,
                                const ApoolGatePlaces *places,
                                ApoolGates *gates,
                                GError **error)
{
  return apool_gate_plan_add_load ("--limit load", value, places, gates, error);
}

static gboolean
apool_gate_plan_add_memory_limit (const char *value,
                                  const ApoolGatePlaces *places,
                                  ApoolGates *gates,
                                  GError **error)
{
  ApoolMemoryLimits limits = { 0 };

  if (apool_units_parse_size (value, &limits.free_bytes))
    return apool_gate_plan_add_memory ("--limit mem", &limits, places, gates, error);
  g_set_error (error, APOOL_ERROR, APOOL_ERROR_USAGE,
               "--limit mem %s: not a size: use a number of bytes, such as 1.5G or 800M", value);
  return FALSE;
}

/* Adds what the words of a limit stand for, where the first one is a name that we know; else
 * @is_known is not set. */
static gboolean
apool_gate_plan_add_known_limit (const char *limit,
                                 const ApoolGatePlaces *places,
                                 ApoolGates *gates,
                                 gboolean *is_known,
                                 GError **error)
{
  static const struct
  {
    const char *name;
    gboolean (*add) (const char *, const ApoolGatePlaces *, ApoolGates *, GError **);
  } kinds[] = {
    { "io", apool_gate_plan_add_io },
    { "load", apool_gate_plan_add_load_limit },
    { "mem", apool_gate_plan_add_memory_limit },
  };
  gsize n_name = strcspn (limit, " \t\n");
  g_autofree char *value = g_strstrip (g_strdup (limit + n_name));

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strlen (kinds[i].name) == n_name && strncmp (kinds[i].name, limit, n_name) == 0)
      {
        *is_known = TRUE;
        return kinds[i].add (value, places, gates, error);
      }
  return TRUE;
}

static gboolean
apool_gate_plan_add_limit (const char *limit,
                           const ApoolGatePlaces *places,
                           ApoolGates *gates,
                           GError **error)
{
  gboolean is_known = FALSE;

  if (!apool_gate_plan_add_known_limit (limit, places, gates, &is_known, error))
    return FALSE;
  if (!is_known)
    apool_gate_plan_take (
        gates, apool_command_gate_new (places->context, NULL, "--limit", places->shell, limit));
  return TRUE;
}

/**
 * apool_gate_plan_evicts:
 * @options: what was asked for
 *
 * Returns: whether jobs may be ended to make room, and started again
 */
gboolean
apool_gate_plan_evicts (const ApoolGateOptions *options)
{
  return options->memory.free_bytes > 0 || options->limit;
}

/**
 * apool_gate_plan_add:
 * @options: what was asked for
 * @places: what gates are made with
 * @gates: those of the run
 * @error: (out) (optional): %APOOL_ERROR_USAGE: what was asked for is not to be had, with the
 * option
 *
 * Adds a gate for each option.
 *
 * Returns: whether all are there
 */
gboolean
apool_gate_plan_add (const ApoolGateOptions *options,
                     const ApoolGatePlaces *places,
                     ApoolGates *gates,
                     GError **error)
{
  return apool_gate_plan_add_times (options, places, gates, error) &&
         apool_gate_plan_add_machine (options, places, gates, error) &&
         (!options->limit || apool_gate_plan_add_limit (options->limit, places, gates, error));
}
