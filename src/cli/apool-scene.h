/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/apool-quote.h"
#include "cli/apool-options.h"
#include "pool/apool-pool.h"
#include "sinks/apool-output.h"

G_BEGIN_DECLS

/**
 * ApoolSceneFunc:
 * @data: (closure): of apool_scene_set_interrupted()
 *
 * The user has typed Ctrl-C where only a job got that.
 */
typedef void (*ApoolSceneFunc) (gpointer data);

/* What a run sets up around its jobs: their limits, the terminal, what is shown of that they begin,
 * and whether they are asked for. Freed, the terminal is as it was before. */
#define APOOL_TYPE_SCENE (apool_scene_get_type ())
G_DECLARE_FINAL_TYPE (ApoolScene, apool_scene, APOOL, SCENE, GObject)

ApoolScene *apool_scene_new (GMainContext *context,
                             const ApoolOptions *options,
                             ApoolQuoteStyle quote,
                             gboolean is_direct,
                             GError **error);
void apool_scene_set_interrupted (ApoolScene *self, ApoolSceneFunc interrupted, gpointer data);
const ApoolSurroundings *apool_scene_get_surroundings (ApoolScene *self);
void apool_scene_attach (ApoolScene *self, ApoolPool *pool, ApoolOutput *output, guint n_jobs);

G_END_DECLS
