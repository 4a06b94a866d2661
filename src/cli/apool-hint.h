/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-inputs.h"
#include "pool/apool-pool.h"
#include "sinks/apool-output.h"

G_BEGIN_DECLS

/* The observer that says in one line what may be wrong with the command line. */
#define APOOL_TYPE_HINT (apool_hint_get_type ())
G_DECLARE_FINAL_TYPE (ApoolHint, apool_hint, APOOL, HINT, GObject)

void apool_hint_attach (const ApoolOptions *options,
                        ApoolInputs *inputs,
                        const char *shell,
                        ApoolPool *pool,
                        ApoolOutput *output);

G_END_DECLS
