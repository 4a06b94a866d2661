/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-worker-event.h"

G_BEGIN_DECLS

/**
 * FakeCrewWatch:
 *
 * Holds a pool to what it tells of its workers.
 */
typedef struct _FakeCrewWatch FakeCrewWatch;

FakeCrewWatch *fake_crew_watch_new (void);
void fake_crew_watch_free (FakeCrewWatch *self);
void fake_crew_watch_keep_log (FakeCrewWatch *self);
void fake_crew_watch_see (FakeCrewWatch *self, const ApoolWorkerEvent *event);
char *fake_crew_watch_take_log (FakeCrewWatch *self);
gboolean fake_crew_watch_is_delayed (const FakeCrewWatch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeCrewWatch, fake_crew_watch_free)

G_END_DECLS
