/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

#include "fuzz-input.h"
#include "wire/apool-message.h"

G_BEGIN_DECLS

/**
 * FuzzPeer:
 *
 * The other half of a dialogue, which may say anything, with any descriptors. It checks what it is
 * told: that must be well-formed whatever it said itself.
 */
typedef struct _FuzzPeer FuzzPeer;

/**
 * FuzzPeerFunc:
 * @type: a message that has come
 * @body: what it says
 * @data: (closure): of fuzz_peer_new()
 */
typedef void (*FuzzPeerFunc) (ApoolMessageType type, GVariant *body, gpointer data);

FuzzPeer *
fuzz_peer_new (gboolean is_socket, int *in_fd, int *out_fd, FuzzPeerFunc func, gpointer data);
void fuzz_peer_free (FuzzPeer *self);

void fuzz_peer_greet (FuzzPeer *self);
void fuzz_peer_write (FuzzPeer *self, const guint8 *bytes, gsize length, guint8 fds);
void fuzz_peer_send (FuzzPeer *self, guint type, GVariant *body, guint8 claimed, guint8 fds);
GVariant *fuzz_peer_send_fields (FuzzPeer *self, guint type, FuzzInput *input);
gboolean fuzz_peer_was_whole (const FuzzPeer *self);
void fuzz_peer_read (FuzzPeer *self);
void fuzz_peer_end (FuzzPeer *self);

void fuzz_turn (GMainContext *context, FuzzPeer *self);
guint fuzz_count_fds (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FuzzPeer, fuzz_peer_free)

G_END_DECLS
