/* SPDX-License-Identifier: MIT */
/* SETUP: all that a worker needs to know before its first task. */

#include "wire/apool-message-private.h"

/* Bits of SETUP's flags. */
#define FLAG_STREAMS 1u
#define FLAG_MERGES 2u
#define FLAG_DIRECT 4u
#define FLAG_WARM 8u

static guint32
apool_message_get_setup_flags (const ApoolSetup *setup)
{
  return (setup->streams ? FLAG_STREAMS : 0) | (setup->merges ? FLAG_MERGES : 0) |
         (setup->is_direct ? FLAG_DIRECT : 0) | (setup->is_warm ? FLAG_WARM : 0);
}

/**
 * apool_message_new_setup:
 * @setup: what to say
 *
 * Returns: (transfer floating): the body of a SETUP
 */
GVariant *
apool_message_new_setup (const ApoolSetup *setup)
{
  GVariant *slots = g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, setup->slots, setup->n_slots,
                                               sizeof *setup->slots);

  return g_variant_new (
      "(@au@ay@ayuuuuu@ay@ayu@ayu@ayuu@" APOOL_SURROUNDINGS_FORMAT ")", slots,
      apool_message_new_c_string (setup->shell), apool_message_new_c_string (setup->run),
      setup->manager_pid, setup->drain_msec, setup->ignored_signals, setup->max_passed,
      setup->number, apool_message_new_c_string (setup->init ? setup->init : ""),
      apool_message_new_c_string (setup->exit ? setup->exit : ""), setup->hook_timeout_msec,
      apool_message_new_c_string (setup->slot_variable ? setup->slot_variable : ""),
      apool_message_get_setup_flags (setup),
      apool_message_new_c_string (setup->termseq ? setup->termseq : ""), (guint32) setup->leaks,
      setup->open_files, apool_surroundings_to_variant (&setup->surroundings));
}

/**
 * apool_message_get_setup:
 * @body: of a SETUP
 * @setup: (out): what it says, valid as long as @body; no string is %NULL, and where it is direct
 *   the descriptors are still with the message
 * @error: (out) (optional): %APOOL_ERROR_PROTOCOL
 *
 * Returns: whether it makes sense
 */
gboolean
apool_message_get_setup (GVariant *body, ApoolSetup *setup, GError **error)
{
  g_autoptr (GVariant) surroundings = g_variant_get_child_value (body, 16);
  const char *why;
  g_autoptr (GVariant) slots = g_variant_get_child_value (body, 0);
  guint32 flags;
  guint32 leaks;

  setup->slots = g_variant_get_fixed_array (slots, &setup->n_slots, sizeof *setup->slots);
  setup->shell = apool_message_get_c_string (body, 1);
  setup->run = apool_message_get_c_string (body, 2);
  g_variant_get_child (body, 3, "u", &setup->manager_pid);
  g_variant_get_child (body, 4, "u", &setup->drain_msec);
  g_variant_get_child (body, 5, "u", &setup->ignored_signals);
  g_variant_get_child (body, 6, "u", &setup->max_passed);
  g_variant_get_child (body, 7, "u", &setup->number);
  setup->init = apool_message_get_c_string (body, 8);
  setup->exit = apool_message_get_c_string (body, 9);
  g_variant_get_child (body, 10, "u", &setup->hook_timeout_msec);
  setup->slot_variable = apool_message_get_c_string (body, 11);
  g_variant_get_child (body, 12, "u", &flags);
  g_variant_get_child (body, 14, "u", &leaks);
  /* A policy that we do not know is none that ends anybody. */
  setup->leaks = leaks < APOOL_N_LEAK_POLICIES ? (ApoolLeakPolicy) leaks : APOOL_LEAKS_REPORT;
  g_variant_get_child (body, 15, "u", &setup->open_files);
  setup->streams = (flags & FLAG_STREAMS) != 0;
  setup->merges = (flags & FLAG_MERGES) != 0;
  setup->is_direct = (flags & FLAG_DIRECT) != 0;
  setup->is_warm = (flags & FLAG_WARM) != 0;
  setup->termseq = apool_message_get_c_string (body, 13);
  return apool_surroundings_from_variant (&setup->surroundings, surroundings, &why) ||
         apool_message_fail (error, why);
}
