/* SPDX-License-Identifier: MIT */
/* What a worker reports, kept where the tests look for it. */
#pragma once

#include "worker-peer.h"

void test_reports_take (TestWorker *self, ApoolMessage *message);
void test_reports_clear_answer (TestWorker *self);
