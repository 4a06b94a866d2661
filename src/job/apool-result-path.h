/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-observer.h"

G_BEGIN_DECLS

/**
 * ApoolResultPart:
 * @APOOL_RESULT_STDOUT: what the job wrote to standard output, as %APOOL_STREAM_STDOUT
 * @APOOL_RESULT_STDERR: what it wrote to standard error, as %APOOL_STREAM_STDERR
 * @APOOL_RESULT_SEQ: its number
 *
 * The files that `--results` keeps of a job.
 */
typedef enum
{
  APOOL_RESULT_STDOUT = APOOL_STREAM_STDOUT,
  APOOL_RESULT_STDERR = APOOL_STREAM_STDERR,
  APOOL_RESULT_SEQ,
  APOOL_RESULT_N_PARTS,
} ApoolResultPart;

char *apool_result_path_dup (const char *place, ApoolResultPart part);
int apool_result_path_open (const char *path, int flags, GError **error);

G_END_DECLS
