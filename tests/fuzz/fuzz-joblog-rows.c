/* SPDX-License-Identifier: MIT */
/* A joblog in columns. */

#include "fuzz-input.h"
#include "fuzz-joblog.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t length)
{
  fuzz_prepare ();
  fuzz_joblog_read (data, length, FALSE);
  return 0;
}
