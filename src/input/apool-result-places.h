/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-fields.h"
#include "job/apool-template.h"

G_BEGIN_DECLS

/**
 * ApoolResultPlaces:
 *
 * Where `--results` keeps what each job writes: found from its input, and made.
 */
typedef struct _ApoolResultPlaces ApoolResultPlaces;

ApoolResultPlaces *apool_result_places_new (ApoolTemplate *directory, ApoolFields *fields);
void apool_result_places_free (ApoolResultPlaces *self);
gboolean apool_result_places_are_made (
    ApoolResultPlaces *self, const ApoolRow *row, guint64 seq, gboolean *are_made, GError **error);
const char *apool_result_places_make (ApoolResultPlaces *self,
                                      const ApoolRow *row,
                                      guint64 seq,
                                      GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolResultPlaces, apool_result_places_free)

G_END_DECLS
