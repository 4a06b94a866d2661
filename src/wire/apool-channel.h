/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "wire/apool-message.h"

G_BEGIN_DECLS

/**
 * ApoolChannel:
 *
 * One half of a dialogue: messages over a socket or a pair of pipes, in a GMainContext. It sends
 * the magic line and HELLO by itself, finds and checks the peer's, answers PING, and gathers what
 * is sent during one turn of the loop into one write.
 */
typedef struct _ApoolChannel ApoolChannel;

/**
 * ApoolChannelFuncs:
 * @opened: the peer has said HELLO
 * @message: a message has come; never HELLO, ABORT or PING. What it leaves in
 *   #ApoolMessage.fds is closed afterwards. Returns %FALSE, with the error set, for a message that
 *   must not be: the peer is told and the channel closes
 * @batch: all messages that could be read in this turn have been given to @message
 * @drained: the kernel has taken all that was sent, after apool_channel_flush() said it had not
 * @closed: the other half is gone (%NULL: it ended its stream between two messages), or the
 *   dialogue cannot go on. Called once, the last of all
 *
 * Called from the channel's context, never from within apool_channel_new(). Only @message and
 * @closed are needed. A callback may free the channel.
 */
typedef struct
{
  void (*opened) (const ApoolHello *hello, gpointer data);
  gboolean (*message) (ApoolMessage *message, gpointer data, GError **error);
  void (*batch) (gpointer data);
  void (*drained) (gpointer data);
  void (*closed) (const GError *error, gpointer data);
} ApoolChannelFuncs;

ApoolChannel *apool_channel_new (GMainContext *context,
                                 int in_fd,
                                 int out_fd,
                                 const ApoolChannelFuncs *funcs,
                                 gpointer data,
                                 GError **error);
void apool_channel_free (ApoolChannel *self);

gboolean apool_channel_passes_fds (const ApoolChannel *self);
void apool_channel_post (ApoolChannel *self, const ApoolDraft *draft);
void
apool_channel_post_fds (ApoolChannel *self, const ApoolDraft *draft, const int *fds, guint n_fds);
void apool_channel_send (ApoolChannel *self, ApoolMessageType type, GVariant *body);
gboolean apool_channel_flush (ApoolChannel *self);
gsize apool_channel_get_queued (const ApoolChannel *self);
gboolean apool_channel_has_input (const ApoolChannel *self);
void apool_channel_abort (ApoolChannel *self, const char *reason);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolChannel, apool_channel_free)

G_END_DECLS
