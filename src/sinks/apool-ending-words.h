/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-outcome.h"

G_BEGIN_DECLS

char *apool_ending_words_dup (const ApoolOutcome *outcome);

G_END_DECLS
