/* SPDX-License-Identifier: MIT */
#pragma once

#include "factory/apool-worker-proxy.h"
#include "wire/apool-message.h"

G_BEGIN_DECLS

/* A worker at the other end of a wire, wherever it lives. */
#define APOOL_TYPE_WIRE_PROXY (apool_wire_proxy_get_type ())
G_DECLARE_FINAL_TYPE (ApoolWireProxy, apool_wire_proxy, APOOL, WIRE_PROXY, ApoolWorkerProxy)

/**
 * ApoolWireProxyFuncs:
 * @kill: the process must not live on: end it by force, and call apool_wire_proxy_process_ended()
 *   when nothing of it is left. It may be called more than once, until then
 * @asked: (nullable): it has just been asked for a sign of life
 * @is_starved: (nullable): whether it may have given none since, only because its machine did not
 *   let it run
 *
 * What its factory can do with a worker's process.
 */
typedef struct
{
  void (*kill) (gpointer data);
  void (*asked) (gpointer data);
  gboolean (*is_starved) (gpointer data);
} ApoolWireProxyFuncs;

ApoolWireProxy *apool_wire_proxy_new (GMainContext *context,
                                      int in_fd,
                                      int out_fd,
                                      const ApoolSetup *setup,
                                      const int *output_fds,
                                      guint timeout_msec,
                                      const ApoolWireProxyFuncs *funcs,
                                      gpointer data,
                                      GError **error);
gboolean apool_wire_proxy_is_asked_to_end (ApoolWireProxy *self);
void apool_wire_proxy_process_ended (ApoolWireProxy *self, const char *how);

G_END_DECLS
