/* SPDX-License-Identifier: MIT */
/* A joblog in JSON. */

#include "fuzz-input.h"
#include "fuzz-joblog.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t length)
{
  fuzz_prepare ();
  fuzz_joblog_read (data, length, TRUE);
  return 0;
}
