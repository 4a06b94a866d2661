/* SPDX-License-Identifier: MIT */
#pragma once

#include "sinks/apool-canvas.h"
#include "sinks/apool-keys.h"

G_BEGIN_DECLS

/**
 * ApoolScreenFuncs:
 * @key: that key was typed; a byte, or one of #ApoolKey; not the one that has all drawn anew
 * @changed: all is to be drawn anew: the size is another one, or there was no room for what was
 *   drawn last
 * @gone: the terminal is not there any more
 *
 * What a screen tells, from the context. Any of them may leave it, none may free it.
 */
typedef struct
{
  void (*key) (int key, gpointer data);
  void (*changed) (gpointer data);
  void (*gone) (gpointer data);
} ApoolScreenFuncs;

/**
 * ApoolScreen:
 *
 * The terminal that controls us, all of it: what is drawn there, and the keys that are typed.
 */
typedef struct _ApoolScreen ApoolScreen;

ApoolScreen *apool_screen_new (GMainContext *context,
                               const ApoolScreenFuncs *funcs,
                               gpointer data,
                               GError **error);
void apool_screen_free (ApoolScreen *self);

gboolean apool_screen_enter (ApoolScreen *self);
void apool_screen_leave (ApoolScreen *self);
gboolean apool_screen_is_entered (const ApoolScreen *self);
void apool_screen_get_size (const ApoolScreen *self, guint *n_rows, guint *n_columns);
ApoolCanvas *apool_screen_begin (ApoolScreen *self);
void apool_screen_show (ApoolScreen *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ApoolScreen, apool_screen_free)

G_END_DECLS
