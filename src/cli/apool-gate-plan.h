/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-gate-options.h"
#include "gates/apool-gates.h"

G_BEGIN_DECLS

/**
 * ApoolGatePlaces:
 * @context: where the gates wait
 * @root: where the folders /proc and /sys are; "/" but in tests
 * @shell: what runs the user's command
 * @n_cpus: how many CPUs there are, of which a load is a share
 *
 * What gates are made with.
 */
typedef struct
{
  GMainContext *context;
  const char *root;
  const char *shell;
  guint n_cpus;
} ApoolGatePlaces;

gboolean apool_gate_plan_evicts (const ApoolGateOptions *options);
gboolean apool_gate_plan_add (const ApoolGateOptions *options,
                              const ApoolGatePlaces *places,
                              ApoolGates *gates,
                              GError **error);

G_END_DECLS
