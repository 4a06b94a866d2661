/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-observer.h"
#include "sinks/apool-output.h"

G_BEGIN_DECLS

/* The observer that tells on standard error everything that happens to workers. */
#define APOOL_TYPE_DEBUG (apool_debug_get_type ())
G_DECLARE_FINAL_TYPE (ApoolDebug, apool_debug, APOOL, DEBUG, GObject)

ApoolDebug *apool_debug_new (ApoolOutput *output);

G_END_DECLS
