/* SPDX-License-Identifier: MIT */
#pragma once

#include "factory/apool-worker-factory.h"
#include "sim-load.h"

G_BEGIN_DECLS

/* Makes workers whose tasks take no time but that of a virtual clock. */
#define SIM_TYPE_FACTORY (sim_factory_get_type ())
G_DECLARE_FINAL_TYPE (SimFactory, sim_factory, SIM, FACTORY, GObject)

SimFactory *sim_factory_new (const SimLoad *load);
gboolean sim_factory_step (SimFactory *self);
guint64 sim_factory_get_time (SimFactory *self);
guint64 sim_factory_get_n_finished (SimFactory *self);

G_END_DECLS
