/* SPDX-License-Identifier: MIT */
#pragma once

#include "sinks/apool-held.h"
#include "sinks/apool-outlet.h"

G_BEGIN_DECLS

typedef struct _ApoolMixerInput ApoolMixerInput;

/**
 * ApoolMixerFunc:
 * @input: has no whole line waiting any more, or may go on in the middle of one
 */
typedef void (*ApoolMixerFunc) (ApoolMixerInput *input);

/**
 * ApoolMixerInput:
 * @held: what was pushed and is not printed, the owner's
 * @n_whole: how many bytes of it, from the first one on, are to be printed
 * @is_waiting: whether it waits for the outlet
 * @link: in the queue of those that wait
 * @drained: (nullable): called by apool_mixer_pump()
 *
 * What lines come from. Embedded by its owner, who does not move it while it waits.
 */
struct _ApoolMixerInput
{
  ApoolHeld *held;
  guint64 n_whole;
  gboolean is_waiting;
  GList link;
  ApoolMixerFunc drained;
};

/**
 * ApoolMixer:
 *
 * Lines of several inputs, on one outlet: none is ever within another one.
 */
typedef struct _ApoolMixer ApoolMixer;

ApoolMixer *apool_mixer_new (const ApoolHeldPlace *place, ApoolOutlet *outlet);
void apool_mixer_free (ApoolMixer *self);

void apool_mixer_input_init (ApoolMixerInput *input, ApoolHeld *held, ApoolMixerFunc drained);
gboolean apool_mixer_push (
    ApoolMixer *self, ApoolMixerInput *input, gconstpointer data, gsize length, GError **error);
gboolean apool_mixer_favour (ApoolMixer *self, ApoolMixerInput *input, GError **error);
gboolean apool_mixer_end (ApoolMixer *self, ApoolMixerInput *input, GError **error);
void apool_mixer_remove (ApoolMixer *self, ApoolMixerInput *input);
gboolean apool_mixer_pump (ApoolMixer *self, GError **error);

gboolean apool_mixer_may_favour (const ApoolMixer *self);
gboolean apool_mixer_favours (const ApoolMixer *self, const ApoolMixerInput *input);
gsize apool_mixer_get_room (const ApoolMixer *self, const ApoolMixerInput *input);
guint64 apool_mixer_get_waiting (const ApoolMixer *self);
gboolean apool_mixer_is_in_line (const ApoolMixer *self, const ApoolOutlet *outlet);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolMixer, apool_mixer_free)

G_END_DECLS
