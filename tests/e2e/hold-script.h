/* SPDX-License-Identifier: MIT */
/*
 * A script that jobs, and recipes of make, are: it notes its start and its end in a log, says that
 * it runs, and waits for a line of the gate. So what ran at the same time is seen in the log, and a
 * test holds everything where it wants it.
 */
#pragma once

#include "e2e.h"

char *hold_script_write (E2eStage *stage);
void hold_script_await (E2eStage *stage, guint n);
void hold_script_release (E2eStage *stage, guint n);
void hold_script_check (E2eStage *stage, guint n, guint most);
