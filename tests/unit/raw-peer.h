/* SPDX-License-Identifier: MIT */
/* The wire without a channel: frames written by hand, for peers that behave as no channel would. */
#pragma once

#include "wire/apool-message.h"

void raw_peer_write (int fd, gconstpointer data, gsize length);
void raw_peer_send (int fd, ApoolMessageType type, GVariant *body);
void raw_peer_greet (int fd);
void raw_peer_say_started (int fd, guint64 seq, guint slot);
void raw_peer_say_output (int fd, guint64 seq, gsize length);
void raw_peer_say_finished (int fd, guint64 seq, int status, gsize output_bytes);
void
raw_peer_say_hook (int fd, ApoolHook hook, ApoolOutcomeKind kind, int code, const char *message);
