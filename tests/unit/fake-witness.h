/* SPDX-License-Identifier: MIT */
#pragma once

#include "fake-crew-watch.h"
#include "job/apool-observer.h"

G_BEGIN_DECLS

/* An observer that checks what it is told, and remembers it. */
#define FAKE_TYPE_WITNESS (fake_witness_get_type ())
G_DECLARE_FINAL_TYPE (FakeWitness, fake_witness, FAKE, WITNESS, GObject)

/**
 * FakeWitnessFunc:
 * @seq: the task that has just been started or settled, or is to be tried again; 0 for what
 *   happened to a worker
 * @data: (closure): of fake_witness_set_hook()
 */
typedef void (*FakeWitnessFunc) (guint64 seq, gpointer data);

FakeWitness *fake_witness_new (guint64 n_tasks);
void fake_witness_set_limits (FakeWitness *self, guint retries, guint crash_limit);
void fake_witness_keep_log (FakeWitness *self);
void fake_witness_allow_evictions (FakeWitness *self);
void fake_witness_forbid_retries (FakeWitness *self);
const char *fake_witness_get_log (FakeWitness *self);
void fake_witness_set_hook (FakeWitness *self, FakeWitnessFunc hook, gpointer data);
guint64 fake_witness_get_n_started (FakeWitness *self);
guint64 fake_witness_get_n_settled (FakeWitness *self);
guint64 fake_witness_get_n_open (FakeWitness *self);
guint64 fake_witness_get_n_retried (FakeWitness *self);
guint64 fake_witness_get_n_failed (FakeWitness *self);
guint64 fake_witness_get_n_hooks_wanted (FakeWitness *self);
GBytes *fake_witness_get_hook_output (FakeWitness *self, guint64 *n_dropped);
ApoolOutcomeKind fake_witness_get_hook_kind (FakeWitness *self);
char *fake_witness_take_events (FakeWitness *self);
gboolean fake_witness_is_delayed (FakeWitness *self);
const char *fake_witness_get_message (FakeWitness *self);
gboolean fake_witness_is_settled (FakeWitness *self, guint64 seq);
gboolean fake_witness_is_done (FakeWitness *self);

G_END_DECLS
