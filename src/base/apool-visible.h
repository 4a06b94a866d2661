/* SPDX-License-Identifier: MIT */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * ApoolVisible:
 * @text: where it goes, not owned
 * @limit: how many columns there are; 0: any number
 * @column: how many are taken
 * @start: where in @text the line begins
 * @fitting: bytes of @text that leave room for the mark of what does not fit
 * @is_styled: whether something set colours
 * @is_cut: whether not all fits
 *
 * One line of a terminal, made of any bytes.
 */
typedef struct
{
  GString *text;
  guint limit;
  guint column;
  gsize start;
  gsize fitting;
  gboolean is_styled;
  gboolean is_cut;
} ApoolVisible;

void apool_visible_begin (ApoolVisible *self, GString *text, guint limit);
void apool_visible_add (ApoolVisible *self, const char *bytes, gsize length);
void apool_visible_end (ApoolVisible *self);

G_END_DECLS
