/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-source.h"

G_BEGIN_DECLS

#define APOOL_TYPE_SOURCE_LINK (apool_source_link_get_type ())
G_DECLARE_FINAL_TYPE (ApoolSourceLink, apool_source_link, APOOL, SOURCE_LINK, GObject)

ApoolSource *
apool_source_link_new (ApoolSource *const *sources, gsize n_sources, const char *tmpdir);

G_END_DECLS
