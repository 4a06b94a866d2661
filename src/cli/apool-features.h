/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Sonames of one library, the %NULL after the last one included. */
#define APOOL_FEATURE_MAX_LIBRARIES 4

/**
 * ApoolFeature:
 * @name: what the option of the build is called
 * @libraries: (array zero-terminated=1): the sonames of the library that it needs, one of which is
 *   enough; none where apool is built without it
 *
 * What apool can be built with or without.
 */
typedef struct
{
  const char *name;
  const char *libraries[APOOL_FEATURE_MAX_LIBRARIES];
} ApoolFeature;

const ApoolFeature *apool_features_get (gsize *n_features);
char *apool_features_dup_text (const ApoolFeature *features, gsize n_features);

G_END_DECLS
