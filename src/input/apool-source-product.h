/* SPDX-License-Identifier: MIT */
#pragma once

#include "input/apool-source.h"

G_BEGIN_DECLS

#define APOOL_TYPE_SOURCE_PRODUCT (apool_source_product_get_type ())
G_DECLARE_FINAL_TYPE (ApoolSourceProduct, apool_source_product, APOOL, SOURCE_PRODUCT, GObject)

ApoolSource *apool_source_product_new (ApoolSource *const *sources,
                                       const gboolean *is_linked,
                                       gsize n_sources,
                                       const char *tmpdir);

G_END_DECLS
