/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib-object.h>

#include "pool/apool-halt.h"

G_BEGIN_DECLS

/* apool could not do its work. */
#define APOOL_EXIT_TROUBLE 255

/* The observer that counts failed jobs and knows what that makes of the run's exit status. */
#define APOOL_TYPE_EXIT (apool_exit_get_type ())
G_DECLARE_FINAL_TYPE (ApoolExit, apool_exit, APOOL, EXIT, GObject)

ApoolExit *apool_exit_new (void);
void apool_exit_set_halt (ApoolExit *self, ApoolHalt *halt);
int apool_exit_get_status (ApoolExit *self);
int apool_exit_get_status_of_job (const ApoolOutcome *outcome);
void apool_exit_die_of (int signum);

G_END_DECLS
