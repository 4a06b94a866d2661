/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How long a silent worker is waited for where nobody says otherwise: milliseconds. */
#define APOOL_PATIENCE_MSEC 30000u

/**
 * ApoolPatience:
 *
 * How long somebody who owes something may be silent. It has a timer only while something is owed.
 */
typedef struct _ApoolPatience ApoolPatience;

/**
 * ApoolPatienceFuncs:
 * @is_owed: whether something is still owed
 * @ask: it was silent for a third of the patience: ask for a sign of life
 * @is_excused: it has not answered, all of the patience since it was asked: whether it is waited
 *   for nevertheless, and asked about again in a third of the patience
 * @lost: it has not answered, and has no excuse. The last call before apool_patience_start()
 *
 * Called from the context. All are needed. They may stop and free the patience.
 */
typedef struct
{
  gboolean (*is_owed) (gpointer data);
  void (*ask) (gpointer data);
  gboolean (*is_excused) (gpointer data);
  void (*lost) (gpointer data);
} ApoolPatienceFuncs;

ApoolPatience *apool_patience_new (GMainContext *context,
                                   guint timeout_msec,
                                   const ApoolPatienceFuncs *funcs,
                                   gpointer data);
void apool_patience_free (ApoolPatience *self);
void apool_patience_start (ApoolPatience *self);
void apool_patience_stop (ApoolPatience *self);
void apool_patience_hear (ApoolPatience *self);
char *apool_patience_describe (const ApoolPatience *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolPatience, apool_patience_free)

G_END_DECLS
