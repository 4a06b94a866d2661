/* SPDX-License-Identifier: MIT */
#pragma once

#include "factory/apool-worker-proxy.h"
#include "wire/apool-message.h"

G_BEGIN_DECLS

/* A worker at the other end of a wire, wherever it lives. */
#define APOOL_TYPE_WIRE_PROXY (apool_wire_proxy_get_type ())
G_DECLARE_FINAL_TYPE (ApoolWireProxy, apool_wire_proxy, APOOL, WIRE_PROXY, ApoolWorkerProxy)

/**
 * ApoolWireProxyKillFunc:
 * @data: (closure): of apool_wire_proxy_new()
 *
 * The dialogue is over and the process must not live on: end it by force, and call
 * apool_wire_proxy_process_ended() when nothing of it is left.
 */
typedef void (*ApoolWireProxyKillFunc) (gpointer data);

ApoolWireProxy *apool_wire_proxy_new (GMainContext *context,
                                      int in_fd,
                                      int out_fd,
                                      const ApoolSetup *setup,
                                      ApoolWireProxyKillFunc kill,
                                      gpointer data,
                                      GError **error);
void apool_wire_proxy_set_patience (ApoolWireProxy *self, guint tick_msec);
void apool_wire_proxy_process_ended (ApoolWireProxy *self, const char *how);

G_END_DECLS
