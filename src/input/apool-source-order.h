/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-identifier.h"
#include "input/apool-source.h"
#include "input/apool-times.h"

G_BEGIN_DECLS

#define APOOL_TYPE_SOURCE_ORDER (apool_source_order_get_type ())
G_DECLARE_FINAL_TYPE (ApoolSourceOrder, apool_source_order, APOOL, SOURCE_ORDER, GObject)

ApoolSource *apool_source_order_new (ApoolSource *source,
                                     ApoolIdentifier *identifier,
                                     ApoolTimes *times,
                                     const char *tmpdir);

G_END_DECLS
