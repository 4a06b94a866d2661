/* SPDX-License-Identifier: MIT */
#pragma once

#include "factory/apool-worker-factory.h"

G_BEGIN_DECLS

/* Workers on this machine: the program itself, executed again. */
#define APOOL_TYPE_LOCAL_FACTORY (apool_local_factory_get_type ())
G_DECLARE_FINAL_TYPE (ApoolLocalFactory, apool_local_factory, APOOL, LOCAL_FACTORY, GObject)

ApoolLocalFactory *apool_local_factory_new (GMainContext *context,
                                            const char *program,
                                            const char *argument,
                                            const char *shell,
                                            guint drain_usec,
                                            guint max_passed);

G_END_DECLS
