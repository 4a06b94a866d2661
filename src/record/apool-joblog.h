/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-observer.h"

G_BEGIN_DECLS

/**
 * ApoolJoblogSayFunc:
 * @line: a line for the user
 * @data: (closure): of apool_joblog_set_say()
 */
typedef void (*ApoolJoblogSayFunc) (const char *line, gpointer data);

/* A log of the jobs of a run (`--joblog`): a keeper, which is told how much they wrote, and an
 * observer, to be told after that. */
#define APOOL_TYPE_JOBLOG (apool_joblog_get_type ())
G_DECLARE_FINAL_TYPE (ApoolJoblog, apool_joblog, APOOL, JOBLOG, GObject)

gboolean apool_joblog_is_json (const char *path);

ApoolJoblog *apool_joblog_new (const char *path, gboolean appends, GError **error);
gboolean apool_joblog_begin (ApoolJoblog *self, GError **error);
void apool_joblog_set_counts_both (ApoolJoblog *self);
void apool_joblog_set_say (ApoolJoblog *self, ApoolJoblogSayFunc say, gpointer data);
gboolean apool_joblog_finish (ApoolJoblog *self, GString *words);

G_END_DECLS
