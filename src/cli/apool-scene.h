/* SPDX-License-Identifier: MIT */
#pragma once

#include "base/apool-quote.h"
#include "cli/apool-options.h"
#include "pool/apool-pool.h"
#include "sinks/apool-output.h"

G_BEGIN_DECLS

/**
 * ApoolSceneFuncs:
 * @interrupted: the user has typed Ctrl-C where only a job got that: does what SIGINT would have
 *   done, at once, so that no job is started after it
 * @stopped: the same with Ctrl-Z and SIGTSTP; then the terminal is given back
 *
 * What the user has typed. @data is that of apool_scene_set_funcs().
 */
typedef struct
{
  void (*interrupted) (gpointer data);
  void (*stopped) (gpointer data);
} ApoolSceneFuncs;

/* What a run sets up around its jobs: their limits, the terminal, what is shown of that they begin,
 * and whether they are asked for. Freed, the terminal is as it was before. */
#define APOOL_TYPE_SCENE (apool_scene_get_type ())
G_DECLARE_FINAL_TYPE (ApoolScene, apool_scene, APOOL, SCENE, GObject)

ApoolScene *apool_scene_new (GMainContext *context,
                             const ApoolOptions *options,
                             ApoolQuoteStyle quote,
                             gboolean is_direct,
                             GError **error);
void apool_scene_set_funcs (ApoolScene *self, const ApoolSceneFuncs *funcs, gpointer data);
const ApoolSurroundings *apool_scene_get_surroundings (ApoolScene *self);
void apool_scene_attach (ApoolScene *self, ApoolPool *pool, ApoolOutput *output, guint n_jobs);

G_END_DECLS
