/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-result-path.h"

G_BEGIN_DECLS

/**
 * ApoolResultFile:
 * @path: (nullable): its path, owned; %NULL where nothing is kept
 * @option: what it was asked for with, for messages
 * @is_provisional: whether it is removed when it is cleared
 * @fd: open while it is written to often, owned; or -1
 *
 * A file that keeps what a job writes to one of its streams. Embedded by its owner.
 */
typedef struct
{
  char *path;
  const char *option;
  gboolean is_provisional;
  int fd;
} ApoolResultFile;

#define APOOL_RESULT_FILE_INIT                                                                     \
  {                                                                                                \
    .path = NULL, .option = NULL, .is_provisional = FALSE, .fd = -1                                \
  }

gboolean apool_result_file_begin (ApoolResultFile *self,
                                  const char *place,
                                  ApoolResultPart part,
                                  GError **error);
gboolean apool_result_file_begin_new (ApoolResultFile *self, const char *directory, GError **error);
gboolean apool_result_file_write (
    ApoolResultFile *self, gconstpointer data, gsize length, gboolean stays_open, GError **error);
gboolean apool_result_file_finish (ApoolResultFile *self, GError **error);
void apool_result_file_keep (ApoolResultFile *self);
void apool_result_file_clear (ApoolResultFile *self);

gboolean apool_result_file_write_seq (const char *place, guint64 seq, GError **error);

G_END_DECLS
