/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-observer.h"

G_BEGIN_DECLS

/* An observer that checks what it is told, and remembers it. */
#define FAKE_TYPE_WITNESS (fake_witness_get_type ())
G_DECLARE_FINAL_TYPE (FakeWitness, fake_witness, FAKE, WITNESS, GObject)

/**
 * FakeWitnessFunc:
 * @seq: the task that has just been started or settled
 * @data: (closure): of fake_witness_set_hook()
 */
typedef void (*FakeWitnessFunc) (guint64 seq, gpointer data);

FakeWitness *fake_witness_new (guint64 n_tasks);
void fake_witness_keep_log (FakeWitness *self);
const char *fake_witness_get_log (FakeWitness *self);
void fake_witness_set_hook (FakeWitness *self, FakeWitnessFunc hook, gpointer data);
guint64 fake_witness_get_n_started (FakeWitness *self);
guint64 fake_witness_get_n_settled (FakeWitness *self);
guint64 fake_witness_get_n_open (FakeWitness *self);
const char *fake_witness_get_message (FakeWitness *self);
gboolean fake_witness_is_settled (FakeWitness *self, guint64 seq);
gboolean fake_witness_is_done (FakeWitness *self);

G_END_DECLS
