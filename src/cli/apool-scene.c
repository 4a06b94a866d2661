/* SPDX-License-Identifier: MIT */
/* The surroundings of the jobs, as the manager has to do with them.
 *
 * Where jobs have the terminal, one of them is in its foreground in our place, and what the user
 * types for us is for that one: Ctrl-C ends it, and by that us; Ctrl-Z stops it, and then we stop
 * as well, so that the shell has its turn. A worker does the handing over; whatever becomes of
 * that, here is the last one who puts the terminal back. */

#include "cli/apool-scene.h"

#include <errno.h>
#include <gio/gio.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/apool-error.h"
#include "base/apool-tty.h"
#include "cli/apool-asker.h"
#include "sinks/apool-teller.h"

struct _ApoolScene
{
  GObject parent_instance;

  const ApoolOptions *options;
  ApoolQuoteStyle quote;
  gboolean is_direct;
  ApoolSurroundings surroundings;
  ApoolTty tty;
  ApoolAsker *asker; /* (nullable) */
  ApoolSceneFuncs funcs;
  gpointer data;
  ApoolTask *retried; /* (nullable): the attempt that was said last to be followed by another one */
};

static void apool_scene_iface_init (ApoolObserverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (ApoolScene,
                               apool_scene,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (APOOL_TYPE_OBSERVER, apool_scene_iface_init))

/* ---- the terminal ---- */

static void
apool_scene_task_stopped (ApoolObserver *observer, ApoolTask *task, int signum)
{
  ApoolScene *self = APOOL_SCENE (observer);

  if (self->funcs.stopped && self->options->place.has_terminal && signum == SIGTSTP)
    self->funcs.stopped (self->data);
}

/* Where Ctrl-C was typed it was meant for all of us. */
static void
apool_scene_look_for_interrupt (ApoolScene *self, ApoolOutcome *outcome)
{
  if (self->funcs.interrupted && self->tty.fd >= 0 &&
      apool_outcome_get_kind (outcome) == APOOL_OUTCOME_SIGNALLED &&
      apool_outcome_get_code (outcome) == SIGINT && !apool_outcome_is_ended_by_pool (outcome))
    self->funcs.interrupted (self->data);
}

/* That may end the run, and then the same attempt is told of again. */
static void
apool_scene_task_retried (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolScene *self = APOOL_SCENE (observer);

  g_clear_pointer (&self->retried, apool_task_unref);
  self->retried = apool_task_ref (task);
  apool_scene_look_for_interrupt (self, outcome);
}

static void
apool_scene_task_finished (ApoolObserver *observer, ApoolTask *task, ApoolOutcome *outcome)
{
  ApoolScene *self = APOOL_SCENE (observer);

  if (task != self->retried)
    apool_scene_look_for_interrupt (self, outcome);
}

static void
apool_scene_iface_init (ApoolObserverInterface *iface)
{
  iface->task_stopped = apool_scene_task_stopped;
  iface->task_retried = apool_scene_task_retried;
  iface->task_finished = apool_scene_task_finished;
}

static void
apool_scene_finalize (GObject *object)
{
  ApoolScene *self = APOOL_SCENE (object);

  g_clear_pointer (&self->asker, apool_asker_free);
  g_clear_pointer (&self->retried, apool_task_unref);
  apool_tty_take_back (&self->tty, 0);
  apool_tty_clear (&self->tty);
  G_OBJECT_CLASS (apool_scene_parent_class)->finalize (object);
}

static void
apool_scene_class_init (ApoolSceneClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = apool_scene_finalize;
}

static void
apool_scene_init (ApoolScene *self)
{
  self->tty = (ApoolTty) APOOL_TTY_INIT;
}

/* ---- limits ---- */

static rlim_t
apool_scene_get_limit (guint64 limit)
{
  return limit == APOOL_LIMIT_UNLIMITED ? RLIM_INFINITY : (rlim_t) limit;
}

/* Whether a job may set @limit: where it is more than what we may have, that is tried here. */
static gboolean
apool_scene_may_have (const ApoolLimit *limit)
{
  int resource = apool_limit_get_resource (limit->kind);
  rlim_t hard = apool_scene_get_limit (limit->hard);
  struct rlimit now;
  struct rlimit more;

  if (getrlimit (resource, &now) < 0 || hard <= now.rlim_max)
    return TRUE;
  more = (struct rlimit){ .rlim_cur = now.rlim_cur, .rlim_max = hard };
  if (setrlimit (resource, &more) < 0)
    return FALSE;
  (void) setrlimit (resource, &now); /* cannot fail: less than it is */
  return TRUE;
}

static gboolean
apool_scene_check_limits (const ApoolSurroundings *surroundings, GError **error)
{
  for (guint i = 0; i < surroundings->n_limits; i++)
    {
      const ApoolLimit *limit = &surroundings->limits[i];

      errno = 0;
      if (apool_scene_may_have (limit))
        continue;
      apool_error_set_errno (error, errno, "--rlimit %s: above the hard limit",
                             apool_limit_get_name (limit->kind));
      return FALSE;
    }
  return TRUE;
}

/* ---- variables ---- */

static gboolean
apool_scene_has_variable (const char *name)
{
  g_autofree char *function = g_strdup_printf ("BASH_FUNC_%s%%%%", name);

  return g_getenv (name) || g_getenv (function);
}

/* Jobs have all variables that there are. What is not among them they will miss. */
static void
apool_scene_tell_missing (const ApoolScene *self, ApoolOutput *output)
{
  const GPtrArray *names = self->options->place.names;

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *line = NULL;

      if (strcmp (name, "_") == 0 || apool_scene_has_variable (name))
        continue;
      line = g_strdup_printf ("apool: --env %s: not in the environment: export it first\n", name);
      apool_output_say (output, line);
    }
}

/* ---- all together ---- */

/* What is shown of a job that writes itself, it shows itself. */
static void
apool_scene_find_surroundings (ApoolScene *self)
{
  const ApoolPlaceOptions *place = &self->options->place;

  self->surroundings = place->surroundings;
  self->surroundings.has_terminal = place->has_terminal;
  self->surroundings.home = place->has_terminal ? getpgrp () : 0;
  self->surroundings.tells_stdout = self->is_direct && place->is_shown;
  self->surroundings.tells_stderr = self->is_direct && place->is_told;
}

/**
 * apool_scene_new:
 * @context: where answers come
 * @options: the command line; outlives it
 * @quote: how values are quoted for the shell of the jobs
 * @is_direct: whether jobs write themselves where we do
 * @error: (out) (optional): a #GIOErrorEnum
 *
 * Returns: (transfer full) (nullable): the surroundings; %NULL where they cannot be had
 */
ApoolScene *
apool_scene_new (GMainContext *context,
                 const ApoolOptions *options,
                 ApoolQuoteStyle quote,
                 gboolean is_direct,
                 GError **error)
{
  g_autoptr (ApoolScene) self = g_object_new (APOOL_TYPE_SCENE, NULL);

  self->options = options;
  self->quote = quote;
  self->is_direct = is_direct;
  apool_scene_find_surroundings (self);
  if (!apool_scene_check_limits (&self->surroundings, error))
    return NULL;
  if (options->place.is_interactive && !(self->asker = apool_asker_new (context, quote, error)))
    return NULL;
  /* GNU parallel's: without a terminal jobs are run all the same. */
  if (options->place.has_terminal)
    (void) apool_tty_open (&self->tty, getpgrp (), NULL);
  return g_steal_pointer (&self);
}

/**
 * apool_scene_set_funcs:
 * @self: a scene
 * @funcs: what does what the user has typed, copied
 * @data: (closure): for @funcs
 */
void
apool_scene_set_funcs (ApoolScene *self, const ApoolSceneFuncs *funcs, gpointer data)
{
  self->funcs = *funcs;
  self->data = data;
}

/**
 * apool_scene_get_surroundings:
 * @self: a scene
 *
 * Returns: (transfer none): what jobs find around them
 */
const ApoolSurroundings *
apool_scene_get_surroundings (ApoolScene *self)
{
  return &self->surroundings;
}

/**
 * apool_scene_attach:
 * @self: a scene
 * @pool: whose jobs these are; outlives it, but for what it does as an observer
 * @output: what prints, which observes @pool already
 * @n_jobs: how many jobs may run at once
 */
void
apool_scene_attach (ApoolScene *self, ApoolPool *pool, ApoolOutput *output, guint n_jobs)
{
  const ApoolPlaceOptions *place = &self->options->place;
  gboolean is_told = place->is_told && !self->surroundings.tells_stderr;
  gboolean is_shown =
      place->is_shown && !self->surroundings.tells_stdout && !self->options->text.is_dry_run;

  if (is_told || is_shown)
    {
      g_autoptr (ApoolTeller) teller = apool_teller_new (output, self->quote, is_told, is_shown);

      apool_pool_add_observer (pool, APOOL_OBSERVER (teller));
    }
  if (self->asker)
    apool_asker_attach (self->asker, pool, n_jobs);
  if (!self->options->summary.is_quiet)
    apool_scene_tell_missing (self, output);
  if (place->has_terminal)
    apool_pool_add_observer (pool, APOOL_OBSERVER (self));
}
