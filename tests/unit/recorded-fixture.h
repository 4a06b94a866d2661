/* SPDX-License-Identifier: MIT */
/* Jobs that were run before, for the programs that test what an output makes of them. */
#pragma once

#include "fake-recorded.h"
#include "output-fixture.h"

/* Larger than what is taken from a record at once. */
#define LARGE (2 * MIB)

/* Job @seq was run before. */
static inline void
recall_with (Fixture *fixture, guint64 seq, FakeRecorded *recorded, ApoolTaskTraits traits)
{
  g_autoptr (ApoolTask) plain = make_task (seq);
  g_autoptr (ApoolTask) task = NULL;

  traits.attempt = 1;
  traits.recorded = G_OBJECT (recorded);
  task = apool_task_new_variant (plain, &traits);
  apool_observer_task_finished (APOOL_OBSERVER (fixture->output), task,
                                apool_recorded_get_outcome (APOOL_RECORDED (recorded)));
}

static inline void
recall (Fixture *fixture, guint64 seq, FakeRecorded *recorded)
{
  recall_with (fixture, seq, recorded, (ApoolTaskTraits){ 0 });
}

/* The same with texts. */
static inline void
recall_text (Fixture *fixture, guint64 seq, const char *out, const char *err)
{
  g_autoptr (FakeRecorded) recorded = fake_recorded_new (0, out, err);

  recall (fixture, seq, recorded);
}

/* What a job has written whose bytes are made up. */
static inline GString *
make_up (ApoolStream stream, guint64 line_length, gsize length)
{
  GString *text = g_string_sized_new (length + 1);

  g_string_set_size (text, length);
  fake_recorded_make_up (stream, line_length, 0, text->str, length);
  return text;
}
