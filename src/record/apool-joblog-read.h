/* SPDX-License-Identifier: MIT */
#pragma once

#include <gio/gio.h>

#include "record/apool-history.h"

G_BEGIN_DECLS

/**
 * ApoolJoblogJob:
 * @past: what is known of the job. Its command and key point to what follows
 * @command: where the command was decoded to
 * @key: where the key was
 *
 * A job as a line of a joblog has it. To be used again for the next line.
 */
typedef struct
{
  ApoolPastJob past;
  GString *command;
  guint8 key[APOOL_IDENTITY_KEY_BYTES];
} ApoolJoblogJob;

/**
 * ApoolJoblogLine:
 * @APOOL_JOBLOG_LINE_JOB: it tells of a job that is over
 * @APOOL_JOBLOG_LINE_OTHER: it is one of a joblog, but tells of nothing that is over
 * @APOOL_JOBLOG_LINE_BAD: it is none
 *
 * What a line is.
 */
typedef enum
{
  APOOL_JOBLOG_LINE_JOB,
  APOOL_JOBLOG_LINE_OTHER,
  APOOL_JOBLOG_LINE_BAD,
} ApoolJoblogLine;

gboolean
apool_joblog_read (const char *path, ApoolHistory *history, guint64 *n_bad, GError **error);

gboolean apool_joblog_read_fd (int fd,
                               const char *path,
                               gboolean is_json,
                               ApoolHistory *history,
                               guint64 *n_bad,
                               GError **error);

ApoolJoblogLine apool_joblog_read_row (const char *line, gsize length, ApoolJoblogJob *job);
ApoolJoblogLine apool_joblog_read_object (const char *line, gsize length, ApoolJoblogJob *job);
gboolean apool_joblog_begins_with_row (const char *data, gsize length, gboolean is_whole);
gboolean apool_joblog_begins_with_object (const char *data, gsize length, gboolean is_whole);

G_END_DECLS
