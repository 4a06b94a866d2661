/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-source.h"

G_BEGIN_DECLS

#define APOOL_TYPE_SOURCE_STORE (apool_source_store_get_type ())
G_DECLARE_FINAL_TYPE (ApoolSourceStore, apool_source_store, APOOL, SOURCE_STORE, GObject)

ApoolSource *apool_source_store_new (ApoolSource *source, const char *tmpdir, const guint64 *seed);
void apool_source_store_pass (ApoolSourceStore *self);
void apool_source_store_look_ahead (ApoolSourceStore *self);

G_END_DECLS
