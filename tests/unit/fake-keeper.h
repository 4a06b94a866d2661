/* SPDX-License-Identifier: MIT */
#pragma once

#include "job/apool-keeper.h"

G_BEGIN_DECLS

/* Keepers that write down what they are told: one that sees bytes, and one that only hears of
 * lengths. */
#define FAKE_TYPE_KEEPER (fake_keeper_get_type ())
G_DECLARE_DERIVABLE_TYPE (FakeKeeper, fake_keeper, FAKE, KEEPER, GObject)

struct _FakeKeeperClass
{
  GObjectClass parent_class;
};

FakeKeeper *fake_keeper_new (gboolean wants_bytes);
FakeKeeper *fake_keeper_new_mourning (void);
void fake_keeper_set_hook (FakeKeeper *self, void (*hook) (gpointer), gpointer data);
void fake_keeper_check_log (FakeKeeper *self, const char *log);
const GString *fake_keeper_get_bytes (FakeKeeper *self, ApoolStream stream);
guint64 fake_keeper_get_length (FakeKeeper *self, ApoolStream stream);

G_END_DECLS
