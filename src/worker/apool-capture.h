/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "base/apool-poller.h"
#include "job/apool-observer.h"

G_BEGIN_DECLS

/* How much of a stream a job may have written before its output leaves the worker: bytes. */
#define APOOL_CAPTURE_HELD_BYTES (32u * 1024)

/**
 * ApoolCaptureState:
 * @APOOL_CAPTURE_EMPTY: all that was written has been read; more may come
 * @APOOL_CAPTURE_BLOCKED: there may be more to read, and no place for it
 * @APOOL_CAPTURE_ENDED: nobody can write any more, and all has been read
 */
typedef enum
{
  APOOL_CAPTURE_EMPTY,
  APOOL_CAPTURE_BLOCKED,
  APOOL_CAPTURE_ENDED,
} ApoolCaptureState;

/**
 * ApoolCapture:
 *
 * One output pipe of one job. It holds what it reads, up to %APOOL_CAPTURE_HELD_BYTES; then its
 * bytes must go somewhere: out of apool_capture_get_held(), or the pipe itself is passed on:
 * apool_capture_dup(), apool_capture_pass().
 */
typedef struct _ApoolCapture ApoolCapture;

/**
 * ApoolCaptureFunc:
 * @capture: may have something to read, or nobody to write to it any more
 * @data: (closure): of apool_capture_new()
 */
typedef void (*ApoolCaptureFunc) (ApoolCapture *capture, gpointer data);

ApoolCapture *apool_capture_new (ApoolPoller *poller,
                                 gboolean is_prompt,
                                 ApoolCaptureFunc func,
                                 gpointer data,
                                 int *write_fd,
                                 GError **error);
ApoolCapture *apool_capture_new_ended (ApoolPoller *poller);
void apool_capture_free (ApoolCapture *self);
void apool_capture_attend (ApoolCapture *self);

ApoolCaptureState apool_capture_read (ApoolCapture *self, gsize limit);
GByteArray *apool_capture_get_held (ApoolCapture *self);
int apool_capture_dup (ApoolCapture *self, GError **error);
void apool_capture_pass (ApoolCapture *self);
void apool_capture_set_paused (ApoolCapture *self, gboolean paused);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolCapture, apool_capture_free)

G_END_DECLS
