/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/apool-poller.h"
#include "job/apool-observer.h"
#include "sinks/apool-display.h"
#include "sinks/apool-output-config.h"

G_BEGIN_DECLS

/**
 * ApoolOutputFuncs:
 * @stream_task: job @seq has had its turn for a while and is still running: have its output sent
 *   as it is written (apool_pool_stream_task())
 * @congested: whether what is written leaves slower than it comes, or cannot be kept: no new jobs
 *   while %TRUE, and only job @except may send on what it writes; 0: none
 * @failed: output cannot be kept or written any more; G_IO_ERROR_BROKEN_PIPE where the reader of
 *   standard output or error has gone. Called once; all further output is dropped
 * @done: after apool_output_finish(): the last byte has been written, or @failed was called
 *
 * What the output asks of whoever runs it.
 */
typedef struct
{
  void (*stream_task) (guint64 seq, gpointer data);
  void (*congested) (gboolean congested, guint64 except, gpointer data);
  void (*failed) (const GError *error, gpointer data);
  void (*done) (gpointer data);
} ApoolOutputFuncs;

/* The observer that prints what jobs write: whole, unmixed, in order, in bounded memory. */
#define APOOL_TYPE_OUTPUT (apool_output_get_type ())
G_DECLARE_FINAL_TYPE (ApoolOutput, apool_output, APOOL, OUTPUT, GObject)

ApoolOutput *apool_output_new (GMainContext *context,
                               const ApoolOutputConfig *config,
                               const ApoolOutputFuncs *funcs,
                               gpointer data,
                               GError **error);
void apool_output_say (ApoolOutput *self, const char *line);
void apool_output_say_bytes (ApoolOutput *self, const char *bytes, gsize length);
const char *apool_output_find_last_line (ApoolOutput *self, guint64 seq, gsize *length);
gboolean apool_output_is_within_line (const ApoolOutput *self);
gboolean
apool_output_set_status (ApoolOutput *self, ApoolDisplayComposeFunc compose, gpointer data);
void apool_output_end_live (ApoolOutput *self);
void apool_output_finish (ApoolOutput *self);
guint64 apool_output_get_n_waiting (ApoolOutput *self);
guint64 apool_output_abandon (ApoolOutput *self);

G_END_DECLS
