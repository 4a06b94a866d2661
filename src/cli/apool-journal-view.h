/* SPDX-License-Identifier: MIT */
#pragma once

#include "cli/apool-record-options.h"

G_BEGIN_DECLS

int apool_journal_view (const ApoolRecordOptions *options);

G_END_DECLS
